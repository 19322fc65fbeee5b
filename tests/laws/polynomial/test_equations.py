"""Written-out equations: the same laws as from sampled ones, exact checks, and what is left to
sampling.
"""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.zp import Random

from pyconslaw import System, polynomial_laws
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.polynomial import equations, search
from pyconslaw.laws.polynomial.ansatz import Ansatz
from pyconslaw.laws.polynomial.equations import Equations, Occurrences, vanishes, written_out
from pyconslaw.laws.polynomial.parity import grading_of
from pyconslaw.records.polynomial import Polynomial

VARIABLES = 4
monomials = st.dictionaries(st.integers(0, VARIABLES - 1), st.integers(1, 2), max_size=2).map(
    lambda m: tuple(m.items())
)
polynomials = st.lists(
    st.tuples(st.sampled_from([1, -1, 2, -7, 10**6]), monomials), min_size=1, max_size=3
).map(Polynomial.of)
vector_fields = st.dictionaries(st.integers(0, VARIABLES - 1), polynomials, min_size=1).map(
    lambda field: {v: f for v, f in field.items() if f.terms}
)
families = st.lists(
    st.one_of(vector_fields, polynomials.map(Polynomial.gradient)).filter(bool),
    min_size=1,
    max_size=3,
)


def ansatz_of(family, degrees):
    return Ansatz.of(degrees, family.parameters, grading_of(family, Random(0)))


@given(families, st.integers(1, 4), st.booleans(), st.sampled_from([0, equations.DENSE_LIMIT]))
def test_the_laws_are_those_of_equations_at_points(fields, degree, alone, dense):
    """Guessed modulo primes, and of one integer matrix for each class that may have laws."""
    family = PolynomialFields(fields, VARIABLES)
    ansatz = ansatz_of(family, [degree] if alone else range(1, degree + 1))
    found, rest = written_out(family, ansatz)
    assert not rest
    listed = [
        law
        for rows, vectors in found
        for law in search._laws(ansatz, rows, search._sparse(vectors))
    ]
    with mock.patch.object(equations, "DENSE_LIMIT", dense):
        assert sorted(listed) == sorted(search._sampled(family, ansatz, ansatz.classes, Random(1)))


def volterra(n):
    return System(
        [f"x{i}" for i in range(n)],
        fields=[[f"x{i}*(x{(i - 1) % n} - x{(i + 1) % n})" for i in range(n)]],
    )


def test_several_primes():
    """One prime below 2^62 is not enough for the coefficient of one class; the other is done
    before.
    """
    big = 3**37
    net = System(["x", "y", "z", "u"], fields=[[f"{big}*y", "-x", 0, 0], [0, 0, "z", "-u"]])
    assert [str(law) for law in polynomial_laws(net, 2)] == [f"x^2 + {big}*y^2", "z*u"]


def test_where_elimination_fills_in_points_are_taken(monkeypatch):
    family = volterra(5).explicit()
    ansatz = ansatz_of(family, [4])
    monkeypatch.setattr(Equations, "solutions", lambda self, prime, work, ask: None)
    found, rest = written_out(family, ansatz)
    assert not found and {size: rows.tolist() for size, rows in rest.items()} == {
        size: rows.tolist() for size, rows in ansatz.classes.items()
    }
    sampled = search.polynomial_laws(family, [4])
    monkeypatch.undo()
    assert len(sampled) and sampled == search.polynomial_laws(family, [4])


def test_long_coefficients_do_not_take_a_prime_for_each_word(monkeypatch):
    """Of x' = S x with S skew: the laws x' S^(2k) x, as the basis that is reduced by monomials,
    have long ones.
    """
    n, rng = 12, np.random.default_rng(3)
    a = np.triu(rng.integers(-9, 10, (n, n)), 1)
    a -= a.T
    net = System(
        [f"x{i}" for i in range(n)],
        fields=[[" + ".join(f"({a[i, j]})*x{j}" for j in range(n)) for i in range(n)]],
    )
    monkeypatch.setattr(Equations, "solutions", lambda self, prime, work, ask: None)
    monkeypatch.setattr(search.Residues, "add", lambda *_: pytest.fail("a prime was taken"))
    laws = polynomial_laws(net, 2)
    monkeypatch.undo()
    assert (
        len(laws) == n // 2 and max(abs(c) for law in laws for c, _ in law.polynomial.terms) > 2**62
    )
    monkeypatch.setattr(equations, "DENSE_LIMIT", 0)
    assert [str(law) for law in polynomial_laws(net, 2)] == [str(law) for law in laws]


