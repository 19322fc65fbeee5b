"""Random systems of the kinds where floats are wrong, and of all kinds of laws, against exact
oracles: a sample here, thousands in the long suite.
"""

import random
from collections import Counter
from fractions import Fraction

import pytest
from amounts import amount
from reference import networks as slow_networks
from reference import polynomials as slow
from reference.ranks import Span
from reference.trace import TooLarge, trace_dimensions

from pyconslaw import RefutedError, System, analyze, assert_laws, certify, find_laws, structure
from pyconslaw.verify import verify_bytes


def text(f, name="x"):
    return (
        "+".join("*".join([f"({c})", *(f"{name}{v}^{e}" for v, e in m)]) for c, m in slow.terms(f))
        or "0"
    )


def system(fields, size):
    return System(
        [f"x{v}" for v in range(size)],
        fields=[{f"x{v}": text(f) for v, f in field.items()} for field in fields],
    )


def gradients(phi, size):
    return System([f"x{v}" for v in range(size)], phi=[text(f) for f in phi])


def form(draw, size):
    return {v: c for v in range(size) if (c := draw.randint(-7, 7))} or {0: 1}


def derivative(h, fields):
    """Whether h, {monomial: coefficient}, is constant along all."""
    return not any(slow.derivative_along(h, field) for field in fields)


# each kind: (system, vector fields, true number of laws or None for the oracle of brackets, whether
# the answer has to be proved)


def powers_of_linear_forms(draw):
    """W spans the gradients of the forms, and so does Lie(W): D minus their rank."""
    size = draw.randint(2, 5)
    forms = [form(draw, size) for _ in range(draw.randint(1, 3))]
    phi = [
        slow.power({1 << 8 * v: c for v, c in f.items()}, k)
        for f in forms
        for k in draw.sample(range(1, 10), draw.randint(1, 2))
    ]
    span = Span(None)
    rank = sum(span.add({v: Fraction(c) for v, c in f.items()}) for f in forms)
    return gradients(phi, size), [slow.gradient(f) for f in phi], size - rank, True


def network_times_a_data_vector(draw):
    """The outputs on one example."""
    dims, kinds = draw.choice(
        [
            ([2, 2, 1], "linear"),
            ([2, 1, 2], "linear"),
            ([3, 1, 2], "linear"),
            ([2, 2, 1], "relu"),
            ([3, 2, 1], "relu"),
            ([2, 2, 2], "relu"),
        ]
    )
    phi, size = slow_networks.layered(dims, kinds)
    data, sums = [draw.randint(1, 9) for _ in range(dims[0])], {}
    for (source, *rest), f in phi.items():
        sums[tuple(rest)] = slow.add(sums.get(tuple(rest), {}), f, data[source])
    return (
        gradients(list(sums.values()), size),
        [slow.gradient(f) for f in sums.values()],
        None,
        False,
    )


def skew_gradients(draw):
    """S grad H for one H: D - 1 laws; for several quadratic H: matrices."""
    size = draw.randint(2, 4)
    skew = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = draw.randint(-3, 3)
            skew[j][i] = -skew[i][j]
    fields, count = [], draw.randint(1, 3)
    for _ in range(count):
        degree = 4 if count == 1 else 2
        h = slow.polynomial(
            [
                (
                    draw.choice([-2, -1, 1, 3]),
                    [
                        (draw.randrange(size), 1)
                        for _ in range(degree if count > 1 else draw.randint(1, degree))
                    ],
                )
                for _ in range(3)
            ]
        )
        slopes = slow.gradient(h)
        field = {}
        for i in range(size):
            for j, slope in slopes.items():
                if skew[i][j]:
                    field[i] = slow.add(field.get(i, {}), slope, skew[i][j])
        field = {v: f for v, f in field.items() if f}
        if field:
            assert derivative(h, [field])
            fields.append(field)
    if not fields:
        return None
    return system(fields, size), fields, size - 1 if len(fields) == 1 else None, len(fields) == 1


