"""Darboux polynomials that split over a quadratic field: found modulo a prime where they split."""

import random
from fractions import Fraction
from math import isqrt

import pytest
from pyconslaw._core.zp import Random
from reference import integrals as slow

from pyconslaw import System, analyze, certify, check_law, find_laws
from pyconslaw.laws.closed_forms.conjugates import SPLITTING, _whole, conjugate_pairs
from pyconslaw.laws.closed_forms.logarithmic import Collection, _Search
from pyconslaw.records.budget import nobody
from pyconslaw.verify import verify_bytes

PLANE = ["y", "z"]


def only_law(net, variables, fields, sort="logarithmic"):
    """The one law there is, shown to be one by SymPy and by the library."""
    (law,) = laws = find_laws(net)
    assert (laws.missing, law.sort) == (0, sort)
    assert slow.is_law(str(law), variables, fields) and check_law(net, law)
    return law


def test_a_focus():
    """Cut down from a public question about planar foci: y^2 + z^2 is irreducible, and no point of
    a line has its relation modulo a prime that is 3 modulo 4.
    """
    fields = [["y - z + y*(y^2 + z^2)", "z + y + z*(y^2 + z^2)"]]
    law = only_law(System(PLANE, fields=fields), PLANE, fields)
    assert str(law) == "log(1 + y^2 + z^2) - log(y^2 + z^2) + 2*arctan(z/y)"


def test_a_focus_that_splits_over_the_root_of_2():
    fields = [["y + 2*z + y*(y^2 - 2*z^2)", "z + y + z*(y^2 - 2*z^2)"]]
    law = only_law(System(PLANE, fields=fields), PLANE, fields)
    assert [d for *_, d in law.form.angles] == [2] and len(law.form.logs) == 2


@pytest.mark.parametrize("d", [-1, 2, -2, 3, -3, 5, -5, 6, 7, -7, 10, 11, 13, -26])
def test_each_small_field(d):
    """X (y + s z) = (1 + s + y^2 - d z^2)(y + s z), s^2 = d."""
    n = f"(1 + y^2 - ({d})*z^2)"
    fields = [[f"{n}*y + ({d})*z", f"{n}*z + y"]]
    pairs, _ = conjugate_pairs(System(PLANE, fields=fields).explicit(), 1, Random(0))
    assert d in [e for _, _, e in pairs]
    law = only_law(System(PLANE, fields=fields), PLANE, fields)
    assert [e for *_, e in law.form.angles] == [d]


def test_conics_that_are_conjugate():
    """(u + i w) with u = y^2 + z + 1 and w = z - y: neither is linear, the norm has degree 4."""
    u, w = "(y^2 + z + 1)", "(z - y)"
    # d(log(u^2 + w^2) + arctan(w/u)) = (2 (u du + w dw) + u dw - w du) / (u^2 + w^2)
    along_y = f"((2*{u} - {w})*2*y + (2*{w} + {u})*(-1))"
    along_z = f"((2*{u} - {w}) + (2*{w} + {u}))"
    fields = [[along_z, f"-{along_y}"]]
    law = only_law(System(PLANE, fields=fields), PLANE, fields)
    assert [d for *_, d in law.form.angles] == [-1] and law.form.angles[0][1].degree == 2


def test_the_certificate_of_an_angle():
    """Two vector fields that do not close: nothing but the law proves the count."""
    fields = [
        ["(y - z + y*(y^2 + z^2))*(1 + x*y)", "(z + y + z*(y^2 + z^2))*(1 + x*y)", "0"],
        ["0", "0", "1 + y*z"],
    ]
    net = System(["y", "z", "x"], fields=fields)
    report = analyze(net)
    assert (report.laws, report.verdict) == (1, "proved")
    written = certify(net, report=report)
    assert verify_bytes(written.bytes).laws == 1
    assert written.json["upper"]["kind"] in ("closed-forms", "involutive")


def test_the_prime():
    """-1 and the primes to 13 are squares modulo it, so everything made of them is."""
    assert all(SPLITTING % k for k in range(2, isqrt(SPLITTING) + 1))
    assert all(pow(q, (SPLITTING - 1) // 2, SPLITTING) == 1 for q in (-1, 2, 3, 5, 7, 11, 13))


def test_whole_numbers_in_the_same_proportion(fresh_seed):
    draw = random.Random(fresh_seed)

    def quotients():
        drawn = [Fraction(draw.randint(-9, 9), draw.randint(1, 9)) for _ in range(2)]
        last = Fraction(draw.randint(1, 9), draw.randint(1, 9))
        return [(x.numerator, x.denominator) for x in (*drawn, last)]

    met = 0
    for _ in range(200):
        u, w = quotients(), quotients()
        square = Fraction(draw.randint(-9, 9) or 2, draw.randint(1, 9))
        whole = _whole(u, w, (square.numerator, square.denominator))
        if whole is None:
            assert isqrt(square.numerator * square.denominator) ** 2 == square.numerator * (
                square.denominator
            )
            continue
        met += 1
        left, right, d = whole
        scale = left[2] / Fraction(*u[2])
        assert [x / scale for x in left] == [Fraction(*x) for x in u]
        # (scale * sqrt(square) * w)^2 = d * right^2, and of one sign
        assert [d * x * x for x in right] == [scale**2 * square * Fraction(*x) ** 2 for x in w]
        turn = right[2] / (scale * Fraction(*w[2]))
        assert turn > 0 and [turn * scale * Fraction(*x) for x in w] == right
    assert met > 100


def test_a_split_of_a_polynomial_that_is_known():
    """N = u^2 + w^2 is no quadratic equation in y or z, so its split alone is new."""
    u, w = "(y^2 + z^2 + 1)", "(y*z + y)"
    # N d(log N + arctan(w/u)), turned by a quarter
    along_y = f"((2*{u} - {w})*2*y + (2*{w} + {u})*(z + 1))"
    along_z = f"((2*{u} - {w})*2*z + (2*{w} + {u})*y)"
    family = System(PLANE, fields=[[along_z, f"-{along_y}"]]).explicit()
    search = _Search(family, 2, Collection(2, Random(0)), 1, nobody)
    y, z = search.ring.gens
    u, w = y**2 + z**2 + 1, y * z + y
    norm = u * u + w * w
    search.look([norm])
    assert len(search.known) == 1 and not search.done
    search.look([norm], [(u, w, -1)])
    assert len(search.known) == 1 and search.done
