"""Independent laws in formulas, against ranks of gradients: modulo a prime, and of their own in
floats.
"""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.torch.counts import block_count, counts, modular_rank, reduce
from pyconslaw.torch.evaluate import derivatives, gradient, values
from pyconslaw.torch.found import Family, Found, ParameterInfo, Term
from pyconslaw.torch.sums import linear_rank

SHAPES = {"a": (3,), "b": (3, 2), "c": (2, 3), "d": (2, 2), "e": (4, 2), "f": (2, 2, 2)}


def one(name, axis, positions, coefficient=1, shift=0):
    """A term of laws with one position each, or of what `positions` lists."""
    places = np.array(positions)
    if places.ndim == 1:
        places = places.reshape(-1, 1, 1)
    return Term(name, axis, places, Fraction(coefficient), Fraction(shift))


def found(*families, shapes=SHAPES, frozen=()):
    listed = [ParameterInfo(n, shape=s, trainable=n not in frozen) for n, s in shapes.items()]
    return Found(families, tuple(listed))


@st.composite
def terms(draw, kind, laws, rows, width):
    name = draw(st.sampled_from(sorted(SHAPES)))
    axis = draw(st.integers(0, len(SHAPES[name]) - 1))
    if len(SHAPES[name]) > 1 and draw(st.integers(0, 4)) == 0:
        axis = draw(st.sampled_from([(0, 1), (0, len(SHAPES[name]) - 1)]))
    size = one(name, axis, [0]).extents(SHAPES[name])[0]
    flat = draw(
        st.lists(
            st.integers(0, size - 1), min_size=laws * rows * width, max_size=laws * rows * width
        )
    )
    if draw(st.booleans()) and laws * rows * width <= size:
        flat = draw(st.permutations(range(size)))[: laws * rows * width]
    shift = draw(st.sampled_from([0, 0, 1])) if kind == "diagonal" else 0
    coefficient = draw(st.sampled_from([-2, -1, 1, Fraction(1, 2)]))
    return one(name, axis, np.reshape(flat, (laws, rows, width)), coefficient, shift)


def rest(term):
    return term.extents(SHAPES[term.parameter])[1]


@st.composite
def families(draw, kinds=("diagonal", "diagonal", "block", "linear")):
    kind = draw(st.sampled_from(kinds))
    laws, width = draw(st.integers(1, 3)), draw(st.integers(1, 2))
    rows = draw(st.integers(1, 3)) if kind == "block" else 1
    listed = draw(st.lists(terms(kind, laws, rows, width), min_size=1, max_size=3))
    if kind == "linear":  # equally many other entries
        listed = [t for t in listed if rest(t) == rest(listed[0])]
    return Family(kind, tuple(listed))


def unit(name, entry):
    """All zero, but for one entry of one parameter."""
    found = {n: np.zeros(s) for n, s in SHAPES.items()}
    found[name].flat[entry] = 1
    return found


def dense_rank(what, seed=0):
    """The rank of all gradients at a random point, by singular values."""
    rng = np.random.default_rng(seed)
    weights = {n: rng.normal(size=s) for n, s in SHAPES.items()}
    units = [unit(n, e) for n, s in SHAPES.items() for e in range(np.prod(s))]
    columns = [
        np.concatenate([derivatives(family, weights, e).ravel() for family in what.families])
        for e in units
    ]
    return int(np.linalg.matrix_rank(np.array(columns), tol=1e-9))


@given(st.lists(families(), min_size=1, max_size=4))
def test_formulas_are_ranks(listed):
    what = found(*listed)
    known = counts(what)
    reduced = [f for f in (reduce(family, SHAPES) for family in listed) if f]
    assert known.total == (modular_rank(reduced, SHAPES) if reduced else 0)
    assert known.how in ("formula", "rank modulo 2147483647", "rank at random entries")
    assert max(known.each) <= known.total <= sum(known.each)


@given(st.lists(families(), min_size=1, max_size=2))
def test_ranks_are_those_of_floats(listed):
    what = found(*listed)
    assert counts(what).total == dense_rank(what)


@given(families(), st.integers(0, 10))
def test_gradients_are_those_of_the_values(family, seed):
    rng = np.random.default_rng(seed)
    weights = {n: rng.normal(size=s) for n, s in SHAPES.items()}
    tangent = {n: rng.normal(size=s) for n, s in SHAPES.items()}
    along = derivatives(family, weights, tangent)
    step = 1e-6
    ahead = values(family, {n: w + step * tangent[n] for n, w in weights.items()})
    behind = values(family, {n: w - step * tangent[n] for n, w in weights.items()})
    np.testing.assert_allclose(along, (ahead - behind) / (2 * step), atol=1e-6)
    for index in np.ndindex(along.shape):
        law, entry = index[0], (*index[1:], 0, 0)[:2]
        found_here = gradient(family, weights, law, entry)
        total = sum((g * tangent[n]).sum() for n, g in found_here.items())
        assert total == pytest.approx(along[index], abs=1e-9)


