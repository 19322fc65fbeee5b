"""Which flow: its name, its friction tau and its metric, as a user gives them, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from pyconslaw.entries.foreign import is_sympy, read_quotient, read_rational
from pyconslaw.entries.quotients import ONE, Quotient, Terms, polynomial_of
from pyconslaw.errors import InputError
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial

FLOWS = (
    "gradient",
    "weight-decay",
    "momentum",
    "nesterov",
    "mirror",
    "accelerated-mirror",
    "riemannian-momentum",
    "dual-momentum",
    "natural",
    "sign",
)
FRICTION = {
    "weight-decay": Fraction(1),
    "momentum": Fraction(1),
    "nesterov": Fraction(3),
    "accelerated-mirror": Fraction(1),
    # the default tau
    "riemannian-momentum": Fraction(1),
    "dual-momentum": Fraction(1),
}
EUCLIDEAN, ENTROPIC = "1", "1/self"
METRIC = {
    "momentum": EUCLIDEAN,
    "nesterov": EUCLIDEAN,
    "mirror": ENTROPIC,
    "accelerated-mirror": ENTROPIC,
    # the default metric
    "riemannian-momentum": ENTROPIC,
    "dual-momentum": ENTROPIC,
}
# an entry depends on its own coordinate alone
HESSIAN = ("accelerated-mirror", "riemannian-momentum", "dual-momentum")
WORDS = {"euclidean": EUCLIDEAN, "entropic": ENTROPIC}
NO_NAMES = ("nan", "inf", "infinity", "none", "null")  # of a parameter tau: slips, most likely
TAU_LIMIT = 1 << 31
REGION_LIMIT = 1 << 31

Metric = tuple[tuple[Polynomial, Polynomial], ...]


@dataclass(frozen=True)
class Setting:
    """A flow: tau is a number, the name of a parameter, or None; metric has a pair (top, bottom)
    for each coordinate, or is None for the flow's own; text says it all in the words of the
    command line. region: of the sign flow, a point with integer coordinates.
    """

    flow: str
    tau: Fraction | str | None
    metric: Metric | None
    text: str
    region: tuple[int, ...] | None = None

    def json(self, of: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON form of this flow of a system with that JSON form."""
        tau = (
            [self.tau.numerator, self.tau.denominator]
            if isinstance(self.tau, Fraction)
            else self.tau
        )
        metric = (
            None
            if self.metric is None
            else [[top.json(), bottom.json()] for top, bottom in self.metric]
        )
        region = {} if self.region is None else {"region": list(self.region)}
        return {
            "type": "flow",
            "flow": self.flow,
            "of": dict(of),
            "tau": tau,
            "metric": metric,
            **region,
        }

    @property
    def degree(self) -> int:
        """Of a polynomial metric; 0 where an entry is a fraction: of x M(x), summed, laws of mirror
        flows may be.
        """
        if self.metric is None or any(bottom.degree for _, bottom in self.metric):
            return 0
        return max(top.degree for top, _ in self.metric)

    def inverse(self, names: Sequence[str]) -> list[Quotient]:
        """The diagonal of M^-1, which is what the equations use."""
        metric = self.metric or _metric(
            METRIC[self.flow], [Parameter(name, ()) for name in names], names
        )
        return [
            ({m: Fraction(c, top.terms[0][0]) for c, m in bottom.terms}, ONE)
            if not top.degree
            else (_terms(bottom), _terms(top))
            for top, bottom in metric
        ]


def read_setting(
    flow, tau, metric, parameters: Sequence[Parameter], names: Sequence[str]
) -> Setting:
    """The flow that a user names. parameters, names: of the coordinates. Errors: InputError names
    flow, tau or metric.

    >>> read_setting("momentum", "1/2", None, [Parameter("x", ())], ["x"]).text
    'momentum --tau 1/2'
    """
    if not isinstance(flow, str) or flow not in FLOWS:
        raise InputError(f"flow: expected one of {', '.join(FLOWS)}, got {flow!r:.80}")
    if tau is not None and flow not in FRICTION:
        raise InputError(f"tau: the flow {flow} has none")
    if metric is not None and flow not in METRIC:
        raise InputError(f"metric: the flow {flow} has none")
    friction = _tau(FRICTION[flow] if tau is None else tau, flow) if flow in FRICTION else None
    read = None if metric is None else _metric(metric, parameters, names)
    if read is not None and flow in HESSIAN:
        for k, pair in enumerate(read):
            if any(v != k for f in pair for _, m in f.terms for v, _ in m):
                raise InputError(
                    f"metric: the flow {flow} needs the Hessian of a sum over the "
                    f"coordinates, but the entry of {names[k]} "
                    "depends on another coordinate"
                )
    if flow == "accelerated-mirror" and not friction:
        _check_homogeneous(read or (), names)
    if read is not None and read == _metric(METRIC[flow], parameters, names):
        read = None
    text = (
        flow
        + (f" --tau {friction}" if friction is not None else "")
        + (f" --metric {_shown(metric)}" if read is not None else "")
    )
    return Setting(flow, friction, read, text)


def _check_homogeneous(metric: Metric, names: Sequence[str]) -> None:
    """Whether accelerated-mirror has a limit for tau = 0. Errors: InputError."""
    for k, pair in enumerate(metric):
        if any(len(f.terms) > 1 for f in pair):
            raise InputError(
                "tau: got 0, where accelerated-mirror needs a metric c*self^n: p = theta + "
                "theta'/tau has no limit, and tau*theta + theta' obeys the same equation for all "
                f"tau, up to a constant, for these alone; the entry of {names[k]} is another one"
            )


