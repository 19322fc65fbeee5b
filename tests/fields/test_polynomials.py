"""Explicit vector fields: exact brackets over the integers, lifting, refusals."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from reference import polynomials as slow

from pyconslaw.errors import InputError
from pyconslaw.exact.primes import large_primes
from pyconslaw.fields.polynomials import PolynomialFields, exact_bracket, lift, packed
from pyconslaw.records.polynomial import Polynomial

VARIABLES = 3
monomials = st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(1, 4), max_size=2).map(
    lambda m: tuple(sorted(m.items()))
)
coefficients = st.one_of(
    st.integers(-3, 3), st.integers(-(2**62), 2**62), st.integers(-(10**80), 10**80)
)
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
    assert to_slow(exact_bracket(g, f, VARIABLES)) == {
        v: slow.add({}, p, -1) for v, p in expected.items()
    }


def test_brackets_that_need_several_primes():
    """A coefficient of 4000 bits: 65 primes of 62 bits."""
    f = {0: Polynomial(((3**1262, ()),))}
    g = {1: Polynomial(((-(5**861), ((0, 3),)),))}
    assert exact_bracket(f, g, 2) == {1: Polynomial(((-3 * 3**1262 * 5**861, ((0, 2),)),))}


def test_coefficients_that_vanish_modulo_the_first_primes():
    """The product of the first primes tried: its residues are all zero until another prime
    comes.
    """
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
        n
        for n in range(2**62 - 1, found[-1] - 1, -1)
        if all(pow(a, n - 1, n) == 1 for a in (2, 3, 5, 7))
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
    assert f.degree == slow.degree(slow.polynomial(terms)) and f.norm == sum(
        abs(c) for c, _ in f.terms
    )
    assert {v: list(p.terms) for v, p in f.gradient().items()} == {
        v: slow.terms(p) for v, p in slow.gradient(slow.polynomial(terms)).items()
    }
    assert Polynomial.of((c, [tuple(x) for x in m]) for c, m in f.json()) == f


X, Y = Polynomial(((1, ((0, 1),)),)), Polynomial(((1, ((1, 1),)),))
ONE, ZERO = Polynomial(((1, ()),)), Polynomial(())


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ({}, "not zero"),
        ({0: ZERO}, "not zero"),
        ({2: ONE}, "variable 2"),
        ({0: Polynomial(((1, ((5, 1),)),))}, "variable 5"),
    ],
)
def test_vector_fields_that_are_refused(field, what):
    with pytest.raises(InputError, match=rf"fields\[1\]: .*{what}"):
        PolynomialFields([{0: Y}, field], 2)


@given(st.lists(fields.filter(bool), min_size=2, max_size=2), st.integers(0, 5))
def test_chains_are_words(pair, length):
    """(ad_f)^k g beside the oracle's brackets; the first one is always there."""
    prime, point = 2**61 - 1, [3, 5, 7]
    family = PolynomialFields(pair, VARIABLES)
    generators = family.draw(None, 0, 2, 10)
    rows = family.chain(generators, (1, 0), length, point, prime)
    slow_fields = [to_slow(f) for f in pair]
    for k, row in enumerate(rows.tolist()):
        word = [1] * k + [0]
        field = slow.nested(slow_fields, word, prime)
        assert row == [slow.evaluate(field.get(v, {}), point) % prime for v in range(VARIABLES)]
        assert family.values(generators, [word], point, prime).tolist() == [row]
    assert len(rows) >= min(length + 1, 2) or not rows[-1].any()


def test_chains_stop_where_brackets_swell():
    """A vector field whose chains double in size ends its chain, at a cost below the one
    announced.
    """
    dense = Polynomial.of(
        (1, [(0, a), (1, b), (2, c)]) for a in range(6) for b in range(6) for c in range(6)
    )
    family = PolynomialFields([{0: dense, 1: dense}, {1: dense, 2: dense}], 3)
    rows = family.chain(family.draw(None, 0, 2, 10), (0, 1), 100, [1, 2, 3], 101)
    assert 1 <= len(rows) < 100


@given(
    fields.filter(bool),
    st.lists(st.tuples(st.integers(-9, 9), monomials), min_size=1, max_size=3)
    .map(Polynomial.of)
    .filter(lambda f: f.terms),
)
@example({0: X, 1: Y}, Polynomial(((6, ((0, 2), (1, 1))),)))
@example(
    {
        0: Polynomial(((1, ((0, 1),)), (1, ((1, 1),)))),
        1: Polynomial(((2, ((0, 1),)), (2, ((1, 1),)))),
    },
    Polynomial(((-1, ((1, 3),)), (1, ()))),
)
def test_common_factors(field, factor):
    """factor * field has the direction of field, and no common factor is left."""
    import flint

    ring = flint.fmpz_mpoly_ctx.get(["x", "y", "z"], "lex")

    def dense(f):
        return ring.from_dict(
            {tuple(dict(m).get(v, 0) for v in range(VARIABLES)): c for c, m in f.terms}
        )

    product = {
        v: Polynomial.of((a * b, [*m, *n]) for a, m in f.terms for b, n in factor.terms)
        for v, f in field.items()
    }
    found = PolynomialFields([product], VARIABLES).directions().fields[0]
    assert found.keys() == product.keys() and all(
        f == Polynomial.of(f.terms) for f in found.values()
    )
    common = ring.constant(0) if hasattr(ring, "constant") else ring.from_dict({})
    for v, f in found.items():
        for w, g in found.items():
            assert dense(f) * dense(product[w]) == dense(g) * dense(product[v])
        common = common.gcd(dense(f))
    assert common.is_constant() and abs(int(common.leading_coefficient())) == 1


def test_active_variables():
    family = PolynomialFields([{3: X}, {7: ONE}], 9)
    assert family.active() == [0, 3, 7]
    small = family.restricted([0, 3, 7])
    assert small.parameters == 3 and small.fields == ({1: X}, {2: ONE})
