"""Unknowns with ratios against a slow elimination; relations of several terms against a rank."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.torch.parts import Part
from pyconslaw.torch.relations import Relations
from pyconslaw.torch.unknowns import ZERO, Unknowns

SIZE = 7
RATIOS = st.sampled_from([Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2), Fraction(-3)])


def nullspace(rows):
    """A basis in fractions of the vectors of length SIZE that all rows send to zero."""
    rows, pivots = [list(map(Fraction, row)) for row in rows], []
    for column in range(SIZE):
        at = next((k for k in range(len(pivots), len(rows)) if rows[k][column]), None)
        if at is None:
            continue
        k = len(pivots)
        rows[k], rows[at] = rows[at], rows[k]
        rows[k] = [x / rows[k][column] for x in rows[k]]
        for i, row in enumerate(rows):
            if i != k and row[column]:
                rows[i] = [x - row[column] * y for x, y in zip(row, rows[k])]
        pivots.append(column)
    basis = []
    for free in (c for c in range(SIZE) if c not in pivots):
        vector = [Fraction(0)] * SIZE
        vector[free] = Fraction(1)
        for k, column in enumerate(pivots):
            vector[column] = -rows[k][free]
        basis.append(vector)
    return basis


def same_space(a, b):
    """Whether two lists of vectors span one space."""

    def rank(vectors):
        if not vectors:
            return 0
        return np.linalg.matrix_rank(np.array([[float(x) for x in v] for v in vectors]))

    return rank(a) == rank(b) == rank([*a, *b])


def solutions(unknowns, ids, relations=None):
    """A basis of what the unknowns may be, one vector for each free root."""
    root, code = unknowns.find(ids)
    rows = [(root, code)] if relations is None else relations.substituted(root, code)
    free = sorted({int(r) for root, code in rows for r, c in zip(root, code) if r != ZERO and c})
    basis = []
    for wanted in free:
        vector = [Fraction(0)] * SIZE
        for root, code in rows:
            for k, (r, c) in enumerate(zip(root, code)):
                if r == wanted:
                    vector[k] += unknowns.ratios.values[c]
        basis.append(vector)
    return basis


@given(st.lists(st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1), RATIOS), max_size=9),
       st.booleans())  # fmt: skip
def test_pairs(pairs, at_once):
    unknowns = Unknowns()
    ids = unknowns.new((SIZE,))
    if at_once and pairs:
        a, b, ratios = zip(*pairs)
        codes = np.array([unknowns.ratios.code(r) for r in ratios], dtype=np.int16)
        unknowns.unite(ids[list(a)], ids[list(b)], codes)
    else:
        for a, b, ratio in pairs:
            unknowns.unite(ids[[a]], ids[[b]], ratio)
    rows = []
    for a, b, ratio in pairs:
        row = [Fraction(0)] * SIZE
        row[a] += 1
        row[b] -= ratio
        rows.append(row)
    assert same_space(solutions(unknowns, ids), nullspace(rows))


TERMS = st.lists(st.tuples(st.integers(0, SIZE - 1), RATIOS), min_size=1, max_size=4)


@given(st.lists(TERMS, max_size=6))
def test_relations_of_several_terms(given_relations):
    """What is left after elimination solves all relations, and is all that does."""
    unknowns = Unknowns()
    relations = Relations(unknowns)
    ids = unknowns.new((SIZE,))
    rows = []
    for terms in given_relations:
        relations.add(tuple(Part(ids[[k]], ratio) for k, ratio in terms))
        row = [Fraction(0)] * SIZE
        for k, ratio in terms:
            row[k] += ratio
        rows.append(row)
    relations.settle()
    assert relations.eliminate() == 0
    assert same_space(solutions(unknowns, ids, relations), nullspace(rows))


@given(st.integers(2, 4), st.integers(2, 4), st.booleans())
def test_sums_over_different_axes_are_constant(n, m, third):
    unknowns = Unknowns()
    relations = Relations(unknowns)
    a, b, c = unknowns.new((n, 1)), unknowns.new((1, m)), unknowns.new((n, 1))
    relations.add((Part(a), Part(b), *((Part(c),) if third else ())))
    relations.settle()
    relations.eliminate()
    left = relations.substituted(*unknowns.find(b.ravel()))
    assert all(len(set(root[code != 0].tolist())) <= 1 for root, code in left)


def test_copies_follow_what_they_are_of():
    unknowns = Unknowns()
    ids = unknowns.new((3,))
    ids[1] = ZERO
    copies = unknowns.copies(np.stack([ids, ids]), np.arange(2)[:, None])
    assert copies[0, 1] == copies[1, 1] == ZERO
    unknowns.unite(ids[[0]], ids[[2]], Fraction(-2))
    root, code = unknowns.find(copies)
    assert (root == root[0, 0]).sum() == 4
    assert unknowns.ratios.values[code[0, 0]] == -2 * unknowns.ratios.values[code[0, 2]]
    assert unknowns.label[copies[0, 0]] != unknowns.label[copies[1, 0]]
    assert unknowns.label[copies[0, 0]] == unknowns.label[copies[0, 2]]
