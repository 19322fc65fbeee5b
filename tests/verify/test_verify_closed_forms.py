"""The kind closed-forms, by hand: true forms of each shape are accepted, false ones refused,
with the reason.
"""

import copy
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_polynomials as polys  # noqa: E402
import handmade_systems as systems  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes  # noqa: E402

Q = polys.Q
ONE = [[1, []]]
X, Y = [[1, [[0, 1]]]], [[1, [[1, 1]]]]


def field(*entries):
    return [[v, p] for v, p in enumerate(entries) if p]


def system(*fields, size=2):
    return {"type": "fields", "variables": [f"x{k}" for k in range(size)], "fields": list(fields)}


def form(logs=(), quotient=((), ONE), angles=()):
    return {
        "logs": list(logs),
        "quotient": [list(quotient[0]), list(quotient[1])],
        "angles": list(angles),
    }


def certificate(of, laws, pivots, point=None, words=None):
    size = len(of["variables"])
    words = [[0]] * max(0, size - len(laws)) if words is None else words
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": of,
        "claim": {"object": "system", "parameters": size, "laws": min(len(laws), size)},
        "lower": {
            "kind": "bracket-words",
            "prime": Q,
            "point": [2, 3, 5][:size],
            "words": words,
            "pivots": list(range(len(words))),
        },
        "upper": {
            "kind": "closed-forms",
            "laws": laws,
            "prime": Q,
            "point": point or [3, 7, 11][:size],
            "pivots": pivots,
        },
    }


def answer(body):
    """None if accepted, else the reason."""
    try:
        verify_bytes(made.data(made.rehash(copy.deepcopy(body))))
    except Refused as reason:
        assert "the checker failed" not in str(reason)
        return str(reason)
    return None


