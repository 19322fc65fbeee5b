"""Families of laws of a module, as they are handed from their derivation to all that reads them.

NumPy only: nothing here knows torch, and nothing here computes.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import prod

import numpy as np

from pyconslaw.errors import InputError

DIAGONAL, BLOCK, LINEAR = KINDS = ("diagonal", "block", "linear")


Shape = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Term:
    """One parameter's share of a family of laws.

    Attributes
    ----------
    parameter : str
        Its name on the module, the first one of a tied tensor.
    axis : int or tuple of int
        The axis whose entries are selected. Of several axes, in rising order, positions count the
        entries of their product row by row. A scalar has shape (1,).
    positions : ndarray of integers
        Of shape (laws, r, m): for law k, row i of its block, the m positions on the axis, which are
        summed over. Laws that are no blocks have r = 1.
    coefficient : Fraction
        Of |slice|^2 (diagonal), of X X^T (block), of the sum (linear).
    shift : Fraction
        Added to every entry before it is squared: gains that are stored as 1 + w.
    """

    parameter: str
    axis: int | tuple[int, ...]
    positions: np.ndarray
    coefficient: Fraction
    shift: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        positions = np.asarray(self.positions)
        if positions.ndim != 3 or (positions.size and positions.dtype.kind not in "iu"):
            raise InputError(
                f"positions of {self.parameter}: shape {positions.shape} of {positions.dtype}, "
                "expected integers of shape (laws, r, m)"
            )
        positions = positions.astype(np.int64, copy=False).view()
        if positions.size and positions.min() < 0:
            raise InputError(
                f"positions of {self.parameter}: {positions.min()}, expected none below 0"
            )
        positions.flags.writeable = False
        object.__setattr__(self, "positions", positions)
        axes = (self.axis,) if isinstance(self.axis, int) else tuple(self.axis)
        if not axes or list(axes) != sorted(set(axes)):
            raise InputError(f"axis of {self.parameter}: {axes}, expected axes in rising order")
        object.__setattr__(self, "axis", axes[0] if len(axes) == 1 else axes)
        for name, value in (("coefficient", self.coefficient), ("shift", self.shift)):
            if not isinstance(value, Fraction | int):
                raise InputError(
                    f"{name} of {self.parameter}: {value!r}, expected a rational number"
                )
            object.__setattr__(self, name, Fraction(value))

    @property
    def shape(self) -> tuple[int, int, int]:
        """Laws, rows of a block, positions of a row."""
        laws, rows, width = self.positions.shape
        return laws, rows, width

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes whose entries are selected."""
        return (self.axis,) if isinstance(self.axis, int) else self.axis

    def extents(self, shape: Shape) -> tuple[int, int]:
        """How many positions there are in a parameter of this shape, and entries of each."""
        shape = tuple(shape) or (1,)
        along = prod(shape[axis] for axis in self.axes)
        return along, prod(n for axis, n in enumerate(shape) if axis not in self.axes)


