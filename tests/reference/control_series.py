"""The rows of the series of a control in two exact ways: by brackets written out, over Z, and by
pulling back along the flow, over Q. A vector field is {variable: polynomial} as in `polynomials`.
"""

from fractions import Fraction
from math import factorial

from .polynomials import add, bracket, derivative, evaluate, multiply, variable


def clocked(fields, controls, size):
    """d/dt + sum of u_i(t) X_i, with t as the variable `size`."""
    total = {size: {0: 1}}
    for field, control in zip(fields, controls, strict=True):
        u, power = {}, {0: 1}
        for c in control:
            u, power = add(u, power, c), multiply(power, variable(size))
        for v, f in field.items():
            total[v] = add(total.get(v, {}), multiply(u, f))
    return total


def rows_by_brackets(fields, size, controls, point, order):
    """rows[i][k], the value at the point and t = 0 of k brackets of the clocked field with X_i."""
    drift, at = clocked(fields, controls, size), [*point, 0]
    rows = []
    for field in fields:
        y, own = field, []
        for k in range(order + 1):
            own.append([evaluate(y.get(v, {}), at) for v in range(size)])
            y = bracket(drift, y) if k < order else {}
        rows.append(own)
    return rows


def product(a, b, length):
    """The product of two series, cut off."""
    return [sum(a[j] * b[k - j] for j in range(k + 1)) for k in range(length)]


def along(f, z, length):
    """A polynomial along a curve of series."""
    total = [Fraction(0)] * length
    for m, c in f.items():
        term = [Fraction(c)] + [Fraction(0)] * (length - 1)
        for v, e in enumerate(m.to_bytes((m.bit_length() + 7) // 8, "little")):
            for _ in range(e):
                term = product(term, z[v], length)
        total = [x + y for x, y in zip(total, term, strict=True)]
    return total


def rows_by_pull_back(fields, size, controls, point, order):
    """rows[i][k], k! times the k-th coefficient of N(t) X_i(z(t)), N' = -N DF(z(t)), N(0) = I."""
    length = order + 1
    u = [[*map(Fraction, c), *[Fraction(0)] * length][:length] for c in controls]
    z = [[Fraction(x)] + [Fraction(0)] * order for x in point]
    for n in range(order):  # one coefficient more is right after each pass
        slope = [[Fraction(0)] * length for _ in point]
        for own, field in zip(u, fields, strict=True):
            for v, f in field.items():
                part = product(own, along(f, z, length), length)
                slope[v] = [x + y for x, y in zip(slope[v], part, strict=True)]
        for v in range(size):
            z[v][n + 1] = slope[v][n] / (n + 1)
    jacobian = [[[Fraction(0)] * length for _ in point] for _ in point]
    for own, field in zip(u, fields, strict=True):
        for v, f in field.items():
            for w in range(size):
                part = product(own, along(derivative(f, w), z, length), length)
                jacobian[v][w] = [x + y for x, y in zip(jacobian[v][w], part, strict=True)]
    inverse = [
        [[Fraction(i == j)] + [Fraction(0)] * order for j in range(size)] for i in range(size)
    ]
    for n in range(order):
        for i in range(size):
            for j in range(size):
                slope = (product(inverse[i][k], jacobian[k][j], n + 1)[n] for k in range(size))
                inverse[i][j][n + 1] = -sum(slope) / (n + 1)
    rows = []
    for field in fields:
        x = [along(field.get(v, {}), z, length) for v in range(size)]
        back = [
            [
                sum(c)
                for c in zip(
                    *(product(inverse[i][j], x[j], length) for j in range(size)), strict=True
                )
            ]
            for i in range(size)
        ]
        rows.append([[back[i][k] * factorial(k) for i in range(size)] for k in range(length)])
    return rows
