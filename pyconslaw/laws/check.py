"""A user's own candidate: conserved, or refuted by a component of phi and a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import log, log2
from typing import Any

import numpy as np

from pyconslaw._core.dense import Echelon
from pyconslaw.entries.foreign import is_sympy, typed
from pyconslaw.entries.parse import checked_polynomial, parse_polynomial
from pyconslaw.errors import InputError, LimitError
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.exact.primes import large_primes
from pyconslaw.fields.named import Named
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.fields.problem import Problem
from pyconslaw.laws.law import Law, LawSet, PolynomialLaw
from pyconslaw.laws.polynomial.search import law_gradients
from pyconslaw.laws.stated.balance import balance_laws, balance_pairs
from pyconslaw.laws.stated.layered import BalanceLaws
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROBABLE, PROVED

BALANCE_LIMIT = 20_000  # parameters
WORK_LIMIT = 20_000_000  # products of terms
SHOWN = 20  # coordinates of a point that are printed


@dataclass(frozen=True, eq=False)
class CheckResult:
    """What is known of a candidate; its truth value is whether the candidate is conserved.

    Attributes
    ----------
    conserved : bool
    verdict : str
        "proved" (either way) or "probable" (conserved, but phi was too large to be written out).
    reason : str
        In words.
    component : str or None
        When refuted: the component of phi, or the vector field, that moves the candidate.
    point : dict or None
        When refuted: integer parameters by name.
    derivative : Fraction or None
        When refuted: the nonzero value of <grad h, grad phi_i> there (of <grad h, X_i>, for a
        vector field as it stands in a certificate).
    error_bound : Fraction or None
        When probable: with at most this probability it is wrong.
    coefficient : str or None
        When refuted because a coefficient of a logarithm or an angle is no law: that coefficient,
        which is moved at the point. What the derivative of the candidate is there is not said.

    Examples
    --------
    >>> from pyconslaw import check_law, product
    >>> found = check_law(product(2), "x1 + x2")
    >>> bool(found), found.verdict, found.component, str(found.derivative)
    (False, 'proved', '1 -> x1...x2', '1')
    """

    conserved: bool
    verdict: str
    reason: str
    component: str | None = None
    point: dict[str, int] | None = None
    derivative: Fraction | None = None
    error_bound: Fraction | None = None
    coefficient: str | None = None

    def __bool__(self) -> bool:
        return self.conserved

    def __str__(self) -> str:
        found = "conserved" if self.conserved else "not conserved"
        lines = [f"{found}, {self.verdict}: {self.reason}"]
        if self.error_bound is not None:
            lines.append(f"  wrong with probability at most {float(self.error_bound):.1e}")
        if self.point is not None:
            moved = [f"{name} = {x}" for name, x in self.point.items() if x]
            more = f" and {len(moved) - SHOWN} more" if len(moved) > SHOWN else ""
            rest = ", the others 0" if len(moved) < len(self.point) else ""
            at = f"{', '.join(moved[:SHOWN])}{more}{rest}" if moved else "0"
            value = "not 0" if self.derivative is None else f"{self.derivative}"
            whose = "its derivative" if self.coefficient is None else "that of the coefficient"
            lines.append(f"  {whose} is {value} at {at}")
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw check --json`, without network and law.

        Returns
        -------
        dict
        """
        return {
            "conserved": self.conserved,
            "verdict": self.verdict,
            "reason": self.reason,
            "component": self.component,
            "point": self.point,
            "derivative": None if self.derivative is None else str(self.derivative),
            "error_bound": None if self.error_bound is None else float(self.error_bound),
        }


def read_candidate(network: Named, law) -> tuple[Polynomial, int]:
    """The candidate as (integer polynomial, positive denominator)."""
    if isinstance(law, Law | LawSet | BalanceLaws):
        check_network(network, law)
        if not isinstance(law, PolynomialLaw):
            raise InputError(f"law: expected one polynomial law, got a {type(law).__name__}")
        law = law.polynomial
    if isinstance(law, str) or is_sympy(law):
        number = {name: i for i, name in enumerate(network.entry_names)}
        law = typed(law, number, "law")
        parsed = parse_polynomial(law, number, "law")
        return parsed.numerator, parsed.denominator
    return checked_polynomial(law, network.problem.size, "law"), 1


def check_network(network: Named, law) -> None:
    """Errors: InputError when a law, or a set of them, is about another network."""
    if law.network.fingerprint != network.fingerprint:
        own, wanted = (f"{n.name} (sha256 {n.fingerprint[:16]})" for n in (law.network, network))
        raise InputError(f"law: is a law of {own}, expected one of {wanted}")


def derivative_along(h: Polynomial, field: VectorField) -> Polynomial:
    """<grad h, field> over the integers."""
    terms = [
        (a * b, [*m, *n])
        for v, part in h.gradient().items()
        if v in field
        for a, m in part.terms
        for b, n in field[v].terms
    ]
    return Polynomial.of(terms)


def nonzero_point(f: Polynomial) -> tuple[dict[int, int], int]:
    """A point with small integers (0 for variables that do not matter) where a nonzero polynomial
    does not vanish.
    """
    variables = sorted({v for _, m in f.terms for v, _ in m})
    point: dict[int, int] = {}
    # one variable at a time: some value keeps f nonzero
    for v in variables:
        for value in range(max(e for _, m in f.terms for w, e in [*m, (v, 0)] if w == v) + 1):
            rest = Polynomial.of(
                (c * value ** dict(m).get(v, 0), [(w, e) for w, e in m if w != v])
                for c, m in f.terms
            )
            if rest.terms:
                f, point[v] = rest, value
                break
    return point, f.terms[0][0]


