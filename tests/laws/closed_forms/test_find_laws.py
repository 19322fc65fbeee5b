"""Laws beyond polynomials: known examples, systems built backwards from a law, what is searched
and what is missing.
"""

import random

import numpy as np
import pytest
from reference import integrals as slow

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    certify,
    count,
    find_laws,
    linear,
    mlp,
    tied_autoencoder,
)
from pyconslaw.methods import generic
from pyconslaw.verify import verify_bytes


def tall(n, r):
    """phi = W^T W, W n x r."""
    names = [f"w{i}_{j}" for i in range(n) for j in range(r)]
    phi = ["+".join(f"w{k}_{i}*w{k}_{j}" for k in range(n)) for i in range(r) for j in range(i, r)]
    return (
        System(names, phi=phi),
        names,
        [
            [
                f"2*w{v // r}_{v % r}"
                if i == j == v % r
                else f"w{v // r}_{j}"
                if i == v % r
                else f"w{v // r}_{i}"
                if j == v % r
                else "0"
                for v in range(n * r)
            ]
            for i in range(r)
            for j in range(i, r)
        ],
    )


def check(net, variables, fields, missing=0, **options):
    """find_laws: every law by SymPy, independent by SymPy, as many as the count less those
    missing.
    """
    report = analyze(net)
    laws = find_laws(net, report=report, **options)
    texts = [str(law) for law in laws]
    assert all(slow.is_law(text, variables, fields) for text in texts), texts
    assert slow.gradient_rank(texts, variables) == len(laws)
    assert (laws.missing, len(laws)) == (missing, report.laws_max - missing), (texts, laws.searched)
    assert laws.complete == (report.verdict == "proved" and not missing)
    return laws


@pytest.mark.parametrize(("n", "r"), [(2, 1), (3, 1), (3, 2), (4, 2)])
def test_tall_tied_products_have_rational_laws_only(n, r):
    """r (n - r) laws: quotients of minors of W. The degree search finds none."""
    net, names, fields = tall(n, r)
    laws = check(net, names, fields)
    assert len(laws) == r * (n - r) and {law.sort for law in laws} == {"rational"}
    assert len(find_laws(net, forms=("polynomial",), degree=3)) == 0


def test_a_tied_autoencoder():
    """As a graph: linear, one hidden layer wider than the input... the same W^T W, its
    components found from the graph.
    """
    net = tied_autoencoder([2, 3], "linear")
    laws = find_laws(net)
    assert (len(laws), laws.missing) == (count(net), 0)


@pytest.mark.parametrize(
    ("fields", "law", "sort"),
    [
        ([["x*(1 - y)", "y*(x - 1)"]], "log(x) + log(y) - x - y", "logarithmic"),
        ([["2*x - 3*x*y", "5*x*y - 7*y"]], "7*log(x) + 2*log(y) - 5*x - 3*y", "logarithmic"),
        ([["x", "-y"]], "x*y", "polynomial"),
        ([["3*x", "-5*y"]], "x^5*y^3", "polynomial"),
        ([["2*x", "7*y"]], "x^7/y^2", "rational"),
        ([["x + y", "y"]], "log(y) - x/y", "logarithmic"),
        ([["x - y", "x + y"]], "log(x^2 + y^2) - 2*arctan(y/x)", "logarithmic"),
        ([["x", "y"], ["x^2", "x*y"]], "y/x", "rational"),
        ([["1", "y"]], "log(y) - x", "logarithmic"),
        ([["x^2", "1"]], "(1 + x*y)/x", "rational"),
    ],
)
def test_known_laws_of_the_plane(fields, law, sort):
    laws = check(System(["x", "y"], fields=fields), ["x", "y"], fields)
    assert [(str(h), h.sort) for h in laws] == [(law, sort)]


def test_linear_fields_with_irrational_eigenvalues():
    """Eigenvalues in a quadratic field: the angle, real or imaginary."""
    for fields in (
        [["x + 2*y", "x + y"]],
        [["x - 2*y", "x + y"]],
        [["x + 2*y", "x - y", "3*z"]],
        [["3*x - 4*y", "4*x + 3*y", "z", "-2*u"]],
    ):
        variables = ["x", "y", "z", "u"][: len(fields[0])]
        check(System(variables, fields=fields), variables, fields)


def test_what_is_missing_is_said():
    """Eigenvalues of degree 3: two laws exist, of no form that is searched."""
    fields = [["y", "z", "x + y"]]
    laws = check(System(["x", "y", "z"], fields=fields), ["x", "y", "z"], fields, missing=2)
    assert len(laws.searched) == 3 and "there are none" in laws.searched[1]
    assert laws.json()["missing"] == 2


