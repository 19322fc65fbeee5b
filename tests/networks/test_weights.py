"""Rates and decays as users give them: forms, JSON, files, the command line; refusals that name the
argument.
"""

import json
import pickle
from fractions import Fraction

import flint
import pytest
import sympy
from click.testing import CliRunner

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    certify,
    check_law,
    count,
    dag,
    icnn,
    known_laws,
    linear,
    mlp,
    network_of,
    nmf,
    read_network,
    under_flow,
)
from pyconslaw.cli.main import cli
from pyconslaw.verify import verify_bytes


@pytest.mark.parametrize(
    "rates",
    [
        {"W1": 2, "W2": "2/3"},
        {"W2": Fraction(2, 3), "W1": flint.fmpq(2)},
        {sympy.Symbol("W1"): "4/2", "W2": "2/3"},
        "W1=2,W2=2/3",
        " W1 = 2 , W2 = 4/6",
        {"W1[0,0]": 2, "W1[0,1]": 2, "W2": "2/3"},
    ],
    ids=str,
)
def test_forms_of_rates(rates):
    net = mlp([2, 1, 1], rates=rates)
    assert net.spec["rates"] == [[2, 2, 1], [1, 2, 3]] and net.spec["flow"] == "gradient"
    assert net.spec == under_flow(mlp([2, 1, 1]), "gradient", rates=rates).spec
    assert (net.spec["tau"], net.spec["metric"]) == (None, None) and "decay" not in net.spec
    assert net.entry_names == mlp([2, 1, 1]).entry_names


def test_one_system_has_one_form():
    """What is 1, 0 or alike is not written, so that networks keep the forms that they have."""
    net = mlp([2, 1, 1])
    assert under_flow(net, None, rates={"W1": 1}) is net
    assert under_flow(net, "gradient", rates={}) is net
    for given in ({"decay": "1/10"}, {"decay": {"W1": "1/10", "W2": "1/10"}}, {"tau": "1/10"}):
        moved = under_flow(net, "weight-decay", **given, rates={"W2": 1})
        assert moved.spec == under_flow(net, "weight-decay", tau="1/10").spec
        assert moved.name.startswith("relu 2-1-1 --flow weight-decay --tau 1/10")
    zero = under_flow(net, "weight-decay", decay={"W1": 0})
    assert zero.spec == under_flow(net, "weight-decay", tau=0).spec
    for decay in (0, {"W1": 0}, "W1=0"):
        moved = under_flow(net, "momentum", decay=decay)
        assert moved.spec == under_flow(net, "momentum").spec
        assert moved.name == under_flow(net, "momentum").name


def test_the_clock_of_several_decays():
    """tau is the largest number of which all speeds are multiples: powers of s are integers."""
    net = linear([1, 1, 1, 1], decay={"W1": "1/10", "W2": "1/10", "W3": "1/4"})
    assert (net.spec["tau"], net.spec["decay"]) == ([1, 20], [[2, 1, 10], [1, 1, 4]])
    assert [str(law) for law in known_laws(net)] == ["W2[0,0]^2*s^4 - W1[0,0]^2*s^4"]
    rated = linear([1, 1, 1], rates={"W1": 3}, decay={"W1": "1/30", "W2": "1/10"})
    assert (rated.spec["tau"], rated.spec["rates"]) == ([1, 10], [[1, 3, 1], [1, 1, 1]])
    assert [str(law) for law in known_laws(rated)] == ["3*W2[0,0]^2*s^2 - W1[0,0]^2*s^2"]


