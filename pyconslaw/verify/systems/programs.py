"""Gated linear programs on acyclic graphs: what brackets are evaluated on."""

from ..reading import Refused


class Program:
    """Edges are (tail, head, k) with tail < head; none are parallel, none ends in a source. The
    weight of an edge is parameter k if k < size, and several edges may share it; otherwise the edge
    is frozen and its weight the integer frozen[k - size]. A node that no edge enters and that is no
    source has the value 0.
    """

    def __init__(self, size: int, edges: list, sources, outputs, gated, frozen=()):
        self.size, self.edges, self.frozen = size, edges, frozen
        self.sources, self.outputs, self.gated = set(sources), set(outputs), set(gated)
        self.into: dict = {}
        for u, v, k in edges:
            self.into.setdefault(v, []).append((u, k))
        self.order = sorted(self.into)
        if not (
            len({edge[:2] for edge in edges}) == len(edges)
            and all(u < v for u, v, _ in edges)
            and not self.sources & self.into.keys()
        ):
            raise Refused("system: parallel edges, a cycle or an edge into a source")
