"""Both bounds of a system whose parts are layered linear networks, from those of the networks.

A permutation of the coordinates is an isometry: it takes the gradients of the components of the one
to those of the other, up to the choice of a basis of their span, and brackets to brackets. Parts
without a common variable add up (docs/mathematics.md, "Parts that are layered networks").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.parts import Part
from pyconslaw.laws.stated.parts import LaterLaws, independent_count, part_laws, stated_count
from pyconslaw.reasons.direct_sum import SummedBound
from pyconslaw.records.bounds import AtNode, BracketWords, LowerBound, UpperBound
from pyconslaw.records.graph import Layers
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import LayeredPart

LAWS_LIMIT = 20_000  # variables of a system whose laws are listed
SHOWN = 4  # shapes, and reasons of shapes, that are shown

Bounds = tuple[LowerBound, UpperBound]
Rest = tuple[Part, LowerBound, UpperBound]


def as_layered(
    parts: Sequence[LayeredPart],
    bounds_of: Callable[[Layers], Bounds],
    size: int,
    *,
    rest: Rest | None = None,
    listed: bool = True,
) -> Bounds:
    """Both bounds of dim Lie(W)(theta), as sums over the parts.

    Parameters
    ----------
    parts
        without a common variable; linear layers without biases
    bounds_of
        the bounds of a layered network; equal ones are asked once
    size
        the number of variables of the system; those that occur nowhere are laws
    rest
        the components in no part, in variables of their own, with their bounds
    listed
        whether the certificate lists the variables of the parts; not where the system itself says
        which they are

    Returns
    -------
    lower, upper
        `upper.laws`, up to 20 000 variables: independent laws of the system, as many as `upper`
        says if the balance laws of the parts (and the laws of the rest) are

    Raises
    ------
    InputError
        for a part with gates or biases

    Examples
    --------
    >>> from pyconslaw._core.zp import Random
    >>> from pyconslaw.fields.bilinear import bilinear_parts
    >>> from pyconslaw.methods.widening.bounds import widening_bounds
    >>> from pyconslaw.networks.systems import System
    >>> net = System("abcdxyz", phi=["a*x + b*y", "c*x + d*y"])
    >>> parts, _ = bilinear_parts(net.phi)
    >>> grown = lambda layers: widening_bounds(layers, Random(0), effort=1e9)
    >>> lower, upper = as_layered(parts, grown, net.size)
    >>> lower.rank, upper.dimension, upper.reasons[:2]
    (3, 3, ('1 product of matrices: 1-2-2 (3 laws)', 'coordinates that do not occur (1)'))
    """
    for part in parts:
        if any(part.layers.gated) or any(part.layers.biased):
            raise InputError(f"parts: expected linear layers without biases, got {part.layers}")
    found = _Sum(parts, bounds_of, size, rest, listed)
    return found.lower(), found.upper()


class _Sum:
    """The parts with their bounds, those of equal parts once."""

    def __init__(self, parts, bounds_of, size: int, rest: Rest | None, listed: bool):
        self.parts, self.size, self.rest, self.listed = parts, size, rest, listed
        number: dict[Layers, int] = {}
        self.kinds = [number.setdefault(part.layers, len(number)) for part in parts]
        self.shapes = list(number)
        self.bounds: list[Bounds] = [bounds_of(layers) for layers in self.shapes]
        times = Counter(self.kinds)
        self.times = [times[k] for k in range(len(self.shapes))]
        taken = sum(layers.params * n for layers, n in zip(self.shapes, self.times, strict=True))
        self.idle = size - taken - (len(rest[0].variables) if rest else 0)

    def _total(self, of_shape: Sequence[int], of_rest: int) -> int:
        total = sum(x * n for x, n in zip(of_shape, self.times, strict=True))
        return total + (of_rest if self.rest else 0)

    def _halves(self, half: int) -> list[Any]:
        """All lower bounds, 0, or upper ones, 1: of the shapes, then of the rest."""
        return [pair[half] for pair in self.bounds] + ([self.rest[1 + half]] if self.rest else [])

    def lower(self) -> LowerBound:
        lowers = self._halves(0)
        rank = self._total([low.rank for low, _ in self.bounds], lowers[-1].rank)
        method = ", ".join(_some([low.method for low in lowers]))
        common = (
            rank,
            (*self._text(), *_some(reason for low in lowers for reason in low.reasons)),
            f"products of matrices: {method}",
            lambda: self._proof([low.make_proof() for low in lowers], [low.rank for low in lowers]),
            tuple(dict.fromkeys(p for low in lowers for p in low.primes)),
        )
        complete = all(low.complete for low in lowers)
        short = self._short()
        if short:
            return SummedBound(*common, complete=complete, short=short)
        return LowerBound(*common, complete=complete)

    def _short(self) -> tuple[tuple[Part, BracketWords], ...]:
        """What a second look can confirm: the rest, if the bounds of all parts meet."""
        if self.rest is None or any(low.rank < up.dimension for low, up in self.bounds):
            return ()
        part, low, up = self.rest
        if isinstance(low, SummedBound):
            return low.short
        return ((part, low),) if isinstance(low, BracketWords) and low.rank < up.dimension else ()

    def upper(self) -> UpperBound:
        uppers = self._halves(1)
        laws: Sequence[Polynomial] = ()
        if self.size <= LAWS_LIMIT:
            own = self._total([independent_count(s) for s in self.shapes], len(uppers[-1].laws))
            laws = LaterLaws(own + self.idle, self._laws)
        stated = self._total([stated_count(s) for s in self.shapes], uppers[-1].stated)
        return UpperBound(
            self._total([up.dimension for _, up in self.bounds], uppers[-1].dimension),
            (*self._text(), *_some(_anonymous(reason) for up in uppers for reason in up.reasons)),
            self._proof([up.proof for up in uppers], None),
            laws,
            stated + self.idle,
            tuple(dict.fromkeys(p for up in uppers for p in up.primes)),
            searched=tuple(dict.fromkeys(text for up in uppers for text in up.searched)),
        )

    def _proof(self, proofs: list, ranks: list[int] | None) -> dict[str, Any]:
        """The JSON object; ranks in that of a lower bound."""
        entries = [{"bound": proof} for proof in proofs]
        for entry, rank in zip(entries, ranks or (), strict=False):
            entry["rank"] = rank
        for entry, layers in zip(entries, self.shapes, strict=False):
            entry["widths"] = list(layers.widths)
        found = {"kind": "as-layered", "bounds": entries[: len(self.shapes)]}
        found["parts"] = (
            [
                {"bound": k, "variables": part.variables.tolist()}
                for k, part in zip(self.kinds, self.parts, strict=True)
            ]
            if self.listed
            else self.kinds
        )
        return found | ({"rest": entries[-1]} if self.rest else {})

    def _laws(self) -> Iterator[Polynomial]:
        """Of every part, then the coordinates that occur nowhere, then of the rest."""
        seen = np.zeros(self.size, dtype=bool)
        for part in self.parts:
            seen[part.variables] = True
            yield from part_laws(part)
        own = list(self.rest[0].variables) if self.rest else []
        seen[own] = True
        for v in np.flatnonzero(~seen).tolist():
            yield Polynomial(((1, ((v, 1),)),))
        for law in self.rest[2].laws if self.rest else ():
            yield law.renumbered(own)

    def _text(self) -> list[str]:
        """Shapes and how often they occur, with their laws."""
        shown = []
        for layers, (low, up), n in zip(self.shapes, self.bounds, self.times, strict=True):
            least, most = layers.params - up.dimension, layers.params - low.rank
            count = f"{least}" if least == most else f"{least} to {most}"
            laws = f"{count} law{'s' * (count != '1')}{' each' * (n > 1)}"
            shown.append(f"{n} times " * (n > 1) + f"{'-'.join(map(str, layers.widths))} ({laws})")
        many = "s" * (len(self.parts) > 1)
        lines = [f"{len(self.parts)} product{many} of matrices: {', '.join(_some(shown))}"]
        lines += [f"coordinates that do not occur ({self.idle})"] if self.idle else []
        if self.rest:
            others, variables = len(self.rest[0].generators), len(self.rest[0].variables)
            lines.append(f"other components ({others}, in {variables} variables)")
        return lines


def _some(texts: Iterable[str]) -> list[str]:
    """The first few different ones."""
    different = list(dict.fromkeys(texts))
    return different[:SHOWN] + ["..."] * (len(different) > SHOWN)


def _anonymous(reason: str) -> str:
    """A reason inside a part, whose nodes have no names."""
    return reason.what if isinstance(reason, AtNode) else reason
