"""Points with symmetry: a layered network as a direct sum of copies of small networks.

The copies of a type tau have widths c_0, ..., c_q and weights C_1, ..., C_q; the weights of the
network at the point are block diagonal, U_k = C_k of every copy, biases are 0. Flipping the signs
of all neurons of a copy, and exchanging copies of one type, leaves the point and W as they are, so
the trace there splits into small pieces: one for each component below, as often as its multiplicity
says. The argument is in docs/mathematics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from pyconslaw._core.balanced import matmul
from pyconslaw._core.dense import Echelon
from pyconslaw.exact.basis import extended
from pyconslaw.records.budget import Ask, nobody

ENTRY_BOUND = 1_000  # entries of the small weights: short numbers keep certificates short
LAW_PRIME_BITS = 23

# The pieces of the trace: ("one",) all diagonal blocks, summed over copies; ("diagonal", t) their
# differences between copies of type t; ("symmetric", t) and ("skew", t) the two blocks between two
# copies of t, added or subtracted; ("pair", t, u) those between copies of two types; ("bias", t)
# the biases of a copy.
Component = tuple


@dataclass(frozen=True, eq=False)
class CopyType:
    """A small chain, `copies` times: widths c_0 .. c_q, some perhaps 0, and weights C_k (c_k x
    c_{k-1}, integers).
    """

    widths: tuple[int, ...]
    copies: int
    matrices: tuple[np.ndarray, ...]

    @property
    def size(self) -> int:
        """Entries of all C_k together."""
        return sum(n * m for n, m in zip(self.widths, self.widths[1:], strict=False))

    def json(self) -> dict:
        return {
            "copies": self.copies,
            "widths": list(self.widths),
            "matrices": [c.tolist() for c in self.matrices],
        }


@dataclass(frozen=True, eq=False)
class SymmetricPoint:
    """A layered network (gated[k-1]: hidden layer k has gates; biased[k-1]: layer k has biases) and
    the types at the point.
    """

    types: tuple[CopyType, ...]
    gated: tuple[bool, ...]
    biased: tuple[bool, ...]

    @property
    def layers(self) -> int:
        return len(self.biased)

    def text(self) -> str:
        """The types in words, as (2-3-2-1) x 3 + (1-1-0-0)."""
        return " + ".join(
            f"({'-'.join(map(str, t.widths))})" + (f" x {t.copies}" if t.copies > 1 else "")
            for t in self.types
        )

    def components(self) -> dict[Component, tuple[int, int]]:
        """(size, multiplicity) of every component; size times multiplicity adds up to the number of
        parameters.
        """
        found = {("one",): (sum(t.size for t in self.types), 1)}
        for i, t in enumerate(self.types):
            pairs = t.copies * (t.copies - 1) // 2
            if pairs and t.size:
                found |= {
                    ("diagonal", i): (t.size, t.copies - 1),
                    ("symmetric", i): (t.size, pairs),
                    ("skew", i): (t.size, pairs),
                }
            biases = sum(n for n, has in zip(t.widths[1:], self.biased, strict=True) if has)
            if biases:
                found["bias", i] = biases, t.copies
        for (i, t), (j, u) in combinations(enumerate(self.types), 2):
            size = sum(
                t.widths[k] * u.widths[k - 1] + u.widths[k] * t.widths[k - 1]
                for k in range(1, self.layers + 1)
            )
            if size:
                found["pair", i, j] = size, t.copies * u.copies
        return found


def even_split(dims: Sequence[int], copies: int) -> list[tuple[tuple[int, ...], int]]:
    """The widths dims as `copies` parts as equal as can be, (widths, how many) in order: part i
    gets n // copies, one more if i < n % copies.

    >>> even_split([5, 7, 4, 2], 2)
    [((3, 4, 2, 1), 1), ((2, 3, 2, 1), 1)]
    >>> even_split([4, 2, 2], 4)
    [((1, 1, 1), 2), ((1, 0, 0), 2)]
    """
    ends = sorted({copies, *(n % copies for n in dims)} - {0})
    return [
        (tuple(n // copies + (n % copies >= end) for n in dims), end - start)
        for start, end in zip([0, *ends], ends, strict=False)
    ]


def draw_point(parts, gated, biased, rng) -> SymmetricPoint:
    """A point with random small weights for these (widths, copies)."""
    types = []
    for widths, copies in parts:
        shapes = list(zip(widths[1:], widths, strict=False))
        types.append(
            CopyType(
                tuple(widths),
                copies,
                tuple(rng.array(s, 1, ENTRY_BOUND).astype(np.int64) for s in shapes),
            )
        )
    return SymmetricPoint(tuple(types), tuple(gated), tuple(biased))


def reached(kind: CopyType, prime: int, *, ask: Ask = nobody) -> list[np.ndarray]:
    """Bases mod prime, for each layer of a type, of what paths that go up and down the layers reach
    from the input and the output.

    That is the smallest family of subspaces V_k with V_0, V_q everything that C_k and its transpose
    map into each other.
    """
    ups = [(c % prime).astype(np.uint64) for c in kind.matrices]
    bases = [Echelon(n, prime) for n in kind.widths]
    kept: list[list[np.ndarray]] = [[] for _ in kind.widths]
    q = len(ups)
    waiting = [(k, np.eye(kind.widths[k], dtype=np.uint64)) for k in (0, q) if kind.widths[k]]
    while waiting:
        k, vectors = waiting.pop(0)
        fresh = vectors[extended(bases[k], vectors, ask)]
        if not len(fresh):
            continue
        kept[k].append(fresh)
        for to, step in ((k + 1, ups[k].T if k < q else None), (k - 1, ups[k - 1] if k else None)):
            if step is not None and step.size and bases[to].rank < kind.widths[to]:
                waiting.append((to, matmul(fresh, np.ascontiguousarray(step), prime)))
    return [
        np.concatenate(v) if v else np.zeros((0, n), dtype=np.uint64)
        for v, n in zip(kept, kind.widths, strict=True)
    ]


@dataclass(frozen=True)
class BalanceRank:
    """How many balance laws there are, and how many of them have independent gradients at the
    point, at least.

    unreached: for each type and layer, the dimension that `reached` leaves out (for gated layers
    the neurons it leaves at 0).
    """

    stated: int
    independent: int
    unreached: tuple[tuple[int, ...], ...]


def balance_rank(point: SymmetricPoint, prime: int, *, ask: Ask = nobody) -> BalanceRank:
    """The balance laws of all hidden layers, and a lower bound of their gradient rank at the
    point. ask: called now and then; what it raises ends the work.
    """
    unreached = []
    for kind in point.types:
        spans = reached(kind, prime, ask=ask)
        unreached.append(
            tuple(
                0
                if k in (0, point.layers)
                else int((~spans[k].astype(bool).any(axis=0)).sum())
                if point.gated[k - 1]
                else kind.widths[k] - len(spans[k])
                for k in range(point.layers + 1)
            )
        )
    stated = lost = 0
    for k in range(1, point.layers):
        width = sum(t.copies * t.widths[k] for t in point.types)
        gap = sum(t.copies * missing[k] for t, missing in zip(point.types, unreached, strict=True))
        gates = point.gated[k - 1]
        stated += width if gates else width * (width + 1) // 2
        lost += gap if gates else gap * (gap + 1) // 2
    return BalanceRank(stated, stated - lost, tuple(unreached))


def targets(point: SymmetricPoint, rank: BalanceRank) -> dict[Component, int]:
    """The most that the trace can have in each component, by the balance laws that are independent
    at the point.

    ("one", t) stands for the part of type t in ("one",).
    """
    sizes = {key: size for key, (size, _) in point.components().items()}
    most = sizes | {("one", i): t.size for i, t in enumerate(point.types)}
    for k in range(1, point.layers):
        gates = point.gated[k - 1]
        for i, t in enumerate(point.types):
            n, gap = t.widths[k], rank.unreached[i][k]
            even = n - gap if gates else (n * (n + 1) - gap * (gap + 1)) // 2
            odd = 0 if gates else (n * (n - 1) - gap * (gap - 1)) // 2
            for key, laws in (
                (("one",), even),
                (("one", i), even),
                (("diagonal", i), even),
                (("symmetric", i), 0 if gates else even),
                (("skew", i), odd),
            ):
                if key in most:
                    most[key] -= laws
            for j in range(i + 1, len(point.types)) if not gates else ():
                if ("pair", i, j) in most:
                    most["pair", i, j] -= n * point.types[j].widths[k] - gap * rank.unreached[j][k]
    return most
