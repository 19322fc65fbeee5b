"""Lower bound by brackets at a point that is made of copies of small networks, looked at in
sub-networks of a few copies: what their words show in each component of the trace (see
`brackets/runs.py`), as often as the component occurs.
"""

from ..arithmetic import prime
from ..brackets.copies import read_types
from ..brackets.runs import dimension
from ..reading import Refused, record
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    layers = system.layers
    if layers is None:
        raise Refused(f"{where}: only a layered network has such points")
    record(proof, where, "kind prime types runs")
    q = prime(proof["prime"], f"{where}.prime")
    types = read_types(layers.dims, proof["types"], f"{where}.types", budget)
    total = dimension(layers, types, proof["runs"], f"{where}.runs", q, budget)
    if total < rank:
        raise Refused(f"{where}.runs: the words show {total} independent brackets, not {rank}")
    reason = f"{rank} independent bracket values at a symmetric integer point modulo the prime {q}"
    return Bound(rank, (reason,), q)
