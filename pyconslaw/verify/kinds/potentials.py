"""Upper bound by all laws of potentials and idle parameters of a graph in which no two live
edges share a parameter.

An edge is live if it lies on a path from a source to an output. Join the ends of every live frozen
edge. For each class C of live nodes that holds no source and no output let pi be 1 on C and 0
elsewhere: a potential as in laws/potential, whose law is h_C = sum over live edges k of (pi(head) -
pi(tail)) theta_k^2. Every parameter on no live edge is a law itself.

They are independent where no parameter is 0: a combination of the h_C has at theta_k the derivative
2 kappa_k theta_k with kappa = pi(head) - pi(tail) for the combined pi, and if pi is not 0 at some
live node, then on a path from a source, where pi is 0, to that node there is an edge with kappa !=
0, which is not frozen. The idle parameters are not among these k. So the dimension is at most the
number of live edges with a parameter, less the number of classes.
"""

from ..reading import Refused, record
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind")
    trained, classes = numbers(system, where, budget)
    laws = system.count - trained + classes
    reason = f"all laws of potentials and idle parameters ({laws} independent)"
    return Bound(trained - classes, (reason,))


def numbers(system, where: str, budget) -> tuple[int, int]:
    """How many live edges carry a parameter, and how many classes hold neither sources nor outputs.

    In layers every edge is live, none is frozen, and every hidden neuron is a class.
    """
    if system.explicit is None:
        return system.size, system.hidden
    if system.explicit is not False:
        raise Refused(f"{where}: potentials belong to a graph")
    budget.spend(20 * len(system.edges))
    live = system.live
    trained = [k for _, _, k in live.edges if k < system.size]
    if len(set(trained)) < len(trained):
        raise Refused(f"{where}: edges on paths share a parameter")
    parent = {v: v for edge in live.edges for v in edge[:2]}

    def root(v):
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    for u, v, k in live.edges:
        if k >= system.size:
            parent[root(v)] = root(u)
    return len(trained), len(set(map(root, parent)) - set(map(root, live.ends)))
