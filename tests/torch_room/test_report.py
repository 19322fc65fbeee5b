"""The report of families that are written by hand: table, filters, values, texts, JSON."""

import json
import pickle

import numpy as np
import pytest
from hand import term
from llama import llama

from pyconslaw.errors import InputError
from pyconslaw.torch.checked import Check
from pyconslaw.torch.completeness import BlockClaim
from pyconslaw.torch.found import Family, Found, ParameterInfo, Unsupported
from pyconslaw.torch.report import Report

SHAPES = {
    "embed.weight": (5, 2),
    "layers.0.a.weight": (3, 2),
    "layers.0.a.bias": (3,),
    "layers.0.b.weight": (2, 3),
    "layers.1.a.weight": (3, 2),
    "layers.1.a.bias": (3,),
    "layers.1.b.weight": (2, 3),
    "norm.weight": (2,),
    "spare.weight": (2, 2),
    "late.weight": (4, 4),
}


def hidden(k):
    place = f"layers.{k}."
    terms = (
        term(place + "a.weight", 0, range(3)),
        term(place + "a.bias", 0, range(3)),
        term(place + "b.weight", 1, range(3), -1),
    )
    return Family("diagonal", terms)


FAMILIES = (
    hidden(0),
    hidden(1),
    Family(
        "diagonal",
        (term("embed.weight", 0, [[range(5)]]), term("norm.weight", 0, [[range(2)]], -1, 1)),
        False,
        ("eps 1e-05 of norm",),
    ),
    Family("linear", (term("late.weight", 0, [[range(4)]]),), condition="cross-entropy only"),
    Family("block", (term("spare.weight", 0, [[[0], [1]]]), term("late.weight", 1, [[[0], [1]]]))),
)
FOUND = Found(
    FAMILIES,
    tuple(
        ParameterInfo(
            name,
            ("head.weight",) if name == "embed.weight" else (),
            shape,
            used=name != "spare.weight",
        )
        for name, shape in SHAPES.items()
    ),
    unsupported=tuple(
        Unsupported("aten.fold", f"layers.{k}.c", 2, (f"layers.{k}.a.weight",)) for k in range(2)
    ),
    notes=("BatchNorm2d in train mode",),
    loss="cross_entropy",
)
REPORT = Report("Net", FOUND)
WEIGHTS = {
    name: np.random.default_rng(k).normal(size=shape)
    for k, (name, shape) in enumerate(SHAPES.items())
}


def test_the_table():
    lines = [" ".join(line.split()) for line in str(REPORT).splitlines()]
    assert lines == [
        "Net (62 parameters, cross_entropy)",
        "where parameters conserved laws kind",
        "layers.0-1 (2 alike) a, a.bias : b |row|^2 + entry^2 - |column|^2 3 x 2 exact",
        "embed : norm |all|^2 - |1 + all|^2 1 ignores eps 1e-05 of norm",
        "late sum of 4 rows 4 linear, cross-entropy only",
        "spare, late a block of 2 x 2 3 exact",
        "laws: 14 independent (7 diagonal, 3 block, 4 linear, 1 of them ignore an eps)",
        "checked: not asked for",
        "not covered: aten.fold in layers.0-1.c (4 times) has no rule, at layers.0.a.weight, "
        "layers.1.a.weight",
        "not reached by the inputs: spare.weight: 4 entries that never change",
        "note: BatchNorm2d in train mode",
        "complete: per block, see `report.completeness`; open for the whole network",
    ]


def test_numbers():
    assert (REPORT.count, REPORT.parameters) == (14, 62)
    assert REPORT.counts.kinds == {"diagonal": 7, "block": 3, "linear": 4}
    assert REPORT.counts.exact == 13
    assert repr(REPORT) == "<Report Net: 14 laws of 62 parameters>"


def test_one_module():
    first = REPORT.select("layers.0")
    assert (first.count, first.parameters) == (3, 15)
    assert [one.module for one in first.unsupported()] == ["layers.0.c"]
    assert REPORT.select("layers.0.a.bias").count == 3
    assert REPORT.select("head").count == 1  # by the other name of a tied parameter
    assert "Net, layers.0 (15 parameters" in str(first)
    with pytest.raises(InputError, match="path: 'layers.2', below which there is no parameter"):
        REPORT.select("layers.2")


def test_each_module():
    parts = REPORT.by_module()
    assert list(parts)[:3] == ["embed", "layers.0.a", "layers.0.b"]
    assert {path: one.count for path, one in parts.items()}["layers.1.b"] == 3


def test_three_claims_are_apart():
    claim = BlockClaim("layers.0-1", "proved", "path-lifting", "phi is rich")
    known = Report("Net", FOUND, claims=(claim,)).completeness
    assert known.json()["law"] == {"exact": 13, "approximate": 1}
    assert known.json()["network"] == "open"
    assert [block["status"] for block in known.json()["block"]] == ["proved", "open"]
    assert str(known).splitlines() == [
        "laws: 13 exact, 1 more when an eps is ignored; each by a symmetry, operator by operator",
        "complete for phi of layers.0-1: proved, path-lifting (if phi is rich)",
        "complete for phi of Net: open",
        "complete for the whole network: open",
    ]


