"""Upper bounds by Lie algebras that close."""

from __future__ import annotations

from pyconslaw.brackets.closure import close_algebra
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody


def closing_bound(family: PolynomialFields, limit: int, *, ask: Ask = nobody) -> UpperBound | None:
    """dimension <= k when the Lie algebra of the explicit vector fields closes as a vector space of
    dimension k <= limit. Errors: those of ask.
    """
    closed = close_algebra(family, limit, ask=ask)
    if closed is None:
        return None
    basis, generators, products = closed
    proof = {
        "kind": "closing-algebra",
        "basis": [
            [field[v].json() if v in field else [] for v in range(family.parameters)]
            for field in basis
        ],
        "generators": generators,
        "products": products,
    }
    return UpperBound(len(basis), (f"closing Lie algebra of dimension {len(basis)}",), proof)
