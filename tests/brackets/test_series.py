"""Series along controlled curves: exact where doubles could round, equal to two slow oracles."""

import random

import numpy as np
import pytest
from drawn_systems import drawn_family, for_oracle
from pyconslaw._core.zp import Random
from reference.control_series import rows_by_brackets, rows_by_pull_back

from pyconslaw.brackets import series
from pyconslaw.brackets.series import LONGEST, Program, balanced
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.records.polynomial import Polynomial

PRIME = 8388593  # the largest below 2^23


def rows_of(family, controls, point, prime=PRIME):
    """rows[i][k] by the program."""
    program = Program(family, prime)
    *waits, curve = program.curve(point, np.array(controls, dtype=np.float64))
    assert set(waits) == {None} and len(waits) == len(controls[0])
    rows = [block.tolist() for block in program.rows(*curve)]
    return [list(own) for own in zip(*rows, strict=True)]


def reduced(rows, prime=PRIME):
    return [[[int(x % prime) for x in row] for row in own] for own in rows]


def test_the_two_oracles_agree(fresh_seed):
    """What `docs/mathematics.md` says of the pull-back: its coefficients times k! are the rows."""
    draw = random.Random(fresh_seed)
    for _ in range(10):
        size, count = draw.randrange(1, 4), draw.randrange(1, 4)
        fields = for_oracle(drawn_family(draw, size, count))
        controls = [[draw.randrange(-3, 4) for _ in range(4)] for _ in fields]
        point = [draw.randrange(-3, 4) for _ in range(size)]
        rows = rows_by_brackets(fields, size, controls, point, 4)
        assert rows == rows_by_pull_back(fields, size, controls, point, 4)
        assert all(x == int(x) for own in rows for row in own for x in row)


@pytest.mark.parametrize("chunk", [1, 1 << 18])
def test_rows_are_those_of_brackets(chunk, fresh_seed, monkeypatch):
    monkeypatch.setattr(series, "CHUNK", chunk)
    draw = random.Random(fresh_seed)
    for _ in range(15):
        size, count = draw.randrange(1, 6), draw.randrange(1, 4)
        family = drawn_family(draw, size, count, largest=draw.choice([3, 10**30]))
        controls = [[draw.randrange(10_000) for _ in range(6)] for _ in range(count)]
        point = [draw.randrange(10_000) for _ in range(size)]
        exact = rows_by_brackets(for_oracle(family), size, controls, point, 5)
        assert rows_of(family, controls, point) == reduced(exact)


def test_high_powers_and_constants():
    """x^57 d/dy, a constant field, and a variable that nothing moves."""
    family = PolynomialFields(
        [{0: Polynomial(((1, ()),))}, {1: Polynomial(((7, ((0, 57), (2, 3))),))}], 4
    )
    controls, point = [[1, 2, 3, 0], [5, 0, 0, 2]], [3, 4, 5, 6]
    exact = rows_by_brackets(for_oracle(family), 4, controls, point, 3)
    assert rows_of(family, controls, point) == reduced(exact)


def test_small_primes():
    """As many terms as the prime allows: z needs inverses of 1, ..., terms - 1."""
    family = PolynomialFields([{0: Polynomial(((1, ((0, 2),)),))}, {0: Polynomial(((1, ()),))}], 1)
    controls = [[1, 2, 3, 4, 5], [2, 1, 0, 1, 2]]
    exact = rows_by_brackets(for_oracle(family), 1, controls, [2], 4)
    assert rows_of(family, controls, [2], prime=5) == reduced(exact, 5)


def test_balanced_is_exact_up_to_the_limit(fresh_seed):
    """Multiples of the prime, halves of it and what lies beside them, up to 2^52."""
    draw = random.Random(fresh_seed)
    most = 2**52
    numbers = [0, 1, -1, most, -most, most - 1, LONGEST * (PRIME // 2 + 2) ** 2 // 2]
    for _ in range(3000):
        near = draw.randrange(most // PRIME) * PRIME + draw.choice([0, PRIME // 2, PRIME // 2 + 1])
        numbers += [near + draw.randrange(-3, 4), -near, draw.randrange(-most, most)]
    numbers = [x for x in numbers if abs(x) <= most]
    found = balanced(np.array(numbers, dtype=np.float64), PRIME).tolist()
    assert all(
        abs(y) <= 2**22 and (int(y) - x) % PRIME == 0 for x, y in zip(numbers, found, strict=True)
    )


def test_no_sum_passes_the_limit():
    """LONGEST products of residues up to 2^22 stay within 2^52, where doubles are exact."""
    assert LONGEST * (2**22) ** 2 <= 2**52
    assert PRIME // 2 + 2 <= 2**22


def test_longest_series():
    """Rows of the longest series are those of a shorter one, as far as that goes."""
    family = drawn_family(random.Random(5), 3, 2)
    controls = Random(0).array(2 * LONGEST, 0, 10_000).astype(np.int64).reshape(2, LONGEST)
    long = rows_of(family, controls.tolist(), [1, 2, 3])
    short = rows_of(family, controls[:, :40].tolist(), [1, 2, 3])
    assert [own[:40] for own in long] == short and len(long[0]) == LONGEST
