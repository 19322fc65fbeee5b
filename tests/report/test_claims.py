"""Stated numbers of laws: proved, refuted with evidence, or neither."""

import numpy as np
import pytest

from pyconslaw import (
    InputError,
    NotProvedError,
    RefutedError,
    System,
    analyze,
    assert_laws,
    linear,
    product,
)

OPEN = System(["x", "y", "z"], phi=["x^3*y + z", "x*z^2 - y^3"])


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 2, 2]),
        product(4),
        System("xyz", fields=[["x/10", "2*y/10", "-3*z/10"]]),
        System("xy", phi=["x"]),
    ],
    ids=lambda net: net.name,
)
def test_only_the_true_number_passes(net):
    report = analyze(net)
    assert assert_laws(net, report.laws, report=report) is report
    assert assert_laws(net, np.int64(report.laws)).verdict == "proved"
    for claimed in range(net.size + 3):
        if claimed == report.laws:
            continue
        with pytest.raises(RefutedError, match="claimed, refuted: at") as caught:
            assert_laws(net, claimed, report=report)
        error = caught.value
        assert isinstance(error, AssertionError) and error.report is report
        # more brackets are independent than the claim allows
        if claimed > report.laws:
            assert error.evidence is report.lower and error.evidence.rank > net.size - claimed
            assert len(
                error.evidence.words
            ) == error.evidence.rank and "independent brackets" in str(error)
        else:  # more laws are independent than claimed
            assert error.evidence is report.upper and net.size - error.evidence.dimension > claimed


def test_an_open_answer_refutes_and_proves_nothing_in_between():
    report = analyze(OPEN, effort=0)
    assert (report.laws_min, report.laws_max, report.verdict) == (0, 3, "open")
    for claimed in range(4):
        with pytest.raises(
            NotProvedError, match="neither proved nor refuted .open: between 0 and 3"
        ) as caught:
            assert_laws(OPEN, claimed, report=report)
        assert caught.value.report is report
    with pytest.raises(RefutedError, match="at most 3"):
        assert_laws(OPEN, 4, report=report)


@pytest.mark.parametrize("laws", [-1, 1.0, True, "3", None, [3]])
def test_what_is_no_number_of_laws(laws):
    with pytest.raises(InputError, match="^laws: "):
        assert_laws(product(2), laws)


def test_a_report_of_something_else():
    with pytest.raises(InputError, match="^report: "):
        assert_laws(product(2), 1, report=analyze(product(3)))
