"""Equal seeds, equal bytes; different seeds, equal answers;
and no number that somebody states enters an answer.
"""

import json
import subprocess
import sys

import pytest
from named import COUNTS, build

from pyconslaw import analyze, certify, linear
from pyconslaw.experiments import paper as reproduce
from pyconslaw.verify import verify_bytes


def in_another_process(code, hashseed):
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        env={"PYTHONHASHSEED": str(hashseed), "PATH": "/usr/bin:/bin"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_same_seed_same_bytes_in_two_processes():
    code = """
import hashlib, json
from pyconslaw import analyze, certify, find_laws, known_laws, linear, mlp
from pyconslaw import polynomial_laws, polynomial_system, product
from pyconslaw.methods import generic
nets = [linear([2, 4, 3, 2]), mlp([5, 6, 4, 3], ["linear", "relu"], bias="all"),
        linear([1, 2, 2, 1, 2]), product(5),
        polynomial_system("abcde", ["a^2*b + c^3", "d^2*e"]),
        polynomial_system("xy", ["x*y", "x^2 - y^2"]),
        polynomial_system("xyz", ["x*(y^3+z^3)", "x^2 + y^3 + z^3"])]
print(find_laws(nets[-1]).json())
generic.FORMS_LIMIT = generic.FRAME_LIMIT = 0
for net in nets:
    report = analyze(net, seed=17)
    print(json.dumps(report.json()))
    if report.verdict == "proved":
        print(hashlib.sha256(certify(net, report=report).bytes).hexdigest())
    print(known_laws(net, seed=17).json())
    print(polynomial_laws(net, 2, seed=17).json() if net.size < 20 else "")
"""
    first = in_another_process(code, 1)
    assert first == in_another_process(code, 2)
    assert first.count('"verdict": "proved"') == 6 and first.count('"verdict": "probable"') == 1


@pytest.mark.parametrize(
    "name", ["linear 2-4-3-2", "mlp 5-6-4-3 --activations linear,relu", "linear 1-2-2-1-2"]
)
def test_same_seed_same_report_in_one_process(name):
    net = build(name)
    assert json.dumps(analyze(net, seed=5).json()) == json.dumps(analyze(net, seed=5).json())
    assert certify(net, seed=5).bytes == certify(net, seed=5).bytes
    assert certify(net, seed=5).bytes != certify(net, seed=6).bytes


def test_threads_do_not_matter(monkeypatch):
    """Large enough for the fast elimination; its proof modulo a small prime is one for the
    checker too.
    """
    found = set()
    for threads in (1, 2, 3):
        monkeypatch.setattr("pyconslaw.exact.basis.threads", lambda threads=threads: threads)
        report = analyze(linear([8] * 5), seed=3, method="generic")
        found.add((json.dumps(report.json()), certify(linear([8] * 5), report=report).bytes))
    assert len(found) == 1 and {prime.bit_length() for prime in report.primes} == {23}
    assert verify_bytes(found.pop()[1]).laws == report.laws == 3 * 36


@pytest.mark.parametrize("name", sorted(COUNTS))
def test_different_seeds_agree(name, fresh_seed):
    net = build(name)
    reports = [analyze(net, seed=seed) for seed in (0, 1, 2**64 - 1, fresh_seed)]
    assert {(r.laws, r.verdict, r.upper_by) for r in reports} == {
        (COUNTS[name], "proved", reports[0].upper_by)
    }
    # counting draws nothing
    random = {r.primes for r in reports if r.method != "spanning paths"}
    assert len(random) == len({r.seed for r in reports if r.method != "spanning paths"})


def test_no_stated_number_influences_an_answer(monkeypatch):
    """Wrong published numbers are reported as wrong; what is found stays the same."""
    truth = {(row["group"], row["network"]): row["ours"] for row in reproduce.run()}
    altered = reproduce.architectures()
    for k, entry in enumerate(altered["linear_count"] + altered["relu_count"]):
        entry["known"] += (-1) ** k * (1 + k % 3)
    monkeypatch.setattr(reproduce, "architectures", lambda: altered)
    monkeypatch.setattr(reproduce, "_known", lambda entry, linear: 1)
    rows = list(reproduce.run())
    assert len(rows) == 120
    for row in rows:
        assert row["ours"] == truth[row["group"], row["network"]]
        assert row["right"] == (row["ours"] == row["known"])
    assert sum(row["right"] for row in rows) == sum(
        row["ours"] == 1 for row in rows if row["group"].endswith("poly")
    )


def test_published_numbers_are_those_of_the_source():
    """The data file: sizes and known laws agree with the architectures, so a typing error would
    show.
    """
    data = reproduce.architectures()
    assert [len(data[group]) for group in reproduce.GROUPS] == [50, 50, 10, 10]
    for entry in data["linear_count"]:
        hidden = entry["dims"][1:-1]
        assert entry["D"] == sum(
            a * b for a, b in zip(entry["dims"], entry["dims"][1:], strict=False)
        )
        assert entry["known"] == sum(n * (n + 1) // 2 for n in hidden)
    for entry in data["relu_count"]:
        assert entry["known"] == sum(entry["dims"][1:-1])
