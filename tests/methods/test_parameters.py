"""Parameters as variables: coordinates that never move are laws, and cost no brackets.

The models are those of the identifiability benchmarks, written from their publications, with the
parameters as variables and inputs that another vector field moves.
"""

import pytest

from pyconslaw import System, analyze, certify
from pyconslaw.methods import generic
from pyconslaw.verify import verify_bytes


def cascade(states):
    """Saccomani, Audoly, Bellu and D'Angio 2010: a chain of transfers behind a saturated one."""
    field = {"x1": "-vm*x1/(km + x1) - p1*x1 + u"}
    field |= {f"x{i}": f"p{i - 1}*x{i - 1} - p{i}*x{i}" for i in range(2, states + 1)}
    names = [f"{a}{i}" for a in "xp" for i in range(1, states + 1)]
    return System([*names, "u", "vm", "km"], fields=[field, {"u": 1}])


def jak_stat():
    """Raia and others 2011, signals of IL-13: 10 states, 16 parameters."""
    field = {
        "x1": "-2*t1*x1*u - t5*x1 + t6*x2",
        "x2": "t5*x1 - t6*x2",
        "x3": "2*t1*u*x1 - t2*x3*(3 - x6)",
        "x4": "t2*x3*(3 - x6) - t3*x4",
        "x5": "t3*x4 - t4*x5",
        "x6": "-t7*x3*x6/(1 + t13*x1) - t7*x4*x6/(1 + t13*x10) + 92*t8*(3 - x6)",
        "x7": "-t9*x7*(3 - x6) + 92*t10*(165 - x7)",
        "x8": "t11*(165 - x7)",
        "x9": "-2*t12*u*x9",
        "x10": "x8*t14/(t15 + x8) - t16*x10",
    }
    names = [*(f"x{i}" for i in range(1, 11)), "u", *(f"t{i}" for i in range(1, 17))]
    return System(names, fields=[field, {"u": 1}])


def akt():
    """Fujita and others 2010, the Akt pathway: 9 states, 13 parameters, the input P."""
    field = {
        "R": "k0*P + b1*C - k0*R - a1*C",
        "pR": "k9*C - k4*pR + b2*RA + k3*RA - a2*A*pR",
        "RA": "a2*A*pR - k3*RA - b2*RA",
        "A": "k7*pA + b2*RA - a2*A*pR",
        "pA": "b5*AS - k7*pA + k6*AS + k3*RA - a5*S*pA",
        "S": "b5*AS + k8*pS - a5*S*pA",
        "AS": "a5*S*pA - k6*AS - b5*AS",
        "pS": "k6*AS - k8*pS",
        "C": "a1*C - k9*C - b1*C",
    }
    rates = ["k0", "a1", "b1", "a2", "b2", "k3", "k4", "a5", "b5", "k6", "k7", "k8", "k9"]
    return System([*field, "P", *rates], fields=[field, {"P": 1}])


def feedback():
    """Cut down from a public model of p53: 4 states, an input, 23 parameters."""
    field = {
        "x1": "k1*x4 - k17*x1 - k18*x1^2/(k19 + x1)*(1 + k20*u/(k21 + u))",
        "x2": "k22 - k23*x2 - k2*x1*x2/(k3 + x2)*(1 + k4*u/(k5 + u))",
        "x3": "k6 - k7*x3 - k8*x1*x3*(1 - k10*u)/(k9 + x3)",
        "x4": "k11 - k12*(1 - k15)*(1 - k16)/(k13^4 + 1) - k11*x4 + k12*x3^4"
        " + (1 + k14*u)*(1 - k15*x1)*(1 - k16*x2)/(k13^4 + x3^4)",
    }
    names = [*field, "u", *(f"k{i}" for i in range(1, 24))]
    return System(names, fields=[field, {"u": 1}])


MODELS = [
    (lambda: cascade(14), 16),
    (lambda: cascade(20), 22),
    (lambda: cascade(40), 42),
    (jak_stat, 16),
    (akt, 20),  # the input moves P and R, and the rest is one curve
    (feedback, 23),
]


@pytest.mark.parametrize(("make", "laws"), MODELS)
def test_parameters_as_variables_are_counted_and_certified(make, laws):
    """The certificate is checked within what the checker allows without being asked for more."""
    net = make()
    report = analyze(net)
    assert (report.laws, report.verdict) == (laws, "proved")
    accepted = verify_bytes(certify(net, report=report).bytes)
    assert (accepted.laws, accepted.parameters) == (laws, net.size)


def test_limits_count_the_coordinates_that_move():
    """Ten of the 23 variables of the Akt pathway move: their frame is looked for."""
    net = akt()
    assert net.size > generic.FRAME_LIMIT
    assert analyze(net).upper_by == ("involutive frame of 3 over the rational functions",)


def test_words_give_way_to_series_only_where_they_are_long(monkeypatch):
    net = cascade(3)
    assert certify(net).json["lower"]["kind"] == "bracket-words"
    monkeypatch.setattr(generic, "WRITTEN_TERMS", 10)
    written = certify(net)
    assert written.json["lower"]["kind"] == "control-series"
    assert verify_bytes(written.bytes).laws == 5
    without = System(["x", "y"], fields=[{"x": "1"}, {"y": "x + y"}])  # everything moves
    assert certify(without).json["lower"]["kind"] == "bracket-words"
