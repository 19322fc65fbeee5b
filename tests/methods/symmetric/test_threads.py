"""The search on one thread finds what it finds on several."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from pyconslaw import analyze, certify, linear
from pyconslaw.methods.symmetric import search


@pytest.mark.parametrize("allowed", ["1", "2"])
def test_one_thread_or_several(allowed, monkeypatch):
    used = []

    def pool(threads):
        used.append(threads)
        return ThreadPoolExecutor(threads)

    monkeypatch.setattr(search, "ThreadPoolExecutor", pool)
    monkeypatch.setenv("PYCONSLAW_THREADS", allowed)
    network = linear([10, 40, 40, 10])
    report = analyze(network, method="symmetric", seed=1)
    assert used and set(used) <= set(range(1, int(allowed) + 1))
    monkeypatch.setenv("PYCONSLAW_THREADS", "8")
    again = analyze(network, method="symmetric", seed=1)
    assert report.json() == again.json()
    if report.verdict == "proved":
        assert certify(network, report=report).bytes == certify(network, report=again).bytes
