"""Lower bound by counting: the exponents of the paths, on a graph whose paths only pass through
gated nodes.

Then a source, a set of gated nodes and an output fix the path, for the nodes come in order and no
edges are parallel: each component of phi is one path, a constant times the product of the
parameters along it. Where no parameter is 0, its derivative by theta_k is a nonzero number over
theta_k times the exponent of theta_k. So W has there the rank of the matrix M of exponents, one row
a path and one column a parameter on a live edge.

First let every live edge e have a column. Choose an edge into each hidden live node. For every
other live edge e = (u, v) go back from u along chosen edges to a node w that is a source or an
output, and from v on to the first output. If w is a source this is a path; if w is an output, it is
one path through w less the part that ends in w, which is a path as well. These rows, in the order
of the heads, are unitriangular in the columns of the edges that were not chosen: before e there are
chosen edges only, behind it larger heads. Hence rank M >= edges - hidden nodes, and its nullspace,
of no larger dimension, is spanned by kappa = pi(head) - pi(tail) for pi on the hidden nodes, which
are as many independent vectors (see potentials). Without the columns of frozen edges, the nullspace
is what vanishes there: the pi that are constant on the classes of `potentials`. So the rank is
(live edges with a parameter) - (classes).
"""

from ..reading import Refused, record
from . import Bound
from .potentials import numbers


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind")
    trained, classes = numbers(system, where, budget)
    gated = (
        all(system.gated)
        if system.explicit is None
        else all(u in system.gated or u in system.sources for u, _, _ in system.live.edges)
    )
    if not gated:
        raise Refused(f"{where}: a path passes through a node without gate")
    if trained - classes != rank:
        raise Refused(f"{where}: the paths have rank {trained - classes}, the claim needs {rank}")
    reason = f"{rank} spanning path{'' if rank == 1 else 's'} with independent exponents"
    return Bound(rank, (reason,))
