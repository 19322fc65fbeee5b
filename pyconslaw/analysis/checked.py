"""Arguments of the public functions, checked."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from pyconslaw._core.zp import Random
from pyconslaw.entries.arrays import rational_array, unmasked
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.network import Network
from pyconslaw.records.budget import DEFAULT_EFFORT, Budget
from pyconslaw.thresholds import PARAMETER_LIMIT


def checked(network, seed, effort=DEFAULT_EFFORT, limit: int | None = PARAMETER_LIMIT) -> Random:
    if not isinstance(network, Network):
        raise InputError(
            f"network: expected a Network (linear, mlp, product, ...), got {type(network).__name__}"
        )
    number = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if not number or not 0 <= seed < 1 << 64:
        raise InputError(f"seed: expected an integer with 0 <= seed < 2^64, got {seed!r}")
    if (
        isinstance(effort, bool)
        or not isinstance(effort, int | float | np.number)
        or not effort >= 0
    ):
        raise InputError(f"effort: expected a number of products >= 0, got {effort!r}")
    if limit is not None and network.size > limit:
        raise LimitError(
            f"network: {network.name} has {network.size} parameters; what needs a generic "
            "point or a list of laws is "
            f"limited to {limit}"
        )
    return Random(int(seed))


def budget_of(rng: Random, effort: float, *, seconds, memory, progress) -> Budget:
    """What a question may spend. Errors: InputError names the argument."""
    for name, value, what in (("budget", seconds, "seconds"), ("memory", memory, "bytes")):
        if value is None:
            continue
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not value > 0:
            raise InputError(f"{name}: expected {what} > 0, got {value!r}")
    return Budget(rng, effort, seconds=seconds, memory=memory, progress=progress)


def rational_weights(network: Network, weights, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Weights as an object array of D Fractions; a warning when floats among them are not the
    decimals that they are written as.
    """
    rounded: list[float] = []

    def exact(value, place):
        a = np.asarray(unmasked(value, place), dtype=object)
        fractions = rational_array(a, a.shape, place)
        floats = [float(x) for x in a.ravel().tolist() if isinstance(x, float | np.floating)]
        rounded.extend(x for x in floats if Fraction(x) != Fraction(str(x)))
        return fractions

    if isinstance(weights, Mapping):
        weights = {key: exact(value, f"{name}[{key!r}]") for key, value in weights.items()}
    elif (
        isinstance(weights, list | tuple)
        and len(weights)
        and isinstance(weights[0], list | tuple | np.ndarray)
    ):
        weights = [exact(value, f"{name}[{k}]") for k, value in enumerate(weights)]
    else:
        weights = exact(weights, name)
    warning = tuple(
        f"{name}: floats are taken as the binary fractions they are, {x} as {Fraction(x)}; "
        'texts such as "1/10" are exact'
        for x in rounded[:1]
    )
    return rational_array(network.flatten(weights, name), (network.size,), name), warning
