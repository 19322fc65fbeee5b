"""Taylor coefficients along curves: by hand for a rotation, and orthogonal to the laws of
several vector fields.
"""

import numpy as np
import pytest
from pyconslaw._core.zp import Random

from pyconslaw import System
from pyconslaw.laws.closed_forms import curves
from pyconslaw.laws.closed_forms.curves import Curves

PRIME = 2**31 - 1


@pytest.fixture(params=[1, 2, 64], autouse=True)
def block(request, monkeypatch):
    monkeypatch.setattr(curves, "AT_ONCE", request.param)


def test_a_rotation():
    """x' = y, y' = -x from (3, 5): 1, x = 3 + 5 t - 3 t^2 / 2 - ..., x y = 15 + 16 t - ..., x^2
    + y^2 = 34.
    """
    family = System(["x", "y"], fields=[["y", "-x"]]).explicit()
    points = np.array([[3, 5], [1, 0]], dtype=np.uint64)
    rows = Curves(family, [(), (0,), (0, 1), (0, 0), (1, 1)], PRIME).rows(points, 4, Random(1))
    assert rows.shape == (2, 4, 5)
    half = pow(2, -1, PRIME)
    assert rows[0, :3, 1].tolist() == [3, 5, -3 * half % PRIME]
    assert rows[0, :2, 2].tolist() == [15, 16]
    assert rows[:, :, 0].tolist() == [[1, 0, 0, 0]] * 2
    assert ((rows[:, :, 3] + rows[:, :, 4]) % np.uint64(PRIME)).tolist() == [
        [34, 0, 0, 0],
        [1, 0, 0, 0],
    ]


def test_several_vector_fields_with_constants():
    """x y - z is a law of (1, 0, y) and (0, x + 2, x (x + 2)), where controls are random."""
    family = System(["x", "y", "z"], fields=[[1, 0, "y"], [0, "x + 2", "x*(x + 2)"]]).explicit()
    points = Random(2).array((5, 3), 0, PRIME)
    rows = Curves(family, [(0, 1), (2,)], PRIME).rows(points, 6, Random(3))
    change = (rows[:, :, 0] + np.uint64(PRIME) - rows[:, :, 1]) % np.uint64(PRIME)
    assert not change[:, 1:].any() and rows[:, 1:].all(axis=2).any()
    assert change[:, 0].tolist() == [(x * y - z) % PRIME for x, y, z in points.tolist()]
