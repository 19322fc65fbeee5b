"""The graph of a module with every eps 0: laws that ignore one are exact there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.func import functional_call

TINY = {torch.float64: 1e-300, torch.float32: 1e-37}  # batch norm refuses 0
EPS = 1e-3  # what is added below it is taken for one; a norm says which it is, however large
ADDING = ("add", "clamp", "maximum", "norm", "normalize")
NORMS = ("layer_norm", "batch_norm", "group_norm", "instance_norm", "rms_norm")


def without_eps(
    model: nn.Module, weights: dict[str, torch.Tensor], args: Any, kwargs: Any
) -> Callable[[], Any]:
    """The module on these inputs, exported, with constants that are an eps replaced; a function
    that calls it, of the same weights. Errors: those of the export.
    """
    dtype = next(iter(weights.values())).dtype
    called = Called(model, weights, dtype)
    exported = torch.export.export(called, tuple(args), dict(kwargs), strict=False)
    graph = exported.module()
    for part in graph.modules():
        if isinstance(part, torch.fx.GraphModule):
            for node in part.graph.nodes:
                if node.op == "call_function":
                    small(node, TINY[dtype])
            part.recompile()
    held = {f"inner__{name.replace('.', '__')}": value for name, value in weights.items()}
    own = {name for name, _ in graph.named_parameters(remove_duplicate=False)}
    mine = {name: value for name, value in held.items() if name in own}
    return lambda: functional_call(graph, mine, tuple(args), dict(kwargs))


class Called(nn.Module):
    """A module on other weights and buffers, which are its own parameters."""

    def __init__(self, model: nn.Module, weights: dict[str, torch.Tensor], dtype: torch.dtype):
        super().__init__()
        self._model = (model,)  # hidden: its own parameters take no part
        self._names = {}
        seen: dict[int, str] = {}
        for name, value in weights.items():
            own = seen.setdefault(id(value), f"inner__{name.replace('.', '__')}")
            self._names[name] = own
            if own not in self._parameters:
                self.register_parameter(own, nn.Parameter(value.detach(), value.requires_grad))
        for name, value in model.named_buffers():
            held = value.to(dtype) if value.is_floating_point() else value
            own = f"buffer__{name.replace('.', '__')}"
            self._names[name] = own
            self.register_buffer(own, held.detach().clone())
        self.train(model.training)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        held = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        named = {name: held[own] for name, own in self._names.items()}
        return functional_call(self._model[0], named, args, kwargs)


def small(node: torch.fx.Node, tiny: float) -> None:
    """Replaces what is an eps among the arguments of a node."""
    name = str(node.target).split(".")[1] if "." in str(node.target) else str(node.target)
    if not any(word in name for word in ADDING):
        return
    below = 1.0 if any(word in name for word in NORMS) else EPS  # a momentum among them is idle

    def replaced(value: Any) -> Any:
        return tiny if isinstance(value, float) and 0 < value < below else value

    node.args = tuple(replaced(value) for value in node.args)
    node.kwargs = {key: replaced(value) for key, value in node.kwargs.items()}
    if name == "rms_norm" and len(node.args) == 3:  # its own eps is that of the precision
        node.args = (*node.args, tiny)
    elif name == "rms_norm" and len(node.args) == 4 and node.args[3] is None:
        node.args = (*node.args[:3], tiny)
