"""The generated Lie algebra itself: its frame at a point, its structure where it closes, the rank
condition of control systems.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

import flint

from pyconslaw.analysis.checked import checked
from pyconslaw.analysis.counting import analyze
from pyconslaw.analysis.handed import report_of
from pyconslaw.analysis.text import structure_text
from pyconslaw.brackets.closure import close_algebra, structure_constants
from pyconslaw.brackets.search import trace_rank
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.polynomials import PolynomialFields, VectorField, exact_bracket
from pyconslaw.laws.law import Law
from pyconslaw.networks.network import Network
from pyconslaw.networks.systems import System
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import Report
from pyconslaw.records.text import typed
from pyconslaw.thresholds import ALGEBRA_LIMIT


@dataclass(frozen=True, eq=False)
class LieAlgebra:
    """A finite-dimensional Lie algebra over Q by a basis of vector fields; everything here is
    exact.

    Attributes
    ----------
    basis : tuple of str
        In words.
    constants : tuple
        constants[a][b][l]: [B_a, B_b] = sum_l constants[a][b][l] B_l.
    killing : tuple
        The matrix of the Killing form, K(B_a, B_b) = trace(ad B_a ad B_b).
    signature : tuple of int
        How many positive, negative and zero squares the Killing form has.
    derived : tuple of int
        Dimensions of the derived series, from the algebra itself on until they stay.
    central : tuple of int
        Likewise of the lower central series.
    center : int
        The dimension of the center.
    """

    basis: tuple[str, ...]
    constants: tuple[tuple[tuple[Fraction, ...], ...], ...]
    killing: tuple[tuple[Fraction, ...], ...]
    signature: tuple[int, int, int]
    derived: tuple[int, ...]
    central: tuple[int, ...]
    center: int

    @property
    def dimension(self) -> int:
        """The number of basis elements."""
        return len(self.basis)

    @property
    def kind(self) -> str:
        """abelian, nilpotent, solvable, semisimple, or mixed."""
        if self.derived[-1] == 0:
            return (
                "abelian"
                if self.derived[:2] in ((0,), (self.dimension, 0))
                else "nilpotent"
                if self.central[-1] == 0
                else "solvable"
            )
        return "mixed" if self.signature[2] else "semisimple"


@dataclass(frozen=True, eq=False)
class Structure:
    """What `structure` found.

    Attributes
    ----------
    network : Network
    report : Report
        The count, with its bounds.
    rank_by_round : tuple of int
        The size of the frame by round: lower bounds of the generic ones, the last attained where
        report is proved.
    words : tuple of str
        A frame at a random point, each a bracket of generators by name.
    commuting : bool
        Whether all brackets of generators are identically zero.
    algebra : LieAlgebra or None
        The Lie algebra, if it closes within the limit.
    limit : int
        The largest dimension that was looked for.
    accessible : bool or None
        The Lie algebra rank condition, Lie(W)(theta) = R^D generically (None: open).
    strongly_accessible : bool or None
        The same for the ideal that the vector fields without drift generate; None without drift, or
        open.
    """

    network: Network
    report: Report
    rank_by_round: tuple[int, ...]
    words: tuple[str, ...]
    commuting: bool
    algebra: LieAlgebra | None
    limit: int
    accessible: bool | None
    strongly_accessible: bool | None

    def __str__(self) -> str:
        return structure_text(self)

    def __repr__(self) -> str:
        return f"<Structure {self.network.name}: rank by round {self.rank_by_round}>"

    def _repr_html_(self) -> str:
        return typed(str(self))

    @property
    def involutive(self) -> bool:
        """Whether W alone had the whole rank at that point."""
        return self.rank_by_round[0] == self.rank_by_round[-1]

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw structure --json`.

        Returns
        -------
        dict
            Structure constants are [a, b, l, "n/d"], a < b, those that are not 0.
        """
        out = {
            "network": self.network.name,
            "parameters": self.network.size,
            "laws": self.report.laws,
            "verdict": self.report.verdict,
            "rank_by_round": list(self.rank_by_round),
            "words": list(self.words),
            "involutive": self.involutive,
            "commuting": self.commuting,
            "accessible": self.accessible,
            "strongly_accessible": self.strongly_accessible,
            "algebra": None,
        }
        if self.algebra is not None:
            a = self.algebra
            out["algebra"] = {
                "dimension": a.dimension,
                "kind": a.kind,
                "basis": list(a.basis),
                "signature": list(a.signature),
                "derived": list(a.derived),
                "central": list(a.central),
                "center": a.center,
                "constants": [
                    [i, j, k, str(c)]
                    for i, j in combinations(range(a.dimension), 2)
                    for k, c in enumerate(a.constants[i][j])
                    if c
                ],
            }
        return out


