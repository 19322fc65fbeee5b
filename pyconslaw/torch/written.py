"""Laws written out, as text and LaTeX."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from pyconslaw.torch.found import BLOCK, LINEAR, Family, Term

Shapes = dict[str, tuple[int, ...]]


def law_text(
    family: Family, shapes: Shapes, law: int, entry: tuple[int, int] = (0, 0), latex: bool = False
) -> str:
    """One law: `entry` of its block, or (index among the other axes, 0) of a linear family.

    >>> both = np.array([[[0]], [[1]]])
    >>> rows, columns = Term("a", 0, both, Fraction(1)), Term("b", 1, both, Fraction(-2))
    >>> shapes = {"a": (2, 3), "b": (3, 2)}
    >>> law_text(Family("diagonal", (rows, columns)), shapes, 1)
    '|a[1,:]|^2 - 2 |b[:,1]|^2'
    """
    pieces = []
    for term in family.terms:
        shape = shapes[term.parameter]
        first, second = (
            _entries(term, shape, term.positions[law, i if family.kind == BLOCK else 0], latex)
            for i in entry
        )
        if family.kind == LINEAR:
            form = _sum(term, shape, (law, entry[0]), latex)
        elif first != second:
            form = rf"\langle {first}, {second} \rangle" if latex else f"<{first}, {second}>"
        else:
            form = _square(term, shape, law, first, latex)
        pieces.append((term.coefficient, form))
    return signed(pieces, latex)


def signed(pieces: list[tuple[Fraction, str]], latex: bool = False) -> str:
    """A sum of forms with coefficients, those above 0 first."""
    text = ""
    for coefficient, form in sorted(pieces, key=lambda piece: piece[0] < 0):
        sign = "-" if coefficient < 0 else "+"
        size = "" if abs(coefficient) == 1 else f"{_number(abs(coefficient), latex)} "
        text += f" {sign} {size}{form}" if text else f"{'-' if sign == '-' else ''}{size}{form}"
    return text


def _number(value: Fraction, latex: bool) -> str:
    if value.denominator == 1 or not latex:
        return str(value)
    return rf"\tfrac{{{value.numerator}}}{{{value.denominator}}}"


def _square(term: Term, shape: tuple[int, ...], law: int, named: str, latex: bool) -> str:
    shift = f"{_number(term.shift, latex)} + " if term.shift else ""
    if len(shape) == len(term.axes) and term.shape[2] == 1 or not shape:
        return f"({shift}{named})^2" if shift else f"{named}^2"
    return rf"\lVert {shift}{named} \rVert^2" if latex else f"|{shift}{named}|^2"


def _sum(term: Term, shape: tuple[int, ...], which: tuple[int, int], latex: bool) -> str:
    law, k = which
    others = [n for axis, n in enumerate(shape) if axis not in term.axes]
    index = iter(np.unravel_index(k, others) if others else ())
    inside = [None if axis in term.axes else str(next(index)) for axis in range(len(shape))]
    named = _at(term, shape, term.positions[law, 0], inside, latex=latex)
    if term.shape[2] == 1:
        return named
    return rf"\textstyle\sum {named}" if latex else f"sum {named}"


def _entries(term: Term, shape: tuple[int, ...], places: np.ndarray, latex: bool) -> str:
    return _at(term, shape, places, [":"] * len(shape), latex=latex)


def _at(
    term: Term, shape: tuple[int, ...], places: np.ndarray, index: list[str | None], *, latex: bool
) -> str:
    """Entries with these places on the term's axes, and an index on the others."""
    if not shape:
        return _indexed(term.parameter, [], latex)
    if len(term.axes) == 1:
        index[term.axes[0]] = _places(places, latex)
    else:
        sizes = [shape[axis] for axis in term.axes]
        points = list(zip(*(map(int, one) for one in np.unravel_index(places, sizes)), strict=True))
        for k, axis in enumerate(term.axes):
            said = ",".join(f"({','.join(map(str, point))})" for point in points)
            one = str(points[0][k]) if len(points) == 1 else None
            index[axis] = one or (f"{{{said}}}" if k == 0 else "")
        index = [word for word in index if word != ""]
    return _indexed(term.parameter, [word or ":" for word in index], latex)


def _places(places: np.ndarray, latex: bool) -> str:
    """One position, a run of them, or a list."""
    listed = [int(p) for p in places]
    if len(listed) == 1:
        return str(listed[0])
    if listed == list(range(listed[0], listed[0] + len(listed))):
        return f"{listed[0]}:{listed[-1] + 1}"
    inside = ",".join(map(str, listed))
    return rf"\{{{inside}\}}" if latex else f"{{{inside}}}"


def _indexed(name: str, index: list[str], latex: bool) -> str:
    if not index:
        return rf"\mathtt{{{name}}}".replace("_", r"\_") if latex else name
    if latex:
        written = name.replace("_", r"\_")
        return rf"\mathtt{{{written}}}_{{{','.join(index)}}}"
    return f"{name}[{','.join(index)}]"
