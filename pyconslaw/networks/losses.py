"""A network under a loss that sees differences of outputs only: a larger graph."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.data import LOSSES, loss_of
from pyconslaw.networks.dag import network_of_graph
from pyconslaw.networks.network import Network
from pyconslaw.networks.spec import KINDS, GraphSpec
from pyconslaw.records.graph import FROZEN, Graph


def under_loss(network: Network, loss: str | None) -> Network:
    """The network under a loss: with softmax its laws are those of the differences of the outputs.

    The gradient of softmax with cross-entropy by the outputs can be any vector whose entries add up
    to 0. So W is spanned by the gradients of the differences of components phi to the last output,
    and that is the W of a larger graph: for each output o but the last one m, in their order, a
    linear node is added that reads o - m by edges frozen at 1 and -1, and these are the outputs (of
    a network with one output, a node without edges in: nothing is seen). What is counted,
    certified and checked is that graph; parameters keep their names. For a flow the loss comes
    first: under_flow(under_loss(network, "softmax"), "momentum").

    Parameters
    ----------
    network : Network
        One with a graph, under the flow of the gradient.
    loss : str or None
        "full" (or None), which sees all outputs: the network itself; "softmax", or
        "cross_entropy".

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names network or loss.
    LimitError
        When the network has too many edges to be written out.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, section 2, for what of a loss matters.

    Examples
    --------
    >>> from pyconslaw import count, known_laws, linear, under_loss
    >>> net = under_loss(linear([2, 3]), "softmax")
    >>> net.name, net.size, count(net), str(known_laws(net)[0])
    ('linear 2-3 --loss softmax', 6, 2, '-W1[0,0] - W1[1,0] - W1[2,0]')
    """
    if not isinstance(network, Network):
        raise InputError(f"network: expected a Network, got {type(network).__name__}")
    loss = loss_of(LOSSES[0] if loss is None else loss)
    if loss == LOSSES[0]:
        return network
    if network.kind == "flow":
        raise InputError(
            f"loss: comes before the flow, and {network.name} is under one already, expected "
            'under_flow(under_loss(network, "softmax"), flow)'
        )
    if not network.has_graph:
        raise InputError(
            f"loss: {loss} needs outputs, expected a network with a graph, got {network.name}"
        )
    graph = network.problem.graph
    names = partial(_node_names, network.make_node_names, graph.outputs)
    found = network_of_graph(with_differences(graph), _codes(network), network.parameters, names)
    name = f"{network.name} --loss {loss}"
    return Network(replace(found.description, name=name), found.problem)


def with_differences(graph: Graph) -> Graph:
    """The graph with linear nodes behind it that read each output less the last, in their place.

    Examples
    --------
    >>> from pyconslaw import linear
    >>> found = with_differences(linear([1, 3]).graph)
    >>> found.outputs, found.tail.tolist(), found.head.tolist(), found.weight.tolist()
    ((4, 5), [0, 0, 0, 1, 3, 2, 3], [1, 2, 3, 4, 4, 5, 5], [0, 0, 0, 1, -1, 1, -1])
    """
    *others, last = graph.outputs
    added = len(others) or 1
    heads = range(graph.nodes, graph.nodes + added)
    tails = [v for o in others for v in (o, last)]
    weight = np.zeros(graph.edges, dtype=np.int64) if graph.weight is None else graph.weight
    return replace(
        graph,
        nodes=graph.nodes + added,
        tail=np.append(graph.tail, np.array(tails, dtype=np.int64)),
        head=np.append(graph.head, np.repeat(np.array(heads, dtype=np.int64), 2)[: len(tails)]),
        param=np.append(graph.param, np.full(len(tails), FROZEN, dtype=np.int64)),
        outputs=tuple(heads),
        weight=np.append(weight, np.tile(np.array([1, -1], dtype=np.int64), len(others))),
    )


def _codes(network: Network) -> np.ndarray:
    """The kinds of the nodes, by number, with those of the differences."""
    graph, linear = network.problem.graph, KINDS.index("linear")
    if isinstance(network.spec, GraphSpec):
        codes = network.spec.codes
    else:
        codes = np.full(graph.nodes, linear)
        codes[list(graph.sources)] = KINDS.index("input")
        codes[list(network.constants)] = KINDS.index("constant")
        codes[list(graph.gated)] = [KINDS.index(kind) for kind in network.gate_kinds]
    return np.append(codes, np.full(max(len(graph.outputs) - 1, 1), linear))


def _node_names(make_names, outputs: tuple[int, ...]) -> tuple[str, ...]:
    names = make_names()
    *others, last = (names[o] for o in outputs)
    return (*names, *(f"{name} - {last}" for name in others or (last,)))
