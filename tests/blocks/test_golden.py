"""Counts of blocks that are known, proved and certified."""

import pytest

from blocks.golden import ROWS
from pyconslaw import System, analyze, certify, stack, tied_autoencoder
from pyconslaw.verify import verify_bytes


@pytest.mark.parametrize(("source", "layers", "size", "laws"), ROWS)
def test_a_count_is_proved_and_its_certificate_accepted(source, layers, size, laws):
    net = stack(source, layers)
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (size, laws, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == laws


def test_tied_autoencoder():
    assert analyze(tied_autoencoder([3, 2])).laws == 0


@pytest.mark.parametrize(("sizes", "size", "laws"), [((3, 2, 4, 2), 36, 6), ((1, 2, 2, 1), 6, 3)])
def test_queries_and_keys_of_groups(sizes, size, laws):
    width, dim, heads, kv = sizes
    shapes = {f"{x}{h}": (dim, width) for x, n in (("Q", heads), ("K", kv)) for h in range(n)}
    net = System(shapes, phi=[f"Q{h}^T K{h // (heads // kv)}" for h in range(heads)])
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (size, laws, "proved")
