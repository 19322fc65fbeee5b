"""Frames in coordinates for reciprocals: never below the truth, and where they help."""

import random
from fractions import Fraction

import pytest
from drawn_systems import drawn_family, drawn_polynomial, for_oracle
from pyconslaw._core.zp import Random
from reference.trace import TooLarge, trace_dimensions

from pyconslaw import System, analyze, certify, linear, mlp
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.reciprocals import reciprocals
from pyconslaw.reasons.reciprocals import reciprocal_bound
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.verify import verify_bytes


def times(f, g):
    return Polynomial.of((a * b, [*m, *n]) for a, m in f.terms for b, n in g.terms)


def with_denominators(draw, size, count):
    """Vector fields whose components each lack one of some factors, as cleared denominators do."""
    family, fields = drawn_family(draw, size, count, terms=1, degree=1), []
    for field in family.fields:
        poles = {v: drawn_polynomial(draw, size, largest=2) for v in field}
        cleared = {}
        for v, f in field.items():
            for w, p in poles.items():
                f = times(f, p) if v != w else f
            cleared[v] = f
        fields.append(cleared)
    return PolynomialFields(fields, size)


def derivative(f, v, at):
    return f.gradient().get(v, Polynomial(())).at(at)


def test_the_fields_are_multiples_and_tangent(fresh_seed):
    """At points (x, 1 / P(x)), in fractions: X_i is the product of powers times the
    new vector field, which moves the reciprocals as reciprocals move.
    """
    draw, seen = random.Random(fresh_seed), 0
    while seen < 20:
        size = draw.randrange(2, 4)
        family = with_denominators(draw, size, draw.randrange(1, 3))
        found = reciprocals(family)
        x = [Fraction(draw.randrange(2, 50)) for _ in range(size)]
        if found is None or not all(p.at(x) for p in found.poles):
            continue
        seen += 1
        wide = [*x, *(1 / p.at(x) for p in found.poles)]
        for field, short, powers in zip(
            family.fields, found.fields.fields, found.powers, strict=True
        ):
            factor = 1
            for p, e in zip(found.poles, powers, strict=True):
                factor *= p.at(x) ** e
            assert field.keys() == {v for v in short if v < size}
            assert all(f.at(x) == factor * short[v].at(wide) for v, f in field.items())
            for j, p in enumerate(found.poles, size):
                slope = sum(derivative(p, v, x) * short[v].at(wide) for v in field)
                assert short.get(j, Polynomial(())).at(wide) == -slope / p.at(x) ** 2


def test_never_below_the_truth(fresh_seed):
    draw, met, seen = random.Random(fresh_seed), 0, 0
    while seen < 15:
        size = draw.randrange(2, 4)
        family = with_denominators(draw, size, draw.randrange(1, 3))
        bound = reciprocal_bound(family, size, Random(seen))
        try:
            truth = trace_dimensions(for_oracle(family), size, limit=20_000)[-1]
        except TooLarge:
            continue
        if bound is not None:
            seen += 1
            assert bound.dimension >= truth
            met += bound.dimension == truth
    assert met > 3


@pytest.mark.parametrize("metric", ["1 + self^2", "1 + self^2 + self^4", "(2 + self)/(3*self - 9)"])
def test_a_waist_of_one_gated_neuron(metric):
    """f = sum of a_k b_k before the waist, c_1 f and c_2 f behind it: [X_1, X_2] is in their span.

    Four laws are polynomials for a polynomial metric; the other two compare times, and have no
    closed form.
    """
    net = mlp([1, 3, 1, 2], ["linear", "relu"], flow="mirror", metric=metric)
    report = analyze(net)
    assert (report.laws, report.verdict) == (6, "proved")
    assert report.upper.proof["kind"] == "reciprocals"
    assert verify_bytes(certify(net, report=report).bytes).laws == 6


def test_factors_that_only_occur_together_are_one():
    """1 + s^2 + s^4 = (1 + s + s^2) (1 - s + s^2): one reciprocal a coordinate."""
    net = linear([1, 1, 2], flow="mirror", metric="1 + self^2 + self^4")
    assert len(reciprocals(net.explicit()).poles) == 3


@pytest.mark.parametrize(
    "fields",
    [
        [["x1", "-x0"]],
        [["x0*x1", "x0^2"]],  # monomials are no poles
        [
            ["(1 + x0)*x1", "(1 + x0)*x0"]
        ],  # common to all components: they are divided by it elsewhere
        [["1 + x0", 0], [0, "1 + x1"]],
    ],
)
def test_nothing_is_shared(fields):
    assert reciprocals(System(["x0", "x1"], fields=fields).explicit()) is None


def test_a_frame_with_more_members_is_none():
    family = linear([1, 2, 2], flow="mirror", metric="1 + self^2").explicit()
    found = reciprocal_bound(family, 1, Random(0))
    assert found is None
