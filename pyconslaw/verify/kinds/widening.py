"""Lower bound for a layered network that grows, neuron by neuron, from a small one with as many
layers: theorems 6 and 7 of docs/mathematics.md.

The brackets of the lifted vector fields of the small network (see lifted) lie in the space L of
what the balance laws allow: changes X of its weights along which these laws do not change, with
antisymmetric maps M_k that extend X, and bilinear maps q_k likewise, of dimension

    D - laws + sum r_k (r_k - 1) / 2 + sum r_k r_{k+1},   r_k = e_k - n_k, or e_k in a layer with
    gates.

When words fill it at some point, all is allowed that the laws allow: such a network is called full.
Theorem 6: it stays full when a neuron is added to hidden layer k, if layers k - 1 and k + 1 have r
>= 1 where they are hidden, and layer k too. Theorem 7: and when inputs or outputs are added, on
conditions. A full network has no further laws. Where a linear layer has n_k > e_k, only e_k of its
neurons count: the others add their e_k weights to the parameters and to the laws.
"""

from ..arithmetic import prime
from ..brackets.echelon import add
from ..brackets.lifted import Lifted
from ..reading import Declined, Refused, integers, items, point, record
from ..systems.layers import Layers, layered
from . import Bound
from .generic_balance import independent_laws, spaces

STEPS = 1_000_000


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: only a layered network grows by layers")
    record(proof, where, "kind prime widths point probes words")
    q = prime(proof["prime"], f"{where}.prime")
    widths = integers(proof["widths"], f"{where}.widths", 1, 10**6, len(layers.dims))
    small = Layers(widths, layers.gated, layers.biased)
    check_growth(small, layers, f"{where}.widths", budget)
    check_full(small, proof, where, q, budget)
    least = layers.size - independent_laws(layers)
    if least < rank:
        raise Refused(f"{where}: the dimension is {least}, the claim needs {rank}")
    reason = (
        f"{rank} by growth from widths {'-'.join(map(str, widths))}, whose lifted brackets "
        f"fill what the laws allow modulo the prime {q}"
    )
    return Bound(rank, (reason,), q)


def rooms(layers) -> list:
    """r_k for each hidden layer."""
    return [
        e if gates else e - n for e, n, gates in zip(spaces(layers), layers.dims[1:], layers.gated)
    ]


