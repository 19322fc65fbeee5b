"""Polynomial laws, altered with a right hash: refused unless still true."""

from .forge import judge
from .test_many import a_few, shortened


def test_lists_without_their_last_entry():
    listed = list(shortened("polynomial-laws"))
    assert listed and not all([judge(body) for body in listed])


def test_random_forgeries(fresh_seed):
    a_few("polynomial-laws", fresh_seed)
