"""Weights as users give them, as one array."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from numbers import Number

import numpy as np

from pyconslaw.entries.arrays import unmasked
from pyconslaw.errors import InputError
from pyconslaw.records.graph import Parameter


def flattened(parameters: Sequence[Parameter], weights, name: str) -> np.ndarray:
    """Weights as one array of shape (..., D): they have it already, or are given by name, or in the
    order of the parameters. Errors: InputError names the parameter and its shape.
    """
    arrays = _by_parameter(parameters, weights, name)
    if arrays is None:
        return _flat(parameters, weights, name)
    lead = leading_axes(parameters, [a.shape for a in arrays], name)
    parts = [a.reshape(*lead, p.size) for a, p in zip(arrays, parameters, strict=True)]
    return np.concatenate(parts, axis=-1)


def shaped(parameters: Sequence[Parameter], weights, name: str) -> list[np.ndarray]:
    """The same as an array (..., *shape) for each parameter, copied only where it must be."""
    arrays = _by_parameter(parameters, weights, name)
    if arrays is not None:
        leading_axes(parameters, [a.shape for a in arrays], name)
        return arrays
    flat, start, found = _flat(parameters, weights, name), 0, []
    for p in parameters:
        found.append(flat[..., start : start + p.size].reshape((*flat.shape[:-1], *p.shape)))
        start += p.size
    return found


def _flat(parameters: Sequence[Parameter], weights, name: str) -> np.ndarray:
    flat, size = numbers_of(weights, name), sum(p.size for p in parameters)
    if flat.ndim < 1 or flat.shape[-1] != size:
        raise InputError(f"{name}: expected shape (..., {size}), got {flat.shape}")
    return flat


def _by_parameter(parameters: Sequence[Parameter], weights, name: str) -> list[np.ndarray] | None:
    """The array of each parameter; None for weights that are one array, or rows of it."""
    if isinstance(weights, Mapping):
        check_names(parameters, weights, name)
        weights = [weights[p.name] for p in parameters]
    elif (
        not isinstance(weights, list | tuple)
        or not len(weights)
        or np.isscalar(weights[0])
        or weights[0] is None
    ):
        return None
    if len(weights) != len(parameters):
        raise InputError(
            f"{name}: expected {len(parameters)} arrays "
            f"({', '.join(p.name for p in parameters)}), got {len(weights)}"
        )
    return [
        numbers_of(value, f"{name}[{parameter.name!r}]")
        for parameter, value in zip(parameters, weights, strict=True)
    ]


def check_names(parameters: Sequence[Parameter], names: Collection, name: str) -> None:
    """Errors: InputError unless these are the names of the parameters."""
    unknown = set(names) - {p.name for p in parameters}
    missing = [p.name for p in parameters if p.name not in names]
    if unknown or missing:
        raise InputError(f"{name}: missing {missing}, unknown {sorted(map(str, unknown))}")


def leading_axes(
    parameters: Sequence[Parameter], shapes: Sequence[tuple[int, ...]], name: str
) -> tuple[int, ...]:
    """The axes that arrays have before those of the parameters, the same ones for all. Errors:
    InputError names the parameter and its shape.
    """
    lead: tuple[int, ...] | None = None
    for parameter, shape in zip(parameters, shapes, strict=True):
        n = len(shape) - len(parameter.shape)
        if n < 0 or shape[n:] != parameter.shape or (lead is not None and shape[:n] != lead):
            raise InputError(
                f"{name}[{parameter.name!r}]: expected shape "
                f"{(*(('...',) if lead is None else lead), *parameter.shape)}, got {shape}"
            )
        lead = shape[:n]
    return lead or ()


def numbers_of(values, name: str) -> np.ndarray:
    """values as an array of numbers; Python integers of any size and fractions are kept as objects.
    Errors: InputError.
    """
    unmasked(values, name)
    try:
        a = np.asarray(values)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from None
    good = a.dtype.kind in "iufc" or (
        a.dtype == object
        and all(isinstance(x, Number) and not isinstance(x, bool) for x in a.ravel().tolist())
    )
    if not good and a.size:
        raise InputError(f"{name}: expected numbers, got {values!r:.60}")
    return a
