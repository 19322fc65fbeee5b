"""Linear laws, seen from the parameters: shifts of two of them that cancel in a sum."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .found import Family, Term
from .graph import Graph, Meta, Node, Ref, refs
from .rules.shapes import slice_positions
from .walk import name_of

PASS = frozenset(
    ("to", "_to_copy", "clone", "contiguous", "alias", "type_as", "float", "lift_fresh")
)


@dataclass(frozen=True)
class Source:
    """A parameter all of whose entries along the other axes shift a tensor along one axis."""

    name: str
    axis: int  # of the parameter: the one that is kept
    feature: int  # of the tensor, counted from the end
    sign: int = 1


def forwards(graph: Graph, names):
    """Linear families: differences of sums over parameters that enter one sum."""
    nodes = {node.name: node for node in graph.nodes}
    users = count_users(graph)
    sources: dict[str, list[Source]] = {}
    laws = []
    for node in graph.nodes:
        found = of_node(node, nodes, users, sources)
        found = [s for s in found if s.name in names]
        sources[node.name] = found
        if name_of(node.op) in ("add", "sub") and len(found) > 1:
            laws.append(found)
    shapes = {p.name: p.shape for p in graph.parameters}
    return [family for found in whole(laws) for family in families(found, shapes)]


def whole(laws):
    """Sums that are not part of a larger one."""
    sets = [frozenset((s.name, s.feature) for s in found) for found in laws]
    return [
        found for k, found in enumerate(laws)
        if not any(sets[k] < other for other in sets)
        and not any(sets[k] == other for other in sets[:k])
    ]  # fmt: skip


def families(found, shapes):
    """Laws of pairs that join all sources of one feature."""
    groups: dict = {}
    for source in found:
        groups.setdefault(source.feature, []).append(source)
    for group in groups.values():
        group = sorted(group, key=lambda s: (len(shapes[s.name]), int(np.prod(shapes[s.name]))))
        vectors = [s for s in group if len(shapes[s.name]) == 1]
        tables = [s for s in group if len(shapes[s.name]) > 1]
        pairs = [(one, vectors[0]) for one in vectors[1:]]
        pairs += [(tables[0], vectors[0])] if vectors and tables else []
        whole = [(one, tables[0]) for one in tables[1:]]
        for form, chosen in ((entry_term, pairs), (term, whole)):
            for one, other in chosen:
                terms = (form(one, shapes, 1), form(other, shapes, -one.sign * other.sign))
                yield Family("linear", terms)


def term(source: Source, shapes, coefficient):
    """The sum over all axes of a parameter but one, whose places are the other entries."""
    shape = shapes[source.name]
    axes = tuple(k for k in range(len(shape)) if k != source.axis)
    count = int(np.prod([shape[k] for k in axes], dtype=np.int64))
    return Term(source.name, axes, np.arange(count)[None, None, :], coefficient)


def entry_term(source: Source, shapes, coefficient):
    """The same with each entry of the axis as a law of its own."""
    shape = shapes[source.name]
    places = np.moveaxis(np.arange(int(np.prod(shape))).reshape(shape), source.axis, 0)
    places = places.reshape(shape[source.axis], 1, -1)
    return Term(source.name, tuple(range(len(shape))), places, coefficient)


def count_users(graph: Graph):
    """How often each result is read, parameters with all their names together."""
    users: dict[str, int] = {}
    first: dict[str, str] = {}
    for node in graph.nodes:
        if node.op == "param":
            first[node.name] = node.args[0]
        for name in refs((node.args, node.kwargs)):
            users[name] = users.get(name, 0) + 1
    for _, name in graph.outputs:
        users[name] = users.get(name, 0) + 1
    total: dict[str, int] = {}
    for name, parameter in first.items():
        total[parameter] = total.get(parameter, 0) + users.get(name, 0)
    return users | {name: total[parameter] for name, parameter in first.items()}


def of_node(node: Node, nodes, users, sources):
    """Sources of a result: parameters that shift it and are seen nowhere else."""
    op = name_of(node.op)

    def alone(argument):
        return isinstance(argument, Ref) and users.get(argument.name) == 1

    def at(argument):
        return sources.get(argument.name, []) if alone(argument) else []

    if node.op == "param":
        return of_parameter(node)
    if not isinstance(node.out, Meta):
        return []
    if node.op == "getitem":
        whole = nodes[node.args[0].name]
        native = name_of(whole.op) in BIAS and node.args[1] == 0
        first = replace(whole, out=node.out) if native else whole
        return of_bias(first, name_of(whole.op), nodes, alone) if native else []
    args = node.args
    if op in PASS:
        return at(args[0])
    if op == "dropout" and (args[2] is False or args[1] == 0):
        return at(args[0])
    if op in ("add", "sub") and not node.kwargs.get("alpha"):
        return of_sum(node, nodes, at, -1 if op == "sub" else 1)
    if op == "embedding" and alone(args[0]):
        return of_embedding(node, nodes)
    if op in BIAS:
        return of_bias(node, op, nodes, alone)
    if op == "slice":
        return of_slice(node, nodes, at)
    if op in ("unsqueeze", "expand") and len(node.out.shape) > 1:
        before = nodes[args[0].name].out.shape
        return [
            s
            for s in at(args[0])
            if node.out.shape[s.feature] == before[s.feature] and s.feature == -1
        ]
    return []


def of_bias(node: Node, op, nodes, alone):
    """A bias that is a parameter as it stands, seen nowhere else."""
    args, (place, feature) = node.args, BIAS[op]
    argument = args[place] if len(args) > place else node.kwargs.get("bias")
    if not isinstance(argument, Ref) or not alone(argument):
        return []
    bias, ndim = nodes[argument.name], len(node.out.shape)
    if bias.op != "param" or len(bias.out.shape) != 1 or (op == "addmm" and node.kwargs):
        return []
    if op.startswith("conv") and ndim != len(nodes[args[1].name].out.shape):
        return []
    return [Source(bias.args[0], 0, -1 if feature == "last" else 1 - ndim)]


BIAS = {
    "linear": (2, "last"), "addmm": (0, "last"), "layer_norm": (3, "last"),
    "batch_norm": (2, "channel"), "conv1d": (2, "channel"), "conv2d": (2, "channel"),
    "conv3d": (2, "channel"), "group_norm": (3, "channel"),
    "_native_batch_norm_legit_functional": (2, "channel"),
    "_native_batch_norm_legit_no_training": (2, "channel"), "native_layer_norm": (3, "last"),
}  # fmt: skip


def of_parameter(node: Node):
    """A parameter shifts itself along its last axis."""
    shape = node.out.shape
    return [Source(node.args[0], len(shape) - 1, -1)] if shape and shape[-1] > 1 else []


def of_sum(node: Node, nodes, at, sign):
    """Sources of both terms whose features are not broadcast."""
    found = []
    for k, argument in enumerate(node.args[:2]):
        if not isinstance(argument, Ref):
            continue
        shape = nodes[argument.name].out.shape
        for s in at(argument):
            if -s.feature <= len(shape) and shape[s.feature] == node.out.shape[s.feature]:
                found.append(Source(s.name, s.axis, s.feature, s.sign * (sign if k else 1)))
    return found


def of_embedding(node: Node, nodes):
    """All rows of a table together."""
    args = node.args
    padding = args[2] if len(args) > 2 else node.kwargs.get("padding_idx", -1)
    by_count = args[3] if len(args) > 3 else node.kwargs.get("scale_grad_by_freq", False)
    table = nodes[args[0].name]
    if table.op != "param" or by_count or (padding is not None and padding >= 0):
        return []
    return of_parameter(table)


def of_slice(node: Node, nodes, at):
    """A slice along another axis."""
    shape = nodes[node.args[0].name].out.shape
    axis = (node.args[1] if len(node.args) > 1 else 0) % len(shape)
    ends = [node.args[k] if len(node.args) > k else None for k in (2, 3)]
    if slice_positions(shape[axis], *ends) is None:
        return []
    return [s for s in at(node.args[0]) if axis != len(shape) + s.feature]