LOTKA = system(
    field([[1, [[0, 1]]], [-1, [[0, 1], [1, 1]]]], [[1, [[0, 1], [1, 1]]], [-1, [[1, 1]]]])
)
TRUE = {
    "log": (LOTKA, form([[1, X], [1, Y]], ([[-1, [[0, 1]]], [-1, [[1, 1]]]], ONE))),
    "power": (system(field([[2, [[0, 1]]]], [[-3, [[1, 1]]]])), form([[3, X], [2, Y]])),
    "quotient": (system(field(X, Y)), form(quotient=(X, Y))),
    "polynomial": (
        system(field(Y, [[-1, [[0, 1]]]])),
        form(quotient=([[1, [[0, 2]]], [1, [[1, 2]]]], ONE)),
    ),
    "angle": (
        system(field([[1, [[0, 1]]], [-1, [[1, 1]]]], [[1, [[0, 1]]], [1, [[1, 1]]]])),
        form([[1, [[1, [[0, 2]]], [1, [[1, 2]]]]]], angles=[[-2, X, Y, -1]]),
    ),
    "real angle": (
        system(field([[1, [[0, 1]]], [2, [[1, 1]]]], [[1, [[0, 1]]], [1, [[1, 1]]]])),
        form([[1, [[1, [[0, 2]]], [-2, [[1, 2]]]]]], angles=[[-2, X, Y, 2]]),
    ),
    "all": (
        system(field([[1, [[0, 1]]], [1, [[1, 1]]]], Y)),
        form([[1, Y]], ([[-1, [[0, 1]]]], Y)),
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_true_forms(name):
    of, law = TRUE[name]
    assert answer(certificate(of, [law], [0])) is None
    assert "closed 1-forms (1 independent)" in verify(of, law)


def verify(of, law):
    return verify_bytes(made.data(made.rehash(certificate(of, [law], [0])))).statement


@pytest.mark.parametrize("name", TRUE)
def test_every_number_of_a_form_counts(name):
    """Weights, coefficients, exponents and d moved by one: refused, unless the form stays the
    same up to scale.
    """
    of, law = TRUE[name]

    def places(value, path=()):
        if isinstance(value, int):
            yield path
        elif isinstance(value, list | dict):
            for key in value if isinstance(value, dict) else range(len(value)):
                yield from places(value[key], (*path, key))

    count = 0
    for path in places(law):
        for step in (1, -1, 5):
            other = copy.deepcopy(law)
            spot = other
            for key in path[:-1]:
                spot = spot[key]
            spot[path[-1]] += step
            reason = answer(certificate(of, [other], [0]))
            if reason is None:
                assert harmless(of, other), (path, step)
            count += reason is not None
    assert count > 3


def harmless(of, law):
    """Whether the altered form is still one, by SymPy."""
    import sympy

    x = sympy.symbols("x0 x1")

    def poly(p):
        return sum((c * sympy.Mul(*(x[v] ** e for v, e in m)) for c, m in p), sympy.Integer(0))

    total = [sympy.Integer(0)] * 2
    for v in range(2):
        for c, p in law["logs"]:
            total[v] += c * sympy.diff(poly(p), x[v]) / poly(p)
        for c, u, w, d in law["angles"]:
            u, w = poly(u), poly(w)
            total[v] += c * (u * sympy.diff(w, x[v]) - w * sympy.diff(u, x[v])) / (u**2 - d * w**2)
        total[v] += sympy.diff(poly(law["quotient"][0]) / poly(law["quotient"][1]), x[v])
    return all(
        sympy.simplify(sum(total[v] * poly(p) for v, p in f)) == 0 for f in of["fields"]
    ) and any(map(sympy.simplify, total))


def refused(reason, of, laws, pivots, **options):
    found = answer(certificate(of, laws, pivots, **options))
    assert found is not None and reason in found, found


def test_what_is_no_law():
    of, law = TRUE["log"]
    refused("not a law", of, [form([[1, X], [1, Y]])], [0])
    refused("not a law", of, [form([[1, X], [-1, Y]], law["quotient"])], [0])
    refused("no pivot", of, [form()], [0])
    refused("no pivot", of, [form(quotient=(ONE, ONE))], [0])
    refused(
        "no pivot",
        system(field(X, Y)),
        [form(quotient=(X, Y)), form([[1, X], [-1, Y]])],
        [0, 1],
        words=[],
    )


def test_denominators_at_the_point():
    for name, point in (
        ("log", [0, 7]),
        ("power", [3, 0]),
        ("quotient", [1, 0]),
        ("angle", [0, 0]),
        ("log", [Q, 7]),
    ):
        of, law = TRUE[name]
        refused("a denominator is 0", of, [law], [0], point=point)
    refused("a denominator is 0", TRUE["quotient"][0], [form(quotient=(X, []))], [0])
    refused("a denominator is 0", TRUE["quotient"][0], [form([[1, []]], (X, Y))], [0])
    refused("a denominator is 0", TRUE["quotient"][0], [form(angles=[[1, [], [], -1]])], [0])


@pytest.mark.parametrize(
    "law",
    [
        None,
        [],
        {},
        {"logs": []},
        {"logs": [], "quotient": [[], ONE]},
        {"logs": [], "quotient": [[], ONE], "angles": [], "x": 1},
        form([[0, X]]),
        form([[True, X]]),
        form([[1]]),
        form([[1, X, X]]),
        form([["1", X]]),
        form([1]),
        form(quotient=([], [])),
        {"logs": [], "quotient": [[]], "angles": []},
        {"logs": [], "quotient": [[], ONE, ONE], "angles": []},
        {"logs": {}, "quotient": [[], ONE], "angles": []},
        form(angles=[[1, X, Y]]),
        form(angles=[[1, X, Y, 0]]),
        form(angles=[[0, X, Y, 1]]),
        form(angles=[[1, X, Y, 1.5]]),
        form([[1, [[1, [[2, 1]]]]]]),
        form(quotient=([[1, [[0, 0]]]], ONE)),
        form(quotient=([[1, [[0, 1]]], [1, []]], ONE)),
    ],
)
def test_malformed_forms(law):
    assert answer(certificate(LOTKA, [law], [0])) is not None


def test_too_many_laws_and_wrong_pivots():
    of, law = TRUE["quotient"]
    refused("are not independent", of, [law] * 3, [0, 1, 0], words=[])
    for pivots in ([], [2], [-1], [0, 0], [True], None):
        assert answer(certificate(of, [law], pivots)) is not None


def test_components_of_a_graph():
    """A graph's phi is written out; forms of it are checked like those of a system."""
    body = {**certificate(LOTKA, [], []), "system": systems.product(3)}
    body["claim"] = {"object": "system", "parameters": 3, "laws": 2}
    squares = [form(quotient=([[1, [[0, 2]]], [-1, [[k, 2]]]], ONE)) for k in (1, 2)]
    body["lower"] = {
        "kind": "bracket-words",
        "prime": Q,
        "point": [2, 3, 5],
        "words": [[0]],
        "pivots": [0],
        "generators": [{"source": [1], "gate": [], "out": [1]}],
    }
    body["upper"] = {
        "kind": "closed-forms",
        "laws": squares,
        "prime": Q,
        "point": [3, 7, 11],
        "pivots": [0, 1],
    }
    assert answer(body) is None
    body["upper"]["laws"][1] = form(quotient=([[1, [[0, 2]]], [1, [[2, 2]]]], ONE))
    assert "not a law" in answer(body)


def test_the_expansion_is_bounded():
    """A product of many long denominators is declined, not run."""
    long = [[[1, [[v, e]]] if e else [1, []] for e in range(3000)] for v in (0, 1)]
    reason = answer(certificate(LOTKA, [form([[1, p] for p in long])], [0]))
    assert reason is not None and "declined" in reason
