"""The checker builds the vector fields of a flow itself: the same as the library's; other flows,
frictions and metrics are refused.
"""

import json
import random
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    System,
    analyze,
    certify,
    dag,
    icnn,
    linear,
    mlp,
    nmf,
    product,
    under_flow,
)
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.reading import Budget, Refused
from pyconslaw.verify.systems import read_system

FLOWS = {
    "weight-decay": True,
    "momentum": True,
    "nesterov": None,
    "mirror": False,
    "accelerated-mirror": True,
    "riemannian-momentum": True,
    "dual-momentum": True,
    "natural": False,
}


def sealed(body):
    text = {key: value for key, value in body.items() if key != "hash"}
    digest = sha256(json.dumps(text, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return (
        json.dumps({**text, "hash": digest}, sort_keys=True, separators=(",", ":")) + "\n"
    ).encode()


def same(net):
    """Does the checker see the vector fields that the library writes out?"""
    system = read_system(json.loads(json.dumps(net.spec)), net.size)
    theirs = [
        {
            v: tuple(sorted((m, c) for m, c in p.items()))
            for v, p in system.member(i, Budget()).items()
        }
        for i in range(system.generators)
    ]
    ours = [
        {v: tuple(sorted((m, c) for c, m in f.terms)) for v, f in field.items()}
        for field in [*net.written, *([net.drift] if net.drift else [])]
    ]
    assert theirs == ours, net.name


ENTRIES = [
    "1",
    "2/3",
    "entropic",
    "self",
    "-1/(2*self^2)",
    "(1 + self)/(3*self - 6)",
    "self^2/5 + 1",
]
NETS = [
    linear([1, 2, 1]),
    linear([2, 1, 1], bias=True),
    mlp([2, 2, 1], bias="all"),
    product(3),
    System("xyz", phi=["x*y/3 - z^2", "x + 5*y*z"]),
    System("xy", fields=[["y", "-x^2/7"]]),
    dag(
        [
            ("x", "input"),
            ("z", "input"),
            ("h", "relu"),
            ("k", "relu"),
            ("g", "linear"),
            ("y", "linear"),
        ],
        [
            ("x", "h"),
            ("z", "h"),
            ("h", "k"),
            ("x", "k"),
            ("k", "g"),
            {"from": "h", "to": "g", "frozen": 3},
            ("g", "y"),
            ("x", "y"),
        ],
    ),
]


@settings(max_examples=120)
@given(
    st.sampled_from(NETS),
    st.sampled_from(sorted(set(FLOWS) - {"natural"})),
    st.sampled_from([None, "0", "1/3", "7", "lam"]),
    st.data(),
)
def test_same_vector_fields(net, name, tau, data):
    tau = {True: tau, None: tau if tau == "7" else None, False: None}[FLOWS[name]]
    metric = None
    if name != "weight-decay" and data.draw(st.booleans()):
        # few rational entries: the drift is multiplied by the product of their denominators
        metric = [
            data.draw(st.sampled_from(ENTRIES if k < 2 else ENTRIES[:4])) for k in range(net.size)
        ]
    if name == "accelerated-mirror" and tau == "0" and metric and set(metric) & set(ENTRIES[5:]):
        with pytest.raises(InputError, match="^tau: got 0"):
            under_flow(net, name, tau=tau, metric=metric)
        return
    same(under_flow(net, name, tau=tau, metric=metric))


@pytest.mark.parametrize("name", ("mirror", "momentum", "nesterov"))
def test_metrics_that_mix_coordinates(name):
    same(
        under_flow(
            System("xy", phi=["x*y", "x^2"]), name, metric=["1/(1 + x*y)", "(x - y)/(2 + 2*x*y)"]
        )
    )


WEIGHTS = [Fraction(1), Fraction(2), Fraction(1, 3), Fraction(5, 7)]


@settings(max_examples=150)
@given(
    st.sampled_from(NETS),
    st.sampled_from(["gradient", "sign", *sorted(set(FLOWS) - {"natural"})]),
    st.sampled_from([None, "0", "1/3", "lam"]),
    st.data(),
)
def test_same_vector_fields_with_rates_and_decays(net, name, tau, data):
    def drawn(values):
        listed = net.entry_names if data.draw(st.booleans()) else [p.name for p in net.parameters]
        return {key: data.draw(st.sampled_from(values)) for key in listed}

    given = {"rates": drawn(WEIGHTS)}
    if name in ("weight-decay", "momentum", "nesterov") and data.draw(st.booleans()):
        given["decay"] = drawn([Fraction(0), *WEIGHTS])
    if FLOWS.get(name) and not (name == "weight-decay" and "decay" in given):
        given["tau"] = tau
    if FLOWS.get(name, False) is not False and name != "weight-decay" and data.draw(st.booleans()):
        given["metric"] = [data.draw(st.sampled_from(ENTRIES[:4])) for _ in range(net.size)]
    moved = under_flow(net, name, **given)
    if moved is not net:
        same(moved)


NAMED = {
    "relu 2-2-1 --flow gradient --rate W1=2": (mlp([2, 2, 1]), {"rates": {"W1": 2}}),
    "linear 1-2-1 --bias all --flow gradient --rate W1=2,b1=1/3": (
        linear([1, 2, 1], bias="all"),
        {"rates": {"b1": "1/3", "W1": 2}},
    ),
    "product 3 --flow gradient --rate x2=3": (product(3), {"rates": {"x2": 3}}),
    "relu 1-2-1 --flow weight-decay --decay W1=1/10": (
        mlp([1, 2, 1]),
        {"decay": {"W1": "1/10"}},
    ),
    "relu 1-2-1 --flow weight-decay --decay 1/10": (mlp([1, 2, 1]), {"decay": "1/10"}),
    "relu 1-2-1 --flow weight-decay --tau 1/10 --rate W1=2": (
        mlp([1, 2, 1]),
        {"flow": "weight-decay", "tau": "1/10", "rates": {"W1": 2}},
    ),
    "relu 1-2-1 --flow weight-decay --rate W1=2 --decay W1=1/10,W2=1/5": (
        mlp([1, 2, 1]),
        {"rates": {"W1": 2}, "decay": {"W1": "1/10", "W2": "1/5"}},
    ),
    "linear 1-2-1 --flow momentum --tau 1/2 --decay 1/3": (
        linear([1, 2, 1]),
        {"flow": "momentum", "tau": "1/2", "decay": "1/3"},
    ),
    "linear 1-2-1 --flow sign --rate W1=2": (
        linear([1, 2, 1]),
        {"flow": "sign", "rates": {"W1": 2}},
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_rates_and_decays_are_named_as_on_the_command_line(name):
    net, given = NAMED[name]
    moved = under_flow(net, given.get("flow"), **{k: v for k, v in given.items() if k != "flow"})
    text = certify(moved).bytes
    assert verify_bytes(text, name).laws == analyze(moved).laws
    for other in {*NAMED, name.split(" --rate")[0], name.split(" --decay")[0]} - {name}:
        if "gradient" in other and "--rate" not in other:
            continue
        with pytest.raises(Refused, match="this is a certificate of"):
            verify_bytes(text, other)


@pytest.mark.parametrize(
    "words",
    [
        "--flow gradient",
        "--flow gradient --rate",
        "--flow gradient --rate 2",
        "--flow gradient --rate W3=2",
        "--flow gradient --rate W1=2,W1=3",
        "--flow gradient --rate W1=x",
        "--flow gradient --rate W1=1/0",
        "--flow gradient --rate W1=-1",
        "--flow weight-decay --decay 1,W1=2",
        "--flow weight-decay --tau 1 --decay 1",
        "--rate W1=2",
    ],
)
def test_rates_that_are_none(words):
    test_expectations_that_are_none(f"linear 1-2-1 {words}")


def test_momentum_with_decay():
    """The rotation is a law if both weights that it mixes have one decay, and not otherwise."""
    net = linear([1, 2, 1], flow="momentum", decay={"W1": "1/3"})
    true = body(net)
    laws = true["claim"]["laws"]
    assert verify_bytes(sealed(true), net.name).laws == laws
    runs = true["system"]["decay"]
    assert runs == [[2, 1, 3], [2, 0, 1]]
    for decay in (
        [[1, 1, 3], [3, 0, 1]],
        [[1, 1, 3], [1, 1, 2], [2, 0, 1]],
        [[4, 0, 1]],
        [[4, 1, 3], [1, 0, 1]],
        None,
        [],
    ):
        with pytest.raises(Refused):
            verify_bytes(sealed({**true, "system": {**true["system"], "decay": decay}}))
    for flow in ("accelerated-mirror", "dual-momentum", "riemannian-momentum"):
        with pytest.raises(Refused, match=f"system.decay: {flow} has none"):
            read_system({**true["system"], "flow": flow}, net.size)
    for other in ({"rates": [[2, 2, 1], [2, 1, 1]]}, {"rates": [[1, 2, 1], [3, 1, 1]]}):
        with pytest.raises(Refused):
            verify_bytes(sealed({**true, "system": {**true["system"], **other}}))


def test_accelerated_without_friction():
    """z is theta', which a metric that is not homogeneous does not follow from tau > 0."""
    net = nmf([1, 2, 1], flow="accelerated-mirror", tau=0)
    true = body(net)
    assert net.entry_names[-1] == "t" and true["system"]["tau"] == [0, 1]
    assert verify_bytes(sealed(true), net.name).laws == true["claim"]["laws"] == 0
    same(System("xy", phi=["x*y"], flow=net.flow, tau=0, metric=["2/(3*self)", "self^2"]))
    plain = [[[[1, []]], [[1, []]]]]
    for entry in (
        [[[1, []]], [[1, []], [1, [[0, 1]]]]],
        [[[1, [[0, 1]]], [1, [[0, 2]]]], [[1, []]]],
    ):
        forged = true["system"] | {"metric": [entry, *plain * 3]}
        with pytest.raises(Refused, match="the metric is not homogeneous"):
            read_system(forged, net.size)
        assert read_system(forged | {"tau": [1, 1]}, net.size).size == net.size


def body(net):
    return json.loads(certify(net).bytes)


@pytest.mark.parametrize("name", FLOWS)
def test_accepted_and_named(name):
    net = linear([1, 2, 1], flow=name)
    accepted = verify_bytes(certify(net).bytes, net.name)
    assert (
        accepted.system == net.name and accepted.object == "flow" and "sha256" in accepted.statement
    )
    other = linear([1, 2, 1], flow="momentum", tau=7)
    for wrong in (other.name, "linear 1-2-1", f"linear 1-2-2 --flow {name}"):
        with pytest.raises(Refused, match="this is a certificate of"):
            verify_bytes(certify(net).bytes, wrong)


POSITIVE = {
    "nmf 1-2-1": nmf([1, 2, 1]),
    "nmf 2-1-1 --flow accelerated-mirror --tau 2": nmf([2, 1, 1], flow="accelerated-mirror", tau=2),
    "nmf 1-1-1 --flow momentum": nmf([1, 1, 1], flow="momentum"),
    "nmf 1-1-1 --flow natural": nmf([1, 1, 1], flow="natural"),
    "icnn 1-2-1": icnn([1, 2, 1]),
    "icnn 2-1-2 --bias": icnn([2, 1, 2], True),
    "icnn 1-1-2 --bias all --flow dual-momentum --tau lam": icnn(
        [1, 1, 2], "all", flow="dual-momentum", tau="lam"
    ),
    "icnn 1-1-1-1 --bias": icnn([1, 1, 1, 1], True),
    "icnn 1-1-1 --flow momentum": icnn([1, 1, 1], flow="momentum"),
    "icnn 1-1-1 --bias --flow riemannian-momentum": icnn(
        [1, 1, 1], True, flow="riemannian-momentum"
    ),
}


@pytest.mark.parametrize("name", POSITIVE)
def test_positive_networks_are_named_as_on_the_command_line(name):
    text = certify(POSITIVE[name]).bytes
    assert verify_bytes(text, name).laws == analyze(POSITIVE[name]).laws
    for other in {
        *POSITIVE,
        "linear 1-2-1",
        "relu 1-2-1 --flow mirror",
        "linear 1-1-1 --flow mirror",
    } - {name}:
        with pytest.raises(Refused, match="this is a certificate of"):
            verify_bytes(text, other)


@pytest.mark.parametrize(
    "name",
    [
        "nmf",
        "icnn",
        "nmf 2",
        "icnn 2-2",
        "nmf 1-2-1 --bias",
        "icnn 1-2-1 --activations relu",
        "nmf 1-2-1 --tau 1",
        "icnn 1-2-1 --flow gradient",
        "icnn 9999999999-9999999999-9",
        "nmf 1-2-1 --flow",
        "icnn 1-2-1 --flow mirror --flow mirror",
        "nmf sha256 0123456789abcdef",
        "family nmf 1-2-1",
    ],
)
def test_positive_networks_that_are_none(name):
    test_expectations_that_are_none(name)


@pytest.mark.parametrize(
    "name",
    [
        "linear 1-2-1 --flow",
        "linear 1-2-1 --tau 1",
        "linear 1-2-1 --flow adam",
        "linear 1-2-1 --flow mirror --tau 1",
        "--flow momentum",
        "linear 1-2-1 --flow momentum --flow mirror",
        "sha256 0123456789abcdef --flow momentum",
    ],
)
def test_expectations_that_are_none(name):
    from pyconslaw.verify.systems.names import WrongUsage

    with pytest.raises(WrongUsage):
        verify_bytes(certify(linear([1, 2, 1], flow="momentum")).bytes, name)


FORGERIES = {  # of a true certificate of momentum on linear 1-2-1 (2 laws, with s), sealed again
    "the flow of the gradient": {"flow": "gradient"},
    "another flow": {"flow": "nesterov", "tau": [3, 1]},
    "weight decay": {"flow": "weight-decay"},
    "natural": {"flow": "natural", "tau": None},
    "mirror": {"flow": "mirror", "tau": None},
    "dual": {"flow": "dual-momentum"},
    "riemannian": {"flow": "riemannian-momentum"},
    "accelerated": {"flow": "accelerated-mirror"},
    "no friction": {"tau": [0, 1]},
    "not in lowest terms": {"tau": [2, 2]},
    "a parameter": {"tau": "lam"},
    "friction missing": {"tau": None},
    "division by zero": {"tau": [1, 0]},
    "negative": {"tau": [-1, 1]},
    "boolean": {"tau": [True, 1]},
    "entropic metric": {"metric": [[[[1, []]], [[1, [[k, 1]]]]] for k in range(4)]},
    "metric too short": {"metric": [[[[1, []]], [[1, []]]]]},
    "zero in the metric": {"metric": [[[], [[1, []]]]] * 4},
    "sign in the metric": {"metric": [[[[-1, []]], [[1, []]]]] * 4},
    "another network": {
        "of": {"type": "mlp", "dims": [2, 2, 1], "activations": ["linear"], "bias": "none"}
    },
    "a ReLU network": {
        "of": {"type": "mlp", "dims": [1, 2, 1], "activations": ["relu"], "bias": "none"}
    },
    "a network with a drift": {
        "of": {
            "type": "fields",
            "variables": ["x", "y"],
            "fields": [[[0, [[1, []]]]]],
            "drift": [[0, [[1, []]]]],
        }
    },
    "a flow of a flow": {"of": {"type": "flow"}},
    "a family": {"of": {"type": "family"}},
    "no network": {"of": None},
    "text": {"of": "linear"},
    "unknown key": {"mass": 1},
}


@pytest.mark.parametrize("case", FORGERIES)
def test_forgeries(case):
    true = body(linear([1, 2, 1], flow="momentum"))
    assert verify_bytes(sealed(true)).laws == 2
    with pytest.raises(Refused):
        verify_bytes(sealed({**true, "system": {**true["system"], **FORGERIES[case]}}))


def test_another_friction_is_as_true():
    """The clock is e^{tau t}: the same laws and brackets prove it for every tau but 0."""
    true = body(linear([1, 2, 1], flow="momentum"))
    assert verify_bytes(sealed({**true, "system": {**true["system"], "tau": [5, 3]}})).laws == 2


def test_more_laws_are_refused():
    true = body(linear([1, 2, 1], flow="momentum"))
    for laws in (1, 3):
        with pytest.raises(Refused):
            verify_bytes(sealed({**true, "claim": {**true["claim"], "laws": laws}}))


def test_a_metric_that_is_no_hessian_is_refused_by_the_checker_too():
    net = System("xy", phi=["x*y"], flow="dual-momentum", metric="1/self^2")
    spec = json.loads(json.dumps(net.spec))
    spec["metric"][0][1] = [[1, [[1, 2]]]]
    with pytest.raises(Refused, match="depends on another coordinate"):
        read_system(spec, net.size)
    with pytest.raises(InputError):
        System("xy", phi=["x*y"], flow="dual-momentum", metric=["1/y^2", 1])


def test_drifts_of_systems():
    for net in (
        System("xy", phi=["x"], drift=["y", "-x"]),
        System("xyz", fields=[["y", "-x", 0]], drift=[0, 0, "z^2 + 1"]),
    ):
        true = body(net)
        assert verify_bytes(sealed(true)).laws == true["claim"]["laws"]
        without = {key: value for key, value in true["system"].items() if key != "drift"}
        for system in (
            without,
            {**true["system"], "drift": []},
            {**true["system"], "drift": [[0, [[1, []]]], [0, [[1, []]]]]},
            {**true["system"], "drift": None},
        ):
            with pytest.raises(Refused):
                verify_bytes(sealed({**true, "system": system}))


def rebuilt(spec):
    """The network of a certificate, by the library."""
    of = spec["of"]
    net = (
        mlp(of["dims"], of["activations"], of["bias"])
        if of["type"] == "mlp"
        else product(of["size"])
    )
    tau = spec["tau"]
    return under_flow(
        net,
        spec["flow"],
        tau=Fraction(*tau) if isinstance(tau, list) else tau,
        point=spec.get("region"),
    )


def test_what_is_accepted_is_true(fresh_seed):
    """One or two values changed anywhere and sealed again: accepted only where the library,
    asked anew, agrees.
    """
    rng = random.Random(fresh_seed)
    originals = [
        body(linear([1, 2, 1], flow=flow))
        for flow in ("momentum", "mirror", "sign", "weight-decay", "dual-momentum")
    ]

    def places(value, path=()):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            if isinstance(item, dict | list):
                yield from places(item, (*path, key))

    accepted = 0
    for _ in range(1500):
        forged = json.loads(json.dumps(rng.choice(originals)))
        for _ in range(rng.randint(1, 2)):
            *path, last = rng.choice(list(places(forged)))
            where = forged
            for key in path:
                where = where[key]
            old = where[last]
            where[last] = (
                old + rng.choice([-1, 1, 2])
                if isinstance(old, int)
                else rng.choice(
                    [
                        [],
                        1,
                        None,
                        "momentum",
                        "mirror",
                        "sign",
                        "nesterov",
                        "weight-decay",
                        "relu",
                        "lam",
                        [2, 1],
                        old,
                    ]
                )
            )
        try:
            found = verify_bytes(sealed(forged))
        except Refused:
            continue
        accepted += 1
        report = analyze(rebuilt(forged["system"]))
        assert (report.laws, report.verdict, report.parameters) == (
            found.laws,
            "proved",
            found.parameters,
        ), forged["system"]
    assert accepted > 20
