"""Factors over Z, also with coefficients beyond 32 bits, which python-flint 0.9 fails to sort."""

import pytest

from pyconslaw import System, analyze, find_laws
from pyconslaw.laws.closed_forms.ring import Ring


@pytest.mark.parametrize("a", [3, 2**31 - 1, 2**31 + 1, 2**33, 10**30])
def test_factors(a):
    ring = Ring(3)
    x, y, z = ring.gens
    parts = [a * x + y, x + a * y, a * x - y, a * x * z + (a + 1) * y]
    product = -6 * parts[0] ** 2 * parts[1] ** 2 * parts[2] * parts[3]
    content, found = ring.factor(product)
    assert content == -6 and {(str(p), k) for p, k in found} == {
        (str(p), k) for p, k in zip(parts, (2, 2, 1, 1), strict=True)
    }
    back = ring.context.constant(content)
    for p, k in found:
        back *= p**k
    assert back == product
    assert {str(p) for p in ring.factors([product, x, product])} == {str(p) for p in (*parts, x)}


def test_large_coefficients_do_not_stop_the_search():
    n = 2**33
    net = System(
        ["x", "y", "z"],
        fields=[
            {
                "x": f"x*({n}*x + y)*(x + {n}*y)",
                "y": f"y*({n}*x + y)*(x + {n}*y)",
                "z": f"-z*({n}*x + y)*(x + {n}*y)",
            }
        ],
    )
    laws = find_laws(net)
    assert analyze(net).laws == 2 and laws.missing == 0
    linear = System(
        list("xyzu"),
        fields=[
            {"x": "y - 2*z", "u": "3*y + 3*z"},
            {"x": "-2*x - y", "y": "3*y + z", "z": "y + 2*z", "u": "-2*x - y"},
            {"x": "2*x + y", "u": "-y - 2*u"},
        ],
    )
    assert analyze(linear).laws == 1  # only the second moves y and z
