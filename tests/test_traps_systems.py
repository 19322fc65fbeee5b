"""Where float notebooks go wrong, row by row: exact answers from Python and from the command
line, then random systems of the same kinds.
"""

import json
import random

import pytest
from click.testing import CliRunner
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from reference.trace import TooLarge, trace_dimensions

from pyconslaw import RefutedError, System, analyze, assert_laws, certify, polynomial_laws
from pyconslaw.cli.main import cli
from pyconslaw.verify import verify_bytes


def shears(dimension):
    """d/dx1 and sum_k x1^k d/dx_{k+2}."""
    return {
        "variables": [f"x{k + 1}" for k in range(dimension)],
        "fields": [{"x1": 1}, {f"x{k + 2}": f"x1^{k}" for k in range(dimension - 1)}],
    }


POWERS = {"variables": ["x1", "x2"], "phi": ["(3*x1-5*x2)^8", "(3*x1-5*x2)^9"]}
DIAGONAL = {"variables": ["x1", "x2", "x3"], "fields": [["x1/10", "2*x2/10", "-3*x3/10"]]}
ROTATION = {"variables": ["x1", "x2"], "fields": [["x2", "-x1"]]}


def run(folder, command, system, *options):
    """(exit status, parsed JSON) of a command on a system in a file."""
    path = folder / "sys.json"
    path.write_text(json.dumps(system))
    done = CliRunner().invoke(
        cli, [command, "system", str(path), *options, "--quiet", "--json"], catch_exceptions=False
    )
    return done.exit_code, json.loads(done.stdout)


@pytest.mark.parametrize("dimension", [20, 40, 60])
def test_row_1_as_many_brackets_as_dimensions(dimension, tmp_path):
    """No law, where floats find 3 to 5 (D = 20) and 24 to 29 (D = 40)."""
    net = System(**shears(dimension))
    report = analyze(net)
    assert (report.laws, report.verdict) == (0, "proved")
    assert max(map(len, report.lower.words)) == dimension - 1
    assert verify_bytes(certify(net, report=report).bytes).laws == 0
    status, found = run(tmp_path, "count", shears(dimension))
    assert (status, found["laws"], found["verdict"]) == (0, 0, "proved")


def test_row_2_high_powers(tmp_path):
    """One law, where floats find none."""
    status, found = run(tmp_path, "count", POWERS)
    assert (status, found["laws"], found["verdict"]) == (0, 1, "proved")
    status, found = run(tmp_path, "laws", POWERS, "--degree", "1")
    assert (status, found["laws"], found["complete"]) == (0, ["5*x1 + 3*x2"], True)


def test_row_3_one_cubic_law(tmp_path):
    """x1 x2 x3 is the only polynomial law of degree 3, where floats, 1/10 rounded, find none."""
    net = System(**DIAGONAL)
    assert (
        [str(h) for h in polynomial_laws(net, 3)]
        == [str(h) for h in polynomial_laws(net, 3, up_to=True)]
        == ["x1*x2*x3"]
    )
    status, found = run(tmp_path, "laws", DIAGONAL, "--degree", "3")
    assert (status, found["laws"], found["dimension"], found["independent"]) == (
        0,
        ["x1*x2*x3"],
        1,
        1,
    )
    # two local laws: the other is no cubic polynomial
    status, found = run(tmp_path, "count", DIAGONAL)
    assert (status, found["laws"], found["verdict"]) == (0, 2, "proved")


def test_row_4_too_large_an_expectation_is_refuted(tmp_path):
    """Where floats confirm it."""
    for system, laws in ((shears(20), 0), (POWERS, 1), (DIAGONAL, 2), (ROTATION, 1)):
        net = System(**system)
        assert assert_laws(net, laws).verdict == "proved"
        for wrong in (laws + 1, laws + 3):
            with pytest.raises(RefutedError) as caught:
                assert_laws(net, wrong)
            assert caught.value.evidence is caught.value.report.lower
            status, found = run(tmp_path, "count", system, "--expect", str(wrong))
            assert (status, found["laws"], found["claim"]["verdict"]) == (1, laws, "refuted")
            assert len(found["claim"]["evidence"]["words"]) == net.size - laws
        status, found = run(tmp_path, "count", system, "--expect", str(laws))
        assert (status, found["claim"]) == (
            0,
            {
                "laws": laws,
                "verdict": "proved",
                "reason": f"{net.name}: exactly {laws}",
                "evidence": None,
            },
        )


