"""Derivatives of laws along a gradient that comes parameter by parameter, and what is taken of
families with millions of laws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pyconslaw.torch.evaluate import term_derivatives, term_squares
from pyconslaw.torch.found import BLOCK, LINEAR, Family, Term

IDLE = 1e-12  # of the whole gradient
MOST = 1 << 22  # entries of blocks of one family that are checked


class Residuals:
    """Derivatives of laws along a gradient: sums over parameters, which come one by one."""

    def __init__(self, families: Sequence[Family]):
        self.families = families
        self.sums: list[Any] = [0.0] * len(families)
        self.squares: list[Any] = [0.0] * len(families)
        self.moving: list[Any] = [0.0] * len(families)
        self.gradient = 0.0
        self.users: dict[str, list[tuple[int, Term]]] = {}
        for k, family in enumerate(families):
            for term in family.terms:
                self.users.setdefault(term.parameter, []).append((k, term))

    def add(self, name: str, weight: np.ndarray, gradient: np.ndarray) -> None:
        """The share of one parameter."""
        flat = gradient.ravel()
        self.gradient += float(np.einsum("i,i->", flat, flat, dtype=np.float64))
        for k, term in self.users.get(name, ()):
            family = self.families[k]
            self.sums[k] = self.sums[k] + term_derivatives(family, term, weight, gradient)
            self.squares[k] = self.squares[k] + term_squares(family, term, weight)
            if family.kind != LINEAR:
                self.moving[k] = self.moving[k] + term_squares(family, term, gradient)

    def all(self) -> list[np.ndarray]:
        """|<gradient of the law, g>| / (|gradient of the law| |g|), g the whole gradient."""
        size = max(self.gradient, np.finfo(float).tiny) ** 0.5
        with np.errstate(invalid="ignore"):
            return [
                np.abs(s) / np.maximum(np.sqrt(q) * size, np.finfo(float).tiny)
                for s, q in zip(self.sums, self.squares, strict=True)
            ]

    def idle(self) -> list[np.ndarray]:
        """Where a law was not tried: no entry that it is made of has a gradient, as in neurons that
        no input reaches. Linear laws say just that of their entries.
        """
        least = IDLE**2 * max(self.gradient, np.finfo(float).tiny)
        return [
            np.asarray(m) <= least if family.kind != LINEAR else np.zeros(np.shape(s), dtype=bool)
            for family, m, s in zip(self.families, self.moving, self.sums, strict=True)
        ]


def largest(residuals: list[np.ndarray]) -> float:
    """The largest of all entries, not a number when one is none."""
    return max((float(np.max(r, initial=0.0)) for r in residuals), default=0.0)


def sample(family: Family, rng: np.random.Generator) -> Family:
    """The family, or some rows of some of its blocks, when it has too many entries."""
    if family.kind != BLOCK or family.laws * family.rows**2 <= MOST:
        return family
    rows = min(family.rows, int(MOST**0.5) // 8)
    laws = min(family.laws, max(1, MOST // rows**2))
    which = np.sort(rng.choice(family.laws, laws, replace=False))
    inside = np.sort(rng.choice(family.rows, rows, replace=False))
    return Family(
        BLOCK,
        tuple(replace(t, positions=t.positions[which][:, inside]) for t in family.terms),
    )


def entries(family: Family, shapes: dict[str, tuple[int, ...]]) -> int:
    """How many laws it lists: the upper triangle of blocks."""
    if family.kind == BLOCK:
        return family.laws * family.rows * (family.rows + 1) // 2
    if family.kind == LINEAR:
        term = family.terms[0]
        return family.laws * term.extents(shapes[term.parameter])[1]
    return family.laws
