"""Upper bounds of dim Lie(W)(theta), each by an exact reason.

On a graph: the balance laws of neurons, a single generator, a split at a single neuron. On explicit
polynomials: polynomial laws found by exact linear algebra, a single generator, a Lie algebra that closes.
"""
from __future__ import annotations

import numpy as np

from pyconslaw.basis import PRIME_BITS, draw_basis, is_fast
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.integrals.forms import form_rows
from pyconslaw.integrals.frame import involutive_frame
from pyconslaw.integrals.ring import Ring
from pyconslaw.integrals.search import FORMS, find_forms
from pyconslaw.laws.balance import balance_gradients, balance_laws, balance_pairs
from pyconslaw.laws.closure import close_algebra
from pyconslaw.laws.moving import decayed, rotations
from pyconslaw.laws.potentials import idle_parameters, potentials
from pyconslaw.laws.search import law_gradients, polynomial_laws
from pyconslaw.records import FROZEN, Graph, Polynomial, UpperBound
from pyconslaw.trace import POINT_BOUND


def independent(gradients, rng, parameters: int):
    """Which of some laws have independent gradients at a random point: (mask, witness for the certificate).

    gradients(point, prime) gives the matrix (laws x parameters) mod prime, or yields it in row blocks. Dependent ones are given
    a second point and prime where the prime is small (see `pyconslaw.basis`).
    """
    mask, witness = _independent_once(gradients, rng, parameters)
    if is_fast(parameters) and not mask.all():
        again = _independent_once(gradients, rng, parameters)
        if again[0].sum() > mask.sum():
            return again
    return mask, witness


def _independent_once(gradients, rng, parameters):
    basis, prime = draw_basis(rng, parameters)
    point = rng.array(parameters, 1, POINT_BOUND)
    masks = [basis.extend(block) for block in gradients(point, prime)]
    mask = np.concatenate(masks) if masks else np.zeros(0, dtype=bool)
    return mask, {"prime": prime, "point": point.tolist(), "pivots": basis.pivots}


def balance_bound(graph: Graph, rng) -> UpperBound:
    """dimension <= D - rank of the gradients of the laws read off the graph.

    Those are the balance laws (Du, Hu and Lee 2018; Arora et al. 2018), and, where weights are tied or frozen or parameters
    idle, the laws of potentials. D is the number of parameters that occur in the graph, which may be a part of a larger one.
    """
    plain = graph.alive.all() and (graph.param != FROZEN).all() and (graph.uses <= 1).all()
    if plain:
        pairs = balance_pairs(graph)
        mask, witness = independent(lambda x, p: balance_gradients(graph, pairs, x, p), rng, graph.params)
        kept = [pair for pair, keep in zip(pairs, mask, strict=True) if keep]
        entries = [({"neurons": list(pair)}, law) for pair, law in zip(kept, balance_laws(graph, kept), strict=True)]
        stated = len(pairs)
    else:
        everything = list(_graph_laws(graph))
        polynomials = [law for _, law in everything]
        mask, witness = independent(lambda x, p: law_gradients(polynomials, graph.params, x, p), rng, graph.params)
        entries = [entry for entry, keep in zip(everything, mask, strict=True) if keep]
        stated = len(everything)
    laws = tuple(law for _, law in entries)
    proof = {"kind": "balance-laws", "laws": [{**why, "polynomial": law.json()} for why, law in entries], **witness}
    size = len(graph.own_params)
    reason = f"balance laws ({len(laws)} independent)" if laws else f"number of parameters ({size})"
    return UpperBound(size - len(laws), (reason,), proof, laws, stated, (witness["prime"],))


def function_bound(graph: Graph, extra, rng) -> UpperBound:
    """dimension <= D - rank of the laws read off a graph together with extra ones, pairs (reason, law)."""
    everything = [*extra, *(("graph", law) for _, law in _graph_laws(graph))]
    laws = [law for _, law in everything]
    mask, witness = independent(lambda x, p: law_gradients(laws, graph.params, x, p), rng, graph.params)
    kept = [entry for entry, keep in zip(everything, mask, strict=True) if keep]
    words = {"graph": "laws of the graph with its constant gates", "data": "linear laws of the data",
             "softmax": "column sums under softmax"}
    reasons = tuple(f"{text} ({n} independent)" for key, text in words.items()
                    if (n := sum(why == key for why, _ in kept)))
    return UpperBound(graph.params - len(kept), reasons or (f"number of parameters ({graph.params})",), {},
                      tuple(law for _, law in kept), len(everything), (witness["prime"],))


def graph_polynomials(graph: Graph) -> list[Polynomial]:
    """All laws that are read off a graph, dependent ones too."""
    return [*(law for _, law in _graph_laws(graph)), *balance_laws(graph, [pair for pair in balance_pairs(graph) if pair[0] == pair[1]])]


