"""The JSON form of a network: a small dict, or for a graph a mapping that makes its lists only when
they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw._core.graph import edges_text
from pyconslaw.records.graph import FROZEN, Graph

SOURCES = ("input", "constant")
GATED = ("relu", "leaky_relu", "abs")
KINDS = (*SOURCES, "linear", *GATED)


class GraphSpec(Mapping):
    """{"type": "dag", "nodes": [kinds], "outputs", "edges": [[t, h, p], ...], "frozen": [[t, h, w],
    ...]} of a graph.

    codes: for each node the number of its kind in KINDS. Lists are made anew at each access.
    """

    def __init__(self, graph: Graph, codes: NDArray[np.integer]):
        self.graph, self.codes = graph, codes

    def __len__(self) -> int:
        return 5

    def __iter__(self) -> Iterator[str]:
        return iter(("type", "nodes", "outputs", "edges", "frozen"))

    def __getitem__(self, key: str) -> Any:
        if key == "type":
            return "dag"
        if key == "nodes":
            return [KINDS[c] for c in self.codes.tolist()]
        if key == "outputs":
            return list(self.graph.outputs)
        return np.column_stack(self._columns(key)).tolist()

    def __repr__(self) -> str:
        graph = self.graph
        return (
            repr(dict(self))
            if graph.edges + graph.nodes < 200
            else f"<dag of {graph.nodes} nodes and {graph.edges} edges>"
        )

    def _columns(self, key: str) -> Sequence[NDArray[np.int64]]:
        """Tails, heads, and parameters of the trained edges or weights of the frozen ones."""
        graph = self.graph
        if key not in ("edges", "frozen"):
            raise KeyError(key)
        kept = (graph.param == FROZEN) == (key == "frozen")
        last = graph.param if key == "edges" or graph.weight is None else graph.weight
        columns = graph.tail, graph.head, last
        return columns if kept.all() else [column[kept] for column in columns]

    def pieces(self) -> Iterator[bytes]:
        """The canonical JSON text, bit by bit."""
        for key, before in (("edges", b'{"edges":['), ("frozen", b'],"frozen":[')):
            yield before
            yield from edges_text(*self._columns(key))
        yield b'],"nodes":['
        names = np.array([f'"{kind}"' for kind in KINDS], dtype=object)
        for start in range(0, len(self.codes), 1 << 16):
            yield (
                ("," if start else "") + ",".join(names[self.codes[start : start + (1 << 16)]])
            ).encode()
        outputs = json.dumps(list(self.graph.outputs), separators=(",", ":"))
        yield f'],"outputs":{outputs},"type":"dag"}}'.encode()


def canonical_pieces(spec: Mapping[str, Any]) -> Iterator[bytes]:
    """The canonical text of a JSON form (sorted keys, no white space, ASCII) in pieces; its SHA-256
    is the fingerprint.
    """
    if isinstance(spec, GraphSpec):
        yield from spec.pieces()
    else:
        yield json.dumps(spec, sort_keys=True, separators=(",", ":")).encode()


def digest_of(pieces: Iterable[bytes]) -> str:
    """The SHA-256 of a text in pieces, in hexadecimal."""
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def constants_of(spec: Mapping[str, Any]) -> tuple[int, ...]:
    """The sources of the graph that always carry the value 1."""
    if spec["type"] == "dag":
        return tuple(v for v, kind in enumerate(spec["nodes"]) if kind == "constant")
    if spec["type"] != "mlp" or spec["bias"] == "none":
        return ()
    return (spec["dims"][0],)


def gate_kinds_of(spec: Mapping[str, Any]) -> tuple[str, ...]:
    """The activations of the gated nodes of the graph, in its order."""
    if spec["type"] == "dag":
        return tuple(kind for kind in spec["nodes"] if kind in GATED)
    if spec["type"] != "mlp":
        return ()
    pairs = zip(spec["activations"], spec["dims"][1:-1], strict=True)
    return tuple(name for name, width in pairs if name in GATED for _ in range(width))
