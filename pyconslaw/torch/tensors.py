"""Tensors of a module by name: as arrays, as double copies that were moved, and random batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils import _pytree

from pyconslaw.errors import InputError

MOVED = 0.25  # of the size of what is there, so that what is 0 or 1 at the start hides nothing


def unwrapped(model: Any) -> nn.Module:
    """The module inside torch.compile and data parallel wrappers."""
    while isinstance(model, nn.Module):
        inner = model._modules
        if inner.get("_orig_mod") is not None:
            model = inner["_orig_mod"]
        elif isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            model = model.module
        else:
            return model
    raise InputError(f"model: {type(model).__name__}, expected a torch.nn.Module")


class Weights(Mapping[str, np.ndarray]):
    """Parameters of a module as arrays, read when they are asked for; ties under each name."""

    def __init__(self, model: nn.Module):
        self._model = unwrapped(model)

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            tensor = self._model.get_parameter(name)
        except AttributeError:
            raise KeyError(name) from None
        if tensor.is_meta:
            raise InputError(f"{name}: on the meta device, which holds no values")
        return array(tensor)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._model.named_parameters(remove_duplicate=False))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def array(tensor: torch.Tensor) -> np.ndarray:
    """Its values; what NumPy has no type for becomes single precision."""
    tensor = tensor.detach().cpu()
    if tensor.dtype in (torch.bfloat16, torch.float16):
        tensor = tensor.float()
    return tensor.numpy()


def random_of(seed: int) -> torch.Generator:
    """A generator of its own: that of torch is left alone."""
    return torch.Generator().manual_seed(seed)


def moved(
    model: nn.Module, random: torch.Generator, dtype: torch.dtype = torch.float64
) -> dict[str, torch.Tensor]:
    """Copies of the parameters, each entry moved at random: a law holds everywhere. Ties
    stay tied, frozen ones and rows of padding stay.
    """
    still = padding(model)
    copies: dict[int, torch.Tensor] = {}
    found = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        if id(parameter) not in copies:
            copy = parameter.detach().to(dtype, copy=True)
            if parameter.requires_grad and copy.numel():
                noise = torch.randn(copy.shape, generator=random, dtype=torch.float64)
                noise *= MOVED * _scale(copy)
                for row in still.get(id(parameter), ()):
                    noise[row] = 0
                copy += noise.to(copy)
            copies[id(parameter)] = copy.requires_grad_(parameter.requires_grad)
        found[name] = copies[id(parameter)]
    return found


def _scale(values: torch.Tensor) -> float:
    size = float(values.square().mean().sqrt())
    columns = values.numel() // values.shape[0] if values.dim() > 1 else 1
    return size if size > 0 else 1 / columns**0.5


def padding(model: nn.Module) -> dict[int, list[int]]:
    """Rows of embeddings that get no gradient, by identity of the parameter."""
    found: dict[int, list[int]] = {}
    for module in model.modules():
        if isinstance(module, nn.Embedding | nn.EmbeddingBag) and module.padding_idx is not None:
            found.setdefault(id(module.weight), []).append(module.padding_idx)
    return found


def buffers(
    model: nn.Module, dtype: torch.dtype | None, random: torch.Generator | None = None
) -> dict[str, torch.Tensor]:
    """Copies of the buffers; with a generator, running statistics are random."""
    found = {}
    for name, buffer in model.named_buffers(remove_duplicate=False):
        floating = buffer.is_floating_point()
        copy = (buffer.to(dtype) if dtype and floating else buffer).detach().clone()
        if random is not None and name.rpartition(".")[2] in ("running_mean", "running_var"):
            drawn = torch.rand(copy.shape, generator=random, dtype=torch.float64)
            copy.copy_(drawn + 0.5 if name.endswith("var") else 2 * drawn - 1)
        found[name] = copy
    return found


def batch(values: Any, dtype: torch.dtype | None, random: torch.Generator) -> Any:
    """Inputs like these: floating ones moved at random, whole numbers and masks as they are."""

    def draw(value: Any) -> Any:
        if not isinstance(value, torch.Tensor) or not value.is_floating_point():
            return value
        value = value.detach().to(dtype or value.dtype)
        noise = torch.randn(value.shape, generator=random, dtype=torch.float64).to(value)
        distinct = torch.unique(value)
        if distinct.numel() <= 2 or not bool(torch.isfinite(value).all()):
            return noise if distinct.numel() == 1 and not distinct.any() else value
        return value + noise * value.std()

    return _pytree.tree_map(draw, values)


def leaves(output: Any) -> list[torch.Tensor]:
    """Floating tensors of an output that a gradient reaches."""
    found = _pytree.tree_leaves(output)
    return [
        one
        for one in found
        if isinstance(one, torch.Tensor) and one.is_floating_point() and one.requires_grad
    ]
