"""Upper bounds of layered networks by their balance laws, from the widths alone: theorem 5 of
docs/mathematics.md.
"""

from __future__ import annotations

from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.graph import Layers


def spaces(layers: Layers) -> list[int]:
    """e_k of each hidden layer: weights at one neuron there."""
    n = layers.widths
    return [n[k - 1] + layers.biased[k - 1] + n[k + 1] for k in range(1, len(n) - 1)]


def rooms(layers: Layers) -> list[int]:
    """r_k of each hidden layer: what its neurons leave of the space of dimension e_k; all of it
    where they have gates.
    """
    return [
        e if gates else e - n
        for e, n, gates in zip(spaces(layers), layers.widths[1:], layers.gated, strict=False)
    ]


def independent_laws(layers: Layers) -> int:
    """How many balance laws have independent gradients at a generic point (theorem 5)."""
    total = 0
    for n, room, gates in zip(layers.widths[1:], rooms(layers), layers.gated, strict=False):
        gap = max(0, -room)
        total += n if gates else (n * (n + 1) - gap * (gap + 1)) // 2
    return total


def generic_balance(layers: Layers) -> UpperBound:
    """dimension <= D - the gradient rank of the balance laws at a generic point, by the widths
    (docs/mathematics.md, theorem 5).
    """
    laws = independent_laws(layers)
    stated = sum(
        n if gates else n * (n + 1) // 2
        for n, gates in zip(layers.widths[1:], layers.gated, strict=False)
    )
    known = (
        f"balance laws ({laws} independent)" if laws else f"number of parameters ({layers.params})"
    )
    return UpperBound(layers.params - laws, (known,), {"kind": "generic-balance"}, stated=stated)
