"""The public question and the command, on what is found by hand."""

import json
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from click.testing import CliRunner  # noqa: E402
from hand import found, hidden, term  # noqa: E402
from torch import nn  # noqa: E402

import pyconslaw.torch as room  # noqa: E402
from pyconslaw.cli.main import cli  # noqa: E402
from pyconslaw.errors import InputError  # noqa: E402
from pyconslaw.torch.asked import arguments  # noqa: E402
from pyconslaw.torch.found import Family  # noqa: E402
from pyconslaw.torch.tensors import Weights  # noqa: E402

FILE = """
import torch

def make():
    return torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))

def broken():
    raise RuntimeError("out of luck\\nand more")

number = 3

class Wide:
    pass
"""


def by_hand(model, args=(), kwargs=None, loss=None):
    """Hidden neurons of a network of one hidden layer."""
    return found(model, hidden("0.weight", "2.weight", 3, bias="0.bias"), loss=loss)


@pytest.fixture(autouse=True)
def derived(monkeypatch):
    monkeypatch.setitem(vars(room), "derive", by_hand)


def net():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))


def test_a_report_of_what_was_derived():
    model = net()
    report = room.laws(model, torch.zeros(5, 4))
    assert report.count == 3 and report.check.way == "double precision"
    (values,) = report.values()
    w, b, v = model[0].weight, model[0].bias, model[2].weight
    expected = w.square().sum(1) + b.square() - v.square().sum(0)
    assert values == pytest.approx(expected.detach().numpy(), abs=1e-6)
    assert room.laws(model, torch.zeros(5, 4), check=False).check is None


def test_values_follow_the_weights():
    model = net()
    report = room.laws(model, torch.zeros(5, 4))
    with torch.no_grad():
        model[2].weight.zero_()
    assert (report.values()[0] > 0).all()


def test_false_laws_are_errors(monkeypatch):
    def wrong(model, args, kwargs, loss):
        return found(model, hidden("0.weight", "2.weight", 3, 1))

    monkeypatch.setitem(vars(room), "derive", wrong)
    with pytest.raises(room.WrongLawError, match="does not hold"):
        room.laws(net(), torch.zeros(5, 4))


def test_what_is_not_confirmed_is_left_out(monkeypatch):
    """Where no copy fits, no eps is taken away: what is not nearly a law is not reported."""

    def loose(model, args, kwargs, loss):
        rows = (term("2.weight", 0, range(2)),)
        return found(model, Family("diagonal", rows, False, ("eps 1 of 1",)))

    monkeypatch.setitem(vars(room), "derive", loose)
    report = room.laws(net(), torch.zeros(5, 4), memory=30)
    assert report.count == 0 and "left out" in report.found.notes[0]


def test_wrapped_modules_have_names_of_the_inner_one():
    wrapped = nn.DataParallel(net())
    assert list(Weights(wrapped)) == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert room.laws(wrapped, torch.zeros(5, 4)).count == 3


def test_weights_are_read_by_name():
    weights = Weights(net().bfloat16())
    assert weights["0.bias"].dtype == "float32" and len(weights) == 4
    with pytest.raises(KeyError):
        weights["1.bias"]
    with pytest.raises(InputError, match="meta device"):
        Weights(net().to("meta"))["0.bias"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"loss": "hinge"}, "loss: 'hinge', expected None"),
        ({"memory": -1}, "memory: -1, expected bytes"),
        ({"model": 3}, "model: int, expected a torch.nn.Module"),
    ],
)
def test_laws_refuse(given, words):
    with pytest.raises(InputError, match=words):
        room.laws(**{"model": net(), "example_inputs": torch.zeros(5, 4)} | given)


def test_forms_of_inputs():
    x = torch.zeros(1)
    assert arguments(x) == ((x,), {}) and arguments([x]) == ((x,), {})
    assert arguments({"x": x}) == ((), {"x": x}) and arguments(((x,), {"y": x})) == ((x,), {"y": x})
    assert arguments((x, {"y": x})) == ((x, {"y": x}), {})


@pytest.fixture
def there(tmp_path, monkeypatch):
    """A directory with a module of the user, whose name is new."""
    name = f"mynet_{tmp_path.name.replace('-', '_')}"
    (tmp_path / f"{name}.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return name


def run(*words):
    return CliRunner().invoke(cli, ["torch", *words])


def test_the_command(there):
    done = run(f"{there}:make", "--input", "5,4", "--limit", "1")
    assert done.exit_code == 0, done.output
    assert "laws: 3 independent" in done.output
    assert done.output.splitlines()[-1] == ("|0.weight[0,:]|^2 + 0.bias[0]^2 - |2.weight[:,0]|^2")


def test_the_command_in_json(there):
    words = (f"{there}:make", "--input", "input=5,4", "--loss", "mse", "--json")
    said = json.loads(run(*words).stdout)
    assert said["count"] == 3 and said["loss"] == "mse" and said["check"]["laws"] == 3
    assert run(*words).stdout == run(*words).stdout


def test_the_command_on_meta(there):
    said = run(f"{there}:make", "--input", "5,4", "--meta")
    assert "checked: none: the weights are on the meta device" in said.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("NET:make", "--input", "5,x"), "--input: '5,x', expected"),
        (("NET:make", "--input", "int65:5"), "--input: 'int65:5', expected"),
        (("NET:make", "--input", "5,4", "--memory", "2T"), "--memory: '2T', expected bytes"),
        (("NET", "--input", "5,4"), "expected such as mynet:make"),
        (("NET:none",), "none is not in it"),
        (("NET:number",), "is no function and no module"),
        (("NET:Wide",), "gave no torch.nn.Module"),
        (("NET:broken",), "broken: RuntimeError: out of luck"),
        (("nowhere_at_all:make",), "importing nowhere_at_all: ModuleNotFoundError"),
    ],
)
def test_the_command_refuses(there, words, said):
    done = run(*(word.replace("NET", there) for word in words))
    assert done.exit_code == 2 and said in done.output and "Traceback" not in done.output


def test_inputs_of_words():
    (x, n), given = room.inputs_of(("1,3", "int64%7:40", "m=bool:2", "s=float64:"), False, 0)
    assert x.shape == (1, 3) and n.dtype == torch.int64 and n.max() == 6
    assert given["m"].dtype == torch.bool and given["s"].shape == ()


def without_torch(code, release=None):
    """Runs code where torch is missing, or is another release."""
    stub = "None" if release is None else f"types.SimpleNamespace(__version__={release!r})"
    start = f"import sys, types; sys.modules['torch'] = {stub}\n"
    return subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True)


def test_without_torch_it_is_said_in_a_line():
    done = without_torch("import pyconslaw.torch as room\nroom.laws")
    assert done.stderr.splitlines()[-1] == (
        "ImportError: pyconslaw.torch needs torch 2.13.0, which is not installed: "
        "pip install 'pyconslaw[torch]'"
    )
    assert without_torch("import pyconslaw.torch.report, pyconslaw.torch.found").returncode == 0


def test_another_release_is_refused():
    done = without_torch("import pyconslaw.torch as room\nroom.laws", "2.9.0+cpu")
    assert "torch: 2.9.0+cpu, expected 2.13.0, the release that was tested" in done.stderr


def test_the_command_without_torch():
    code = "from pyconslaw.cli.main import cli\ncli(['torch', 'a:b'])"
    done = without_torch(code)
    assert done.returncode == 2 and "which is not installed" in done.stderr
