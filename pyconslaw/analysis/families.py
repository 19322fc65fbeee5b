"""Counts of whole families of layered networks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, overload

from pyconslaw.analysis.checked import checked
from pyconslaw.errors import InputError
from pyconslaw.methods.symmetric.family import Family, multiples, pyramids
from pyconslaw.methods.widening.family import WideFamily, all_widths
from pyconslaw.networks.network import Network
from pyconslaw.records.budget import DEFAULT_EFFORT
from pyconslaw.thresholds import SYMMETRIC_EFFORT


@overload
def family(
    network: Network,
    *,
    pyramid: bool = False,
    wide: Literal[False] = False,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], None] | None = None,
) -> Family: ...


@overload
def family(
    network: Network,
    *,
    pyramid: bool = False,
    wide: Literal[True],
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], None] | None = None,
) -> WideFamily: ...


@overload
def family(
    network: Network,
    *,
    pyramid: bool = False,
    wide: bool,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], None] | None = None,
) -> Family | WideFamily: ...


def family(
    network: Network,
    *,
    pyramid: bool = False,
    wide: bool = False,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    progress: Callable[[int, int], None] | None = None,
) -> Family | WideFamily:
    """The count, proved, for a whole family of layered networks at once, with a certificate.

    The family: all multiples m (n_0, ..., n_q), m >= 2, of the network's widths; with pyramid, all
    networks with as many layers of the same kinds and biases whose widths never grow, n_0 >= n_1 >=
    ... >= n_q >= 1; with wide, all of them with widths of at least 2. The theorem is in
    docs/mathematics.md.

    Parameters
    ----------
    network : Network
        A layered one, under the flow of the gradient.
    pyramid : bool
        Whether the family is that of widths that never grow.
    wide : bool
        Whether it is that of all widths of at least 2; not together with pyramid.
    seed : int
        As in `analyze`.
    effort : float
        As in `analyze`.
    progress : callable, optional
        progress(rank, target) is called now and then.

    Returns
    -------
    Family
        The formula, the count for given copies, and `certificate()`.
    WideFamily
        With wide: the same, for given widths.

    Raises
    ------
    InputError
        For networks that are not layered.
    NotProvedError
        When the bounds do not meet.
    LimitError
        When the networks to be looked at are too large.

    Examples
    --------
    >>> from pyconslaw import family, linear
    >>> family(linear([1, 2, 2, 1])).formula
    '(8 m^2 + 4 m) / 2'
    """
    checked(network, seed, effort, limit=None)
    if network.layers is None or network.flow != "gradient":
        raise InputError(f"network: expected a layered network, got {network.name}")
    if pyramid and wide:
        raise InputError("pyramid, wide: expected one of them at most")
    options: dict[str, Any] = {
        "seed": int(seed),
        "effort": SYMMETRIC_EFFORT * effort,
        "progress": progress,
    }
    if wide:
        return all_widths(network.layers.gated, network.layers.biased, **options)
    if pyramid:
        return pyramids(network.layers.gated, network.layers.biased, **options)
    return multiples(network.layers, **options)
