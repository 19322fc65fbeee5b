"""The kind involutive, by hand: the frame must be reduced, hold the generators and be closed."""

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_polynomials as polys  # noqa: E402
import handmade_systems as systems  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes  # noqa: E402

Q = polys.Q


def p(*terms):
    return sorted(([c, [list(f) for f in m]] for c, *m in terms), key=lambda t: t[1])


ONE, X, Y, Z = p((1,)), p((1, (0, 1))), p((1, (1, 1))), p((1, (2, 1)))
# y d/dx + x y d/dz and (1 + x) d/dy: inside the leaves of z - x^2 / 2
FIELDS = [[[0, Y], [2, p((1, (0, 1), (1, 1)))]], [[1, p((1,), (1, (0, 1)))]]]
FRAME = [[[0, ONE], [2, X]], [[1, ONE]]]


def certificate(fields=FIELDS, frame=FRAME, pivots=(0, 1), words=((0,), (1,)), size=3):
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": {
            "type": "fields",
            "variables": [f"x{k}" for k in range(size)],
            "fields": copy.deepcopy(fields),
        },
        "claim": {"object": "system", "parameters": size, "laws": size - len(words)},
        "lower": {
            "kind": "bracket-words",
            "prime": Q,
            "point": [2, 3, 5][:size],
            "words": [list(w) for w in words],
            "pivots": list(range(len(words))),
        },
        "upper": {"kind": "involutive", "frame": copy.deepcopy(frame), "pivots": list(pivots)},
    }


def answer(body):
    try:
        return None, verify_bytes(made.data(made.rehash(body)))
    except Refused as reason:
        assert "the checker failed" not in str(reason)
        return str(reason), None


def test_a_true_frame():
    reason, found = answer(certificate())
    assert (
        reason is None
        and found.laws == 1
        and "an involutive frame of 2 over the rational functions" in found.statement
    )
    # times 3 y^2 and 5 z - 2
    scaled = [[[0, p((3, (1, 2)))], [2, p((3, (0, 1), (1, 2)))]], [[1, p((-2,), (5, (2, 1)))]]]
    assert answer(certificate(frame=scaled))[0] is None
    assert answer(certificate(frame=FRAME[::-1], pivots=(1, 0)))[0] is None


def test_what_is_not_closed():
    """d/dx and d/dy + x d/dz: contact, three dimensional. A frame of two holds the generators
    and not their bracket.
    """
    contact = [[[0, ONE]], [[1, ONE], [2, X]]]
    reason, _ = answer(certificate(contact, contact))
    assert "the bracket of generator 0 and frame[1] is not in the span" in reason
    full = [[[0, ONE]], [[1, ONE]], [[2, ONE]]]
    assert answer(certificate(contact, full, (0, 1, 2), ((0,), (1,), (0, 1))))[0] is None


def test_what_does_not_hold_the_generators():
    reason, _ = answer(certificate(frame=[[[0, ONE], [2, Y]], [[1, ONE]]]))
    assert "generator 0 is not in the span" in reason
    reason, _ = answer(certificate(frame=FRAME[:1], pivots=(0,), words=((0,),)))
    assert "generator 1 is not in the span" in reason or "bracket" in reason
    assert answer(certificate(frame=[], pivots=(), words=()))[0] is not None


@pytest.mark.parametrize(
    ("frame", "pivots"),
    [
        (FRAME, (1, 0)),
        (FRAME, (0, 0)),
        (FRAME, (0, 2)),
        (FRAME, (2, 1, 0)),
        (FRAME, (0,)),
        (FRAME, (0, 3)),
        (FRAME, (0, True)),
        ([[[0, ONE], [2, X]], [[0, ONE], [1, ONE]]], (0, 1)),
        ([[[2, X], [0, ONE]], [[1, ONE]]], (0, 1)),
        ([[[0, ONE], [2, []]], [[1, ONE]]], (0, 1)),
        ([[[0, ONE], [3, X]], [[1, ONE]]], (0, 1)),
        ([[[0, ONE, 1]], [[1, ONE]]], (0, 1)),
        ([[[0, ONE], [0, X]], [[1, ONE]]], (0, 1)),
        ([[], [[1, ONE]]], (0, 1)),
        (None, (0, 1)),
        ([None, [[1, ONE]]], (0, 1)),
        ([[[0, [[0, []]]]], [[1, ONE]]], (0, 1)),
        ([[[0, [[1, []], [1, []]]]], [[1, ONE]]], (0, 1)),
    ],
)
def test_malformed_frames(frame, pivots):
    assert answer(certificate(frame=frame, pivots=pivots))[0] is not None


def test_a_graph_has_no_frame():
    body = certificate()
    body["system"], body["claim"] = (
        systems.product(3),
        {"object": "system", "parameters": 3, "laws": 1},
    )
    body["lower"]["generators"] = [{"source": [1], "gate": [], "out": [1]}] * 2
    assert answer(body)[0] is not None


def test_unknown_keys_and_missing_ones():
    for change in ({"extra": 1}, {"frame": None}):
        body = certificate()
        body["upper"] |= change
        assert answer(body)[0] is not None
    body = certificate()
    del body["upper"]["pivots"]
    assert "missing" in answer(body)[0]
