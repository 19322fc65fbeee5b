"""The trace at a chosen point: closed forms and closing algebras against an oracle, intervals
that hold, warnings.
"""

import json
import random
from fractions import Fraction

import flint
import numpy as np
import pytest
from click.testing import CliRunner
from reference import networks as slow_networks
from reference import polynomials as slow

from pyconslaw import InputError, System, analyze, linear, mlp, product
from pyconslaw.cli.main import cli

P = 2**61 - 1


def trace_at(fields, point, length=6):
    """A lower bound: the rank modulo P of all words up to a length, written out; for nets whose
    algebra is spanned by these, the dimension.
    """
    size, rows = len(point), {}
    at = [Fraction(x).numerator * pow(Fraction(x).denominator, -1, P) % P for x in point]

    def add(field):
        row = [slow.evaluate(field.get(v, {}), at) % P for v in range(size)]
        for pivot in sorted(rows):
            row = (
                [(x - row[pivot] * y) % P for x, y in zip(row, rows[pivot], strict=True)]
                if row[pivot]
                else row
            )
        pivot = next((v for v, x in enumerate(row) if x), None)
        if pivot is not None:
            inverse = pow(row[pivot], -1, P)
            row = [x * inverse % P for x in row]
            rows[pivot] = row

    level = list(fields)
    for _ in range(length):
        for field in level:
            add(field)
        seen, following = set(), []
        for field in level:
            for letter in fields:
                new = slow.bracket(letter, field, P)
                key = repr(sorted((v, sorted(f.items())) for v, f in new.items()))
                if new and key not in seen:
                    seen.add(key)
                    following.append(new)
        level = following[:200]
    return len(rows)


@pytest.mark.parametrize(
    ("n", "m", "r", "rank", "dimension"),
    [
        (2, 2, 3, 1, 3),
        (2, 2, 3, 2, 5),
        (2, 1, 2, 1, 2),
        (3, 2, 4, 2, 7),
        (1, 1, 2, 1, 1),
        (2, 2, 2, 0, 0),
    ],
)
def test_two_layer_linear_networks(*, n, m, r, rank, dimension, fresh_seed):
    """N rk - rk (rk + 1) / 2 at points of any rank: pruned, balanced, zero."""
    draw = random.Random(fresh_seed)
    left = [[draw.randint(-3, 3) for _ in range(rank)] for _ in range(n + m)]
    left = np.array(left, dtype=object).reshape(n + m, rank)
    for k in range(rank):
        left[k] = [int(j == k) for j in range(rank)]
    right = np.array(
        [[draw.randint(-3, 3) if j > k else int(j == k) for j in range(r)] for k in range(rank)],
        dtype=object,
    ).reshape(rank, r)
    z = left.dot(right) if rank else np.zeros((n + m, r), dtype=object)
    net = linear([m, r, n])
    found = analyze(net, at={"W1": z[n:].T.tolist(), "W2": z[:n].tolist()})
    assert (found.dimension, found.regular) == (
        dimension,
        dimension == found.generic.parameters - found.generic.laws,
    )
    assert found.regular or "Frobenius" in found.notes[0]
    phi, size = slow_networks.layered([m, r, n], "linear")
    point = [*z[n:].T.ravel().tolist(), *z[:n].ravel().tolist()]
    if n * m * r < 12:
        assert trace_at([slow.gradient(f) for f in phi.values()], point, 3) == dimension


def test_linear_vector_fields_are_exact(fresh_seed):
    """Random matrices at points with zeros: the closing algebra, evaluated, beside words written
    out.
    """
    draw = random.Random(fresh_seed)
    for _ in range(6):
        size, names = 3, ["x", "y", "z"]
        fields = []
        for _ in range(2):
            fields.append(
                {
                    v: slow.polynomial(
                        [(draw.choice([-1, 0, 0, 1, 2]), [(w, 1)]) for w in range(size)]
                    )
                    for v in range(size)
                }
            )
        fields = [{v: f for v, f in field.items() if f} for field in fields]
        if not all(fields):
            continue
        text = [
            {
                names[v]: "+".join(f"({c})*{names[w]}" for c, ((w, _),) in slow.terms(f))
                for v, f in field.items()
            }
            for field in fields
        ]
        point = [draw.choice([0, 0, 1, Fraction(-2, 3)]) for _ in names]
        found = analyze(System(names, fields=text), at=point)
        assert found.dimension == trace_at(fields, point, 7)


def test_stagnation_is_no_stop():
    """d/dx and x^2 d/dy at the origin: the values of all short words vanish, two brackets later
    they do not.
    """
    found = analyze(System(["x", "y"], fields=[{"x": 1}, {"y": "x^2"}]), at=[0, 0])
    assert (found.dimension, found.regular) == (2, True)
    found = analyze(
        System(
            ["x", "y", "z"], fields=[{"x": "1 + y^5*z"}, {"y": "x^2"}, {"z": "z*y*x^3 + y^4*z^2"}]
        ),
        at=[0, 0, 1],
    )
    assert found.dimension_min >= 2


