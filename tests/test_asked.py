"""Every long loop asks whether to go on, often enough, and ends where it is told to."""

import random
import time

import numpy as np
import pytest
from pyconslaw._core import sparse
from pyconslaw._core.zp import Random

from pyconslaw import System, analyze, linear, recurrent
from pyconslaw.analysis import counting
from pyconslaw.brackets.closure import close_algebra
from pyconslaw.brackets.confirm import confirm
from pyconslaw.brackets.search import trace_rank
from pyconslaw.exact.by_primes import rank_by_primes
from pyconslaw.exact.nullspace import integer_nullspace, integer_rank
from pyconslaw.laws.closed_forms.frame import involutive_frame
from pyconslaw.laws.closed_forms.reciprocals import reciprocals
from pyconslaw.laws.closed_forms.search import FORMS, find_forms
from pyconslaw.laws.polynomial.search import polynomial_laws
from pyconslaw.laws.stated.symmetries import symmetry_laws
from pyconslaw.methods import generic
from pyconslaw.methods.symmetric.plan import points
from pyconslaw.methods.symmetric.points import balance_rank, draw_point
from pyconslaw.reasons.closed_forms import closed_form_bound
from pyconslaw.reasons.closing_algebra import closing_bound
from pyconslaw.reasons.involutive import involutive_bound
from pyconslaw.reasons.polynomial_laws import polynomial_bound
from pyconslaw.reasons.reciprocals import reciprocal_bound
from pyconslaw.records.budget import Ended
from pyconslaw.records.graph import Layers


def matrix(size, rank, largest=3):
    rng = np.random.default_rng(size)
    shapes = (size, rank), (rank, size)
    left, right = (rng.integers(-largest, largest + 1, shape).astype(float) for shape in shapes)
    return (left @ right).astype(np.int64)


def path(size):
    return np.eye(size, size + 1, dtype=int) - np.eye(size, size + 1, 1, dtype=int)


def fields(size, count, terms, degree=2):
    draw, names = random.Random(size), [f"x{k}" for k in range(size)]

    def f():
        monomials = ("*".join(draw.choice(names) for _ in range(degree)) for _ in range(terms))
        return " + ".join(f"{draw.randint(1, 9)}*{m}" for m in monomials)

    return System(names, fields=[{n: f() for n in names} for _ in range(count)]).explicit()


def volterra():
    moved = {"a": "a*(3*b - c - 2)", "b": "b*(-3*a + c + 2)", "c": "c*(a - b)"}
    return System("abc", fields=[moved]).explicit()


def shared_poles():
    moved = {"x": "y*(1 + x^2)", "y": "(1 + y^2)*(1 + x^2)", "z": "1 + y^2"}
    return System("xyz", fields=[moved]).explicit()


def second_look(ask):
    family = linear([3, 4, 3]).fields()
    return confirm(family, trace_rank(family, Random(0)), Random(1), ask=ask)


def symmetric_point(ask):
    chain = draw_point([((40, 40, 40), 2)], (False,), (False,) * 2, Random(0))
    return balance_rank(chain, 8_388_593, ask=ask)


def choice(ask):
    layers = Layers((2, 1, 60, 40, 1), (False,) * 3, (False,) * 4)
    return list(points(layers, Random(0), 1e30, 8_388_593, ask=ask))


def sparse_nullspace(ask):
    entries = ([0, 0, 1], [0, 1, 2], [1, 2, 1])
    return sparse.nullspace(*entries, 4, 7, ask=ask)


