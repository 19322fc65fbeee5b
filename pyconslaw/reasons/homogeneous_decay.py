"""Weight decay: both bounds, from those of the flow of the gradient.

With y = s theta the drift -tau theta d_theta + tau s d_s is tau s d_s, and a part of degree e of a
control is s^(1-e) times itself at y. So the trace has one dimension more than that of the algebra
which all homogeneous parts of the controls generate, and the laws are the h(s theta), h a law of
these parts; where tau is 0 the clock moves alone (docs/mathematics.md, "Weight decay"). This is
theorem 2.1 of Marcotte, Gribonval and Peyre 2025 without its assumption that W is closed under
scaling. Where coordinates decay at several speeds, the parts are those of equal weight.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.fields.polynomials import VectorField
from pyconslaw.laws.stated.moving import Units
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.graph import FROZEN, Graph, Layers
from pyconslaw.records.polynomial import Monomial, Polynomial
from pyconslaw.records.runs import Runs

OF_SYSTEM, OF_PARTS = "system", "parts"
# Upper bounds by laws that are read off a graph, all of degree 1 or 2; but those by symmetries,
# which `balance-laws` may state, can have terms of both degrees.
QUADRATIC = ("balance-laws", "potentials", "layered-balance", "generic-balance")
LISTED = 200_000  # terms of laws that are carried over to the flow


@dataclass(frozen=True, eq=False)
class DecayBound(LowerBound):
    """A lower bound under weight decay, or with rates. base: the one without that it rests on, if
    the dimension is the same, or less by one; else None.
    """

    base: LowerBound | None = field(kw_only=True, repr=False)


def is_homogeneous(
    program: Graph | Layers | Iterable[VectorField], pull: Runs | None = None
) -> bool:
    """Whether W is spanned by homogeneous vector fields, by the presentation alone.

    Parameters
    ----------
    program : Graph, Layers or vector fields
        Vector fields are looked at term by term, layers by their biases. A graph is homogeneous if
        paths with equal source, gates and output have equally many trained edges. What is tested
        implies this: any two ways without a gate between two nodes have equal numbers, by a
        potential on the nodes. A graph that has the potential has it whatever the weights are.
    pull : Runs, optional
        The speeds at which coordinates decay, if they are several: no graph is homogeneous then.

    Returns
    -------
    bool
        True is exact. For a graph False may be too careful, for the others it is exact.

    Examples
    --------
    >>> from pyconslaw import linear
    >>> [is_homogeneous(linear([2, 3, 2], bias=bias).graph) for bias in ("none", "all")]
    [True, False]
    """
    if isinstance(program, Layers):
        return pull is None and _one_bias_between_gates(program)
    if isinstance(program, Graph):
        return pull is None and has_potential(program)
    return all(len({_weight(v, m, pull) for v, m in _terms(f)}) == 1 for f in program)


def _one_bias_between_gates(layers: Layers) -> bool:
    """Biases at two layers without a gate between them end in sums of products of two lengths."""
    seen = 0
    for k, biased in enumerate(layers.biased):
        seen += biased
        if seen > 1:
            return False
        if k < len(layers.gated) and layers.gated[k]:
            seen = 0
    return True


def has_potential(graph: Graph, rising: NDArray[np.bool_] | None = None) -> bool:
    """Whether a potential rises by 1 along trained edges, whose parameters are rising if only some
    are, and by 0 along the others.

    A source, and a gated node where paths leave it, has a place of its own, and another one where
    they come in. An edge that is the only way between its two places is left out.
    """
    marked = np.zeros(graph.nodes, dtype=bool)
    marked[[*graph.sources, *graph.gated]] = True
    live = graph.alive
    rises = graph.param != FROZEN
    if rising is not None:
        rises[rises] = rising[graph.param[rises]]
    tail, head, rise = (part[live] for part in (graph.tail, graph.head, rises))
    leaves, comes = np.zeros(graph.nodes, dtype=bool), np.zeros(graph.nodes, dtype=bool)
    leaves[tail[~marked[head]]] = True
    comes[head[~marked[tail]]] = True
    direct = marked[tail] & marked[head]
    kept = ~direct | (leaves[tail] & comes[head])
    starts = np.where(marked, graph.nodes + np.arange(graph.nodes), np.arange(graph.nodes))
    edges = zip(starts[tail[kept]].tolist(), head[kept].tolist(), rise[kept].tolist(), strict=True)
    return _consistent(edges)


def _consistent(edges: Iterable[tuple[int, int, int]]) -> bool:
    """Whether some numbers at the nodes differ by the given rise along every edge (u, v, rise)."""
    around: dict[int, list[tuple[int, int]]] = {}
    for u, v, rise in edges:
        around.setdefault(u, []).append((v, rise))
        around.setdefault(v, []).append((u, -rise))
    height: dict[int, int] = {}
    for start in around:
        if start in height:
            continue
        height[start], todo = 0, [start]
        while todo:
            u = todo.pop()
            for v, rise in around[u]:
                if v not in height:
                    height[v] = height[u] + rise
                    todo.append(v)
                elif height[v] != height[u] + rise:
                    return False
    return True


def _terms(vector_field: VectorField) -> Iterable[tuple[int, Monomial]]:
    """(coordinate that is moved, monomial) of all terms."""
    return ((v, m) for v, f in vector_field.items() for _, m in f.terms)


def _weight(v: int, monomial: Monomial, pull: Runs | None) -> Fraction:
    """How a term that moves coordinate v grows where each coordinate grows with its speed."""
    if pull is None:
        return Fraction(sum(e for _, e in monomial) - 1)
    return sum((e * pull.at(u) for u, e in monomial), -pull.at(v))


def homogeneous_parts(fields: Iterable[VectorField], pull: Runs | None = None) -> list[VectorField]:
    """The homogeneous parts of vector fields, in their order, by increasing degree; with several
    speeds of decay by increasing weight.

    Examples
    --------
    >>> from pyconslaw import System
    >>> phi = System("uv", phi=["(1 + u)*(1 + v)"])
    >>> [[f.terms for f in part.values()] for part in homogeneous_parts(phi.explicit().fields)]
    [[((1, ()),), ((1, ()),)], [((1, ((1, 1),)),), ((1, ((0, 1),)),)]]
    """
    found = []
    for whole in fields:
        for weight in sorted({_weight(v, m, pull) for v, m in _terms(whole)}):
            part = {
                v: Polynomial(tuple((c, m) for c, m in f.terms if _weight(v, m, pull) == weight))
                for v, f in whole.items()
            }
            found.append({v: f for v, f in part.items() if f.terms})
    return found


def rests_on_homogeneous_laws(proof: Mapping[str, Any]) -> bool:
    """Whether an upper bound rests on laws read off a graph that have one degree each.

    These are laws of every homogeneous part too, so the bound holds under weight decay even where
    the components are not homogeneous.
    """
    if proof["kind"] == "balance-laws":
        return all(_has_one_degree(law["polynomial"]) for law in proof["laws"])
    return proof["kind"] in QUADRATIC


def _has_one_degree(terms: Sequence[Any]) -> bool:
    """Whether all terms of a polynomial, as in a certificate, have the same degree."""
    return len({sum(e for _, e in monomial) for _, monomial in terms}) == 1


def homogeneous_decay(
    lower: LowerBound,
    upper: UpperBound,
    clock: int,
    factor: int = 1,
    parameter: int | None = None,
    *,
    of: str = OF_SYSTEM,
    exact: bool = True,
    units: Units | None = None,
) -> tuple[DecayBound, UpperBound]:
    """Both bounds under weight decay from those of the flow of the gradient.

    Parameters
    ----------
    lower, upper : LowerBound, UpperBound
        Of the network itself (of="system"), or of the system of all homogeneous parts (of="parts").
        An upper bound of a network that is not homogeneous, under a decay that is not 0, must rest
        on laws of one degree each (`rests_on_homogeneous_laws`); this is not checked here.
    clock, parameter : int
        The numbers of the coordinates s, or t, and tau; None where tau is a number.
    factor : int
        1, or 0 where tau is the number 0.
    of : str
        What the given bounds are of.
    exact : bool
        Whether the given bounds are of the very dimension that is wanted, less one: not for those
        of a network that is not homogeneous. Only then may a search that stagnates be confirmed.
    units : Units, optional
        With rates, or several speeds of decay.

    Returns
    -------
    tuple
        The bounds of the flow; the upper one lists the laws h(s theta), where those of the given
        one are listed and not too long.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, arXiv 2506.06194, theorem 2.1.

    Examples
    --------
    >>> from pyconslaw import mlp
    >>> from pyconslaw.methods.paths import widths_bounds
    >>> found = widths_bounds(mlp([2, 3, 1]).layers)
    >>> low, high = homogeneous_decay(found.lower, found.upper, clock=9)
    >>> low.rank, high.dimension, high.proof["base"]
    (7, 7, {'kind': 'potentials'})
    """
    what = "the flow of the gradient" if of == OF_SYSTEM else "all homogeneous parts of phi"
    units = units or Units(clock, factor)
    laws_are = f"{units.words} for laws h of {what}"
    found = DecayBound(
        lower.rank + 1,
        (f"none but {laws_are}", *lower.reasons),
        f"{what}: {lower.method}",
        lambda: {"kind": "homogeneous-decay", "of": of, "base": lower.make_proof()},
        lower.primes,
        tuple(rank + 1 for rank in lower.rank_by_round),
        lower.complete,
        base=lower if exact else None,
    )
    idle = [] if parameter is None else [Polynomial.of([(1, [(parameter, 1)])])]
    laws = [*_decayed(upper.laws, units), *idle]
    complete = len(laws) == len(upper.laws) + len(idle)
    return found, UpperBound(
        upper.dimension + 1,
        (laws_are, *upper.reasons),
        {"kind": "homogeneous-decay", "of": of, "base": upper.proof},
        tuple(laws) if complete else (),
        upper.stated + len(idle),
        upper.primes,
        searched=upper.searched,
    )


def _decayed(laws: Iterable[Polynomial], units: Units) -> list[Polynomial]:
    """h(y) for each law h that is a polynomial then; none where they are too long."""
    laws = list(laws)
    if sum(len(h.terms) for h in laws) > LISTED:
        return []
    return [h for h in map(units.law, laws) if h is not None]