@pytest.mark.parametrize(
    ("net", "point", "dimension"),
    [
        (linear([2, 2, 2, 2]), [0] * 12, 0),
        (product(4), [0, 0, 1, 2], 0),
        (product(4), [0, 1, 1, 2], 1),
        # the third neuron pruned: two are left
        (mlp([2, 3, 2]), [1, 2, 3, 4, 0, 0, 1, 2, 0, 3, 4, 0], 6),
        (mlp([2, 3, 2]), [1, 2, 3, 4, 5, 6, 1, 2, 7, 3, 4, 8], 9),
    ],
)
def test_zero_pruned_and_generic_points(net, point, dimension):
    found = analyze(net, at=point)
    assert (found.dimension, found.regular) == (
        dimension,
        dimension == net.size - found.generic.laws,
    )


def test_a_pruned_neuron_of_a_deep_network():
    """Weights of a pruned neuron stay 0: the trace is that of the smaller network, whose count
    bounds it.
    """
    big, small = linear([2, 3, 2, 2]), linear([2, 2, 2, 2])
    point = {"W1": [[1, 2], [3, 5], [0, 0]], "W2": [[2, 1, 0], [1, 1, 0]], "W3": [[1, 4], [2, 3]]}
    found = analyze(big, at=point)
    generic = small.size - analyze(small).laws
    assert found.dimension == generic < big.size - found.generic.laws and found.regular is False
    assert "stay 0" in found.upper_by


def test_intervals_hold(fresh_seed):
    """Whatever the point, what words written out reach is not above the interval."""
    draw = random.Random(fresh_seed)
    for dims, kinds in (([2, 2, 1], "relu"), ([1, 2, 2, 1], "linear"), ([2, 1, 2, 1], "relu")):
        phi, size = slow_networks.layered(dims, kinds)
        net = linear(dims) if kinds == "linear" else mlp(dims)
        for _ in range(3):
            point = [draw.choice([0, 0, 1, 1, -1, Fraction(1, 2)]) for _ in range(size)]
            found = analyze(net, at=point)
            reached = trace_at([slow.gradient(f) for f in phi.values()], point, 4)
            assert (
                reached <= found.dimension_max
                and found.dimension_min <= found.generic.parameters - found.generic.laws_min
            )
            assert found.dimension is None or reached <= found.dimension


def test_bad_points():
    net = linear([2, 1, 2])
    for bad in (
        [1, 2],
        [1, 2, 3, float("nan")],
        {"W1": [[1, 2]]},
        "1234",
        [[1, 2, 3, 4]],
        [1, 2, 3, "1/0"],
        [1, 2, 3, "x"],
        [1, 2, 3, "0.5"],
        [1, 2, 3, "1e999999999"],
        [1, 2, 3, " 4"],
        [1, 2, 3, True],
        [1, 2, 3, None],
        [1, 2, 3, 1j],
        [[[1, 2], [1]], [[1], [2]]],
        {"W1": [["1", "a"]], "W2": [[1], [2]]},
        iter([1, 2, 3, 4]),
        [],
        {},
    ):
        with pytest.raises(InputError, match="^at"):
            analyze(net, at=bad)


def test_exact_numbers_of_every_make():
    """Two diagonal matrices, of rank 2 when stacked: N rk - rk (rk + 1) / 2 = 5."""
    half, third = Fraction(1, 2), Fraction(1, 3)
    same = (
        [half, 0, 0, 1, third, 0, 0, Fraction(2, 3)],
        ["1/2", 0, "0", 1, "1/3", 0, 0, "2/3"],
        [flint.fmpq(1, 2), 0, 0, flint.fmpz(1), flint.fmpq(1, 3), 0, 0, "4/6"],
        [np.float64(0.5), np.int64(0), 0, 1.0, "1/3", 0, 0, "2/3"],
        {"W1": [["1/2", 0], [0, 1]], "W2": [["1/3", 0], [0, "2/3"]]},
        [[["1/2", 0], ["0", 1]], [[third, 0], [0, "2/3"]]],
        np.array(["1/2", "0", "0", "1", "1/3", "0", "0", "2/3"]),
    )
    reports = [analyze(linear([2, 2, 2]), at=at) for at in same]
    assert {(r.dimension, r.notes) for r in reports} == {(5, ())}
    ones = analyze(linear([2, 1, 2]), at=["1/10", "-2/10", 0.5, 0])
    assert ones.notes == analyze(linear([2, 1, 2]), at=[1, 1, 1, 1]).notes


