"""Upper bound r: over the rational functions, r vector fields span a space that contains W and
is closed under brackets with W.

The frame F_1, ..., F_r comes reduced: in the columns of its pivots v_1, ..., v_r the matrix is
diagonal, with polynomials d_l that are not 0. So if Y is in the span over the rational functions, Y
= sum of (Y_(v_l) / d_l) F_l: this is checked in the other columns, times the product of the d_l,
for Y = X_i and Y = [X_i, F_l]. As [X, f F] = f [X, F] + X(f) F, the span of the F_l over the
rational functions then contains Lie(W), and any r + 1 members are dependent at every point.
"""

from ..brackets.expanded import add_product, bracket, times
from ..brackets.polynomials import without_zeros
from ..brackets.written_fields import vector_field
from ..reading import Refused, integers, items, record
from ..systems.generators import members
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    record(proof, where, "kind frame pivots")
    frame = [
        vector_field(entries, f"{where}.frame[{k}]", system.size)
        for k, entries in enumerate(items(proof["frame"], f"{where}.frame"))
    ]
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, len(frame))
    budget.spend(len(frame) ** 2)
    for k, x in enumerate(frame):
        if [v for v in pivots if v in x] != [pivots[k]]:
            raise Refused(f"{where}.frame[{k}]: it is not 0 at the other pivots, or 0 at its own")
    products = others_of([x[v] for x, v in zip(frame, pivots)], budget)
    for i, member in enumerate(members(system, budget)):
        x = member()
        check_sum(x, frame, pivots, products, f"{where}: generator {i}", budget)
        for k, y in enumerate(frame):
            with budget.temporary():
                check_sum(
                    bracket(x, y, budget),
                    frame,
                    pivots,
                    products,
                    f"{where}: the bracket of generator {i} and frame[{k}]",
                    budget,
                )
    reason = f"an involutive frame of {len(frame)} over the rational functions"
    return Bound(len(frame), (reason,))


def others_of(diagonal: list, budget) -> tuple[list, dict]:
    """For each d_l the product of the others; the product of all."""
    after = [{(): 1}]
    for d in diagonal[::-1]:
        after.append(times(after[-1], d, budget))
    others, before = [], {(): 1}
    for k, d in enumerate(diagonal):
        others.append(times(before, after[len(diagonal) - 1 - k], budget))
        before = times(before, d, budget)
    return others, before


def check_sum(y: dict, frame: list, pivots: list, products: tuple, name: str, budget) -> None:
    """y times the product of the d_l is the sum of y_(v_l) times the product of the other d_k
    times F_l.
    """
    others, whole = products
    budget.spend((1 + len(y)) * len(frame))
    with budget.temporary():
        total: dict = {}
        for v, p in y.items():
            if v not in pivots:
                add_product(total.setdefault(v, {}), p, whole, budget)
        for x, at, other in zip(frame, pivots, others):
            if at in y:
                coefficient = times(y[at], other, budget)
                for v, p in x.items():
                    if v != at:
                        add_product(total.setdefault(v, {}), p, coefficient, budget, -1)
        if any(without_zeros(p) for p in total.values()):
            raise Refused(f"{name} is not in the span of the frame")
