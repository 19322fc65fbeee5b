"""Packed polynomials at the border,
against fmpz_mpoly of python-flint and the dict polynomials of the oracles.
"""

import subprocess
import sys
from fractions import Fraction

import flint
import numpy as np
import pytest
from bad_input import LARGE, MODULI, SIZES, accepted_forms, refused, vectors
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.poly import Polynomials
from reference import polynomials as slow

PRIMES = [2, 3, 101, 2**31 - 1, LARGE, 2**62 - 57]
VARIABLES = 4
CONTEXT = flint.fmpz_mpoly_ctx.get([f"x{v}" for v in range(VARIABLES)], flint.Ordering.lex)

monomials = st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(1, 5), max_size=3).map(
    lambda m: tuple(sorted(m.items()))
)
coefficients = st.one_of(st.integers(-3, 3), st.integers(-(2**70), 2**70))
polys = st.lists(st.tuples(coefficients, monomials), max_size=6)
vector_fields = st.lists(polys, min_size=VARIABLES, max_size=VARIABLES)
primes = st.sampled_from(PRIMES)


def to_flint(terms):
    total = CONTEXT.from_dict({})
    for c, m in terms:
        exponents = tuple(dict(m).get(v, 0) for v in range(VARIABLES))
        total += CONTEXT.from_dict({exponents: c})
    return total


def from_flint(f, prime):
    """Canonical terms mod a prime, as `Polynomials.terms` gives them."""
    found = [
        (int(c) % prime, tuple((v, int(e)) for v, e in enumerate(m) if e))
        for m, c in f.to_dict().items()
    ]
    return sorted([t for t in found if t[0]], key=lambda t: t[1])


def packed(*lists, prime):
    return Polynomials(lists, VARIABLES, prime)


@given(st.lists(polys, max_size=4), primes)
def test_construction_is_canonical(lists, prime):
    found = packed(*lists, prime=prime)
    assert len(found) == len(lists)
    assert found.terms() == [from_flint(to_flint(f), prime) for f in lists]
    assert found.size == sum(map(len, found.terms()))
    assert found == packed(*[f[::-1] for f in lists], prime=prime)
    assert found == packed(*found.terms(), prime=prime)


@given(polys, polys, primes)
def test_product(f, g, prime):
    found = packed(f, prime=prime) * packed(g, prime=prime)
    assert found.terms() == [from_flint(to_flint(f) * to_flint(g), prime)]
    assert found == packed(g, prime=prime) * packed(f, prime=prime)


@given(polys, st.integers(0, VARIABLES - 1), primes)
def test_derivative(f, v, prime):
    assert packed(f, prime=prime).derivative(v).terms() == [
        from_flint(to_flint(f).derivative(v), prime)
    ]


@given(st.lists(polys, min_size=1, max_size=3), st.data(), primes)
def test_values_and_gradients(lists, data, prime):
    point = data.draw(st.lists(st.integers(0, prime - 1), min_size=VARIABLES, max_size=VARIABLES))
    found = packed(*lists, prime=prime)
    expected = [to_flint(f) for f in lists]
    assert found.evaluate(point).tolist() == [int(f(*point)) % prime for f in expected]
    assert found.gradients(point).tolist() == [
        [int(f.derivative(v)(*point)) % prime for v in range(VARIABLES)] for f in expected
    ]


@given(vector_fields, vector_fields, primes)
def test_bracket_against_flint(f, g, prime):
    found = packed(*f, prime=prime).bracket(packed(*g, prime=prime))
    fs, gs = [to_flint(p) for p in f], [to_flint(p) for p in g]
    expected = []
    for v in range(VARIABLES):
        total = CONTEXT.from_dict({})
        for w in range(VARIABLES):
            total += gs[v].derivative(w) * fs[w] - fs[v].derivative(w) * gs[w]
        expected.append(from_flint(total, prime))
    assert found.terms() == expected


@given(vector_fields, vector_fields, vector_fields, primes)
def test_bracket_laws(f, g, h, prime):
    """Antisymmetry, and Jacobi at a point, where sums of vector fields are sums of vectors."""
    f, g, h = (packed(*x, prime=prime) for x in (f, g, h))
    point = [v % prime for v in (3, 1, 4, 15)]

    def value(field):
        return [int(x) for x in field.evaluate(point)]

    assert [
        (a + b) % prime for a, b in zip(value(f.bracket(g)), value(g.bracket(f)), strict=True)
    ] == [0] * VARIABLES
    assert f.bracket(f).terms() == [[]] * VARIABLES
    cyclic = [value(x.bracket(y.bracket(z))) for x, y, z in ((f, g, h), (g, h, f), (h, f, g))]
    assert [sum(column) % prime for column in zip(*cyclic, strict=True)] == [0] * VARIABLES


