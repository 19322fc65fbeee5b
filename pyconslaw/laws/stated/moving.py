"""Laws of a network under another flow that are read off its graph.

* weight decay: a homogeneous law h of degree p of the gradient flow: its derivative along -tau
  theta d_theta is -p tau h (Euler), so s^p h is a law, s = e^{tau t} (h itself without decay).
  Marcotte, Gribonval and Peyre 2025, theorem 2.1.
* momentum: two neurons i, j without gate and with the same neighbours: the components of phi are
  invariant when (theta_ui, theta_uj) and (theta_iw, theta_jw) are rotated together, so with c the
  integrating factor (e^{tau t}; t^tau for Nesterov) Noether's theorem gives

    c ( sum_u (theta_ui theta_uj' - theta_uj theta_ui') + sum_w (theta_iw theta_jw' - theta_jw
    theta_iw') ).
"""

from __future__ import annotations

from collections.abc import Sequence

from pyconslaw.laws.stated.balance import balance_pairs, neighbours
from pyconslaw.records.graph import Graph
from pyconslaw.records.polynomial import Polynomial


def decayed(laws: Sequence[Polynomial], clock: int, factor: int) -> list[Polynomial]:
    """Homogeneous laws h of the gradient flow times clock^(factor degree(h)); others are left
    out.
    """
    return [
        Polynomial.of((c, [*m, (clock, factor * h.degree)]) for c, m in h.terms)
        for h in laws
        if h.is_homogeneous
    ]


def rotations(graph: Graph, clock: int, factor: int) -> list[Polynomial]:
    """The laws of momentum of all pairs of twins, velocities having the numbers D, D + 1, ...; D =
    graph.params.
    """
    found, size = neighbours(graph), graph.params
    laws = []
    for i, j in balance_pairs(graph):
        if i != j:
            pairs = [
                (a, b)
                for side in (2, 3)
                for a, b in zip(found[i][side], found[j][side], strict=True)
            ]
            laws.append(
                Polynomial.of(
                    (sign, [(x, 1), (size + y, 1), (clock, factor)])
                    for a, b in pairs
                    for sign, x, y in ((1, a, b), (-1, b, a))
                )
            )
    return laws
