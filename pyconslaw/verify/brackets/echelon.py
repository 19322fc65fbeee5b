"""Independent rows modulo a prime, one after the other, without pivots from the file."""


def add(basis: list, vector: list, q: int, budget) -> bool:
    """Whether a vector is not in the span of the basis modulo q; then it is added, reduced.
    Members are (pivot, row with 1 there).
    """
    row = [x % q for x in vector]
    budget.spend((len(basis) + 1) * len(row))
    for pivot, known in basis:
        factor = row[pivot]
        if factor:
            row = [(x - factor * y) % q for x, y in zip(row, known)]
    pivot = next((i for i, x in enumerate(row) if x), None)
    if pivot is None:
        return False
    inverse = pow(row[pivot], -1, q)
    basis.append((pivot, [x * inverse % q for x in row]))
    budget.hold(len(row))
    return True
