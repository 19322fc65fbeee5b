"""Typed-out products of two matrices: recognised whatever their names, order and factors, and
nothing else is.
"""

from itertools import product as pairs

import pytest
import typed
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random
from reference import trace

from pyconslaw import System, tied_autoencoder
from pyconslaw.fields.bilinear import COMBINED_LIMIT, bilinear_parts
from pyconslaw.methods.widening.bounds import widening_bounds

SHAPES = list(pairs(range(1, 4), range(1, 4), range(1, 4)))


def found(entries):
    """Unordered widths of the parts, and how many components are in none."""
    parts, rest = bilinear_parts(typed.polynomials(entries))
    return [(*sorted(p.layers.widths[::2]), p.layers.widths[1]) for p in parts], len(rest)


@st.composite
def shuffled(draw, size=3):
    """A product with variables renamed, and its entries in any order, times numbers."""
    n, m, r = (draw(st.integers(1, size)) for _ in range(3))
    entries = typed.product(*typed.variables(n, r, m))
    numbers = draw(st.permutations(range((n + m) * r)))
    entries = draw(st.permutations(typed.renamed(entries, numbers)))
    factors = [draw(st.sampled_from([1, -1, 2, -3, 7])) for _ in entries]
    scaled = [{k: c * x for k, x in f.items()} for c, f in zip(factors, entries, strict=True)]
    return (n, m, r), scaled


@given(shuffled())
def test_a_product_is_recognised(case):
    (n, m, r), entries = case
    assert found(entries) == ([(*sorted((n, m)), r)], 0)
    (part,), _ = bilinear_parts(typed.polynomials(entries))
    assert typed.network_entries(part) == {frozenset(f) for f in entries}


@given(shuffled(2), st.randoms(use_true_random=False))
def test_combinations_of_all_entries_are_recognised(case, draw):
    """Independent combinations, one of them twice; not where one is missing."""
    (n, m, r), entries = case
    size = len(entries)
    rows = [[draw.randint(-2, 2) for _ in range(size)] for _ in range(size)]
    if not typed.invertible(rows):
        return
    mixed = typed.combined(rows, entries)
    parts, rest = bilinear_parts(typed.polynomials([*mixed, mixed[0]]))
    assert rest == [] and [sorted(p.layers.widths[::2]) for p in parts] == [sorted((n, m))]
    assert typed.network_entries(parts[0]) == {frozenset(f) for f in entries}
    if n > 1 and m > 1:
        assert bilinear_parts(typed.polynomials(mixed[1:]))[0] == []


@given(shuffled(), st.data())
def test_near_misses_are_not_recognised(case, data):
    """One term missing, or with another factor, or with another variable; one entry missing."""
    (n, m, r), entries = case
    k = data.draw(st.integers(0, len(entries) - 1))
    monomial = data.draw(st.sampled_from(sorted(entries[k])))
    c = entries[k][monomial]

    def changed(**how):
        return [dict(f) if i != k else {**f, **how.get("to", {})} for i, f in enumerate(entries)]

    alone = (n, m) == (1, 1)
    if r > 1:
        missing = [{m: x for m, x in f.items() if x} for f in changed(to={monomial: 0})]
        assert alone or found(missing)[0] == []
        assert found(changed(to={monomial: 2 * c}))[0] == []
        assert found(changed(to={monomial: -c}))[0] == []
    if n > 1 and m > 1:
        assert found([f for i, f in enumerate(entries) if i != k])[0] == []
        fresh = (monomial[0], (n + m) * r)
        assert found(changed(to={monomial: 0, fresh: c}))[0] == []
    assert found([*entries, {(monomial[0],): 1}]) == ([], len(entries) + 1)


@pytest.mark.parametrize(
    "phi",
    [
        ["x^2"],
        ["x*y", "x^2*z"],
        ["x + y"],
        ["x*y + z"],
        ["x*y + y*z + z*x"],
        ["a*x + b*y", "a*y - b*x", "c*a"],
        ["a*x + b*y", "a*x + 2*b*y", "a*z + b*w", "x"],
        ["a*x", "b*y", "a*y"],
        ["a*x + b*y", "c*x + d*z"],
    ],
    ids=str,
)
def test_others_are_not(phi):
    names = sorted({c for f in phi for c in f if c.isalpha()})
    assert bilinear_parts(System(names, phi=phi).phi) == ([], list(range(len(phi))))


@pytest.mark.parametrize("dims", [[2, 3], [3, 2], [1, 2]])
def test_a_symmetric_product_is_not(dims):
    """phi = W^T W, as a network has it, written out."""
    phi = tuple(tied_autoencoder(dims, "linear").components.values())
    assert bilinear_parts(phi) == ([], list(range(len(phi))))


def test_off_diagonal_entries_of_a_symmetric_product_are_not():
    phi = ["a*d + b*e + c*f", "a*g + b*h + c*i", "d*g + e*h + f*i"]
    assert bilinear_parts(System("abcdefghi", phi=phi).phi) == ([], [0, 1, 2])


def test_parts_constants_and_what_is_left():
    phi = ["a*x + b*y + 5", "u^2*v", "3*t", "p*q", "2*p*s", "z*u"]
    parts, rest = bilinear_parts(System("abxyuvtpqsz", phi=phi).phi)
    assert [part.layers.widths for part in parts] == [(1, 2, 1), (1, 1), (2, 1, 1)]
    assert [part.variables.tolist() for part in parts] == [[2, 3, 0, 1], [6], [8, 9, 7]]
    assert rest == [1, 5]


def test_factors_that_are_shared_are_stacked():
    """Grouped queries, and products that share both sides: [A; B] C."""
    a, c = typed.variables(2, 3, 2)
    b, _ = typed.variables(3, 3, 2, start=12)
    entries = typed.product(a, c) + typed.product(b, c)
    (part,), rest = bilinear_parts(typed.polynomials(entries))
    assert (part.layers.widths, rest) == ((2, 3, 5), [])
    assert typed.network_entries(part) == {frozenset(f) for f in entries}


def test_combinations_have_a_limit():
    n = int(COMBINED_LIMIT**0.5) + 1
    entries = typed.product(*typed.variables(n, 1, n))
    sums = [{**f, **entries[k - 1]} for k, f in enumerate(entries)]
    assert found(entries)[0] == found([*entries[:-1], sums[0]])[0] == [(n, n, 1)]
    assert found([entries[0], *sums[1:]])[0] == []
    small = typed.product(*typed.variables(n - 1, 1, n - 1))
    sums = [{**f, **small[k - 1]} for k, f in enumerate(small)]
    assert found([small[0], *sums[1:]])[0] == [(n - 1, n - 1, 1)]
    assert found(sums)[0] == ([] if len(small) % 2 == 0 else [(n - 1, n - 1, 1)])


@pytest.mark.parametrize(("n", "m", "r"), SHAPES)
def test_the_dimension_is_that_of_the_system(n, m, r):
    """The network's bounds against brackets of the system, written out by the oracle."""
    entries = typed.product(*typed.variables(n, r, m))
    (part,), _ = bilinear_parts(typed.polynomials(entries))
    lower, upper = widening_bounds(part.layers, Random(0), effort=1e9)
    phi = [{(1 << 8 * u) + (1 << 8 * v): c for (u, v), c in f.items()} for f in entries]
    known = trace.trace_dimension(phi, (n + m) * r)
    assert lower.rank == upper.dimension == known == (n + m) * r - typed.two_layer_laws(n, m, r)
