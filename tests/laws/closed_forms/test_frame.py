"""Frames over the rational functions: the dimension of the trace, exact, beside the oracle;
certificates that rest on them.
"""

import random

import pytest
from reference import polynomials as slow
from reference.trace import TooLarge, trace_dimensions

from pyconslaw import System, analyze, certify, polynomial_system
from pyconslaw.laws.closed_forms.frame import bracket, involutive_frame
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.methods import generic
from pyconslaw.verify import verify_bytes


def text(f):
    return (
        "+".join("*".join([f"({c})", *(f"x{v}^{e}" for v, e in m)]) for c, m in slow.terms(f))
        or "0"
    )


def system(fields, size):
    return System(
        [f"x{v}" for v in range(size)],
        fields=[{f"x{v}": text(f) for v, f in field.items()} for field in fields],
    )


def some(draw, variables, degree, terms=2):
    return (
        slow.polynomial(
            [
                (
                    draw.choice([-2, -1, 1, 2, 3]),
                    [(draw.choice(variables), 1) for _ in range(draw.randint(0, degree))],
                )
                for _ in range(terms)
            ]
        )
        if variables
        else {0: draw.choice([1, 2])}
    )


def tangent_to(draw, size, dimension, count):
    """Vector fields inside the leaves of x_k + q_k(x_0, ..., x_(k-1)), k >= dimension, times
    polynomials: involutive, of that dimension at most.
    """
    laws = [slow.add(slow.variable(k), some(draw, range(k), 2)) for k in range(dimension, size)]
    fields = []
    for _ in range(count):
        field = {v: some(draw, range(size), 1) for v in range(dimension)}
        for k, law in zip(range(dimension, size), laws, strict=True):
            field[k] = {
                m: -c
                for m, c in slow.derivative_along(
                    slow.add(law, slow.variable(k), -1), field
                ).items()
            }
        fields.append({v: f for v, f in field.items() if f})
    return [f for f in fields if f] or tangent_to(draw, size, dimension, count)


@pytest.mark.parametrize(("size", "dimension"), [(2, 1), (3, 1), (3, 2), (4, 2), (4, 3)])
def test_the_dimension_is_that_of_the_oracle(size, dimension, fresh_seed):
    draw = random.Random(fresh_seed)
    for _ in range(3):
        fields = tangent_to(draw, size, dimension, draw.randint(1, 3))
        try:
            true = trace_dimensions(fields, size)[-1]
        except TooLarge:
            continue
        frame = involutive_frame(system(fields, size).explicit(), size)
        assert frame is None or len(frame.rows) == true <= dimension
        assert dimension > 2 or frame is not None


def test_frames_are_reduced_and_closed(fresh_seed):
    draw, size = random.Random(fresh_seed), 4
    for _ in range(4):
        net = system(tangent_to(draw, size, 2, 2), size)
        frame, ring = involutive_frame(net.explicit(), size), Ring(size)
        for k, row in enumerate(frame.rows):
            assert [v for v in frame.pivots if v in row] == [frame.pivots[k]]
            for field in net.explicit().fields:
                y = bracket(ring, ring.field(field), row)
                whole = ring.one
                for other, pivot in zip(frame.rows, frame.pivots, strict=True):
                    whole = whole * other[pivot]
                for v in range(size):
                    total = sum(
                        (
                            ring.quotient(whole, other[p])
                            * y.get(p, ring.zero)
                            * other.get(v, ring.zero)
                            for other, p in zip(frame.rows, frame.pivots, strict=True)
                        ),
                        ring.zero,
                    )
                    assert total == whole * y.get(v, ring.zero)


def test_limits(monkeypatch):
    fields = system(tangent_to(random.Random(1), 4, 2, 2), 4).explicit()
    assert involutive_frame(fields, 1) is None
    monkeypatch.setattr("pyconslaw.laws.closed_forms.frame.PRODUCTS", 3)
    assert involutive_frame(fields, 4) is None


GRADIENT = "x^2*y + x + y^2"  # a gradient flow whose law is no closed form
CASES = {
    "parallel gradients": lambda: polynomial_system(["x", "y"], [GRADIENT, f"({GRADIENT})^2"]),
    "two generators": lambda: polynomial_system(
        ["x", "y", "z"], ["z*(x^2*y + x + y^2)", "z^2 + x^2*y + x + y^2"]
    ),
    "vector fields": lambda: System(
        ["x", "y", "z"],
        fields=[["y*(1 + z*x)", "(x^2 - y^3)*(1 + z*x)", "0"], ["0", "0", "1 + x*y"]],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_count_without_a_single_law(name):
    """No law is exhibited, the count is proved all the same, by a certificate that is checked;
    without frames it is probable.
    """
    net = CASES[name]()
    report = analyze(net)
    assert (report.verdict, report.laws) == ("proved", 1) and "involutive frame" in report.upper_by[
        0
    ]
    certificate = certify(net, report=report)
    assert certificate.json["upper"]["kind"] == "involutive"
    assert "involutive frame" in verify_bytes(certificate.bytes).statement


def test_without_frames_it_is_probable(monkeypatch):
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    report = analyze(CASES["parallel gradients"]())
    assert (report.verdict, report.laws_min, report.laws_max) == ("probable", 0, 1)