def test_a_block_with_few_columns():
    assert [block_count(r, n) for r, n in ((3, 1), (3, 2), (3, 3), (3, 9), (0, 5))] == [
        3,
        5,
        6,
        6,
        0,
    ]


def test_what_cancels_is_no_law():
    both = Family("diagonal", (one("d", 0, [0, 1]), one("d", 0, [0, 1], -1)))
    full = Family("diagonal", (one("d", 0, [[[0, 1]]]), one("d", 1, [[[0, 1]]], -1)))
    half = Family("diagonal", (one("d", 0, [0]), one("d", 1, [0], -1)))
    assert counts(found(both, full)).total == 0
    assert counts(found(half)).total == 1


def test_frozen_parameters_are_constants():
    family = Family("diagonal", (one("a", 0, [0, 1, 2]), one("b", 0, [0, 1, 2], -1)))
    assert counts(found(family, frozen=("b",))).total == 3
    assert counts(found(family, frozen=("a", "b"))).total == 0


def test_linear_laws_that_say_the_same_are_counted_once():
    rows = Family("linear", (one("b", 0, [[[0, 1, 2]]]),))
    columns = Family("linear", (one("b", 1, [[[0, 1]]]),))
    assert counts(found(rows)).each == (2,) and counts(found(columns)).each == (3,)
    assert counts(found(rows, columns)).total == 4


def test_a_chain_leaves_one_by_one():
    """Hidden layers one after another: every matrix but the ends is in two families."""
    width, depth = 5000, 40
    shapes = {f"w{k}": (width, width) for k in range(depth)}
    places = np.arange(width)
    chain = [
        Family("diagonal", (one(f"w{k}", 0, places), one(f"w{k + 1}", 1, places, -1)))
        for k in range(depth - 1)
    ]
    known = counts(found(*chain, shapes=shapes))
    assert known.total == (depth - 1) * width and known.how == "formula"


def test_embeddings_that_are_added_before_a_norm():
    """Rows of each sum to what never changes, and so do columns of both: one law says it twice."""
    shapes = {"words": (3000, 70), "types": (2, 70)}
    families = [
        Family("linear", (one("words", 1, [[range(70)]]),)),
        Family("linear", (one("types", 1, [[range(70)]]),)),
        Family("linear", (one("words", 0, [[range(3000)]]), one("types", 0, [[range(2)]], -1))),
    ]
    known = counts(found(*families, shapes=shapes))
    assert known.total == 3000 + 2 + 70 - 1 and known.how == "rank at random entries"


def test_a_stream_and_sums_of_it():
    """Squares of all entries, and sums of some: all are independent where the sums are few."""
    shapes = {f"w{k}": (50, 60) for k in range(40)}
    every = [[range(50)]]
    stream = Family("diagonal", tuple(one(name, 0, every) for name in shapes))
    sums = [Family("linear", (one(name, 0, every),)) for name in shapes]
    known = counts(found(stream, *sums, shapes=shapes))
    assert known.total == 1 + 40 * 60 and known.how == "formula"


def test_squares_of_what_never_changes_are_no_further_laws():
    entries = Family("linear", (one("a", 0, [0, 1, 2]),))
    squares = Family("diagonal", (one("a", 0, [0, 1, 2]),))
    assert counts(found(entries, squares)).total == 3


@given(st.lists(families(kinds=("linear",)), min_size=1, max_size=5), st.integers(0, 5))
def test_linear_ranks(listed, seed):
    reduced = [f for f in (reduce(family, SHAPES) for family in listed) if f]
    known = linear_rank(reduced, SHAPES, seed) if reduced else 0
    assert known is None or known == (modular_rank(reduced, SHAPES) if reduced else 0)


def test_entries_that_never_change_are_constants_for_all_others():
    shapes = {"q": (60, 60), "k": (60, 60), "b": (60,)}
    rows = np.arange(60).reshape(1, 60, 1)
    block = Family("block", (one("q", 0, rows), one("k", 0, rows, -1)))
    each = [Family("linear", (one(name, 0, np.arange(60)),)) for name in "qk"]
    known = counts(found(block, *each, *each, shapes=shapes))
    assert known.total == 2 * 3600 and known.how == "formula"
    assert known.each[0] == 60 * 61 // 2


def test_what_is_too_large_for_a_rank_is_not_called_exact():
    shapes = {"a": (3000, 3000)}
    rows = Family("diagonal", (one("a", 0, np.arange(3000)),))
    columns = Family("diagonal", (one("a", 1, np.arange(3000)),))
    known = counts(found(rows, columns, shapes=shapes))
    assert known.total == 6000 and known.how == "at most"  # 5999: both sums are the same


def test_the_small_ones_of_these():
    rows = Family("diagonal", (one("d", 0, [0, 1]),))
    columns = Family("diagonal", (one("d", 1, [0, 1]),))
    assert counts(found(rows, columns)).total == 3