@given(vector_fields, vector_fields)
def test_bracket_against_the_oracle(f, g):
    prime = LARGE
    found = packed(*f, prime=prime).bracket(packed(*g, prime=prime)).terms()
    slow_f, slow_g = ({v: p for v, t in enumerate(x) if (p := slow.polynomial(t))} for x in (f, g))
    expected = slow.bracket(slow_f, slow_g, prime)
    assert found == [[(c, m) for c, m in slow.terms(expected.get(v, {}))] for v in range(VARIABLES)]


def table_of(monomials, variables=VARIABLES):
    """Each as its variables with repetition, filled up."""
    width = max((sum(e for _, e in m) for m in monomials), default=0)
    rows = [[v for v, e in m for _ in range(e)] for m in monomials]
    return np.array(
        [row + [variables] * (width - len(row)) for row in rows], dtype=np.int32
    ).reshape(len(rows), width)


@given(vector_fields, st.lists(monomials, max_size=5), primes)
def test_lie_derivatives(field, wanted, prime):
    rows, columns, values = packed(*field, prime=prime).lie_derivatives(table_of(wanted))
    assert rows.dtype == columns.dtype == np.int64 and values.dtype == np.uint64
    fields = [to_flint(f) for f in field]
    seen, expected = {}, {}
    for k, m in enumerate(wanted):
        f = to_flint([(1, m)])
        total = sum((f.derivative(v) * fields[v] for v in range(VARIABLES)), CONTEXT.from_dict({}))
        for c, n in from_flint(total, prime):
            expected[n, k] = c
    entries = list(zip(rows.tolist(), columns.tolist(), values.tolist(), strict=True))
    assert len(entries) == len(expected)
    by_row = {}
    for row, column, value in entries:
        by_row.setdefault(row, {})[column] = value
        seen[row] = len(seen) if row not in seen else seen[row]
    assert list(seen) == sorted(seen)  # rows are numbered by first appearance
    names = {}
    for (n, k), c in expected.items():
        names.setdefault(n, {})[k] = c
    assert sorted(map(sorted, (r.items() for r in by_row.values()))) == sorted(
        map(sorted, (r.items() for r in names.values()))
    )


def test_no_variables_and_no_polynomials():
    constant = Polynomials([[(5, ())], []], 0, 3)
    assert constant.terms() == [[(2, ())], []]
    assert constant.evaluate([]).tolist() == [2, 0] and constant.gradients([]).shape == (2, 0)
    none = Polynomials([], 3, 7)
    assert (len(none), none.terms(), none.size) == (0, [], 0)
    assert none.evaluate([1, 2, 3]).shape == (0,) and none.gradients([1, 2, 3]).shape == (0, 3)
    nowhere = Polynomials([], 0, 7)
    assert nowhere.bracket(nowhere).terms() == []
    assert [len(x) for x in nowhere.lie_derivatives(table_of([(), ()]))] == [0, 0, 0]


def test_large_exponents():
    top = 2**32 - 1
    f = Polynomials([[(1, ((0, top),))], []], 2, 101)
    assert f.terms()[0] == [(1, ((0, top),))]
    assert f.evaluate([2, 0]).tolist() == [pow(2, top, 101), 0]
    assert f.derivative(0).terms()[0] == [(top % 101, ((0, top - 1),))]
    for call in (
        lambda: f * f,
        lambda: f.bracket(Polynomials([[], [(1, ((0, 2),))]], 2, 101)),
        lambda: f.lie_derivatives([[0, 0]]),
    ):
        with pytest.raises(OverflowError, match="exponent"):
            call()
    assert f.terms()[0] == [(1, ((0, top),))]


@pytest.mark.parametrize("form", accepted_forms([2, 5]))
def test_every_integer_form_of_a_point_is_read(form):
    f = Polynomials([[(1, ((0, 1), (1, 1)))], [(3, ())]], 2, 101)
    point = accepted_forms([2, 5])[form]
    assert f.evaluate(point).tolist() == [10, 3] and f.gradients(point).tolist() == [[5, 2], [0, 0]]


def test_equality():
    f = Polynomials([[(1, ((0, 1),))], []], 2, 101)
    assert f == Polynomials([[(102, ((0, 1),))], [(101, ())]], 2, 101)
    assert f != Polynomials([[(1, ((0, 1),))], []], 2, 103) and f != Polynomials(
        [[(1, ((0, 1),))], []], 3, 101
    )
    assert f != Polynomials([[(1, ((0, 1),))]], 2, 101) and f != "f" and f != None  # noqa: E711
    with pytest.raises(TypeError, match="hashable"):
        hash(f)


