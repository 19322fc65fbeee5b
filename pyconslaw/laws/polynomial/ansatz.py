"""The ansatz of the law search: all monomials of some degrees, in order, and the classes into which
parities split them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from pyconslaw._core.zp import Random
from pyconslaw.errors import InputError, LimitError
from pyconslaw.laws.polynomial.parity import Grading

UNKNOWN_LIMIT = 10_000_000  # unknown coefficients
FACTOR_LIMIT = 1 << 26  # factors of all monomials together
CLASS_LIMIT = 8_000  # unknowns of one class, which are eliminated as a dense matrix


def check_degrees(degrees, variables: int) -> list[int]:
    """The degrees as a sorted list. Errors: InputError; LimitError when the ansatz is too large."""
    if len(degrees) > UNKNOWN_LIMIT:
        raise LimitError(
            f"degree: {len(degrees)} degrees have more than {UNKNOWN_LIMIT} unknown coefficients"
        )
    wanted = sorted(set(degrees))
    if any(isinstance(k, bool) or not isinstance(k, int | np.integer) or k < 1 for k in wanted):
        raise InputError(f"degree: expected integers >= 1, got {list(degrees)}")
    unknowns = sum(comb(variables + k - 1, k) if k < 10**6 else UNKNOWN_LIMIT + 1 for k in wanted)
    factors = unknowns * max(wanted, default=0)
    if unknowns > UNKNOWN_LIMIT or factors > FACTOR_LIMIT:
        raise LimitError(
            f"degree: {wanted} in {variables} variables has {unknowns} unknown "
            f"coefficients ({factors} factors), "
            f"more than {UNKNOWN_LIMIT} ({FACTOR_LIMIT})"
        )
    return [int(k) for k in wanted]


def _of_degree(degree: int, variables: int) -> np.ndarray:
    """All monomials of one degree, each as its increasing variables with repetition, in
    lexicographic order.
    """
    table = np.arange(variables, dtype=np.int32)[:, None]
    for _ in range(degree - 1):
        last = table[:, -1].astype(np.int64)
        follow = variables - last
        begin = np.repeat(np.cumsum(follow) - follow - last, follow)
        following = (np.arange(len(begin)) - begin).astype(np.int32)
        table = np.column_stack([np.repeat(table, follow, axis=0), following])
    return table


def _sorted(key: np.ndarray) -> np.ndarray:
    """The stable order of words, by their first bits and then within: in steps, so that Ctrl-C is
    heard between them.
    """
    steps = max(1, len(key) >> 19).bit_length()
    first = key >> np.uint64(64 - steps)
    parts = (np.flatnonzero(first == np.uint64(k)) for k in range(1 << steps))
    return np.concatenate([part[np.argsort(key[part], kind="stable")] for part in parts])


@dataclass(frozen=True, eq=False)
class Ansatz:
    """All monomials of some degrees, and their classes by size.

    table: (unknowns x largest degree), by degree, then lexicographically; a row lists the variables
    of a monomial with repetition, filled up with the number of variables. classes: for each size an
    array (classes x size) of rows of the table, increasing.
    """

    variables: int
    degrees: tuple[int, ...]
    table: np.ndarray
    classes: dict[int, np.ndarray]

    @staticmethod
    def of(degrees, variables: int, grading: Grading, times: tuple[int, ...] = ()) -> Ansatz:
        """The ansatz of checked degrees, each monomial times the product of the variables `times`,
        split by a grading. Errors: LimitError when a class is too large.
        """
        parts = [
            np.sort(
                np.column_stack([part, *(np.full(len(part), v, dtype=np.int32) for v in times)]),
                axis=1,
            )
            for part in (_of_degree(k, variables) for k in degrees)
        ]
        width = max(degrees, default=1) + len(times)
        table = np.full((sum(map(len, parts)), width), variables, dtype=np.int32)
        words = np.append(grading.keys, np.uint64(0))
        salt = (
            Random(1).array(len(degrees), 0, (1 << 64) - 1)
            if grading.by_degree
            else [np.uint64(0)] * len(degrees)
        )
        key, start = np.zeros(len(table), dtype=np.uint64), 0
        for part, extra in zip(parts, salt, strict=True):
            rows = slice(start, start + len(part))
            table[rows, : part.shape[1]] = part
            for j in range(part.shape[1]):
                key[rows] ^= words[part[:, j]]
            key[rows] ^= extra
            start += len(part)
        order = _sorted(key)
        starts = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) != 0])[: len(order)])
        sizes = np.diff(np.append(starts, len(order)))
        largest = int(sizes.max(initial=0))
        if largest > CLASS_LIMIT:
            raise LimitError(
                f"degree: {list(degrees)} in {variables} variables has {len(table)} "
                "unknown coefficients, and a class of "
                f"{largest} that parities do not split further, more than {CLASS_LIMIT}"
            )
        classes = {
            s: order[starts[sizes == s][:, None] + np.arange(s)] for s in np.unique(sizes).tolist()
        }
        return Ansatz(variables, tuple(degrees), table, classes)

    @property
    def largest(self) -> int:
        """Unknowns of the largest class."""
        return max(self.classes, default=0)

    def monomial(self, row: int) -> tuple[tuple[int, int], ...]:
        """A row of the table as (variable, exponent) pairs."""
        flat = [v for v in self.table[row].tolist() if v < self.variables]
        return tuple((v, flat.count(v)) for v in dict.fromkeys(flat))
