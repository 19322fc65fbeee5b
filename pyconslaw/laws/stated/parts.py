"""Laws of a system by its parts: balance laws of layered linear networks in the system's variables,
coordinates that occur nowhere, and laws of what is left. Made when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import LayeredPart


class LaterLaws(Sequence):
    """So many laws, which are made at the first look at one of them."""

    def __init__(self, count: int, make: Callable[[], Iterable[Polynomial]]):
        self._count, self._make = count, make

    @cached_property
    def _laws(self) -> tuple[Polynomial, ...]:
        return tuple(self._make())

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, k):
        return self._laws[k]

    def __iter__(self) -> Iterator[Polynomial]:
        return iter(self._laws)


def independent_count(layers: Layers) -> int:
    """How many of `part_laws` there are: all are independent at a generic point, and no more
    balance laws are (docs/mathematics.md, theorem 5).
    """
    return sum(
        min(n, e) * (2 * n - min(n, e) + 1) // 2
        for n, e in zip(layers.widths[1:], _spaces(layers), strict=False)
    )


def stated_count(layers: Layers) -> int:
    """How many balance laws there are, dependent ones too."""
    return sum(n * (n + 1) // 2 for n in layers.widths[1:-1])


def _spaces(layers: Layers) -> list[int]:
    """How many weights a neuron of each hidden layer has."""
    return [below + above for below, above in zip(layers.widths, layers.widths[2:], strict=False)]


def part_laws(part: LayeredPart) -> Iterator[Polynomial]:
    """Independent balance laws of a part: of a layer of n neurons with e weights each the entries
    (i, j), i <= j and i < e, of W_k W_k^T - W_{k+1}^T W_{k+1}.
    """
    widths, variables, matrices, start = part.layers.widths, part.variables, [], 0
    for below, above in zip(widths, widths[1:], strict=False):
        matrices.append(variables[start : start + below * above].reshape(above, below))
        start += below * above
    for into, away, e in zip(matrices, matrices[1:], _spaces(part.layers), strict=False):
        rows, columns = into.tolist(), away.T.tolist()
        for i in range(min(len(rows), e)):
            for j in range(i, len(rows)):
                terms = [(1, u, v) for u, v in zip(rows[i], rows[j], strict=True)]
                terms += [(-1, u, v) for u, v in zip(columns[i], columns[j], strict=True)]
                yield Polynomial(tuple(sorted(map(_term, terms), key=lambda term: term[1])))


def _term(term: tuple[int, int, int]):
    sign, u, v = term
    return sign, ((u, 2),) if u == v else ((u, 1), (v, 1)) if u < v else ((v, 1), (u, 1))
