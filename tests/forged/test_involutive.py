"""Involutive frames, altered with a right hash: refused unless still true."""

import pytest

from .forge import judge, real, refused
from .test_many import a_few, shortened

FRAME = "fields, frame"


@pytest.mark.parametrize("size", [1, 2])
def test_a_frame_that_is_zero_at_its_pivots_spans_nothing(size):
    """Products of the zeros would make every identity true."""
    body = real(FRAME)
    pivots = list(range(size))
    body["upper"] |= {"frame": [[[v, []]] for v in pivots], "pivots": pivots}
    assert "may be zero" in refused(body)


def test_a_member_without_components():
    body = real(FRAME)
    body["upper"]["frame"][0] = []
    assert "upper.frame[0]: neither the vector field" in refused(body)


def test_a_system_with_a_vector_field_that_is_zero():
    body = real(FRAME)
    for field in ([], [[0, []]]):
        body["system"]["fields"][0] = field
        assert "system.fields[0]: neither the vector field" in refused(body)


def test_lists_without_their_last_entry():
    listed = list(shortened("involutive"))
    judged = [judge(body) for body in listed]
    assert listed and not all(judged)


def test_random_forgeries(fresh_seed):
    a_few("involutive", fresh_seed)
