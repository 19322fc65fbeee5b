"""The truth about a small directed acyclic graph, by brute force: phi path by path, brackets in
rounds.

Shares nothing with the checker, the library or `handmade_certificates`. A polynomial is {packed
monomial: coefficient}, with 16 bits of exponent for each variable. Rounds: a frame of W at a random
point modulo Q, then brackets of frame members with what is kept, as long as one is independent
there. When none is, the kept vector fields span Lie(W) near a generic point.
"""

import random

Q = 2**61 - 1
BITS = 16
PRODUCTS = 100_000  # of monomials in one question, more is too large


class TooLarge(Exception):
    pass


def expand(system):
    """phi as {(source, gated nodes, output): polynomial}; components without parameters are left
    out.
    """
    kinds, outputs, phi = system["nodes"], set(system["outputs"]), {}
    weight = {(t, h): ({1 << BITS * p: 1}) for t, h, p in system["edges"]}
    weight |= {(t, h): {0: w} for t, h, w in system["frozen"]}
    # at[v]: {(source, gates): polynomial} of the paths that end in v
    at = [{} for _ in kinds]
    for v, kind in enumerate(kinds):
        if kind in ("input", "constant"):
            at[v] = {(v, ()): {0: 1}}
            continue
        gate = () if kind == "linear" else (v,)
        for u in range(v):
            for (s, gates), p in at[u].items() if (u, v) in weight else ():
                add(at[v].setdefault((s, gates + gate), {}), p, weight[u, v])
        if v in outputs:
            phi |= {(s, gates, v): p for (s, gates), p in at[v].items()}
    phi = {key: {m: c for m, c in p.items() if c} for key, p in phi.items()}
    return {key: p for key, p in phi.items() if any(p)}


def add(total, a, b, sign=1):
    """total += sign a b."""
    for m, c in a.items():
        for n, d in b.items():
            total[m + n] = total.get(m + n, 0) + sign * c * d


def gradient(p):
    """{variable: polynomial}."""
    result = {}
    for m, c in p.items():
        rest, v = m, 0
        while rest:
            e = rest & (1 << BITS) - 1
            if e:
                result.setdefault(v, {})[m - (1 << BITS * v)] = c * e
            rest, v = rest >> BITS, v + 1
    return result


def value(p, point):
    total = 0
    for m, c in p.items():
        v = 0
        while m:
            e = m & (1 << BITS) - 1
            if e:
                c = c * pow(point[v], e, Q) % Q
            m, v = m >> BITS, v + 1
        total += c
    return total % Q


class Vector:
    """A vector field, its derivatives, and their values at the point."""

    def __init__(self, entries, point):
        self.entries = {i: p for i, p in entries.items() if any(p.values())}
        self.row = {i: value(p, point) for i, p in self.entries.items()}
        self.derivatives = {i: gradient(p) for i, p in self.entries.items()}
        self.jacobian = {
            i: {j: value(p, point) for j, p in row.items()} for i, row in self.derivatives.items()
        }

    def along(self, other):
        """The derivative of this vector field along another, at the point."""
        return {
            i: sum(c * other.row[j] for j, c in row.items() if j in other.row)
            for i, row in self.jacobian.items()
        }


def bracket(x, y, point, left):
    """The bracket DY X - DX Y; `left` is a list of one number, the products that may still be
    made.
    """
    total = {}
    for a, b, sign in ((x, y, 1), (y, x, -1)):
        for i, row in b.derivatives.items():
            for j, p in row.items():
                if j in a.entries:
                    left[0] -= len(p) * len(a.entries[j])
                    if left[0] < 0:
                        raise TooLarge
                    add(total.setdefault(i, {}), p, a.entries[j], sign)
    return Vector(total, point)


class Span:
    def __init__(self):
        self.rows = []

    def insert(self, row):
        """Whether the row {index: value} is independent of those before."""
        row = {i: c % Q for i, c in row.items() if c % Q}
        for pivot, known in self.rows:
            c = row.get(pivot)
            if c:
                for i, d in known.items():
                    row[i] = (row.get(i, 0) - c * d) % Q
        row = {i: c for i, c in row.items() if c}
        if row:
            pivot = min(row)
            inverse = pow(row[pivot], -1, Q)
            self.rows.append((pivot, {i: c * inverse % Q for i, c in row.items()}))
        return bool(row)


def dimension(phi, size, seed=1):
    """dim Lie(W)(theta) at a generic theta, W spanned by the gradients of these polynomials; or
    TooLarge.
    """
    rng = random.Random(seed)
    point, span = [rng.randrange(Q) for _ in range(size)], Span()
    frame = [x for x in (Vector(gradient(p), point) for p in phi) if span.insert(x.row)]
    kept, done, left = list(frame), 0, [PRODUCTS]
    while done < len(kept) and len(kept) < size:
        y, done = kept[done], done + 1
        for x in frame:
            there, back = y.along(x), x.along(y)
            if span.insert(
                {i: there.get(i, 0) - back.get(i, 0) for i in there.keys() | back.keys()}
            ):
                kept.append(bracket(x, y, point, left))
    return len(kept)


def laws(system):
    """The number of independent conservation laws of a `dag` system."""
    size = 1 + max((p for _, _, p in system["edges"]), default=-1)
    return size - dimension(expand(system).values(), size)


def is_law(polynomial, phi):
    """Whether a polynomial as it stands in a file is conserved by every gradient of phi, by
    expansion.
    """
    h = gradient({sum(e << BITS * v for v, e in factors): c for c, factors in polynomial})
    for f in phi:
        total = {}
        for v, p in gradient(f).items():
            add(total, p, h.get(v, {}))
        if any(total.values()):
            return False
    return True
