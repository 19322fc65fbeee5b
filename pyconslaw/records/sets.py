"""Sets that hang together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence


def joined(sets: Sequence[Iterable[Hashable]]) -> list[list[int]]:
    """The numbers of the sets, those that share a member together, in the order of the first; an
    empty set is alone.

    Examples
    --------
    >>> joined(["ab", "c", "bd", ""])
    [[0, 2], [1], [3]]
    """
    above = list(range(len(sets)))

    def root(k: int) -> int:
        while above[k] != k:
            above[k] = k = above[above[k]]
        return k

    first: dict[Hashable, int] = {}
    for k, members in enumerate(sets):
        for member in members:
            above[root(k)] = root(first.setdefault(member, k))
    together: dict[int, list[int]] = {}
    for k in range(len(sets)):
        together.setdefault(root(k), []).append(k)
    return list(together.values())
