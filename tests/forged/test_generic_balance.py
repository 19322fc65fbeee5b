"""Balance laws counted at generic points, altered with a right hash: refused unless true."""

from .forge import judge, real
from .test_many import a_few, names_of, targets


def test_a_key_more():
    for name in names_of("generic-balance"):
        body = real(name)
        targets(body, "generic-balance")[0]["laws"] = []
        assert not judge(body)


def test_random_forgeries(fresh_seed):
    a_few("generic-balance", fresh_seed)
