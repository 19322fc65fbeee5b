"""Which balance laws of a layered network have independent gradients at a point of copies (see
copies): what the paths there leave out.

The laws are the entries of W_k W_k^T + b_k b_k^T - W_{k+1}^T W_{k+1} for every linear hidden layer
k, and the diagonal entries for the others (see laws/neurons). A combination of them, with symmetric
matrices S_k (diagonal where there are gates), S_0 = 0 and S_q = 0, has the gradient 2 (S_k U_k -
U_k S_{k-1}) in layer k. If that vanishes then S_k U_k = U_k S_{k-1}, and, transposed, S_{k-1} U_k^T
= U_k^T S_k. So S_k kills V_k, where V_0 and V_q are everything and the V_k are what the U_k and
their transposes map these to, again and again: S_{k+1} U_{k+1} v = U_{k+1} S_k v = 0 for v in V_k,
and the same upwards. A symmetric matrix that kills V_k is determined by a symmetric form on the
orthogonal complement, of dimension g, say (over Q): g (g + 1) / 2 numbers; a diagonal one by its
entries where all of V_k is 0. At the point V_k is the sum of those of the copies. Ranks modulo a
prime are at most those over Q, so g is at most what is found.
"""

from .echelon import add


def unreached(kind, gated: list, q: int, budget) -> list:
    """For each layer the dimension that the paths leave out; for layers with gates the number of
    neurons they leave at 0.
    """
    spans = reached(kind, q, budget)
    gaps = []
    for k, n in enumerate(kind.widths):
        if k in (0, len(kind.widths) - 1):
            gaps.append(0)
        elif gated[k - 1]:
            gaps.append(n - len({i for row in spans[k] for i, x in enumerate(row) if x}))
        else:
            gaps.append(n - len(spans[k]))
    return gaps


def reached(kind, q: int, budget) -> list:
    """For each layer of a type, independent vectors modulo q that span V_k."""
    ends = (kind.widths[0], kind.widths[-1])
    budget.hold(sum(n * n for n in ends) + sum(kind.widths))
    ups = [[[x % q for x in row] for row in matrix] for matrix in kind.matrices]
    downs = [
        [list(column) for column in zip(*matrix)] if matrix else [[] for _ in range(n)]
        for matrix, n in zip(ups, kind.widths)
    ]
    spans: list = [[] for _ in kind.widths]
    bases: list = [[] for _ in kind.widths]
    last = len(ups)
    todo = [
        (k, [int(i == j) for j in range(n)])
        for k, n in enumerate(kind.widths)
        if k in (0, last)
        for i in range(n)
    ]
    while todo:
        k, vector = todo.pop()
        if not add(bases[k], vector, q, budget):
            continue
        spans[k].append(vector)
        for to, matrix in ((k + 1, ups[k] if k < last else []), (k - 1, downs[k - 1] if k else [])):
            if matrix and len(bases[to]) < kind.widths[to]:
                budget.spend(len(matrix) * len(vector))
                todo.append((to, [sum(a * b for a, b in zip(row, vector)) % q for row in matrix]))
    return spans
