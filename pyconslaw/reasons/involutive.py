"""Upper bounds by frames over the rational functions that are closed under brackets."""

from __future__ import annotations

from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.frame import involutive_frame
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody


def involutive_bound(
    family: PolynomialFields, most: int, *, ask: Ask = nobody
) -> UpperBound | None:
    """dimension <= r by a frame of r <= most vector fields over the rational functions that is
    closed under brackets with W (`laws.closed_forms.frame`). Errors: those of ask.
    """
    frame = involutive_frame(family, most, ask=ask)
    if frame is None:
        return None
    ring = Ring(family.parameters)
    proof = {
        "kind": "involutive",
        "pivots": list(frame.pivots),
        "frame": [[[v, ring.back(f).json()] for v, f in sorted(row.items())] for row in frame.rows],
    }
    return UpperBound(
        len(frame.rows),
        (f"involutive frame of {len(frame.rows)} over the rational functions",),
        proof,
    )
