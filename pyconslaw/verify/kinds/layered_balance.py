"""Upper bound by the balance laws of a layered network, independent at a point that is made of
copies of small networks.

The laws are the entries of W_k W_k^T + b_k b_k^T - W_{k+1}^T W_{k+1} for every linear hidden layer
k, and the diagonal entries for the others (see balance_laws). A combination of them, with symmetric
matrices S_k (diagonal where there are gates), S_0 = 0 and S_q = 0, has the gradient 2 (S_k U_k -
U_k S_{k-1}) in layer k. If that vanishes then S_k U_k = U_k S_{k-1}, and, transposed, S_{k-1} U_k^T
= U_k^T S_k. So S_k kills V_k, where V_0 and V_q are everything and the V_k are what the U_k and
their transposes map these to, again and again: S_{k+1} U_{k+1} v = U_{k+1} S_k v = 0 for v in V_k,
and the same upwards. A symmetric matrix that kills V_k is determined by a symmetric form on the
orthogonal complement, of dimension g, say (over Q): g (g + 1) / 2 numbers; a diagonal one by its
entries where all of V_k is 0. At the point V_k is the sum of those of the copies. Ranks modulo a
prime are at most those over Q, so g is at most what is found.
"""

from ..arithmetic import prime
from ..brackets.echelon import add
from ..reading import Refused, record
from ..systems.copies import read_types
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: these are the laws of a layered network")
    record(proof, where, "kind prime types")
    q = prime(proof["prime"], f"{where}.prime")
    types = read_types(layers.dims, proof["types"], f"{where}.types", budget)
    laws = independent_laws(layers.gated, types, q, budget)
    return Bound(system.count - laws, (f"balance laws ({laws} independent)",))


def independent_laws(gated: list, types: list, q: int, budget) -> int:
    """So many of the balance laws have independent gradients at the point; gated[k - 1] says
    whether hidden layer k has gates.
    """
    spans = [reached(t, q, budget) for t in types]
    total = 0
    for k, gates in enumerate(gated, 1):
        n = sum(t.copies * t.widths[k] for t in types)
        gap = 0
        for t, span in zip(types, spans):
            seen = {i for row in span[k] for i, x in enumerate(row) if x} if gates else span[k]
            gap += t.copies * (t.widths[k] - len(seen))
        total += n - gap if gates else (n * (n + 1) - gap * (gap + 1)) // 2
    return total


def reached(kind, q: int, budget) -> list:
    """For each layer of a type, independent vectors modulo q that span V_k."""
    ups = [[[x % q for x in row] for row in matrix] for matrix in kind.matrices]
    downs = [
        [list(column) for column in zip(*matrix)] if matrix else [[] for _ in range(n)]
        for matrix, n in zip(ups, kind.widths)
    ]
    spans, bases = [[] for _ in kind.widths], [[] for _ in kind.widths]
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
