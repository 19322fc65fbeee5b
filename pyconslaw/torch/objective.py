"""A random function of the outputs that training could follow, and what stands behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from pyconslaw.errors import InputError
from pyconslaw.torch.tensors import leaves, random_of


def random_objective(output: Any, loss: str | None, seed: int) -> torch.Tensor:
    """Outputs are free: they are paired with random numbers, all of them. Under cross-entropy with
    random labels, the logits are the output of that name, or the first one; the last axis has the
    classes.
    """
    random = random_of(seed + 1)
    if loss == "cross_entropy":
        logits = logits_of(output).double()
        logs = torch.log_softmax(logits.reshape(-1, logits.shape[-1]), dim=-1)
        labels = torch.randint(logs.shape[-1], (logs.shape[0], 1), generator=random)
        return -logs.gather(1, labels.to(logs.device)).mean()
    found = leaves(output)
    if not found:
        raise InputError("model: no output of floating numbers depends on a trainable parameter")
    total = torch.zeros((), dtype=torch.float64)
    for one in found:
        wide = torch.view_as_real(one) if one.is_complex() else one
        drawn = torch.randn(wide.shape, generator=random, dtype=torch.float64)
        total = total + (wide.double().cpu() * drawn).sum()
    return total


def logits_of(output: Any) -> torch.Tensor:
    """The output named logits, or the first of floating numbers."""
    if isinstance(output, Mapping) and isinstance(output.get("logits"), torch.Tensor):
        return output["logits"]
    found = [one for one in leaves(output) if one.dim()]
    if not found:
        raise InputError("model: no output has an axis of classes for cross-entropy")
    return found[0]


class Lowest(TorchDispatchMode):
    """The lowest floating precision of all results inside."""

    def __init__(self) -> None:
        super().__init__()
        self.bits = 64

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        for one in out if isinstance(out, tuple | list) else (out,):
            if isinstance(one, torch.Tensor) and one.is_floating_point():
                self.bits = min(self.bits, torch.finfo(one.dtype).bits)
        return out


def custom_functions(value: torch.Tensor) -> set[str]:
    """Names of autograd functions that users wrote, behind a value."""
    found, seen, waiting = set(), set(), [value.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if isinstance(node, torch.autograd.function.BackwardCFunction):
            found.add(type(node).__name__.removesuffix("Backward"))
        waiting.extend(following for following, _ in node.next_functions)
    return found
