"""From the JSON form of a network or system, as certificates hold it, back to the network."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.arrays import dag_from_arrays, numbered
from pyconslaw.networks.builders import mlp, product
from pyconslaw.networks.dag import network_of_graph
from pyconslaw.networks.network import Network
from pyconslaw.networks.spec import GraphSpec
from pyconslaw.networks.systems import System, as_system
from pyconslaw.networks.texts import parse_json
from pyconslaw.networks.under import under_flow
from pyconslaw.records.graph import FROZEN, Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.runs import Runs

KEYS = {
    "mlp": {"type", "dims", "activations", "bias"},
    "product": {"type", "size"},
    "dag": {"type", "nodes", "outputs", "edges", "frozen"},
    "polynomials": {"type", "variables", "phi"},
    "fields": {"type", "variables", "fields"},
    "products": {"type", "matrices", "products"},
    "flow": {"type", "flow", "of", "tau", "metric"},
}
MAY_BE = {"polynomials": {"drift"}, "fields": {"drift"}, "flow": {"region", "rates", "decay"}}


def network_of_spec(spec: Mapping[str, Any] | str | bytes) -> Network:
    """The network or system of a JSON form, or of its text. Errors: InputError names the key;
    LimitError.
    """
    value: Any = _parsed(spec) if isinstance(spec, str | bytes) else spec
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in KEYS:
        raise InputError(
            f"spec: expected an object whose type is one of {', '.join(KEYS)}, got {value!r:.80}"
        )
    if not KEYS[kind] <= set(value) <= KEYS[kind] | MAY_BE.get(kind, set()):
        raise InputError(
            f"spec: expected {', '.join(sorted(KEYS[kind]))} for the type {kind}, got "
            f"{', '.join(sorted(map(str, value)))}"
        )
    try:
        return READERS[kind](value)
    except (InputError, LimitError) as error:
        raise type(error)(f"spec: {str(error).removeprefix('spec: ')}") from None


def _parsed(text: str | bytes) -> Any:
    try:
        return parse_json(text if isinstance(text, bytes) else text.encode())
    except (InputError, LimitError) as error:
        raise type(error)(f"spec: {error}") from None
    except RecursionError:
        raise InputError("spec: nested too deeply") from None
    except ValueError as error:
        raise InputError(f"spec: {error}") from None


def _list(spec: Mapping[str, Any], key: str) -> list:
    if not isinstance(spec[key], list):
        raise InputError(f"{key}: expected a list, got {spec[key]!r:.80}")
    return spec[key]


def _graph(spec: Mapping[str, Any]) -> Network:
    if isinstance(spec, GraphSpec):
        graph, parameters = spec.graph, (Parameter("W", (spec.graph.params,)),)
        return network_of_graph(graph, spec.codes, parameters, numbered(graph.nodes))
    edges, frozen = _triples(spec, "edges"), _triples(spec, "frozen")
    tails, heads, last = np.concatenate([edges, frozen]).T
    own = np.arange(len(last)) < len(edges)
    parameter, weight = np.where(own, last, FROZEN), np.where(own, 1, last)
    kinds, outputs = _list(spec, "nodes"), _list(spec, "outputs")
    return dag_from_arrays(kinds, tails, heads, parameter, weight, outputs)


def _triples(spec: Mapping[str, Any], key: str) -> np.ndarray:
    try:
        found = np.array(_list(spec, key) or np.empty((0, 3), dtype=np.int64))
    except ValueError:
        found = np.empty(0)
    if found.ndim != 2 or found.shape[1] != 3 or found.dtype.kind != "i":
        raise InputError(f"{key}: expected triples of integers, got {spec[key]!r:.80}")
    if key == "edges" and found.size and found[:, 2].min() < 0:
        raise InputError(f"{key}: expected numbers of parameters of at least 0")
    return found


def _polynomials(spec: Mapping[str, Any]) -> Network:
    phi = [_polynomial(f, f"phi[{k}]") for k, f in enumerate(_list(spec, "phi"))]
    return System(_list(spec, "variables"), phi=phi, drift=_drift(spec))


def _fields(spec: Mapping[str, Any]) -> Network:
    names = _list(spec, "variables")
    fields = [_field(f, names, f"fields[{k}]") for k, f in enumerate(_list(spec, "fields"))]
    return System(names, fields=fields, drift=_drift(spec))


def _drift(spec: Mapping[str, Any]) -> dict[str, Polynomial] | None:
    return _field(spec["drift"], _list(spec, "variables"), "drift") if "drift" in spec else None


def _polynomial(terms: Any, place: str) -> Polynomial:
    try:
        return Polynomial.from_json(terms)
    except InputError as error:
        raise InputError(f"{place}: {str(error).removeprefix('terms: ')}") from None


def _field(components: Any, names: list, place: str) -> dict[str, Polynomial]:
    """A vector field {variable: polynomial}."""
    found = {}
    try:
        for v, terms in components:
            if isinstance(v, bool) or not 0 <= v < len(names) or names[v] in found:
                raise ValueError
            found[names[v]] = _polynomial(terms, f"{place}[{v}]")
    except (TypeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{place}: expected [variable, polynomial] each, got {components!r:.80}"
        ) from None
    return found


def _products(spec: Mapping[str, Any]) -> Network:
    try:
        matrices = {name: tuple(shape) for name, shape in _list(spec, "matrices")}
        products = [
            " ".join(name + "^T" * {True: 1, False: 0}[flag] for name, flag in chain)
            for chain in _list(spec, "products")
        ]
    except (TypeError, ValueError, KeyError):
        raise InputError(
            "matrices, products: expected [name, shape] each, and lists of [name, transposed], got "
            f"{spec['matrices']!r:.40}, {spec['products']!r:.40}"
        ) from None
    return System(matrices, phi=products)


def _flow(spec: Mapping[str, Any]) -> Network:
    if not isinstance(spec["of"], Mapping) or spec["of"].get("type") == "flow":
        raise InputError(f"of: expected an object that is no flow, got {spec['of']!r:.80}")
    network, tau, metric = network_of_spec(spec["of"]), spec["tau"], spec["metric"]
    if isinstance(tau, list):
        if len(tau) != 2 or not all(type(n) is int for n in tau) or not tau[1]:
            raise InputError(f"tau: expected [numerator, denominator], got {tau!r:.80}")
        tau = Fraction(*tau)
    if metric is not None:
        metric = _metric(_list(spec, "metric"), network)
    point = tuple(_list(spec, "region")) if "region" in spec else None
    rates, decay = (_weights(spec, key, network, one) for key, one in (("rates", 1), ("decay", 0)))
    if decay is not None and spec["flow"] == "weight-decay":
        tau = None  # the unit of these decays
    made = under_flow(
        network, spec["flow"], tau=tau, metric=metric, point=point, rates=rates, decay=decay
    )
    return as_system(made) if isinstance(network, System) else made


def _weights(spec: Mapping[str, Any], key: str, network: Network, usual: int) -> Any:
    """Rates or decays in the shortest words: one for all, which rates have not, or those that are
    not the usual ones, by name of parameter or coordinate; None where the key is missing.
    """
    if key not in spec:
        return None
    listed = _list(spec, key)
    try:
        pairs = [(n, Fraction(top, bottom)) for n, top, bottom in listed]
    except (TypeError, ValueError, ZeroDivisionError):
        pairs = []
    if not pairs or any(type(n) is not int or n < 1 for n, _ in pairs):
        raise InputError(
            f"{key}: expected [number, numerator, denominator] each, got {listed!r:.80}"
        )
    runs = Runs.of(pairs)
    if runs.size != network.size:
        raise InputError(f"{key}: expected {network.size} numbers, got {runs.size}")
    if len(runs.values) == 1 and key == "decay":
        return runs.values[0]
    found, start = {}, 0
    for p in network.parameters:
        stop = start + p.size
        values = runs.within(start, stop)
        if len(values) == 1:
            found[p.name] = values[0]
        else:
            found |= {network.entry_name(k): runs.at(k) for k in range(start, stop)}
        start = stop
    return {name: value for name, value in found.items() if value != usual}


def _metric(pairs: list, network: Network) -> Any:
    """The diagonal in the shortest words: one for all, one for each parameter, or a list."""
    if len(pairs) != network.size:
        raise InputError(f"metric: expected {network.size} entries, got {len(pairs)}")
    names, texts = network.entry_names, []
    for k, pair in enumerate(pairs):
        if not isinstance(pair, list) or len(pair) != 2:
            raise InputError(f"metric[{k}]: expected [top, bottom], got {pair!r:.80}")
        top, bottom = (_polynomial(f, f"metric[{k}]") for f in pair)
        if {v for f in (top, bottom) for _, m in f.terms for v, _ in m} - set(range(len(names))):
            raise InputError(
                f"metric[{k}]: expected variables below {len(names)}, got {pair!r:.80}"
            )
        own = {v: "self" if v == k else name for v, name in enumerate(names)}
        texts.append(_words(top, bottom, own))
    if len(set(texts)) == 1:
        return texts[0]
    by_name, start = {}, 0
    for p in network.parameters:
        block = set(texts[start : start + p.size])
        if len(block) > 1:
            return texts
        if block != {"euclidean"}:
            by_name[p.name] = block.pop()
        start += p.size
    return by_name


def _words(top: Polynomial, bottom: Polynomial, names: Mapping[int, str]) -> str:
    above, below = _text(top, names), _text(bottom, names)
    if below == "1":
        return "euclidean" if above == "1" else above
    return "entropic" if (above, below) == ("1", "self") else f"({above})/({below})"


def _text(f: Polynomial, names: Mapping[int, str]) -> str:
    """A polynomial as it is typed."""
    text = ""
    for c, m in f.terms:
        factors = [names[v] if e == 1 else f"{names[v]}^{e}" for v, e in m]
        factors = factors if abs(c) == 1 and factors else [str(abs(c)), *factors]
        text += (" - " if c < 0 else " + ") if text else "-" * (c < 0)
        text += "*".join(factors)
    return text or "0"


def _layered(spec: Mapping[str, Any]) -> Network:
    return mlp(_list(spec, "dims"), _list(spec, "activations"), spec["bias"])


def _product(spec: Mapping[str, Any]) -> Network:
    return product(spec["size"])


READERS = {
    "mlp": _layered,
    "product": _product,
    "dag": _graph,
    "polynomials": _polynomials,
    "fields": _fields,
    "products": _products,
    "flow": _flow,
}


def as_kind(network: Network, kind: type[Network]) -> Network:
    """The network, if it is of a class. Errors: InputError."""
    if not isinstance(network, kind):
        raise InputError(f"spec: is of {network.name}, expected a {kind.__name__}")
    return network
