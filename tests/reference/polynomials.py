"""Polynomials as dicts {packed monomial: coefficient}, and vector fields as dicts {variable:
polynomial}.

A monomial is one integer, with the exponent of variable v in byte v; so monomials are multiplied by
adding integers. Coefficients are Python integers or Fractions. Exponents stay below 256.
"""


def monomial(factors):
    """The packed monomial of (variable, exponent) pairs."""
    return sum(e << 8 * v for v, e in factors)


def factors(packed):
    """The (variable, exponent) pairs of a packed monomial, variables increasing."""
    exponents = packed.to_bytes((packed.bit_length() + 7) // 8, "little")
    return [(v, e) for v, e in enumerate(exponents) if e]


def polynomial(terms):
    """From (coefficient, [(variable, exponent), ...]) pairs."""
    out = {}
    for c, m in terms:
        assert all(0 <= e < 256 for _, e in m)
        out[monomial(m)] = out.get(monomial(m), 0) + c
    return {m: c for m, c in out.items() if c}


def terms(f):
    """Sorted (coefficient, ((variable, exponent), ...)) pairs."""
    return sorted(((c, tuple(factors(m))) for m, c in f.items()), key=lambda term: term[1])


def variable(v):
    return {1 << 8 * v: 1}


def degree(f):
    return max((sum(e for _, e in factors(m)) for m in f), default=0)


def add(f, g, scale=1):
    out = dict(f)
    for m, c in g.items():
        out[m] = out.get(m, 0) + scale * c
    return {m: c for m, c in out.items() if c}


def multiply(f, g):
    assert degree(f) + degree(g) < 256
    out = {}
    for m, c in f.items():
        for n, d in g.items():
            out[m + n] = out.get(m + n, 0) + c * d
    return {m: c for m, c in out.items() if c}


def power(f, n):
    out = {0: 1}
    for _ in range(n):
        out = multiply(out, f)
    return out


def derivative(f, v):
    out = {}
    for m, c in f.items():
        e = m >> 8 * v & 255
        if e:
            out[m - (1 << 8 * v)] = c * e
    return out


def gradient(f):
    """The nonzero partial derivatives {variable: polynomial}."""
    occurring = {v for m in f for v, _ in factors(m)}
    return {v: derivative(f, v) for v in sorted(occurring)}


def evaluate(f, point):
    """f at a sequence of numbers, without reduction."""
    total = 0
    for m, c in f.items():
        for v, e in factors(m):
            c = c * point[v] ** e
        total = total + c
    return total


def derivative_along(h, field):
    """<grad h, field>."""
    out = {}
    for v, part in gradient(h).items():
        if v in field:
            out = add(out, multiply(part, field[v]))
    return out


def is_law(h, phi):
    """Whether <grad h, grad phi_i> = 0 identically for every i."""
    return not any(derivative_along(h, gradient(f)) for f in phi)


def bracket(f, g, prime=None):
    """[f, g] = Dg f - Df g, coefficients reduced modulo a prime if one is given."""
    out = {}
    for sign, along, field in ((1, f, g), (-1, g, f)):
        for v, component in field.items():
            total = out.setdefault(v, {})
            for m, c in component.items():
                for w, e in factors(m):
                    if w in along:
                        rest, k = m - (1 << 8 * w), sign * c * e
                        for n, d in along[w].items():
                            total[rest + n] = total.get(rest + n, 0) + k * d
    reduced = {
        v: {m: c if prime is None else c % prime for m, c in f.items()} for v, f in out.items()
    }
    return {v: kept for v, f in reduced.items() if (kept := {m: c for m, c in f.items() if c})}


def nested(fields, word, prime=None):
    """The right-nested bracket [f_i, [f_j, ...]] of a word."""
    out = fields[word[-1]]
    for letter in reversed(word[:-1]):
        out = bracket(fields[letter], out, prime)
    return out
