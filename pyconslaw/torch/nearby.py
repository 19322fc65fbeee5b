"""Which operators are near parameters, for the message about a law that does not hold."""

from __future__ import annotations

from typing import Any, Protocol

import torch
from torch import nn

STEPS = 4  # from the parameter on
SHOWN = 12


class Asked(Protocol):
    """A module on inputs."""

    @property
    def model(self) -> nn.Module: ...
    @property
    def args(self) -> tuple[Any, ...]: ...
    @property
    def kwargs(self) -> dict[str, Any]: ...


def nearby(asked: Asked, parameters: tuple[str, ...], custom: set[str]) -> str:
    """A sentence with the operators that these parameters meet, and custom gradient functions."""
    said = []
    if custom:
        said.append(f"Custom gradient functions: {', '.join(sorted(custom))}.")
    try:
        exported = torch.export.export(asked.model, asked.args, asked.kwargs, strict=False)
    except Exception:  # the message must come, with or without them
        return " ".join(said)
    wanted = set(parameters)
    held = exported.graph_signature.inputs_to_parameters
    front = [n for n in exported.graph.nodes if held.get(n.name) in wanted]
    operators: dict[str, None] = {}
    for _ in range(STEPS):
        front = [user for node in front for user in node.users]
        operators |= {_said(node): None for node in front if node.op == "call_function"}
    if operators:
        shown = list(operators)[:SHOWN]
        said.append(f"Operators near these parameters: {', '.join(shown)}.")
    return " ".join(said)


def _said(node: torch.fx.Node) -> str:
    stack = node.meta.get("nn_module_stack")
    path = str(list(stack.values())[-1][0]) if stack else ""
    name = str(node.target).removeprefix("aten.")
    return f"{name} in {path}" if path else name
