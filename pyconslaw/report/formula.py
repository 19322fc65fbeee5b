"""Closed formulas for the count, as functions of the widths, where one is known. They are shown
beside an answer, never used in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyconslaw.networks.network import Network


@dataclass(frozen=True)
class CountFormula:
    """A formula in the widths, its value for the network, and where it comes from.

    Attributes
    ----------
    text : str
        The formula.
    value : int
        The number of laws of the network.
    source : str
        Where it comes from.
    """

    text: str
    value: int
    source: str


def count_formula(network: Network) -> CountFormula | None:
    """The closed formula for the number of laws of this kind of network.

    Parameters
    ----------
    network : Network

    Returns
    -------
    CountFormula
        None when no formula is known here.

    References
    ----------
    Named by the source of the formula.

    Examples
    --------
    >>> from pyconslaw import count_formula, linear, mlp
    >>> count_formula(linear([2, 3, 2])).text, count_formula(linear([2, 3, 2])).value
    ('r (r + 1) / 2 for r <= n + m', 6)
    >>> count_formula(mlp([2, 3, 4, 1])).text
    'n_1 + ... + n_{q-1}'
    """
    layers = network.layers
    if network.kind == "product":
        return CountFormula(
            "D - 1", network.size - 1, "Marcotte, Gribonval and Peyre 2023, example of a product"
        )
    if layers is None or network.flow != "gradient":
        return None
    dims = layers.widths
    if not layers.gated:
        return CountFormula("0", 0, "phi is the identity")
    if all(layers.gated):
        return CountFormula(
            "n_1 + ... + n_{q-1}",
            sum(dims[1:-1]),
            "path-lifting: one law a hidden neuron "
            "(Marcotte, Gribonval and Peyre 2023; all directed acyclic graphs 2025)",
        )
    if len(dims) == 3 and not any(layers.biased):
        (n, r, m), source = (
            dims,
            "Marcotte, Gribonval and Peyre 2023, linear networks with two layers",
        )
        if r <= n + m:
            return CountFormula("r (r + 1) / 2 for r <= n + m", r * (r + 1) // 2, source)
        total = n + m
        return CountFormula(
            "N r - N (N - 1) / 2 for r > N = n + m", total * r - total * (total - 1) // 2, source
        )
    return None
