"""Large graphs from arrays of nodes and edges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from pyconslaw._core.graph import order
from pyconslaw.entries.arrays import unmasked
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.dag import network_of_graph
from pyconslaw.networks.edges import WEIGHT_LIMIT
from pyconslaw.networks.network import Network
from pyconslaw.networks.spec import KINDS, SOURCES
from pyconslaw.records.graph import FROZEN, Graph, Parameter

ARRAY_LIMIT = 50_000_000  # nodes and edges of a graph given as arrays


def _array(values, name: str) -> np.ndarray:
    unmasked(values, name)
    try:
        return np.asarray(values)
    except ValueError as error:  # lists of unequal length
        raise InputError(f"{name}: {error}") from None


def _integers(values, name: str, low: int, high: int, size: int | None = None) -> np.ndarray:
    """A new vector of integers in low .. high-1. Errors: InputError names the entry."""
    a = _array(values, name)
    if (
        a.ndim != 1
        or (a.size and a.dtype.kind not in "iu")
        or (size is not None and len(a) != size)
    ):
        raise InputError(
            f"{name}: expected a vector of {'' if size is None else f'{size} '}integers, "
            f"got {a.dtype} of shape {a.shape}"
        )
    if len(a) and not low <= a.min() <= a.max() < high:
        wrong = np.flatnonzero((a < low) | (a >= high))[0]
        raise InputError(
            f"{name}[{wrong}]: expected an integer in {low} .. {high - 1}, got {a[wrong]}"
        )
    return a.astype(np.int64)


def _codes(kinds) -> np.ndarray:
    """The kind of each node as its number in KINDS. Errors: InputError names the node."""
    if isinstance(kinds, np.ndarray) and kinds.ndim == 1 and kinds.dtype.kind in "iu":
        if not len(kinds) or 0 <= kinds.min() <= kinds.max() < len(KINDS):
            return kinds.astype(np.int8)
    if isinstance(kinds, np.ndarray) and kinds.dtype.kind == "U":
        found = np.full(len(kinds), -1, dtype=np.int8)
        for code, kind in enumerate(KINDS):
            found[kinds == kind] = code
        if (found >= 0).all():
            return found
    number = {kind: code for code, kind in enumerate(KINDS)}
    codes = []
    for v, kind in enumerate(kinds.tolist() if isinstance(kinds, np.ndarray) else kinds):
        if (
            isinstance(kind, int | np.integer)
            and not isinstance(kind, bool)
            and 0 <= kind < len(KINDS)
        ):
            codes.append(int(kind))
        elif isinstance(kind, str) and kind in number:
            codes.append(number[kind])
        else:
            raise InputError(
                f"kinds[{v}]: expected one of {', '.join(KINDS)} or its number, got {kind!r}"
            )
    return np.array(codes, dtype=np.int8)


def dag_from_arrays(
    kinds: Sequence, tail, head, parameter=None, weight=None, outputs=None
) -> Network:
    """A directed acyclic network as arrays, for large graphs.

    Parameters
    ----------
    kinds : sequence of str or of int
        A kind for each node, as in `dag` or its number in ("input", "constant", "linear", "relu",
        "leaky_relu", "abs"); nodes are numbered in a topological order.
    tail : array of int
        The nodes that edges come from, one each.
    head : array of int
        Those that they lead to, tail < head; or a CSR pointer of nodes + 1 entries, edges then
        being grouped by head.
    parameter : array of int, optional
        A number for each edge, 0 .. D-1, equal numbers being tied, -1 for frozen edges; by default
        one each.
    weight : array of int, optional
        Constants of the frozen edges (read there only).
    outputs : array of int, optional
        Nodes that are read, by default those without edges out.

    Returns
    -------
    Network
        Its parameters are one vector W of D entries.

    Raises
    ------
    InputError
        Names the entry.
    LimitError
        When there are too many nodes or edges.

    Examples
    --------
    >>> dag_from_arrays(["input", "relu", "linear"], [0, 1, 0], [1, 2, 2]).entry_names
    ('W[0]', 'W[1]', 'W[2]')
    """
    if np.ndim(unmasked(kinds, "kinds")) != 1:
        raise InputError(f"kinds: expected a vector of kinds, got shape {np.shape(kinds)}")
    codes = _codes(kinds)
    nodes = len(codes)
    tail = _integers(tail, "tail", 0, nodes)
    if len(tail) + nodes > ARRAY_LIMIT:
        raise LimitError(f"tail: {len(tail)} edges and {nodes} nodes, more than {ARRAY_LIMIT}")
    head = _array(head, "head")
    if head.ndim == 1 and len(head) == nodes + 1 and len(head) != len(tail):
        ptr = _integers(head, "head", 0, len(tail) + 1)
        if ptr[0] != 0 or ptr[-1] != len(tail) or (np.diff(ptr) < 0).any():
            raise InputError(f"head: as a CSR pointer it must rise from 0 to {len(tail)}")
        head = np.repeat(np.arange(nodes), np.diff(ptr))
    head = _integers(head, "head", 0, nodes, len(tail))
    parameter = (
        np.arange(len(tail))
        if parameter is None
        else _integers(parameter, "parameter", FROZEN, len(tail), len(tail))
    )
    frozen = parameter == FROZEN
    if weight is not None:
        weight = _integers(weight, "weight", 1 - WEIGHT_LIMIT, WEIGHT_LIMIT, len(tail))
    is_source = codes < len(SOURCES)
    for what, wrong in (
        ("runs from a later node", tail >= head),
        ("runs into a source", is_source[head]),
        ("is frozen with weight 0", frozen if weight is None else frozen & (weight == 0)),
    ):
        if wrong.any():
            k = int(wrong.argmax())
            raise InputError(f"edge {k}, {tail[k]} -> {head[k]}: {what}")
    by_head = _by_head(tail, head, nodes)
    used = np.bincount(parameter[~frozen])
    if not used.all():
        raise InputError(
            f"parameter: {used.argmin()} is on no edge, expected every number up to the largest"
        )
    if outputs is None:
        is_end = ~is_source
        is_end[tail] = False
        ends = np.flatnonzero(is_end)
    else:
        ends = np.unique(_integers(outputs, "outputs", 0, nodes))
    if not is_source.any() or not len(ends) or is_source[ends].any():
        raise InputError(
            "outputs: expected at least one source and at least one output, outputs being neurons"
        )
    tail, head, parameter = tail[by_head], head[by_head], parameter[by_head]
    parallel = (tail[1:] == tail[:-1]) & (head[1:] == head[:-1])
    if parallel.any():
        k = int(parallel.argmax()) + 1
        raise InputError(
            f"edge {np.arange(len(tail))[by_head][k]}, {tail[k]} -> {head[k]}: is parallel "
            "to another"
        )
    gated = np.flatnonzero(codes > KINDS.index("linear"))
    graph = Graph(
        nodes,
        len(used),
        tail,
        head,
        parameter,
        tuple(np.flatnonzero(is_source).tolist()),
        tuple(ends.tolist()),
        tuple(gated.tolist()),
        weight[by_head] if frozen.any() else None,
    )
    return network_of_graph(graph, codes, (Parameter("W", (graph.params,)),), numbered(nodes))


def numbered(nodes: int) -> Callable[[], tuple[str, ...]]:
    """What makes the names of nodes that have none."""
    return partial(_numbered, nodes)


def _numbered(nodes: int) -> tuple[str, ...]:
    """Names of nodes that have none."""
    return tuple(map(str, range(nodes)))


def _by_head(tail: np.ndarray, head: np.ndarray, nodes: int) -> np.ndarray | slice:
    """What sorts the edges by head, then tail."""
    place = head * nodes + tail
    return slice(None) if (place[1:] >= place[:-1]).all() else order(tail, head, nodes)
