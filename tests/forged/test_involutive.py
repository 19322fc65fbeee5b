"""Involutive frames, altered with a right hash: refused unless still true."""

from .forge import judge
from .test_many import a_few, shortened


def test_lists_without_their_last_entry():
    listed = list(shortened("involutive"))
    judged = [judge(body) for body in listed]
    assert listed and not all(judged)


def test_random_forgeries(fresh_seed):
    a_few("involutive", fresh_seed)
