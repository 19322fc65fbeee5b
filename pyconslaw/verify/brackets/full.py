"""Small layered networks that are full: lifted brackets have all values that balance laws allow.

The brackets of the lifted vector fields of a network (see lifted) lie in the space L of what the
balance laws allow: changes X of its weights along which these laws do not change, with
antisymmetric maps M_k that extend X, and bilinear maps q_k likewise, of dimension

    D - laws + sum r_k (r_k - 1) / 2 + sum r_k r_{k+1},   r_k = e_k - n_k, or e_k in a layer with
    gates.

When words fill it at some point, all is allowed that the laws allow: such a network is called full.
"""

from ..reading import Refused, integers, items, point
from ..systems.layers import Layers
from .echelon import add
from .generic import independent_laws
from .lifted import Lifted
from .probes import read_probes


def check_full(small: Layers, proof: dict, where: str, q: int, budget) -> None:
    """The words fill, at the point, what the balance laws allow."""
    room = small.rooms
    if min(room, default=0) < 0:
        raise Refused(f"{where}.widths: a layer is wider than its neighbours together")
    full = (
        small.size
        - independent_laws(small)
        + sum(r * (r - 1) // 2 for r in room)
        + sum(r * s for r, s in zip(room, room[1:]))
    )
    lifted = Lifted(small, budget)
    at = point(proof["point"], f"{where}.point", small.size)
    gates = sum(small.gated)
    probes = read_probes(lifted.graph, proof["probes"], f"{where}.probes", budget, gates)
    basis: list = []
    for k, word in enumerate(items(proof["words"], f"{where}.words")):
        if not integers(word, f"{where}.words[{k}]", 0, len(probes) - 1):
            raise Refused(f"{where}.words[{k}]: the word is empty")
        budget.spend(4 * lifted.size * 3 ** min(len(word) + 1, 64))
        with budget.temporary():
            budget.hold(4 * lifted.size * 2 ** min(len(word), 64))
            value = lifted.bracket([probes[g] for g in word], at, q)
        add(basis, value, q, budget)
    if len(basis) < full:
        raise Refused(f"{where}.words: the lifted brackets have rank {len(basis)}, not {full}")
