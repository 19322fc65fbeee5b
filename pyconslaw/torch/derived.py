"""All laws that the structure of a module shows."""

from __future__ import annotations

from pyconslaw.errors import InputError

from .backwards import backwards, class_axis, logits_of
from .families import families
from .forwards import forwards
from .found import Found, ParameterInfo, Unsupported
from .graph import Graph, refs
from .walk import walk

LOSSES = (None, "cross_entropy", "mse")


def derive(model, args=(), kwargs=None, loss=None) -> Found:
    """Laws of a torch.nn.Module, derived operator by operator from its exported graph.

    Parameters
    ----------
    model : torch.nn.Module
    args, kwargs
        Example inputs.
    loss : str, optional
        "cross_entropy", "mse", or None: the outputs are free.

    Returns
    -------
    Found

    Raises
    ------
    InputError
        If the module is not exported, or the loss is not known.
    """
    from .capture import capture

    if loss not in LOSSES:
        raise InputError(f"loss: {loss!r}, expected None, 'cross_entropy' or 'mse'")
    return derive_graph(capture(model, args, kwargs), loss)


def derive_graph(graph: Graph, loss=None) -> Found:
    """Laws of a graph."""
    used = reached(graph)
    state = walk(graph)
    names = [p.name for p in graph.parameters if p.trainable and p.name in used]
    found = list(families(state, names))
    linear, remarks = backwards(graph, set(names), loss)
    found += linear
    found += forwards(graph, set(names))
    return Found(
        tuple(found),
        tuple(
            ParameterInfo(p.name, p.others, p.shape, p.trainable, p.name in used)
            for p in graph.parameters
        ),
        stops(state),
        (
            *graph.notes,
            *remarks,
            *assumed(graph, loss),
            *(f"{text} ({n} times)" if n > 1 else text for text, n in state.notes.items()),
        ),
        loss,
    )


def reached(graph: Graph):
    """Names of the parameters that reach an output."""
    by_name = {node.name: node for node in graph.nodes}
    wanted, used = [name for _, name in graph.outputs], set()
    seen = set(wanted)
    while wanted:
        node = by_name[wanted.pop()]
        if node.op == "param":
            used.add(node.args[0])
            continue
        if node.op == "no_grad":
            continue
        for name in refs((node.args, node.kwargs)):
            if name in by_name and name not in seen:
                seen.add(name)
                wanted.append(name)
    return used


def stops(state):
    """Operators without a rule, with the parameters whose actions they may have stopped."""
    found: dict = {}
    for stop in state.stops:
        entry = found.setdefault((stop.op, stop.path), [0, set()])
        entry[0] += 1
        entry[1] |= set(state.owners(stop.parts))
    return tuple(
        Unsupported(op, path, count, tuple(sorted(names)))
        for (op, path), (count, names) in found.items()
    )


def assumed(graph: Graph, loss):
    """What was taken for granted of the loss."""
    if loss != "cross_entropy" or not graph.outputs:
        return ()
    key, name = logits_of(graph)
    node = next(node for node in graph.nodes if node.name == name)
    ndim = len(node.out.shape) if node.out is not None else 0
    others = "; other outputs are free" if len(graph.outputs) > 1 else ""
    return (f"cross-entropy of output {key!r}, classes along axis {class_axis(ndim)}{others}",)
