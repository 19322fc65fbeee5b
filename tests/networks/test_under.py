"""Networks and systems under a flow: names of coordinates, forms of tau and metric, files, the
command line; refusals that name the argument.
"""

import json
from fractions import Fraction

import flint
import numpy as np
import pytest
import sympy
from click.testing import CliRunner

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    analyze_function,
    certify,
    check_law,
    count,
    family,
    known_laws,
    linear,
    mlp,
    network_of,
    polynomial_laws,
    read_network,
    under_flow,
)
from pyconslaw.cli.main import cli
from pyconslaw.verify import verify_bytes


def test_coordinates():
    assert System("xy", phi=["x*y"], flow="momentum").entry_names == ("x", "y", "dx", "dy", "s")
    assert System("xy", phi=["x*y"], flow="nesterov").entry_names == ("x", "y", "dx", "dy", "t")
    assert System("xy", phi=["x*y"], flow="riemannian-momentum", tau="lam").entry_names == (
        "x",
        "y",
        "px",
        "py",
        "s",
        "lam",
    )
    assert System("xy", phi=["x*y"], flow="mirror").entry_names == ("x", "y")
    assert linear([1, 1, 1], flow="weight-decay").entry_names == ("W1[0,0]", "W2[0,0]", "s")


def test_the_flow_of_the_gradient_is_the_network_itself():
    net = linear([2, 2, 2])
    assert under_flow(net, "gradient") is net and under_flow(net, None) is net


@pytest.mark.parametrize("tau", ["2/4", Fraction(1, 2), flint.fmpq(1, 2)])
def test_forms_of_tau(tau):
    assert linear([1, 1, 1], flow="momentum", tau=tau).spec["tau"] == [1, 2]


def test_tau_may_be_an_integer_of_numpy():
    net = linear([1, 1, 1], flow="nesterov", tau=np.int64(4))
    assert net.spec["tau"] == [4, 1] and type(net.spec["tau"][0]) is int


def test_forms_of_a_metric():
    """1/self and its names, by coordinate, by parameter, in a sequence; the default is written
    as none.
    """
    x, y = sympy.symbols("x y")
    system = System("xy", phi=["x*y"])
    half = [[[[2, [[0, 1]]]], [[1, []]]], [[[1, []]], [[1, []]]]]
    for metric in (
        "x=2*self",
        {"x": "2*x"},
        {x: 2 * x},
        [2 * x, 1],
        ("2*self", "euclidean"),
        "x = 2*self, y = euclidean",
    ):
        assert under_flow(system, "mirror", metric=metric).spec["metric"] == half
    for metric in (3, Fraction(3), "3", 3 * x**0, ["3", 3]):
        assert (
            under_flow(system, "mirror", metric=metric).spec["metric"]
            == [[[[3, []]], [[1, []]]]] * 2
        )
    for metric in ("entropic", "1/self", ["1/x", 1 / y], 1 / sympy.Symbol("self")):
        assert under_flow(system, "mirror", metric=metric).spec == under_flow(system, "mirror").spec
    net = under_flow(mlp([2, 1, 1]), "mirror", metric="W2=entropic,W1[0,1]=-2/(3*self + 3)")
    assert net.spec["metric"] == [
        [[[1, []]], [[1, []]]],
        [[[2, []]], [[-3, []], [-3, [[1, 1]]]]],
        [[[1, []]], [[1, [[2, 1]]]]],
    ]
    assert (
        net.written[0] == {0: net.written[0][0], 2: net.written[0][2]}
        and str(net.written[0][2].terms) == "((1, ((0, 1), (2, 1))),)"
    )


