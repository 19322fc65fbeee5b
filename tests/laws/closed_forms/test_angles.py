"""Angles in normal form, integers without squares, and angles that differ by constants."""

from fractions import Fraction
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import InputError, System, complement, find_laws
from pyconslaw.laws.closed_forms.angles import DIVISORS, normal_angle, without_squares
from pyconslaw.laws.closed_forms.candidate import read_law
from pyconslaw.laws.closed_forms.forms import ClosedForm, form_of, form_rows
from pyconslaw.laws.closed_forms.groups import groups
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.records.polynomial import Polynomial

PRIME = (1 << 61) - 1
RING = Ring(2)
NUMBER = st.integers(-5, 5)
LINEAR = st.tuples(NUMBER, NUMBER, NUMBER)


def polynomial(entries):
    a, b, c = entries
    return a * RING.gens[0] + b * RING.gens[1] + RING.context.constant(c)


def form_at(angle, factor=1):
    """The form of an angle at a point, by hand."""
    u, w, d = angle
    x = (Fraction(7, 3), Fraction(11, 5))
    at = [
        sum(
            Fraction(int(c)) * x[0] ** int(m[0]) * x[1] ** int(m[1]) for m, c in f.to_dict().items()
        )
        for f in (u, w, *(g.derivative(v) for v in (0, 1) for g in (u, w)))
    ]
    below = at[0] ** 2 - d * at[1] ** 2
    return [factor * (at[0] * at[k + 1] - at[1] * at[k]) / below for k in (2, 4)]


@given(st.integers(-(10**6), 10**6))
def test_integers_without_squares(n):
    """By all squares there are."""
    e, r = without_squares(n)
    assert e * r * r == n and r > 0
    assert not n or all(e % (k * k) for k in range(2, isqrt(abs(e)) + 1))


def test_large_integers_without_squares():
    p, q = 999_983, 1_000_003
    assert without_squares(p * p * 6) == (6, p)
    assert without_squares(-p * q) == (-p * q, 1)
    assert without_squares((1 << 400) + 0) == (1, 1 << 200)
    assert 1_000_000_000_000_000 <= DIVISORS**3


@settings(deadline=None)
@given(LINEAR, LINEAR, LINEAR, st.sampled_from([-4, -1, 2, 12, -75, 8]), st.data())
def test_one_form_for_all_ways_to_write_an_angle(one, other, factor, d, data):
    """Signs, common factors and squares in d are nothing but a number before the same form."""
    u, w, by = map(polynomial, (one, other, factor))
    if u.is_zero() or w.is_zero() or by.is_zero():
        return
    c, angle = normal_angle(RING, u, w, d)
    assert form_at((u, w, d)) == form_at(angle, c)
    signs = [data.draw(st.sampled_from([1, -1])) for _ in range(2)]
    root = data.draw(st.integers(1, 4))
    again, same = normal_angle(RING, signs[0] * root * by * u, signs[1] * by * w, d * root * root)
    assert same == angle and again * root == c * signs[0] * signs[1]


def test_a_form_has_normal_angles():
    """The law is scaled so that all weights are whole."""
    x, y = RING.gens
    form = form_of(RING, [(3, x)], y, angles=[(1, -2 * x, 2 * y, -4), (1, x, 3 * x, 2)])
    assert form == ClosedForm(
        ((6, RING.back(x)),),
        (RING.back(2 * y), RING.back(RING.one)),
        ((-1, RING.back(x), RING.back(2 * y), -1),),
    )


@given(st.sampled_from([1, -1]), st.sampled_from([1, -1]), st.integers(-3, 3))
def test_residues_of_equal_angles_are_equal(first, second, c):
    """With another order of variables what is normal has other signs."""
    u = Polynomial(((1, ((0, 1),)), (-2, ((1, 1),))))
    w = Polynomial(((1, ((1, 1),)),))
    law = Polynomial(((1, ((2, 1),)),))

    def row(c, first, second):
        a, b = (
            Polynomial(tuple((s * x, m) for x, m in f.terms)) for s, f in ((first, u), (second, w))
        )
        form = ClosedForm(products=((law, ClosedForm(angles=((c, a, b, -1),))),))
        return next(form_rows([form], 3, [5, 7, 11], PRIME))[0].tolist()

    expected = [first * second * c * value % PRIME for value in row(1, 1, 1)]
    assert row(c, first, second) == expected


def test_one_law_given_twice_is_one():
    """Found and read from its own text it has the same angle, so it counts once."""
    net = System(["x", "y", "g"], fields=[["2*y+g*x^2", "2*x*(x^2+g*y)", 0]])
    (law,) = [law for law in find_laws(net, degree=4) if law.form.products]
    assert read_law(net, str(law)) == (law.form, 1)
    assert [complement(net, laws).dimension for laws in ([law], [law, str(law)])] == [1, 1]


def test_angles_of_one_norm_belong_together():
    """By hand: x + i y, i times it, its conjugate; -1 is a square of none of the others."""
    ring = Ring(3)
    number = {"x": 0, "y": 1, "z": 2}
    net = System(list(number), fields=[[0, 0, 1]])
    form, _ = read_law(net, "z*arctan(y/x) + z^2*arctan(x/y) + z*arctan((x + y)/(x - y))")
    (group,) = groups(ring, form.products)
    z = ring.gens[2]
    turned = sorted(str(sign * group.coefficient) for sign in (1, -1))
    assert group.several and turned == sorted([str(2 * z - z**2), str(z**2 - 2 * z)])
    apart, _ = read_law(net, "z*arctan(y/x) + z*arctan(sqrt(2)*y/x)/sqrt(2) + z*log(x^2 + y^2)")
    assert [group.several for group in groups(ring, apart.products)] == [False] * 3
    # x^4 - 10 x^2 y^2 + y^4 splits over three fields, into three angles that are independent
    x, y = ring.gens[:2]
    splits = [
        (x**2 - 5 * y**2, 2 * y**2, 6),
        (x**2 - y**2, 2 * x * y, 2),
        (x**2 + y**2, 2 * x * y, 3),
    ]
    assert len({str(u * u - d * w * w) for u, w, d in splits}) == 1
    law = ring.back(z)
    products = [
        (law, ClosedForm(angles=((1, ring.back(u), ring.back(w), d),))) for u, w, d in splits
    ]
    assert [group.several for group in groups(ring, products)] == [False] * 3


def test_one_root_written_in_two_ways():
    """Squares of large primes are not looked for, so sqrt(p q^2) is not seen to be q sqrt(p)."""
    ring, p, q = Ring(3), 1_000_003, 1_000_033
    x, y, z = ring.gens

    def term(w, d):
        return ring.back(z), ClosedForm(angles=((1, ring.back(x), ring.back(w), d),))

    assert without_squares(p * q * q) == (p * q * q, 1)
    assert len(groups(ring, [term(q * y, p), term(y, 3)])) == 2
    with pytest.raises(InputError, match="without large squares"):
        groups(ring, [term(q * y, p), term(y, p * q * q)])


def test_laws_with_angles_that_differ_by_a_constant():
    still = System(["x", "y", "z", "t"], fields=[[0, 0, 0, 1]])
    with pytest.raises(InputError, match="laws: a law times an arctangent, and .* by a constant"):
        complement(still, ["z*arctan(y/x)", "z*arctan(x/y)"])
    assert complement(still, ["z*arctan(y/x)", "-2*z*arctan(-y/x)"]).dimension == 2
