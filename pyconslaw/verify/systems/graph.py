"""Graphs: what `mlp`, `product` and `dag` stand for."""

from collections import Counter
from functools import cached_property

from .programs import Program


class Graph(Program):
    """A graph or a part of one; in a part, nodes and parameters keep the numbers they have in
    the whole.

    `size` counts the parameters of the whole, `count` and `variables` are those of the part.
    """

    layers = None  # of a layered network: see mlp
    explicit, parts, of = False, None, None  # see systems

    def __init__(self, size: int, edges: list, sources, outputs, gated, frozen=()):
        super().__init__(size, edges, sources, outputs, gated, frozen)
        self.ends = self.sources | self.outputs
        self.uses = Counter(k for _, _, k in edges)
        self.variables = {k for k in self.uses if k < size}
        self.count = len(self.variables)
        self.out: dict = {}
        for u, v, k in edges:
            self.out.setdefault(u, []).append((v, k))

    @cached_property
    def at(self) -> dict:
        """{(tail, head): k} for all edges."""
        return {edge[:2]: edge[2] for edge in self.edges}

    def own(self, k: int) -> bool:
        """An edge with this k has a parameter of its own: it is not frozen, and no other edge
        shares it.
        """
        return k < self.size and self.uses[k] == 1

    def reached(self, start, steps: dict) -> set:
        """The nodes of `start` and all that can be reached from them by `steps` (self.out or
        self.into).
        """
        seen, todo = set(start), list(start)
        while todo:
            for v, _ in steps.get(todo.pop(), ()):
                if v not in seen:
                    seen.add(v)
                    todo.append(v)
        return seen

    def part(self, edges: list, sources: set, outputs: set, gated: set) -> "Graph":
        """The part on these edges; its sources, outputs and gated nodes are those that have an
        edge in it.
        """
        nodes = {v for edge in edges for v in edge[:2]}
        return Graph(self.size, edges, nodes & sources, nodes & outputs, nodes & gated, self.frozen)

    @cached_property
    def live(self) -> "Graph":
        """The part on the edges that lie on a path from a source to an output, which is if both
        ends do.
        """
        on_paths = self.reached(self.sources, self.out) & self.reached(self.outputs, self.into)
        edges = [edge for edge in self.edges if on_paths.issuperset(edge[:2])]
        return self.part(edges, self.sources, self.outputs, self.gated)

    @cached_property
    def idle(self) -> set:
        """The parameters on no live edge."""
        return self.variables - self.live.variables