# each search, and how often it asks at least
SEARCHES = {
    "sparse nullspace": (sparse_nullspace, 2),
    "rank": (lambda ask: integer_rank(matrix(120, 60), ask=ask), 3),
    "rank of a sparse matrix": (lambda ask: integer_rank(path(300), ask=ask), 1),
    "nullspace of a sparse matrix": (lambda ask: integer_nullspace(path(300), ask=ask), 300),
    "rank of large entries": (lambda ask: integer_rank(matrix(60, 30, 30_000), ask=ask), 10),
    "rank by primes": (
        lambda ask: rank_by_primes(matrix(30, 20).astype(object) * 10**60, ask),
        20,
    ),
    "nullspace": (lambda ask: integer_nullspace(matrix(90, 60), ask=ask), 10),
    "laws, written out": (lambda ask: polynomial_laws(fields(20, 3, 10), [1, 2], ask=ask), 6),
    "laws of probes": (lambda ask: polynomial_laws(linear([2, 3, 2]).fields(), [4], ask=ask), 50),
    "forms": (lambda ask: find_forms(volterra(), 3, 2, FORMS, Random(0), ask=ask), 100),
    "frame": (lambda ask: involutive_frame(fields(8, 2, 3), 8, ask=ask), 20),
    "reciprocals": (lambda ask: reciprocals(shared_poles(), ask=ask), 3),
    "closing algebra": (lambda ask: close_algebra(fields(6, 2, 3), 40, ask=ask), 5),
    "second look": (second_look, 3),
    "symmetries": (
        lambda ask: symmetry_laws(recurrent(2, 4, 2, 4, "linear").graph, known=True, ask=ask),
        10,
    ),
    "point with symmetry": (symmetric_point, 3),
    "choice of a point": (choice, 100),
    "bound by laws": (
        lambda ask: polynomial_bound(fields(20, 3, 10), [1, 2], Random(0), ask=ask),
        6,
    ),
    "bound by forms": (lambda ask: closed_form_bound(volterra(), 3, 2, Random(0), ask=ask), 100),
    "bound by a frame": (lambda ask: involutive_bound(fields(8, 2, 3), 8, ask=ask), 20),
    "bound by reciprocals": (
        lambda ask: reciprocal_bound(shared_poles(), 3, Random(0), ask=ask),
        3,
    ),
    "bound by an algebra": (lambda ask: closing_bound(fields(6, 2, 3), 40, ask=ask), 5),
}


@pytest.mark.parametrize("name", SEARCHES)
def test_a_search_asks_and_ends_where_it_is_told_to(name):
    search, least = SEARCHES[name]
    asked = []
    search(lambda: asked.append(1))
    assert len(asked) >= least
    for stop in (1, len(asked) // 2 + 1, len(asked)):
        heard = []

        def ask(stop=stop, heard=heard):
            heard.append(1)
            if len(heard) == stop:
                raise Ended

        with pytest.raises(Ended):
            search(ask)
        assert len(heard) == stop


LONG = {  # seconds of work each
    "rank": lambda ask: integer_rank(matrix(2000, 1000), ask=ask),
    "laws of probes": lambda ask: polynomial_laws(linear([6, 6, 6]).fields(), [2, 4], ask=ask),
    "rank by primes": lambda ask: rank_by_primes(matrix(300, 200).astype(object) << 300, ask),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_search_ends_with_its_time(name):
    begun = time.monotonic()

    def ask():
        if time.monotonic() > begun + 0.3:
            raise Ended

    with pytest.raises(Ended):
        LONG[name](ask)
    assert time.monotonic() - begun < 4


def test_a_budget_is_kept_where_points_are_many():
    """The choice of a point with symmetry asks too."""
    network = linear([2, 1, 800, 400, 400, 1])
    begun = time.monotonic()
    report = analyze(network, method="symmetric", budget=0.3, memory=5e9)
    assert report.verdict == "open" and time.monotonic() - begun < 10


def test_a_second_look_that_ends_says_nothing(monkeypatch):
    """No probability; the interval stays."""
    monkeypatch.setattr(generic, "FORMS_LIMIT", 0)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    network = System("xyz", phi=["x*(y^3 + z^3)", "x^2 + y^3 + z^3"])
    whole = analyze(network, budget=1000)
    assert whole.verdict == "probable"

    def ended(*_, ask, **options):
        assert ask is not None
        raise Ended

    monkeypatch.setattr(counting, "confirm", ended)
    report = analyze(network, budget=1000)
    assert report.verdict == "open" and report.error_bound is None
    assert (report.laws_min, report.laws_max) == (whole.laws_min, whole.laws_max)