def test_one_tau_with_rates_is_a_decay():
    """So the clock has its unit: here s = e^(t/30), and the laws are polynomials."""
    third = {"W1": "1/3", "W2": "1/3"}
    net = mlp([1, 1, 1, 1], flow="weight-decay", tau="1/10", rates=third)
    assert net.spec == mlp([1, 1, 1, 1], decay="1/10", rates=third).spec
    assert (net.spec["tau"], net.spec["decay"]) == ([1, 30], [[3, 1, 10]])
    assert net.name == "relu 1-1-1-1 --flow weight-decay --rate W1=1/3,W2=1/3 --decay 1/10"
    assert [str(law) for law in known_laws(net)] == ["W2[0,0]^2*s^2 - W1[0,0]^2*s^2"]
    for tau in (0, "lam"):  # these stay what they are
        moved = mlp([1, 1, 1, 1], flow="weight-decay", tau=tau, rates=third)
        assert moved.spec["tau"] in ([0, 1], "lam") and "decay" not in moved.spec
        assert known_laws(moved).complete == (tau == 0)


def test_laws_have_weights():
    """|in|^2 / rate_in - |out|^2 / rate_out, of any size."""
    net = mlp([3, 4, 2], bias=True, rates={"W1": 2, "b1": 3, "W2": "1/5"})
    laws = known_laws(net)
    assert len(laws) == 4 and laws.complete and all(check_law(net, str(law)) for law in laws)
    for law in laws:
        coefficients = {}
        for c, ((v, e),) in law.polynomial.terms:
            coefficients.setdefault(net.entry_name(v)[:2], set()).add((c, e))
        signs = 1 if coefficients["W2"] == {(-30, 2)} else -1
        assert coefficients == {
            key: {(signs * c, 2)} for key, c in (("W1", 3), ("b1", 2), ("W2", -30))
        }
    linear_laws = known_laws(linear([2, 2, 2], rates={"W2": 4}))
    assert "W2[0,0]*W2[0,1] + W2[1,0]*W2[1,1] - 4*W1[0,0]*W1[1,0] - 4*W1[0,1]*W1[1,1]" in map(
        str, linear_laws
    )


COUNTS = {  # as many laws as with all rates 1; decays that differ cost laws
    "relu 784-300-10 --bias --rate W1=2,b1=1/3": 300,
    "linear 100-100-100-100 --rate W1=2,W3=1/2": 10100,
    "linear 2-8-8-2 --bias all --rate W1=2": 72,
    "relu 784-300-100-10 --decay W1=1/10,W2=1/10,W3=1/5": 300,
    "relu 784-300-100-10 --bias --decay W1=1/10,W2=1/10,W3=1/10": 0,
    "relu 784-300-100-10 --decay W1=1/10,W2=1/5,W3=1/10": 1,
    "relu 20000-20000-20000-10 --bias --decay W1=1/10,b1=1/10,W2=1/10,b2=1/5": 20000,
    "relu 784-300-10 --flow weight-decay --tau lam --rate W1=2": 1,
    "linear 30-30-30 --rate W1=2 --decay W1=1/10 --decay W2=1/5": 465,
}


@pytest.mark.parametrize("words", COUNTS)
def test_counts_of_any_size(words, tmp_path):
    run, words = CliRunner().invoke, words.split()
    done = run(cli, ["count", *words, "--json"])
    found = json.loads(done.stdout)
    assert (found["laws"], found["verdict"]) == (COUNTS[" ".join(words)], "proved")
    path = tmp_path / "c.json"
    assert run(cli, ["certify", *words, "-o", str(path), "--quiet"]).exit_code == 0
    assert verify_bytes(path.read_bytes()).laws == found["laws"]


def test_what_is_left_open():
    """A linear network at several speeds that has too many paths: an interval, and no failure."""
    report = analyze(linear([30, 30, 30, 30], decay={"W1": "1/10", "W2": "1/10"}))
    assert (report.laws_min, report.laws_max, report.verdict) == (465, 930, "open")
    with pytest.raises(LimitError, match="^flow: .* written out for gradient"):
        count(linear([30, 30, 30, 30], bias="all", rates={"W2": 2}))


SYSTEM = {"variables": ["u", "v"], "phi": ["u*v"]}
PLAIN = System(["u", "v"], phi=["u*v"])


