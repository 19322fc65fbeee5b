"""Certificates made by hand: a writer for tiny systems that shares nothing with the checker or the library.

Everything is expanded: phi path by path, brackets as polynomials. A polynomial is {exponents: coefficient}
with one exponent per parameter, a vector field is a list of D polynomials.
"""

import hashlib
import itertools
import json
import random

Q = 2**61 - 1


def mlp(*dims, activations=None, bias="none"):
    activations = activations or "linear"
    if isinstance(activations, str):
        activations = [activations] * (len(dims) - 2)
    return {"type": "mlp", "dims": list(dims), "activations": activations, "bias": bias}


def product(size):
    return {"type": "product", "size": size}


KINDS = {"i": "input", "c": "constant", "l": "linear", "r": "relu", "k": "leaky_relu"}


def dag(kinds, outputs, edges, frozen=()):
    """Kinds by letters (i, c, l, r, k); edges (tail, head, parameter), frozen edges (tail, head, weight)."""
    def in_order(listed):
        return sorted(map(list, listed), key=lambda edge: (edge[1], edge[0]))

    return {"type": "dag", "nodes": [KINDS[letter] for letter in kinds], "outputs": list(outputs),
            "edges": in_order(edges), "frozen": in_order(frozen)}


def explicit(*phi, variables=None):
    """Polynomials given as lists of (coefficient, {variable: exponent})."""
    listed = [sorted(([c, sorted([v, e] for v, e in m.items())] for c, m in p), key=lambda t: t[1])
              for p in phi]
    size = 1 + max(v for p in listed for _, m in p for v, _ in m)
    return {"type": "polynomials", "variables": variables or [f"x{k}" for k in range(size)], "phi": listed}


# ---------------------------------------------------------------------------------------------- polynomials

def add(p, q, scale=1):
    r = dict(p)
    for m, c in q.items():
        r[m] = r.get(m, 0) + scale * c
    return {m: c for m, c in r.items() if c}


def mul(p, q):
    r = {}
    for m, c in p.items():
        for n, d in q.items():
            k = tuple(a + b for a, b in zip(m, n))
            r[k] = r.get(k, 0) + c * d
    return {m: c for m, c in r.items() if c}


def diff(p, v):
    return {m[:v] + (m[v] - 1,) + m[v + 1:]: c * m[v] for m, c in p.items() if m[v]}


def grad(p, size):
    return [diff(p, v) for v in range(size)]


def bracket(x, y):
    """DY X - DX Y."""
    size, result = len(x), []
    for i in range(size):
        total = {}
        for j in range(size):
            total = add(total, mul(diff(y[i], j), x[j]))
            total = add(total, mul(diff(x[i], j), y[j]), -1)
        result.append(total)
    return result


def value(p, point, q=Q):
    total = 0
    for m, c in p.items():
        for x, e in zip(point, m):
            c = c * pow(x, e, q) % q
        total += c
    return total % q


def monomial(size, *factors):
    m = [0] * size
    for v in factors:
        m[v] += 1
    return tuple(m)


def listed(p):
    """The polynomial as the file wants it."""
    terms = [[c, [[v, e] for v, e in enumerate(m) if e]] for m, c in p.items()]
    return sorted(terms, key=lambda term: term[1])


# --------------------------------------------------------------------------------------------------- graphs

