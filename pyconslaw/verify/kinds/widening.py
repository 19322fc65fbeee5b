"""Lower bound for a layered network that grows, neuron by neuron (see `brackets/growth.py`), from a
small one with as many layers that is full (see `brackets/full.py`): theorems 6 and 7 of
docs/mathematics.md. Then it has no laws but the balance laws, as `brackets/generic.py` counts them.
"""

from ..arithmetic import prime
from ..brackets.full import check_full
from ..brackets.generic import independent_laws
from ..brackets.growth import check_growth
from ..reading import Refused, integers, record
from ..systems.layers import Layers
from . import Bound


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
