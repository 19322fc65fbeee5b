"""Nilpotent numbers, by which brackets are evaluated at a point of a graph."""


def times(a: list, b: list) -> list:
    """The product of two nilpotent numbers, in Z[e_1, ..., e_k] with e_i^2 = 0, not reduced
    modulo q.

    A number is the list of its 2^k coefficients; the second half is the part with e_k, the newest.
    """
    if len(a) == 1:
        return [a[0] * b[0]]
    if len(a) == 2:
        return [a[0] * b[0], a[0] * b[1] + a[1] * b[0]]
    half = len(a) // 2
    a0, a1, b0, b1 = a[:half], a[half:], b[:half], b[half:]
    return times(a0, b0) + [x + y for x, y in zip(times(a0, b1), times(a1, b0))]
