"""Arbitrary directed acyclic networks: skips, biases, frozen edges, tied weights; from Python and
NetworkX.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.fields.problem import Problem
from pyconslaw.networks.network import Description, Network, given
from pyconslaw.networks.spec import GATED, KINDS, SOURCES, GraphSpec
from pyconslaw.records.graph import FROZEN, Graph, Parameter

WEIGHT_LIMIT = 1 << 62


@dataclass(frozen=True)
class Edge:
    """An edge from tail to head: with a parameter of its own; tied, if others name the same
    parameter; or frozen.

    Parameters
    ----------
    tail : str
        The node it comes from.
    head : str
        The node it leads to.
    parameter : str, optional
        A name to share; None for a name of its own, W[head,tail].
    frozen : int, optional
        Not zero: the constant weight.

    Examples
    --------
    >>> from pyconslaw import Edge, dag
    >>> edges = [Edge("x", "h", parameter="w"), Edge("h", "y", parameter="w")]
    >>> dag({"x": "input", "h": "linear", "y": "linear"}, edges).entry_names
    ('w',)
    """

    tail: str
    head: str
    parameter: str | None = None
    frozen: int | None = None


def _listed(values, name: str) -> list:
    """The values as a list. Errors: InputError if they are text or no collection."""
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise InputError(f"{name}: expected a sequence, got {values!r:.80}")
    return list(values)


def _edge(value, k: int) -> Edge:
    if isinstance(value, Edge):
        return value
    if isinstance(value, Mapping):
        unknown = set(value) - {"from", "to", "parameter", "frozen"}
        if unknown or not {"from", "to"} <= set(value):
            raise InputError(
                f"edges[{k}]: expected from, to and perhaps parameter or frozen, got "
                f"{sorted(map(str, value))}"
            )
        return Edge(value["from"], value["to"], value.get("parameter"), value.get("frozen"))
    if isinstance(value, Sequence) and not isinstance(value, str) and len(value) == 2:
        return Edge(*value)
    raise InputError(f"edges[{k}]: expected (tail, head), an Edge or a mapping, got {value!r}")


def _check_edge(edge: Edge, k: int, nodes: Collection[str]) -> None:
    for what, name in (("from", edge.tail), ("to", edge.head)):
        if not isinstance(name, str) or name not in nodes:
            raise InputError(f"edges[{k}].{what}: expected the name of a node, got {name!r}")
    if edge.parameter is not None and edge.frozen is not None:
        raise InputError(f"edges[{k}]: has a parameter and a frozen weight, expected one of them")
    if edge.parameter is not None and not (
        isinstance(edge.parameter, str) and re.fullmatch(r"[A-Za-z]\w*", edge.parameter, re.ASCII)
    ):
        raise InputError(
            f"edges[{k}].parameter: expected a name of ASCII letters, digits and _, got "
            f"{edge.parameter!r}"
        )
    if edge.frozen is not None and (
        isinstance(edge.frozen, bool)
        or not isinstance(edge.frozen, int | np.integer)
        or not 0 < abs(edge.frozen) < WEIGHT_LIMIT
    ):
        raise InputError(
            f"edges[{k}].frozen: expected a nonzero integer below 2^62, got {edge.frozen!r}"
        )


def _order(names: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """A topological order, stable in the order of names. Errors: InputError shows a cycle."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(names, ()))
    for edge in edges:
        sorter.add(edge.head, edge.tail)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise InputError(f"edges: a cycle, {' -> '.join(error.args[1][:12])}") from None


def dag(
    nodes: Mapping[str, str] | Sequence, edges: Iterable, outputs: Sequence[str] | None = None
) -> Network:
    """A directed acyclic network of linear, ReLU and leaky ReLU neurons.

    Parameters are scalars in the order of the edges, called W[head,tail], or b[head] from a
    constant, or by their shared name. Neurons that no input reaches or that reach no output are
    allowed: parameters on no path are laws. What is counted are the laws of phi, with one component
    for each (source, set of gated neurons, output) joined by paths.

    Parameters
    ----------
    nodes : mapping or sequence
        Names with kinds, as a mapping or a sequence of (name, kind): "input", "constant" (the value
        1, for biases), "linear", "relu", "leaky_relu". Names are of ASCII letters, digits and _.
    edges : iterable
        (tail, head) pairs, `Edge`s, or mappings {"from", "to", "parameter", "frozen"}: a weight of
        its own, a shared one (edges that name the same parameter are tied), or a constant nonzero
        integer.
    outputs : sequence of str, optional
        Names of the nodes that are read; by default those without edges out.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the node or edge: cycles, parallel edges, unknown names, edges into inputs, no input,
        no output.
    LimitError
        When there are too many nodes or edges.

    References
    ----------
    Stock and Gribonval 2022, Gonon et al. 2024 for the path-lifting of a DAG.

    Examples
    --------
    >>> net = dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y"), ("x", "y")])
    >>> net.entry_names, net.object
    (('W[h,x]', 'W[y,h]', 'W[y,x]'), 'path-lifting')
    """
    pairs = _listed(nodes.items() if isinstance(nodes, Mapping) else nodes, "nodes")
    kinds: dict[str, str] = {}
    for k, pair in enumerate(pairs):
        if (
            not isinstance(pair, list | tuple)
            or len(pair) != 2
            or not (isinstance(pair[0], str) and re.fullmatch(r"\w+", pair[0], re.ASCII))
        ):
            raise InputError(
                f"nodes[{k}]: expected (name, kind), a name of ASCII letters, digits and "
                f"_, got {pair!r}"
            )
        if pair[1] not in KINDS:
            raise InputError(
                f"nodes[{k}]: expected one of {', '.join(KINDS)} for {pair[0]!r}, got {pair[1]!r}"
            )
        if pair[0] in kinds:
            raise InputError(f"nodes[{k}]: the name {pair[0]!r} occurs twice")
        kinds[pair[0]] = pair[1]
    listed = [_edge(edge, k) for k, edge in enumerate(_listed(edges, "edges"))]
    if len(listed) + len(kinds) > EDGE_LIMIT:
        raise LimitError(
            f"edges: {len(listed)} edges and {len(kinds)} nodes, more than {EDGE_LIMIT}"
        )
    seen: dict[tuple[str, str], int] = {}
    for k, edge in enumerate(listed):
        _check_edge(edge, k, kinds)
        if kinds[edge.head] in SOURCES:
            raise InputError(f"edges[{k}]: runs into {edge.head!r}, an {kinds[edge.head]} node")
        first = seen.setdefault((edge.tail, edge.head), k)
        if first != k:
            raise InputError(
                f"edges[{k}]: parallel to edges[{first}], from {edge.tail!r} to {edge.head!r}"
            )
    order = _order(list(kinds), listed)
    tails = {edge.tail for edge in listed}
    if outputs is None:
        outputs = [name for name in order if name not in tails and kinds[name] not in SOURCES]
    outputs = _listed(outputs, "outputs")
    for name in outputs:
        if not isinstance(name, str) or kinds.get(name, "input") in SOURCES:
            raise InputError(f"outputs: expected the name of a neuron, got {name!r}")
    if not outputs or not set(SOURCES) & set(kinds.values()):
        raise InputError("nodes: expected at least one input and one output")
    return _network(kinds, listed, order, list(dict.fromkeys(outputs)))


