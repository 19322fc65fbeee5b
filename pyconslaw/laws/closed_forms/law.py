"""Closed-form laws with names: evaluated on NumPy weights, differentiated, printed as text and
LaTeX.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pyconslaw.fields.named import Named
from pyconslaw.laws.closed_forms.forms import ClosedForm, numeric
from pyconslaw.laws.law import Law, LawSet
from pyconslaw.records.polynomial import Polynomial


@dataclass(frozen=True, eq=False, repr=False)
class ClosedLaw(Law):
    """A law that is a polynomial, a quotient, a product of powers, or a sum of logarithms (and
    angles) and a quotient.

    Attributes
    ----------
    network : Network
    form : ClosedForm
        What it is the integral of, with integer data.

    Examples
    --------
    >>> from pyconslaw import System, find_laws
    >>> law = find_laws(System(["x", "y"], fields=[["x*(1 - y)", "y*(x - 1)"]]))[0]
    >>> at = [1.0, 2.0]
    >>> str(law), law.sort, round(float(law.value(at)), 6), law.gradient(at).tolist()
    ('log(x) + log(y) - x - y', 'logarithmic', -2.306853, [0.0, -0.5])
    """

    network: Named
    form: ClosedForm

    @property
    def sort(self) -> str:
        """Of which form the law is: "polynomial", "rational" or "logarithmic"."""
        return self.form.sort

    def value(self, weights: Any) -> Any:
        """The law at weights, in floating point.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (...); NaN or infinite where a denominator vanishes.

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        flat = np.asarray(self.network.flatten(weights), dtype=float)
        with np.errstate(divide="ignore", invalid="ignore"):
            return numeric(self.form, lambda p: Law(self.network, p).value(flat))

    def gradient(self, weights: Any) -> np.ndarray:
        """The gradient of the law at weights, in floating point.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (..., D).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        flat = np.asarray(self.network.flatten(weights), dtype=float)

        def both(p: Polynomial):
            law = Law(self.network, p)
            return law.value(flat)[..., None], law.gradient(flat)

        with np.errstate(divide="ignore", invalid="ignore"):
            total = slopes(self.form, both)
            return total * self.value(flat)[..., None] if self.form.is_power else total

    def __str__(self) -> str:
        return self._print(lambda p: str(Law(self.network, p)), _TEXT)

    def latex(self) -> str:
        """The law in LaTeX.

        Returns
        -------
        str
        """
        return self._print(lambda p: Law(self.network, p).latex(), _LATEX)

    def _print(self, show, style) -> str:
        form = self.form
        if form.is_power and "plain" not in style:
            sides = [
                style["times"].join(
                    _power(show, p, abs(c), style) for c, p in form.logs if (c > 0) == up
                )
                for up in (True, False)
            ]
            return (
                style["over"](sides[0] or "1", sides[1], sum(c < 0 for c, _ in form.logs) > 1)
                if sides[1]
                else sides[0]
            )
        pieces = [(c, style["log"](show(p))) for c, p in form.logs]
        for c, u, w, d in form.angles:
            pieces.append(
                (c, style["angle"](_bracketed(show, u, style), _bracketed(show, w, style), d))
            )
        for g, inner in form.products:
            minus = len(g.terms) == 1 and g.terms[0][0] < 0
            g = Polynomial(tuple((-c, m) for c, m in g.terms)) if minus else g
            factor = style["brackets"](show(g)) if len(g.terms) > 1 else show(g)
            whole = ClosedLaw(self.network, inner)._print(show, style | {"plain": True})
            pieces.append((-1 if minus else 1, f"{factor}{style['times']}{whole}"))
        text = ""
        for c, piece in pieces:
            sign = ("-" if c < 0 else "") if not text else " - " if c < 0 else " + "
            text += f"{sign}{'' if abs(c) == 1 else str(abs(c)) + style['times']}{piece}"
        top, bottom = form.quotient
        if not top.terms:
            return text
        if bottom.degree or bottom.terms[0][0] != 1:
            minus = len(top.terms) == 1 and top.terms[0][0] < 0
            top = Polynomial(tuple((-c, m) for c, m in top.terms)) if minus else top
            piece = "-" * minus + style["over"](
                _bracketed(show, top, style), _bracketed(show, bottom, style), False
            )
        else:
            piece = show(top)
        return (
            piece
            if not text
            else f"{text} - {piece[1:]}"
            if piece.startswith("-")
            else f"{text} + {piece}"
        )


def slopes(form: ClosedForm, both) -> np.ndarray:
    """The gradient of the sum that a form stands for; both(P): value, as a column, and gradient."""
    (a, da), (b, db) = map(both, form.quotient)
    total = (b * da - a * db) / b**2
    for c, p in form.logs:
        value, slope = both(p)
        total = total + c * slope / value
    for c, u, w, d in form.angles:
        (u, du), (w, dw) = both(u), both(w)
        total = total + c * (u * dw - w * du) / (u * u - d * w * w)
    for g, inner in form.products:
        value, slope = both(g)
        total = total + value * slopes(inner, both)
        total = total + numeric(inner, lambda p: both(p)[0], False) * slope
    return total


def _bracketed(show, p: Polynomial, style) -> str:
    product = (
        len(p.terms) == 1 and p.terms[0][0] > 0 and len(p.terms[0][1]) + (p.terms[0][0] != 1) == 1
    )
    return show(p) if product or style is _LATEX else f"({show(p)})"


def _power(show, p: Polynomial, exponent: int, style) -> str:
    variable = len(p.terms) == 1 and p.terms[0][0] == 1 and p.degree == 1
    base = show(p) if variable else style["brackets"](show(p))
    return base if exponent == 1 else style["power"](base, exponent)


_TEXT = {
    "times": "*",
    "log": lambda p: f"log({p})",
    "brackets": lambda p: f"({p})",
    "power": lambda p, e: f"{p}^{e}",
    "over": lambda a, b, several: f"{a}/({b})" if several else f"{a}/{b}",
    "angle": lambda u, w, d: (
        f"arctan({w}/{u})"
        if d == -1
        else f"arctan(sqrt({-d})*{w}/{u})/sqrt({-d})"
        if d < 0
        else f"log(({u} + sqrt({d})*{w})/({u} - sqrt({d})*{w}))/(2*sqrt({d}))"
    ),
}
_LATEX = {
    "times": " ",
    "log": lambda p: f"\\log\\left({p}\\right)",
    "brackets": lambda p: f"\\left({p}\\right)",
    "power": lambda p, e: f"{{{p}}}^{{{e}}}",
    "over": lambda a, b, several: f"\\frac{{{a}}}{{{b}}}",
    "angle": lambda u, w, d: (
        f"\\arctan\\frac{{{w}}}{{{u}}}"
        if d == -1
        else f"\\frac{{1}}{{\\sqrt{{{-d}}}}} \\arctan\\frac{{\\sqrt{{{-d}}} "
        f"\\left({w}\\right)}}{{{u}}}"
        if d < 0
        else f"\\frac{{1}}{{2 \\sqrt{{{d}}}}} \\log\\frac{{{u} + \\sqrt{{{d}}} "
        f"\\left({w}\\right)}}{{{u} - \\sqrt{{{d}}} \\left({w}\\right)}}"
    ),
}


@dataclass(frozen=True, eq=False, repr=False)
class FoundLaws(LawSet):
    """Independent laws of several forms; besides what a `LawSet` says, what was searched, in words,
    and how many are missing.

    Attributes
    ----------
    searched : tuple of str
        The forms of laws that were looked for, in words.
    missing : int
        How many more there are near a generic point (at most, where the count is open): 0 when the
        set is complete. All else as of a `LawSet`.
    """

    searched: tuple[str, ...] = ()
    missing: int = 0

    def remarks(self) -> list[str]:
        """As of a `LawSet`, with what was searched and how many are missing.

        Returns
        -------
        list of str
        """
        searched = [f"searched: {text}" for text in self.searched]
        missing = [f"missing: {self.missing}, of none of these forms"] if self.missing else []
        return [self._counted("laws"), *searched, *missing]

    def json(self, latex: bool = False, limit: int | None = None) -> dict:
        """As of a `LawSet`, with the sorts, what was searched and how many are missing.

        Parameters
        ----------
        latex : bool
            Whether laws are written in LaTeX.
        limit : int, optional
            As of a `LawSet`.

        Returns
        -------
        dict
        """
        return super().json(latex, limit) | {
            "sorts": [law.sort for law in self.laws[:limit]],
            "searched": list(self.searched),
            "missing": self.missing,
        }
