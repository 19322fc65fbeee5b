"""What is computed with: a size, and vector fields in one presentation or several; no names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from pyconslaw._core.graph import path_counts
from pyconslaw.fields.expand import components, count_paths
from pyconslaw.fields.layered import LayeredFields
from pyconslaw.fields.parts import Part, parts_of
from pyconslaw.fields.polynomials import PolynomialFields, VectorField
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.fields.products import written_out
from pyconslaw.records.graph import Graph, Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import Products
from pyconslaw.records.runs import Runs


class Motion(Protocol):
    """What is known of a flow other than that of the gradient (`pyconslaw.flows.space.Phase`)."""

    @property
    def clock(self) -> int | None: ...

    @property
    def parameter(self) -> int | None: ...

    @property
    def powers(self) -> tuple[int, ...]: ...

    @property
    def degree(self) -> int: ...

    @property
    def factor(self) -> int | None: ...

    @property
    def rates(self) -> Runs | None: ...

    @property
    def pull(self) -> Runs | None: ...


@dataclass(frozen=True, eq=False)
class Problem:
    """How large is dim Lie(W)(theta) at generic points of R^size?

    W is given by the widths of a layered program, by a gated graph, by components phi, or by vector
    fields that are written out; drift is one more of these, which no data set switches off. motion:
    of a flow other than that of the gradient. base: the problem that is under a flow. products: of
    matrices, whose entries are phi; they are written out only when asked for.
    """

    size: int
    layers: Layers | None = None
    make_graph: Callable[[], Graph] | None = None
    phi: tuple[Polynomial, ...] = ()
    written: tuple[VectorField, ...] | None = None
    drift: VectorField | None = None
    motion: Motion | None = None
    base: Problem | None = None
    products: Products | None = None

    def __reduce__(self) -> tuple[type[Problem], tuple[Any, ...]]:
        """What a pickle holds: not what was computed from it."""
        given = self.layers, self.make_graph, self.phi, self.written, self.drift
        return Problem, (self.size, *given, self.motion, self.base, self.products)

    @property
    def has_graph(self) -> bool:
        """Whether there is a graph, which may be too large to be made."""
        return self.make_graph is not None

    @cached_property
    def graph(self) -> Graph:
        """The gated graph, edge by edge. Errors: LimitError when it has too many edges."""
        if self.make_graph is None:
            raise AssertionError("no graph: please report")
        return self.make_graph()

    @cached_property
    def path_counts(self) -> Mapping[str, int]:
        """What passes over the edges of the graph count: see `pyconslaw._core.graph`."""
        g = self.graph
        return path_counts(
            g.nodes, g.params, g.tail, g.head, g.param, g.sources, g.outputs, g.gated
        )

    @property
    def decays(self) -> bool:
        """Whether the flow is weight decay: of first order, with a clock."""
        base, motion = self.base, self.motion
        if base is None or motion is None or motion.factor is None:
            return False
        return motion.clock == base.size

    @property
    def rescales(self) -> bool:
        """Whether the flow is that of the gradient with rates: of first order, without a clock."""
        base, motion = self.base, self.motion
        if base is None or motion is None or motion.factor is None:
            return False
        return motion.clock is None

    @cached_property
    def paths(self) -> int:
        """From a source to an output of the graph, how many; 0 without one."""
        return count_paths(self.graph) if self.has_graph else 0

    @cached_property
    def components(self) -> dict[Any, Polynomial]:
        """The components of phi, by number or by (source, gated nodes, output).

        Errors: LimitError.
        """
        if self.products is not None:
            return dict(enumerate(written_out(self.products, range(len(self.products.factors)))))
        if not self.has_graph:
            return dict(enumerate(self.phi))
        return components(self.graph)

    @cached_property
    def parts(self) -> list[Part]:
        """What an explicit system falls into, without a common variable."""
        return parts_of(self.explicit())

    @property
    def generators(self) -> list[Polynomial | VectorField]:
        """What spans W: components of phi or vector fields, the drift last."""
        listed: list[Polynomial | VectorField] = list(
            self.components.values() if self.written is None else self.written
        )
        return listed if self.drift is None else [*listed, self.drift]

    def family(self) -> ProbeFields | PolynomialFields:
        """W as it is searched: probes of a graph, else explicit polynomials."""
        if self.layers is not None:
            return LayeredFields(self.graph, self.layers)
        return ProbeFields(self.graph) if self.has_graph else self.explicit()

    def explicit(self) -> PolynomialFields:
        """W as explicit polynomials. Errors: LimitError when the graph has too many paths."""
        return self._explicit.again()

    @cached_property
    def _explicit(self) -> PolynomialFields:
        return PolynomialFields(self.generators, self.size)
