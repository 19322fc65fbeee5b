"""Laws and certificates take what is computed with and its names, from whoever has them."""

import numpy as np
import pytest
from pyconslaw._core.zp import Random

from pyconslaw import InputError, LimitError, Polynomial, analyze, linear, product
from pyconslaw.certificate import write_certificate
from pyconslaw.laws.closed_forms.candidate import check_read, read_law
from pyconslaw.laws.law import Law, LawSet
from pyconslaw.laws.stated.layered import BalanceLaws
from pyconslaw.verify import verify_bytes


class Renamed:
    """The problem of a network under other names, with nothing but what `Named` lists."""

    def __init__(self, network, letter):
        self.problem, self.parameters = network.problem, network.parameters
        self.name, self.fingerprint = f"{letter}: {network.name}", letter
        self.entry_names = tuple(f"{letter}{k}" for k in range(network.size))
        self.generators = {f"{letter}[{k}]": f for k, f in enumerate(self.problem.generators)}

    def entry_name(self, number):
        return self.entry_names[number]

    def flatten(self, weights, name="weights"):
        return np.asarray(weights)

    def shaped(self, weights, name="weights"):
        ends = np.cumsum([p.size for p in self.parameters])[:-1]
        parts = np.split(np.asarray(weights), ends, axis=-1)
        return [x.reshape(p.shape) for x, p in zip(parts, self.parameters, strict=True)]


def checked(net, law):
    return check_read(net, *read_law(net, law), Random(0))


@pytest.mark.parametrize("text", ["u0^2 - u1^2", "3*u1^2 - 3*u2^2 + 1"])
def test_candidates_that_are_conserved(text):
    assert checked(Renamed(product(3), "u"), text)


def test_candidates_that_are_refuted_by_name():
    for text in ("u0 + u1", "u0^2"):
        found = checked(Renamed(product(2), "u"), text)
        assert not found and found.component == "u[0]" and set(found.point) == {"u0", "u1"}
    net = Renamed(product(2), "u")
    found = checked(net, "u0/u1")
    assert not found and found.component == "u[0]" and set(found.point) == {"u0", "u1"}


def test_candidates_that_cannot_be_written_out(monkeypatch):
    monkeypatch.setattr("pyconslaw.laws.check.WORK_LIMIT", 0)
    net = Renamed(linear([2, 2, 2]), "u")
    found = checked(net, "u0^3")
    assert not found and set(found.point) == set(net.entry_names)
    found = checked(net, "(u0*u2 + u1*u3 - u4*u5 - u6*u7)^2")
    assert found and found.verdict == "probable"


def test_laws_are_printed_and_evaluated():
    net, h = Renamed(linear([1, 1, 1]), "u"), Polynomial.of([(1, [(0, 2)]), (-1, [(1, 2)])])
    laws = LawSet(net, (Law(net, h),), 2, 1, 1, True, "proved")
    assert str(laws[0]) == "u0^2 - u1^2" and laws.values([3.0, 2.0]).tolist() == [5.0]
    assert [str(law) for law in BalanceLaws(net)] == ["u0^2 - u1^2"]
    assert laws.json()["network"] == "u: linear 1-1-1"
    with pytest.raises(InputError, match="^law: is a law of v: .*, expected one of u: "):
        checked(net, Law(Renamed(linear([1, 1, 1]), "v"), h))


def test_certificates(monkeypatch):
    class Written:
        name, listed = "two", 4

        def system_json(self):
            return {"type": "product", "size": 2}

    report = analyze(product(2))
    assert verify_bytes(write_certificate(Written(), report).bytes).laws == 1
    monkeypatch.setattr("pyconslaw.certificate.GRAPH_LIMIT", 3)
    with pytest.raises(LimitError, match="^network: two; .* limited to 3 nodes and edges"):
        write_certificate(Written(), report)