def _graph_laws(graph: Graph):
    """(why, law) for every law that can be read off a graph with tied, frozen or idle parameters."""
    for k in idle_parameters(graph):
        yield {"idle": k}, Polynomial.of([(1, [(k, 1)])])
    for potential in potentials(graph):
        yield {"potential": [list(entry) for entry in potential.values]}, potential.law
    pairs = [(i, j) for i, j in balance_pairs(graph) if i != j]
    yield from (({"neurons": list(pair)}, law) for pair, law in zip(pairs, balance_laws(graph, pairs), strict=True))


def single_generator(graph: Graph) -> UpperBound | None:
    """dimension <= 1 when phi has one component: one source, one output, no gated node on the paths between."""
    down, up = graph.reachable
    live = down & up
    counts = [int(live[list(nodes)].sum()) for nodes in (graph.sources, graph.outputs, graph.gated)]
    if counts != [1, 1, 0]:
        return None
    return UpperBound(1, ("single generator",), {"kind": "single-generator"})


def _cut_node(graph: Graph) -> tuple[int, np.ndarray] | None:
    """The first neuron through which alone its ancestors speak to the rest, with the mask of the edges before it.

    Only neurons that no edge passes over in the order of the nodes are considered: for layered networks, the layers of
    width one (with no bias behind them, where the constant neuron would be shared by both parts and nothing is gained).
    """
    down, up = graph.reachable
    passing = np.zeros(graph.nodes + 1, dtype=np.int64)
    np.add.at(passing, graph.tail + 1, 1)
    np.add.at(passing, graph.head, -1)
    over = np.cumsum(passing)[:graph.nodes]
    ends = set(graph.sources) | set(graph.outputs)
    for v in np.flatnonzero(down & up & (over == 0)).tolist():
        touching = (graph.head == v) | (graph.tail == v)
        before = graph.head <= v
        ancestors = _reaching_edges(graph, v)
        at = graph.param[touching]
        if v in ends or not (ancestors == before).all() or (at == FROZEN).any() or (graph.uses[at] > 1).any():
            continue
        if np.isin(graph.outputs, graph.tail[before]).any():          # what is read there does not pass through v
            continue
        if not np.setdiff1d(np.intersect1d(graph.param[before], graph.param[~before]), [FROZEN]).size:
            return v, before
    return None


def _reaching_edges(graph: Graph, v: int) -> np.ndarray:
    """Mask of the edges on a path to v."""
    part = np.zeros(graph.nodes, dtype=bool)
    part[v] = True
    for e in range(graph.ptr[v + 1] - 1, -1, -1):
        part[graph.tail[e]] |= part[graph.head[e]]
    return part[graph.head]


def part_of(graph: Graph, keep: np.ndarray, sources, outputs, gated) -> Graph:
    """The part of a graph on the edges of a mask, numbers kept."""
    return Graph(graph.nodes, graph.params, graph.tail[keep], graph.head[keep], graph.param[keep],
                 tuple(sources), tuple(outputs), tuple(gated),
                 None if graph.weight is None else graph.weight[keep])


def graph_bound(graph: Graph, rng) -> UpperBound:
    """The best of: balance laws, single generator, split at a single neuron with the best bound on each side.

    Split at v: every law of a part is a law of the whole, and the balance of v is one more, independent of those of
    the part before v; so dimension <= before + after - 1 (docs/mathematics.md).
    """
    choices = [bound for bound in (single_generator(graph),) if bound] or [balance_bound(graph, rng)]
    cut = _cut_node(graph) if choices[0].dimension > 1 else None
    if cut is not None:
        v, before = cut
        tails = set(graph.tail[before].tolist())
        inside = set(graph.head[before].tolist()) - {v}
        first = graph_bound(part_of(graph, before, [s for s in graph.sources if s in tails], [v],
                                    [g for g in graph.gated if g in inside]), rng)
        rest = graph_bound(part_of(graph, ~before, sorted({*graph.sources, v}), graph.outputs,
                                   [g for g in graph.gated if g not in inside and g != v]), rng)
        proof = {"kind": "split", "node": v, "before": first.proof, "after": rest.proof}
        reasons = (f"split at a single neuron (node {v})", *first.reasons, *rest.reasons)
        if first.dimension >= 1:          # 0: frozen weights cancel, nothing passes through v
            choices.append(UpperBound(first.dimension + rest.dimension - 1, reasons, proof,
                                      primes=first.primes + rest.primes))
    return min(choices, key=lambda bound: bound.dimension)


def polynomial_bound(family: PolynomialFields, degrees, rng, clock: int | None = None, powers=(0,)) -> UpperBound:
    """dimension <= D - gradient rank of all polynomial laws of these degrees (exact search on the full ansatz).

    clock, powers: of all that are such a polynomial times one of these powers of the variable clock.
    """
    directions = family.directions()
    laws = tuple(dict.fromkeys(law for power in powers for law in polynomial_laws(directions, degrees, (clock,) * power)))
    mask, witness = independent(lambda x, p: law_gradients(laws, family.parameters, x, p), rng, family.parameters)
    kept = tuple(law for law, keep in zip(laws, mask, strict=True) if keep)
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in kept], **witness}
    text = f"polynomial laws of degree {', '.join(map(str, degrees))}{' times powers of the clock' if any(powers) else ''} ({len(kept)} independent)"
    return UpperBound(family.parameters - len(kept), (text,), proof, kept, len(laws), (witness["prime"],))


