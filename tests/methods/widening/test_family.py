"""One proof for all widths from 2 on: the count it gives is that of each network, and forged
ones are refused.
"""

import copy
import random

import pytest

from pyconslaw import InputError, NotProvedError, analyze, family, linear, mlp, product
from pyconslaw.methods.widening.family import all_widths
from pyconslaw.verify import Refused, verify_bytes


def sealed_again(value):
    from pyconslaw.certificate import sealed

    return sealed(
        {key: part for key, part in value.items() if key not in ("hash", "format", "version")}
    ).bytes


def test_counts_are_those_of_the_networks(fresh_seed):
    rng = random.Random(fresh_seed)
    for acts, bias in (
        (["linear"] * 2, "none"),
        (["linear"], "all"),
        (["linear", "relu", "linear"], "hidden"),
    ):
        found = family(mlp([2] * (len(acts) + 2), acts, bias), wide=True)
        for _ in range(4):
            widths = [rng.randint(2, 5) for _ in range(len(acts) + 2)]
            report = analyze(mlp(widths, acts, bias), method="generic", effort=3e9)
            assert report.laws_min <= found.laws(widths) <= report.laws_max, (fresh_seed, widths)


@pytest.mark.parametrize(
    ("layers", "words"),
    [(2, "family linear 2 --wide"), (3, "family linear 3 --wide"), (6, "family linear 6 --wide")],
)
def test_certificates(layers, words):
    found = family(linear([1] * (layers + 1)), wide=True)
    accepted = verify_bytes(found.certificate().bytes, words)
    assert (
        accepted.laws is None
        and "all widths n_0" in accepted.statement
        and f"n_{layers - 1} (n_{layers - 1} + 1)" in accepted.statement
    )
    for other in (
        "family linear 4 --wide",
        "family linear 3 --pyramid",
        "linear 2-2-2-2",
        "family relu 3 --wide",
    ):
        with pytest.raises(Refused, match="this is a certificate of a family"):
            verify_bytes(found.certificate().bytes, other)


@pytest.mark.parametrize(
    "change",
    [
        lambda v: v["lower"]["words"].pop(),
        lambda v: v["lower"].update(widths=[2, 2, 2, 1]),
        lambda v: v["lower"].update(widths=[2] * 5),
        lambda v: v["system"].update(gated=[False, True]),
        lambda v: v["system"].update(biased=[True, False, False]),
        lambda v: v["system"].update(gated=[False, 0]),
        lambda v: v["system"].update(biased=[False] * 2000),
        lambda v: v["system"].update(biased=[]),
        lambda v: v["claim"].update(object="mixed"),
        lambda v: v["claim"].update(laws=3),
        lambda v: v["upper"].update(kind="layered-balance"),
        lambda v: v["lower"].update(kind="symmetric-hosts"),
        lambda v: v["lower"]["point"].__setitem__(0, 2**63),
        lambda v: v.update(system={"type": "wide-family"}),
    ],
)
def test_forgeries(change):
    value = copy.deepcopy(family(linear([2] * 4), wide=True).certificate().json)
    verify_bytes(sealed_again(value))
    change(value)
    with pytest.raises(Refused) as caught:
        verify_bytes(sealed_again(value))
    assert "the checker failed" not in str(caught.value)


def test_it_grows_from_widths_two():
    """From smaller ones not all widths are reached."""
    value = copy.deepcopy(family(linear([2] * 4), wide=True).certificate().json)
    for k in range(4):
        value["lower"]["widths"] = [2] * k + [1] + [2] * (3 - k)
        with pytest.raises(Refused, match="lower.widths: expected widths 2"):
            verify_bytes(sealed_again(value))


def test_bad_input():
    with pytest.raises(InputError, match="layered"):
        family(product(3), wide=True)
    with pytest.raises(InputError, match="one of them"):
        family(linear([2, 2, 2]), wide=True, pyramid=True)
    with pytest.raises(InputError, match="hidden layer"):
        family(linear([2, 2]), wide=True)
    found = family(linear([2, 2, 2]), wide=True)
    for widths in ([2, 2], [2, 1, 2], [2, 2.5, 2], "222"):
        with pytest.raises(InputError, match="widths"):
            found.laws(widths)
    with pytest.raises(NotProvedError, match="ended"):
        all_widths([False] * 2, [False] * 3, effort=0.0)
