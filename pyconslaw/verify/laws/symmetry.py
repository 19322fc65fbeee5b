"""A law by a symmetry: numbers at pairs of nodes say how weights can move while phi stays.

Take the live edges alone, the part of the graph on paths from sources to outputs; phi does not
see the others. For a probe f let z_u be the values and d_v the derivative of f by what the edges
bring to v, before its gate; for a source v, where none bring anything, the sum below defines it.
The derivative of f by the weight of u -> v is z_u d_v, and

    z_w = sum over u -> w of theta_uw z_u    if w is neither a source nor gated,
    d_v = sum over v -> x of theta_vx d_x    if v is neither an output nor gated.

So for numbers p of pairs (v, w) with such a w, and q of pairs with such a v, this is 0:

    p (sum over u -> w of theta_uw z_u d_v - z_w d_v)
      + q (sum over v -> x of theta_vx z_w d_x - z_w d_v).

If v is gated, but neither a source nor an output, both sums of the pair (v, v) are the product of
d_v and what arrives at v: the gate is a factor of z_v and of d_v. So with q = -p and without the
two z_v d_v this is 0 too. Collect, for each pair of nodes u and v, what z_u d_v is multiplied by in
the sum over all pairs: an affine function of theta. If it is 0 unless an edge with a parameter
runs from u to v, and the same function delta_k for all edges with parameter k, then

    sum over k of delta_k df/dtheta_k = sum over edges u -> v of delta_k z_u d_v = 0.

A polynomial h with grad h = delta is therefore a law. Which nodes lie before which others plays no
part, and frozen edges no other than that their weights are constants.
"""

from ..reading import WORD, Refused, integers, items


def law(graph, entries, place: str, budget) -> dict:
    """The polynomial h with grad h = delta and no constant, for numbers [[v, w, p, q], ...]."""
    with budget.temporary():
        return potential(symmetry(graph.live, entries, place, budget), place)


def symmetry(live, entries, place: str, budget) -> dict:
    """{parameter: delta}, an affine function being {parameter, or None: coefficient}."""
    total: dict = {}
    last = -1, -1
    for k, entry in enumerate(items(entries, place)):
        v, w, p, q = integers(entry, f"{place}[{k}]", 1 - WORD, WORD - 1, 4)
        if not last < (v, w) or not (p or q):
            raise Refused(f"{place}[{k}]: expected pairs in order with numbers that are not both 0")
        last = v, w
        allowed(live, v, w, p, q, f"{place}[{k}]")
        before = live.into.get(w, ()) if p else ()
        behind = live.out.get(v, ()) if q else ()
        budget.hold(8 * (1 + len(before) + len(behind)))
        for u, edge in before:
            add(live, total, (u, v), edge, p)
        for x, edge in behind:
            add(live, total, (w, x), edge, q)
        if not (v == w and v in live.gated):
            add(live, total, (w, v), None, -p - q)
    return by_parameter(live, total, place)


def allowed(live, v: int, w: int, p: int, q: int, place: str) -> None:
    """Refuse numbers for whose nodes the identities above do not hold."""
    if any(node not in live.into and node not in live.out for node in (v, w)):
        raise Refused(f"{place}: {v} or {w} is not on a path from a source to an output")
    if v == w and v in live.gated:
        if v in live.ends or p != -q:
            raise Refused(f"{place}: a gated node must be hidden, and its numbers p and -p")
    elif p and (w in live.gated or w in live.sources):
        raise Refused(f"{place}: the value of node {w} is no sum: it is a source or gated")
    elif q and (v in live.gated or v in live.outputs):
        raise Refused(f"{place}: the signal of node {v} is no sum: it is an output or gated")


def add(live, total: dict, pair: tuple, edge, c: int) -> None:
    """total[pair] += c times the weight of an edge, or c."""
    here = total.setdefault(pair, {})
    if edge is not None and edge >= live.size:
        edge, c = None, c * live.frozen[edge - live.size]
    here[edge] = here.get(edge, 0) + c


def by_parameter(live, total: dict, place: str) -> dict:
    """What the edges of each parameter have in common, refused unless they do, and others 0."""
    delta: dict = {}
    edges: dict = {}
    for (u, v), here in total.items():
        here = {k: c for k, c in here.items() if c}
        if not here:
            continue
        k = live.at.get((u, v), live.size)
        if k >= live.size:
            raise Refused(f"{place}: it moves {u} -> {v}, where no edge with a parameter runs")
        if delta.setdefault(k, here) != here:
            raise Refused(f"{place}: it moves edges apart that share parameter {k}")
        edges[k] = edges.get(k, 0) + 1
    for k, count in edges.items():
        if count != live.uses[k]:
            raise Refused(f"{place}: it moves {count} of {live.uses[k]} edges of parameter {k}")
    return delta


def potential(delta: dict, place: str) -> dict:
    """The polynomial h with grad h = delta and no constant."""
    h: dict = {}
    for k, slope in delta.items():
        for j, c in slope.items():
            if j is None:
                h[((k, 1),)] = c
            elif j == k and c % 2 == 0:
                h[((k, 2),)] = c // 2
            elif j == k or delta.get(j, {}).get(k) != c:
                raise Refused(f"{place}: not the gradient of a polynomial over the integers")
            elif k < j:
                h[((k, 1), (j, 1))] = c
    return h
