"""Rates and decays by parameter: how fast each coordinate is trained, and how hard it is drawn to
0.

A rate multiplies all that the loss does to a coordinate, theta_k' = -rate_k d_k E: the gradient in
the constant metric diag(1/rate). A decay adds decay_k theta_k^2 / 2 to the loss, as optimizers do,
so it acts with the rate of its coordinate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from pyconslaw.entries.foreign import key_of, read_rational
from pyconslaw.errors import InputError
from pyconslaw.records.graph import Parameter
from pyconslaw.records.runs import Runs

WEIGHT_LIMIT = 1 << 31
NO_RATES = {
    "natural": "F^+ belongs to the gradient itself, not to a metric of one's own",
}
DECAYING = ("weight-decay", "momentum", "nesterov")

Names = Callable[[], Sequence[str]]


def named_pairs(text: str, name: str, what: str) -> dict[str, str]:
    """The entries of NAME=ENTRY,NAME=ENTRY,...; a name may be W[0,1]. Errors: InputError."""
    pieces = re.split(r",(?=\s*[A-Za-z]\w*(?:\[[\w,\s]*\])?\s*=)", text)
    pairs = [[side.strip() for side in piece.split("=", 1)] for piece in pieces]
    if any(len(pair) < 2 for pair in pairs) or len({key for key, _ in pairs}) < len(pairs):
        raise InputError(f"{name}: expected NAME={what},..., each name once, got {text!r:.80}")
    return dict(pairs)


def places_of(
    given: Mapping, name: str, parameters: Sequence[Parameter], names: Names
) -> list[tuple[range, object, str]]:
    """(coordinates, entry, key) for entries by name of a parameter or of a coordinate, which is
    only looked for among the names where it is no parameter. Errors: InputError.
    """
    blocks, start = {}, 0
    for p in parameters:
        blocks[p.name] = range(start, start + p.size)
        start += p.size
    number: dict[str, int] = {}
    found: list[tuple[range, object, str]] = []
    for key, entry in given.items():
        key = key_of(key)
        where = blocks.get(key) if isinstance(key, str) else None
        if where is None and isinstance(key, str):
            number = number or {entry_name: k for k, entry_name in enumerate(names())}
            where = range(number[key], number[key] + 1) if key in number else None
        if where is None:
            raise InputError(
                f"{name}: unknown parameter {key!r:.80}, expected one of {', '.join(blocks)}"
                if len(blocks) < 20
                else f"{name}: unknown parameter {key!r:.80}"
            )
        found.append((where, entry, key))
    found.sort(key=lambda place: place[0].start)
    for (before, _, one), (after, _, two) in zip(found, found[1:], strict=False):
        if before.stop > after.start:
            raise InputError(f"{name}: {two if len(after) < len(before) else one} is given twice")
    return found


def read_rates(rates, flow: str, parameters: Sequence[Parameter], names: Names) -> Runs | None:
    """The rate of every coordinate, 1 where none is given; None where all are 1. Errors:
    InputError.
    """
    if flow in NO_RATES:
        raise InputError(f"rates: the flow {flow} has none: {NO_RATES[flow]}")
    if isinstance(rates, str):
        rates = named_pairs(rates, "rates", "A/B")
    if not isinstance(rates, Mapping):
        raise InputError(
            f"rates: expected rational numbers by name of parameter, got {rates!r:.80}"
        )
    found = _runs(rates, "rates", parameters, names, Fraction(1))
    return None if found.values == [1] else found


def read_decay(decay, flow: str, parameters: Sequence[Parameter], names: Names) -> Runs:
    """The decay of every coordinate: a number for all, or by name, and then 0 where none is given.
    Errors: InputError.
    """
    if flow not in DECAYING:
        raise InputError(f"decay: the flow {flow} has none, expected one of {', '.join(DECAYING)}")
    if isinstance(decay, str) and "=" in decay:
        decay = named_pairs(decay, "decay", "A/B")
    if isinstance(decay, Mapping):
        return _runs(decay, "decay", parameters, names, Fraction(0))
    size = sum(p.size for p in parameters)
    return Runs.of([(size, _number(decay, "decay", Fraction(0)))])


def _runs(
    given: Mapping, name: str, parameters: Sequence[Parameter], names: Names, other: Fraction
) -> Runs:
    """The runs of entries by name, and of the other value."""
    pairs, at = [], 0
    for where, entry, key in places_of(given, name, parameters, names):
        pairs += [
            (where.start - at, other),
            (len(where), _number(entry, f"{name}[{key!r}]", other)),
        ]
        at = where.stop
    found = Runs.of([*pairs, (sum(p.size for p in parameters) - at, other)])
    if lcm(*(value.denominator for value in found.values)) >= WEIGHT_LIMIT:
        raise InputError(f"{name}: expected a common denominator below 2^31, got {given!r:.80}")
    return found


def _number(entry, name: str, least: Fraction) -> Fraction:
    """A rate (least is 1: positive) or a decay (least is 0: not negative)."""
    try:
        number = Fraction(read_rational(entry, name))
    except InputError:
        number = Fraction(-1)
    large = max(number.numerator, number.denominator) >= WEIGHT_LIMIT
    if number < 0 or large or (least and not number):
        wanted = "a positive rational number" if least else "a rational number from 0 on"
        raise InputError(f"{name}: expected {wanted}, below 2^31, such as 1/2, got {entry!r:.80}")
    return number


def shown_weights(given) -> str:
    """Rates or decays that were read, in the words of the command line."""
    if isinstance(given, str) and "=" in given:
        given = named_pairs(given, "", "")
    if isinstance(given, Mapping):
        return ",".join(f"{key_of(key)}={read_rational(entry, '')}" for key, entry in given.items())
    return str(read_rational(given, ""))


def common_unit(weights: Runs) -> Fraction:
    """The largest number of which all weights are integer multiples; 0 where all are 0."""
    bottom = lcm(*(value.denominator for value in weights.values))
    return Fraction(gcd(*(int(value * bottom) for value in weights.values)), bottom)