@pytest.mark.parametrize(
    ("given", "words"),
    [(("a", "sure"), "status: 'sure', expected proved"), (("a", "proved"), "how a is proved")],
)
def test_claims_refuse(given, words):
    with pytest.raises(InputError, match=words):
        BlockClaim(*given)


def test_values_and_texts():
    report = Report("Net", FOUND, weights=WEIGHTS)
    found = report.values()
    assert [v.shape for v in found] == [(3,), (3,), (1,), (1, 4), (1, 2, 2)]
    a, bias, b = (WEIGHTS[f"layers.1.{n}"] for n in ("a.weight", "a.bias", "b.weight"))
    assert found[1][2] == pytest.approx(np.sum(a[2] ** 2) + bias[2] ** 2 - np.sum(b[:, 2] ** 2))
    gain = np.sum((1 + WEIGHTS["norm.weight"]) ** 2)
    assert found[2][0] == pytest.approx(np.sum(WEIGHTS["embed.weight"] ** 2) - gain)
    assert report.text(1, 2) == (
        "|layers.1.a.weight[2,:]|^2 + layers.1.a.bias[2]^2 - |layers.1.b.weight[:,2]|^2"
    )
    assert report.text(2) == "|embed.weight[0:5,:]|^2 - |1 + norm.weight[0:2]|^2"
    assert report.text(3, 0, (2, 0)) == "sum late.weight[0:4,2]"
    assert report.text(4, 0, (0, 1), latex=True) == (
        r"\langle \mathtt{spare.weight}_{0,:}, \mathtt{spare.weight}_{1,:} \rangle + "
        r"\langle \mathtt{late.weight}_{:,0}, \mathtt{late.weight}_{:,1} \rangle"
    )
    assert len(list(report.texts())) == 3 + 3 + 1 + 4 + 3
    with pytest.raises(InputError, match="weights: none"):
        REPORT.values()


def test_json_has_a_schema():
    said = json.loads(json.dumps(REPORT.json()))
    assert said["schema"] == 1 and said["count"] == 14 and said["kinds"]["linear"] == 4
    assert said["families"][0]["terms"][0] == {
        "parameter": "layers.0.a.weight",
        "axis": 0,
        "coefficient": "1",
        "shift": "0",
        "positions_each": 1,
    }
    assert said["not_reached"] == ["spare.weight"] and said["in_no_law"] == []
    assert said["ties"] == {"embed.weight": ["head.weight"]} and said["check"] is None
    full = REPORT.json(positions=True)["families"][0]["terms"][0]["positions"]
    assert full == [[[0]], [[1]], [[2]]]
    checked = Report("Net", FOUND, Check("none", "no laws")).json()["check"]
    assert checked["way"] == "none" and checked["worst"] is None


def test_other_forms():
    pandas = pytest.importorskip("pandas")
    table = REPORT.pandas()
    assert isinstance(table, pandas.DataFrame) and list(table.laws * table.alike) == [6, 1, 4, 3]
    page = REPORT._repr_html_()
    assert "<td>layers.0-1 (2 alike)</td>" in page and "<b>note</b>" in page
    assert r"$|$row$|$$^2$" in REPORT._repr_latex_()


def test_names_are_escaped():
    found = Found(
        (Family("linear", (term("a<b_c", 0, [0]),)),), (ParameterInfo("a<b_c", (), (1,)),)
    )
    report = Report("<Net>", found)
    assert "&lt;Net&gt;" in report._repr_html_() and "a&lt;b_c" in report._repr_html_()
    assert r"a<b\_c" in report._repr_latex_()


def test_a_report_can_be_pickled():
    assert str(pickle.loads(pickle.dumps(REPORT))) == str(REPORT)


def test_a_large_language_model():
    """Its numbers are those of the sizes: 80 layers of five families."""
    report = Report("Llama", llama())
    layer = 8192 + 8 * 64 + 8 * 128 * 129 // 2 + 8192 + 28672
    assert layer == 111616 and report.counts.how == "formula"
    assert report.count == 80 * layer + 8192 + 1 + 8192
    assert [row.alike for row in report.rows] == [80] * 5 + [1] * 3
    assert "8 192 x 80" in str(report) and "70 553 706 496 parameters" in str(report)


def test_a_small_one_by_rank():
    from pyconslaw.torch.counts import modular_rank

    found = llama(layers=2, d=8, hidden=6, heads=4, kv=2, head=2, words=5)
    shapes = {one.name: one.shape for one in found.parameters}
    assert Report("Llama", found).count == modular_rank(list(found.families), shapes)
