"""Canonical nullspaces modulo several primes, combined and lifted to Q: guesses, to be proved by
who asked for them.
"""

from __future__ import annotations

from math import gcd, isqrt, lcm

import flint
import numpy as np

from pyconslaw.records.budget import Ask, nobody

# bits of a modulus from which lattice reduction beats the Euclidean algorithm
LONG = 1000
PORTION = 10_000  # entries between two questions whether to go on


class Residues:
    """A nullspace modulo a growing product of primes, by the Chinese remainder theorem.

    Only the primes count whose nullspace is smallest and, among these, those with the pivots of the
    first such: others are unlucky. dimension: that of the smallest, an upper bound for the one over
    Q; None before the first. count: primes seen.
    """

    def __init__(self):
        self.dimension, self.count = None, 0
        self._modulus, self._vectors, self._free = 1, None, None

    def add(self, vectors: np.ndarray, prime: int) -> None:
        """One more prime with its nullspace, a vector a row, with a 1 in a column of its own where
        it ends.
        """
        self.count += 1
        free = (
            tuple((vectors.shape[1] - 1 - (vectors[:, ::-1] != 0).argmax(axis=1)).tolist())
            if len(vectors)
            else ()
        )
        if (
            self.dimension is None
            or len(vectors) < self.dimension
            or (len(vectors) == self.dimension and self._free is not None and free > self._free)
        ):
            self.dimension, self._free = len(vectors), free
            self._modulus, self._vectors = prime, vectors.astype(object)
        elif len(vectors) == self.dimension and free == self._free:
            inverse = pow(self._modulus, -1, prime)
            self._vectors = self._vectors + self._modulus * (
                (vectors.astype(object) - self._vectors) * inverse % prime
            )
            self._modulus *= prime

    def rational(self) -> list[list[int]] | None:
        """Primitive integer vectors congruent to these up to scale, or None if the modulus is too
        small for that.
        """
        found = []
        bound = isqrt(self._modulus // 2)
        for vector in [] if self._vectors is None else self._vectors.tolist():
            pairs = [rational(int(x), self._modulus, bound) for x in vector]
            good = [pair for pair in pairs if pair is not None]
            if len(good) < len(pairs):
                return None
            found.append(integers_of(good))
        return found


class SparseResidues:
    """The same for nullspaces given by their entries that are not zero, {(vector, column): value}
    beside a 1 in a column of its own, `free`, where each vector ends.
    """

    def __init__(self):
        self.dimension: int | None = None
        self._modulus, self._free, self._entries = 1, (), {}

    def add(self, free: tuple[int, ...], entries: dict[tuple[int, int], int], prime: int) -> None:
        """One more prime with its nullspace."""
        first = self.dimension is None or len(free) < self.dimension
        if first or (len(free) == self.dimension and free > self._free):
            self.dimension, self._free = len(free), free
            self._modulus, self._entries = prime, entries
        elif free == self._free:
            inverse, modulus = pow(self._modulus, -1, prime), self._modulus
            for place in {**self._entries, **entries}:
                x = self._entries.get(place, 0)
                more = (entries.get(place, 0) - x) * inverse % prime
                self._entries[place] = x + modulus * more
            self._modulus *= prime

    def rational(self, ask: Ask = nobody) -> list[dict[int, int]] | None:
        """Primitive integer vectors {column: entry} congruent to these up to scale, or None if the
        modulus is too small for that.
        """
        bound = isqrt(self._modulus // 2)
        found = [{column: (1, 1)} for column in self._free]
        for count, ((vector, column), x) in enumerate(self._entries.items()):
            if count % PORTION == 0:
                ask()
            pair = rational(x, self._modulus, bound)
            if pair is None:
                return None
            found[vector][column] = pair
        return [
            dict(zip(vector, integers_of(list(vector.values())), strict=True)) for vector in found
        ]


def rational(residue: int, modulus: int, bound: int) -> tuple[int, int] | None:
    """n / d = residue mod modulus with |n|, 0 < d <= bound and n, d coprime, if there is one (Wang
    1981).
    """
    if residue <= bound:
        return residue, 1
    if modulus.bit_length() > LONG and bound * bound << 6 <= modulus:
        return _short_vector(residue, modulus, bound)
    r0, r1, s0, s1 = modulus, residue, 0, 1
    while r1 > bound:
        q = r0 // r1
        r0, r1, s0, s1 = r1, r0 - q * r1, s1, s0 - q * s1
    if abs(s1) > bound or gcd(r1, s1) != 1:
        return None
    return (r1, s1) if s1 > 0 else (-r1, -s1)


def _short_vector(residue: int, modulus: int, bound: int) -> tuple[int, int] | None:
    """The same for 64 bound^2 <= modulus: then (n, d) is up to sign the first vector of every
    reduced basis of the lattice of (n, d) with n = residue d: its square is at most modulus /
    32, so that vectors off its line are 32 times as long.
    """
    n, d = (int(x) for x in flint.fmpz_mat([[modulus, 0], [residue, 1]]).lll().entries()[:2])
    if not 0 < abs(d) <= bound or abs(n) > bound or gcd(n, d) != 1 or (n - residue * d) % modulus:
        return None
    return (n, d) if d > 0 else (-n, -d)


def primitive(integers: list[int]) -> list[int]:
    """Integers divided by their greatest common divisor."""
    content = gcd(*integers)
    return integers if content == 1 else [x // content for x in integers]


def integers_of(pairs: list[tuple[int, int]]) -> list[int]:
    """The primitive integer vector on the line of the rational vector n / d."""
    scale = lcm(*(d for _, d in pairs))
    return primitive([n * (scale // d) for n, d in pairs])
