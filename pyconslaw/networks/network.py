"""The network record: parameters with names and shapes, and the system they stand for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from hashlib import sha256
from itertools import chain
from numbers import Number
from typing import Any

import numpy as np

from pyconslaw.entries.arrays import unmasked
from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import PolynomialFields, VectorField
from pyconslaw.fields.problem import Problem
from pyconslaw.fields.products import product_components
from pyconslaw.flows.space import Phase
from pyconslaw.networks.spec import canonical_pieces
from pyconslaw.records.graph import Graph, Layers, Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.problem import VectorFields
from pyconslaw.records.products import Products


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """A network or system whose conservation laws can be asked for. Made by the builders, not by
    hand.

    Attributes
    ----------
    name : str
        As typed on the command line.
    spec : mapping
        Its JSON form in certificates.
    parameters : tuple of Parameter
        In the order in which they are flattened, row-major.
    object : str
        What phi is: "path-lifting", "matrix product", "mixed", "system" or "flow".
    make_graph : callable or None
        Makes the gated graph on first use; None for an explicit system.
    phi : tuple or None
        The components of an explicit system.
    make_node_names : callable
        Makes the names of the nodes of the graph.
    written : tuple or None
        The vector fields of a system that is given by them.
    layers : Layers or None
        Its widths, if it is layered.
    drift : mapping or None
        One more vector field, which no data set switches off.
    phase : Phase or None
        Of a flow other than that of the gradient: its vector fields, which written and drift
        repeat, and its clock.
    labels : tuple of str
        Names of the vector fields, if they have their own.
    base : Network or None
        The network that is under a flow.
    poles : tuple of Polynomial
        The denominators that vector fields were multiplied by: what is said is about points where
        none of them is 0.
    products : Products or None
        Of named matrices, whose entries are phi; they are written out only when asked for.
    """

    name: str
    spec: Mapping[str, Any]
    parameters: tuple[Parameter, ...]
    object: str
    make_graph: Callable[[], Graph] | None
    phi: tuple | None = None
    make_node_names: Callable[[], tuple[str, ...]] = tuple
    written: tuple[VectorField, ...] | None = None
    layers: Layers | None = None
    drift: VectorField | None = None
    phase: Phase | None = None
    labels: tuple[str, ...] = ()
    base: Network | None = None
    poles: tuple[Polynomial, ...] = ()
    products: Products | None = None

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle holds: the fields, not what was computed from them."""
        return {f.name: getattr(self, f.name) for f in fields(Network)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}, {self.size} parameters>"

    @property
    def has_graph(self) -> bool:
        """Whether the network is a graph, which may be too large to be made."""
        return self.make_graph is not None

    @cached_property
    def graph(self) -> Graph | None:
        """The gated graph, edge by edge; None for an explicit system. Errors: LimitError when it
        has too many edges.
        """
        return self.problem.graph if self.has_graph else None

    @cached_property
    def node_names(self) -> tuple[str, ...]:
        """Names of the nodes of the graph."""
        return self.make_node_names()

    @cached_property
    def size(self) -> int:
        """D, the number of parameters."""
        return sum(p.size for p in self.parameters)

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
        for p in self.parameters:
            if number < p.size:
                index = ",".join(map(str, np.unravel_index(number, p.shape))) if p.shape else ""
                return f"{p.name}[{index}]" if index else p.name
            number -= p.size
        raise InputError(f"number: expected one below {self.size}")

    @cached_property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical JSON text of spec, in hexadecimal."""
        digest = sha256()
        for piece in canonical_pieces(self.spec):
            digest.update(piece)
        return digest.hexdigest()

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
        if self.spec["type"] == "dag":
            return tuple(v for v, kind in enumerate(self.spec["nodes"]) if kind == "constant")
        return (
            (self.spec["dims"][0],)
            if self.spec["type"] == "mlp" and any(p.name[0] == "b" for p in self.parameters)
            else ()
        )

    @property
    def gate_kinds(self) -> tuple[str, ...]:
        """The activations of the gated nodes of the graph."""
        if self.spec["type"] == "dag":
            kinds = self.spec["nodes"]
            return tuple(kinds[v] for v in self.graph.gated)
        if self.spec["type"] != "mlp":
            return ()
        widths = self.spec["dims"][1:-1]
        return tuple(
            a
            for a, n in zip(self.spec["activations"], widths, strict=True)
            if a != "linear"
            for _ in range(n)
        )

    @cached_property
    def problem(self) -> Problem:
        """What is computed with, without names."""
        return Problem(
            self.size,
            self.layers,
            self.make_graph,
            self.phi or (),
            self.written,
            self.drift,
            self.phase,
            None if self.base is None else self.base.problem,
            self.products,
        )

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
        labels = self.labels or tuple(f"fields[{i}]" for i in range(len(self.written or ())))
        listed = (
            self.components
            if self.written is None
            else dict(zip(labels, self.written, strict=True))
        )
        return listed if self.drift is None else {**listed, "drift": self.drift}

    @cached_property
    def components(self) -> dict[str, Any]:
        """The components of phi by name, as polynomials: phi[i], or source -> gated neurons ->
        output.
        """
        if self.products is not None:
            return product_components(self.products, [p.name for p in self.parameters])
        if not self.has_graph:
            return {f"phi[{i}]": f for i, f in self.problem.components.items()}
        return {
            " -> ".join(self.node_names[v] for v in key): f
            for key, f in self.problem.components.items()
        }

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
        if isinstance(weights, Mapping):
            unknown = set(weights) - {p.name for p in self.parameters}
            missing = [p.name for p in self.parameters if p.name not in weights]
            if unknown or missing:
                raise InputError(f"{name}: missing {missing}, unknown {sorted(map(str, unknown))}")
            weights = [weights[p.name] for p in self.parameters]
        elif (
            not isinstance(weights, list | tuple)
            or not len(weights)
            or np.isscalar(weights[0])
            or weights[0] is None
        ):
            flat = numbers_of(weights, name)
            if flat.ndim < 1 or flat.shape[-1] != self.size:
                raise InputError(f"{name}: expected shape (..., {self.size}), got {flat.shape}")
            return flat
        if len(weights) != len(self.parameters):
            raise InputError(
                f"{name}: expected {len(self.parameters)} arrays "
                f"({', '.join(p.name for p in self.parameters)}), got {len(weights)}"
            )
        parts, lead = [], None
        for parameter, value in zip(self.parameters, weights, strict=True):
            a = numbers_of(value, f"{name}[{parameter.name!r}]")
            n = a.ndim - len(parameter.shape)
            if (
                n < 0
                or a.shape[n:] != parameter.shape
                or (lead is not None and a.shape[:n] != lead)
            ):
                raise InputError(
                    f"{name}[{parameter.name!r}]: expected shape "
                    f"{(*(('...',) if lead is None else lead), *parameter.shape)}, got {a.shape}"
                )
            lead = a.shape[:n]
            parts.append(a.reshape(*lead, parameter.size))
        return np.concatenate(parts, axis=-1)


def given(value):
    """What a network is made of, when it is there already; a call that can be pickled."""
    return value


def numbers_of(values, name: str) -> np.ndarray:
    """values as an array of numbers; Python integers of any size and fractions are kept as objects.
    Errors: InputError.
    """
    unmasked(values, name)
    try:
        a = np.asarray(values)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None
    good = a.dtype.kind in "iufc" or (
        a.dtype == object
        and all(isinstance(x, Number) and not isinstance(x, bool) for x in a.ravel().tolist())
    )
    if not good and a.size:
        raise InputError(f"{name}: expected numbers, got {values!r:.60}")
    return a
