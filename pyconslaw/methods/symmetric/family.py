"""One proof for all widths of a family: the words at a point with symmetry do not know how many
copies there are.

A family is a list of types of small networks (as in `points`), each with the least number of
copies: the networks of the family have widths n_k = sum over types of copies times c_k. What the
trace has in a component depends on one or two types, and is seen in a sub-network of a few copies
of them, together with a type that is always there. So finitely many sub-networks prove the count
for every number of copies; the argument is in docs/mathematics.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from pyconslaw._core.zp import Random
from pyconslaw.certificate import Certificate, sealed
from pyconslaw.errors import InputError, LimitError, NotProvedError
from pyconslaw.methods.families import ProvedFamily
from pyconslaw.methods.symmetric.points import (
    LAW_PRIME_BITS,
    CopyType,
    SymmetricPoint,
    balance_rank,
    draw_point,
)
from pyconslaw.methods.symmetric.search import symmetric_bounds
from pyconslaw.records.graph import Layers
from pyconslaw.records.report import PROVED

RUN_LIMIT = 20_000  # parameters of the largest sub-network
TYPE_LIMIT = 40


@dataclass(frozen=True, eq=False)
class Family(ProvedFamily):
    """A proved count for all networks of a family.

    Attributes
    ----------
    types : tuple
        Widths c_0 .. c_q of each type.
    least : tuple of int
        The fewest copies of each type for which the count is proved.
    gated : tuple of bool
        For each hidden layer whether its neurons are.
    biased : tuple of bool
        For each layer but the first whether it has biases.
    unreached : tuple
        For each type and layer, by how much the laws of a wide layer fall short of being
        independent (0 mostly).
    proof : dict
        What the certificate is made of.
    """

    types: tuple[tuple[int, ...], ...]
    least: tuple[int, ...]
    gated: tuple[bool, ...]
    biased: tuple[bool, ...]
    unreached: tuple[tuple[int, ...], ...]
    proof: dict[str, Any] = field(repr=False)

    def widths(self, copies: Sequence[int]) -> tuple[int, ...]:
        """The widths with so many copies of each type.

        Parameters
        ----------
        copies : sequence of int
            A number for each type.

        Returns
        -------
        tuple of int

        Raises
        ------
        InputError
            Below `least`.
        """
        if len(copies) != len(self.types) or any(
            m < low for m, low in zip(copies, self.least, strict=True)
        ):
            raise InputError(
                f"copies: expected {len(self.types)} numbers, at least {list(self.least)}, "
                f"got {list(copies)}"
            )
        return tuple(
            sum(m * c for m, c in zip(copies, column, strict=True))
            for column in zip(*self.types, strict=True)
        )

    def laws(self, copies: Sequence[int]) -> int:
        """The number of independent conservation laws of the network with so many copies of each
        type.

        Parameters
        ----------
        copies : sequence of int
            A number for each type.

        Returns
        -------
        int

        Raises
        ------
        InputError
            Below `least`.
        """
        widths, total = self.widths(copies), 0
        for k, gates in enumerate(self.gated, 1):
            gap = sum(m * missing[k] for m, missing in zip(copies, self.unreached, strict=True))
            total += (
                widths[k] - gap if gates else (widths[k] * (widths[k] + 1) - gap * (gap + 1)) // 2
            )
        return total

    @property
    def formula(self) -> str:
        """The count in words; for one type in the number m of copies, else in the widths n_k."""
        if len(self.types) == 1:
            linear = [
                (c, g)
                for c, g, gates in zip(
                    self.types[0][1:], self.unreached[0][1:], self.gated, strict=False
                )
                if not gates
            ]
            square = sum(c * c - g * g for c, g in linear)
            once = sum(c - g for c, g in linear) + 2 * sum(
                c - g
                for c, g, gates in zip(
                    self.types[0][1:], self.unreached[0][1:], self.gated, strict=False
                )
                if gates
            )
            return f"({square} m^2 + {once} m) / 2"
        if any(map(any, self.unreached)):
            return "Family.laws(copies)"
        return (
            " + ".join(
                f"n_{k}" if gates else f"n_{k} (n_{k} + 1) / 2"
                for k, gates in enumerate(self.gated, 1)
            )
            or "0"
        )

    @property
    def text(self) -> str:
        """The family in words."""
        if len(self.types) == 1:
            return f"widths m ({', '.join(map(str, self.types[0]))}), m >= {self.least[0]}"
        parts = " + ".join(f"m_{i} ({', '.join(map(str, t))})" for i, t in enumerate(self.types, 1))
        return f"widths {parts}, " + ", ".join(
            f"m_{i} >= {low}" for i, low in enumerate(self.least, 1)
        )

    def certificate(self) -> Certificate:
        """The certificate: the checker reads it like that of a network.

        Returns
        -------
        Certificate
        """
        return sealed(
            {
                "system": {
                    "type": "family",
                    "types": [list(t) for t in self.types],
                    "least": list(self.least),
                    "gated": list(self.gated),
                    "biased": list(self.biased),
                },
                "claim": {"object": self._phi, "unreached": [list(row) for row in self.unreached]},
                "lower": {
                    "kind": "symmetric-hosts",
                    "matrices": self.proof["matrices"],
                    "hosts": self.proof["hosts"],
                },
                "upper": {
                    "kind": "layered-balance",
                    "prime": self.proof["prime"],
                    "matrices": self.proof["matrices"],
                },
            }
        )

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw family --json`.

        Returns
        -------
        dict
        """
        return {
            "family": self.text,
            "types": [list(t) for t in self.types],
            "least": list(self.least),
            "gated": list(self.gated),
            "biased": list(self.biased),
            "laws": self.formula,
            "verdict": PROVED,
        }