def balance_combination(problem: Problem, h: Polynomial) -> bool:
    """Is h, up to a constant, a rational combination of balance laws? Exact when it says yes.

    The laws of pairs i != j have disjoint supports and coefficients +-1, and those of single
    neurons form the incidence matrix of a directed graph in the squares: every minor is 0 or +-1.
    So a minor that contains the row of h is at most its coefficient sum, and a prime above that
    decides membership over Q.
    """
    if not problem.has_graph or problem.size > BALANCE_LIMIT:
        return False
    pairs = balance_pairs(problem.graph)
    # too many for all: those that share a parameter with h
    if len(pairs) * problem.size > 1 << 24:
        touched = {v for _, m in h.terms for v, _ in m}
        laws = [
            f
            for f in balance_laws(problem.graph, pairs)
            if any(v in touched for _, m in f.terms for v, _ in m)
        ]
    else:
        laws = list(balance_laws(problem.graph, pairs))
    rows = [{m: c for c, m in f.terms if m} for f in (*laws, h)]
    column = {m: k for k, m in enumerate(sorted({m for row in rows for m in row}))}
    prime = next(large_primes())
    if h.norm >= prime or len(rows) * len(column) > 1 << 26:
        return False
    dense = np.zeros((len(rows), len(column)), dtype=np.uint64)
    for line, row in zip(dense, rows, strict=True):
        for m, c in row.items():
            line[column[m]] = c % prime
    return not _echelon_of(dense[:-1], prime).extend(dense[-1:]).any()


def _echelon_of(rows: np.ndarray, prime: int) -> Echelon:
    """The echelon basis of the span of rows."""
    basis = Echelon(rows.shape[1], prime)
    basis.extend(rows)
    return basis


def _by_components(network: Named, h: Polynomial, denominator: int) -> CheckResult:
    """Exact: <grad h, grad phi_i> written out for every component, or <grad h, X_i> for the given
    vector fields.
    """
    generators = network.problem.generators
    vector_field, what = (
        ("grad phi", "components of phi")
        if all(isinstance(f, Polynomial) for f in generators)
        else ("X", "vector fields X")
    )
    moving = first_moving(generators, h)
    if moving is None:
        return CheckResult(
            True,
            PROVED,
            f"<grad h, {vector_field}_i> = 0 identically for all {len(generators)} {what}",
        )
    number, point, value = moving
    name = list(network.generators)[number]
    return CheckResult(
        False,
        PROVED,
        f"<grad h, {vector_field}> is not zero for {name}",
        name,
        {entry: point.get(v, 0) for v, entry in enumerate(network.entry_names)},
        Fraction(value, denominator),
    )


def first_moving(
    generators: Sequence[Polynomial | VectorField], h: Polynomial
) -> tuple[int, dict[int, int], int] | None:
    """Exact: (the first generator that moves h, an integer point, how fast there); None where none
    does. Errors: LimitError.
    """
    work = sum(
        len(p.terms) for f in generators for p in ([f] if isinstance(f, Polynomial) else f.values())
    ) * max(1, len(h.terms))
    if work > WORK_LIMIT:
        raise LimitError(f"law: {work} products of terms, more than {WORK_LIMIT}")
    for number, f in enumerate(generators):
        derivative = derivative_along(h, f.gradient() if isinstance(f, Polynomial) else f)
        if derivative.terms:
            return number, *nonzero_point(derivative)
    return None


def _by_probes(network: Named, h: Polynomial, rng) -> CheckResult:
    """At a random point modulo a random prime: a refutation is exact, agreement is probable."""
    prime, point, bound = random_look(network.problem, h, rng)
    if point is None:
        return CheckResult(
            True,
            PROBABLE,
            "<grad h, grad f> = 0 for a random combination f of components at a random "
            "point modulo a random prime",
            error_bound=bound,
        )
    return CheckResult(
        False,
        PROVED,
        f"<grad h, grad f> is not zero modulo {prime} for a combination f of components",
        "a random combination of the components",
        dict(zip(network.entry_names, point, strict=True)),
    )


def random_look(problem: Problem, h: Polynomial, rng) -> tuple[int, list[int] | None, Fraction]:
    """(prime, a point where a random combination of the components moves h modulo that prime,
    probability of error); no point where it does not, which is wrong with at most that probability.
    """
    family = problem.family()
    prime = rng.prime(PRIME_BITS)
    point = rng.array(problem.size, 0, prime)
    probe = family.draw(rng, 0, 1, prime)
    field = family.values(probe, [(0,)], point, prime)[0]
    gradient = next(law_gradients([h], problem.size, point, prime))[0]
    if sum(int(a) * int(b) for a, b in zip(gradient, field, strict=True)) % prime:
        return prime, point.tolist(), Fraction(0)
    degree, bits = family.size_bounds(prime)
    bits += log2(max(h.norm * h.degree, 1))
    primes = 3 * 2 ** (PRIME_BITS - 1) / (5 * log(2.0 ** (PRIME_BITS - 1)))
    bound = Fraction(2 * degree + h.degree + 3, prime) + Fraction(bits / (PRIME_BITS - 1) / primes)
    return prime, None, bound


def check_polynomial(network: Named, h: Polynomial, denominator: int, rng) -> CheckResult:
    """Whether h / denominator is a law."""
    if not h.degree:
        return CheckResult(
            True, PROVED, "a constant, conserved by every flow (and counted nowhere)"
        )
    if balance_combination(network.problem, h):
        return CheckResult(
            True, PROVED, "a combination of balance laws (local identity at the neurons)"
        )
    try:
        return _by_components(network, h, denominator)
    except LimitError:
        if not network.problem.has_graph:
            raise
        return _by_probes(network, h, rng)