def structure(
    network: Network, *, limit: int = ALGEBRA_LIMIT, seed: int = 0, report: Report | None = None
) -> Structure:
    """The structure of the Lie algebra that W generates: frame, rank by round, and, where it
    closes, dimension, structure constants and Killing form.

    W is written out, so phi must have few paths. A drift is one of the generators; then
    `accessible` is the Lie algebra rank condition, `strongly_accessible` that of the ideal without
    it.

    Parameters
    ----------
    network : Network
    limit : int
        The largest dimension that is looked for, 1 to 200.
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work.

    Returns
    -------
    Structure
        algebra is None where the Lie algebra does not close within the limit.

    Raises
    ------
    InputError
        For another limit, and as `analyze`.
    LimitError
        When phi has too many paths.

    References
    ----------
    Sussmann and Jurdjevic 1972 for the rank condition.

    Examples
    --------
    >>> from pyconslaw import linear, structure
    >>> found = structure(linear([2, 1, 1]))                    # so(2, 1)
    >>> found.algebra.dimension, found.algebra.kind, found.algebra.signature, found.rank_by_round
    (3, 'semisimple', (2, 1, 0), (2,))
    """
    rng = checked(network, seed)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 200:
        raise InputError(f"limit: expected an integer from 1 to 200, got {limit!r}")
    family, names = network.explicit(), list(network.generators)
    if len(names) > 20 * limit:
        raise LimitError(
            f"network: {network.name} has {len(names)} generators, more than {20 * limit}"
        )
    report = report_of(network, report, seed)
    found = trace_rank(family, rng, target=network.size - report.laws_min)
    letters = [names[int(g)] for g in found.generators[:, 0]]
    closed = close_algebra(family, limit)
    return Structure(
        network,
        report,
        found.rank_by_round,
        tuple(_nested([letters[i] for i in word]) for word in found.words),
        _commute(family),
        None if closed is None else lie_algebra(network, closed[0]),
        limit,
        _full(report),
        None if network.drift is None else _full(analyze(_with_time(network), seed=seed)),
    )


def _nested(names: list[str]) -> str:
    """The right-nested bracket of names."""
    return "".join(f"[{name}, " for name in names[:-1]) + names[-1] + "]" * (len(names) - 1)


def _commute(family: PolynomialFields) -> bool:
    pairs = combinations(
        [field for k, field in enumerate(family.fields) if field not in family.fields[:k]], 2
    )
    return not any(exact_bracket(a, b, family.parameters) for a, b in pairs)


def _full(report: Report) -> bool | None:
    """Whether the trace is all of R^D generically: proved either way, or None."""
    return True if report.laws_max == 0 else False if report.laws_min > 0 else None


def _with_time(network: Network) -> System:
    """The drift with d/dt added, in one variable more: brackets with a control have no part along
    t, so the rank is that of their ideal plus one.
    """
    names, clock = [f"x{k}" for k in range(network.size)], "t"
    drift: dict[str, Any] = {names[v]: f for v, f in (network.drift or {}).items()} | {clock: 1}
    controls = [
        f.gradient() if isinstance(f, Polynomial) else f
        for name, f in network.generators.items()
        if name != "drift"
    ]
    return System(
        [*names, clock],
        fields=[drift, *({names[v]: f for v, f in field.items()} for field in controls)],
    )


def lie_algebra(network: Network, basis: list[VectorField]) -> LieAlgebra:
    """The record of a closed algebra with this basis."""
    k = len(basis)
    constants = structure_constants(basis, network.size)
    ad = [
        flint.fmpq_mat([[_rational(constants[a][b][c]) for b in range(k)] for c in range(k)])
        for a in range(k)
    ]
    killing = [[Fraction(0)] * k for _ in range(k)]
    for a in range(k):
        for b in range(a + 1):
            product = ad[a] * ad[b]
            killing[a][b] = killing[b][a] = _fraction(
                sum((product[i, i] for i in range(k)), flint.fmpq(0))
            )
    columns = flint.fmpq_mat([[ad[a][c, b] for b in range(k)] for a in range(k) for c in range(k)])
    return LieAlgebra(
        tuple(field_text(network, field) for field in basis),
        tuple(tuple(map(tuple, row)) for row in constants),
        tuple(map(tuple, killing)),
        signature(killing),
        _series(constants, False),
        _series(constants, True),
        k - columns.rank(),
    )


def field_text(network: Network, field: VectorField) -> str:
    """A vector field in words, such as "y d/dx - x d/dy"."""
    text = ""
    for v, f in sorted(field.items()):
        minus = all(c < 0 for c, _ in f.terms)
        part = str(Law(network, Polynomial(tuple((-c, m) for c, m in f.terms)) if minus else f))
        part = "" if part == "1" else f"({part}) " if len(f.terms) > 1 else f"{part} "
        text += (" - " if minus else " + ") if text else "-" * minus
        text += f"{part}d/d{network.entry_name(v)}"
    return text


def signature(matrix: list[list[Fraction]]) -> tuple[int, int, int]:
    """Positive, negative and zero eigenvalues of a symmetric rational matrix, exact: its
    characteristic polynomial has real roots only (Descartes).
    """
    k = len(matrix)
    coefficients = (
        flint.fmpq_mat([[_rational(x) for x in row] for row in matrix]).charpoly().coeffs()
    )
    zeros = next(i for i, c in enumerate(coefficients) if c)
    signs = [c > 0 for c in coefficients if c]
    positive = sum(a != b for a, b in zip(signs, signs[1:], strict=False))
    return positive, k - zeros - positive, zeros


def _series(constants, lower: bool) -> tuple[int, ...]:
    """Dimensions of the lower central series, or of the derived series, until they stay the
    same.
    """
    k = len(constants)
    everything = [[Fraction(int(i == j)) for j in range(k)] for i in range(k)]
    space, sizes = everything, [k]
    while sizes[-1]:
        left = everything if lower else space
        products = [
            [
                sum(
                    x[a] * y[b] * constants[a][b][c]
                    for a in range(k)
                    if x[a]
                    for b in range(k)
                    if y[b]
                )
                for c in range(k)
            ]
            for x in left
            for y in space
        ]
        form, rank = flint.fmpq_mat([[_rational(x) for x in row] for row in products]).rref()
        if rank == sizes[-1]:
            break
        space = [[_fraction(form[i, j]) for j in range(k)] for i in range(rank)]
        sizes.append(rank)
    return tuple(sizes)


def _rational(x: Fraction) -> flint.fmpq:
    return flint.fmpq(x.numerator, x.denominator)


def _fraction(x) -> Fraction:
    return Fraction(int(x.p), int(x.q))
