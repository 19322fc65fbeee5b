"""The nodes of an exported graph in one list, with autocast regions inlined."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import Any

import torch

from .graph import Ref

NO_GRAD = "no_grad"


@dataclass
class Step:
    """A node as it is needed here: names are unique over all subgraphs."""

    op: str
    name: str
    target: Any
    args: Any
    kwargs: Any
    meta: dict
    path: str
    op_name: str = ""

    @property
    def out(self):
        """What torch says of the result."""
        return self.meta.get("val")


def set_grad_off(node):
    """Whether a node is a region without gradients."""
    return (
        node.op == "call_function"
        and name_of(node.target) == "wrap_with_set_grad_enabled"
        and node.args[0] is False
    )


def wrapped(module, node):
    """The graph module of a region."""
    inner = next(a for a in node.args if isinstance(a, torch.fx.Node) and a.op == "get_attr")
    return module.get_submodule(inner.target)


def name_of(target):
    """The word for an operator: "aten.linear.default", "getitem", "flex_attention"."""
    if target is operator.getitem:
        return "getitem"
    if isinstance(target, torch._ops.OpOverload):
        return str(target)
    if isinstance(target, torch._ops.HigherOrderOperator):
        return target.name()
    module = (target.__module__ or "").lstrip("_") if callable(target) else ""
    return f"{module}.{target.__name__}" if callable(target) else str(target)


def nodes_of(module, prefix="", inputs=None, path=""):
    """All nodes; a region with gradients or of autocast is inlined, one without is one step."""
    renamed: dict[str, Any] = {}
    given = iter(inputs or ())
    for node in module.graph.nodes:
        if node.op == "get_attr":
            continue
        here = path_of(node) or path
        if node.op == "placeholder" and inputs is not None:
            renamed[node.name] = next(given)
            continue
        args, kwargs = (
            translate(node.args, renamed, prefix),
            translate(node.kwargs, renamed, prefix),
        )
        if node.op == "output":
            yield Step("output", prefix + node.name, None, args[0], kwargs, node.meta, here)
            continue
        word = name_of(node.target) if node.op == "call_function" else ""
        step = Step(node.op, prefix + node.name, node.target, args, kwargs, node.meta, here, word)
        if word == "getitem" and isinstance(args[0], tuple | list):
            renamed[node.name] = args[0][args[1]]
        elif set_grad_off(node):
            step.op_name = NO_GRAD
            step.meta = {"val": node.meta.get("val", results(wrapped(module, node)))}
            yield step
        elif word in ("wrap_with_set_grad_enabled", "wrap_with_autocast"):
            inner = wrapped(module, node)
            k = next(i for i, a in enumerate(node.args) if is_attribute(a))
            for found in nodes_of(inner, f"{step.name}.", list(args[k + 1 :]), here):
                if found.op == "output":
                    renamed[node.name] = found.args
                else:
                    yield found
        else:
            yield step


def is_attribute(argument):
    """Whether an argument is a subgraph."""
    return isinstance(argument, torch.fx.Node) and argument.op == "get_attr"


def results(module):
    """What a subgraph returns, as torch says."""
    last = next(node for node in module.graph.nodes if node.op == "output")
    return tuple(n.meta.get("val") if isinstance(n, torch.fx.Node) else None for n in last.args[0])


def path_of(node):
    """The module path of a node."""
    stack = node.meta.get("nn_module_stack")
    return list(stack.values())[-1][0] if stack else ""


def translate(argument, renamed, prefix):
    """Arguments with references in place of nodes."""
    if isinstance(argument, torch.fx.Node):
        if argument.name in renamed:
            return renamed[argument.name]
        return Ref(prefix + argument.name)
    if isinstance(argument, list | tuple):
        return type(argument)(translate(item, renamed, prefix) for item in argument)
    if isinstance(argument, dict):
        return {key: translate(item, renamed, prefix) for key, item in argument.items()}
    if isinstance(argument, slice):
        return argument
    return argument
