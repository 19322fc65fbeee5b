"""The true number of laws of a small system in a certificate: slow, and written from
docs/certificate.md alone.

phi is written out path by path, brackets are written out as polynomials, ranks are taken at one
random point modulo 2^61 - 1. A polynomial is {monomial: coefficient}, a monomial a sorted tuple of
pairs (variable, exponent), a vector field is {variable: polynomial}. Nothing is imported from
pyconslaw.
"""

import json
import random
from functools import cache
from math import lcm

from reference import function

P = 2**61 - 1
LARGEST = 30  # parameters
PATHS = 5_000
TERMS = 100_000


class TooLarge(Exception):
    """The oracle does not know."""


# ------------------------------------------------------------------------------------------------
# polynomials


def times(m, n):
    exponents = dict(m)
    for v, e in n:
        exponents[v] = exponents.get(v, 0) + e
    return tuple(sorted(exponents.items()))


def derivative(f, v):
    result = {}
    for m, c in f.items():
        exponents = dict(m)
        e = exponents.pop(v, 0)
        if e > 1:
            exponents[v] = e - 1
        if e:
            result[tuple(sorted(exponents.items()))] = c * e % P
    return result


def gradient(f):
    variables = {v for m in f for v, _ in m}
    return {v: derivative(f, v) for v in variables}


def bracket(x, y):
    """[X, Y] = DY X - DX Y."""
    result = {}
    for first, second, sign in ((x, y, 1), (y, x, -1)):
        for i, f in second.items():
            total = result.setdefault(i, {})
            for j in {v for m in f for v, _ in m} & first.keys():
                for m, c in derivative(f, j).items():
                    for n, d in first[j].items():
                        product = times(m, n)
                        total[product] = (total.get(product, 0) + sign * c * d) % P
    nonzero = {i: {m: c for m, c in f.items() if c} for i, f in result.items()}
    return {i: f for i, f in nonzero.items() if f}


def value(f, point):
    total = 0
    for m, c in f.items():
        for v, e in m:
            c = c * power(point[v], e) % P
        total += c
    return total % P


def power(x, e):
    return x if e == 1 else pow(x, e, P)


def slopes(f, point):
    """The partial derivatives of f at a point, by variable."""
    result = {}
    for m, c in f.items():
        for v, e in m:
            term = c * e * power(point[v], e - 1) % P
            for w, d in m:
                if w != v:
                    term = term * power(point[w], d) % P
            result[v] = (result.get(v, 0) + term) % P
    return result


# --------------------------------------------------------------------------------------------------
# -- systems


def layered(system):
    """Edges (tail, head, parameter, weight), sources, outputs and gated nodes of an mlp."""
    dims, bias, edges, gated, parameter = system["dims"], system["bias"], [], set(), 0
    last = len(dims) - 1
    has_bias = [
        bias == "all" or (bias == "hidden" and layer < last) for layer in range(1, last + 1)
    ]
    nodes = [("node", 0, j) for j in range(dims[0])]
    sources = nodes + [("constant",)] * any(has_bias)
    for layer in range(1, last + 1):
        above = [("node", layer, i) for i in range(dims[layer])]
        for i in above:
            for j in nodes:
                edges.append((j, i, parameter, 1))
                parameter += 1
        if has_bias[layer - 1]:
            for i in above:
                edges.append((("constant",), i, parameter, 1))
                parameter += 1
        if layer < last and system["activations"][layer - 1] != "linear":
            gated |= set(above)
        nodes = above
    return parameter, edges, sources, nodes, gated


def drawn(system):
    """The same of a dag; parameter is None on a frozen edge."""
    edges = [(t, h, p, 1) for t, h, p in system["edges"]] + [
        (t, h, None, w) for t, h, w in system["frozen"]
    ]
    kinds = system["nodes"]
    return (
        len({p for _, _, p in system["edges"]}),
        edges,
        [v for v, k in enumerate(kinds) if k in ("input", "constant")],
        system["outputs"],
        {v for v, k in enumerate(kinds) if "relu" in k or k == "abs"},
    )


