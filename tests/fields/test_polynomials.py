"""Explicit vector fields: exact brackets over the integers, lifting, refusals."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reference import polynomials as slow

from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import PolynomialFields, exact_bracket, large_primes, lift, packed
from pyconslaw.records import Polynomial

VARIABLES = 3
monomials = st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(1, 4), max_size=2).map(
    lambda m: tuple(sorted(m.items()))
)
coefficients = st.one_of(st.integers(-3, 3), st.integers(-(2**62), 2**62), st.integers(-(10**80), 10**80))
fields = st.dictionaries(
    st.integers(0, VARIABLES - 1),
    st.lists(st.tuples(coefficients, monomials), max_size=4).map(Polynomial.of),
    max_size=VARIABLES,
).map(lambda f: {v: p for v, p in f.items() if p.terms})


def to_slow(field):
    return {v: slow.polynomial(p.terms) for v, p in field.items()}


@given(fields, fields)
@example({0: Polynomial(((2**62 + 1, ()),))}, {1: Polynomial(((2**63 - 1, ((0, 2),)),))})
@example({0: Polynomial(((1, ((0, 1),)),))}, {0: Polynomial(((1, ((0, 1),)),))})
def test_exact_bracket_against_the_oracle(f, g):
    found = exact_bracket(f, g, VARIABLES)
    expected = slow.bracket(to_slow(f), to_slow(g))
    assert to_slow(found) == expected
    assert all(p.terms and p == Polynomial.of(p.terms) for p in found.values())
    assert to_slow(exact_bracket(g, f, VARIABLES)) == {v: slow.add({}, p, -1) for v, p in expected.items()}


def test_brackets_that_need_several_primes():
    """A coefficient of 4000 bits: 65 primes of 62 bits."""
    f = {0: Polynomial(((3**1262, ()),))}
    g = {1: Polynomial(((-(5**861), ((0, 3),)),))}
    assert exact_bracket(f, g, 2) == {1: Polynomial(((-3 * 3**1262 * 5**861, ((0, 2),)),))}


def test_coefficients_that_vanish_modulo_the_first_primes():
    """The product of the first primes tried: its residues are all zero until another prime comes."""
    primes = large_primes()
    c = next(primes) * next(primes)
    found = exact_bracket({0: Polynomial(((1, ()),))}, {1: Polynomial(((c, ((0, 1),)),))}, 2)
    assert found == {1: Polynomial(((c, ()),))}


def test_zero_fields():
    assert (
        exact_bracket({}, {0: Polynomial(((1, ()),))}, 1)
        == {}
        == exact_bracket({0: Polynomial(((1, ()),))}, {}, 1)
    )


@pytest.mark.parametrize("prime", [3, 101, 2**61 - 1])
def test_lift(prime):
    for x in (0, 1, -1, prime // 2, -(prime // 2)):
        assert lift(x % prime, prime) == x


def test_large_primes_are_the_largest_below_2_62():
    primes = large_primes()
    found = [next(primes) for _ in range(5)]
    assert found == [
        n for n in range(2**62 - 1, found[-1] - 1, -1) if all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7))
    ]


def test_packed():
    field = {1: Polynomial(((-5, ((0, 2),)),))}
    assert packed(field, 2, 7).terms() == [[], [(2, ((0, 2),))]]


@pytest.mark.parametrize("constant", [(), ((5, ()),)])
def test_constant_components_are_refused(constant):
    with pytest.raises(InputError, match=r"phi\[1\]: expected a polynomial that is not constant"):
        PolynomialFields([Polynomial(((1, ((0, 1),)),)), Polynomial(constant)], 1)


def test_variables_out_of_range_are_refused():
    with pytest.raises(InputError, match=r"phi\[0\]: variable 2 is not below"):
        PolynomialFields([Polynomial(((1, ((2, 1),)),))], 2)


def test_large_coefficients_are_reduced_modulo_the_prime():
    family = PolynomialFields([Polynomial(((10**50, ((0, 2),)),))], 1)
    generators = family.draw(None, 0, 5, 10)
    assert family.values(generators, [(0,)], [3], 101).tolist() == [[6 * 10**50 % 101]]


@given(st.lists(st.tuples(st.integers(-9, 9), monomials), max_size=6))
def test_canonical_polynomials(terms):
    f = Polynomial.of(terms)
    assert list(f.terms) == [(c, m) for c, m in slow.terms(slow.polynomial(terms))]
    assert f == Polynomial.of(terms[::-1]) and hash(f) == hash(Polynomial.of(terms[::-1]))
    assert f.degree == slow.degree(slow.polynomial(terms)) and f.norm == sum(abs(c) for c, _ in f.terms)
    assert {v: list(p.terms) for v, p in f.gradient().items()} == {
        v: slow.terms(p) for v, p in slow.gradient(slow.polynomial(terms)).items()
    }
    assert Polynomial.of((c, [tuple(x) for x in m]) for c, m in f.json()) == f