def many_shears(draw):
    """d/dx1 and sum_k c_k x1^(e_k) d/dx_(k+2), exponents distinct: no law, or one for every
    coordinate that is left.
    """
    size = draw.randint(3, 9)
    exponents = draw.sample(range(1, size + 3), size - 2)
    kept = draw.randint(1, size - 2)
    fields = [
        {0: {0: 1}},
        {k + 1: {e: draw.choice([-3, 1, 2])} for k, e in enumerate(exponents[:kept])},
    ]
    return system(fields, size), fields, size - 1 - kept, True


def sparse_fields(draw):
    """No gradients, no structure."""
    size = draw.randint(2, 4)
    fields = []
    for _ in range(draw.randint(1, 2)):
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
        fields.append({v: f for v, f in field.items() if f})
    return (system(fields, size), fields, None, False) if all(fields) else None


KINDS = [
    powers_of_linear_forms,
    network_times_a_data_vector,
    skew_gradients,
    many_shears,
    sparse_fields,
]


def mismatch(draw, build):
    """One random system: everything that is said about it must be true; a word for the tally."""
    made = build(draw)
    if made is None:
        return "nothing"
    net, fields, laws, must_be_proved = made
    if laws is None:
        try:
            laws = net.size - trace_dimensions(fields, net.size)[-1]
        except TooLarge:
            return "beyond the oracle"
    report = analyze(net, seed=draw.randrange(2**32))
    assert report.laws_min <= laws <= report.laws_max, (net.spec, report)
    assert report.laws in (None, laws), (net.spec, report)
    assert report.verdict == "proved" or not must_be_proved, (net.spec, report)
    if report.verdict == "proved":
        assert verify_bytes(certify(net, report=report).bytes).laws == laws, net.spec
        assert assert_laws(net, laws, report=report) is report
        for wrong in (laws + 1, laws + 7):
            with pytest.raises(RefutedError) as caught:
                assert_laws(net, wrong, report=report)
            assert caught.value.evidence is report.lower
    return report.verdict


def tally(build, seed, count):
    return Counter(
        mismatch(random.Random(f"{build.__name__} {seed} {k}"), build) for k in range(count)
    )


def show(capsys, what, found):
    with capsys.disabled():
        print(f"\n  {what}: {dict(sorted(found.items()))}")


@pytest.mark.parametrize("build", KINDS)
def test_random_systems(build, fresh_seed):
    found = tally(build, fresh_seed, 25)
    assert found["proved"] >= 8


@pytest.mark.long
@pytest.mark.parametrize("build", KINDS)
def test_thousands_of_random_systems(build, fresh_seed, capsys):
    found = tally(build, fresh_seed, amount(2000))
    show(capsys, build.__name__, found)
    assert found["proved"] >= 0.4 * amount(2000)


# --------------------------------------------------------------------------------- laws that are
# known beforehand


def monomial_law(draw):
    """A diagonal field with rational weights: D - 1 products of powers."""
    size = draw.randint(2, 4)
    weights = [draw.choice([-5, -3, -2, -1, 1, 2, 3, 4, 7]) for _ in range(size)]
    return [{v: {1 << 8 * v: c} for v, c in enumerate(weights)}], size, size - 1


