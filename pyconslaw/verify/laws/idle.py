"""A parameter on no live edge, that is on no path from a source to an output: phi does not depend
on it, so it is a law itself.
"""

from ..reading import Refused, integer


def law(graph, k, place: str, budget) -> dict:
    if integer(k, place, 0, graph.size - 1) not in graph.idle:
        raise Refused(f"{place}: parameter {k} is on a path, or of another part of the graph")
    return {((k, 1),): 1}
