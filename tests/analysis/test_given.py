"""Laws that a user hands in: proved once more, a bound like others, in certificates too."""

import pytest
from pyconslaw._core.zp import Random

import pyconslaw as pcl
from pyconslaw.analysis import counting
from pyconslaw.analysis import given as handed_in
from pyconslaw.entries.parse import _Parser
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Budget
from pyconslaw.verify import verify_bytes


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch):
    """Neither laws beyond polynomials nor frames are looked for."""
    monkeypatch.setattr("pyconslaw.methods.generic.FORMS_LIMIT", 0)
    monkeypatch.setattr("pyconslaw.methods.generic.FRAME_LIMIT", 0)


@pytest.fixture
def net():
    """Two vector fields in three variables that conserve x^31 + y^31; no search goes so far."""
    return pcl.System(["x", "y", "z"], fields=[["y^30", "-x^30", 0], [0, 0, "1 + x*y"]])


def test_a_law_of_degree_31(net):
    plain = pcl.analyze(net)
    assert plain.verdict == "probable" and (plain.laws_min, plain.laws_max) == (0, 1)
    report = pcl.analyze(net, laws=["x^31 + y^31"])
    assert (report.laws, report.verdict) == (1, "proved")
    assert report.upper_by == ("laws that were handed in (1 independent)",)
    certificate = pcl.certify(net, laws=["x^31 + y^31", "2*x^31 + 2*y^31 - 3"])
    assert certificate.json["upper"]["kind"] == "polynomial-laws"
    assert verify_bytes(certificate.bytes).laws == 1
    assert pcl.assert_laws(net, 1, known=["x^31 + y^31"]).verdict == "proved"
    with pytest.raises(pcl.RefutedError):
        pcl.assert_laws(net, 0, known=["x^31 + y^31"])


def test_closed_forms_and_sets_of_laws():
    prey = pcl.System(
        ["x", "y", "z"],
        fields=[["2*x - 3*x*y", "5*x*y - 7*y", 0], [0, 0, "z^2 + x"]],
    )
    assert pcl.analyze(prey).verdict != "proved"
    found = pcl.find_laws(pcl.System(["x", "y"], fields=[["2*x - 3*x*y", "5*x*y - 7*y"]]))
    with pytest.raises(pcl.InputError, match="^law: is a law of"):
        pcl.analyze(prey, laws=found)  # of another system, though the names are equal
    with pytest.raises(pcl.InputError, match="^law: is a law of"):
        pcl.analyze(prey, laws=[found[0]])
    own = pcl.find_laws(prey)
    assert len(own) == 1 and isinstance(own[0], pcl.Law) and own[0].sort == "logarithmic"
    for laws in (own, list(own), iter(own)):
        assert pcl.analyze(prey, laws=laws).laws == 1
    certificate = pcl.certify(prey, laws=own)
    assert certificate.json["upper"]["kind"] == "closed-forms"
    assert verify_bytes(certificate.bytes).laws == 1


APART = [["y^30", "-x^30", 0, 0, 0], [0, 0, "1 + x*y", 0, 0], [0, 0, 0, "v", "-u"]]
COUPLED = [["y^30", "-x^30", 0, 0, 0], [0, 0, "1 + x*u", 0, 0], [0, 0, 0, "v", "-u"]]


@pytest.mark.parametrize("fields", [APART, COUPLED], ids=["in parts", "in one"])
def test_one_law_joins_those_that_are_known(fields):
    """u^2 + v^2 is found anyway, x^31 + y^31 is not: who hands in the one need not hand in the
    other.
    """
    net = pcl.System(["x", "y", "z", "u", "v"], fields=fields)
    assert pcl.analyze(net).verdict == "probable"
    report = pcl.analyze(net, laws=["x^31 + y^31"])
    assert (report.laws, report.verdict) == (2, "proved")
    assert report.upper_by == ("laws that were handed in and known laws (2 independent)",)
    assert verify_bytes(pcl.certify(net, report=report).bytes).laws == 2
    in_closed_form = pcl.analyze(net, laws=["(x^31 + y^31)/(u^2 + v^2)"])
    assert (in_closed_form.laws, in_closed_form.verdict) == (2, "proved")
    assert in_closed_form.upper.proof["kind"] == "closed-forms"
    assert verify_bytes(pcl.certify(net, report=in_closed_form).bytes).laws == 2
    # what is known already adds nothing
    again = pcl.analyze(net, laws=["u^2 + v^2"])
    assert (again.laws_min, again.laws_max, again.verdict) == (1, 2, "probable")