def test_one_direction_twice():
    """A vector field and a multiple of it: one curve a leaf, so short curves would see relations
    that are none.
    """
    names = ["x", "y", "z", "w"]
    field = ["x*y + w^2 + 1", "x - z^2*y + 3", "x*w + 2*z", "y^2 - z"]
    net = System(names, fields=[field, [f"-2*(1 + x)*({f})" for f in field]])
    laws = find_laws(net, forms=("rational",))
    assert (len(laws), laws.missing, laws.searched) == (
        0,
        3,
        ("quotients P / Q of degree <= 2: there are none",),
    )


def test_long_relations_take_long_curves():
    """Two commuting diagonal vector fields in six variables: the four laws are there, and of
    degree 2 nothing is mistaken.
    """
    weights = [[1, 2, 3, 5, 7, 11], [2, -1, 4, 1, -3, 5]]
    names = [f"x{k}" for k in range(6)]
    fields = [[f"{c}*{x}" for c, x in zip(row, names, strict=True)] for row in weights]
    laws = check(System(names, fields=fields), names, fields)
    assert len(laws) == 4


def test_systems_that_are_too_large_for_other_forms():
    names = [f"x{k}" for k in range(61)]
    laws = find_laws(System(names, fields=[[f"{k + 1}*{x}" for k, x in enumerate(names)]]))
    assert laws.missing == 60 and "61 variables" in laws.searched[-1]
    dense = System(["x", "y"], fields=[["(x + y + 1)^50", "(x - y + 2)^49"]])
    assert "terms" in find_laws(dense).searched[-1]


def test_missing_laws_stand_in_the_report(monkeypatch):
    """Two vector fields that do not close, a law that is none of the forms: the interval, the
    number missing, the forms.
    """
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    net = System(
        ["x", "y", "z"],
        fields=[["y*(1 + z*x)", "(x^2 - y^3)*(1 + z*x)", "0"], ["0", "0", "1 + x*y"]],
    )
    report = analyze(net)
    assert (report.verdict, report.laws_min, report.laws_max) == ("probable", 0, 1)
    assert "at most 1 laws are missing" in report.notes[0] and "logarithmic sums" in report.notes[0]


@pytest.mark.parametrize(
    "fields",
    [
        [["x*z*(x+1)", "y*z*(x+1)", "0"], ["x^2", "x*y", "1"]],
        [["x*(1-y)*(1+z*x)", "y*(x-1)*(1+z*x)", "0"], ["0", "0", "1+x*y"]],
        [["(x-y)*(1+z*x)", "(x+y)*(1+z*x)", "0"], ["0", "0", "1+x*y"]],
        [["(x+2*y)*(1+z*x)", "(2*x+y)*(1+z*x)", "0"], ["0", "0", "1+x*y"]],
        [["(x+y)*(1+z*x)", "(2*x+y)*(1+z*x)", "0"], ["0", "0", "1+x*y"]],
    ],
)
def test_a_law_that_is_no_polynomial_proves_the_count(fields):
    """The Lie algebras are infinite, so nothing else does; the certificate is checked."""
    net = System(["x", "y", "z"], fields=fields)
    report = analyze(net)
    assert (report.laws, report.verdict) == (1, "proved")
    certificate = certify(net, report=report)
    assert certificate.json["upper"]["kind"] == "closed-forms"
    assert verify_bytes(certificate.bytes).laws == 1
    check(net, ["x", "y", "z"], fields)


# -----------------------------------------------------------------------------------------------
# built backwards


def written(p):
    return "+".join("*".join([f"({c})", *(f"x{v}^{e}" for v, e in m)]) for m, c in p.items()) or "0"


def product(p, q):
    out = {}
    for m, c in p.items():
        for n, d in q.items():
            e = dict(m)
            for v, k in n:
                e[v] = e.get(v, 0) + k
            key = tuple(sorted(e.items()))
            out[key] = out.get(key, 0) + c * d
    return {m: c for m, c in out.items() if c}


def plus(p, q, scale=1):
    out = dict(p)
    for m, c in q.items():
        out[m] = out.get(m, 0) + scale * c
    return {m: c for m, c in out.items() if c}


def slope(p, v):
    out = {}
    for m, c in p.items():
        e = dict(m)
        if v in e:
            k = e.pop(v)
            if k > 1:
                e[v] = k - 1
            out[tuple(sorted(e.items()))] = c * k
    return out


def polynomial(draw, size, degree):
    p = {}
    for _ in range(4):
        m = {}
        for _ in range(draw.randint(0, degree)):
            v = draw.randrange(size)
            m[v] = m.get(v, 0) + 1
        p[tuple(sorted(m.items()))] = draw.randint(-3, 3)
    return {m: c for m, c in p.items() if c}


def tangent(form, size):
    """Vector fields that span what a form leaves: form_j d_i - form_i d_j."""
    return [
        [
            written(form[j])
            if v == i
            else written({m: -c for m, c in form[i].items()})
            if v == j
            else "0"
            for v in range(size)
        ]
        for i in range(size)
        for j in range(i)
        if form[i] or form[j]
    ]