def _network(kinds, edges: list[Edge], order: list[str], outputs: list[str]) -> Network:
    number = {name: k for k, name in enumerate(order)}
    names: dict[str, int] = {}
    params, weights = [], []
    one_constant = list(kinds.values()).count("constant") == 1
    for edge in edges:
        bias = one_constant and kinds[edge.tail] == "constant"
        own = f"b[{edge.head}]" if bias else f"W[{edge.head},{edge.tail}]"
        params.append(
            FROZEN
            if edge.frozen is not None
            else names.setdefault(edge.parameter or own, len(names))
        )
        weights.append(int(edge.frozen or 0))
    tail = np.array([number[e.tail] for e in edges], dtype=np.int64)
    head = np.array([number[e.head] for e in edges], dtype=np.int64)
    by_head = np.lexsort((tail, head))
    param = np.array(params, dtype=np.int64)[by_head]
    weight = np.array(weights, dtype=np.int64)[by_head]
    graph = Graph(
        nodes=len(order),
        params=len(names),
        tail=tail[by_head],
        head=head[by_head],
        param=param,
        sources=tuple(number[n] for n in order if kinds[n] in SOURCES),
        outputs=tuple(sorted(number[n] for n in outputs)),
        gated=tuple(number[n] for n in order if kinds[n] in GATED),
        weight=weight if (param == FROZEN).any() else None,
    )
    codes = np.array([KINDS.index(kinds[n]) for n in order])
    return network_of_graph(
        graph, codes, tuple(Parameter(n, ()) for n in names), partial(tuple, order)
    )


def network_of_graph(
    graph: Graph, codes, parameters: tuple[Parameter, ...], make_node_names
) -> Network:
    """The network record of a graph whose nodes have these kinds, by number. Errors: InputError
    when nothing is trained.
    """
    if not graph.params:
        raise InputError("edges: expected at least one that is not frozen")
    hidden = codes >= len(SOURCES)
    hidden[list(graph.outputs)] = False
    linear = np.count_nonzero(hidden & (codes == KINDS.index("linear")))
    what = (
        "matrix product"
        if linear == np.count_nonzero(hidden)
        else "mixed"
        if linear
        else "path-lifting"
    )
    name = f"dag of {graph.nodes} nodes and {graph.edges} edges"
    return Network(
        Description(name, GraphSpec(graph, codes), parameters, what, make_node_names),
        Problem(graph.params, make_graph=partial(given, graph)),
    )


def from_networkx(graph, outputs: Sequence[str] | None = None) -> Network:
    """The network of a networkx.DiGraph: node attribute kind, edge attributes parameter and frozen,
    as in `dag`.

    Parameters
    ----------
    graph : networkx.DiGraph
        Names are turned into strings. Without the attribute, nodes without edges in are inputs and
        the others relu. NetworkX is not imported here: anything with `nodes(data=True)` and
        `edges(data=True)` will do.
    outputs : sequence of str, optional
        As in `dag`.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        As `dag`, and for multigraphs.
    LimitError
        As `dag`.

    Examples
    --------
    >>> import networkx
    >>> graph = networkx.DiGraph([("x", "h"), ("h", "y")])
    >>> graph.nodes["y"]["kind"] = "linear"
    >>> from_networkx(graph).entry_names
    ('W[h,x]', 'W[y,h]')
    """
    if (
        getattr(graph, "is_multigraph", lambda: False)()
        or not getattr(graph, "is_directed", lambda: True)()
    ):
        raise InputError(
            "graph: expected a directed graph without parallel edges (networkx.DiGraph)"
        )
    fed = {str(v) for _, v in graph.edges()}
    nodes = [
        (str(v), data.get("kind", "relu" if str(v) in fed else "input"))
        for v, data in graph.nodes(data=True)
    ]
    edges = [
        Edge(str(u), str(v), data.get("parameter"), data.get("frozen"))
        for u, v, data in graph.edges(data=True)
    ]
    return dag(nodes, edges, outputs)