class Net:
    """Edges (tail, head, parameter), sources, outputs, gated nodes of a graph; parameter None: frozen."""

    def __init__(self, system):
        self.edges, self.gated, self.frozen = [], [], {}
        if system["type"] == "dag":
            kinds = system["nodes"]
            self.size = 1 + max((p for _, _, p in system["edges"]), default=-1)
            self.frozen = {(t, h): w for t, h, w in system["frozen"]}
            self.edges = [(t, h, p) for t, h, p in system["edges"]] + [(t, h, None) for t, h in self.frozen]
            self.edges.sort(key=lambda edge: (edge[1], edge[0]))
            self.sources = [v for v, kind in enumerate(kinds) if kind in ("input", "constant")]
            self.gated = [v for v, kind in enumerate(kinds) if kind in ("relu", "leaky_relu")]
            self.outputs = system["outputs"]
            return
        if system["type"] == "product":
            self.size = system["size"]
            self.edges = [(k, k + 1, k) for k in range(self.size)]
            self.sources, self.outputs = [0], [self.size]
            return
        dims, bias = system["dims"], system["bias"]
        has_bias = bias == "all" or (bias == "hidden" and len(dims) > 2)
        self.sources = list(range(dims[0] + has_bias))
        constant, previous, fresh, parameter = dims[0], list(range(dims[0])), dims[0] + has_bias, 0
        for k in range(1, len(dims)):
            layer = list(range(fresh, fresh + dims[k]))
            for i in layer:
                for j in previous:
                    self.edges.append((j, i, parameter))
                    parameter += 1
            if bias == "all" or (bias == "hidden" and k < len(dims) - 1):
                for i in layer:
                    self.edges.append((constant, i, parameter))
                    parameter += 1
            if k < len(dims) - 1 and system["activations"][k - 1] != "linear":
                self.gated += layer
            previous, fresh = layer, fresh + dims[k]
        self.outputs, self.size = previous, parameter

    def weight(self, edge):
        """The weight of an edge as a polynomial."""
        u, v, p = edge
        return {monomial(self.size): self.frozen[u, v]} if p is None else {monomial(self.size, p): 1}

    def components(self):
        """{(source, gated nodes, output): polynomial}."""
        phi = {}

        def walk(source, node, gates, factor):
            if node in self.outputs:
                key = source, gates, node
                phi[key] = add(phi.get(key, {}), factor)
            for u, v, p in self.edges:
                if u == node:
                    through = gates | {v} if v in self.gated else gates
                    walk(source, v, through, mul(factor, self.weight((u, v, p))))

        for s in self.sources:
            walk(s, s, frozenset(), {monomial(self.size): 1})
        return phi

    def probe(self, generator):
        """The function f of a generator, as a polynomial."""
        source = dict(zip(self.sources, generator["source"]))
        gate = dict(zip(self.gated, generator["gate"]))
        out = dict(zip(self.outputs, generator["out"]))
        f = {}
        for (s, gates, o), p in self.components().items():
            c = source[s] * out[o]
            for v in gates:
                c *= gate[v]
            f = add(f, p, c)
        return f

    def balance(self, i, j):
        """The law of the neurons i, j as an entry of the file."""
        h = {}
        for sign, head in ((1, 1), (-1, 0)):
            for e in self.edges:
                for f in self.edges:
                    if e[head] == i and f[head] == j and e[1 - head] == f[1 - head]:
                        h = add(h, mul(self.weight(e), self.weight(f)), sign)
        return {"neurons": [i, j], "polynomial": listed(h)}

    def live(self, edges=None, sources=None, outputs=None):
        """The edges on paths from a source to an output (in a part, if its edges and so on are given)."""
        edges = self.edges if edges is None else edges
        down = set(self.sources if sources is None else sources)
        up = set(self.outputs if outputs is None else outputs)
        for u, v, _ in sorted(edges):
            if u in down:
                down.add(v)
        for u, v, _ in sorted(edges, key=lambda edge: -edge[1]):
            if v in up:
                up.add(u)
        return [edge for edge in edges if edge[0] in down and edge[1] in up]

    def potential(self, values, **part):
        """The law of a potential {node: value}, be it one or not: by the first live edge of a parameter."""
        kappa = {}
        for u, v, p in self.live(**part):
            kappa.setdefault(p, values.get(v, 0) - values.get(u, 0))
        h = {monomial(self.size, p, p): c for p, c in kappa.items() if c and p is not None}
        return {"potential": [[v, c] for v, c in sorted(values.items())], "polynomial": listed(h)}

    def balanced_pairs(self, edges=None, sources=None, outputs=None):
        """All pairs of neurons that may be balanced (in a part, if its edges and so on are given)."""
        edges = self.edges if edges is None else edges
        sources = self.sources if sources is None else sources
        outputs = self.outputs if outputs is None else outputs
        hidden = sorted({v for e in edges for v in e[:2]} - set(sources) - set(outputs))
        for i, j in itertools.combinations_with_replacement(hidden, 2):
            same = all({e[1 - k] for e in edges if e[k] == i} == {e[1 - k] for e in edges if e[k] == j}
                       for k in (0, 1))
            at = [p for u, v, p in edges if {u, v} & {i, j}]
            own = None not in at and all(sum(p == e[2] for e in edges) == 1 for p in at)
            sides = all(any(e[k] == i for e in edges) for k in (0, 1))
            if same and own and sides and (i == j or not {i, j} & set(self.gated)):
                yield i, j


# ------------------------------------------------------------------------------------------------- the file

def unlisted(terms, size):
    p = {}
    for c, factors in terms:
        m = [0] * size
        for v, e in factors:
            m[v] = e
        p[tuple(m)] = c
    return p


