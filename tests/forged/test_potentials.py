"""Counted potentials, altered with a right hash: refused unless still true."""

from .forge import judge, real
from .test_many import a_few, names_of, targets


def test_a_key_more():
    for name in names_of("potentials"):
        body = real(name)
        targets(body, "potentials")[0]["laws"] = []
        assert not judge(body)


def test_random_forgeries(fresh_seed):
    a_few("potentials", fresh_seed)
