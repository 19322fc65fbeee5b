"""The generators of W of any system, written out."""

from . import of_type


def members(system, budget) -> list:
    """The generators of W in order, each a call that makes the vector field; of a graph, its
    components are expanded.
    """
    if system.explicit:
        return [lambda i=i: system.member(i, budget) for i in range(system.generators)]
    return of_type("expand").members(system, budget)