def volterra(draw):
    """x_i' = x_i (r_i + sum_j a_ij x_j) with d_i a_ij skew and an equilibrium: sum of d_i (x_i -
    p_i log x_i) is conserved.
    """
    size = draw.choice([2, 4])
    skew = [[0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i):
            skew[i][j] = draw.randint(-3, 3)
            skew[j][i] = -skew[i][j]
    rest = [draw.randint(1, 4) for _ in range(size)]
    field = {}
    for i in range(size):
        growth = -sum(skew[i][j] * rest[j] for j in range(size))
        f = slow.polynomial(
            [
                (growth, [(i, 1)]),
                *((skew[i][j], [(i, 1), (j, 1)]) for j in range(size) if skew[i][j]),
            ]
        )
        if f:
            field[i] = f
    return ([field], size, 1) if field else None


def linear_mirror(draw):
    """theta_v times a gradient: what a sum of the coordinates with weights keeps under entropic
    mirror flow of few monomials.
    """
    size = draw.randint(3, 5)
    exponents = [[draw.randint(0, 2) for _ in range(size)] for _ in range(draw.randint(1, 2))]
    if not all(map(any, exponents)):
        return None
    fields = [
        {
            v: {slow.monomial((w, e) for w, e in enumerate(m) if e): m[v]}
            for v in range(size)
            if m[v]
        }
        for m in exponents
    ]
    span = Span(None)
    rank = sum(span.add({v: Fraction(e) for v, e in enumerate(m) if e}) for m in exponents)
    return fields, size, size - rank


def grassmannian(draw):
    """W -> W S for random S: tall matrices, laws are quotients of minors (or fewer, when few S
    are given).
    """
    n, r = draw.choice([(2, 1), (3, 1), (3, 2), (4, 2)])
    fields = []
    for _ in range(r * r):
        s = [[draw.randint(-2, 2) for _ in range(r)] for _ in range(r)]
        field = {
            i * r + j: slow.polynomial([(s[k][j], [(i * r + k, 1)]) for k in range(r) if s[k][j]])
            for i in range(n)
            for j in range(r)
        }
        fields.append({v: f for v, f in field.items() if f})
    return (fields, n * r, r * (n - r)) if all(fields) else None


LAWS = [monomial_law, volterra, linear_mirror, grassmannian]


def exhibited(draw, build):
    """At least so many laws are exhibited, each one by the numbers of exact fractions."""
    made = build(draw)
    if made is None:
        return "nothing"
    fields, size, least = made
    net = system(fields, size)
    laws = find_laws(net)
    assert len(laws) >= least, (net.spec, [str(law) for law in laws], laws.searched)
    for law in laws:
        for field in fields:
            point = [Fraction(draw.randint(1, 50), draw.randint(1, 50)) for _ in range(size)]
            slopes, total = [Fraction(0)] * size, Fraction(0)
            a, b = ({slow.monomial(m): c for c, m in f.terms} for f in law.form.quotient)
            bottom = Fraction(slow.evaluate(b, point))
            logs = [(c, {slow.monomial(m): k for k, m in p.terms}) for c, p in law.form.logs]
            if law.form.angles or not bottom or not all(slow.evaluate(p, point) for _, p in logs):
                continue
            for v in range(size):
                slopes[v] = (
                    slow.evaluate(slow.derivative(a, v), point) * bottom
                    - slow.evaluate(a, point) * slow.evaluate(slow.derivative(b, v), point)
                ) / bottom**2
                slopes[v] += sum(
                    c
                    * slow.evaluate(slow.derivative(p, v), point)
                    / Fraction(slow.evaluate(p, point))
                    for c, p in logs
                )
            total = sum(slopes[v] * slow.evaluate(f, point) for v, f in field.items())
            assert total == 0, (net.spec, str(law))
    return "complete" if laws.complete else "found"


@pytest.mark.parametrize("build", LAWS)
def test_laws_that_are_known_are_exhibited(build, fresh_seed):
    found = Counter(
        exhibited(random.Random(f"{build.__name__} {fresh_seed} {k}"), build) for k in range(8)
    )
    assert found["complete"] + found["found"] >= 3


@pytest.mark.long
@pytest.mark.parametrize("build", LAWS)
def test_thousands_of_known_laws(build, fresh_seed, capsys):
    found = Counter(
        exhibited(random.Random(f"{build.__name__} {fresh_seed} {k}"), build)
        for k in range(amount(1000))
    )
    show(capsys, build.__name__, found)
    assert found["complete"] + found["found"] >= 0.5 * amount(1000)


def test_structure_of_random_systems(fresh_seed):
    """The rank by round never passes the oracle's, and ends there where the count is proved."""
    for k in range(8):
        made = sparse_fields(random.Random(f"{fresh_seed} {k}"))
        if made is None:
            continue
        net, fields, *_ = made
        try:
            true = trace_dimensions(fields, net.size)[-1]
        except TooLarge:
            continue
        found = structure(net)
        assert found.rank_by_round[-1] <= true and (
            found.report.verdict != "proved" or found.rank_by_round[-1] == true
        )
