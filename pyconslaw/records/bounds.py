"""Bounds of the generic dimension of the trace, each with its exact reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.errors import LimitError
from pyconslaw.records.closed_form import ClosedForm
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.problem import VectorFields


@dataclass(frozen=True)
class Made:
    """A proof that was made when its bound was pickled, or why there is none."""

    proof: dict[str, Any] | None
    reason: str = ""

    @classmethod
    def of(cls, make_proof: Callable[[], dict[str, Any]]) -> Made:
        if isinstance(make_proof, cls):
            return make_proof
        try:
            return cls(make_proof())
        except LimitError as error:
            return cls(None, str(error))

    def __call__(self) -> dict[str, Any]:
        if self.proof is None:
            raise LimitError(self.reason)
        return dict(self.proof)


class AtNode(str):
    """A reason that speaks of a node of the graph: by its number, until somebody knows its name."""

    what: str
    node: int

    def __new__(cls, what: str, node: int) -> AtNode:
        made = super().__new__(cls, f"{what} (node {node})")
        made.what, made.node = what, node
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.what, self.node

    def named(self, names: Sequence[str]) -> str:
        """The reason with the name of the node."""
        return f"{self.what} ({names[self.node]})"


@dataclass(frozen=True, eq=False)
class LowerBound:
    """An exact reason why dim Lie(W)(theta) >= rank generically.

    make_proof makes its JSON object for the certificate; it may be any call, for it is made when
    the bound is pickled, and only the object travels. rank_by_round counts what a search met; a
    round may have stopped early. complete: a search tried every bracket of a first-round word with
    any word of the frame, and none raised the rank (or the rank is full); only then can the answer
    be `probable`. method: how the bound was found, in words.
    """

    rank: int
    reasons: tuple[str, ...]
    method: str
    make_proof: Callable[[], dict[str, Any]] = field(repr=False)
    primes: tuple[int, ...] = ()
    rank_by_round: tuple[int, ...] = ()
    complete: bool = False

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "make_proof": Made.of(self.make_proof)}


@dataclass(frozen=True, eq=False)
class BracketWords(LowerBound):
    """rank bracket values independent mod one prime at one integer point: the witness of a
    search.
    """

    point: NDArray[np.uint64] = field(kw_only=True, repr=False)
    generators: NDArray[np.uint64] = field(kw_only=True, repr=False)
    words: tuple[tuple[int, ...], ...] = field(kw_only=True, repr=False)
    pivots: tuple[int, ...] = field(kw_only=True, repr=False)

    @property
    def prime(self) -> int:
        return self.primes[0]


@dataclass(frozen=True, eq=False)
class UpperBound:
    """An exact reason why dim Lie(W)(theta) <= dimension generically.

    proof is its JSON object for the certificate, laws the independent laws it rests on (if any),
    stated the number of linearly independent laws they were picked from. forms: likewise the laws
    beyond polynomials; searched: which forms of laws were looked for,
    in words.
    """

    dimension: int
    reasons: tuple[str, ...]
    proof: dict[str, Any]
    laws: tuple[Polynomial, ...] = ()
    stated: int = 0
    primes: tuple[int, ...] = ()
    forms: tuple[ClosedForm, ...] = ()
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Bounds:
    """A lower and an upper bound of the same dimension. family: the vector fields that were
    searched, where they can be searched once more.
    """

    lower: LowerBound
    upper: UpperBound
    family: VectorFields | None = None

    @property
    def meet(self) -> bool:
        """Whether the dimension is known."""
        return self.lower.rank == self.upper.dimension

    def best(self, other: Bounds) -> Bounds:
        """The better of both sides, the first where they are as good; what was searched adds up."""
        better = other.lower.rank > self.lower.rank or (
            other.lower.rank == self.lower.rank and other.lower.complete > self.lower.complete
        )
        lower = other if better else self
        upper = min(self.upper, other.upper, key=lambda bound: bound.dimension)
        searched = tuple(dict.fromkeys((*self.upper.searched, *other.upper.searched)))
        return Bounds(lower.lower, replace(upper, searched=searched), lower.family)