def check_full(small: Layers, proof: dict, where: str, q: int, budget) -> None:
    """The words fill, at the point, what the balance laws allow."""
    room = rooms(small)
    if min(room, default=0) < 0:
        raise Refused(f"{where}.widths: a layer is wider than its neighbours together")
    e = spaces(small)
    full = (
        small.size
        - independent_laws(small)
        + sum(r * (r - 1) // 2 for r in room)
        + sum(r * s for r, s in zip(room, room[1:]))
    )
    size = small.size + sum(x * x for x in e) + sum(x * y for x, y in zip(e, e[1:]))
    budget.hold(20 * size)
    at = point(proof["point"], f"{where}.point", small.size)
    graph = layered(small.dims, small.gated, small.biased)
    nodes, first = [range(small.dims[0])], small.dims[0] + any(small.biased)
    for n in small.dims[1:]:
        nodes.append(range(first, first + n))
        first += n
    lifted = Lifted(graph, nodes, small.dims[0], small.biased)
    probes = read_probes(graph, small, proof["probes"], f"{where}.probes", budget)
    basis: list = []
    for k, word in enumerate(items(proof["words"], f"{where}.words")):
        if not integers(word, f"{where}.words[{k}]", 0, len(probes) - 1):
            raise Refused(f"{where}.words[{k}]: the word is empty")
        budget.spend(4 * size * 3 ** min(len(word) + 1, 64))
        with budget.temporary():
            budget.hold(4 * size * 2 ** min(len(word), 64))
            value = lifted.bracket([probes[g] for g in word], lifted.start(at, q), q)
        add(basis, [x[0] for x in value], q, budget)
    if len(basis) < full:
        raise Refused(f"{where}.words: the lifted brackets have rank {len(basis)}, not {full}")


def read_probes(graph, small: Layers, value, where: str, budget) -> list:
    """For each probe the numbers of its sources and gates by node, the gates of the added
    neurons by layer, and the weights of its outputs.
    """
    probes, gates = [], sum(small.gated)
    for k, entry in enumerate(items(value, where)):
        place = f"{where}[{k}]"
        record(entry, place, "source gate added out")
        budget.hold(len(graph.sources) + len(graph.gated) + gates + len(graph.outputs))
        source, gate, out = (
            dict(zip(sorted(these), point(entry[role], f"{place}.{role}", len(these))))
            for role, these in (
                ("source", graph.sources),
                ("gate", graph.gated),
                ("out", graph.outputs),
            )
        )
        added = iter(point(entry["added"], f"{place}.added", gates))
        probes.append((source, gate, [next(added) if has else 1 for has in small.gated], out))
    return probes


def check_growth(small: Layers, layers: Layers, where: str, budget) -> None:
    """Steps of theorems 6 and 7 lead from the small network to the large one without its surplus
    neurons.
    """
    budget.spend(20 * len(layers.dims))
    dims, last = layers.dims, len(layers.dims) - 1
    cut = [
        dims[0],
        *(n if gates else min(n, e) for n, e, gates in zip(dims[1:], spaces(layers), layers.gated)),
        dims[-1],
    ]
    if any(a > b for a, b in zip(small.dims, cut)):
        raise Refused(f"{where}: a layer is wider than it grows")
    if small.dims[0] < cut[0] and not input_grows(small):
        raise Refused(f"{where}: inputs cannot be added to this network")
    if small.dims[last] < cut[last] and not output_grows(small):
        raise Refused(f"{where}: outputs cannot be added to this network")
    low = small.dims[1:last]
    size = max(low, default=2)
    if min(cut) >= 2 <= size and all(a == min(b, size) for a, b in zip(low, cut[1:])):
        return  # the corollary: the widest layer first, backwards, is always allowed
    steps = sum(cut[1:last]) - sum(low)
    if steps > STEPS:
        raise Declined(f"{where}: the network grows by more than {STEPS} neurons")
    budget.spend(10 * steps * len(dims))
    widths = list(cut)
    while widths[1:last] != low:
        room = rooms(Layers(widths, layers.gated, layers.biased))
        beside = [
            [j for j in (k - 1, k + 1) if 0 < j < last and not layers.gated[j - 1]]
            for k in range(last)
        ]
        free = [
            k
            for k in range(1, last)
            if widths[k] > small.dims[k] and all(room[j - 1] >= 2 for j in beside[k])
        ]
        if not free:
            raise Refused(f"{where}: the network does not grow neuron by neuron from these widths")
        widths[max(free, key=lambda k: widths[k])] -= 1


def input_grows(small: Layers) -> bool:
    """Theorem 7: the signals of all outputs reach all of layer 1, and new weights move more than
    its neurons span.
    """
    n, last = small.dims, len(small.dims) - 1
    if last < 2:
        return False
    stop = small.gated.index(True) + 1 if True in small.gated else last
    return (
        n[1] == min(n[1 : stop + 1])
        and (small.gated[0] or n[0] + small.biased[0] >= n[1])
        and roomy(small, 0)
    )


def output_grows(small: Layers) -> bool:
    """The same from below."""
    n, last = small.dims, len(small.dims) - 1
    if last < 2:
        return False
    start = max((k for k, gates in enumerate(small.gated, 1) if gates), default=0)
    return (
        n[last - 1] == min(n[start:last])
        and (small.gated[-1] or n[last] >= n[last - 1])
        and roomy(small, -1)
    )


def roomy(small: Layers, k: int) -> bool:
    """A space where antisymmetric maps have no invariant line, or one of dimension two that two
    vectors span.
    """
    room = rooms(small)[k]
    return room >= 3 or (room == 2 and not small.gated[k] and small.dims[1:-1][k] >= 2)
