"""A second look at a search that stagnated: the probability that it is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import lgamma, log, log2

import numpy as np
from numpy.typing import NDArray

from pyconslaw._core.dense import Echelon
from pyconslaw.brackets.search import WORD_EFFORT
from pyconslaw.exact.basis import PRIME_BITS, extended
from pyconslaw.exact.steps import PORTION
from pyconslaw.records.bounds import BracketWords
from pyconslaw.records.budget import DEFAULT_EFFORT, Ask, nobody
from pyconslaw.records.problem import VectorFields

BATCH = 256  # words


def confirm(
    family: VectorFields,
    bound: BracketWords,
    rng,
    effort: float = DEFAULT_EFFORT,
    *,
    ask: Ask = nobody,
) -> Fraction | None:
    """Probability that the generic dimension exceeds bound.rank, if a complete search stagnates a
    second time.

    At a fresh point and prime (61 bits, both uniform, independent of the words) the words of the
    bound must be independent, and every bracket of a letter with a word, and a fresh generator,
    must lie in their span. If the true dimension were larger, one fixed minor of size rank + 1 in
    these values would be a nonzero polynomial over Z. With B the bits of its coefficients and d its
    degree, it vanishes mod p for at most B / 60 primes, and at a random point with probability at
    most d / p (Schwartz-Zippel). None: no such statement (the second look disagreed, the first was
    not complete, or the budget does not allow it). ask:
    called between words; what it raises ends the work.
    """
    if not bound.complete or bound.rank == 0:
        return None
    prime = rng.prime(PRIME_BITS)
    point = rng.array(family.parameters, 0, prime)
    letters = [word for word in bound.words if len(word) == 1]
    pairs = [
        letter + word
        for word in bound.words
        for letter in letters
        if (letter < word or len(word) > 1)
    ]
    work = family.cost(bound.generators, pairs) + len(pairs) * (bound.rank + 1) * family.parameters
    if work > effort or (
        pairs and family.cost(bound.generators, [max(pairs, key=len)]) > WORD_EFFORT
    ):
        return None
    basis = Echelon(family.parameters, prime)
    look = _Look(family, basis, point, prime, ask)
    look.raises(bound.generators, bound.words)
    if basis.rank != bound.rank:
        return None
    fresh = (
        family.draw(rng, 0, 4, prime)
        if family.size is None
        else family.draw(rng, 0, family.size, prime)
    )
    for step in range(0, len(fresh), BATCH):
        part = fresh[step : step + BATCH]
        if look.raises(part, [(k,) for k in range(len(part))]):
            return None
    for step in range(0, len(pairs), BATCH):
        if look.raises(bound.generators, pairs[step : step + BATCH]):
            return None
    return _error_bound(family, bound, prime)


@dataclass(frozen=True)
class _Look:
    """Words at one point modulo one prime, some at a time."""

    family: VectorFields
    basis: Echelon
    point: NDArray[np.uint64]
    prime: int
    ask: Ask

    def raises(self, generators, words) -> bool:
        """Whether one of the words raises the rank."""
        step, grew = self._at_once(generators, words), False
        for k in range(0, len(words), step):
            self.ask()
            values = self.family.values(generators, words[k : k + step], self.point, self.prime)
            grew |= bool(extended(self.basis, values, self.ask).any())
        return grew

    def _at_once(self, generators, words) -> int:
        """How many words are evaluated between two questions."""
        longest = self.family.cost(generators, [max(words, key=len)]) if words else 1.0
        return min(BATCH, max(1, int(PORTION / max(longest, 1.0))))


def _error_bound(family: VectorFields, bound: BracketWords, prime: int) -> Fraction:
    """The bound of `confirm`: (degree of the minor) / p + (bits of its coefficients) / (60 * number
    of primes).
    """
    degree, bits = family.size_bounds(prime)  # fresh generators have entries below prime
    longest = max(map(len, bound.words)) + 1

    def size_of(length):
        """Degree and log2 coefficient sum of a word: |[f, g]| <= (deg f + deg g) |f| |g|."""
        d, b = degree, bits
        for _ in range(length - 1):
            b += bits + log2(max(d + degree, 1))
            d = max(d + degree - 1, 0)
        return d, b

    sizes = [size_of(len(word)) for word in chain(bound.words, [(0,) * longest])]
    # + 3: also polynomial in a fresh probe
    minor_degree = sum(d for d, _ in sizes) + degree + 3
    minor_bits = sum(b for _, b in sizes) + lgamma(bound.rank + 2) / log(2)
    # Rosser and Schoenfeld 1962, (3.9)
    primes = 3 * 2 ** (PRIME_BITS - 1) / (5 * log(2.0 ** (PRIME_BITS - 1)))
    return Fraction(minor_degree, prime) + Fraction(minor_bits / (PRIME_BITS - 1) / primes)
