"""Layered networks that grow neuron by neuron and stay full (see full).

Theorem 6 of docs/mathematics.md: a network stays full when a neuron is added to hidden layer k, if
layers k - 1 and k + 1 have r >= 1 where they are hidden, and layer k too. Theorem 7: and when
inputs or outputs are added, on conditions. A full network has no further laws. Where a linear layer
has n_k > e_k, only e_k of its neurons count: the others add their e_k weights to the parameters and
to the laws.
"""

from ..reading import Declined, Refused
from ..systems.layers import Layers

STEPS = 1_000_000


def check_growth(small: Layers, layers: Layers, where: str, budget) -> None:
    """Steps of theorems 6 and 7 lead from the small network to the large one without its surplus
    neurons.
    """
    budget.spend(20 * len(layers.dims))
    dims, last = layers.dims, len(layers.dims) - 1
    cut = [
        dims[0],
        *(n if gates else min(n, e) for n, e, gates in zip(dims[1:], layers.spaces, layers.gated)),
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
        room = Layers(widths, layers.gated, layers.biased).rooms
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
    room = small.rooms[k]
    return room >= 3 or (room == 2 and not small.gated[k] and small.dims[1:-1][k] >= 2)
