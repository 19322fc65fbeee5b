"""The network record: parameters with names and shapes, and the system they stand for."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from typing import Any

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import PolynomialFields, VectorField
from pyconslaw.fields.problem import Motion, Problem
from pyconslaw.networks.components import named_components, phi_at
from pyconslaw.networks.description import Description as Description
from pyconslaw.networks.spec import canonical_pieces, constants_of, digest_of, gate_kinds_of
from pyconslaw.networks.weights import flattened, shaped
from pyconslaw.records.graph import Graph, Layers, Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.problem import VectorFields
from pyconslaw.records.products import Products

NAMES = 1 << 17  # names of parameters that are kept, some 200 bytes each
NAMED = ("mlp", "product")  # types whose names say it all
DIGITS = 8  # of a fingerprint that are shown


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """A network or system whose conservation laws can be asked for. Made by the builders, not by
    hand.

    Attributes
    ----------
    description : Description
        Its name, JSON form, parameters and other names, each of which the network has too.
    problem : Problem
        What is computed with, without names.
    base : Network or None
        The network that is under a flow.
    """

    description: Description
    problem: Problem
    base: Network | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle holds: not what was computed from it."""
        return {"description": self.description, "problem": self.problem, "base": self.base}

    def __eq__(self, other: object) -> bool:
        """Whether it is the same system, whatever the names of the nodes of its graph."""
        return isinstance(other, Network) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        plain = self.spec["of"]["type"] if self.kind == "flow" else self.kind
        mark = "" if plain in NAMED and "region" not in self.spec else f" #{self._digits}"
        return f"<{type(self).__name__} {self.name}{mark}, {self.size} parameters>"

    @property
    def _digits(self) -> str:
        """The first digits of the fingerprint, after a name that does not say it all."""
        return self.fingerprint[:DIGITS]

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any] | str | bytes) -> Network:
        """The network or system of a JSON form.

        Parameters
        ----------
        spec : mapping, str or bytes
            What `spec` is of a network, or its JSON text; also the "system" of a certificate.

        Returns
        -------
        Network
            Equal to the one whose `spec` it is, and a `System` where that was explicit. Nodes and
            parameters of graphs have no names of their own in a spec: there they are numbers and
            W[0], W[1], ... . Nor has it the denominators that were cleared.

        Raises
        ------
        InputError
            Names the key.
        LimitError
            As the builders.
        """
        from pyconslaw.networks.rebuilt import as_kind, network_of_spec

        return as_kind(network_of_spec(spec), cls)

    @property
    def name(self) -> str:
        """As typed on the command line."""
        return self.description.name

    @property
    def spec(self) -> Mapping[str, Any]:
        """Its JSON form in certificates."""
        return self.description.spec

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """In the order in which they are flattened, row-major."""
        return self.description.parameters

    @property
    def object(self) -> str:
        """What phi is: "path-lifting", "matrix product", "mixed", "system" or "flow"."""
        return self.description.object

    @property
    def make_node_names(self) -> Callable[[], tuple[str, ...]]:
        """Makes the names of the nodes of the graph."""
        return self.description.make_node_names

    @property
    def labels(self) -> Sequence[str]:
        """Names of the vector fields, if they have their own."""
        return self.description.labels

    @property
    def poles(self) -> tuple[Polynomial, ...]:
        """The denominators that were cleared: what is said is about points where none is 0."""
        return self.description.poles

    @property
    def phi(self) -> tuple[Polynomial, ...] | None:
        """The components of an explicit system."""
        return self.problem.phi or None

    @property
    def written(self) -> Sequence[VectorField] | None:
        """The vector fields of a system that is given by them."""
        return self.problem.written

    @property
    def drift(self) -> VectorField | None:
        """One more vector field, which no data set switches off."""
        return self.problem.drift

    @property
    def phase(self) -> Motion | None:
        """Of another flow than the gradient's: which coordinates are its clock and parameter."""
        return self.problem.motion

    @property
    def layers(self) -> Layers | None:
        """Its widths, if it is layered."""
        return self.problem.layers

    @property
    def products(self) -> Products | None:
        """Of named matrices, whose entries are phi; they are written out only when asked for."""
        return self.problem.products

    @property
    def make_graph(self) -> Callable[[], Graph] | None:
        """Makes the gated graph on first use; None for an explicit system."""
        return self.problem.make_graph

    @property
    def has_graph(self) -> bool:
        """Whether the network is a graph, which may be too large to be made."""
        return self.problem.has_graph

    @property
    def graph(self) -> Graph | None:
        """The gated graph, edge by edge, or None. Errors: LimitError for too many edges."""
        return self.problem.graph if self.has_graph else None

    @property
    def listed(self) -> int:
        """How many nodes and edges of a graph its JSON form lists, one by one."""
        system = self.spec["of"] if self.kind == "flow" else self.spec
        graph = (self.base or self).graph if system["type"] == "dag" else None
        return 0 if graph is None else graph.nodes + graph.edges

    @cached_property
    def node_names(self) -> tuple[str, ...]:
        """Names of the nodes of the graph."""
        return self.make_node_names()

    @property
    def size(self) -> int:
        """D, the number of parameters."""
        return self.problem.size

    @cached_property
    def entry_names(self) -> tuple[str, ...]:
        """Names of the D parameters in flattened order."""
        return tuple(chain.from_iterable(p.entries() for p in self.parameters))

    def entry_name(self, number: int) -> str:
        """The name of one of the D parameters, without making all of them.

        Parameters
        ----------
        number : int
            Below D.

        Returns
        -------
        str

        Raises
        ------
        InputError
            From D on.
        """
        return self._named(number)

    @cached_property
    def _named(self) -> Callable[[int], str]:
        """The name of a number; laws have parameters in common, whose names are made once."""

        @lru_cache(NAMES)
        def named(number: int) -> str:
            k = bisect_right(self._starts, number)
            if not 0 < k <= len(self.parameters):
                raise InputError(f"number: expected one below {self.size}")
            return self.parameters[k - 1].entry(number - self._starts[k - 1])

        return named

    @cached_property
    def _starts(self) -> list[int]:
        """Where each parameter begins in flattened order, and D."""
        return [0, *accumulate(p.size for p in self.parameters)]

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical JSON text of spec, in hexadecimal."""
        return digest_of(canonical_pieces(self.spec))

    def to_json(self) -> str:
        """The canonical text of `spec`, which `from_spec` reads.

        Returns
        -------
        str
        """
        return b"".join(canonical_pieces(self.spec)).decode()

    @property
    def kind(self) -> str:
        """The type of the system in certificates: mlp, product, dag, polynomials, flow, ..."""
        return self.spec["type"]

    @property
    def flow(self) -> str:
        """The name of the flow."""
        return self.spec["flow"] if self.kind == "flow" else "gradient"

    def system_json(self) -> dict[str, Any]:
        """The system as it stands in a certificate.

        Returns
        -------
        dict
        """
        return dict(self.spec)

    @property
    def constants(self) -> tuple[int, ...]:
        """The sources of the graph that always carry the value 1."""
        return constants_of(self.spec)

    @property
    def gate_kinds(self) -> tuple[str, ...]:
        """The activations of the gated nodes of the graph."""
        return gate_kinds_of(self.spec)

    def fields(self) -> VectorFields:
        """The family W: probes for a graph, explicit polynomials for a system.

        Returns
        -------
        VectorFields

        Raises
        ------
        LimitError
            When the graph has too many edges.
        """
        return self.problem.family()

    def explicit(self) -> PolynomialFields:
        """The family W as explicit polynomials.

        Returns
        -------
        PolynomialFields

        Raises
        ------
        LimitError
            When the graph has too many paths.
        """
        return self.problem.explicit()

    @property
    def generators(self) -> Mapping[str, Any]:
        """What spans W, by name: the components of phi, or fields[i], the vector fields {variable:
        polynomial} of a system given by them; the drift last.
        """
        written, labels = self.written, self.labels
        if written is None:
            listed: dict[str, Any] = self.components
        else:
            labels = labels or [f"fields[{i}]" for i in range(len(written))]
            listed = dict(zip(labels, written, strict=True))
        return listed if self.drift is None else {**listed, "drift": self.drift}

    @cached_property
    def components(self) -> dict[str, Any]:
        """The components of phi by name: phi[i], or source -> gated neurons -> output."""
        return named_components(self.problem, self.parameters, lambda: self.node_names)

    def flatten(self, weights, name: str = "weights") -> np.ndarray:
        """Weights as one array.

        Parameters
        ----------
        weights : array, mapping or sequence
            Shape (..., D) already, a mapping from parameter names to arrays (..., *shape), or a
            sequence of such arrays in the order of `parameters`.
        name : str
            Of the argument, for errors.

        Returns
        -------
        ndarray
            Shape (..., D).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        return flattened(self.parameters, weights, name)

    def shaped(self, weights, name: str = "weights") -> list[np.ndarray]:
        """Weights as arrays, one for each parameter.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `flatten`, of which this is the other way.
        name : str
            Of the argument, for errors.

        Returns
        -------
        list of ndarray
            Shapes (..., *shape), in the order of `parameters`.

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        return shaped(self.parameters, weights, name)

    def evaluate(self, weights) -> np.ndarray:
        """phi at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `flatten`; integers and fractions give exact values.

        Returns
        -------
        ndarray
            Shape (..., number of components), in the order of `components`, whose coefficients are
            integers without common factor; of products of matrices all entries, row by row.

        Raises
        ------
        InputError
            Names the parameter and its shape; also for a system of vector fields.
        LimitError
            When phi has too many paths to be written out.
        """
        if self.written is not None:
            raise InputError(f"weights: {self.name} is given by vector fields, and has no phi")
        return phi_at(self.problem, self.flatten(weights))


def given(value):
    """What a network is made of, when it is there already; a call that can be pickled."""
    return value
