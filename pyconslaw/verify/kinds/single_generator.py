"""Upper bound 1: phi has one component, or there is one vector field, so W is spanned by one
vector field X, and [X, X] = 0.

The components of phi of a graph are indexed by a source, a set of gated nodes and an output between
which there is a path: with one source, one output and no gated node on the paths, there is one
component. (Where frozen weights cancel it may be constant; then W = 0.)
"""

from ..reading import Refused, record
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind")
    if system.explicit is False:
        budget.spend(20 * len(system.edges))
        one = len(system.live.sources) == len(system.live.outputs) == 1 and not system.live.gated
    elif system.explicit is None:
        one = (
            system.dims[0] == system.dims[-1] == 1
            and not any(system.gated)
            and not any(system.biased)
        )
    else:
        one = system.generators == 1
    if not one:
        raise Refused(f"{where}: there is not exactly one generator")
    return Bound(1, ("a single generator (at most 1)",))
