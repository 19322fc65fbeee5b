"""Products of named matrices, and parts of a system that are layered linear networks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.records.graph import Layers

Factor = tuple[int, bool]  # the number of a matrix, and whether it is transposed


def product_text(factors: Sequence[Factor], names: Sequence[str]) -> str:
    """A product as it is typed: Q^T K."""
    return " ".join(names[matrix] + "^T" * flag for matrix, flag in factors)


@dataclass(frozen=True, eq=False)
class LayeredPart:
    """A part of a system that is a layered linear network, its variables renamed.

    make_variables gives, for each parameter of the network in the order in which these are
    flattened, the number of the variable of the system; it is only called where they are listed.
    """

    layers: Layers
    make_variables: Callable[[], NDArray[np.int64]]

    @property
    def variables(self) -> NDArray[np.int64]:
        return self.make_variables()


@dataclass(frozen=True)
class Products:
    """phi = all entries of some products of matrices whose entries are variables.

    shapes: rows and columns of each matrix; its entries are numbered row by row, one matrix after
    the other. factors: for each product its factors from left to right.
    """

    shapes: tuple[tuple[int, int], ...]
    factors: tuple[tuple[Factor, ...], ...]

    def __reduce__(self) -> tuple[type[Products], tuple[Any, ...]]:
        """What a pickle holds: not what was computed from it."""
        return Products, (self.shapes, self.factors)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The number of the first entry of each matrix, and at the end that of all entries."""
        return (0, *accumulate(rows * columns for rows, columns in self.shapes))

    @property
    def size(self) -> int:
        return self.starts[-1]

    def shape(self, factor: Factor) -> tuple[int, int]:
        """Rows and columns of a factor."""
        rows, columns = self.shapes[factor[0]]
        return (columns, rows) if factor[1] else (rows, columns)

    def ends(self, product: int) -> tuple[int, int]:
        """Rows and columns of a product."""
        factors = self.factors[product]
        return self.shape(factors[0])[0], self.shape(factors[-1])[1]

    def terms(self, product: int) -> int:
        """The terms of all entries of a product, written out."""
        factors = self.factors[product]
        return self.ends(product)[0] * prod(self.shape(factor)[1] for factor in factors)

    def entries(self, factor: Factor) -> NDArray[np.int64]:
        """The numbers of the variables in a factor, (rows, columns)."""
        matrix, transposed = factor
        start, stop = self.starts[matrix : matrix + 2]
        numbers = np.arange(start, stop).reshape(self.shapes[matrix])
        return numbers.T if transposed else numbers
