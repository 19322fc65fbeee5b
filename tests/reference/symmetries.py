"""Symmetries of small graphs that are read off their edges: all pairs of nodes, exactly over Q.

A graph is (edges, sources, outputs, gated), an edge (tail, head, parameter or None, weight). With
z the values of a probe and d its derivatives by what arrives at nodes, number p of a pair (v, w)
adds p (z_w - its sum) d_v = 0, number q adds q (d_v - its sum) z_w = 0. Conditions can be left
out: then the result is what would be true without them.
"""

from collections import Counter, defaultdict
from itertools import combinations
from math import lcm

from .polynomials import monomial
from .ranks import nullspace

CONDITIONS = ("absent", "frozen", "ties", "symmetric", "gates", "sources", "outputs", "dead")


def live(edges, sources, outputs):
    """The edges on paths from a source to an output."""
    down, up = set(sources), set(outputs)
    for _ in edges:
        down |= {h for t, h, *_ in edges if t in down}
        up |= {t for t, h, *_ in edges if h in up}
    return [edge for edge in edges if edge[0] in down and edge[1] in up]


def components(graph):
    """phi path by path, {(source, gated nodes, output): polynomial}."""
    edges, sources, outputs, gated = graph
    phi = defaultdict(lambda: defaultdict(int))
    todo = [(s, s, (), (), 1) for s in sources]
    while todo:
        v, source, gates, factors, weight = todo.pop()
        gates += (v,) if v in gated else ()
        if v in outputs:
            phi[source, gates, v][monomial(Counter(factors).items())] += weight
        for t, h, k, c in edges:
            if t == v:
                more = () if k is None else (k,)
                todo.append((h, source, gates, factors + more, weight * (1 if more else c)))
    return {key: {m: c for m, c in f.items() if c} for key, f in phi.items()}


def unknowns(graph, dropped=()):
    """The (v, w, kind) for which there are numbers, kind being "p", "q" or "gate"."""
    edges, sources, outputs, gated = graph
    nodes = sorted({v for edge in edges for v in edge[:2]})
    gated = set() if "gates" in dropped else set(gated)
    sources = set() if "sources" in dropped else set(sources)
    outputs = set() if "outputs" in dropped else set(outputs)
    found = []
    for v in nodes:
        for w in nodes:
            if v == w and v in gated:
                found += [(v, v, "gate")] if v not in sources | outputs else []
                continue
            found += [(v, w, "p")] if w not in sources | gated else []
            found += [(v, w, "q")] if v not in outputs | gated else []
    return found


def slots(graph, numbers):
    """{(u, v): {parameter or None: {number: coefficient}}}, what z_u d_v is multiplied by."""
    edges, *_ = graph
    total = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for i, (v, w, kind) in enumerate(numbers):
        for t, h, k, c in edges:
            weight = c if k is None else 1
            if h == w and kind != "q":
                total[t, v][k][i] += weight
            if t == v and kind != "p":
                total[w, h][k][i] += -weight if kind == "gate" else weight
        if kind != "gate":
            total[w, v][None][i] -= 1
    return total


def equations(graph, total, dropped=()):
    """Rows {number: coefficient}."""
    edges, *_ = graph
    at = {edge[:2]: edge[2] for edge in edges}
    classes = defaultdict(list)
    for t, h, k, _ in edges:
        classes[k].append((t, h))
    frozen = classes.pop(None, [])
    for pair, by_key in total.items():
        if ("absent" not in dropped and pair not in at) or (
            "frozen" not in dropped and pair in frozen
        ):
            yield from by_key.values()
    first = {k: total[pairs[0]] for k, pairs in classes.items()}
    for k, pairs in classes.items():
        for pair in pairs[1:] if "ties" not in dropped else ():
            for key in [*classes, None]:
                yield difference(total[pair][key], first[k][key])
    for k, j in combinations(classes, 2) if "symmetric" not in dropped else ():
        yield difference(first[k][j], first[j][k])


def difference(a, b):
    return {i: a.get(i, 0) - b.get(i, 0) for i in {*a, *b}}


def laws(graph, dropped=()):
    """A basis of the solutions, [([[v, w, p, q], ...], polynomial)], integers."""
    edges, sources, outputs, gated = graph
    if "dead" not in dropped:
        edges = live(edges, sources, outputs)
    graph = edges, sources, outputs, gated
    numbers = unknowns(graph, dropped)
    total = slots(graph, numbers)
    rows = [{i: c for i, c in row.items() if c} for row in equations(graph, total, dropped)]
    first = {}
    for t, h, k, _ in edges:
        if k is not None:
            first.setdefault(k, total[t, h])
    found = []
    for solution in nullspace([row for row in rows if row], len(numbers)):
        scale = 4 * lcm(*(x.denominator for x in solution.values()))
        x = {i: int(scale * y) for i, y in solution.items()}
        listed = defaultdict(lambda: [0, 0])
        for i, value in x.items():
            v, w, kind = numbers[i]
            listed[v, w][0] += value if kind != "q" else 0
            listed[v, w][1] += value if kind == "q" else -value if kind == "gate" else 0
        reason = [[*pair, *pq] for pair, pq in sorted(listed.items()) if any(pq)]
        found.append((reason, potential(first, x)))
    return found


def potential(first, x):
    """The polynomial whose gradient is delta, or its symmetric part."""
    h = defaultdict(int)
    for k, by_key in first.items():
        for j, coefficients in by_key.items():
            c = sum(x.get(i, 0) * a for i, a in coefficients.items())
            if j is None:
                h[monomial([(k, 1)])] += c
            else:
                h[monomial(Counter([k, j]).items())] += c // 2
    return {m: c for m, c in h.items() if c}
