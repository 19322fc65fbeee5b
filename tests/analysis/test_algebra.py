"""The structure of the generated Lie algebra: known algebras, matrix algebras against an oracle,
the rank condition.
"""

import json
import random
from fractions import Fraction
from itertools import combinations

import pytest
from click.testing import CliRunner

from pyconslaw import InputError, LimitError, System, analyze, linear, mlp, product, structure
from pyconslaw.analysis.algebra import signature
from pyconslaw.cli.main import cli


@pytest.mark.parametrize(("n", "m"), [(1, 1), (2, 1), (2, 2), (3, 1), (3, 2), (4, 1)])
def test_two_layer_linear_networks_generate_so(n, m):
    """so(n, m): nm squares are positive, n (n - 1) / 2 + m (m - 1) / 2 negative, whatever the
    hidden width.
    """
    for r in (1, 2):
        found = structure(linear([m, r, n])).algebra
        size = (n + m) * (n + m - 1) // 2
        if n == m == 1:
            assert found.kind == "abelian" and found.dimension == 1
            continue
        compact = n * (n - 1) // 2 + m * (m - 1) // 2
        assert (found.dimension, found.kind, found.signature, found.center) == (
            size,
            "semisimple",
            (n * m, compact, 0),
            0,
        )


KNOWN = {
    "so(3)": ("xyz", [["y", "-x", 0], ["z", 0, "-x"]], 3, "semisimple", (0, 3, 0), (3,), 0),
    "sl(2)": ("x", [["1"], ["x^2"]], 3, "semisimple", (2, 1, 0), (3,), 0),
    "gl(2)": ("xy", [["y", 0], [0, "x"], ["x", "y"]], 4, "mixed", (2, 1, 1), (4, 3), 1),
    "Heisenberg": ("xyz", [["1", 0, "y"], [0, "1", 0]], 3, "nilpotent", (0, 0, 3), (3, 1, 0), 1),
    "affine": ("x", [["1"], ["x"]], 2, "solvable", (1, 0, 1), (2, 1, 0), 0),
    "plane motions": ("xy", [["1", 0], ["y", "-x"]], 3, "solvable", (0, 1, 2), (3, 2, 0), 0),
    "abelian": ("xy", [["1", 0], [0, "1"]], 2, "abelian", (0, 0, 2), (2, 0), 2),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_algebras(name):
    variables, fields, dimension, kind, form, derived, center = KNOWN[name]
    found = structure(System(list(variables), fields=fields))
    a = found.algebra
    assert (a.dimension, a.kind, a.signature, a.derived, a.center) == (
        dimension,
        kind,
        form,
        derived,
        center,
    )
    assert found.commuting == (kind == "abelian")


def test_constants_are_those_of_the_brackets(fresh_seed):
    """Random matrices: antisymmetric, Jacobi, and the dimension of the closure by commutators of
    matrices.
    """
    draw = random.Random(fresh_seed)
    for _ in range(5):
        size = draw.randint(2, 3)
        matrices = [
            [[draw.choice([-1, 0, 0, 1, 2]) for _ in range(size)] for _ in range(size)]
            for _ in range(2)
        ]
        if any(not any(map(any, m)) for m in matrices):
            continue
        names = [f"x{v}" for v in range(size)]
        fields = [
            ["+".join(f"({c})*{x}" for c, x in zip(row, names, strict=True)) for row in m]
            for m in matrices
        ]
        a = structure(System(names, fields=fields)).algebra
        assert a.dimension == closure(matrices)
        c, k = a.constants, a.dimension
        for i in range(k):
            assert not any(c[i][i])
            for j in range(k):
                assert c[i][j] == tuple(-x for x in c[j][i])
                for m in range(k):
                    for n in range(k):
                        assert (
                            sum(
                                c[i][j][p] * c[p][m][n]
                                + c[j][m][p] * c[p][i][n]
                                + c[m][i][p] * c[p][j][n]
                                for p in range(k)
                            )
                            == 0
                        )
        assert all(
            a.killing[i][j] == sum(c[i][p][q] * c[j][q][p] for p in range(k) for q in range(k))
            for i in range(k)
            for j in range(k)
        )


def closure(matrices):
    """The dimension of the matrix Lie algebra, by Fractions."""
    size, rows, basis, todo = len(matrices[0]), [], [], list(matrices)
    while todo:
        m = todo.pop()
        row = [Fraction(x) for line in m for x in line]
        for pivot, known in rows:
            row = [x - row[pivot] * y for x, y in zip(row, known, strict=True)]
        pivot = next((i for i, x in enumerate(row) if x), None)
        if pivot is not None:
            rows.append((pivot, [x / row[pivot] for x in row]))
            todo += [
                [
                    [
                        sum(p[i][k] * q[k][j] - q[i][k] * p[k][j] for k in range(size))
                        for j in range(size)
                    ]
                    for i in range(size)
                ]
                for p, q in [(m, b) for b in basis]
            ]
            basis.append(m)
    return len(basis)


def test_signature_of_forms():
    for diagonal in ([1, 2, -3], [0, 0], [-1, -1, 0, 5], [7]):
        k = len(diagonal)
        # unimodular: A^T D A keeps it (Sylvester)
        square = [[int(i == j) + (i > j) for j in range(k)] for i in range(k)]
        form = [
            [
                Fraction(sum(square[p][i] * diagonal[p] * square[p][j] for p in range(k)))
                for j in range(k)
            ]
            for i in range(k)
        ]
        assert signature(form) == tuple(
            sum((d > 0) - (d < 0) == s for d in diagonal) for s in (1, -1, 0)
        )


def test_frames_and_words():
    found = structure(System(["x", "y", "z"], fields=[["1", 0, 0], [0, "1", "x"]]))
    assert found.words == ("fields[0]", "fields[1]", "[fields[0], fields[1]]")
    assert (found.rank_by_round, found.involutive, found.commuting, found.accessible) == (
        (2, 3),
        False,
        False,
        True,
    )
    found = structure(product(3))
    assert (found.rank_by_round, found.commuting, found.accessible, found.algebra.kind) == (
        (1,),
        True,
        False,
        "abelian",
    )
    assert structure(mlp([2, 1, 2])).involutive


def test_an_algebra_that_does_not_close():
    """Polynomial vector fields without end; and a limit that is too small."""
    assert structure(System(["x", "y"], fields=[["x^2*y", "1"], ["y^2", "x"]])).algebra is None
    net = linear([2, 1, 2])
    assert (
        structure(net, limit=5).algebra is None and structure(net, limit=6).algebra.dimension == 6
    )


@pytest.mark.parametrize(
    ("variables", "fields", "drift", "accessible", "strongly"),
    [
        # time is one of the coordinates
        (["x", "y"], [{"y": 1}], {"x": 1}, True, False),
        (["x", "y"], [{"y": 1}], {"x": "y"}, True, True),
        (["x", "y", "z"], [{"y": 1}], {"x": "y"}, False, False),
        (["x", "v"], [{"v": 1}], {"x": "v", "v": "-x"}, True, True),  # a driven oscillator
        # a rigid body with one torque
        (["a", "b", "c"], [{"a": 1, "b": 1}], {"a": "b*c", "b": "-2*a*c", "c": "a*b"}, True, True),
        # about a principal axis: b^2 + 2 c^2 stays
        (["a", "b", "c"], [{"a": 1}], {"a": "b*c", "b": "-2*a*c", "c": "a*b"}, False, False),
        (["a", "b", "c"], [{"a": 1}], {"a": "b*c", "b": "0", "c": "0"}, False, False),
    ],
)
def test_the_rank_condition(variables, fields, drift, accessible, strongly):
    found = structure(System(variables, fields=fields, drift=drift))
    assert (found.accessible, found.strongly_accessible) == (accessible, strongly)


def test_bad_arguments():
    net = linear([2, 1, 2])
    for bad in (0, -1, True, 201, 2.0, None):
        with pytest.raises(InputError, match="limit"):
            structure(net, limit=bad)
    with pytest.raises(InputError, match="network"):
        structure("linear 2-1-2")
    with pytest.raises(InputError, match="report"):
        structure(net, report=analyze(linear([1, 1])))
    with pytest.raises(LimitError):
        structure(mlp([9, 9, 9, 9, 9, 9, 9]))


def test_combinations_in_words():
    """so(2, 1) has a minus sign: no factors in parentheses."""
    text = str(structure(System(["x", "y", "z"], phi=["x*y", "y*z"])))
    assert "[B1, B2] = -B0" in text and "(-1)" not in text
    scaled = str(structure(System(["x", "y"], fields=[["1", 0], ["x", "-3/2*y"], [0, "1"]])))
    assert "= 3 B2" in scaled or "= -3 B2" in scaled


def test_on_the_command_line(tmp_path):
    path = tmp_path / "sys.json"
    path.write_text(
        json.dumps({"variables": ["x", "y", "z"], "fields": [["1", "0", "y"], ["0", "1", "0"]]})
    )
    done = CliRunner().invoke(cli, ["structure", "system", str(path)], catch_exceptions=False)
    assert (
        done.exit_code == 0
        and "dimension 3, nilpotent, center 1" in done.stdout
        and "[B0, B1] = B2" in done.stdout
    )
    assert "Lie algebra rank condition: yes" in done.stdout
    found = json.loads(
        CliRunner()
        .invoke(cli, ["structure", "linear", "2-1-1", "--json"], catch_exceptions=False)
        .stdout
    )
    assert found["algebra"]["signature"] == [2, 1, 0] and found["words"] and not found["commuting"]
    a = structure(linear([2, 1, 1])).algebra
    assert {tuple(entry[:3]) for entry in found["algebra"]["constants"]} == {
        (i, j, k) for i, j in combinations(range(3), 2) for k in range(3) if a.constants[i][j][k]
    }
    done = CliRunner().invoke(
        cli, ["structure", "system", str(path), "--limit", "2"], catch_exceptions=False
    )
    assert "does not close up to dimension 2" in done.stdout
    assert CliRunner().invoke(cli, ["structure", "linear", "2-1-1", "--limit", "0"]).exit_code == 2
