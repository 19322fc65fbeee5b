"""Brackets at a point, not expanded: by nilpotent numbers.

For a new e with e^2 = 0, Taylor gives Y(theta + e X(theta)) = Y(theta) + e DY X, and [X, Y] = DY X
- DX Y. A number of Z[e_1, ..., e_k], e_i^2 = 0, is the list of its 2^k coefficients; the second
half is the part with e_k, the newest.
"""


def times(a: list, b: list) -> list:
    """The product of two nilpotent numbers, coefficients not reduced."""
    if len(a) == 1:
        return [a[0] * b[0]]
    if len(a) == 2:
        return [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
    half = len(a) // 2
    a0, a1, b0, b1 = a[:half], a[half:], b[:half], b[half:]
    return times(a0, b0) + [x + y for x, y in zip(times(a0, b1), times(a1, b0))]


def bracket(field, word: list, at: list, q: int) -> list:
    """The nested bracket of the letters of a word modulo q, at a point with nilpotent coordinates.

    field(letter, at) is the value of a vector field; it depends on no more coordinates than `at`
    lists, the first ones.
    """
    x = field(word[0], at)
    if len(word) == 1:
        return x
    half = len(at[0])
    y = bracket(field, word[1:], [t + a for t, a in zip(at, x)], q)
    back = field(word[0], [t + b[:half] for t, b in zip(at, y)])
    return [[(s - t) % q for s, t in zip(b[half:], c[half:])] for b, c in zip(y, back)]