class Echelon:
    """Rows modulo Q, kept while they are independent."""

    def __init__(self):
        self.rows, self.pivots = [], []

    def insert(self, row):
        for p, known in zip(self.pivots, self.rows):
            c = row[p]
            row = [(x - c * y) % Q for x, y in zip(row, known)]
        pivot = next((k for k, x in enumerate(row) if x), None)
        if pivot is None:
            return False
        inverse = pow(row[pivot], -1, Q)
        self.rows.append([x * inverse % Q for x in row])
        self.pivots.append(pivot)
        return True


def random_point(size, rng):
    return [rng.randrange(-10**6, 10**6) for _ in range(size)]


def lower(system, rank, rng, probes=6, longest=4):
    """Words found by brute force, shortest first; as many as there are when `rank` is None."""
    if system["type"] == "polynomials":
        size, generators = len(system["variables"]), None
        functions = [unlisted(p, size) for p in system["phi"]]
    else:
        net = Net(system)
        size = net.size

        def some(nodes):
            return [rng.randrange(-9, 10) for _ in nodes]

        probes = min(probes, 2 * len(net.components()))
        generators = [{"source": some(net.sources), "gate": some(net.gated), "out": some(net.outputs)}
                      for _ in range(probes)]
        functions = [net.probe(g) for g in generators]
    point, echelon, words = random_point(size, rng), Echelon(), []
    gradients = {(k,): grad(f, size) for k, f in enumerate(functions)}
    level = gradients
    for length in range(1, longest + 1):
        for word, vector in level.items():
            if len(words) != rank and echelon.insert([value(p, point) for p in vector]):
                words.append(list(word))
        if len(words) == rank or length == longest:
            break
        level = {(k, *word): bracket(gradients[(k,)], y) for k in range(len(functions))
                 for word, y in level.items() if list(word) in words}
    proof = {"kind": "bracket-words", "prime": Q, "point": point, "words": words, "pivots": echelon.pivots}
    return proof if generators is None else proof | {"generators": generators}


def laws(kind, size, entries, rng):
    """An upper bound by those of the laws that are independent."""
    point, echelon, kept = random_point(size, rng), Echelon(), []
    for entry in entries:
        p = unlisted(entry["polynomial"] if isinstance(entry, dict) else entry, size)
        if echelon.insert([value(d, point) for d in grad(p, size)]):
            kept.append(entry)
    return {"kind": kind, "laws": kept, "prime": Q, "point": point, "pivots": echelon.pivots}


def balance(system, rng, **part):
    net = Net(system)
    return laws("balance-laws", net.size, [net.balance(i, j) for i, j in net.balanced_pairs(**part)], rng)


def split(node, before, after):
    return {"kind": "split", "node": node, "before": before, "after": after}


def idle(k):
    return {"idle": k, "polynomial": [[1, [[k, 1]]]]}


SINGLE = {"kind": "single-generator"}


def objects(system):
    if system["type"] not in ("mlp", "dag"):
        return "system"
    activations = system["activations"] if system["type"] == "mlp" else [
        kind for v, kind in enumerate(system["nodes"])
        if kind not in ("input", "constant") and v not in system["outputs"]]
    linear = {a == "linear" for a in activations}
    return "mixed" if len(linear) == 2 else "path-lifting" if False in linear else "matrix product"


def certificate(system, laws_claimed, upper, seed=1, rank=None):
    """The whole object; the lower bound has as many words as the claim says, unless `rank` says otherwise."""
    size = len(system["variables"]) if system["type"] == "polynomials" else Net(system).size
    rng = random.Random(seed)
    body = {
        "format": "pyconslaw-certificate", "version": 1, "system": system,
        "claim": {"object": objects(system), "parameters": size, "laws": laws_claimed},
        "lower": lower(system, size - laws_claimed if rank is None else rank, rng),
        "upper": upper(rng) if callable(upper) else upper,
    }
    return rehash(body)


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def rehash(body):
    body = {key: body[key] for key in body if key != "hash"}
    return body | {"hash": hashlib.sha256(text(body).encode()).hexdigest()}


def data(body):
    return (text(body) + "\n").encode()


def copy(body):
    return json.loads(json.dumps(body))


# ------------------------------------------------------------------------------------ the known true claims

def quadratic(*pairs, sign=-1):
    """x_a^2 - x_b^2 as it stands in a file."""
    return [sorted([[1, [[a, 2]]], [sign, [[b, 2]]]], key=lambda term: term[1]) for a, b in pairs]


EXPLICIT = explicit([(1, {0: 1, 1: 1})], [(2, {2: 2}), (-1, {3: 2})])       # xy and 2z^2 - w^2
DIAGONAL = explicit([(1, {0: 2}), (2, {1: 2})], [(1, {1: 2}), (3, {2: 2})])  # its law is no polynomial
MOTION = explicit([(2, {0: 1})], [(1, {0: 1, 1: 1}), (1, {2: 1}), (1, {3: 1})])
ONE = explicit([(1, {0: 3}), (1, {0: 1, 1: 1}), (-7, {2: 2})])