def test_floats_are_taken_as_they_are_and_it_is_said():
    """x + y = 3/10 stays so on the vector field; the floats 0.1 and 0.2 do not add up to the
    float 0.3.
    """
    net = System(["x", "y", "z"], fields=[["x + y - z", 0, 0]])
    exact, rounded = analyze(net, at=["1/10", "2/10", "3/10"]), analyze(net, at=[0.1, 0.2, 0.3])
    assert (exact.dimension, rounded.dimension) == (0, 1)
    assert not any("float" in note for note in exact.notes)
    for single in (np.float32([0.1, 0.2, 0.3]), list(np.float32([0.1, 0.2, 0.3]))):
        assert (
            analyze(net, at=single)
            .notes[0]
            .startswith(
                "at: floats are taken as the binary fractions they are, 0.10000000149011612 as "
            )
        )
    assert rounded.notes == (
        "at: floats are taken as the binary fractions they are, 0.1 as "
        '3602879701896397/36028797018963968; texts such as "1/10" are exact',
    )


@pytest.mark.parametrize(
    ("net", "at"),
    [
        (System(["x", "y"], fields=[["1/x", "y"]]), [0, 1]),
        (System(["x", "y"], fields=[["x", "y"]], drift=["1/(x - y)", "0"]), ["1", 1]),
        (System(["x", "y"], phi=["x/y"]), [1, 0]),
        (System(["x", "y"], phi=["x*y"], flow="mirror", metric="self"), [0, 1]),
        (System(["x", "y"], phi=["x*y"], flow="nesterov"), [1, 1, 1, 1, 0]),
        (System(["x", "y"], phi=["x/y"], flow="momentum"), [1, 0, 0, 0, 1]),
    ],
)
def test_no_answer_where_a_denominator_vanishes(net, at):
    at = [Fraction(x) for x in at]
    with pytest.raises(InputError, match="denominator .* which is 0 there"):
        analyze(net, at=at)
    assert "about points where no denominator is 0: " in analyze(net).notes[-1]
    assert analyze(net, at=[x + 2 + k for k, x in enumerate(at)]).dimension is not None


def test_a_metric_whose_inverse_is_polynomial_has_no_pole():
    net = System(["x", "y"], phi=["x*y"], flow="mirror")
    assert net.poles == () and analyze(net, at=[0, 1]).dimension == 0
    assert not any("denominator" in note for note in analyze(System(["x"], fields=[["x/2"]])).notes)


def test_the_sign_flow_has_no_other_point():
    """At 0 the vectors of the flow are 0, not those of the region that its vector fields belong
    to.
    """
    with pytest.raises(InputError, match="at: not for the flow sign"):
        analyze(System(["x", "y"], phi=["x*y"], flow="sign"), at=[0, 0])


@pytest.mark.parametrize("flow", ["weight-decay", "momentum", "dual-momentum"])
def test_the_clock_is_positive(flow):
    """s = e^(tau t) has no other values; where tau is 0 the clock is t, which has all."""
    net, still = (System(["x", "y"], phi=["x*y"], flow=flow, tau=tau) for tau in (2, 0))
    for value in (0, "-1/2"):
        with pytest.raises(InputError, match="at: the coordinate s is"):
            analyze(net, at=[1] * (net.size - 1) + [value])
        assert analyze(still, at=[1] * (net.size - 1) + [value]).dimension_min > 0
    assert analyze(net, at=[1] * net.size).dimension_min > 0


def test_the_natural_gradient_is_warned_of():
    found = analyze(System(["x", "y"], phi=["x*y"], flow="natural"), at=[0, 0])
    assert (
        found.dimension == 0
        and "the natural gradient has the same values only near" in found.notes[0]
    )
    assert not analyze(System(["x", "y"], phi=["x*y"], flow="natural"), at=[1, 0]).notes


def test_on_the_command_line(tmp_path):
    path = tmp_path / "w.json"
    path.write_text(json.dumps({"W1": [[1, "1/2"], [2, 1]], "W2": [[1, 2], ["-2/3", "-4/3"]]}))
    done = CliRunner().invoke(
        cli, ["count", "linear", "2-2-2", "--at", str(path)], catch_exceptions=False
    )
    assert (
        done.exit_code == 0
        and "dimension of the trace at this point: 3, exact" in done.stdout
        and "warning: Frobenius" in done.stdout
    )
    assert "near generic points: linear 2-2-2" in done.stdout
    found = json.loads(
        CliRunner()
        .invoke(
            cli, ["count", "linear", "2-2-2", "--at", str(path), "--json"], catch_exceptions=False
        )
        .stdout
    )
    assert (found["dimension"], found["regular"], found["generic"]["laws"]) == (3, False, 3)
    for text in (
        "[1, 2]",
        "[1.5, 1, 1, 1, 1, 1, 1, 1]",
        '["1/0", 1, 1, 1, 1, 1, 1, 1]',
        "[true, 1, 1, 1, 1, 1, 1, 1]",
        "{",
        '{"W1": 1}',
        "null",
        "[" * 10000,
    ):
        path.write_text(text)
        assert (
            CliRunner().invoke(cli, ["count", "linear", "2-2-2", "--at", str(path)]).exit_code == 2
        ), text
    assert (
        CliRunner()
        .invoke(cli, ["count", "linear", "2-2-2", "--at", str(tmp_path / "none.json")])
        .exit_code
        == 2  # wrong usage
    )
