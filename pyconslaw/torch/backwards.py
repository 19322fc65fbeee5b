"""Linear laws, seen from the output: changes of parameters that nothing after them sees."""

from __future__ import annotations

import numpy as np

from .back import Back
from .back_rules import back_rules
from .found import Family, Term
from .graph import Graph, Meta, refs
from .nulls import FREE, SAME, canonical, everything, is_free, joint, meets
from .walk import name_of


def backwards(graph: Graph, names, loss):
    """Linear families of the parameters given, and remarks."""
    nulls = propagate(graph, loss)
    shapes = {p.name: p.shape for p in graph.parameters}
    found: dict = {}
    notes = []
    for node in graph.nodes:
        if node.op != "param" or node.args[0] not in names or (node.name, None) not in nulls:
            continue
        name, shape = node.args[0], shapes[node.args[0]]
        mine = nulls[node.name, None]
        if name in found:
            mine = meets(found[name], mine, shape)
        found[name] = mine
    families = []
    for name, mine in found.items():
        made = [laws(name, shapes[name], null) for null in mine]
        if len(made) > 1:
            made.sort(key=lambda some: -sum(size(f, shapes[name]) for f in some))
            notes.append(f"more linear laws of {name}, which overlap, are left out")
        if made:
            families += made[0]
    condition = "cross-entropy only" if loss == "cross_entropy" else ""
    if condition:
        free = {key(f) for f in backwards(graph, names, None)[0]}
        families = [
            f if key(f) in free else Family(f.kind, f.terms, True, (), condition) for f in families
        ]
    return families, notes


def key(family):
    """What tells families apart."""
    return tuple(
        (t.parameter, t.axis, t.positions.shape, t.positions.tobytes()) for t in family.terms
    )


def size(family, shape):
    """Laws of a linear family of one parameter."""
    term = family.terms[0]
    return term.positions.shape[0] * term.extents(shape)[1]


def laws(name, shape, null):
    """Families of sums of one parameter's entries."""
    shape = shape or (1,)
    null = null or (FREE,)
    axes = tuple(k for k, s in enumerate(null) if not is_free(s))
    axes = tuple(k for k in axes if shape[k] > 1) or (0,)
    flat = canonical(joint([null[k] for k in axes], [shape[k] for k in axes]).ravel())
    order = np.argsort(flat, kind="stable")
    order = order[flat[order] >= 0]
    if not len(order):
        return []
    edges = np.flatnonzero(np.r_[True, flat[order][1:] != flat[order][:-1], True])
    sizes = np.diff(edges)
    found = []
    for m in np.unique(sizes).tolist():
        at = edges[:-1][sizes == m]
        positions = order[at[:, None] + np.arange(m)][:, None, :]
        found.append(Family("linear", (Term(name, axes, positions, 1),)))
    return found


def class_axis(ndim):
    """Where the classes of logits are: images have them second, all else last."""
    return 1 if ndim == 4 else ndim - 1


def logits_of(graph: Graph):
    """The output that a loss sees: that named so, else the first."""
    named = [pair for pair in graph.outputs if pair[0].split(".")[-1] == "logits"]
    return (named or list(graph.outputs[:1]))[0] if graph.outputs else None


def propagate(graph: Graph, loss):
    """For each result the changes that nobody sees, by (node, place in a tuple)."""
    nulls: dict = {}
    metas = {node.name: node.out for node in graph.nodes}

    def give(name, place, some):
        meta = metas[name] if place is None else metas[name][place]
        if not isinstance(meta, Meta):
            return
        old = nulls.get((name, place))
        nulls[name, place] = some if old is None else meets(old, some, meta.shape)

    logits = logits_of(graph)
    for pair in graph.outputs:
        meta = metas[pair[1]]
        some = []
        if loss == "cross_entropy" and pair == logits and isinstance(meta, Meta) and meta.shape:
            spec = [FREE] * len(meta.shape)
            spec[class_axis(len(meta.shape))] = SAME
            some = [tuple(spec)]
        give(pair[1], None, some)
    table = back_rules()
    for node in reversed(graph.nodes):
        if node.op in ("param", "input", "constant"):
            continue
        back(node, metas, nulls, (table, give))
    return nulls


def guessed(node, metas):
    """Whether sizes of a node or its arguments depend on data."""
    found = [node.out] if not isinstance(node.out, tuple) else list(node.out)
    for name in refs((node.args, node.kwargs)):
        meta = metas.get(name)
        found += list(meta) if isinstance(meta, tuple) else [meta]
    return any(isinstance(meta, Meta) and meta.guessed for meta in found)


def back(node, metas, nulls, tools):
    """Hands the changes that nobody sees from a result to the arguments."""
    table, give = tools
    single = not isinstance(node.out, tuple)
    places = [None] if single else list(range(len(node.out)))
    known = {k: nulls.get((node.name, k)) for k in places}
    if node.op == "getitem":
        some = known[None] if known[None] is not None else None
        if some is not None:
            ref, k = node.args
            place = k if isinstance(metas[ref.name], tuple) else None
            give(ref.name, place, some)
        return
    if all(some is None for some in known.values()):
        return  # nobody reads it
    outs = {}
    for k, some in known.items():
        meta = node.out if single else node.out[k]
        if isinstance(meta, Meta):
            outs[k] = everything(meta.shape) if some is None else some
    made = Back(node, metas, outs)
    rule = table.get(name_of(node.op))
    if node.op == "no_grad":
        return
    if guessed(node, metas):
        rule = None
    if rule is not None and any(
        isinstance(m, Meta) and m.kind == "f" for m in (node.out if not single else [node.out])
    ):
        try:
            rule(made)
        except (IndexError, ValueError, AttributeError):  # arguments it does not know
            made.given.clear()
    for name in set(refs((node.args, node.kwargs))):
        if name in metas and isinstance(metas[name], Meta):
            for some in made.given.get(name, [[]]):
                give(name, None, some)
        elif name in metas:
            for place in range(len(metas[name] or ())):
                give(name, place, [])