@pytest.mark.parametrize("size", [2, 3])
def test_quotients_built_backwards(size, fresh_seed):
    """All vector fields that P / Q allows: the search must find a law, and no other law exists."""
    draw, done = random.Random(fresh_seed), 0
    while done < 4:
        p, q = polynomial(draw, size, 2), polynomial(draw, size, 2)
        form = [plus(product(q, slope(p, v)), product(p, slope(q, v)), -1) for v in range(size)]
        if not any(form):
            continue
        fields, names = tangent(form, size), [f"x{v}" for v in range(size)]
        laws = check(System(names, fields=fields), names, fields)
        assert len(laws) == 1 and laws[0].sort in ("polynomial", "rational"), (p, q)
        done += 1


@pytest.mark.parametrize("size", [2, 3])
def test_sums_of_logarithms_built_backwards(size, fresh_seed):
    """sum of c_j log P_j + R: found unless a P_j has coefficients beyond the search, which these
    have not.
    """
    draw, done = random.Random(fresh_seed), 0
    while done < 3:
        parts = [polynomial(draw, size, 1) for _ in range(2)]
        r, weights = polynomial(draw, size, 2), [draw.choice([-3, -2, -1, 1, 2, 3]) for _ in parts]
        whole = product(*parts)
        form = [
            plus(
                product(whole, slope(r, v)),
                plus(
                    product(slope(parts[0], v), {(): weights[0]})
                    and product(product(slope(parts[0], v), {(): weights[0]}), parts[1]),
                    product(product(slope(parts[1], v), {(): weights[1]}), parts[0]),
                ),
            )
            for v in range(size)
        ]
        if not any(form):
            continue
        fields, names = tangent(form, size), [f"x{v}" for v in range(size)]
        check(System(names, fields=fields), names, fields)
        done += 1


# --------------------------------------------------------------------------------------------------
# ---- the records


def test_values_and_gradients_agree():
    """Differences of values beside gradients, for each shape of law, on a batch of points."""
    for fields in (
        [["x*(1 - y)", "y*(x - 1)", "0"]],
        [["2*x", "7*y", "z"]],
        [["x - 2*y", "x + y", "z"]],
        [["x + 2*y", "x + y", "z + 1"]],
        [["x^2", "1", "z"]],
    ):
        net, draw = System(["x", "y", "z"], fields=fields), np.random.default_rng(1)
        points = draw.uniform(1, 2, (5, 3))
        for law in find_laws(net):
            gradient, h = law.gradient(points), 1e-6
            assert gradient.shape == (5, 3)
            for v in range(3):
                step = np.zeros(3)
                step[v] = h
                assert np.allclose(
                    (law.value(points + step) - law.value(points - step)) / (2 * h),
                    gradient[:, v],
                    rtol=1e-5,
                    atol=1e-6,
                )
            assert law.latex() and law._repr_latex_().startswith("$")


def test_laws_are_the_same_again():
    """Equal seeds, equal laws."""
    net = tall(4, 2)[0]
    assert [str(h) for h in find_laws(net)] == [str(h) for h in find_laws(net)]


def test_networks_have_their_known_laws():
    for net in (linear([2, 2, 2]), mlp([2, 3, 1], bias=True)):
        laws = find_laws(net)
        assert laws.complete and {law.sort for law in laws} == {"polynomial"}


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"VARIABLES": 1}, "no other forms: 2 variables that move, the most are 1"),
        ({"ALL_VARIABLES": 2}, "no other forms: 3 variables, the most are 2"),
        ({"TERMS": 1}, "no other forms: 2 terms, the most are 1"),
        (
            {"TERMS": 1, "ALL_VARIABLES": 2},
            "no other forms: 3 variables, the most are 2; 2 terms, the most are 1",
        ),
    ],
)
def test_only_limits_that_were_exceeded_are_named(monkeypatch, limits, said):
    for name, most in limits.items():
        monkeypatch.setattr(f"pyconslaw.laws.closed_forms.search.{name}", most)
    net = System(["x", "y", "k"], fields=[["x", "2*y", "0"]])
    assert find_laws(net, forms=["rational"]).searched == (said,)


def test_bad_arguments():
    net = System(["x", "y"], fields=[["y", "-x"]])
    for bad in (
        {"degree": 0},
        {"degree": True},
        {"degree": 21},
        {"degree": "2"},
        {"forms": "rational"},
        {"forms": ()},
        {"forms": ("x",)},
        {"forms": 5},
        {"forms": [["rational"]]},
    ):
        with pytest.raises(InputError):
            find_laws(net, **bad)
    with pytest.raises(InputError, match="network"):
        find_laws("net")
    with pytest.raises(LimitError):
        find_laws(mlp([9, 9, 9, 9, 9, 9, 9]))
