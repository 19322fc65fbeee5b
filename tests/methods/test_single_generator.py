"""One input, one output, linear: a single generator, however wide."""

import pytest

from pyconslaw import analyze, certify, linear, mlp
from pyconslaw.methods.single_generator import is_scalar
from pyconslaw.verify import Refused, verify_bytes


@pytest.mark.parametrize("widths", [[1, 2, 2, 1], [1, 500, 500, 1], [1, 3000, 1, 7, 1]])
def test_all_but_one_parameter(widths):
    net = linear(widths)
    report = analyze(net)
    assert (report.laws, report.verdict, report.upper_by) == (
        net.size - 1,
        "proved",
        ("single generator",),
    )
    assert verify_bytes(certify(net, report=report).bytes, net.name).laws == net.size - 1


def test_what_is_not():
    assert is_scalar(linear([1, 5, 1]).layers)
    for net in (
        linear([2, 5, 1]),
        linear([1, 5, 2]),
        mlp([1, 5, 1], "relu"),
        mlp([1, 5, 1], "linear", "hidden"),
        mlp([1, 2, 5, 1], ["relu", "linear"]),
    ):
        assert not is_scalar(net.layers)


def test_the_checker_wants_one_component(monkeypatch):
    """The same proof of networks that have more."""
    from pyconslaw.methods import single_generator

    monkeypatch.setattr(single_generator, "is_scalar", lambda layers: True)
    for net in (
        linear([2, 400, 400, 1]),
        mlp([1, 400, 400, 1], "linear", "hidden"),
        mlp([1, 400, 400, 1], ["relu", "linear"]),
    ):
        with pytest.raises(Refused):
            verify_bytes(certify(net, report=analyze(net)).bytes)
