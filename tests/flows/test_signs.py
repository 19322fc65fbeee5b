"""The sign flow: classes of coordinates against sampled sign patterns, laws along a trajectory,
refusals, certificates and forgeries.
"""

import json
import random
from hashlib import sha256

import numpy as np
import pytest
from trajectories import slopes

from pyconslaw import (
    InputError,
    System,
    analyze,
    certify,
    known_laws,
    linear,
    mlp,
    product,
    under_flow,
)
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.reading import Refused


def sampled_rank(net, point, rng, samples=6000):
    """The rank of the sign patterns of J^T w for many w, heavy tails included: a lower bound,
    attained when all cells are met.
    """
    jacobian = np.array([f(np.array(point, dtype=float)) for f in slopes(net)])
    w = rng.normal(size=(samples, len(jacobian))) * np.exp(
        2 * rng.normal(size=(samples, len(jacobian)))
    )
    patterns = np.unique(np.sign(np.round(w @ jacobian, 9)), axis=0)
    return np.linalg.matrix_rank(patterns)


NETS = [
    linear([1, 1, 1]),
    linear([1, 2, 1]),
    linear([1, 1, 2]),
    linear([1, 2, 2]),
    linear([2, 2, 2]),
    linear([1, 2, 2, 1]),
    linear([1, 2, 3]),
    linear([2, 3, 1]),
    mlp([1, 2, 1]),
    mlp([2, 2, 1], bias=True),
    product(3),
    System("xyzu", phi=["x*y", "x*y*z", "u^2"]),
    System("xyz", phi=["(x + 2*y)^3", "(x + 2*y)*z"]),
    System("xyz", phi=["x - y"]),
]


@pytest.mark.parametrize("net", NETS, ids=lambda net: net.name)
def test_counts_against_sampled_patterns(net):
    moved = under_flow(net, "sign")
    report = analyze(moved)
    assert report.verdict == "proved"
    accepted = verify_bytes(
        certify(moved, report=report).bytes, None if "system" in net.name else moved.name
    )
    assert accepted.laws == report.laws and accepted.object == "flow"
    assert report.laws == net.size - sampled_rank(
        net, moved.spec["region"], np.random.default_rng(2)
    )


@pytest.mark.parametrize(
    "shape, laws",
    [
        ((1, 1, 1), 1),
        ((1, 1, 2), 3),
        ((1, 1, 3), 5),
        ((2, 1, 1), 0),
        ((2, 2, 1), 0),
        ((2, 1, 2), 2),
        ((3, 1, 2), 3),
        ((1, 2, 3), 4),
        ((2, 2, 3), 0),
    ],
)
def test_linear_networks(shape, laws):
    """n = m = 1 has two patterns, so 2r - 1 laws; n or m = 1 parallel columns, so n (r - 1) or
    m (r - 1). It is published that there is none but for n = m = r = 1.
    """
    n, m, r = shape
    assert analyze(linear([m, r, n], flow="sign")).laws == laws


def test_other_regions_have_other_signs_and_as_many_laws(fresh_seed):
    draw = random.Random(fresh_seed)
    for net in NETS:
        laws = analyze(under_flow(net, "sign")).laws
        for _ in range(3):
            point = [draw.choice([-1, 1]) * draw.randint(1, 999) for _ in range(net.size)]
            try:
                moved = under_flow(net, "sign", point=point)
            except InputError as error:
                assert "needs another point" in str(error)
                continue
            assert analyze(moved).laws == laws, (net.name, point)
            assert laws == net.size - sampled_rank(net, point, np.random.default_rng(3))
    assert [
        str(law) for law in known_laws(under_flow(linear([1, 1, 1]), "sign", point=[3, -4]))
    ] == ["W1[0,0] + W2[0,0]"]


def test_laws_stay_constant_while_signs_stay():
    """Steps of the sign flow with random forces, within the region."""
    rng = np.random.default_rng(8)
    for net in NETS:
        laws = known_laws(under_flow(net, "sign"))
        parts = slopes(net)
        theta = np.array(under_flow(net, "sign").spec["region"], dtype=float)
        path = [theta]
        for _ in range(30):
            w = rng.normal(size=len(parts))
            theta = theta - 1e-3 * np.sign(sum(c * f(theta) for c, f in zip(w, parts, strict=True)))
            path.append(theta)
        values = laws.values(np.array(path))
        assert values.shape[-1] == len(laws) and (np.abs(values - values[0]) < 1e-9).all()


