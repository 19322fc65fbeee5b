"""A layered network as copies of small ones: block diagonal weights, zero biases, and what
symmetry makes of the trace there.

The copies of type t have widths c_0 .. c_q and integer weights C_k; the point has U_k = C_k on
every copy and b_k = 0. Let e flip the signs of all neurons of one copy (inputs and outputs too), or
of the constant neuron, or let it exchange two copies of one type. It acts on the parameters, fixes
the point, and maps probes to probes, so W and Lie(W) to themselves: the trace is invariant. Signs
split it into the parts between two copies i != j (in the blocks ij and ji), the biases of each
copy, and the diagonal blocks together; exchanges split these further, into the components below,
each of which occurs as often as its multiplicity says. So the dimension of the trace is the sum of
multiplicity times rank over the components.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

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


def components(types: list, biased: list) -> dict:
    """(size, multiplicity) of each component: of the trace at the point, in the order and for
    the reasons of docs/mathematics.md.
    """
    found = {("one",): (sum(t.size for t in types), 1)}
    for i, t in enumerate(types):
        pairs = t.copies * (t.copies - 1) // 2
        if pairs:
            found |= {
                ("diagonal", i): (t.size, t.copies - 1),
                ("symmetric", i): (t.size, pairs),
                ("skew", i): (t.size, pairs),
            }
        found["bias", i] = sum(n for n, has in zip(t.widths[1:], biased) if has), t.copies
    for (i, t), (j, u) in combinations(enumerate(types), 2):
        found["pair", i, j] = block_size(t, u) + block_size(u, t), t.copies * u.copies
    return {key: entry for key, entry in found.items() if entry[0]}


def block_size(head: Copies, tail: Copies) -> int:
    return sum(n * m for n, m in zip(head.widths[1:], tail.widths))
