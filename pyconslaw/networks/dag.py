"""Arbitrary directed acyclic networks: skips, biases, frozen edges, tied weights; from Python and
NetworkX.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Sized
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.graphs import EDGE_LIMIT
from pyconslaw.fields.problem import Problem
from pyconslaw.networks.edges import KEYS, Line, as_lines, listed, read_edges
from pyconslaw.networks.edges import Edge as Edge
from pyconslaw.networks.expanded import WRITTEN_OUT, expanded
from pyconslaw.networks.multiplied import MULTIPLYING, polynomial_network
from pyconslaw.networks.network import Description, Network, given
from pyconslaw.networks.nodes import read_nodes
from pyconslaw.networks.plain import is_plain, plain
from pyconslaw.networks.spec import GATED, KINDS, SOURCES, GraphSpec
from pyconslaw.records.graph import FROZEN, Graph, Parameter


def _order(names: Sequence[str], edges: Sequence[Edge | Line]) -> list[str]:
    """A topological order, stable in the order of names. Errors: InputError shows a cycle."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(names, ()))
    for edge in edges:
        sorter.add(edge.head, edge.tail)
    try:
        return list(sorter.static_order())
    except CycleError as error:
        raise InputError(f"edges: a cycle, {' -> '.join(error.args[1][:12])}") from None


def dag(
    nodes: Mapping[str, Any] | Sequence, edges: Iterable, outputs: Sequence[str] | None = None
) -> Network:
    """A directed acyclic network of linear neurons, neurons with a gate, and maxima.

    Parameters are scalars in the order of the edges, called W[head,tail], or b[head] from a
    constant, or by their shared name; then the slopes of PReLU. Parallel edges add up. Neurons that
    no input reaches or that reach no output are allowed: parameters on no path are laws. What is
    counted are the laws of phi, with one component for each (source, set of gated neurons, output)
    joined by paths.
    Fractions, factors, parallel edges, PReLU and maxima are rewritten, with more nodes, to a graph
    of integers that has the same laws: node names, certificates and the name of the network are of
    that graph.

    Parameters
    ----------
    nodes : mapping or sequence
        Names with kinds, as a mapping or a sequence of (name, kind): "input", "constant" (the value
        1, for biases), "linear", "relu", "leaky_relu", "abs"; "prelu", whose slope below 0 is a
        parameter, called a[name], or p where the kind is ("prelu", "p"); "max", the largest of what
        its edges bring, parallel ones too; "product" of what its edges bring, and "squared_relu": a
        network with one of these is written out as polynomials, like a `System`. Names are of ASCII
        letters, digits and _.
    edges : iterable
        (tail, head) pairs, `Edge`s, or mappings {"from", "to", "parameter", "frozen", "factor"}: a
        weight of its own, a shared one (edges that name the same parameter are tied), perhaps times
        a factor, or a constant; these are rational numbers, not 0.
    outputs : sequence of str, optional
        Names of the nodes that are read; by default those without edges out.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the node or edge: cycles, unknown names, edges into inputs, no input, no output.
    LimitError
        When there are too many nodes or edges, fractions without a short common denominator, or
        polynomials that are too long to be written out.

    References
    ----------
    Stock and Gribonval 2022, Gonon et al. 2024 for the path-lifting of a DAG.

    Examples
    --------
    >>> net = dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y"), ("x", "y")])
    >>> net.entry_names, net.object
    (('W[h,x]', 'W[y,h]', 'W[y,x]'), 'path-lifting')
    """
    kinds, slopes = read_nodes(nodes)
    read = read_edges(edges, kinds)
    _check_count(read, kinds)
    for k, edge in enumerate(read):
        if kinds[edge.head] in SOURCES:
            raise InputError(f"edges[{k}]: runs into {edge.head!r}, an {kinds[edge.head]} node")
    order = _order(list(kinds), read)
    ends = _outputs(outputs, kinds, order, {edge.tail for edge in read})
    constants = [name for name, kind in kinds.items() if kind == "constant"]
    lines = as_lines(read, constants[0] if len(constants) == 1 else None)
    listed_names = (line.parameter for line in lines if line.parameter is not None)
    names = dict.fromkeys((*listed_names, *slopes.values()))
    if not set(kinds.values()).isdisjoint(WRITTEN_OUT):
        kinds, lines = expanded(kinds, lines, slopes)
        _check_count(lines, kinds)
        order = _order(list(kinds), lines)
    if not set(kinds.values()).isdisjoint(MULTIPLYING):
        return polynomial_network(kinds, lines, list(names), order, ends)
    if not is_plain(lines):
        kinds, lines, ends = plain(kinds, lines, order, ends)
        _check_count(lines, kinds)
        order = _order(list(kinds), lines)
    return _network(kinds, lines, list(names), order, ends)


def _check_count(edges: Sequence, nodes: Sized) -> None:
    """Errors: LimitError."""
    if len(edges) + len(nodes) > EDGE_LIMIT:
        raise LimitError(
            f"edges: {len(edges)} edges and {len(nodes)} nodes, more than {EDGE_LIMIT}"
        )


def _outputs(outputs, kinds: dict[str, str], order: list[str], tails: set[str]) -> list[str]:
    """The nodes that are read, each once. Errors: InputError."""
    if outputs is None:
        outputs = [name for name in order if name not in tails and kinds[name] not in SOURCES]
    outputs = listed(outputs, "outputs")
    for name in outputs:
        if not isinstance(name, str) or kinds.get(name, "input") in SOURCES:
            raise InputError(f"outputs: expected the name of a neuron, got {name!r}")
    if not outputs or not set(SOURCES) & set(kinds.values()):
        raise InputError("nodes: expected at least one input and one output")
    return list(dict.fromkeys(outputs))


def _network(
    kinds: dict[str, str],
    edges: list[Line],
    names: list[str],
    order: list[str],
    outputs: list[str],
) -> Network:
    """The network of a graph with these parameters, in their order."""
    number, place = ({name: k for k, name in enumerate(some)} for some in (order, names))
    params = [FROZEN if e.parameter is None else place[e.parameter] for e in edges]
    weights = [e.factor if e.parameter is None else 0 for e in edges]
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
    """The network of a networkx.DiGraph: node attributes kind and parameter, edge attributes
    parameter, frozen and factor, as in `dag`.

    Parameters
    ----------
    graph : networkx.DiGraph or networkx.MultiDiGraph
        Names are turned into strings; multigraphs have parallel edges. Without the attribute, nodes
        without edges in are inputs and the others relu. NetworkX is not imported here: anything
        with `nodes(data=True)` and `edges(data=True)` will do.
    outputs : sequence of str, optional
        As in `dag`.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        As `dag`, and for graphs that are not directed.
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
    if not getattr(graph, "is_directed", lambda: True)():
        raise InputError("graph: expected a directed graph (networkx.DiGraph)")
    fed = {str(v) for _, v in graph.edges()}
    nodes = [
        (str(v), data.get("kind", "relu" if str(v) in fed else "input"), data.get("parameter"))
        for v, data in graph.nodes(data=True)
    ]
    edges = [
        Edge(str(u), str(v), *(data.get(key) for key in KEYS))
        for u, v, data in graph.edges(data=True)
    ]
    return dag(nodes, edges, outputs)