@pytest.mark.parametrize(("limit", "portions_", "left"), [(300, 2, 0), (150, 2, 1), (7, 0, 4)])
def test_long_equations_go_in_portions_or_to_points(monkeypatch, limit, portions_, left):
    """The four degrees have 8, 40, 120 and 280 terms."""
    family = volterra(4).explicit()
    whole = search.polynomial_laws(family, range(1, 5))
    monkeypatch.setattr(equations, "TERMS_LIMIT", limit)
    ansatz = ansatz_of(family, range(1, 5))
    rest = []
    portions = list(equations._portions(family, ansatz, rest))
    assert (len(portions), len(rest)) == (portions_, left)
    seen = [tuple(rows.tolist()) for portion in (*portions, rest) for rows in portion]
    assert sorted(seen) == sorted(
        tuple(rows) for group in ansatz.classes.values() for rows in group.tolist()
    )
    assert search.polynomial_laws(family, range(1, 5)) == whole


def test_entries_along_a_vector_field():
    """x^2, x y, z along y d/dx - x d/dy: 2 x y, y^2 - x^2, nothing."""
    table = np.array([[0, 0], [0, 1], [2, 3]])
    field = {0: Polynomial.of([(1, [(1, 1)])]), 1: Polynomial.of([(-1, [(0, 1)])])}
    row, column, coefficient = Occurrences(table, 3).entries(field)
    by_row = {}
    for r, c, x in zip(row.tolist(), column.tolist(), coefficient.tolist(), strict=True):
        by_row.setdefault(r, []).append((c, x))
    assert sorted(by_row.values()) == [[(0, 2)], [(1, -1)], [(1, 1)]]


@pytest.mark.parametrize("scale", [1, 2**62, 10**30])
def test_products_are_exact(scale):
    row, column, coefficient = np.array([1, 0, 1]), np.array([0, 2, 1]), np.array([2, 5, -3])
    assert vanishes(
        row, column, coefficient, np.array([[3 * scale], [2 * scale], [0]], dtype=object)
    )
    assert not vanishes(
        row, column, coefficient, np.array([[3 * scale], [2 * scale + 1], [0]], dtype=object)
    )
    assert not vanishes(
        row, column, coefficient, np.array([[3 * scale], [2 * scale], [1]], dtype=object)
    )
    assert vanishes(row[:0], column[:0], coefficient[:0], np.array([[scale]], dtype=object))


def test_a_part_has_the_solutions_of_its_classes():
    """y x' = -x y', z u: of the classes {x^2, y^2, z^2, u^2}, {z u} and three pairs without
    laws.
    """
    family = System(list("xyzu"), fields=[["y", "-x", 0, 0], [0, 0, "z", "-u"]]).explicit()
    ansatz = ansatz_of(family, [2])
    classes = [rows for group in ansatz.classes.values() for rows in group]
    whole = Equations.of(family, ansatz, classes)
    found = {c: solutions.tolist() for c, solutions in whole.solutions(101, 1e9)}
    assert sorted(found.values()) == [[[1]], [[1, 1, 0, 0]]]
    part = whole.part(list(found))
    assert [solutions.tolist() for _, solutions in part.solutions(101, 1e9)] == list(found.values())
    for k, (c, vectors) in enumerate(found.items()):
        wrong = [[2, *vector[1:-1], 3] if len(vector) > 1 else [0] for vector in vectors]
        for equations_, number in ((whole, c), (part, k)):
            assert equations_.hold(number, vectors) and equations_.hold(number, wrong) == (
                len(vectors[0]) == 1
            )
