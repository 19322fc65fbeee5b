"""A layered network as copies of small ones: those of type t have widths c_0 .. c_q and integer
weights C_k. The point has U_k = C_k on every copy, zeros elsewhere, and b_k = 0.
"""

from dataclasses import dataclass
from itertools import pairwise

from ..reading import WORD, Refused, integer, integers, items, record


@dataclass(frozen=True)
class Copies:
    """One type of small networks: its widths, how many copies there are, and its weights."""

    widths: list
    copies: int
    matrices: list

    @property
    def size(self) -> int:
        return sum(n * m for n, m in pairwise(self.widths))


def read_types(dims: list, value, where: str, budget) -> list:
    """The types, whose widths times copies add up to dims."""
    types = []
    budget.hold(4 * len(items(value, where)) ** 2)  # there is a component for each pair
    for t, entry in enumerate(value):
        place = f"{where}[{t}]"
        record(entry, place, "copies widths matrices")
        widths = integers(entry["widths"], f"{place}.widths", 0, WORD, len(dims))
        copies = integer(entry["copies"], f"{place}.copies", 1, WORD)
        matrices = items(entry["matrices"], f"{place}.matrices", len(dims) - 1)
        budget.hold(sum(n * m for n, m in pairwise(widths)))
        for k, matrix in enumerate(matrices, 1):
            for row in items(matrix, f"{place}.matrices[{k - 1}]", widths[k]):
                integers(row, f"{place}.matrices[{k - 1}]", 1 - WORD, WORD - 1, widths[k - 1])
        types.append(Copies(widths, copies, matrices))
    for k, n in enumerate(dims):
        if sum(t.copies * t.widths[k] for t in types) != n:
            raise Refused(f"{where}: the widths of layer {k} do not add up to {n}")
    return types
