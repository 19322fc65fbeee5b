"""Sets that hang together, against closures by hand."""

from hypothesis import given
from hypothesis import strategies as st

from pyconslaw.records.sets import joined


def slowly(sets):
    found = []
    for k, members in enumerate(sets):
        together, seen = {k}, set(members)
        while more := {i for i, some in enumerate(sets) if seen & set(some)} - together:
            together |= more
            seen.update(*(sets[i] for i in more))
        if min(together) == k:
            found.append(sorted(together))
    return found


@given(st.lists(st.lists(st.integers(0, 12), max_size=4), max_size=12))
def test_sets_with_a_common_member_are_together(sets):
    assert joined(sets) == slowly(sets)
