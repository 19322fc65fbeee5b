"""Changes that nobody sees, as partitions, against their spaces of vectors."""

import itertools

import numpy as np
from hypothesis import assume, example, given
from hypothesis import strategies as st

from pyconslaw.torch.nulls import (
    FREE,
    SAME,
    holds,
    joint,
    labels,
    lowered,
    meet,
    plain,
    pulled,
    reshaped,
    singles,
)
from pyconslaw.torch.parts import Part, chunks, joined
from pyconslaw.torch.parts import reshaped as reshaped_parts
from pyconslaw.torch.unknowns import Unknowns

N = 6
ARRAYS = st.lists(st.integers(-1, 3), min_size=N, max_size=N).map(np.array)
SPECS = st.one_of(st.sampled_from([FREE, SAME]), ARRAYS)
SHAPES = st.sampled_from([(2, 6), (12,), (3, 4), (2, 2, 3), (4, 3), (1, 12), (2, 1, 6), (6, 2)])


def space(spec, n):
    """A basis of the changes of one axis, a row each."""
    array = labels(spec, n)
    return np.array([array == k for k in np.unique(array) if k >= 0], dtype=float).reshape(-1, n)


def common(a, b):
    """The dimension of the intersection of two spaces."""
    rank = np.linalg.matrix_rank
    both = np.concatenate([a, b])
    return (
        (rank(a) if len(a) else 0) + (rank(b) if len(b) else 0) - (rank(both) if len(both) else 0)
    )


@given(SPECS, SPECS)
def test_what_two_specs_allow(a, b):
    spec = meet(a, b, N)
    spec = plain(labels(spec, N)) if spec is not None else None
    size = 0 if spec is None else len(space(spec, N))
    assert size == common(space(a, N), space(b, N))
    if spec is not None:
        assert common(space(spec, N), space(a, N)) == common(space(spec, N), space(b, N)) == size


@given(SPECS, SPECS)
@example(FREE, np.zeros(N, dtype=int))  # in another form than SAME
def test_holding(a, b):
    assume(plain(labels(b, N)) is not None)
    whole = common(space(a, N), space(b, N)) == len(space(b, N))
    assert holds((a,), (b,), (N,)) == whole


@given(SPECS, st.lists(st.integers(0, 3), min_size=N, max_size=N))
def test_copies(spec, source):
    """All changes of four places whose copies are allowed."""
    found = pulled(spec, np.array(source), 4)
    copies = np.eye(4)[:, source]
    kept = 0 if found is None else len(space(found, 4))
    inside = copies[np.unique(source)]
    free = 4 - len(inside)
    assert kept == free + common(inside, space(spec, N))
    if found is not None:
        images = space(found, 4) @ copies
        assert common(images, space(spec, N)) == np.linalg.matrix_rank(images)


@given(SPECS)
def test_single_places(spec):
    found = singles(spec, N)
    kept = space(found, N) if found is not None else np.zeros((0, N))
    own = [e for e in np.eye(N) if common(e[None], space(spec, N))]
    assert len(kept) == len(own)


@given(SHAPES, SHAPES, st.data())
def test_other_shapes(old, new, data):
    specs = tuple(data.draw(st.sampled_from([FREE, SAME])) if n > 1 else FREE for n in old)
    found = reshaped(specs, old, new)
    if found is not None:
        a, b = joint(specs, old).ravel(), joint(found, new).ravel()
        assert all((a[i] == a[j]) == (b[i] == b[j])
                   for i, j in itertools.combinations(range(12), 2))  # fmt: skip


def test_broadcasts():
    assert lowered((FREE, SAME), (2, 3), (3,)) == (SAME,)
    assert lowered((np.array([0, -1]), SAME), (2, 3), (3,)) is None
    assert lowered((np.array([0, 1, 1]), SAME), (3, 2), (1, 2)) == (FREE, SAME)


@given(SHAPES, SHAPES)
def test_chunks_have_equal_sizes(old, new):
    for (a, b), (c, d) in chunks(old, new):
        assert np.prod(old[a:b]) == np.prod(new[c:d])


@given(SHAPES, SHAPES, st.data())
def test_unknowns_of_another_shape(old, new, data):
    """Each entry keeps its unknown, or a copy that follows it."""
    unknowns = Unknowns()
    shape = [n if data.draw(st.booleans()) else 1 for n in old]
    ids = unknowns.new(tuple(shape))
    (part,) = reshaped_parts(unknowns, (Part(ids),), old, new)
    before = np.broadcast_to(ids, old).ravel()
    after = np.broadcast_to(unknowns.find(part.ids)[0], new).ravel()
    assert np.array_equal(before, after)


def test_tensors_side_by_side():
    unknowns = Unknowns()
    a, b, c = unknowns.new((1, 2)), unknowns.new((1, 1)), unknowns.new((1, 3))
    parts = joined(unknowns, [((Part(a), Part(b)), 2), ((Part(c),), 3)], 1)
    total = sorted(tuple(unknowns.find(p.ids)[0].ravel().tolist()) for p in parts)
    assert total == sorted([(*a.ravel(), *c.ravel()), (b[0, 0], b[0, 0], 0, 0, 0)])
