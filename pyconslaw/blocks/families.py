"""Laws of blocks that are known without any search, at any size: made one at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import prod

import numpy as np

from pyconslaw.fields.named import Named
from pyconslaw.laws.law import Law
from pyconslaw.laws.lazy import LazyLaws
from pyconslaw.laws.matrix_form import MatrixLaw
from pyconslaw.records.polynomial import Polynomial

PARTS = {"block": "matrix", "diagonal": "diagonal"}  # as of MatrixLaw


@dataclass(frozen=True)
class Share:
    """What one parameter adds to a family: coefficient times products of its rows, or of its
    columns. A kernel has rows, one for each channel that it makes, of all that this is made of;
    and columns, one for each channel that it reads, in so many groups.
    """

    coefficient: int
    parameter: str
    columns: bool = False
    groups: int = 1


@dataclass(frozen=True)
class LawFamily:
    """Laws of one form.

    Attributes
    ----------
    kind : str
        "block": the entries i <= j of sum of coefficient * X X^T, where X has `rows` rows, those of
        the parameter, or its columns. "diagonal": the entries i = j of that. "sums": the sums of
        the columns of a parameter. "entries": each entry of a parameter by itself.
    rows : int
        Of X, or how many sums or entries there are.
    shares : tuple of Share
        One a parameter.
    """

    kind: str
    rows: int
    shares: tuple[Share, ...]

    def __len__(self) -> int:
        return self.rows * (self.rows + 1) // 2 if self.kind == "block" else self.rows

    def text(self) -> str:
        """The family as a formula.

        Returns
        -------
        str
        """
        if self.kind in ("sums", "entries"):
            return " + ".join(f"{self.kind} of {x.parameter}" for x in self.shares)
        text = ""
        for x in self.shares:
            name = (
                f"{x.parameter}^T {x.parameter}" if x.columns else f"{x.parameter} {x.parameter}^T"
            )
            sign = (
                ("-" if x.coefficient < 0 else "")
                if not text
                else (" - " if x.coefficient < 0 else " + ")
            )
            number = "" if abs(x.coefficient) == 1 else f"{abs(x.coefficient)} "
            text += sign + number + name
        return f"diagonal of {text}" if self.kind == "diagonal" else text


class StatedLaws(LazyLaws):
    """The laws of families, one family after another, in the order of i <= j in each.

    Parameters
    ----------
    network : Network
    families : sequence of LawFamily
    """

    def __init__(self, network: Named, families: Sequence[LawFamily]):
        self.network, self.families = network, tuple(families)
        self._starts = [0, *accumulate(map(len, self.families))]
        self._places: dict[str, tuple[int, tuple[int, ...]]] = {}
        place = 0
        for p in network.parameters:
            self._places[p.name] = place, p.shape
            place += p.size

    def __reduce__(self):
        return StatedLaws, (self.network, self.families)

    @property
    def degree(self) -> int:
        """The largest of the laws."""
        return max((1 + (f.kind in ("block", "diagonal")) for f in self.families), default=0)

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, k):
        if isinstance(k, slice):
            return tuple(self[i] for i in range(*k.indices(len(self))))
        if not -len(self) <= k < len(self):
            raise IndexError(k)
        k %= len(self)
        number = bisect_right(self._starts, k) - 1
        family = self.families[number]
        return Law(self.network, Polynomial.of(self._terms(family, k - self._starts[number])))

    def __iter__(self) -> Iterator[Law]:
        return (self[k] for k in range(len(self)))

    def _terms(self, family: LawFamily, k: int) -> Iterator[tuple[int, list]]:
        i, j = (k, k) if family.kind != "block" else pair(family.rows, k)
        for share in family.shares:
            place, shape = self._places[share.parameter]
            if family.kind == "entries":
                yield share.coefficient, [(place + k, 1)]
            elif family.kind == "sums":
                column = _row(shape, Share(1, share.parameter, columns=True), k) + place
                yield from ((share.coefficient, [(v, 1)]) for v in column.tolist())
            else:
                both = ((_row(shape, share, x) + place).tolist() for x in (i, j))
                for u, v in zip(*both, strict=True):
                    yield share.coefficient, [(u, 1), (v, 1)]

    def matrix_form(self) -> tuple[MatrixLaw | Law, ...]:
        """Families as matrices; laws of kernels, and sums, one by one.

        Returns
        -------
        tuple of MatrixLaw or Law
        """
        number = {p.name: k for k, p in enumerate(self.network.parameters)}
        made: list[MatrixLaw | Law] = []
        for family, start in zip(self.families, self._starts, strict=False):
            flat = all(len(self._places[x.parameter][1]) < 3 for x in family.shares)
            if flat and family.kind in PARTS:
                terms = tuple(
                    (x.coefficient, number[x.parameter], x.columns) for x in family.shares
                )
                made.append(MatrixLaw(self.network, terms, PARTS[family.kind]))
            else:
                made += self[start : start + len(family)]
        return tuple(made)

    def values(self, weights) -> np.ndarray:
        """All of them at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (..., number of laws).
        """
        flat = self.network.flatten(weights)
        if flat.dtype.kind in "iu":
            flat = flat.astype(object)
        parts = [self._family(family, flat) for family in self.families]
        return np.concatenate(parts, axis=-1) if parts else flat[..., :0]

    def _family(self, family: LawFamily, flat: np.ndarray) -> np.ndarray:
        total: np.ndarray | None = None
        for share in family.shares:
            place, shape = self._places[share.parameter]
            x = _rows(flat[..., place : place + prod(shape)], shape, share)
            if family.kind == "entries":
                own = x.reshape(*flat.shape[:-1], -1)
            elif family.kind == "sums":
                own = x.sum(axis=-2)
            elif family.kind == "diagonal":
                own = (x * x).sum(axis=-1)
            else:
                own = (x @ np.swapaxes(x, -1, -2))[..., *np.triu_indices(family.rows)]
            own = own * share.coefficient
            total = own if total is None else total + own
        return flat[..., :0] if total is None else total


def _rows(flat: np.ndarray, shape: tuple[int, ...], share: Share) -> np.ndarray:
    """X from the entries of a parameter: (..., rows, entries of each)."""
    made, read, *rest = (*shape, 1, 1)
    split = share.groups, made // share.groups, read, prod(rest)
    x = flat.reshape(*flat.shape[:-1], *split)
    if not share.columns:
        return x.reshape(*flat.shape[:-1], made, -1)
    x = np.swapaxes(x, -2, -3)
    return x.reshape(*flat.shape[:-1], share.groups * read, -1)


def _row(shape: tuple[int, ...], share: Share, k: int) -> np.ndarray:
    """Where the entries of row k of X are, without making the others."""
    made, read, *rest = (*shape, 1, 1)
    each = prod(rest)
    if not share.columns:
        return np.arange(k * read * each, (k + 1) * read * each)
    group, channel = divmod(k, read)
    first = group * (made // share.groups)
    heads = np.arange(first, first + made // share.groups)
    return (((heads * read + channel) * each)[:, None] + np.arange(each)).ravel()


def pair(rows: int, k: int) -> tuple[int, int]:
    """The k-th of the pairs i <= j < rows, in their order."""
    low, high = 0, rows
    while high - low > 1:
        middle = (low + high) // 2
        if middle * rows - middle * (middle - 1) // 2 <= k:
            low = middle
        else:
            high = middle
    return low, k - (low * rows - low * (low - 1) // 2) + low
