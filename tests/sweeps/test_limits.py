"""Which of two answers is kept: an order, so that it does not matter which came first."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.sweeps.limits import LIMITED, allowed_text, better, outgrown

AMOUNT = st.one_of(st.none(), st.sampled_from([1.0, 2.0, 5.5]))
ANSWER = st.one_of(
    st.tuples(st.sampled_from(["proved", "open", "refused"]), st.none()),
    st.builds(
        lambda status, seconds, memory: (
            status,
            allowed_text(status, {"seconds": seconds, "memory": memory}),
        ),
        st.sampled_from(LIMITED),
        AMOUNT,
        AMOUNT,
    ),
)


def kept(answers):
    best = answers[0]
    for answer in answers[1:]:
        best = answer if better(answer, best) else best
    return best


@given(st.lists(ANSWER, min_size=1, max_size=6), st.randoms())
def test_what_is_kept_does_not_depend_on_the_order(answers, draw):
    finished = {a[0] for a in answers if a[0] not in LIMITED}
    other = list(answers)
    draw.shuffle(other)
    if len(finished) <= 1:  # equal tasks have equal answers
        assert kept(answers) == kept(other)
    assert not finished or kept(answers)[0] in finished


def test_only_limits_are_noted():
    assert allowed_text("proved", {"seconds": 1.0, "memory": None}) is None
    assert json.loads(allowed_text("died", {"seconds": 1.0, "memory": None}) or "") == {
        "seconds": 1.0,
        "memory": None,
    }


@pytest.mark.parametrize(
    ("status", "before", "now", "wanted"),
    [
        ("time", 1.0, 2.0, True),
        ("time", 1.0, None, True),
        ("time", 1.0, 1.0, False),
        ("time", 2.0, 1.0, False),
        ("time", None, 1.0, False),
        ("died", 1.0, 2.0, False),
        ("proved", 1.0, 2.0, False),
    ],
)
def test_a_larger_limit_is_worth_another_try(status, before, now, wanted):
    text = json.dumps({"seconds": before, "memory": None})
    assert outgrown(status, text, {"seconds": now, "memory": None}) is wanted
    if status == "time":
        text = json.dumps({"seconds": None, "memory": before})
        assert outgrown("memory", text, {"seconds": None, "memory": now}) is wanted
