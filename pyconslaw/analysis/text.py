"""What is known at a point, and of the Lie algebra, as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyconslaw.analysis.algebra import Structure
    from pyconslaw.analysis.at_point import PointReport


def point_text(found: PointReport) -> str:
    """The trace at the point, then the generic answer."""
    if found.dimension is not None:
        lines = [f"dimension of the trace at this point: {found.dimension}, exact"]
    else:
        lines = [
            f"dimension of the trace at this point: between {found.dimension_min} and "
            f"{found.dimension_max}"
        ]
    lines += [f"  at least {found.dimension_min}: {found.lower_by}"] if found.dimension_min else []
    lines.append(f"  at most {found.dimension_max}: {found.upper_by}")
    if found.regular:
        lines.append("  as large as at generic points, so the count below holds near this point")
    lines += [f"  warning: {note}" for note in found.notes]
    return "\n".join([*lines, "near generic points: " + str(found.generic)])


def structure_text(found: Structure) -> str:
    """The Lie algebra in a few lines: frame, rank by round, dimension and Killing form, rank
    condition.
    """
    known = {True: "yes", False: "no", None: "open"}
    lines = [
        f"{found.network.name} ({found.network.size} parameters)",
        f"  rank by round at a random point: {', '.join(map(str, found.rank_by_round))}"
        + (
            "; brackets vanish"
            if found.commuting
            else "; W is involutive there"
            if found.involutive
            else ""
        ),
        f"  frame: {', '.join(found.words)}",
    ]
    algebra = found.algebra
    if algebra is None:
        lines.append(
            "  as a vector space the Lie algebra does not close up to dimension "
            f"{found.limit}, or its members have too many terms"
        )
    else:
        lines += [
            f"  closes: dimension {algebra.dimension}, {algebra.kind}, center {algebra.center}",
            f"  Killing form: {algebra.signature[0]} positive, {algebra.signature[1]} "
            f"negative, {algebra.signature[2]} zero",
            f"  derived series {', '.join(map(str, algebra.derived))}; lower central "
            f"series {', '.join(map(str, algebra.central))}",
        ]
        if algebra.dimension <= 10:
            lines += [f"  B{k} = {text}" for k, text in enumerate(algebra.basis)]
            for a in range(algebra.dimension):
                for b in range(a + 1, algebra.dimension):
                    terms = [(c, k) for k, c in enumerate(algebra.constants[a][b]) if c]
                    if terms:
                        lines.append(f"  [B{a}, B{b}] = {_combination(terms)}")
    lines.append(
        f"  Lie algebra rank condition: {known[found.accessible]}"
        + (
            f"; of the ideal without drift: {known[found.strongly_accessible]}"
            if found.network.drift is not None
            else ""
        )
    )
    return "\n".join(lines)


def _combination(terms) -> str:
    """sum of c B_k for pairs (c, k), c not 0."""
    text = ""
    for c, k in terms:
        sign = (" - " if c < 0 else " + ") if text else "-" * (c < 0)
        text += sign + (f"{abs(c)} " if abs(c) != 1 else "") + f"B{k}"
    return text
