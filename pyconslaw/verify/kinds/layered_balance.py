"""Upper bound by the balance laws of a layered network, independent at a point that is made of
copies of small networks: those that `brackets/gaps.py` finds.
"""

from ..arithmetic import prime
from ..brackets.copies import read_types
from ..brackets.gaps import unreached
from ..reading import Refused, record
from ..systems.layers import count
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: these are the laws of a layered network")
    record(proof, where, "kind prime types")
    q = prime(proof["prime"], f"{where}.prime")
    types = read_types(layers.dims, proof["types"], f"{where}.types", budget)
    missing = [unreached(t, layers.gated, q, budget) for t in types]
    gaps = [sum(t.copies * n for t, n in zip(types, left)) for left in zip(*missing)]
    laws = count(layers.dims, layers.gated, gaps)
    return Bound(system.count - laws, (f"balance laws ({laws} independent)",))