def along_paths(edges, sources, outputs, gated):
    """One component for each source, set of gated nodes and output."""
    into, components = {}, {}
    for edge in edges:
        into.setdefault(edge[1], []).append(edge)
    count = 0
    todo = [(o, o, frozenset(), (), 1) for o in outputs]
    while todo:
        node, output, gates, monomial, weight = todo.pop()
        count += 1
        if count > PATHS:
            raise TooLarge(f"more than {PATHS} paths")
        if node in gated:
            gates |= {node}
        if node in sources:
            component = components.setdefault((node, gates, output), {})
            component[monomial] = component.get(monomial, 0) + weight
        for tail, _, parameter, factor in into.get(node, ()):
            longer = monomial if parameter is None else times(monomial, ((parameter, 1),))
            todo.append((tail, output, gates, longer, weight * factor))
    return list(components.values())


def components(system):
    """(D, the components of phi)."""
    if system["type"] == "polynomials":
        phi = [{tuple(map(tuple, m)): c for c, m in f} for f in system["phi"]]
        return len(system["variables"]), phi
    if system["type"] == "products":
        return of_matrices(system)
    if system["type"] == "product":
        if system["size"] > LARGEST:
            raise TooLarge("parameters")
        return system["size"], [{tuple((k, 1) for k in range(system["size"])): 1}]
    if (
        system["type"] == "mlp"
        and sum(n * m for n, m in zip(system["dims"], system["dims"][1:])) > LARGEST
    ):
        raise TooLarge("parameters")
    size, *graph = layered(system) if system["type"] == "mlp" else drawn(system)
    return size, along_paths(*graph)


def of_matrices(system):
    """The entries of products of matrices, one factor after the other."""
    numbers, size = {}, 0
    for name, shape in system["matrices"]:
        rows, columns = (*shape, 1, 1)[:2]
        if size + rows * columns > LARGEST:
            raise TooLarge("parameters")
        numbers[name] = [
            [{((size + i * columns + j, 1),): 1} for j in range(columns)] for i in range(rows)
        ]
        size += rows * columns
    phi = []
    for factors in system["products"]:
        total = None
        for name, flag in factors:
            matrix = [list(column) for column in zip(*numbers[name])] if flag else numbers[name]
            total = (
                matrix
                if total is None
                else [[dot(row, column) for column in zip(*matrix)] for row in total]
            )
        phi += [f for row in total for f in row]
        if sum(map(len, phi)) > PATHS:
            raise TooLarge(f"more than {PATHS} paths")
    return size, phi


def dot(row, column):
    total = {}
    for f, g in zip(row, column, strict=True):
        for m, c in f.items():
            for n, d in g.items():
                product = times(m, n)
                total[product] = total.get(product, 0) + c * d
    return total


def members(system):
    """(D, vector fields that span W): as they are listed, or the gradients of the components."""
    if system["type"] == "flow" and system["flow"] == "natural":
        return members(system["of"])
    if system["type"] == "flow":
        return decaying(system)
    if system["type"] == "fields":
        return len(system["variables"]), [
            {v: {tuple(map(tuple, m)): c for c, m in p} for v, p in x} for x in system["fields"]
        ]
    if system["type"] == "function":
        size, outputs = function.outputs(system)
        return size, [gradient(whole(f)) for f in outputs if any(f)]
    size, phi = components(system)
    return size, [gradient(f) for f in phi]


def decaying(system):
    """The same of a system under weight decay, or of its gradient with rates: other flows are not
    written out here.
    """
    if system["flow"] not in ("weight-decay", "gradient"):
        raise TooLarge(f"flow {system['flow']}")
    size, fields = members(system["of"])
    rates = each(system.get("rates", [[size, 1, 1]]))
    fields = [
        {k: {m: c * rates[k] % P for m, c in f.items()} for k, f in x.items()} for x in fields
    ]
    if system["flow"] == "gradient":
        return size, fields
    tau, clock = system["tau"], size
    if isinstance(tau, str):
        friction, size = {((clock + 1, 1),): 1}, size + 1
    else:
        friction = {(): tau[0] * pow(tau[1], -1, P)} if tau[0] else {}
    pulls, unit = rates, friction
    if "decay" in system:
        pulls = [r * d % P for r, d in zip(rates, each(system["decay"]))]
        unit = {(): 1}
    drift = {
        k: {times(m, ((k, 1),)): -c * pulls[k] % P for m, c in unit.items()}
        for k in range(clock)
        if pulls[k]
    }
    drift[clock] = {times(m, ((clock, 1),)): c for m, c in friction.items()} or {(): 1}
    return size + 1, [*fields, {k: f for k, f in drift.items() if f}]