def read_region(point, flow: str, size: int) -> tuple[int, ...]:
    """A point near which the sign flow is looked at. Errors: InputError."""
    if flow != "sign":
        raise InputError(f"point: belongs to the flow sign, not to {flow}")
    region = tuple(point) if isinstance(point, list | tuple) else ()
    if len(region) != size or any(
        isinstance(x, bool) or not isinstance(x, int) or abs(x) >= REGION_LIMIT for x in region
    ):
        raise InputError(
            f"point: expected {size} integers of absolute value below 2^31, got {point!r:.80}"
        )
    return region


def _tau(tau, flow: str) -> Fraction | str:
    if (
        isinstance(tau, str)
        and re.fullmatch(r"[A-Za-z]\w{0,99}", tau, re.ASCII)
        and tau.casefold() not in NO_NAMES
    ):
        if flow == "nesterov":
            raise InputError(
                "tau: for nesterov, tau/t with a positive integer tau is understood, got "
                f"the parameter {tau}"
            )
        return tau
    try:
        number = read_rational(tau, "tau")
    except InputError:
        number = None
    if number is None or number < 0 or max(number.numerator, number.denominator) >= TAU_LIMIT:
        raise InputError(
            "tau: expected a rational number from 0 to below 2^31, such as 1/2, or the "
            f"name of a parameter, got {tau!r:.80}"
        )
    if flow == "nesterov" and not (number.denominator == 1 and 1 <= number <= 20):
        raise InputError(
            f"tau: for nesterov, tau/t with an integer tau from 1 to 20 is understood, got {number}"
        )
    return number


def _shown(metric) -> str:
    if isinstance(metric, Mapping):
        return ",".join(f"{key}={value}" for key, value in metric.items())
    return f"[{', '.join(map(str, metric))}]" if isinstance(metric, list | tuple) else str(metric)


def _metric(metric, parameters: Sequence[Parameter], names: Sequence[str]) -> Metric:
    """The diagonal of M, entry by entry, as pairs of polynomials with integer coefficients, the
    first coefficient of top positive.
    """
    if "self" in names:
        raise InputError(
            "metric: a coordinate is called self, which in a metric stands for the "
            "coordinate of the entry"
        )
    if isinstance(metric, str) and "=" in metric:
        pieces = re.split(r",(?=\s*[A-Za-z]\w*(?:\[[\d,\s]*\])?\s*=)", metric)
        pairs = [[side.strip() for side in piece.split("=", 1)] for piece in pieces]
        if any(len(pair) < 2 for pair in pairs) or len({name for name, _ in pairs}) < len(pairs):
            raise InputError(f"metric: expected NAME=ENTRY,..., each name once, got {metric!r:.80}")
        metric = dict(pairs)
    number = {name: k for k, name in enumerate(names)}
    if isinstance(metric, Mapping):
        entries = _by_name(metric, parameters, number)
    elif isinstance(metric, list | tuple):
        if len(metric) != len(names):
            raise InputError(
                f"metric: expected {len(names)} entries, one for each coordinate, got {len(metric)}"
            )
        if any(isinstance(entry, list | tuple) for entry in metric):
            raise InputError(
                "metric: got a matrix; only diagonal metrics are taken, as the list of the "
                "diagonal's entries"
            )
        entries = [(entry, f"metric[{k}]") for k, entry in enumerate(metric)]
    else:
        entries = [(metric, "metric")] * len(names)
    pairs = []
    for k, (entry, place) in enumerate(entries):
        number["self"] = k
        pairs.append(_pair(entry, number, place))
    return tuple(pairs)


def _by_name(metric: Mapping, parameters: Sequence[Parameter], number: Mapping[str, int]) -> list:
    """Entries for all coordinates from those of some parameters or coordinates; the others are
    Euclidean.
    """
    entries: list = [(EUCLIDEAN, "metric")] * len(number)
    blocks, start = {}, 0
    for p in parameters:
        blocks[p.name] = range(start, start + p.size)
        start += p.size
    seen: set[int] = set()
    for key, entry in metric.items():
        key = key.name if is_sympy(key) and getattr(key, "is_Symbol", False) else key
        where = (
            blocks.get(key)
            if isinstance(key, str) and key in blocks
            else [number[key]]
            if isinstance(key, str) and key in number
            else None
        )
        if where is None:
            raise InputError(
                f"metric: unknown parameter {key!r:.80}, expected one of {', '.join(blocks)}"
                if len(blocks) < 20
                else f"metric: unknown parameter {key!r:.80}"
            )
        if not seen.isdisjoint(where):
            raise InputError(f"metric: {key} is given twice")
        seen.update(where)
        for k in where:
            entries[k] = (entry, f"metric[{key!r}]")
    return entries


def _pair(entry, number: Mapping[str, int], name: str) -> tuple[Polynomial, Polynomial]:
    top, bottom = read_quotient(
        WORDS.get(entry, entry) if isinstance(entry, str) else entry, number, name
    )
    top = {m: c for m, c in top.items() if c}
    if not top:
        raise InputError(f"{name}: an entry of a metric is not zero")
    scale = Fraction(lcm(*(c.denominator for f in (top, bottom) for c in f.values())))
    content = gcd(*(int(c * scale) for f in (top, bottom) for c in f.values()))
    if top[min(top)] < 0:
        content = -content
    return tuple(
        polynomial_of({m: int(c * scale) // content for m, c in f.items()}) for f in (top, bottom)
    )


def _terms(f: Polynomial) -> Terms:
    return {m: Fraction(c) for c, m in f.terms}
