"""Systems by hand as they stand in files, and their graphs expanded path by path; shares nothing
with the checker or the library.
"""

import itertools

from handmade_polynomials import add, listed, monomial, mul


def mlp(*dims, activations=None, bias="none"):
    activations = activations or "linear"
    if isinstance(activations, str):
        activations = [activations] * (len(dims) - 2)
    return {"type": "mlp", "dims": list(dims), "activations": activations, "bias": bias}


def product(size):
    return {"type": "product", "size": size}


KINDS = {"i": "input", "c": "constant", "l": "linear", "r": "relu", "k": "leaky_relu"}


def dag(kinds, outputs, edges, frozen=()):
    """Kinds by letters (i, c, l, r, k); edges (tail, head, parameter), frozen edges (tail, head,
    weight).
    """

    def in_order(listed):
        return sorted(map(list, listed), key=lambda edge: (edge[1], edge[0]))

    return {
        "type": "dag",
        "nodes": [KINDS[letter] for letter in kinds],
        "outputs": list(outputs),
        "edges": in_order(edges),
        "frozen": in_order(frozen),
    }


def explicit(*phi, variables=None):
    """Polynomials given as lists of (coefficient, {variable: exponent})."""
    listed = [
        sorted(([c, sorted([v, e] for v, e in m.items())] for c, m in p), key=lambda t: t[1])
        for p in phi
    ]
    size = 1 + max(v for p in listed for _, m in p for v, _ in m)
    return {
        "type": "polynomials",
        "variables": variables or [f"x{k}" for k in range(size)],
        "phi": listed,
    }


class Net:
    """Edges (tail, head, parameter), sources, outputs, gated nodes of a graph; parameter None:
    frozen.
    """

    def __init__(self, system):
        self.edges, self.gated, self.frozen = [], [], {}
        if system["type"] == "dag":
            kinds = system["nodes"]
            self.size = 1 + max((p for _, _, p in system["edges"]), default=-1)
            self.frozen = {(t, h): w for t, h, w in system["frozen"]}
            self.edges = [(t, h, p) for t, h, p in system["edges"]] + [
                (t, h, None) for t, h in self.frozen
            ]
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
        return (
            {monomial(self.size): self.frozen[u, v]} if p is None else {monomial(self.size, p): 1}
        )

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
        """The edges on paths from a source to an output (in a part, if its edges and so on are
        given).
        """
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
        """The law of a potential {node: value}, be it one or not: by the first live edge of a
        parameter.
        """
        kappa = {}
        for u, v, p in self.live(**part):
            kappa.setdefault(p, values.get(v, 0) - values.get(u, 0))
        h = {monomial(self.size, p, p): c for p, c in kappa.items() if c and p is not None}
        return {"potential": [[v, c] for v, c in sorted(values.items())], "polynomial": listed(h)}

    def balanced_pairs(self, edges=None, sources=None, outputs=None):
        """All pairs of neurons that may be balanced (in a part, if its edges and so on are
        given).
        """
        edges = self.edges if edges is None else edges
        sources = self.sources if sources is None else sources
        outputs = self.outputs if outputs is None else outputs
        hidden = sorted({v for e in edges for v in e[:2]} - set(sources) - set(outputs))
        for i, j in itertools.combinations_with_replacement(hidden, 2):
            same = all(
                {e[1 - k] for e in edges if e[k] == i} == {e[1 - k] for e in edges if e[k] == j}
                for k in (0, 1)
            )
            at = [p for u, v, p in edges if {u, v} & {i, j}]
            own = None not in at and all(sum(p == e[2] for e in edges) == 1 for p in at)
            sides = all(any(e[k] == i for e in edges) for k in (0, 1))
            if same and own and sides and (i == j or not {i, j} & set(self.gated)):
                yield i, j


def objects(system):
    if system["type"] not in ("mlp", "dag"):
        return "system"
    activations = (
        system["activations"]
        if system["type"] == "mlp"
        else [
            kind
            for v, kind in enumerate(system["nodes"])
            if kind not in ("input", "constant") and v not in system["outputs"]
        ]
    )
    linear = {a == "linear" for a in activations}
    return "mixed" if len(linear) == 2 else "path-lifting" if False in linear else "matrix product"
