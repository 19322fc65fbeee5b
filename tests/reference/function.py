"""The outputs of a network on examples as polynomials, from the JSON form of a certificate: path by
path, in fractions. Nothing is imported from pyconslaw.
"""

from fractions import Fraction


class Kink(ValueError):
    """A neuron whose input is 0 at the weights, and not for all weights."""


def graph_of(network):
    """(D, edges (tail, head, parameter or None, weight), sources, constants, outputs, {node: kind})
    of an mlp, a dag or a product.
    """
    if network["type"] == "product":
        size = network["size"]
        return size, [(k, k + 1, k, 1) for k in range(size)], [0], set(), [size], {}
    if network["type"] == "dag":
        kinds = dict(enumerate(network["nodes"]))
        edges = [(t, h, p, 1) for t, h, p in network["edges"]]
        edges += [(t, h, None, w) for t, h, w in network["frozen"]]
        sources = [v for v, kind in kinds.items() if kind in ("input", "constant")]
        constants = {v for v in sources if kinds[v] == "constant"}
        size = len({p for _, _, p in network["edges"]})
        return size, edges, sources, constants, network["outputs"], kinds
    dims, last = network["dims"], len(network["dims"]) - 1
    biased = [
        network["bias"] == "all" or (network["bias"] == "hidden" and layer < last)
        for layer in range(1, last + 1)
    ]
    constant = {dims[0]} if any(biased) else set()
    before, node = list(range(dims[0])), dims[0] + len(constant)
    sources, edges, kinds, parameter = [*before, *constant], [], {}, 0
    for layer in range(1, last + 1):
        here = list(range(node, node + dims[layer]))
        node += dims[layer]
        for v in here:
            if layer < last:
                kinds[v] = network["activations"][layer - 1]
            for u in before:
                edges.append((u, v, parameter, 1))
                parameter += 1
        if biased[layer - 1]:
            for v in here:
                edges.append((dims[0], v, parameter, 1))
                parameter += 1
        before = here
    return parameter, edges, sources, constant, before, kinds


def outputs(system):
    """(D, what the loss sees of the outputs, example by example: {monomial: coefficient}); a
    monomial is a sorted tuple of pairs (variable, exponent). Errors: Kink.
    """
    size, edges, sources, constants, ends, kinds = graph_of(system["network"])
    weights = [Fraction(*pair) for pair in system["weights"]]
    slope = Fraction(*system["slope"]) if system["slope"] is not None else None
    found = []
    for row in system["inputs"]:
        given = iter(row)
        start = {s: Fraction(1) if s in constants else Fraction(*next(given)) for s in sources}
        gates = gates_of(edges, start, weights, kinds, slope)
        seen = [polynomial(edges, start, gates, o) for o in ends]
        if system["loss"] == "softmax":
            seen = [combined(f, seen[-1], -1) for f in seen[:-1]]
        found += seen
    return size, found


def gates_of(edges, start, weights, kinds, slope):
    """The gate of each gated node at the weights."""
    gates, order = {}, sorted({head for _, head, _, _ in edges})
    value = dict(start)
    for v in order:
        into = [edge for edge in edges if edge[1] == v]
        value[v] = sum(
            (weights[p] if p is not None else w) * value.get(u, Fraction(0)) for u, _, p, w in into
        )
        if kinds.get(v) in ("relu", "leaky_relu", "abs"):
            low = {"leaky_relu": slope, "abs": Fraction(-1)}.get(kinds[v], Fraction(0))
            if value[v] == 0 and low != 1 and polynomial(edges, start, {**gates, v: 1}, v):
                raise Kink(f"node {v}")
            gates[v] = Fraction(1) if value[v] > 0 else low
            value[v] *= gates[v]
    return gates


def polynomial(edges, start, gates, output):
    """The sum over the paths from a source to the output."""
    total, todo = {}, [(output, (), gates.get(output, Fraction(1)))]
    while todo:
        v, factors, c = todo.pop()
        if v in start:
            exponents = {}
            for p in factors:
                exponents[p] = exponents.get(p, 0) + 1
            monomial = tuple(sorted(exponents.items()))
            total[monomial] = total.get(monomial, 0) + c * start[v]
        elif c:
            todo += [
                (u, factors if p is None else (*factors, p), c * w * gates.get(u, 1))
                for u, head, p, w in edges
                if head == v
            ]
    return {m: c for m, c in total.items() if c}


def combined(f, g, factor):
    total = {m: f.get(m, 0) + factor * g.get(m, 0) for m in f.keys() | g.keys()}
    return {m: c for m, c in total.items() if c}


def along(slopes, f):
    """<grad h, grad f> without zeros, slopes {variable: polynomial in the library's form} being
    grad h.
    """
    total = {}
    for v, slope in slopes.items():
        for m, c in f.items():
            rest = dict(m)
            e = rest.get(v, 0)
            rest[v] = e - 1
            for a, n in slope.terms if e else ():
                exponents = dict(rest)
                for w, d in n:
                    exponents[w] = exponents.get(w, 0) + d
                key = tuple(sorted((w, d) for w, d in exponents.items() if d))
                total[key] = total.get(key, 0) + a * c * e
    return {m: c for m, c in total.items() if c}


def echelon(polynomials):
    """The reduced echelon basis of the span, constants left out: Gauss and Jordan in fractions,
    first coefficients 1.
    """
    rows = [{m: Fraction(c) for m, c in f.items() if m and c} for f in polynomials]
    columns, basis = sorted({m for row in rows for m in row}), []
    for column in columns:
        pivot = next((row for row in rows if row.get(column)), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = {m: c / pivot[column] for m, c in pivot.items()}
        rows = [combined(row, pivot, -row.get(column, 0)) for row in rows]
        basis = [combined(row, pivot, -row.get(column, 0)) for row in basis] + [pivot]
    return basis
