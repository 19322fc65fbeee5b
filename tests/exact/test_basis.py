"""Which basis is taken: the kind and the prime depend on the size alone, the result on neither
threads nor kind.
"""

import os

import pytest
from pyconslaw._core.balanced import BalancedEchelon
from pyconslaw._core.dense import Echelon
from pyconslaw._core.zp import Random, is_prime

from pyconslaw.exact import basis


@pytest.mark.parametrize(
    ("columns", "kind", "bits"),
    [(0, Echelon, 61), (basis.FAST_FROM - 1, Echelon, 61), (basis.FAST_FROM, BalancedEchelon, 23)],
)
def test_kind_and_prime(columns, kind, bits, fresh_seed):
    empty, prime = basis.draw_basis(Random(fresh_seed), columns)
    assert type(empty) is kind and empty.rank == 0
    assert is_prime(prime) and prime.bit_length() == bits
    assert basis.is_fast(columns) == (kind is BalancedEchelon)
    again = [basis.draw_basis(Random(seed), columns)[1] for seed in (fresh_seed, fresh_seed + 1)]
    assert again[0] == prime != again[1]


def test_threads(monkeypatch):
    monkeypatch.delenv("PYCONSLAW_THREADS", raising=False)
    assert 1 <= basis.threads() <= basis.MOST_THREADS
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(500)), raising=False)
    assert basis.threads() == basis.MOST_THREADS
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert basis.threads() == 1


@pytest.mark.parametrize(
    ("asked", "most"),
    [("1", 1), ("3", 3), ("99", basis.MOST_THREADS), ("", basis.MOST_THREADS)]
    + [(wrong, basis.MOST_THREADS) for wrong in ("0", "-1", "two", "1.5", "9" * 400)],
)
def test_no_more_threads_than_the_environment_allows(asked, most, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setenv("PYCONSLAW_THREADS", asked)
    assert basis.threads() == most
