"""Frames with reciprocals that prove too much: false multiples, pivots that vanish, poles."""

import random

import pytest

from .forge import RECIPROCALS, SMALL, Q, fresh, judge, real, refused, truth
from .test_many import a_few

ONE = "reciprocals, plane"


def test_the_real_ones_are_true():
    for name in RECIPROCALS:
        body = real(name)
        assert body["upper"]["kind"] == "reciprocals" and judge(body)
        assert truth(body["system"]) == (3, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p["fields"].pop(), "expected 2 entries"),
        (lambda p: p["powers"].pop(), "expected 2 entries"),
        (lambda p: p["powers"][0].append(0), "expected 2 entries"),
        (lambda p: p["powers"][0].__setitem__(1, 0), "reciprocal to a higher power"),
        (lambda p: p["powers"][0].__setitem__(0, 2), "is not that of the generator"),
        (lambda p: p["powers"][1].__setitem__(0, 1), "is not that of the generator"),
        (lambda p: p["powers"][0].__setitem__(0, -1), "expected an integer"),
        (lambda p: p["powers"][0].__setitem__(0, 101), "expected an integer"),
        (lambda p: p["fields"][0].pop(), "components are not those"),
        (lambda p: p["fields"][0][0][1][0].__setitem__(0, 5), "is not that of the generator"),
        (lambda p: p["fields"][0].append([3, [[1, []]]]), "components are not those"),
        (lambda p: p["fields"][0].append([5, [[1, []]]]), "an integer from 2 to 4, found 5"),
        (lambda p: p["poles"][0].pop(), "is not that of the generator"),
        (lambda p: p["poles"].clear(), "expected 0 entries"),
        (lambda p: p["poles"].__setitem__(0, []), "is not that of the generator"),
        (lambda p: p["frame"].pop(), "expected 1 entries"),
        (lambda p: (p["frame"].pop(), p["pivots"].pop()), "not in the span"),
        (lambda p: p["frame"].reverse(), "it is not 0 at the other pivots"),
        (lambda p: p.update(prime=Q - 1), "is not prime"),
        (lambda p: p["point"].pop(), "expected 3 entries"),
        (lambda p: p.pop("point"), "missing key 'point'"),
        (lambda p: p.update(kind="involutive"), "unknown key"),
    ],
)
def test_what_is_malformed_or_untrue(change, reason):
    body = real(ONE)
    change(body["upper"])
    assert reason in refused(body)


def field(*components):
    return [[v, p] for v, p in enumerate(components) if p]


def certificate(system, words, upper):
    """A certificate of a system of vector fields with these words at 2, 3, 5."""
    size = len(system["variables"])
    lower = {"kind": "bracket-words", "prime": Q, "point": [2, 3, 5][:size], "words": words}
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": "system", "parameters": size, "laws": size - len(words)},
        "lower": lower | {"pivots": list(range(len(words)))},
        "upper": upper,
    }


def test_a_pivot_that_vanishes_where_it_counts():
    """d/dx and y d/dy, P = y, so y z = 1: a frame with the pivot y z - 1 proves nothing there."""
    one, y, z = [[1, []]], [[1, [[1, 1]]]], [[1, [[2, 1]]]]
    zero = [[-1, []], [1, [[1, 1], [2, 1]]]]  # y z - 1
    system = {"type": "fields", "variables": ["x", "y"], "fields": [field(one), field([], y)]}
    # d/dx; y d/dy with powers [1]: its component is 1, and z' = -z^2
    upper = {
        "kind": "reciprocals",
        "poles": [y],
        "powers": [[0], [1]],
        "fields": [field(one), field([], one)],
        "prime": Q,
        "point": [2, 3],
        "frame": [field(one), field([], one, [[-1, [[2, 2]]]])],
        "pivots": [0, 1],
    }
    body = certificate(system, [[0], [1]], upper)
    assert judge(body)
    body["upper"]["frame"][0] = field(zero)
    assert "the pivot is 0 at the point" in refused(body)
    body = certificate(
        system, [[0], [1]], upper | {"frame": [field(one), field([], z, [[-1, [[2, 3]]]])]}
    )
    assert judge(body)  # a multiple that is not 0 on y z = 1
    for point in ([2, 0], [2, Q], [0, -Q]):
        assert "a pole is 0 there" in refused(
            certificate(system, [[0], [1]], upper | {"point": point})
        )


def test_a_frame_that_is_closed_with_free_reciprocals_only():
    """Were z not tied to 1 / P by its derivative, d/dx + z d/dy would look like constant slope."""
    one, x, z = [[1, []]], [[1, [[0, 1]]]], [[1, [[3, 1]]]]
    # P = x, and x d/dx + d/dy = x (d/dx + z d/dy); with d/dw + x d/dy it is not closed
    system = {
        "type": "fields",
        "variables": ["x", "y", "w"],
        "fields": [field(x, one), field([], x, one)],
    }
    frame = [field(one, z), field([], x, one)]
    upper = {
        "kind": "reciprocals",
        "poles": [x],
        "powers": [[1], [0]],
        "fields": [field(one, z), field([], x, one)],
        "prime": Q,
        "point": [2, 3, 5],
        "frame": frame,
        "pivots": [0, 2],
    }
    assert truth(system) == (3, 0)
    refused(certificate(system, [[0], [1]], upper))
    wide = fresh(upper)
    wide["frame"][0].append([3, [[-1, [[3, 2]]]]])
    assert "not in the span" in refused(certificate(system, [[0], [1]], wide))


@pytest.mark.parametrize("name", RECIPROCALS)
def test_the_proof_of_another_system(name):
    for other in [*SMALL, *RECIPROCALS]:
        if other != name:
            judge(real(other) | {"upper": real(name)["upper"]})
            judge(real(name) | {"system": real(other)["system"], "claim": real(other)["claim"]})


@pytest.mark.parametrize("name", RECIPROCALS)
def test_smaller_frames(name, fresh_seed):
    """Rows left out, shortened or changed: no dimension below the true one is accepted."""
    draw = random.Random(fresh_seed)
    for _ in range(60):
        body = real(name)
        upper = body["upper"]
        k = draw.randrange(len(upper["frame"]))
        if draw.random() < 0.5:
            del upper["frame"][k], upper["pivots"][k]
        rows = upper["frame"]
        row = draw.choice(rows) if rows else []
        if row and draw.random() < 0.7:
            del row[draw.randrange(len(row))]
        if row and draw.random() < 0.5:
            draw.choice(row)[1].append([draw.choice([1, -1]), [[3, 9]]])
        judge(body)


def test_random_forgeries(fresh_seed):
    a_few("reciprocals", fresh_seed)