B_DIAGONAL = {
    "kind": "closing-algebra",
    "basis": [[[[1, [[0, 1]]]], [], [[-6, [[2, 1]]]]], [[], [[1, [[1, 1]]]], [[3, [[2, 1]]]]]],
    "generators": [[[2, 1], [4, 1]], [[0, 5], [2, 1]]],
    "products": [[[[0, 1]] * 2] * 2] * 2,
}
# d/dx0, d/dx1 and Y = x1 d/dx0 + x0 d/dx1 + d/dx2 + d/dx3, with 3 times the second in the basis
B_MOTION = {
    "kind": "closing-algebra",
    "basis": [[[[1, []]], [], [], []], [[], [[3, []]], [], []],
              [[[1, [[1, 1]]]], [[1, [[0, 1]]]], [[1, []]], [[1, []]]]],
    "generators": [[[2, 1], [0, 1], [0, 1]], [[0, 1], [0, 1], [1, 1]]],
    "products": [[[[0, 1]] * 3, [[0, 1]] * 3, [[0, 1], [2, 3], [0, 1]]],
                 [[[0, 1], [-1, 3], [0, 1]], [[-3, 1], [0, 1], [0, 1]], [[0, 1]] * 3]],
}


# A skip of weight 1, no component of its own.
SKIP = dag("irl", [2], [(0, 1, 0), (1, 2, 1)], [(0, 2, 1)])
# Two ReLU neurons that share the weight of their in-edges.
SHARED = dag("irrl", [3], [(0, 1, 0), (0, 2, 0), (1, 3, 1), (2, 3, 2)])
# Neuron 1 has no input, neuron 2 no output, source 5 no edge; parameter 0 is on a live edge and on another,
# parameter 1 on two edges that are not live.
STUMPS = dag("illlri", [4], [(0, 2, 0), (0, 3, 0), (1, 3, 1), (1, 4, 1), (3, 4, 2)])
# A gated output that feeds on, past a frozen edge.
FEEDING = dag("iiklr", [2, 4], [(0, 2, 0), (1, 2, 1), (2, 3, 2), (3, 4, 3)], [(2, 4, -2)])
# theta_0^2 theta_1
SQUARED = dag("illl", [3], [(0, 1, 0), (1, 2, 0), (2, 3, 1)])
# Linear twins 2 and 3 between two sources and two outputs, beside a ReLU neuron (frozen edge in, tied out).
TWINS = dag("iillrll", [5, 6], [(0, 2, 0), (1, 2, 1), (0, 3, 2), (1, 3, 3), (2, 5, 4), (3, 5, 5), (4, 5, 6),
                                (2, 6, 7), (3, 6, 8), (4, 6, 6)], [(0, 4, 2)])
# One component 1-2-2-1 before neuron 7, with a frozen layer; after it two outputs, whose biases are tied.
NARROW = dag("icllllllll", [8, 9], [(0, 2, 0), (2, 3, 1), (2, 4, 2), (5, 7, 3), (6, 7, 4), (7, 8, 5),
                                    (7, 9, 6), (1, 8, 7), (1, 9, 7)],
             [(3, 5, 1), (4, 5, 1), (3, 6, 1), (4, 6, -2)])
# 2 theta_0 + theta_1
WEIGHTED = dag("ill", [2], [(0, 1, 0), (0, 2, 1)], [(1, 2, 2)])
# What comes to neuron 5 cancels before it (2, 3) and what comes from it after it (7, 8): phi is theta_2.
CANCELS = dag("iillllllll", [9], [(4, 5, 0), (5, 6, 1), (1, 9, 2)], [
    (0, 2, 1), (0, 3, 1), (2, 4, 1), (3, 4, -1), (6, 7, 1), (6, 8, 1), (7, 9, 3), (8, 9, -3)])


def read_off(system, *entries):
    """An upper bound by laws: (i, j) for neurons, {node: value} for a potential, k for an idle parameter."""
    net = Net(system)

    def entry(what):
        if type(what) is tuple:
            return net.balance(*what)
        return net.potential(what) if type(what) is dict else idle(what)

    return lambda rng: laws("balance-laws", net.size, [entry(what) for what in entries], rng)


def polynomials(size, *listed):
    return lambda rng: laws("polynomial-laws", size, list(listed), rng)


def none(size):
    """No law at all."""
    return lambda rng: laws("balance-laws", size, [], rng)