@pytest.mark.parametrize(
    "given, message",
    [
        ({"rates": 2}, "^rates: expected rational numbers by name"),
        ({"rates": ["u", 2]}, "^rates: expected rational numbers by name"),
        ({"rates": "2"}, "^rates: expected NAME=A/B"),
        ({"rates": "u=2,u=3"}, "^rates: expected NAME=A/B.*once"),
        ({"rates": {"w": 2}}, "^rates: unknown parameter 'w', expected one of u, v"),
        ({"rates": {"u": 0}}, r"^rates\['u'\]: expected a positive rational number"),
        ({"rates": {"u": -1}}, r"^rates\['u'\]: expected a positive"),
        ({"rates": {"u": 0.5}}, r"^rates\['u'\]: expected a positive.*got 0.5"),
        ({"rates": {"u": True}}, r"^rates\['u'\]: "),
        ({"rates": {"u": "lam"}}, r"^rates\['u'\]: "),
        ({"rates": {"u": 1 << 31}}, r"^rates\['u'\]: .*below 2\^31"),
        ({"rates": {"u": Fraction(1, 65537), "v": Fraction(1, 65539)}}, "^rates: .*denominator"),
        ({"rates": {3: 2}}, "^rates: unknown parameter 3"),
        ({"rates": {"u": 2}, "flow": "natural"}, "^rates: the flow natural has none"),
        ({"decay": 1, "flow": "gradient"}, "^decay: the flow gradient has none"),
        ({"decay": 1, "flow": "mirror"}, "^decay: the flow mirror has none, expected one of weig"),
        ({"decay": -1}, "^decay: expected a rational number from 0 on"),
        ({"decay": "q"}, "^decay: expected a rational number"),
        ({"decay": 0.1}, "^decay: expected a rational number"),
        ({"decay": {"u": "-1/2"}}, r"^decay\['u'\]: expected a rational number from 0 on"),
        ({"decay": {"u": 1}, "flow": "weight-decay", "tau": 1}, "^decay: weight-decay has tau"),
        ({"decay": "u=1,x=2"}, "^decay: unknown parameter 'x'"),
        (
            {
                "decay": {"u": Fraction(1, 2**31 - 1), "v": 1},
                "rates": {"u": Fraction(1, 2**31 - 1)},
            },
            "^decay: expected decays that, times the rates, are multiples of one number",
        ),
    ],
    ids=str,
)
def test_refusals(given, message):
    with pytest.raises(InputError, match=message):
        under_flow(PLAIN, **({"flow": None} | given))


def test_more_refusals():
    with pytest.raises(InputError, match=r"^rates: W1\[0,0\] is given twice"):
        linear([1, 2, 1], rates={"W1[0,0]": 2, "W1": 3})
    with pytest.raises(InputError, match="^flow: .* under a flow already"):
        under_flow(linear([1, 1, 1], rates={"W1": 2}), None, rates={"W1": 2})
    with pytest.raises(InputError, match="^drift: belongs to the flow gradient, not to rates"):
        System("xy", phi=["x*y"], drift=["y", 0], rates={"x": 2})
    with pytest.raises(InputError, match="^tau: the flow gradient has none"):
        linear([1, 1, 1], flow="gradient", tau=1, rates={"W1": 2})
    frozen = dag(
        {"x": "input", "h": "linear", "y": "linear"},
        [("x", "h"), {"from": "x", "to": "y", "frozen": 2}],
        ["y"],
    )
    with pytest.raises(InputError, match="^flow: .* has no component with parameters"):
        under_flow(frozen, None, rates={"W[h,x]": 2})