@pytest.mark.parametrize("p", MODULI.values(), ids=MODULI)
def test_bad_modulus(p):
    with refused("p"):
        Polynomials([[(1, ((0, 1),))]], 1, p)


@pytest.mark.parametrize("variables", SIZES.values(), ids=SIZES)
def test_bad_number_of_variables(variables):
    with refused("variables"):
        Polynomials([[]], variables, 7)


BAD_TERMS = {
    "none": None,
    "number": 5,
    "text": "ab",
    "polynomial none": [None],
    "term of one": [[(1,)]],
    "term of three": [[(1, (), 2)]],
    "coefficient half": [[(1.5, ())]],
    "coefficient nan": [[(float("nan"), ())]],
    "coefficient fraction": [[(Fraction(1, 2), ())]],
    "coefficient text": [[("a", ())]],
    "coefficient none": [[(None, ())]],
    "factors none": [[(1, None)]],
    "factor of one": [[(1, ((0,),))]],
    "decreasing": [[(1, ((1, 1), (0, 1)))]],
    "twice": [[(1, ((0, 1), (0, 1)))]],
    "variable too large": [[(1, ((2, 1),))]],
    "variable negative": [[(1, ((-1, 1),))]],
    "variable half": [[(1, ((0.5, 1),))]],
    "variable 2^32": [[(1, ((2**32, 1),))]],
    "exponent 0": [[(1, ((0, 0),))]],
    "exponent negative": [[(1, ((0, -1),))]],
    "exponent 2^32": [[(1, ((0, 2**32),))]],
    "exponent half": [[(1, ((0, 1.5),))]],
    "exponent nan": [[(1, ((0, float("nan")),))]],
}


@pytest.mark.parametrize("terms", BAD_TERMS.values(), ids=BAD_TERMS)
def test_bad_terms(terms):
    with pytest.raises((ValueError, TypeError)):
        Polynomials(terms, 2, 101)


@pytest.mark.parametrize(
    "kind", [k for k in BAD_TERMS if k.startswith(("variable", "exponent", "decreasing", "twice"))]
)
def test_bad_factors_are_shown(kind):
    ((_, factors),) = BAD_TERMS[kind][0]
    with refused("factors"):
        Polynomials(BAD_TERMS[kind], 2, 101)


@pytest.mark.parametrize("kind", vectors(2, 101))
def test_bad_point(kind):
    f = Polynomials([[(1, ((0, 1), (1, 1)))], [(3, ())]], 2, 101)
    for call in (f.evaluate, f.gradients):
        with refused("point"):
            call(vectors(2, 101)[kind])


@pytest.mark.parametrize(
    "other", [None, 5, "f", [[]], object()], ids=["None", "5", "f", "list", "object"]
)
def test_partner_of_another_type(other):
    f = Polynomials([[], []], 2, 101)
    with pytest.raises(TypeError):
        f.bracket(other)
    with pytest.raises(TypeError):
        f * other


@pytest.mark.parametrize(
    "other", [([[], []], 3, 101), ([[], []], 2, 103), ([[]], 2, 101)], ids=repr
)
def test_partner_of_another_shape(other):
    f = Polynomials([[], []], 2, 101)
    for call in (f.bracket, f.__mul__):
        with refused("other|expected"):
            call(Polynomials(*other))


def test_brackets_are_of_vector_fields():
    f = Polynomials([[]], 2, 101)
    with refused("expected 2"):
        f.bracket(f)
    with refused("expected a vector field"):
        f.lie_derivatives(np.zeros((0, 1), dtype=np.int64))


@pytest.mark.parametrize("variable", [-1, 2, 2**40, 0.5, None, "0"], ids=repr)
def test_bad_variable(variable):
    with refused("variable"):
        Polynomials([[(1, ((0, 1),))]], 2, 101).derivative(variable)


@pytest.mark.parametrize(
    "table",
    [None, 5, [None], [5], [[0, 3]], [[-1, 0]], [[1, 0]], [[2, 0]], [[0.5]], [["0"]]],
    ids=repr,
)
def test_bad_tables(table):
    with refused("table"):
        Polynomials([[], []], 2, 101).lie_derivatives(table)


def test_zero_components_hold_no_memory():
    """A sparse vector field in many variables: its brackets are mostly zeros, and thousands of
    them are kept.
    """
    code = """
import resource
from pyconslaw._core.poly import Polynomials
n = 100_000
f = Polynomials([[(1, ((1, 1),))]] + [[]] * (n - 1), n, 101)
g = Polynomials([[], [(1, ((0, 1),))]] + [[]] * (n - 2), n, 101)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
kept = [f.bracket(g) for _ in range(20)]
assert all(b.size == 2 for b in kept)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / 20 / n)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 80
