"""Systems that fall into parts: the finest ones, sums of both bounds, certificates by parts and
their forgeries; large sparse systems.
"""

import json
import random
from fractions import Fraction
from hashlib import sha256

import pytest

from pyconslaw import InputError, System, analyze, certify, count
from pyconslaw.fields.parts import parts_of
from pyconslaw.methods import generic
from pyconslaw.methods import parts as by_parts
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.reading import Refused


def sealed(body):
    text = {key: value for key, value in body.items() if key != "hash"}
    digest = sha256(json.dumps(text, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    return (
        json.dumps({**text, "hash": digest}, sort_keys=True, separators=(",", ":")) + "\n"
    ).encode()


def test_parts_against_a_slow_closure(fresh_seed):
    draw = random.Random(fresh_seed)
    for _ in range(30):
        names = [f"x{i}" for i in range(12)]
        fields = [
            {
                draw.choice(names): "*".join(draw.sample(names, draw.randint(1, 2)))
                for _ in range(draw.randint(1, 2))
            }
            for _ in range(draw.randint(1, 6))
        ]
        family = System(names, fields=fields).explicit()
        sets = [{i} for i in range(len(fields))]
        occur = [
            set(f) | {v for p in f.values() for _, m in p.terms for v, _ in m}
            for f in family.fields
        ]
        changed = True
        while changed:  # join any two sets of generators that share a variable
            changed = False
            for a in sets:
                for b in sets:
                    if a is not b and set.union(*(occur[i] for i in a)) & set.union(
                        *(occur[i] for i in b)
                    ):
                        a |= b
                        sets.remove(b)
                        changed = True
                        break
                if changed:
                    break
        parts = parts_of(family)
        assert sorted(map(list, (part.generators for part in parts))) == sorted(
            map(sorted, sets)
        ), fields
        for part in parts:
            assert part.variables == tuple(sorted(set.union(*(occur[i] for i in part.generators))))


MANY = {
    "fields": [
        {f"x{3 * i}": f"x{3 * i + 1}^60", f"x{3 * i + 1}": f"-x{3 * i}^60"} for i in range(30)
    ]
    + [{"x2": 1}, {"x5": "x2^3"}]
}


def test_sums():
    """30 pairs with a law each of degree 61 that no search would find, one of each third
    coordinate, and a plane without law.
    """
    net = System([f"x{i}" for i in range(max(90, by_parts.PARTS_FROM))], **MANY)
    report = analyze(net)
    assert (report.laws, report.verdict) == (net.size - 32, "proved") and report.upper_by[
        0
    ] == "31 parts without a common variable"
    accepted = verify_bytes(certify(net, report=report).bytes)
    assert (accepted.parameters, accepted.laws) == (net.size, net.size - 32)


def test_small_systems_are_cut_when_the_whole_is_not_proved():
    net = System(
        ["a", "b", "c", "d"], fields=[{"a": "b^60", "b": "-a^60"}, {"c": "d^40", "d": "-c^41"}]
    )
    report = analyze(net)
    assert (report.laws, report.verdict) == (2, "proved") and verify_bytes(
        certify(net, report=report).bytes
    ).laws == 2


def test_a_part_that_is_not_proved_is_probable(monkeypatch):
    """Without laws beyond polynomials and frames."""
    monkeypatch.setattr(generic, "FORMS_LIMIT", 0)
    monkeypatch.setattr(generic, "FRAME_LIMIT", 0)
    net = System(
        [f"x{i}" for i in range(2000)],
        phi=["x0*(x1^3 + x2^3)", "x0^2 + x1^3 + x2^3", "x500*x501", "x700"],
    )
    report = analyze(net)
    assert (report.laws, report.verdict, report.laws_min) == (1996, "probable", 1995)
    assert (
        0 < report.error_bound < Fraction(1, 10**9)
        and report.upper_by[0] == "3 parts without a common variable"
    )


def test_a_law_with_long_coefficients_is_found():
    """A chain of monomials whose law has coefficients of hundreds of bits, in 101 variables."""
    net = System([f"x{i}" for i in range(2000)], phi=[f"x{i}*x{i + 1}^60" for i in range(100)])
    report = analyze(net)
    assert (report.laws, report.verdict) == (1900, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 1900


def test_10000_variables_and_powers_of_degree_60():
    """Products, powers, sums over all variables; with and without laws that are polynomials of
    small degree.
    """
    names = [f"x{i}" for i in range(10_000)]
    assert count(System(names, phi=[" + ".join(f"{name}^60" for name in names)])) == 9_999
    net = System(names, phi=[f"x{i}^59*x{i + 1}" for i in range(0, 9_999, 20)])
    report = analyze(net)
    assert (report.laws, report.verdict) == (9_500, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 9_500
    net = System(
        names,
        fields=[{"x9999": "x0^60 + x1^59"}, {"x0": "x9998^60/7"}, {"x5000": 1}],
        drift={"x17": "x5000^60"},
    )
    report = analyze(net)
    assert report.verdict == "proved" and report.laws == 10_000 - 4
    assert verify_bytes(certify(net, report=report).bytes).laws == report.laws


BOMBS = [
    "(x + y)^10000",
    "((x + y)^100 + 1)^100",
    "(x + y + 1)^300",
    "x^10001",
    "2^1000000",
    "(2*x)^10000",
    "*".join(["(x + y + 1)"] * 400),
    "(" * 200 + "x" + ")" * 200,
    "1/(x + y)^2000",
    "x" * 10**6 + "x",
    "9" * 10**5,
    "x^2^2",
    "(1/3)^9999 + x",
    "+".join(f"x^{k % 10_000}*y^{k % 9_999 + 1}" for k in range(10**5)),
]


@pytest.mark.parametrize("text", BOMBS, ids=lambda text: text[:24])
def test_an_expression_bomb_is_refused(text):
    """As text, in one place or another; the message is short."""
    places = [
        {"phi": [text]},
        {"fields": [[text, 1]]},
        {"phi": ["x*y"], "drift": [text, 0]},
        {"phi": ["x*y"], "flow": "mirror", "metric": [text, "1"]},
    ]
    with pytest.raises(InputError) as caught:
        System("xy", **places[BOMBS.index(text) % len(places)])
    assert len(str(caught.value)) < 400


def test_a_bomb_of_trees_is_refused():
    sympy = pytest.importorskip("sympy")
    x, y = sympy.symbols("x y")
    deep = x
    for _ in range(300):
        deep = sympy.Mul(y, sympy.Add(deep, 1, evaluate=False), evaluate=False)
    wide = sympy.Mul(*[x + k * y for k in range(1, 400)], evaluate=False)
    for tree in (
        (x + y) ** 10_000,
        wide,
        deep,
        sympy.Pow(2, 10**7, evaluate=False) * x,
        x ** sympy.Integer(10**9),
        x**y,
        sympy.exp(x),
        x ** sympy.Rational(1, 2),
    ):
        with pytest.raises(InputError):
            System("xy", phi=[tree])


# --------------------------------------------------------------------------------------------------
# - certificates


@pytest.fixture(scope="module")
def true():
    net = System(
        ["a", "b", "c", "d", "e"],
        fields=[{"a": "b^60", "b": "-a^60"}, {"c": "d^40", "d": "-c^41"}, {"c": "d"}, {"d": "1"}],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_parts, "PARTS_FROM", 1)
        found = json.loads(certify(net).bytes)
    assert (
        found["upper"]["kind"] == found["lower"]["kind"] == "direct-sum"
        and verify_bytes(sealed(found)).laws == 2
    )
    return found


def altered(true, change):
    """A copy with one or both proofs changed by a function of the list of parts."""
    copy = json.loads(json.dumps(true))
    change(copy)
    return sealed(copy)


FORGERIES = {
    "a part less": lambda c: c["upper"]["parts"].pop(),
    "a part less below": lambda c: c["lower"]["parts"].pop(),
    "a part twice": lambda c: c["upper"]["parts"].append(c["upper"]["parts"][0]),
    "a generator twice": lambda c: c["upper"]["parts"][0]["generators"].append(0),
    "a generator moved": lambda c: c["upper"]["parts"][0]["generators"].append(
        c["upper"]["parts"][1]["generators"].pop()
    ),
    "generators exchanged": lambda c: c["upper"]["parts"].__setitem__(
        0, {**c["upper"]["parts"][0], "generators": c["upper"]["parts"][1]["generators"]}
    ),
    "a part cut": lambda c: c["upper"]["parts"].__setitem__(
        1, {"generators": [1, 2], "bound": {"kind": "single-generator"}}
    ),
    "an empty part": lambda c: c["upper"]["parts"].append(
        {"generators": [], "bound": {"kind": "single-generator"}}
    ),
    "a part within a part": lambda c: c["upper"]["parts"].__setitem__(
        0,
        {
            "generators": [0],
            "bound": {
                "kind": "direct-sum",
                "parts": [{"generators": [0], "bound": {"kind": "single-generator"}}],
            },
        },
    ),
    "another law count": lambda c: c["claim"].__setitem__("laws", 3),
    "no bound": lambda c: c["lower"]["parts"][0].pop("bound"),
    "a key more": lambda c: c["upper"].__setitem__("prime", 7),
    "text": lambda c: c["upper"].__setitem__("parts", "all"),
    "number": lambda c: c["lower"]["parts"].__setitem__(0, 3),
    "negative": lambda c: c["upper"]["parts"][0].__setitem__("generators", [-1]),
    "words of another part": lambda c: c["lower"]["parts"][0].__setitem__(
        "bound", c["lower"]["parts"][1]["bound"]
    ),
    "a graph": lambda c: c.update(system={"type": "product", "size": 5}),
}


@pytest.mark.parametrize("case", FORGERIES)
def test_forgeries(true, case):
    with pytest.raises(Refused):
        verify_bytes(altered(true, FORGERIES[case]))


def test_vector_fields_that_share_a_variable_are_no_parts():
    """[x d/dy, d/dx] is not zero: two single generators would bound the dimension by 2, and it
    is 3.
    """
    net = System(["x", "y", "z"], fields=[{"y": "x", "z": "x^2"}, {"x": 1}])
    body = json.loads(certify(net).bytes)
    parts = [{"generators": [i], "bound": {"kind": "single-generator"}} for i in range(2)]
    with pytest.raises(Refused, match="a variable of another part"):
        verify_bytes(sealed({**body, "upper": {"kind": "direct-sum", "parts": parts}}))


def test_a_system_in_one_part_is_not_copied():
    whole = System(["x", "y"], fields=[{"x": "y"}, {"y": "x^2"}]).explicit()
    (part,) = parts_of(whole)
    assert part.family is whole and (part.generators, part.variables) == ((0, 1), (0, 1))
    with_idle = System(["x", "u", "y"], fields=[{"x": "y"}, {"y": "x^2"}]).explicit()
    (part,) = parts_of(with_idle)
    assert part.family.parameters == 2 and part.variables == (0, 2)