@pytest.mark.parametrize("degree", range(1, 12))
def test_row_5_odd_degrees_of_a_rotation(degree, tmp_path):
    """No law in odd degrees, one in even ones, where floats crash at degree 11."""
    laws = [] if degree % 2 else [slow.power({2: 1, 2 << 8: 1}, degree // 2)]
    assert [
        slow.polynomial(h.polynomial.terms) for h in polynomial_laws(System(**ROTATION), degree)
    ] == laws
    status, found = run(tmp_path, "laws", ROTATION, "--degree", str(degree))
    assert (status, found["dimension"]) == (0, len(laws))


# -------------------------------------------------------------------------------------------------
# random systems


def agrees(net, fields, must_be_proved):
    """The report beside the oracle's dimension of the trace, the certificate when there is one."""
    try:
        laws = net.size - trace_dimensions(fields, net.size)[-1]
    except TooLarge:
        return
    report = analyze(net)
    assert report.laws_min <= laws <= report.laws_max, (net.spec, report)
    assert report.verdict == "proved" or not must_be_proved, (net.spec, report)
    if report.laws is not None:
        assert report.laws == laws, (net.spec, report)
    if report.verdict == "proved":
        assert verify_bytes(certify(net, report=report).bytes).laws == laws


def linear_form(draw, size):
    return {v: c for v in range(size) if (c := draw.randint(-7, 7))} or {0: 1}


@pytest.mark.parametrize("size", [2, 3, 4])
def test_powers_of_linear_forms(size, fresh_seed):
    """phi = powers of few linear forms: what no form sees is conserved."""
    draw = random.Random(fresh_seed)
    for _ in range(6):
        phi, text = [], []
        for form in [linear_form(draw, size) for _ in range(draw.randint(1, 2))]:
            for power in draw.sample(range(1, 12), draw.randint(1, 2)):
                phi.append(slow.power({1 << 8 * v: c for v, c in form.items()}, power))
                text.append("(" + "+".join(f"({c})*x{v}" for v, c in form.items()) + f")^{power}")
        net = System([f"x{v}" for v in range(size)], phi=text)
        agrees(net, [slow.gradient(f) for f in phi], must_be_proved=True)
        found = [slow.polynomial(h.polynomial.terms) for h in polynomial_laws(net, 1)]
        assert found == slow_laws.law_basis(phi, size, [1])


@pytest.mark.parametrize(
    ("dims", "kinds"),
    [
        ([2, 2, 1], "linear"),
        ([2, 2, 2], "linear"),
        ([2, 1, 2], "linear"),
        ([2, 2, 1], "relu"),
        ([3, 2, 1], "relu"),
    ],
)
def test_networks_times_one_data_vector(dims, kinds, fresh_seed):
    """The outputs on one example: components of phi with the input as coefficients."""
    draw = random.Random(fresh_seed)
    phi, size = slow_networks.layered(dims, kinds)
    data = [draw.randint(1, 9) for _ in range(dims[0])]
    sums = {}
    for (source, *rest), f in phi.items():
        sums[tuple(rest)] = slow.add(sums.get(tuple(rest), {}), f, data[source])
    names = [f"w{v}" for v in range(size)]
    text = [
        "+".join("*".join([f"({c})", *(f"{names[v]}^{e}" for v, e in m)]) for c, m in slow.terms(f))
        for f in sums.values()
    ]
    agrees(System(names, phi=text), [slow.gradient(f) for f in sums.values()], must_be_proved=False)


def test_random_vector_fields(fresh_seed):
    """Sparse fields that are no gradients."""
    draw = random.Random(fresh_seed)
    for _ in range(25):
        size = draw.randint(2, 4)
        fields, entries = [], []
        for _ in range(draw.randint(1, 3)):
            field = {
                v: slow.polynomial(
                    [
                        (
                            draw.choice([-3, -1, 1, 2]),
                            [
                                (w, draw.randint(1, 2))
                                for w in draw.sample(range(size), draw.randint(0, 2))
                            ],
                        )
                        for _ in range(draw.randint(1, 2))
                    ]
                )
                for v in draw.sample(range(size), draw.randint(1, size))
            }
            field = {v: f for v, f in field.items() if f}
            if field:
                fields.append(field)
                entries.append(
                    {
                        f"x{v}": "+".join(
                            "*".join([f"({c})", *(f"x{w}^{e}" for w, e in m)])
                            for c, m in slow.terms(f)
                        )
                        for v, f in field.items()
                    }
                )
        if fields:
            agrees(
                System([f"x{v}" for v in range(size)], fields=entries),
                fields,
                must_be_proved=len(fields) == 1,
            )


def test_chains_of_letters_that_commute():
    """A chain that ends at once is no chain, and costs nothing: many commuting fields beside a
    long bracket.
    """
    size = 12
    system = {
        "variables": [f"x{k}" for k in range(size + 6)],
        "fields": [
            {"x0": 1},
            {f"x{k + 1}": f"x0^{k}" for k in range(size - 1)},
            *({f"x{size + k}": 1} for k in range(6)),
        ],
    }
    for seed in range(12):
        report = analyze(System(**system), seed=seed)
        assert (report.laws, report.verdict) == (0, "proved")
