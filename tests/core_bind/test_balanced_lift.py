"""Inverses modulo primes below 2^23 and p-adic lifting: small ones by hand, refusals; the C
tests do the rest.
"""

import numpy as np
import pytest
from pyconslaw._core.balanced import Lift, inverse, solve
from pyconslaw._core.zp import Random


def floats(values):
    return np.array(values, dtype=np.float32)


@pytest.mark.parametrize("p", [3, 101, 8388593])
def test_inverse(p):
    random = Random(6)
    for n in (1, 2, 17, 40):
        half = np.tril(random.array((n, n), 0, 3).astype(int), -1) + np.eye(n, dtype=int)
        a = half @ half.T % p
        a = np.where(a > p // 2, a - p, a)
        got = inverse(np.hstack([a, a]).astype(np.float32), n, p).astype(int)
        assert (got @ a % p == np.eye(n)).all() and abs(got).max() <= (p + 1) // 2


@pytest.mark.parametrize(
    ("a", "r", "p", "error"),
    [
        ([[0, 1], [1, 0]], 2, 101, ValueError),
        ([[1, 51], [1, 0]], 2, 101, OverflowError),
        ([[1, float("nan")], [1, 0]], 2, 101, OverflowError),
        ([[1, 0]], 2, 101, ValueError),
        ([[1], [0]], 2, 101, ValueError),
        ([[1]], 0, 101, ValueError),
        ([[1]], 1, 100, ValueError),
        ([[1]], 1, 2, OverflowError),
        ([[1]], 1, 1 << 23, ValueError),
    ],
)
def test_inverse_refuses(a, r, p, error):
    with pytest.raises(error):
        inverse(floats(a), r, p)


def lifted(a=((3, 1), (6, 2)), inverted=((34,),), p=101, q=103, threads=1):
    return Lift(floats(a), floats(inverted), p, q, threads)


def test_lift():
    digits, finished, follows = lifted().steps(2)
    assert digits.tolist() == [[[34]], [[-34]]] and not finished and follows
    assert lifted().steps(0)[0].shape == (0, 1, 1)
    assert lifted(a=((3, 3), (6, 6))).steps(9, keep=False) == (1, True, True)
    lift = lifted(a=((3, 1), (6, 3)))
    assert lift.steps(2, keep=False) == lift.steps(2, keep=False) == (0, False, False)


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"a": ((3,), (6,))}, ValueError),
        ({"a": ((3, 1),), "inverted": ((34, 0), (0, 34))}, ValueError),
        ({"inverted": ((34, 0),)}, ValueError),
        ({"a": ((3, 60), (6, 2))}, OverflowError),
        ({"a": ((3, 1), (60, 2))}, OverflowError),
        ({"q": 100}, ValueError),
        ({"p": 1 << 23}, ValueError),
        ({"threads": 0}, ValueError),
    ],
)
def test_lift_refuses(how, error):
    with pytest.raises(error):
        lifted(**how)


def solved(
    *,
    rows=((1.0, 2.0), (0.0, 0.0)),
    cols=((3.0,), (6.0,)),
    a=((3, 6),),
    inverted=((34,),),
    p=101,
    steps=2,
):
    return solve(np.array(rows), np.array(cols), floats(a), floats(inverted), p, steps)


def test_solve():
    digits, rows, cols, follows = solved()
    assert digits[:, :, 0].tolist() == [[34, 0, 1, 2], [-34, 0, 0, 0]] and follows
    assert rows.tolist() == [[1, 2], [0, 0]] and cols.tolist() == [[0], [0]]
    digits, rows, cols, follows = solved(rows=((1.0, 3.0), (0.0, 0.0)))
    assert digits.shape == (0, 4, 1) and rows.tolist() == [[1, 3], [0, 0]] and not follows
    digits, rows, cols, follows = solved(rows=((0.0, 0.0), (3.0, 50.0)), steps=1)
    assert digits[0, :, 0].tolist() == [0, 1, 1, 2] and follows and rows[1].tolist() == [0, 50]
    assert solved(steps=0)[0].shape == (0, 4, 1)


def test_solve_takes_any_order():
    given = floats(((3, 6), (6, 12))), floats(((34,),)), 101, 2
    rows, cols = np.array([[1.0, 2.0], [0.0, 0.0]]), np.array([[3.0, 6.0], [0.0, 0.0]])
    truth, found = (
        solve(rows, cols, *given),
        solve(np.asfortranarray(rows), np.asfortranarray(cols), *given),
    )
    assert (
        all((x == y).all() for x, y in zip(found[:3], truth[:3], strict=True))
        and found[3]
        and truth[3]
    )


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"rows": ((1.0, 2.0),)}, ValueError),
        ({"cols": ((1.0, 2.0), (3.0, 4.0))}, ValueError),
        ({"a": ((3,), (6,))}, ValueError),
        ({"inverted": ((34, 1),)}, ValueError),
        ({"rows": ((1.0, 200.0), (0.0, 0.0))}, OverflowError),
        ({"rows": ((1.0, float("nan")), (0.0, 0.0))}, OverflowError),
        ({"cols": ((1.0,), (200.0,))}, OverflowError),
        ({"a": ((3, 60),)}, OverflowError),
        ({"p": 1 << 23}, ValueError),
        ({"p": 100}, ValueError),
        ({"steps": -1}, ValueError),
    ],
)
def test_solve_refuses(how, error):
    with pytest.raises(error):
        solved(**how)
