"""Upper bound by the balance laws of a layered network that are independent at a generic point, as
`brackets/generic.py` counts them.
"""

from ..brackets.generic import independent_laws
from ..reading import Refused, record
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: these are the laws of a layered network")
    record(proof, where, "kind")
    budget.spend(len(layers.dims))
    laws = independent_laws(layers)
    return Bound(system.count - laws, (f"balance laws ({laws} independent)",))
