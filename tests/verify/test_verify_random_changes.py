"""Random changes with a right hash: refused, or the claim is still the true one."""

import sys
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_truths as truths  # noqa: E402
import oracle  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes  # noqa: E402

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 12),
    st.integers(-(10**30), 10**30),
    st.sampled_from(["", "linear", "relu", "hidden", "single-generator", "\x1b[2J"]),
    st.lists(st.integers(0, 3), max_size=3),
    st.builds(dict),
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(sorted(truths.TRUE)), st.data())
def test_whatever_is_changed_nothing_false_is_accepted(name, draw):
    """With a right hash, after one to three random changes: refused, or the claim is still the
    true one.
    """
    system, laws, _ = truths.TRUE[name]
    body = truths.true(name)
    for _ in range(draw.draw(st.integers(1, 3))):
        target = body
        key = draw.draw(st.sampled_from(["claim", "lower", "upper", "lower", "upper", "system"]))
        while (
            isinstance(target[key], (dict, list)) and target[key] and draw.draw(st.integers(0, 9))
        ):
            target = target[key]
            keys = sorted(target) if isinstance(target, dict) else range(len(target))
            key = draw.draw(st.sampled_from(keys))
        action = draw.draw(st.sampled_from(["replace", "nudge", "delete", "repeat", "swap"]))
        if action == "nudge" and type(target[key]) is int:
            target[key] += draw.draw(st.sampled_from([-1, 1]))
        elif action == "delete" and (isinstance(target, list) or target is not body):
            del target[key]
        elif action == "repeat" and isinstance(target, list):
            target.insert(key, made.copy(target[key]))
        elif action == "swap" and isinstance(target, list):
            target[key], target[-1] = target[-1], target[key]
        else:
            target[key] = draw.draw(scalars)
    try:
        found = verify_bytes(made.data(made.rehash(body)))
    except Refused as reason:
        assert "the checker failed" not in str(reason)
    else:
        if body["system"]["type"] == "dag":
            laws = oracle.laws(body["system"])
        assert found.laws == laws or (body["system"] != system and body["system"]["type"] != "dag")
