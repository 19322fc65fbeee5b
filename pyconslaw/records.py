"""Frozen records that travel between the stages: parameters, graphs, polynomials, bounds, reports.

A leaf: it knows no stage, and holds no mathematics beyond what a record needs to be consistent.
"""
from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Monomial = tuple[tuple[int, int], ...]

PROVED, PROBABLE, OPEN = "proved", "probable", "open"
FROZEN = -1           # Graph.param of an edge with a constant weight


@dataclass(frozen=True)
class Parameter:
    """A named array of parameters; shape () for a scalar."""

    name: str
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64))

    def entries(self) -> Iterator[str]:
        """Names of the entries in row-major order: W1[0,0], W1[0,1], ...; the bare name for a scalar."""
        for index in np.ndindex(self.shape):
            yield f"{self.name}[{','.join(map(str, index))}]" if index else self.name


@dataclass(frozen=True, eq=False)
class Graph:
    """A gated linear program on a directed acyclic graph, or a part of one.

    Nodes are numbered in topological order. Edge e runs from tail[e] to head[e] > tail[e] with parameter param[e], which other
    edges may share, or, where that is FROZEN, with the constant weight[e]; edges are sorted by head, then tail. sources inject a value,
    outputs are read, gated nodes multiply what they receive by a free factor. A part keeps the numbers of
    nodes and parameters of the whole.
    """

    nodes: int
    params: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    param: NDArray[np.int64]
    sources: tuple[int, ...]
    outputs: tuple[int, ...]
    gated: tuple[int, ...]
    weight: NDArray[np.int64] | None = None

    @property
    def edges(self) -> int:
        return len(self.tail)

    @cached_property
    def ptr(self) -> NDArray[np.int64]:
        """Edges into node v are ptr[v] .. ptr[v+1]-1."""
        return np.concatenate([[0], np.cumsum(np.bincount(self.head, minlength=self.nodes))]).astype(np.int64)

    @cached_property
    def own_params(self) -> NDArray[np.int64]:
        """The parameters that occur on an edge, increasing."""
        return np.unique(self.param[self.param != FROZEN])

    @cached_property
    def uses(self) -> NDArray[np.int64]:
        """On how many edges each parameter occurs."""
        return np.bincount(self.param[self.param != FROZEN], minlength=self.params)

    @cached_property
    def reachable(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which nodes a source reaches, and which nodes reach an output."""
        down, up = np.zeros(self.nodes, dtype=bool), np.zeros(self.nodes, dtype=bool)
        down[list(self.sources)] = True
        up[list(self.outputs)] = True
        tails, heads = self.tail.tolist(), self.head.tolist()
        for u, v in zip(tails, heads, strict=True):
            down[v] |= down[u]
        for u, v in zip(reversed(tails), reversed(heads), strict=True):
            up[u] |= up[v]
        return down, up

    @cached_property
    def alive(self) -> NDArray[np.bool_]:
        """Which edges lie on a path from a source to an output."""
        down, up = self.reachable
        return down[self.tail] & up[self.head]


@dataclass(frozen=True)
class Layers:
    """A layered gated program by its widths alone: every node of a layer is joined to every node of the next.

    gated: for each hidden layer whether its nodes are. biased: for each layer but the first whether a constant node, one more source, feeds it too.
    """

    widths: tuple[int, ...]
    gated: tuple[bool, ...]
    biased: tuple[bool, ...]

    @property
    def params(self) -> int:
        """The number of edges; each has a parameter of its own."""
        return sum(m * (n + b) for n, m, b in zip(self.widths, self.widths[1:], self.biased, strict=False))

    @property
    def hidden(self) -> int:
        return sum(self.widths[1:-1])


@dataclass(frozen=True)
class Polynomial:
    """A polynomial with integer coefficients: terms (coefficient, ((variable, exponent), ...)), canonical.

    Canonical: no zero coefficient, variables strictly increasing in a term, terms sorted by monomial. Use
    `Polynomial.of` to make one from terms in any order.
    """

    terms: tuple[tuple[int, Monomial], ...]

    @staticmethod
    def of(terms) -> Polynomial:
        """From (coefficient, factor list) pairs in any order, equal monomials added up."""
        total: dict[Monomial, int] = {}
        for coefficient, monomial in terms:
            exponents: dict[int, int] = {}
            for variable, exponent in monomial:
                exponents[variable] = exponents.get(variable, 0) + exponent
            key = tuple(sorted((v, e) for v, e in exponents.items() if e))
            total[key] = total.get(key, 0) + coefficient
        return Polynomial(tuple((c, m) for m, c in sorted(total.items()) if c))

    @property
    def degree(self) -> int:
        """Total degree; 0 for constants and for zero."""
        return max((sum(e for _, e in m) for _, m in self.terms), default=0)

    @property
    def norm(self) -> int:
        """Sum of the absolute values of the coefficients."""
        return sum(abs(c) for c, _ in self.terms)

    def at(self, point):
        """The value at a point, exact for a sequence of integers or Fractions (or a mapping by variable)."""
        return sum(c * prod(point[v] ** e for v, e in m) for c, m in self.terms)

    def renumbered(self, number: Mapping[int, int] | Sequence[int]) -> Polynomial:
        """The polynomial with variable number[v] in the place of v."""
        return Polynomial.of((c, [(number[v], e) for v, e in m]) for c, m in self.terms)

    def gradient(self) -> dict[int, Polynomial]:
        """The nonzero partial derivatives by variable."""
        parts: dict[int, list[tuple[int, Monomial]]] = {}
        for c, monomial in self.terms:
            for k, (v, e) in enumerate(monomial):
                rest = ((v, e - 1),) if e > 1 else ()
                parts.setdefault(v, []).append((c * e, monomial[:k] + rest + monomial[k + 1:]))
        return {v: Polynomial.of(terms) for v, terms in sorted(parts.items())}

    def json(self) -> list:
        return [[c, [list(f) for f in m]] for c, m in self.terms]


class VectorFields(Protocol):
    """A family of polynomial vector fields on R^parameters with rational coefficients, as `trace` uses it.

    A generator is a row of non-negative integers whose meaning is the family's own; a word is a non-empty
    list of generator numbers and stands for the right-nested bracket.
    """

    parameters: int
    size: int | None      # number of generators, or None if they are drawn from infinitely many
    description: str      # of the family, in words

    def draw(self, rng, start: int, count: int, bound: int) -> NDArray[np.uint64]:
        """Up to count more generators, after the first start ones; random entries lie in 1 .. bound-1."""

    def values(self, generators, words: Sequence[Sequence[int]], point, prime: int) -> NDArray[np.uint64]:
        """Values mod prime of the words at an integer point, (words x parameters)."""

    def cost(self, generators, words: Sequence[Sequence[int]]) -> float:
        """Estimated products mod p that `values` takes."""

    def size_bounds(self, bound: int) -> tuple[int, float]:
        """(degree, log2 of the largest coefficient sum of a component) of a generator with entries below bound."""

    def generators_json(self, generators) -> list | None:
        """The generators as the certificate writes them; None if their numbers say it all."""


@dataclass(frozen=True, eq=False)
class LowerBound:
    """An exact reason why dim Lie(W)(theta) >= rank generically.

    make_proof makes its JSON object for the certificate. rank_by_round counts what a search met; a round may have stopped early.
    complete: a search tried every bracket of a first-round word with any word of the frame, and none raised the rank
    (or the rank is full); only then can the answer be `probable`. method: how the bound was found, in words.
    """

    rank: int
    reasons: tuple[str, ...]
    method: str
    make_proof: Callable[[], dict[str, Any]] = field(repr=False)
    primes: tuple[int, ...] = ()
    rank_by_round: tuple[int, ...] = ()
    complete: bool = False


@dataclass(frozen=True, eq=False)
class BracketWords(LowerBound):
    """rank bracket values independent mod one prime at one integer point: the witness of a search."""

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

    proof is its JSON object for the certificate, laws the independent laws it rests on (if any), stated
    the number of linearly independent laws they were picked from. forms: likewise the laws beyond polynomials (`integrals.forms`);
    searched: which forms of laws were looked for, in words.
    """

    dimension: int
    reasons: tuple[str, ...]
    proof: dict[str, Any]
    laws: tuple[Polynomial, ...] = ()
    stated: int = 0
    primes: tuple[int, ...] = ()
    forms: tuple[Any, ...] = ()
    searched: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Report:
    """What is known about the number of independent conservation laws near a generic point.

    laws: the number when proved or probable, else None; it lies in laws_min .. laws_max in any case (for
    `probable` laws_min is the proved side). error_bound: probability that a `probable` answer is
    wrong, over the random choices of prime, point and probes. system: the SHA-256 of the system's JSON form. Equal seeds give equal reports; times live elsewhere.
    """

    network: str
    object: str
    parameters: int
    laws: int | None
    laws_min: int
    laws_max: int
    verdict: str
    upper_by: tuple[str, ...]
    rank_by_round: tuple[int, ...]
    method: str
    seed: int
    primes: tuple[int, ...]
    error_bound: Fraction | None
    notes: tuple[str, ...]
    system: str
    lower: LowerBound = field(repr=False)
    upper: UpperBound = field(repr=False)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th>{key}</th><td>{html.escape(str(value))}</td></tr>" for key, value in self.json().items())
        return f"<table>{rows}</table>"

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw count --json`, without the time."""
        return {
            "network": self.network, "object": self.object, "parameters": self.parameters, "laws": self.laws,
            "laws_min": self.laws_min, "laws_max": self.laws_max, "verdict": self.verdict,
            "upper_by": list(self.upper_by), "rank_by_round": list(self.rank_by_round), "method": self.method,
            "seed": self.seed, "primes": list(self.primes),
            "error_bound": None if self.error_bound is None else float(self.error_bound),
            "notes": list(self.notes), "system": self.system,
        }
