"""Laws that are entries of sums of X X^T and X^T X, written as these matrices."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from pyconslaw.fields.named import Named
from pyconslaw.laws.printed import latex_name
from pyconslaw.records.polynomial import Polynomial

Term = tuple[int, int, bool]  # sign, number of a parameter, whether it is X^T X and not X X^T
Entry = tuple[int, int]


@dataclass(frozen=True, eq=False)
class MatrixLaw:
    """A sum of products X X^T and X^T X of parameters that training keeps: all of its entries, its
    diagonal, or one entry. It is symmetric.

    Attributes
    ----------
    network : Network
        Whose parameters they are.
    terms : tuple
        (sign, number of the parameter, whether it is X^T X) each.
    part : str
        "matrix", "diagonal" or "entry".
    entry : tuple of int or None
        (row, column), of an entry.

    Examples
    --------
    >>> from pyconslaw import known_laws, linear, mlp
    >>> for law in known_laws(linear([2, 3, 3, 1])).matrix_form(): print(law)
    W1 W1^T - W2^T W2
    W2 W2^T - W3^T W3
    >>> (law,) = known_laws(mlp([2, 3, 1], bias=True)).matrix_form()
    >>> str(law), law.size, law.value([1.0] * 12).tolist()
    ('diag(W1 W1^T + b1 b1^T - W2^T W2)', 3, [2.0, 2.0, 2.0])
    """

    network: Named
    terms: tuple[Term, ...]
    part: str
    entry: Entry | None = None

    @property
    def side(self) -> int:
        """The number of rows and columns of the matrix."""
        _, k, turned = self.terms[0]
        return shape_of(self.network, k)[turned]

    @property
    def size(self) -> int:
        """How many laws it holds: entries on and above the diagonal, or those of the part."""
        n = self.side
        return {"matrix": n * (n + 1) // 2, "diagonal": n, "entry": 1}[self.part]

    def value(self, weights) -> np.ndarray:
        """The matrix, its diagonal, or its entry at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Network.flatten`; leading axes are a trajectory.

        Returns
        -------
        ndarray
            Shape (..., n, n), (..., n) or (...).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        flat = self.network.flatten(weights)
        flat = flat.astype(object) if flat.dtype.kind in "iu" else flat
        starts = [0, *accumulate(p.size for p in self.network.parameters)]
        total: np.ndarray | int = 0
        for sign, k, turned in self.terms:
            x = flat[..., starts[k] : starts[k + 1]]
            x = x.reshape(*flat.shape[:-1], *shape_of(self.network, k))
            x = x.swapaxes(-1, -2) if turned else x
            total = total + sign * self._of(x)
        assert isinstance(total, np.ndarray) or self.part == "entry"
        return np.asarray(total)

    def _of(self, x: np.ndarray) -> np.ndarray:
        """This part of x x^T."""
        if self.part == "matrix":
            return x @ x.swapaxes(-1, -2)
        i, j = self.entry if self.entry is not None else (slice(None), slice(None))
        return (x[..., i, :] * x[..., j, :]).sum(axis=-1)

    def __str__(self) -> str:
        names = [p.name for p in self.network.parameters]
        found = self._written(names, "{0} {0}^T", "{0}^T {0}")
        if self.part == "diagonal":
            return f"diag({found})"
        return found if self.entry is None else f"({found})[{self.entry[0]},{self.entry[1]}]"

    def latex(self) -> str:
        r"""The law in LaTeX.

        Returns
        -------
        str
            W1 W1^T is W^{(1)} {W^{(1)}}^{\top}.
        """
        names = [_latex(p.name) for p in self.network.parameters]
        found = self._written(names, "{0} {{{0}}}^{{\\top}}", "{{{0}}}^{{\\top}} {0}")
        if self.part == "matrix":
            return found
        left, right = "\\left(", "\\right)"
        if self.entry is None:
            return f"\\operatorname{{diag}}{left}{found}{right}"
        return f"{left}{found}{right}_{{{self.entry[0]},{self.entry[1]}}}"

    def _written(self, names: Sequence[str], rows: str, columns: str) -> str:
        text = ""
        for sign, k, turned in self.terms:
            before = ("-" if sign < 0 else "") if not text else " - " if sign < 0 else " + "
            text += before + (columns if turned else rows).format(names[k])
        return text

    def __repr__(self) -> str:
        return f"<MatrixLaw {self!s:.60}>"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


def _latex(name: str) -> str:
    match = re.fullmatch(r"([A-Za-z])(\d+)", name)
    return f"{match[1]}^{{({match[2]})}}" if match else latex_name(name)


def shape_of(network: Named, k: int) -> tuple[int, int]:
    """Rows and columns of a parameter: vectors are columns."""
    rows, columns = (*network.parameters[k].shape, 1, 1)[:2]
    return rows, columns


def matrix_form(network: Named, polynomials: Iterable[Polynomial | None]) -> list[MatrixLaw | int]:
    """Laws as matrices, where they are entries of some; the number of a law stands for one that is
    none, as does None among the polynomials.
    """
    found: list[tuple[tuple[Term, ...], Entry] | int] = []
    reader = Reader(network)
    for number, polynomial in enumerate(polynomials):
        read = None if polynomial is None else reader.read(polynomial)
        found.append(number if read is None else read[:2])
    entries: dict[tuple[Term, ...], set[Entry]] = {}
    for one in found:
        if not isinstance(one, int):
            entries.setdefault(one[0], set()).add(one[1])
    return list(_joined(network, found, entries))


def _joined(network: Named, found, entries) -> Iterator[MatrixLaw | int]:
    """Entries that are all of a matrix, or of its diagonal, are told once."""
    told = set()
    for one in found:
        if isinstance(one, int):
            yield one
            continue
        terms, entry = one
        n = shape_of(network, terms[0][1])[terms[0][2]]
        part = {n: "diagonal", n * (n + 1) // 2: "matrix"}.get(len(entries[terms]), "entry")
        if part == "diagonal" and any(i != j for i, j in entries[terms]):
            part = "entry"
        if part == "entry":
            yield MatrixLaw(network, terms, part, entry)
        elif terms not in told:
            told.add(terms)
            yield MatrixLaw(network, terms, part)


class Reader:
    """Recognises entries of sums of X X^T and X^T X."""

    def __init__(self, network: Named):
        self.network = network
        self.starts = [0, *accumulate(p.size for p in network.parameters)]

    def read(self, polynomial: Polynomial) -> tuple[tuple[Term, ...], Entry, int] | None:
        """(terms, entry, sign) with row <= column, the first sign of terms positive, the polynomial
        being sign times the entry; None for what is none, and for numbers alone.
        """
        pairs: dict[int, list[tuple[Entry, Entry]]] = {}
        signs: dict[int, int] = {}
        for c, m in polynomial.terms:
            if sum(e for _, e in m) != 2 or abs(c) != 1:
                return None
            (k, first), (other, second) = (self._place(v) for v in (m[0][0], m[-1][0]))
            if k != other or signs.setdefault(k, c) != c:
                return None
            pairs.setdefault(k, []).append((first, second))
        if not any(self.network.parameters[k].shape for k in pairs):
            return None
        options = [list(self._options(k, pairs[k])) for k in sorted(pairs)]
        shared = (
            set.intersection(*(({entry for _, entry in o}) for o in options)) if options else ()
        )
        for entry in sorted(shared):
            terms = []
            for k, listed in zip(sorted(pairs), options, strict=True):
                turned = min(t for t, e in listed if e == entry)
                terms.append((signs[k] * signs[min(pairs)], k, turned))
            sides = {shape_of(self.network, k)[turned] for _, k, turned in terms}
            if len(sides) == 1:
                return tuple(terms), entry, signs[min(pairs)]
        return None

    def _place(self, v: int) -> tuple[int, Entry]:
        """The parameter and the row and column of a coordinate."""
        k = bisect_right(self.starts, v) - 1
        return k, divmod(v - self.starts[k], shape_of(self.network, k)[1])

    def _options(self, k: int, pairs: list[tuple[Entry, Entry]]) -> Iterator[tuple[bool, Entry]]:
        """(turned, entry): the products are all of row i with row j, or of two columns."""
        shape = shape_of(self.network, k)
        for turned in (False, True):
            along = not turned  # the axis that is summed over
            if len(pairs) != shape[along] or any(a[along] != b[along] for a, b in pairs):
                continue
            found = {tuple(sorted((a[turned], b[turned]))) for a, b in pairs}
            if len(found) == 1 and len({a[along] for a, _ in pairs}) == len(pairs):
                i, j = found.pop()
                yield turned, (i, j)
