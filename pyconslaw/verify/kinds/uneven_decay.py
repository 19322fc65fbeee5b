"""Both bounds of weight decay of a graph whose parameters are drawn to 0 at several speeds.

The flow of grad phi_i has the parts of equal weight (kinds/homogeneous_decay): the weight of a term
of the derivative by theta_k is the sum of the speeds along its path, less two times that of
theta_k. So no part has terms of derivatives at two speeds with the same path.

From below: where a path passes through gated nodes only each component is one path (see
spanning_paths), and its parts are its derivatives by the parameters of one speed. These move other
coordinates for each speed. At one point they are what they are in the graph in which all other
parameters are frozen at their values, and by spanning_paths the rank of these is (edges of paths
that are not frozen) - (classes of nodes that frozen edges join, without a source or an output).
From above: the laws of potentials of these graphs, sum of kappa_k theta_k^2 with kappa_k = 0 for
what is frozen, are laws of all parts, whatever the gates: of those that move other coordinates
trivially, and in the others the terms of a path come together, whose kappa add up to 0. They are
independent (see potentials) and in different coordinates for different speeds. With rates the
terms of a law are divided by the rate; the rank is the same. One dimension more is the clock.
"""

from ..reading import Refused, record
from ..systems.graph import Graph
from . import Bound
from .potentials import numbers


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind")
    base = system.of
    if base is None or system.tau is None or system.speeds is None:
        raise Refused(f"{where}: the system is not under weight decay at several speeds")
    if base.explicit:
        raise Refused(f"{where}: paths belong to a graph")
    pairs = [
        counts(base, system.speeds, speed, where, budget)
        for speed in sorted(set(system.speeds.values))
    ]
    trained, free = sum(n for n, _ in pairs), sum(n for _, n in pairs)
    if rank is None:
        laws = base.count - trained + free
        reason = f"laws of potentials and idle parameters, decay by decay ({laws} independent)"
        return Bound(trained - free + 1, ("one for the clock", reason))
    if not gated(base):
        raise Refused(f"{where}: a path passes through a node without gate")
    if trained - free + 1 != rank:
        raise Refused(f"{where}: the paths have rank {trained - free}, the claim needs {rank - 1}")
    return Bound(rank, (f"{trained - free} spanning paths, decay by decay; and one for the clock",))


def gated(system) -> bool:
    """Whether a path meets no node without a gate but its ends."""
    if system.explicit is None:
        return all(system.gated)
    return all(u in system.gated or u in system.sources for u, _, _ in system.live.edges)


def counts(base, speeds, speed, where: str, budget) -> tuple[int, int]:
    """`numbers` of the graph in which all parameters of other speeds are frozen."""
    if base.explicit is None:
        budget.spend(60 * len(base.dims))
        return of_layers(base, speeds, speed, where)
    budget.spend(60 * len(base.edges))
    size = base.size
    edges = [(u, v, k if k < size and speeds.at(k) == speed else size) for u, v, k in base.edges]
    frozen = Graph(size, edges, base.sources, base.outputs, base.gated, [1])
    return numbers(frozen, where, budget)


def of_layers(layers, speeds, speed, where: str) -> tuple[int, int]:
    """The same by widths: frozen weights join all neurons of two layers, frozen biases those of a
    layer with the constant node. A layer that is joined with no other has a class a neuron.
    """
    trained, free, joined, held = 0, 0, 0, True  # joined: layers so far; held: with an end
    for k, ends in enumerate(layers.blocks):
        weights, biases = (speeds.within(*block) for block in ends)
        if len(weights) > 1 or len(biases) > 1:
            raise Refused(f"{where}: the weights of a layer have several decays")
        for own, (start, stop) in zip((weights, biases), ends):
            trained += (stop - start) * (speed in own)
        if speed in weights:
            free += 0 if held else 1 if joined > 1 else layers.dims[k]
            joined, held = 0, False
        joined += 1
        held = held or bool(biases - {speed}) or k + 2 == len(layers.dims)
    return trained, free
