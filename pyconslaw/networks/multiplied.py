"""Networks with nodes that multiply, products and squares of ReLU, written out as polynomials.

An output is a polynomial in the parameters, the inputs and the gates of the neurons; phi is its
coefficients as one in inputs and gates, where a gate of ReLU is 0 or 1, hence its own square, and
one of the absolute value 1 or -1, whose square is 1. docs/mathematics.md, "Nodes that multiply".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from pyconslaw.entries.quotients import EXPONENT_LIMIT, Terms, polynomial_of, primitive
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.problem import Problem
from pyconslaw.networks.edges import Line
from pyconslaw.networks.network import Description, Network
from pyconslaw.networks.spec import SOURCES
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Monomial

PRODUCT, SQUARED = "product", "squared_relu"
MULTIPLYING = (PRODUCT, SQUARED)
TERM_LIMIT = 200_000  # of all nodes
WORK_LIMIT = 10_000_000  # letters of products of terms: some seconds
BITS = 3_000  # of a coefficient, as many as certificates hold

# how often each input is multiplied, and which neurons have to let through
Key = tuple[Monomial, frozenset[str]]
Parts = dict[Key, Terms]


def polynomial_network(
    kinds: Mapping[str, str],
    lines: Iterable[Line],
    names: Sequence[str],
    order: Iterable[str],
    outputs: Sequence[str],
) -> Network:
    """The system of all coefficients. Errors: InputError, LimitError."""
    written = _Written(kinds, lines, names)
    asked = written.before(outputs)
    for v in order:
        if v in asked:
            written.add(v)
    found = (written.parts[o][key] for o in outputs for key in sorted(written.parts[o], key=_order))
    polynomials = (polynomial_of(primitive(f)) for part in found if (f := _moving(part)))
    phi = tuple(dict.fromkeys(polynomials))
    if not phi:
        raise InputError("outputs: expected one that depends on a parameter")
    spec = {"type": "polynomials", "variables": list(names), "phi": [f.json() for f in phi]}
    name = f"system of {len(phi)} components in {len(names)} variables"
    parameters = tuple(Parameter(name, ()) for name in names)
    return Network(Description(name, spec, parameters, "system"), Problem(len(names), phi=phi))


def _order(key: Key) -> tuple[Monomial, list[str]]:
    return key[0], sorted(key[1])


def _moving(part: Terms) -> Terms:
    """Without the constant term, which moves nothing."""
    return {m: c for m, c in part.items() if m}


class _Written:
    """The polynomials of the nodes, one after the other, and what they have cost."""

    def __init__(self, kinds: Mapping[str, str], lines: Iterable[Line], names: Sequence[str]):
        self.kinds, self.parts = kinds, dict[str, Parts]()
        self.variable = {name: k for k, name in enumerate(names)}
        self.source = {v: k for k, v in enumerate(v for v in kinds if kinds[v] == "input")}
        self.into: dict[str, list[Line]] = {}
        for line in lines:
            self.into.setdefault(line.head, []).append(line)
        self.terms = self.work = 0

    def before(self, outputs: Sequence[str]) -> set[str]:
        """The outputs, and the nodes from which they are reached."""
        found, todo = set(outputs), list(outputs)
        while todo:
            for line in self.into.get(todo.pop(), ()):
                if line.tail not in found:
                    found.add(line.tail)
                    todo.append(line.tail)
        return found

    def add(self, v: str) -> None:
        """The polynomial of a node, those before it being there. Errors: LimitError."""
        kind = self.kinds[v]
        if kind == "leaky_relu":
            raise InputError(
                f"nodes: {v!r} is a leaky ReLU beside nodes that multiply, whose powers depend on "
                "its slope, expected relu, abs, prelu or linear"
            )
        if kind in SOURCES:
            x = ((self.source[v], 1),) if kind == "input" else ()
            found: Parts = {(x, frozenset()): {(): Fraction(1)}}
        elif kind == PRODUCT:
            found = self._product(v)
        else:
            found = {}
            for line in self.into.get(v, ()):
                for key, part in self._weighted(line).items():
                    _add(found.setdefault(key, {}), part)
            if kind == SQUARED:
                found = self._times(found, found)
            if kind != "linear":
                found = self._times(found, {((), frozenset([v])): {(): Fraction(1)}})
        self.parts[v] = {
            key: part
            for key, terms in found.items()
            if (part := {m: c for m, c in terms.items() if c})
        }
        self._check(v)

    def _product(self, v: str) -> Parts:
        arriving = self.into.get(v, ())
        if not arriving:
            raise InputError(f"nodes: expected an edge into {v!r}, a product")
        found = self._weighted(arriving[0])
        for line in arriving[1:]:
            found = self._times(found, self._weighted(line))
        return found

    def _weighted(self, line: Line) -> Parts:
        """What an edge brings."""
        weight: Monomial = () if line.parameter is None else ((self.variable[line.parameter], 1),)
        alone: Parts = {((), frozenset()): {weight: Fraction(line.factor)}}
        return self._times(self.parts[line.tail], alone)

    def _times(self, f: Parts, g: Parts) -> Parts:
        """The product. Errors: LimitError, before it is made."""
        terms, others = _size(f), _size(g)
        self.work += terms * (others + _letters(g)) + others * _letters(f)
        if self.work > WORK_LIMIT:
            raise LimitError(
                f"nodes: products of polynomials have more than {WORK_LIMIT} letters together"
            )
        found: Parts = {}
        for (x, gates), part in f.items():
            for (y, more), other in g.items():
                total = found.setdefault((_product(x, y), self._gates(gates, more)), {})
                for m, c in part.items():
                    for n, d in other.items():
                        key = _product(m, n)
                        total[key] = _short(total.get(key, 0) + c * d)
                        _low(key)
        for x, _ in found:
            _low(x)
        return found

    def _gates(self, some: frozenset[str], others: frozenset[str]) -> frozenset[str]:
        """Those of a product: g^2 is g, for the absolute value 1."""
        twice = {v for v in some & others if self.kinds[v] == "abs"}
        return (some | others) - twice

    def _check(self, v: str) -> None:
        self.terms += _size(self.parts[v])
        if self.terms > TERM_LIMIT:
            raise LimitError(f"nodes: polynomials up to {v!r} have more than {TERM_LIMIT} terms")


def _size(f: Parts) -> int:
    return sum(map(len, f.values()))


def _letters(f: Parts) -> int:
    """Factors of all terms, inputs and gates too."""
    return sum(
        len(part) * (len(x) + len(gates)) + sum(map(len, part)) for (x, gates), part in f.items()
    )


def _add(total: Terms, part: Terms) -> None:
    for m, c in part.items():
        total[m] = _short(total.get(m, 0) + c)


def _short(c: Fraction | int) -> Fraction | int:
    """The coefficient. Errors: LimitError for a long one."""
    if max(c.numerator.bit_length(), c.denominator.bit_length()) > BITS:
        raise LimitError(f"nodes: a coefficient of an output has more than {BITS} bits")
    return c


def _low(m: Monomial) -> None:
    """Errors: LimitError for a monomial of high degree."""
    if sum(e for _, e in m) > EXPONENT_LIMIT:
        raise LimitError(f"nodes: an output has a degree above {EXPONENT_LIMIT}")


def _product(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    exponents = dict(m)
    for v, e in n:
        exponents[v] = exponents.get(v, 0) + e
    return tuple(sorted(exponents.items()))
