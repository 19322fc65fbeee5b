"""Counts of whole families of layered networks."""

from __future__ import annotations

from collections.abc import Callable

from pyconslaw.analysis.checked import checked
from pyconslaw.errors import InputError
from pyconslaw.methods.symmetric.family import Family, multiples, pyramids
from pyconslaw.methods.widening.family import WideFamily, all_widths
from pyconslaw.networks.network import Network
from pyconslaw.records.budget import DEFAULT_EFFORT
from pyconslaw.thresholds import SYMMETRIC_EFFORT


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
    ... >= n_q >= 1; with wide, all of them with widths of at least 2. The result has the formula,
    the count for given copies, and `certificate()`. The theorem is in docs/mathematics.md. seed,
    effort, progress: as in `analyze`. Errors: InputError for networks that are not layered;
    NotProvedError when the bounds do not meet; LimitError.

    >>> from pyconslaw import family, linear
    >>> family(linear([1, 2, 2, 1])).formula
    '(8 m^2 + 4 m) / 2'
    """
    checked(network, seed, effort, limit=None)
    if network.layers is None or network.flow != "gradient":
        raise InputError(f"network: expected a layered network, got {network.name}")
    if pyramid and wide:
        raise InputError("pyramid, wide: expected one of them at most")
    options = {"seed": seed, "effort": SYMMETRIC_EFFORT * effort, "progress": progress}
    if wide:
        return all_widths(network.layers.gated, network.layers.biased, **options)
    if pyramid:
        return pyramids(network.layers.gated, network.layers.biased, **options)
    return multiples(network.layers, **options)