def each(runs):
    """The residues of all coordinates."""
    return [a * pow(b, -1, P) % P for n, a, b in runs for _ in range(n)]


def whole(f):
    """The polynomial times a number that makes its coefficients integers."""
    scale = lcm(*(c.denominator for c in f.values()))
    return {m: int(c * scale) for m, c in f.items()}


def kind(system):
    """What the laws of a system are laws of."""
    if system["type"] == "flow":
        return "flow"
    if system["type"] == "function":
        count = len(system["inputs"])
        return f"function on {count} example" + "s" * (count != 1)
    if system["type"] == "mlp":
        hidden = system["activations"]
    elif system["type"] == "dag":
        hidden = [
            k
            for v, k in enumerate(system["nodes"])
            if k not in ("input", "constant") and v not in system["outputs"]
        ]
    else:
        return "system"
    if all(k == "linear" for k in hidden):
        return "matrix product"
    return "mixed" if "linear" in hidden else "path-lifting"


# ------------------------------------------------------------------------------------------------
# the dimension


class Member:
    """A vector field, its value and its Jacobian at the point."""

    def __init__(self, entries, point):
        self.entries = entries
        self.value = [value(entries.get(i, {}), point) for i in range(len(point))]
        self.jacobian = {i: slopes(f, point) for i, f in entries.items()}

    def derived(self, direction):
        return [
            sum(d * direction[j] for j, d in self.jacobian.get(i, {}).items())
            for i in range(len(direction))
        ]


class Span:
    """Rows modulo P in echelon form."""

    def __init__(self):
        self.rows = {}

    def add(self, row):
        row = [x % P for x in row]
        for k in range(len(row)):
            if row[k]:
                if k not in self.rows:
                    inverse = pow(row[k], -1, P)
                    self.rows[k] = [x * inverse % P for x in row]
                    return True
                c, known = row[k], self.rows[k]
                row = [(x - c * y) % P for x, y in zip(row, known)]
        return False


def dimension(size, fields, seed=1):
    """The dimension of Lie(W) at a random point: brackets of all generators with what is new,
    until nothing is.
    """
    draw, span, room = random.Random(seed), Span(), TERMS
    point = [draw.randrange(1, P) for _ in range(size)]
    generators = [Member(x, point) for x in fields]
    new = [g for g in generators if span.add(g.value)]
    while new and len(span.rows) < size:
        found = []
        for w in new:
            for g in generators:
                if span.add([a - b for a, b in zip(w.derived(g.value), g.derived(w.value))]):
                    found.append((g, w))
        if len(span.rows) == size:
            break
        new = []
        for g, w in found:
            entries = bracket(g.entries, w.entries)
            room -= sum(map(len, entries.values()))
            if room < 0:
                raise TooLarge(f"more than {TERMS} terms")
            new.append(Member(entries, point))
    return len(span.rows)


@cache
def _laws(text):
    size, fields = members(json.loads(text))
    if size > LARGEST:
        raise TooLarge(f"{size} parameters")
    return size, size - dimension(size, fields)


def truth(system):
    """(D, number of independent laws) of a system as it stands in a certificate. Errors:
    TooLarge.
    """
    return _laws(json.dumps(system, sort_keys=True))


def is_law(system, polynomial):
    """Whether <grad h, X> is 0 for all X that span W, for h as listed in a certificate."""
    _, fields = members(system)
    slopes = gradient({tuple(map(tuple, m)): c for c, m in polynomial})
    for x in fields:
        total = {}
        for v in slopes.keys() & x.keys():
            for m, c in slopes[v].items():
                for n, d in x[v].items():
                    product = times(m, n)
                    total[product] = (total.get(product, 0) + c * d) % P
        if any(total.values()):
            return False
    return True