def test_all_who_take_a_flow():
    rates, decay = {"W1": 2}, {"W1": "1/10"}
    assert count(nmf([2, 2, 1], rates=rates)) == count(icnn([2, 2, 1], rates=rates)) == 2
    assert count(icnn([2, 2, 1], flow="momentum", decay=decay)) == 0
    moved = network_of("linear", "1-2-1", flow="momentum", decay="1/3", rates="W1=2")
    assert moved.spec == linear([1, 2, 1], flow="momentum", decay="1/3", rates=rates).spec
    assert network_of("nmf", "2-2-1", rates="W1=2").spec == nmf([2, 2, 1], rates=rates).spec
    assert network_of("icnn", "2-2-1", rates="W1=2").spec == icnn([2, 2, 1], rates=rates).spec
    assert count(System(["u", "v"], phi=["u*v"], rates={"u": 2})) == 1


@pytest.mark.parametrize("net", [mlp([2, 2, 1]), linear([1, 2, 1], bias="all"), PLAIN], ids=str)
def test_pickles(net):
    key = net.parameters[0].name
    moved = under_flow(net, None, rates={key: 2}, decay={key: "1/3"})
    again = pickle.loads(pickle.dumps(moved))
    assert again.spec == moved.spec and analyze(again).json()["laws"] == analyze(moved).laws
    assert certify(again).bytes == certify(moved).bytes


def test_files(tmp_path):
    path = tmp_path / "sys.json"
    for more in ({"rates": {"u": 2}}, {"decay": {"u": "1/3"}, "flow": "momentum", "tau": 2}):
        path.write_text(json.dumps(SYSTEM | more))
        assert read_network(path).spec == System(["u", "v"], phi=["u*v"], **more).spec
    for more, message in (
        ({"rates": None}, "rates: expected no null"),
        ({"rates": {"u": 0.5}}, r"rates\['u'\]: expected a positive"),
        ({"decay": {"w": 1}}, "decay: unknown parameter 'w'"),
        ({"tau": 1}, "tau: belongs to a flow"),
    ):
        path.write_text(json.dumps(SYSTEM | more))
        with pytest.raises(InputError, match=message):
            read_network(path)
    toml = tmp_path / "net.toml"
    toml.write_text(
        'nodes = [{name = "x", kind = "input"}, {name = "h", kind = "relu"}, '
        '{name = "y", kind = "linear"}]\n'
        'edges = [{from = "x", to = "h"}, {from = "h", to = "y"}]\n'
        'flow = "weight-decay"\n[decay]\n"W[h,x]" = "1/10"\n'
    )
    assert read_network(toml).spec["decay"] == [[1, 1, 10], [1, 0, 1]]
    heads = {"matrices": {"Q": [1, 2], "K": [1, 2]}, "products": ["Q^T K"], "rates": {"Q": 2}}
    path.write_text(json.dumps(heads))
    assert count(read_network(path)) == 1


def test_command_line():
    run = CliRunner().invoke
    once = ["--rate", "W1=2", "--rate", "W2=1/3", "--decay", "W1=1/10", "--decay", "W2=3/5"]
    done = run(cli, ["laws", "linear", "1-1-1", *once, "--json"])
    assert done.exit_code == 0
    given = {"rates": {"W1": 2, "W2": "1/3"}, "decay": {"W1": "1/10", "W2": "3/5"}}
    moved = linear([1, 1, 1], **given)
    assert json.loads(done.stdout) == known_laws(moved).json()
    assert json.loads(done.stdout)["laws"] == ["6*W2[0,0]^2*s^2 - W1[0,0]^2*s^2"]
    both = ["--rate", "W1=2,W2=1/3", "--decay", "W1=1/10,W2=3/5", "--flow", "weight-decay"]
    assert run(cli, ["laws", "linear", "1-1-1", *both, "--json"]).stdout == done.stdout
    for words, message in (
        (["--rate", "2"], "rates: expected NAME=A/B"),
        (["--rate", "V=2"], "rates: unknown parameter 'V'"),
        (["--decay", "1", "--decay", "2"], "decay: expected a rational number"),
        (["--flow", "natural", "--rate", "W1=2"], "rates: the flow natural has none"),
    ):
        done = run(cli, ["count", "linear", "1-1-1", *words])
        assert done.exit_code == 2 and message in done.stderr, done.stderr