@pytest.mark.parametrize(
    "point, message",
    [
        ([1, 2, 3], "^point: expected 2 integers"),
        ("12", "^point: "),
        ([1.5, 2], "^point: "),
        ([True, 1], "^point: "),
        ([1 << 31, 1], "^point: "),
        ([0, 1], "^flow: the derivative by y vanishes at the point"),
    ],
)
def test_refused_points(point, message):
    with pytest.raises(InputError, match=message):
        under_flow(System("xy", phi=["x*y"]), "sign", point=point)


def test_points_that_are_not_generic():
    """At x = y the columns of x^2/2 + y^2/2 and x + y are proportional, elsewhere not."""
    net = System("xy", phi=["x^2 + y^2", "x + y"])
    with pytest.raises(
        InputError, match="the derivatives by x and y are proportional at the point"
    ):
        under_flow(net, "sign", point=[5, 5])
    assert analyze(under_flow(net, "sign", point=[5, 6])).laws == 0
    with pytest.raises(InputError, match="^point: belongs to the flow sign, not to momentum"):
        under_flow(net, "momentum", point=[1, 2])
    with pytest.raises(InputError, match="^point: belongs to a flow"):
        under_flow(net, None, point=[1, 2])
    with pytest.raises(InputError, match="^tau: the flow sign has none"):
        under_flow(net, "sign", tau=1)


def sealed(body):
    text = {key: value for key, value in body.items() if key != "hash"}
    digest = sha256(json.dumps(text, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return (
        json.dumps({**text, "hash": digest}, sort_keys=True, separators=(",", ":")) + "\n"
    ).encode()


def test_forgeries():
    net = System("xyz", phi=["x^2 + y^2", "x + y", "z^2"], flow="sign")
    body = json.loads(certify(net).bytes)
    assert verify_bytes(sealed(body)).laws == 0
    line = System("xyz", phi=["x*y*z"], flow="sign")
    true = json.loads(certify(line).bytes)
    assert verify_bytes(sealed(true)).laws == 2
    for start, change in (
        (body, {"region": [5, 5, 1]}),
        (body, {"region": [5, 6]}),
        (body, {"region": [0, 0, 0]}),
        (body, {"region": None}),
        (body, {"tau": [1, 1]}),
        (body, {"metric": [[[[1, []]], [[1, []]]]] * 3}),
        (true, {"flow": "mirror"}),
        (true, {"of": net.spec["of"]}),
        (true, {"region": [1, 2, "3"]}),
        (true, {"of": System("xyz", phi=["x*y*z", "x"]).spec}),
    ):
        with pytest.raises(Refused):
            verify_bytes(sealed({**start, "system": {**start["system"], **change}}))
    with pytest.raises(Refused):
        verify_bytes(
            sealed(
                {
                    **true,
                    "system": {
                        key: item for key, item in true["system"].items() if key != "region"
                    },
                }
            )
        )
    with pytest.raises(Refused):
        verify_bytes(sealed({**true, "claim": {**true["claim"], "laws": 1}}))


def test_the_fields_are_those_of_the_checker(fresh_seed):
    """Random monomials and sums of them, any signs."""
    from pyconslaw.verify.systems import read_system

    draw = random.Random(fresh_seed)
    for _ in range(60):
        size = draw.randint(1, 4)
        phi = [
            Polynomial.of(
                (
                    draw.choice([-2, 1, 3]),
                    [(draw.randrange(size), draw.randint(1, 2)) for _ in range(draw.randint(1, 2))],
                )
                for _ in range(draw.randint(1, 2))
            )
            for _ in range(draw.randint(1, 2))
        ]
        if not all(f.degree for f in phi):
            continue
        try:
            net = under_flow(
                System([f"x{k}" for k in range(size)], phi=phi),
                "sign",
                point=[draw.randint(-9, 9) for _ in range(size)],
            )
        except InputError:
            continue
        theirs = read_system(json.loads(json.dumps(net.spec)), net.size).fields
        assert theirs == [
            {k: {m: c for c, m in f.terms} for k, f in field.items()} for field in net.written
        ], phi
