"""A random function of the outputs that training could follow, and what stands behind it."""

from __future__ import annotations

from typing import Any

import torch
from torch.utils import _pytree
from torch.utils._python_dispatch import TorchDispatchMode

from pyconslaw.errors import InputError
from pyconslaw.torch.tensors import leaves, random_of


def random_objective(output: Any, loss: str | None, seed: int) -> torch.Tensor:
    """Outputs are free: they are paired with random numbers, all of them, but under cross-entropy
    the logits, which meet random labels.
    """
    random = random_of(seed + 1)
    found = leaves(output)
    if not found:
        raise InputError("model: no output of floating numbers depends on a trainable parameter")
    total = torch.zeros((), dtype=torch.float64)
    logits = logits_of(output) if loss == "cross_entropy" else None
    if logits is not None:
        classes = logits.double().movedim(class_axis(logits.dim()), -1)
        logs = torch.log_softmax(classes.reshape(-1, classes.shape[-1]), dim=-1)
        labels = torch.randint(logs.shape[-1], (logs.shape[0], 1), generator=random)
        total = total - logs.gather(1, labels.to(logs.device)).mean().cpu()
    for one in found:
        if one is not logits:
            drawn = torch.randn(one.shape, generator=random, dtype=torch.float64)
            total = total + (one.double().cpu() * drawn).sum()
    return total


def logits_of(output: Any) -> torch.Tensor:
    """The output named logits, or the first. Errors: InputError when it has no classes."""
    listed, _ = _pytree.tree_flatten_with_path(output)
    named = [one for path, one in listed if path and _word(path[-1]) == "logits"]
    first = (named or [one for _, one in listed])[0]
    if not (isinstance(first, torch.Tensor) and first.is_floating_point() and first.dim()):
        raise InputError("model: its first output has no axis of classes for cross-entropy")
    return first


def class_axis(dimensions: int) -> int:
    """Where the classes of logits are: images have them second, all else last."""
    return 1 if dimensions == 4 else dimensions - 1


def _word(key: Any) -> str:
    return str(key).strip(".[]'\"")


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
