"""One proof for all layered networks of one depth and kind with widths of at least 2: they grow
from the one of width 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import index
from typing import Any

from pyconslaw._core.zp import Random
from pyconslaw.certificate import Certificate, sealed
from pyconslaw.errors import InputError, NotProvedError
from pyconslaw.methods.families import ProvedFamily
from pyconslaw.methods.widening.bounds import search_small
from pyconslaw.methods.widening.growth import SMALL, independent_laws
from pyconslaw.records.graph import Layers
from pyconslaw.records.report import PROVED


@dataclass(frozen=True, eq=False)
class WideFamily(ProvedFamily):
    """A proved count for all layered networks with so many layers of these kinds, and widths of at
    least 2.

    Attributes
    ----------
    gated : tuple of bool
        For each hidden layer whether its neurons are.
    biased : tuple of bool
        For each layer but the first whether it has biases.
    proof : dict
        What the certificate is made of.
    """

    gated: tuple[bool, ...]
    biased: tuple[bool, ...]
    proof: dict[str, Any] = field(repr=False)

    def laws(self, widths: Sequence[int]) -> int:
        """The number of independent conservation laws of the network of these widths.

        Parameters
        ----------
        widths : sequence of int
            From input to output, at least 2 each.

        Returns
        -------
        int

        Raises
        ------
        InputError
            For other widths, or as many as the family does not have.
        """
        try:
            found = tuple(index(n) for n in widths)
        except TypeError:
            raise InputError(f"widths: expected integers, got {widths!r}") from None
        if len(found) != len(self.biased) + 1 or min(found) < SMALL:
            raise InputError(
                f"widths: expected {len(self.biased) + 1} numbers, at least {SMALL}, got "
                f"{list(found)}"
            )
        return independent_laws(Layers(found, self.gated, self.biased))

    @property
    def formula(self) -> str:
        """The count in the widths n_k."""
        parts = [
            f"n_{k}" if gates else f"n_{k} (n_{k} + 1) / 2 - g_{k} (g_{k} + 1) / 2"
            for k, gates in enumerate(self.gated, 1)
        ]
        gaps = [
            f"g_{k} = max(0, n_{k} - n_{k - 1} - n_{k + 1}{' - 1' * self.biased[k - 1]})"
            for k, gates in enumerate(self.gated, 1)
            if not gates
        ]
        return ", ".join([" + ".join(parts), *gaps])

    @property
    def text(self) -> str:
        """The family in words."""
        return f"widths n_0, ..., n_{len(self.biased)}, all at least {SMALL}"

    def certificate(self) -> Certificate:
        """The certificate: the checker reads it like that of a network.

        Returns
        -------
        Certificate
        """
        return sealed(
            {
                "system": {
                    "type": "wide-family",
                    "gated": list(self.gated),
                    "biased": list(self.biased),
                },
                "claim": {"object": self._phi},
                "lower": self.proof,
                "upper": {"kind": "generic-balance"},
            }
        )

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw family --wide --json`.

        Returns
        -------
        dict
        """
        return {
            "family": self.text,
            "gated": list(self.gated),
            "biased": list(self.biased),
            "laws": self.formula,
            "verdict": PROVED,
        }


def all_widths(
    gated: Sequence[bool],
    biased: Sequence[bool],
    *,
    seed: int = 0,
    effort: float = 1e11,
    progress=None,
) -> WideFamily:
    """The family of all layered networks of one depth and kind, widths at least 2. Source:
    docs/mathematics.md, theorems 5 to 7.

    Errors: InputError without hidden layers; NotProvedError when the search does not end.

    >>> family = all_widths([False, False], [False] * 3)
    >>> family.laws([10, 1000, 1000, 10]), family.laws([2, 9, 3, 2])
    (1001000, 41)
    """
    if not gated:
        raise InputError("network: expected a hidden layer at least")
    small = Layers((SMALL,) * (len(biased) + 1), tuple(gated), tuple(biased))
    search = search_small(small, Random(seed), effort, progress)
    if search is None:
        raise NotProvedError(
            f"family: the search at widths {'-'.join(map(str, small.widths))} ended before "
            "its brackets filled what the laws allow",
            None,
        )
    return WideFamily(tuple(gated), tuple(biased), search)