def flow_bound(graph: Graph | None, laws, clock: int, factor: int, second: bool, rng) -> UpperBound:
    """dimension <= D - rank of the laws of weight decay, from laws of the gradient flow, or (second) of momentum, read off a graph; D counts
    velocities and clock.

    Exact by the identities of `pyconslaw.laws.moving`; the certificate states them as polynomial laws.
    """
    listed = rotations(graph, clock, factor) if second else decayed(laws, clock, factor)
    mask, witness = independent(lambda x, p: law_gradients(listed, clock + 1, x, p), rng, clock + 1)
    kept = tuple(law for law, keep in zip(listed, mask, strict=True) if keep)
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in kept], **witness}
    text = f"{'rotations of twin neurons' if second else 'laws of the gradient flow times powers of the clock'} ({len(kept)} independent)"
    return UpperBound(clock + 1 - len(kept), (text,), proof, kept, len(listed), (witness["prime"],))


def sparse_bound(family: PolynomialFields, degrees, rng) -> UpperBound:
    """As `polynomial_bound` in the variables that occur; every other coordinate is a law.

    degrees: none for the coordinates along which no vector field moves, which takes no search. Errors: as the search.
    """
    active = family.active()
    moved = {v for field in family.fields for v in field}
    still = [v for v in range(family.parameters) if v not in moved]
    idle = [v for v in still if v not in set(active)] if degrees else still
    found = polynomial_bound(family.restricted(active), degrees, rng) if degrees else None
    point = rng.array(family.parameters, 1, POINT_BOUND)
    laws = [Polynomial(((1, ((v, 1),)),)) for v in idle]
    pivots, prime = list(idle), rng.prime(PRIME_BITS)
    if found is not None:
        point[active] = np.array(found.proof["point"], dtype=np.uint64)
        laws += [law.renumbered(active) for law in found.laws]
        pivots += [active[k] for k in found.proof["pivots"]]
        prime = found.proof["prime"]
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in laws], "prime": prime, "point": point.tolist(),
             "pivots": pivots}
    reasons = (*((f"coordinates that never move ({len(idle)})",) if idle else ()), *(found.reasons if found else ()))
    size = family.parameters - len(laws)
    stated = len(idle) + (found.stated if found else 0)
    return UpperBound(size, reasons or (f"number of parameters ({size})",), proof, tuple(laws), stated, (prime,))


def closing_bound(family: PolynomialFields, limit: int) -> UpperBound | None:
    """dimension <= k when the Lie algebra of the explicit vector fields closes as a vector space of dimension k <= limit."""
    closed = close_algebra(family, limit)
    if closed is None:
        return None
    basis, generators, products = closed
    proof = {"kind": "closing-algebra",
             "basis": [[field[v].json() if v in field else [] for v in range(family.parameters)] for field in basis],
             "generators": generators, "products": products}
    return UpperBound(len(basis), (f"closing Lie algebra of dimension {len(basis)}",), proof)


def closed_form_bound(family: PolynomialFields, wanted: int, degree: int, rng, effort: float = 1.0) -> UpperBound:
    """dimension <= D - k by k independent laws of the forms of `integrals.search`, at most `wanted` of them."""
    found = find_forms(family, wanted, degree, FORMS, rng, effort=effort)
    size = family.parameters
    mask, witness = independent(lambda x, p: form_rows(found.forms, size, x, p), rng, size)
    kept = tuple(form for form, keep in zip(found.forms, mask, strict=True) if keep)
    proof = {"kind": "closed-forms", "laws": [form.json() for form in kept], **witness}
    sorts = [form.sort for form in kept]
    reasons = tuple(f"{sort} laws ({sorts.count(sort)} independent)" for sort in FORMS if sort in sorts)
    return UpperBound(size - len(kept), reasons or (f"number of parameters ({size})",), proof, (), len(kept),
                      (witness["prime"],), kept, found.searched)


def involutive_bound(family: PolynomialFields, most: int) -> UpperBound | None:
    """dimension <= r by a frame of r <= most vector fields over the rational functions that is closed under brackets with W (`integrals.frame`)."""
    frame = involutive_frame(family, most)
    if frame is None:
        return None
    ring = Ring(family.parameters)
    proof = {"kind": "involutive", "pivots": list(frame.pivots),
             "frame": [[[v, ring.back(f).json()] for v, f in sorted(row.items())] for row in frame.rows]}
    return UpperBound(len(frame.rows), (f"involutive frame of {len(frame.rows)} over the rational functions",), proof)
