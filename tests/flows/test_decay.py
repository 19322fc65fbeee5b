"""Weight decay is written out when it is asked for, and then as it ever was."""

import pytest

from pyconslaw import InputError, LimitError, analyze, dag, known_laws, linear, mlp, under_flow
from pyconslaw.flows.build import phase_of
from pyconslaw.flows.decay import LaterMap, LaterTuple, decay_phase
from pyconslaw.flows.setting import read_setting


def test_things_that_are_made_later():
    made = []

    def make():
        made.append(1)
        return [3, 4, 5]

    later = LaterTuple(make)
    assert not made
    assert (len(later), later[0], later[-1], list(later), later[1:]) == (3, 3, 5, [3, 4, 5], (4, 5))
    assert made == [1] and 4 in later and not LaterTuple(list)
    field = LaterMap(lambda: made.append(2) or {7: "f"})
    assert made == [1]
    assert (dict(field), field[7], len(field), 7 in field, 8 in field) == (
        {7: "f"},
        "f",
        1,
        True,
        False,
    )
    assert made == [1, 2]


@pytest.mark.parametrize("tau", [None, "2/3", 0, "lam"])
@pytest.mark.parametrize(
    "net", [linear([2, 3, 1]), mlp([2, 2, 1], bias="all")], ids=lambda n: n.name
)
def test_the_phase_is_the_one_that_is_built(net, tau):
    setting = read_setting("weight-decay", tau, None, net.parameters, net.entry_names)
    gradients = [f.gradient() for f in net.components.values()]
    eager = phase_of(setting, gradients, net.parameters, net.entry_names)
    later = decay_phase(setting, net.parameters, lambda: gradients)
    for key in ("added", "clock", "parameter", "powers", "degree", "factor", "poles"):
        assert getattr(later, key) == getattr(eager, key), key
    assert tuple(later.controls) == eager.controls and dict(later.drift) == eager.drift
    moved = under_flow(net, "weight-decay", tau=tau)
    assert tuple(moved.written) == eager.controls and dict(moved.drift) == eager.drift
    labels = [f"control of {label}" for label in net.components]
    assert list(moved.generators) == [*labels, "drift"]


def test_nothing_is_written_out_for_a_count(monkeypatch):
    monkeypatch.setattr("pyconslaw.fields.problem.components", None)
    net = linear([3, 4, 3], flow="weight-decay", tau="lam")
    assert (net.size, net.entry_names[-2:], net.spec["tau"]) == (26, ("s", "lam"), "lam")
    assert analyze(net).laws == 11
    with pytest.raises(TypeError):
        net.explicit()


def test_beyond_the_paths_that_are_written_out():
    """Counted; what needs the vector fields says why it cannot have them."""
    net = linear([30, 30, 30], flow="weight-decay")
    assert net.name == "linear 30-30-30 --flow weight-decay --tau 1"
    assert analyze(net).laws == 465
    message = "^flow: linear 30-30-30 has 27000 paths, more than the 20000 that are written out"
    for ask in (net.explicit, net.fields, lambda: net.generators, lambda: len(net.written)):
        with pytest.raises(LimitError, match=message):
            ask()
    laws = known_laws(net)
    assert len(laws) == 465 and laws.complete
    with pytest.raises(LimitError, match="^flow: .* written out for momentum"):
        under_flow(linear([30, 30, 30]), "momentum")


def test_refusals_at_once():
    frozen = dag(
        {"x": "input", "h": "linear", "y": "linear"},
        [("x", "h"), {"from": "x", "to": "y", "frozen": 2}],
        ["y"],
    )
    with pytest.raises(InputError, match="^flow: .* has no component with parameters"):
        under_flow(frozen, "weight-decay")
    with pytest.raises(InputError, match="^flow: weight-decay needs the name s"):
        named = dag({"x": "input", "y": "linear"}, [{"from": "x", "to": "y", "parameter": "s"}])
        under_flow(named, "weight-decay")
    with pytest.raises(InputError, match="^flow: weight-decay needs the name W1"):
        linear([1, 1], flow="weight-decay", tau="W1")