def test_laws_of_a_network():
    net = pcl.linear([2, 2, 2])
    laws = pcl.known_laws(net)
    assert pcl.analyze(net, laws=laws).laws == pcl.analyze(net).laws == 3
    assert pcl.analyze(net, laws=[]).laws == 3


@pytest.mark.parametrize(
    ("laws", "words"),
    [
        (["x^30"], r"^laws\[0\]: is not a conservation law"),
        (["x^31 + y^31", "x/y"], r"^laws\[1\]: is not a conservation law"),
        ("x^31 + y^31", "^laws: expected a sequence of laws"),
        (7, "^laws: expected a sequence of laws"),
        ([None], "^law"),
        (["w"], "law"),
    ],
)
def test_what_is_no_law_is_refused(net, laws, words):
    with pytest.raises(pcl.InputError, match=words):
        pcl.analyze(net, laws=laws)


def test_a_law_that_is_only_probable_is_no_bound():
    """The square of a balance law, where phi has too many paths to be multiplied out."""
    net = pcl.mlp([20] * 8)
    row = "".join(f" + W1[0,{j}]^2" for j in range(20))
    column = "".join(f" - W2[{j},0]^2" for j in range(20))
    law = f"0{row}{column}"
    assert pcl.check_law(net, law).verdict == "proved"
    assert pcl.check_law(net, f"({law})^2").verdict == "probable"
    with pytest.raises(pcl.InputError, match=r"^laws\[1\]: .* is a law; it is probable$"):
        pcl.analyze(net, laws=[law, f"({law})^2"])


def test_a_report_and_laws_exclude_each_other(net):
    with pytest.raises(pcl.InputError, match="^laws: "):
        pcl.certify(net, report=pcl.analyze(net), laws=["x^31 + y^31"])


def test_laws_that_take_long_leave_time_for_the_methods(monkeypatch):
    """They had all of it, and the answer was a weak interval that said nothing of them."""

    def endless(network, laws, rng, ask):
        while True:
            ask()

    monkeypatch.setattr(counting, "bound_of_laws", endless)
    report = pcl.analyze(pcl.linear([3, 3, 3]), laws=["W1[0,0]"], budget=1.0)
    assert report.verdict == "proved" and counting.LEFT_OUT in report.notes


def test_known_laws_that_are_joined_keep_to_the_memory(monkeypatch):
    given = []
    monkeypatch.setattr(
        handed_in,
        "balance_bound",
        lambda graph, rng, ask, *, memory: given.append(memory) or balance_bound(graph, rng, ask),
    )
    net = pcl.recurrent(2, 2, 1, 2, "linear")
    limits = Budget(Random(0), memory=1e7)
    nothing = UpperBound(net.size, (), {})
    handed_in.with_known_laws(net, nothing, nothing, limits)
    assert given == [1e7]


@pytest.mark.parametrize("verb", [pcl.complement, lambda net, laws: pcl.analyze(net, laws=laws)])
def test_what_is_only_probable_is_no_law(monkeypatch, verb):
    """phi is not written out, so the sum of two products of balance laws is seen at points only."""
    monkeypatch.setattr("pyconslaw.laws.check.WORK_LIMIT", 0)
    net = pcl.linear([2, 2, 2])
    law = "(W1[0,0]^2 + W1[0,1]^2 - W2[0,0]^2 - W2[1,0]^2)^2"
    assert pcl.check_law(net, law).verdict == "probable"
    with pytest.raises(pcl.InputError, match=r"laws\[1\]: phi has too many paths .* is probable"):
        verb(net, ["W1[0,0]^2 + W1[0,1]^2 - W2[0,0]^2 - W2[1,0]^2", law])


@pytest.mark.parametrize("verb", [pcl.complement, lambda net, laws: pcl.analyze(net, laws=laws)])
@pytest.mark.parametrize(
    "text", ["x1^2 - x2^2", "x1^2/2 - x2^2/2", "(x1^2 - x2^2)/(1 + x1^2 - x2^2)"]
)
def test_a_law_is_read_once(monkeypatch, verb, text):
    read, run = [], _Parser.run
    monkeypatch.setattr(_Parser, "run", lambda parser: read.append(parser.text) or run(parser))
    verb(pcl.product(2), [text])
    assert read == [text]
