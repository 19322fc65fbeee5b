"""Polynomials by hand: {exponents: coefficient} with one exponent per parameter; a vector field
is a list of D of them.
"""

Q = 2**61 - 1


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
    return {m[:v] + (m[v] - 1,) + m[v + 1 :]: c * m[v] for m, c in p.items() if m[v]}


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


def unlisted(terms, size):
    p = {}
    for c, factors in terms:
        m = [0] * size
        for v, e in factors:
            m[v] = e
        p[tuple(m)] = c
    return p