def _hosts(least: Sequence[int]) -> list[tuple[int, ...]]:
    """The collections of copies that are looked at: with every one (or two) of the types, one copy
    of a type that is always there.
    """
    kinds = range(len(least))
    if least == (2,):
        return [(0, 0)]
    always = next(t for t in kinds if least[t])
    found = [(always,), (always, always)]
    found += [
        collection for t in kinds if t != always for collection in ((t, always), (t, t, always))
    ]
    return found + [(t, u, always) for t, u in combinations(kinds, 2) if always not in (t, u)]


def host_point(
    types: Sequence[CopyType], collection: Sequence[int], gated, biased
) -> SymmetricPoint:
    """The point of the network that consists of these copies alone."""
    kinds = sorted(set(collection))
    copies = [
        CopyType(types[t].widths, list(collection).count(t), types[t].matrices) for t in kinds
    ]
    return SymmetricPoint(tuple(copies), tuple(gated), tuple(biased))


def prove_family(
    types: Sequence[Sequence[int]],
    least: Sequence[int],
    gated: Sequence[bool],
    biased: Sequence[bool],
    *,
    seed: int = 0,
    effort: float = 1e11,
    progress=None,
) -> Family:
    """Proves the count for all numbers of copies from `least` on. Errors: InputError, LimitError,
    NotProvedError when the bounds do not meet.
    """
    types, least = tuple(tuple(t) for t in types), tuple(least)
    if len(types) > TYPE_LIMIT:
        raise LimitError(f"types: {len(types)}, more than {TYPE_LIMIT}")
    rng = Random(seed)
    kinds = draw_point([(t, 2) for t in types], gated, biased, rng).types
    law_prime = rng.prime(LAW_PRIME_BITS)
    unreached = balance_rank(
        SymmetricPoint(kinds, tuple(gated), tuple(biased)), law_prime
    ).unreached
    hosts = []
    for collection in _hosts(least):
        point = host_point(kinds, collection, gated, biased)
        widths = [sum(t.copies * t.widths[k] for t in point.types) for k in range(point.layers + 1)]
        if sum(n * m for n, m in zip(widths, widths[1:], strict=False)) > RUN_LIMIT:
            raise LimitError(
                f"types: a sub-network of widths {widths} has more than {RUN_LIMIT} weights"
            )
        lower, upper = symmetric_bounds(
            point, rng.spawn(), effort=effort, progress=progress, law_prime=law_prime, joint=True
        )
        if lower.rank != upper.dimension:
            raise NotProvedError(
                f"family: the sub-network of widths {widths} at its point: dimension at "
                f"least {lower.rank}, at most "
                f"{upper.dimension}",
                None,
            )
        found = lower.make_proof()
        hosts.append({"copies": list(collection), "prime": found["prime"], "runs": found["runs"]})
    proof = {
        "prime": law_prime,
        "matrices": [[c.tolist() for c in kind.matrices] for kind in kinds],
        "hosts": hosts,
    }
    return Family(types, least, tuple(gated), tuple(biased), unreached, proof)


def multiples(layers: Layers, **options) -> Family:
    """The family of the widths m (c_0, ..., c_q), m >= 2, of layered networks of one shape.

    >>> from pyconslaw.records.graph import Layers
    >>> from pyconslaw.records.report import PROVED
    >>> family = multiples(Layers((1, 2, 2, 1), (False, False), (False,) * 3))
    >>> family.formula, family.laws([3])
    ('(8 m^2 + 4 m) / 2', 42)
    """
    return prove_family([layers.widths], [2], layers.gated, layers.biased, **options)


def pyramids(gated: Sequence[bool], biased: Sequence[bool], **options) -> Family:
    """The family of all layered networks of one shape whose widths never grow, n_0 >= n_1 >= ... >=
    n_q >= 1.

    >>> family = pyramids([False, False], [False] * 3)
    >>> family.formula, family.laws([10, 246, 256, 272])             # 784-512-256-10
    ('n_1 (n_1 + 1) / 2 + n_2 (n_2 + 1) / 2', 164224)
    """
    q = len(biased)
    types = [(1,) * (stop + 1) + (0,) * (q - stop) for stop in range(q, -1, -1)]
    return prove_family(types, [1] + [0] * q, gated, biased, **options)


def copies_of(family: Family, widths: Sequence[int]) -> tuple[int, ...] | None:
    """The numbers of copies that give these widths, or None if they are none of the family's."""
    if len(family.types) == 1:
        m = widths[0] // family.types[0][0]
        copies: tuple[int, ...] = (m,)
    else:
        steps = [n - m for n, m in zip(widths, [*widths[1:], 0], strict=True)]
        copies = tuple(reversed(steps))
    try:
        return copies if family.widths(copies) == tuple(widths) else None
    except InputError:
        return None