BAD = {
    "flow": ({"flow": "adam"}, "^flow: expected one of gradient, "),
    "no text": ({"flow": 3}, "^flow: "),
    "list": ({"flow": ["mirror"]}, "^flow: "),
    "tau alone": ({"flow": None, "tau": 1}, "^tau: belongs to a flow"),
    "metric alone": ({"flow": None, "metric": "1"}, "^metric: belongs to a flow"),
    "tau": ({"flow": "mirror", "tau": 1}, "^tau: the flow mirror has none"),
    "metric": ({"flow": "natural", "metric": "1"}, "^metric: the flow natural"),
    "float": ({"flow": "momentum", "tau": 0.5}, "^tau: expected a rational"),
    "negative": ({"flow": "momentum", "tau": -1}, "^tau: expected a rational"),
    "boolean": ({"flow": "momentum", "tau": True}, "^tau: "),
    "division": ({"flow": "momentum", "tau": "1/0"}, "^tau: "),
    "nan": ({"flow": "momentum", "tau": "nan"}, "^tau: expected a rational"),
    "inf": ({"flow": "momentum", "tau": "Infinity"}, "^tau: expected a rational"),
    "digits": ({"flow": "momentum", "tau": "1" * 40}, "^tau: "),
    "large": ({"flow": "momentum", "tau": 1 << 31}, "^tau: "),
    "empty": ({"flow": "momentum", "tau": ""}, "^tau: "),
    "code": ({"flow": "momentum", "tau": "__import__('os')"}, "^tau: "),
    "nesterov": ({"flow": "nesterov", "tau": "1/2"}, "^tau: for nesterov"),
    "nesterov parameter": ({"flow": "nesterov", "tau": "r"}, "^tau: for nesterov"),
    "nesterov 0": ({"flow": "nesterov", "tau": 0}, "^tau: for nesterov"),
    "accelerated": (
        {"flow": "accelerated-mirror", "tau": 0, "metric": {"y": "1 + self"}},
        "^tau: got 0, where accelerated-mirror needs a metric .* the entry of y is another one",
    ),
    "name of tau": ({"flow": "momentum", "tau": "x"}, "^flow: momentum needs the name x"),
    "s": ({"flow": "momentum", "tau": "s"}, "^flow: momentum needs the name s"),
    "velocity": ({"flow": "momentum", "tau": "dx"}, "^flow: momentum needs the name dx"),
    "entries": ({"flow": "mirror", "metric": ["1"]}, "^metric: expected 2 entries"),
    "unknown": ({"flow": "mirror", "metric": {"z": 1}}, "^metric: unknown parameter 'z'"),
    "zero": ({"flow": "mirror", "metric": "x - x"}, "^metric: an entry of a metric is not zero"),
    "pole": ({"flow": "mirror", "metric": "1/(x-x)"}, "^metric: division by zero"),
    "type": ({"flow": "mirror", "metric": np.eye(2)}, "^metric: expected a string"),
    "float metric": ({"flow": "mirror", "metric": 0.5}, "^metric: expected an exact"),
    "matrix": ({"flow": "mirror", "metric": [[1, 0], [0, 1]]}, "^metric: got a matrix"),
    "twice": ({"flow": "mirror", "metric": "x=1,x=2"}, "^metric: .*once"),
    "no entry": ({"flow": "mirror", "metric": "x=,y=1"}, r"^metric\['x'\]: "),
    "float entry": ({"flow": "mirror", "metric": [0.5, 1]}, r"^metric\[0\]: expected an exact"),
    "hessian": (
        {"flow": "dual-momentum", "metric": "1/(x*y)"},
        "^metric: the flow dual-momentum needs the Hessian .* x depends",
    ),
    "function": ({"flow": "mirror", "metric": "exp(self)"}, "^metric: "),
    "bomb": ({"flow": "mirror", "metric": "(x+y+1)^999"}, "^metric: more than"),
}


@pytest.mark.parametrize("case", BAD)
def test_refusals(case):
    arguments, message = BAD[case]
    with pytest.raises(InputError, match=message):
        under_flow(System("xy", phi=["x*y"]), **arguments)


def test_more_refusals():
    moved = System("xy", phi=["x*y"], flow="mirror")
    with pytest.raises(InputError, match="^flow: .* under a flow already"):
        under_flow(moved, "momentum")
    with pytest.raises(InputError, match="^flow: .* under a flow already"):
        under_flow(under_flow(linear([1, 1, 1]), "natural"), "momentum")
    with pytest.raises(InputError, match="^drift: belongs to the flow gradient, not to momentum"):
        System("xy", phi=["x*y"], drift=["y", 0], flow="momentum")
    with pytest.raises(InputError, match="^drift: expected 2 entries"):
        System("xy", phi=["x*y"], drift=["0"])
    with pytest.raises(InputError, match="^metric: a coordinate is called self"):
        System(["self"], phi=["self"], flow="mirror", metric="self")
    with pytest.raises(InputError, match="^flow: momentum needs the name s"):
        System(["s"], phi=["s"], flow="momentum")
    with pytest.raises(InputError, match="^flow: momentum needs the name dx"):
        System(["x", "dx"], phi=["x"], flow="momentum")
    with pytest.raises(LimitError, match="^flow: .* paths, more than the 20000"):
        linear([30, 30, 30], flow="momentum")
    with pytest.raises(InputError, match="^network: "):
        under_flow("linear", "momentum")


