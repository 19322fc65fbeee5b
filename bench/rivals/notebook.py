"""Counts and law searches the way published notebooks go about them, in any ring of `rings`.

Marcotte, Gribonval and Peyre 2023, sections 2.3 and 3: phi is expanded, all vector fields are
explicit polynomials, brackets too. Where the notebook has a choice, the faster one is taken: see
the functions. Nothing here imports pyconslaw.
"""

import random
from itertools import combinations_with_replacement

PRIME = 2**61 - 1


def components(ring, dims, relu, bias):
    """The components of phi, from the weights W1 (row by row), b1, W2, ...: one for each input,
    output and (ReLU) choice of hidden neurons, in this order.
    """
    x = iter(ring.gens)
    values = [{(s,): ring.one} for s in range(dims[0])]
    for k, width in enumerate(dims[1:]):
        hidden = k < len(dims) - 2
        weights = [[next(x) for _ in values] for _ in range(width)]
        offsets = [next(x) for _ in range(width)] if bias and hidden else []
        layer = []
        for i, row in enumerate(weights):
            mark = ((k, i),) if relu or not hidden else ()
            value = {}
            for w, below in zip(row, values, strict=True):
                for key, f in below.items():
                    value[key + mark] = value[key + mark] + w * f if key + mark in value else w * f
            if offsets:
                key = (dims[0], *mark)  # the constant node comes after the inputs
                value[key] = value[key] + offsets[i] if key in value else offsets[i]
            layer.append(value)
        values = layer
    return [
        f
        for _, f in sorted(
            (item for value in values for item in value.items()), key=lambda item: item[0]
        )
    ]


def gradient(ring, f):
    return [ring.derivative(f, j) for j in range(len(ring.gens))]


def bracket(ring, f, g):
    """Dg f - Df g, zero entries skipped."""

    def along(of, by, total, sign):
        for j, b in by:
            d = ring.derivative(of, j)
            if d:
                total = total + d * b if sign > 0 else total - d * b
        return total

    in_f, in_g = ([(j, x) for j, x in enumerate(v) if x] for v in (f, g))
    out = []
    for of_f, of_g in zip(f, g, strict=True):
        total = along(of_g, in_f, ring.zero, 1) if of_g else ring.zero
        out.append(along(of_f, in_g, total, -1) if of_f else total)
    return out


def count(kind, dims, relu, bias, known):
    """D - dim Lie(W)(theta) at a random point, by brackets in rounds, each of a generator with a
    vector field that was new.

    Vector fields whose values depend on others' are dropped, generators too; the search ends when a
    round adds nothing, or at D - known, the number of laws known from theory. The rank is taken
    modulo 2^61 - 1, which is far faster than over Q.
    """
    ring = kind(parameters(dims, bias))
    return count_of(ring, [gradient(ring, f) for f in components(ring, dims, relu, bias)], known)


def count_of(ring, fields, known=0):
    """The same for explicit vector fields, lists of ring elements."""
    size = len(ring.gens)
    draw = random.Random(1)
    point = [draw.randrange(1, 10_000) for _ in range(size)]
    target = size - known
    members, values = [], []

    def keep(fields):
        """The fields that raise the rank, added to the members."""
        rows = values + [[ring.value(f, point, PRIME) for f in field] for field in fields]
        chosen = [k - len(values) for k in ring.independent(rows, PRIME) if k >= len(values)]
        values.extend([rows[len(values) + k] for k in chosen])
        members.extend([fields[k] for k in chosen])
        return [fields[k] for k in chosen]

    new = generators = keep(fields)
    while new and len(members) < target:
        found = []
        for w in new:
            found += keep([bracket(ring, g, w) for g in generators])
            if len(members) >= target:
                break
        new = found
    return size - len(members)


def laws(kind, dims, relu, bias, degree):
    """A basis over Q of the homogeneous laws of that degree, as dicts {((variable, exponent), ...):
    coefficient}.

    <grad h, grad phi_i> is expanded for the generic h, unknown by unknown (so that no ring of
    unknowns is needed), like terms are collected, an equation for each; equal equations are
    dropped, the others are solved.
    """
    ring = kind(parameters(dims, bias))
    return laws_of(ring, [gradient(ring, f) for f in components(ring, dims, relu, bias)], degree)


def laws_of(ring, fields, degree):
    """The same for explicit vector fields, lists of ring elements."""
    choices = list(combinations_with_replacement(range(len(ring.gens)), degree))
    equations = {}
    for k, choice in enumerate(choices):
        monomial = ring.one
        for v in choice:
            monomial = monomial * ring.gens[v]
        slopes = [(v, ring.derivative(monomial, v)) for v in sorted(set(choice))]
        for i, field in enumerate(fields):
            total = ring.zero
            for v, slope in slopes:
                if field[v]:
                    total = total + slope * field[v]
            for exponents, c in ring.terms(total):
                equations.setdefault((i, tuple(exponents)), {})[k] = int(c)
    rows = [dict(row) for row in {tuple(row.items()) for row in equations.values()}]
    solutions = ring.nullspace(rows, len(choices))
    names = [tuple((v, choice.count(v)) for v in sorted(set(choice))) for choice in choices]
    return [{names[k]: x for k, x in vector.items()} for vector in solutions]


def written(ring, fields):
    """Vector fields {variable: [(coefficient, {variable: exponent}), ...]} as lists of ring
    elements.
    """
    out = []
    for field in fields:
        entries = [ring.zero] * len(ring.gens)
        for v, terms in field.items():
            for c, exponents in terms:
                monomial = ring.one
                for w, e in exponents.items():
                    monomial = monomial * ring.gens[w] ** e
                entries[v] = entries[v] + c * monomial
        out.append(entries)
    return out


def parameters(dims, bias):
    return sum(n * m for n, m in zip(dims, dims[1:], strict=False)) + (
        sum(dims[1:-1]) if bias else 0
    )
