"""Bounds of a system as sums over layered parts: what is asked, added up, said and listed."""

import numpy as np
import pytest
from pyconslaw._core.zp import Random

from pyconslaw import InputError, System
from pyconslaw.fields.parts import parts_of
from pyconslaw.methods.table import find_bounds
from pyconslaw.methods.widening.bounds import generic_balance, widening_bounds
from pyconslaw.reasons.as_layered import LAWS_LIMIT, as_layered
from pyconslaw.reasons.direct_sum import SummedBound
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.budget import Budget
from pyconslaw.records.graph import Layers
from pyconslaw.records.products import LayeredPart


def part(widths, start=0):
    layers = Layers(widths, (False,) * (len(widths) - 2), (False,) * (len(widths) - 1))
    return LayeredPart(layers, lambda: np.arange(start, start + layers.params))


def grown(layers):
    return widening_bounds(layers, Random(0), effort=1e9)


def test_equal_parts_are_asked_once():
    asked = []
    parts = [part((2, 2, 2)), part((1, 2, 2), 8), part((2, 2, 2), 14)]
    lower, upper = as_layered(parts, lambda w: asked.append(w) or grown(w), 25)
    assert asked == [parts[0].layers, parts[1].layers]
    assert lower.rank == upper.dimension == 5 + 3 + 5 and upper.stated == 3 * 3 + 3
    assert upper.reasons[:2] == (
        "3 products of matrices: 2 times 2-2-2 (3 laws each), 1-2-2 (3 laws)",
        "coordinates that do not occur (3)",
    )
    assert lower.reasons[:2] == upper.reasons[:2] and lower.complete
    for proof, has_rank in ((lower.make_proof(), True), (upper.proof, False)):
        assert proof["kind"] == "as-layered" and len(proof["bounds"]) == 2
        assert all(("rank" in entry) == has_rank for entry in proof["bounds"])
        assert [entry["bound"] for entry in proof["parts"]] == [0, 1, 0]
        assert proof["parts"][1]["variables"] == list(range(8, 14)) and "rest" not in proof


def bounds_of(system):
    found = find_bounds(system.problem, "", Budget(Random(0)), 0, "generic").bounds
    return found.lower, found.upper


def test_variables_are_listed_where_the_system_does_not_say_them():
    def never():
        raise AssertionError("nobody has asked")

    large = LayeredPart(Layers((2000, 2000, 2000), (False,), (False, False)), never)
    lower, upper = as_layered([large, large], grown, 16_000_000, listed=False)
    assert upper.proof["parts"] == lower.make_proof()["parts"] == [0, 0]
    assert upper.laws == () and LAWS_LIMIT < 16_000_000
    assert 16_000_000 - upper.dimension == 2 * 2000 * 2001 // 2


def test_laws_of_all_parts():
    rest = System(["x", "y"], phi=["x^2*y"])
    low, up = bounds_of(rest)
    (whole,) = parts_of(rest.explicit())
    moved = type(whole)(whole.generators, (9, 11), whole.family)
    lower, upper = as_layered([part((2, 2, 2))], grown, 12, rest=(moved, low, up))
    assert lower.rank == upper.dimension == 5 + 1
    assert [law.terms for law in upper.laws][3:] == [
        ((1, ((8, 1),)),),
        ((1, ((10, 1),)),),
        *(law.renumbered([9, 11]).terms for law in up.laws),
    ]
    assert "other components (1, in 2 variables)" in upper.reasons
    assert upper.proof["rest"] == {"bound": up.proof}
    assert lower.make_proof()["rest"] == {"bound": low.make_proof(), "rank": 1}


def test_bounds_that_do_not_meet():
    """An interval, and nothing that a second look could confirm."""

    def apart(layers):
        low = LowerBound(4, ("four",), "by hand", lambda: {}, complete=True)
        return low, generic_balance(layers)

    lower, upper = as_layered([part((2, 2, 2))], apart, 8)
    assert (lower.rank, upper.dimension) == (4, 5) and not isinstance(lower, SummedBound)
    assert upper.reasons[0] == "1 product of matrices: 2-2-2 (3 to 4 laws)"


def test_a_rest_that_stagnates_can_be_confirmed():
    rest = System(["x", "y"], phi=["x^2*y"])
    low, up = bounds_of(rest)
    (whole,) = parts_of(rest.explicit())
    more = UpperBound(2, ("two",), {})
    lower, _ = as_layered([part((2, 2, 2))], grown, 10, rest=(whole, low, more))
    assert isinstance(lower, SummedBound) and [bound for _, bound in lower.short] == [low]
    lower, _ = as_layered([part((2, 2, 2))], grown, 10, rest=(whole, low, up))
    assert not isinstance(lower, SummedBound)


@pytest.mark.parametrize("flags", [((True,), (False, False)), ((False,), (True, False))])
def test_gates_and_biases_are_refused(flags):
    wrong = LayeredPart(Layers((2, 2, 2), *flags), lambda: np.arange(10))
    with pytest.raises(InputError, match="^parts: "):
        as_layered([wrong], grown, 10)