@dataclass(frozen=True, eq=False)
class Family:
    """Laws of one form.

    Attributes
    ----------
    kind : str
        "diagonal": law k is the sum over the terms of coefficient times the sum over positions p of
        |W.take(p, axis)|^2. "block": law k is the symmetric r x r matrix that is the sum over the
        terms of coefficient times the sum over m of X X^T, X (of r rows) the slices at
        positions[k, :, m]. "linear": law k is the sum over the terms of coefficient times the sum
        over positions[k, 0, :] of W.take(p, axis), one law for each index of the other axes.
    terms : tuple of Term
    exact : bool
        Whether nothing was ignored.
    ignored : tuple of str
        What was: "eps 1e-05 of layers.0.norm".
    condition : str
        When the laws hold, if not always: "cross-entropy only".
    """

    kind: str
    terms: tuple[Term, ...]
    exact: bool = True
    ignored: tuple[str, ...] = ()
    condition: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(self.terms))
        object.__setattr__(self, "ignored", tuple(self.ignored))
        if self.kind not in KINDS:
            raise InputError(f"kind: {self.kind!r}, expected {', '.join(KINDS)}")
        if not self.terms:
            raise InputError("terms: none, expected one at least")
        if self.exact and self.ignored:
            raise InputError(f"exact: True, but {self.ignored[0]} was ignored")
        shapes = {term.shape[:2] for term in self.terms}
        if len(shapes) > 1:
            raise InputError(
                f"terms: (laws, r) of {sorted(shapes)}, expected the same of all terms"
            )
        if self.kind != BLOCK and self.terms[0].shape[1] != 1:
            raise InputError(
                f"terms: r = {self.terms[0].shape[1]}, expected 1 in a {self.kind} law"
            )
        if self.kind != DIAGONAL and any(term.shift for term in self.terms):
            raise InputError(f"shift: only diagonal laws have one, this family is {self.kind}")

    @property
    def laws(self) -> int:
        """The first size of the positions."""
        return self.terms[0].shape[0]

    @property
    def rows(self) -> int:
        """Rows of a block."""
        return self.terms[0].shape[1]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names that occur, once each."""
        return tuple(dict.fromkeys(term.parameter for term in self.terms))


@dataclass(frozen=True, eq=False)
class ParameterInfo:
    """A parameter of the module.

    Attributes
    ----------
    name : str
    others : tuple of str
        Its other names, of ties.
    shape : tuple of int
    trainable : bool
    used : bool
        Whether the inputs reach it and it reaches the output.
    """

    name: str
    others: tuple[str, ...] = ()
    shape: tuple[int, ...] = ()
    trainable: bool = True
    used: bool = True

    @property
    def size(self) -> int:
        """Entries."""
        return prod(self.shape)


@dataclass(frozen=True, eq=False)
class Unsupported:
    """An operator without a rule, at a place of the module; all that met it was set to zero.

    Attributes
    ----------
    operator : str
    module : str
        The path of the module that it is in.
    count : int
        How often it is there.
    parameters : tuple of str
        Those whose laws it may have stopped.
    """

    operator: str
    module: str = ""
    count: int = 1
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Found:
    """All that was derived of a module.

    Attributes
    ----------
    families : tuple of Family
    parameters : tuple of ParameterInfo
    unsupported : tuple of Unsupported
    notes : tuple of str
        Unresolved relations of three terms, padding rows, modes that were assumed.
    loss : str or None
        "cross_entropy", "mse", or None for outputs that are free.
    """

    families: tuple[Family, ...]
    parameters: tuple[ParameterInfo, ...]
    unsupported: tuple[Unsupported, ...] = ()
    notes: tuple[str, ...] = ()
    loss: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "families", tuple(self.families))
        object.__setattr__(self, "parameters", tuple(self.parameters))
        object.__setattr__(self, "unsupported", tuple(self.unsupported))
        object.__setattr__(self, "notes", tuple(self.notes))
        known = self.by_name
        if len(known) != len(self.parameters):
            raise InputError("parameters: a name occurs twice")
        for family in self.families:
            _check_family(family, known)

    @property
    def by_name(self) -> dict[str, ParameterInfo]:
        """Each parameter by its first name."""
        return {one.name: one for one in self.parameters}

    @property
    def size(self) -> int:
        """Entries of all parameters, ties once."""
        return sum(one.size for one in self.parameters)


def _check_family(family: Family, known: dict[str, ParameterInfo]) -> None:
    rests = set()
    for term in family.terms:
        info = known.get(term.parameter)
        if info is None:
            raise InputError(f"term of {term.parameter}: no parameter of that name")
        if not all(0 <= axis < max(1, len(info.shape)) for axis in term.axes):
            raise InputError(
                f"term of {term.parameter}: axis {term.axis}, expected one of shape {info.shape}"
            )
        along, rest = term.extents(info.shape)
        if term.positions.size and term.positions.max() >= along:
            raise InputError(
                f"term of {term.parameter}: position {term.positions.max()}, expected less than "
                f"{along}"
            )
        rests.add(rest)
    if family.kind == LINEAR and len(rests) > 1:
        raise InputError(
            f"terms of a linear family: {sorted(rests)} other entries, expected equally many"
        )
