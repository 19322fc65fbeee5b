"""Closed rational 1-forms; where products stand in them, they are closed on the leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index

from pyconslaw.records.polynomial import Polynomial

ONE = Polynomial(((1, ()),))
ZERO = Polynomial(())


@dataclass(frozen=True)
class ClosedForm:
    """d(sum of c_j log |P_j| + A / B) plus angles: what it is d of, locally, is a law where it
    vanishes on W.

    logs holds the (c_j, P_j), quotient (A, B), angles (c, u, w, d) for c (u dw - w du) / (u^2 - d
    w^2), d no square: that is d of arctan(s w / u) / s, s^2 = -d, or of log |(u + s w) / (u - s w)|
    / (2 s), s^2 = d. products holds the (g, f) for terms g f of the law: f is a form with one
    logarithm or angle, g a polynomial that is a law itself. The 1-form has g df there: it is closed
    on the leaves, where g is constant.
    """

    logs: tuple[tuple[int, Polynomial], ...] = ()
    quotient: tuple[Polynomial, Polynomial] = (ZERO, ONE)
    angles: tuple[tuple[int, Polynomial, Polynomial, int], ...] = ()
    products: tuple[tuple[Polynomial, ClosedForm], ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the 1-form is closed, as a certificate has it."""
        return not self.products

    @property
    def is_power(self) -> bool:
        """Whether the law is best written as a product of powers."""
        alone = not self.angles and not self.products and not self.quotient[0].terms
        return bool(self.logs) and alone

    @property
    def sort(self) -> str:
        """ "polynomial", "rational" (a quotient, or a product of integer powers) or
        "logarithmic".
        """
        if self.angles or self.products or self.logs and not self.is_power:
            return "logarithmic"
        return (
            "rational"
            if self.quotient[1].degree or any(c < 0 for c, _ in self.logs)
            else "polynomial"
        )

    def json(self) -> dict:
        """As in a certificate, which has closed forms."""
        if not self.is_closed:
            raise AssertionError("a form that is not closed in a certificate: please report")
        return {
            "logs": [[c, p.json()] for c, p in self.logs],
            "quotient": [f.json() for f in self.quotient],
            "angles": [[c, u.json(), w.json(), d] for c, u, w, d in self.angles],
        }

    def record(self) -> dict:
        """As in the file of a report, which has all forms."""
        logs, quotient = [[c, p.json()] for c, p in self.logs], [f.json() for f in self.quotient]
        angles = [[c, u.json(), w.json(), d] for c, u, w, d in self.angles]
        products = [[g.json(), f.record()] for g, f in self.products]
        return {"logs": logs, "quotient": quotient, "angles": angles, "products": products}

    @classmethod
    def read(cls, value: dict) -> ClosedForm:
        """From such a record. Errors: InputError, KeyError, TypeError, ValueError."""
        top, bottom = map(Polynomial.from_json, value["quotient"])
        of = Polynomial.from_json
        if any(f["products"] for _, f in value["products"]):
            raise ValueError("a product of products")
        return cls(
            tuple((index(c), of(p)) for c, p in value["logs"]),
            (top, bottom),
            tuple((index(c), of(u), of(w), index(d)) for c, u, w, d in value["angles"]),
            tuple((of(g), cls.read(f)) for g, f in value["products"]),
        )

    def renumbered(self, number: Sequence[int]) -> ClosedForm:
        """The form with variable number[v] in the place of v."""
        return ClosedForm(
            tuple((c, p.renumbered(number)) for c, p in self.logs),
            (self.quotient[0].renumbered(number), self.quotient[1].renumbered(number)),
            tuple((c, u.renumbered(number), w.renumbered(number), d) for c, u, w, d in self.angles),
            tuple((g.renumbered(number), f.renumbered(number)) for g, f in self.products),
        )
