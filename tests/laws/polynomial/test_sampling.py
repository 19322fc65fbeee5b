"""Sampled equations: every law satisfies them, and they leave no more than the laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random
from reference import ranks

from pyconslaw import linear, mlp, polynomial_system, product
from pyconslaw.laws.polynomial import sampling
from pyconslaw.laws.polynomial.ansatz import Ansatz
from pyconslaw.laws.polynomial.parity import grading_of
from pyconslaw.laws.polynomial.sampling import SCREEN, Samples, stack_ranks
from pyconslaw.laws.polynomial.search import polynomial_laws

NETWORKS = [
    linear([2, 3, 2]),
    mlp([2, 3, 1], bias=True),
    product(4),
    polynomial_system(["x", "y", "z"], ["x*y + z^2", "x^2 - 3*y"]),
]


@pytest.mark.parametrize("net", NETWORKS, ids=lambda n: n.name)
@pytest.mark.parametrize("prime", [SCREEN, 2**31 - 1])
@pytest.mark.parametrize("degrees", [[1, 2], [3]], ids=str)
def test_laws_satisfy_the_equations_which_leave_no_more(net, prime, degrees):
    family = net.fields()
    laws = polynomial_laws(family, degrees)
    ansatz = Ansatz.of(degrees, net.size, grading_of(family, Random(4)))
    samples = Samples(family, prime, Random(5))
    place = {ansatz.monomial(k): k for k in range(len(ansatz.table))}
    dimension = 0
    for size, rows in ansatz.classes.items():
        equations = samples.equations(ansatz, rows, size + 3)
        for matrix, row in zip(equations, rows.tolist(), strict=True):
            number = {r: j for j, r in enumerate(row)}
            for law in laws:
                vector = [0] * size
                for c, m in law.terms:
                    if place[m] in number:
                        vector[number[place[m]]] = c
                assert all(
                    sum(int(a) * b for a, b in zip(line, vector, strict=True)) % prime == 0
                    for line in matrix
                )
            dimension += len(samples.nullspace(ansatz, np.array(row)))
    assert dimension == len(laws)
    if prime == SCREEN:
        assert sum(
            int(samples.nullities(ansatz, rows).sum()) for rows in ansatz.classes.values()
        ) == len(laws)


@pytest.mark.parametrize("prime", [2, 3, SCREEN, 2**31 - 1])
@given(st.integers(0, 5), st.integers(0, 5), st.integers(0, 2**32 - 1))
def test_ranks_of_stacks(prime, rows, columns, seed):
    rng = np.random.default_rng(seed)
    stack = rng.integers(0, prime, (7, rows, columns), dtype=np.uint64)
    stack[1:4] %= np.uint64(2)  # more often dependent
    if rows > 1:
        stack[4, -1] = stack[4, 0]
    expected = [ranks.rank(matrix.tolist(), prime) for matrix in stack]
    assert stack_ranks(stack.copy(), prime).tolist() == expected


def test_equations_in_blocks_are_those_at_once(monkeypatch):
    family = linear([3, 4, 3]).fields()
    ansatz = Ansatz.of([1, 3], 24, grading_of(family, Random(0)))
    size, rows = max(ansatz.classes.items())
    whole = Samples(family, SCREEN, Random(1)).equations(ansatz, rows, size + 3)
    for block in (1, 3 * rows.size, 7 * rows.size + 1):
        monkeypatch.setattr(sampling, "BLOCK", block)
        assert (Samples(family, SCREEN, Random(1)).equations(ansatz, rows, size + 3) == whole).all()


def test_large_and_small_classes_are_counted_alike(monkeypatch):
    family = linear([3, 6, 3]).fields()
    ansatz = Ansatz.of([2], 36, grading_of(family, Random(0)))
    counts = []
    for batch in (0, 100):
        monkeypatch.setattr("pyconslaw.laws.polynomial.sampling.BATCH", batch)
        samples = Samples(family, SCREEN, Random(1))
        counts.append(
            [samples.nullities(ansatz, rows).tolist() for rows in ansatz.classes.values()]
        )
    assert counts[0] == counts[1] and sum(map(sum, counts[0])) == 21