def _true():
    def case(name, system, count, upper):
        return name, (system, count, upper)

    def by_balance(system):
        return lambda rng: balance(system, rng)

    relu = mlp(2, 3, 1, activations="relu", bias="hidden")
    mixed = mlp(2, 2, 2, 1, activations=["linear", "leaky_relu"])
    small = mlp(1, 2, 1, activations="leaky_relu")
    trap = mlp(1, 2, 2, 1, 2)
    return dict([
        case("linear 1-1", mlp(1, 1), 0, SINGLE),
        case("linear 1-1 --bias all", mlp(1, 1, bias="all"), 0, none(2)),
        case("linear 1-1-1", mlp(1, 1, 1), 1, SINGLE),
        case("linear 1-1-1 by split", mlp(1, 1, 1), 1, split(1, SINGLE, SINGLE)),
        case("linear 1-1-1 by balance", mlp(1, 1, 1), 1, by_balance(mlp(1, 1, 1))),
        case("linear 1-1-1 --bias", mlp(1, 1, 1, bias="hidden"), 1, split(2, none(3), SINGLE)),
        case("linear 2-1-2", mlp(2, 1, 2), 1, split(2, none(4), none(4))),
        case("linear 2-2-2", mlp(2, 2, 2), 3, by_balance(mlp(2, 2, 2))),
        case("linear 1-2-2-1-2", trap, 8, split(5, SINGLE, none(10))),
        case("relu 1-1-1", mlp(1, 1, 1, activations="relu"), 1, split(1, SINGLE, SINGLE)),
        case("relu 2-3-1 --bias", relu, 3, by_balance(relu)),
        case("mlp 1-2-1 --activations leaky_relu", small, 2,
             lambda rng: laws("polynomial-laws", 4, quadratic((0, 2), (1, 3)), rng)),
        case("mlp 2-2-2-1 --activations linear,leaky_relu", mixed, 5, by_balance(mixed)),
        case("product 4", product(4), 3, SINGLE),
        case("product 4 by laws", product(4), 3,
             lambda rng: laws("polynomial-laws", 4, quadratic((0, 1), (1, 2), (3, 0)), rng)),
        case("product 4 by splits", product(4), 3,
             split(2, split(1, SINGLE, SINGLE),
                   lambda rng: laws("polynomial-laws", 4, quadratic((2, 3)), rng))),
        case("dag skip", SKIP, 1, read_off(SKIP, {1: 3})),
        case("dag skip by laws", SKIP, 1, polynomials(2, *quadratic((0, 1)))),
        case("dag shared", SHARED, 1, read_off(SHARED, {1: 1, 2: 1})),
        case("dag stumps", STUMPS, 2, read_off(STUMPS, 1, {2: 7, 3: 5})),
        case("dag of one component", dag("irllc", [3], [(0, 2, 0), (1, 3, 0), (2, 3, 1)]), 1, SINGLE),
        case("dag feeding", FEEDING, 1, read_off(FEEDING, {3: -1})),
        case("dag squared", SQUARED, 1, SINGLE),
        case("dag squared by laws", SQUARED, 1, polynomials(2, [[1, [[0, 2]]], [-2, [[1, 2]]]])),
        case("dag weighted", WEIGHTED, 1, polynomials(2, [[1, [[0, 1]]], [-2, [[1, 1]]]])),
        case("dag twins", TWINS, 3, read_off(TWINS, (2, 2), (2, 3), (3, 3))),
        case("dag narrow", NARROW, 5, split(7, SINGLE, none(8))),
        case("dag cancels", CANCELS, 2, split(5, none(3), polynomials(3, [[1, [[1, 1]]]]))),
        case("dag cancels by laws", CANCELS, 2, polynomials(3, [[1, [[0, 1]]]], [[1, [[1, 1]]]])),
        case("explicit by laws", EXPLICIT, 2, lambda rng: laws(
            "polynomial-laws", 4, quadratic((0, 1)) + [[[5, [[2, 1], [3, 2]]]]], rng)),
        case("diagonal", DIAGONAL, 1, B_DIAGONAL),
        case("motion", MOTION, 1, B_MOTION),
        case("one component", ONE, 2, SINGLE),
    ])


def resolve(upper, rng):
    if callable(upper):
        return upper(rng)
    return {key: resolve(part, rng) if key in ("before", "after") else part for key, part in upper.items()}


TRUE = _true()
_made = {}


def true(name):
    """A fresh copy of a true certificate."""
    if name not in _made:
        system, count, upper = TRUE[name]
        _made[name] = certificate(system, count, lambda rng: resolve(upper, rng))
    return copy(_made[name])
