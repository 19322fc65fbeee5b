"""What is computed with: families of vector fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class VectorFields(Protocol):
    """A family of polynomial vector fields on R^parameters with rational coefficients, as `trace`
    uses it.

    A generator is a row of non-negative integers whose meaning is the family's own; a word is a
    non-empty list of generator numbers and stands for the right-nested bracket.
    """

    @property
    def parameters(self) -> int:
        """The dimension of the space."""

    @property
    def size(self) -> int | None:
        """The number of generators; None if they are drawn from infinitely many."""

    @property
    def description(self) -> str:
        """Of the family, in words."""

    def draw(self, rng, start: int, count: int, bound: int) -> NDArray[np.uint64]:
        """Up to count more generators, after the first start ones; random entries lie in 1 ..
        bound-1.
        """

    def values(
        self, generators, words: Sequence[Sequence[int]], point, prime: int
    ) -> NDArray[np.uint64]:
        """Values mod prime of the words at an integer point, (words x parameters)."""

    def chain(
        self, generators, letters: tuple[int, int], length: int, point, prime: int
    ) -> NDArray[np.uint64]:
        """Values of (g), (f, g), (f, f, g), ... for letters (f, g), up to so many f, or fewer."""

    def chain_cost(self, length: int) -> float:
        """Estimated products mod p that `chain` takes at most."""

    def cost(self, generators, words: Sequence[Sequence[int]]) -> float:
        """Estimated products mod p that `values` takes."""

    def size_bounds(self, bound: int) -> tuple[int, float]:
        """(degree, log2 of the largest coefficient sum of a component) of a generator with entries
        below bound.
        """

    def generators_json(self, generators) -> list | None:
        """The generators as the certificate writes them; None if their numbers say it all."""