def test_files(tmp_path):
    path = tmp_path / "sys.json"
    body = {"variables": ["x", "y"], "phi": ["x*y"], "flow": "momentum", "tau": "1/2"}
    path.write_text(json.dumps(body))
    assert (
        read_network(path).spec
        == network_of("system", str(path)).spec
        == System("xy", phi=["x*y"], flow="momentum", tau="1/2").spec
    )
    toml = tmp_path / "sys.toml"
    toml.write_text('variables = ["x", "y"]\nfields = [["y", "-x"]]\ndrift = {x = "1"}\n')
    assert read_network(toml).spec == System("xy", fields=[["y", "-x"]], drift=[1, 0]).spec
    net = {
        "nodes": [{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear"}],
        "edges": [{"from": "x", "to": "y"}],
        "flow": "mirror",
        "metric": {"W[y,x]": "self"},
    }
    path.write_text(json.dumps(net))
    assert read_network(path).name.endswith("--flow mirror --metric W[y,x]=self")
    for change, message in (
        ({"tau": None}, "tau: expected no null"),
        ({"flow": "adam"}, "flow: expected one of"),
        ({"drift": "x"}, "drift: expected a list"),
        ({"metric": "1", "tau": 1, "flow": "natural"}, "tau: the flow natural has none"),
        ({"flow": None}, "flow: expected no null"),
        ({"mass": 1}, "expected an object with variables"),
    ):
        path.write_text(json.dumps({**body, **change}))
        with pytest.raises(InputError, match=message):
            read_network(path)
    path.write_text(json.dumps({key: item for key, item in body.items() if key != "flow"}))
    with pytest.raises(InputError, match="tau: belongs to a flow"):
        read_network(path)


def test_command_line(tmp_path):
    run = CliRunner().invoke
    done = run(cli, ["laws", "linear", "2-2-1", "--flow", "momentum", "--tau", "1/2", "--json"])
    assert done.exit_code == 0
    wanted = known_laws(linear([2, 2, 1], flow="momentum", tau="1/2")).json()
    assert json.loads(done.stdout) == wanted and wanted["complete"] and "s" in wanted["laws"][0]
    path = tmp_path / "sys.json"
    path.write_text(json.dumps({"variables": ["u", "v"], "phi": ["u*v"]}))
    for words, laws in (
        (["system", str(path), "--flow", "mirror"], 1),
        (["--file", str(path), "--flow", "weight-decay", "--tau", "lam"], 2),
        (
            [
                "mlp",
                "2-1-1",
                "--activations",
                "relu",
                "--flow",
                "mirror",
                "--metric",
                "W2=entropic",
            ],
            1,
        ),
    ):
        done = run(cli, ["count", *words, "--json"])
        assert done.exit_code == 0 and json.loads(done.stdout)["laws"] == laws, done.output
    for words, message in (
        (["--tau", "1"], "tau: belongs to a flow"),
        (["--flow", "adam"], "flow: expected one of"),
        (["--flow", "mirror", "--metric", "V=1"], "unknown parameter"),
    ):
        done = run(cli, ["count", "linear", "1-1-1", *words])
        assert done.exit_code == 2 and message in done.stderr


def test_a_parameter_is_noted():
    report = analyze(linear([1, 1, 1], flow="momentum", tau="lam"))
    assert report.laws == 1 and report.notes == (
        "the parameter lam never moves: it is one of the laws",
    )


def test_natural_gradient_keeps_the_graph():
    """Its vectors are those of the gradient flow, so it is as large as that may be."""
    net = linear([784, 100, 10], flow="natural")
    assert net.has_graph and count(net) == count(linear([784, 100, 10])) == 5050
    wide = mlp([784, 200, 10], flow="natural")
    assert verify_bytes(certify(wide).bytes, "relu 784-200-10 --flow natural").laws == 200
    small, plain = (linear([2, 2, 2], flow=flow) for flow in ("natural", None))
    assert [str(law) for law in known_laws(small)] == [str(law) for law in known_laws(plain)]
    assert [str(law) for law in polynomial_laws(small, 4)] == [
        str(law) for law in polynomial_laws(plain, 4)
    ]
    assert check_law(small, known_laws(plain)[0].polynomial).conserved
    with pytest.raises(InputError, match="^network: expected a layered network"):
        family(small)
    with pytest.raises(
        InputError,
        match="^network: expected a network with a graph, under the flow of the gradient",
    ):
        analyze_function(small, np.ones(8), [[1, 2]])
    with pytest.raises(InputError, match="^network: expected a layered network"):
        family(linear([2, 2, 2], flow="momentum"))


def test_laws_are_checked_and_refuted_along_the_drift():
    net = linear([1, 2, 1], flow="momentum", tau="1/2")
    law = str(known_laws(net)[0])
    assert check_law(net, law).conserved
    found = check_law(net, law.replace("*s", ""))
    assert not found.conserved and found.component == "drift" and found.verdict == "proved"
    found = check_law(net, "dW1[0,0]*s")
    assert not found.conserved and found.component.startswith("control of ")
