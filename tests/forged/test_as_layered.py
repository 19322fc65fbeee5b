"""Forged renamings: systems passed off as networks that they are not, and parts that do not fit."""

import copy
import itertools
import random

import pytest

from . import oracle
from .forge import LAYERED, SINGLE, judge, real, reason_of, refused, sealed, truth
from .test_many import a_few

GROWTH, BALANCE = real("layered, typed")["lower"]["bounds"][0]["bound"], {"kind": "generic-balance"}


def layered(system, size, laws, shapes, parts, rest=None):
    """A certificate that claims these parts; shapes: (widths, rank, lower, upper)."""
    claim = {"object": oracle.kind(system), "parameters": size, "laws": laws}
    lower = [{"widths": w, "rank": r, "bound": low} for w, r, low, _ in shapes]
    upper = [{"widths": w, "bound": up} for w, _, _, up in shapes]
    body = {"format": "pyconslaw-certificate", "version": 1, "system": system, "claim": claim}
    body["lower"] = {"kind": "as-layered", "bounds": lower, "parts": parts}
    body["upper"] = {"kind": "as-layered", "bounds": upper, "parts": parts}
    if rest is not None:
        body["lower"]["rest"], body["upper"]["rest"] = rest
    return body


def typed(*phi, variables):
    return {"type": "polynomials", "variables": list(variables), "phi": list(phi)}


def monomials(*pairs, by=1):
    return sorted(([by, [[v, 1] for v in sorted(p)]] for p in pairs), key=lambda term: term[1])


def two_by_two(change=()):
    """A B with A = (0 1; 2 3), B = (4 5; 6 7), B first in a network; change: components."""
    a, b = ((0, 1), (2, 3)), ((4, 5), (6, 7))
    phi = [monomials(*((a[i][k], b[k][j]) for k in (0, 1))) for i in (0, 1) for j in (0, 1)]
    for k, f in change:
        phi[k] = f
    return typed(*phi, variables="abcdefgh")


ORDER = [4, 5, 6, 7, 0, 1, 2, 3]
FULL = [([2, 2, 2], 5, GROWTH, BALANCE)]


def of_order(system, order, size=8, laws=3):
    return layered(system, size, laws, FULL, [{"bound": 0, "variables": order}])


@pytest.mark.parametrize("name", LAYERED)
def test_real_ones_are_accepted_with_their_number_only(name):
    body = real(name)
    assert reason_of(sealed(body)) is None
    size, laws = truth(body["system"])
    assert body["claim"]["laws"] == laws
    for other in range(size + 1):
        if other != laws:
            refused({**body, "claim": {**body["claim"], "laws": other}})


def test_a_handmade_one_is_accepted():
    assert reason_of(sealed(of_order(two_by_two(), ORDER))) is None


def test_every_order_of_the_variables():
    """Only renamings that the product has are accepted: 2 2 2 of rows, inner index and columns,
    twice where it is transposed.
    """
    accepted = 0
    base = of_order(two_by_two(), ORDER)
    draw = random.Random(0)
    orders = list(itertools.permutations(range(8)))
    symmetric = {tuple(o) for o in symmetries()}
    for order in [*symmetric, *draw.sample(orders, 300)]:
        for half in ("lower", "upper"):
            base[half]["parts"] = [{"bound": 0, "variables": list(order)}]
        reason = reason_of(sealed(base))
        assert (reason is None) == (order in symmetric), (order, reason)
        accepted += reason is None
    assert accepted >= len(symmetric) == 16


def symmetries():
    swaps = list(itertools.permutations((0, 1)))
    for rows, inner, columns in itertools.product(swaps, swaps, swaps):
        a = [[2 * i + k for k in inner] for i in rows]
        b = [[4 + 2 * k + j for j in columns] for k in inner]
        yield [*b[0], *b[1], *a[0], *a[1]]
        yield [*(r[0] for r in a), *(r[1] for r in a), *(r[0] for r in b), *(r[1] for r in b)]


NEAR = {
    "a term missing": [(0, monomials((0, 4)))],
    "a factor": [(0, [[1, [[0, 1], [4, 1]]], [2, [[1, 1], [6, 1]]]])],
    "a sign": [(3, [[1, [[2, 1], [5, 1]]], [-1, [[3, 1], [7, 1]]]])],
    "a term too many": [(0, monomials((0, 4), (1, 6), (2, 3)))],
    "a square": [(0, [[1, [[0, 1], [4, 1]]], [1, [[1, 2]]]])],
    "a square of one": [(0, [[1, [[0, 2]]], [1, [[1, 1], [6, 1]]]])],
    "a cube of both": [(0, [[1, [[0, 2], [4, 1]]], [1, [[1, 1], [6, 1]]]])],
    "a single variable": [(0, [[1, [[0, 1]]], [1, [[1, 1], [6, 1]]]])],
    "three variables": [(0, [[1, [[0, 1], [4, 1], [5, 1]]], [1, [[1, 1], [6, 1]]]])],
    "the wrong inner index": [(0, monomials((0, 6), (1, 4)))],
    "one entry twice, one missing": [(3, monomials((0, 4), (1, 6)))],
    "a dependent combination": [
        (3, sorted(monomials((0, 4), (1, 6)) + monomials((0, 5), (1, 7)), key=lambda t: t[1]))
    ],
}


@pytest.mark.parametrize("name", NEAR)
def test_near_misses(name):
    """Claimed as the product: refused, whatever the number of laws is; the oracle looks on."""
    system = two_by_two(NEAR[name])
    for laws in range(9):
        body = of_order(system, ORDER, laws=laws)
        assert not judge(body)
        assert "meet" not in refused(body)


def test_an_independent_combination_is_one():
    """(3, ...) plus (0, ...): the same span."""
    mixed = sorted(monomials((2, 5), (3, 7)) + monomials((0, 4), (1, 6)), key=lambda t: t[1])
    assert judge(of_order(two_by_two([(3, mixed)]), ORDER))
    constant = [[7, []], *monomials((0, 4), (1, 6), by=-3)]
    assert judge(of_order(two_by_two([(0, constant)]), ORDER))


def test_a_variable_of_one_layer_is_no_entry():
    """phi = x y, x: no law. As a product of widths 1, 1, 1 it would have one."""
    system = typed(monomials((0, 1)), monomials((0,)), variables="xy")
    small = [([1, 1, 1], 1, {"kind": "symmetric-point"}, SINGLE)]
    for order in ([0, 1], [1, 0]):
        body = layered(system, 2, 1, small, [{"bound": 0, "variables": order}])
        for half in ("lower", "upper"):
            body[half]["bounds"][0]["bound"] = SINGLE
        assert "no path" in refused(body)
        assert not judge(body)


def test_entries_of_two_parts_do_not_mix():
    """x y + u v is no entry, and does not count for two: two products have two components."""
    system = typed(monomials((0, 1), (2, 3)), variables="xyuv")
    one = ([1, 1, 1], 1, GROWTH, SINGLE)
    parts = [{"bound": 0, "variables": [0, 1]}, {"bound": 0, "variables": [2, 3]}]
    for laws in range(5):
        reason = refused(layered(system, 4, laws, [one], parts))
        assert "do not span the 2 entries" in reason


WRONG = {
    "no parts": lambda p: p.update(parts=[]),
    "no bounds": lambda p: p.update(bounds=[]),
    "parts as numbers": lambda p: p.update(parts=[0]),
    "a bound that nobody has": lambda p: p["bounds"].append(copy.deepcopy(p["bounds"][0])),
    "a part without bound": lambda p: p["parts"][0].update(bound=1),
    "a negative bound": lambda p: p["parts"][0].update(bound=-1),
    "true": lambda p: p["parts"][0].update(bound=True),
    "a variable twice": lambda p: p["parts"][0]["variables"].__setitem__(0, 5),
    "a variable too many": lambda p: p["parts"][0]["variables"].append(0),
    "a variable too few": lambda p: p["parts"][0]["variables"].pop(),
    "a variable beyond": lambda p: p["parts"][0]["variables"].__setitem__(0, 8),
    "the part twice": lambda p: p["parts"].append(copy.deepcopy(p["parts"][0])),
    "one width": lambda p: p["bounds"][0].update(widths=[8]),
    "no widths": lambda p: p["bounds"][0].update(widths=[]),
    "width 0": lambda p: p["bounds"][0].update(widths=[2, 0, 2]),
    "other widths": lambda p: p["bounds"][0].update(widths=[2, 1, 6]),
    "widths of the same size": lambda p: p["bounds"][0].update(widths=[1, 2, 3]),
    "more layers": lambda p: p["bounds"][0].update(widths=[2, 2, 1, 2]),
    "one layer": lambda p: p["bounds"][0].update(widths=[4, 2]),
    "large widths": lambda p: p["bounds"][0].update(widths=[10**9, 10**9, 10**9]),
    "a rest": lambda p: p.update(rest={"bound": SINGLE}),
    "no kind": lambda p: p["bounds"][0].update(bound={}),
    "itself": lambda p: p["bounds"][0].update(bound=copy.deepcopy(p)),
    "a key": lambda p: p["parts"][0].update(rank=5),
}


@pytest.mark.parametrize("half", ["lower", "upper"])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_shapes(name, half):
    body = of_order(two_by_two(), ORDER)
    proof = copy.deepcopy(body[half])
    WRONG[name](proof)
    assert "meet" not in refused({**body, half: proof})


@pytest.mark.parametrize("rank", [-1, 4, 6, 8, None, True])
def test_wrong_ranks(rank):
    body = of_order(two_by_two(), ORDER)
    body["lower"]["bounds"][0]["rank"] = rank
    refused(body)
    right = of_order(two_by_two(), ORDER)
    assert "unknown key" in refused({**right, "upper": right["lower"]})


def test_what_is_left_out_of_the_parts():
    """The rest must be there, be all of it, and have no variable of a part."""
    body = real("layered, rest")
    for half in ("lower", "upper"):
        less = copy.deepcopy(body)
        del less[half]["rest"]
        assert "in no part" in refused(less)
        for bound in ({"kind": "single-generator"}, body[half]["rest"]["bound"]):
            other = copy.deepcopy(body)
            other[half]["rest"]["bound"] = bound
            judge(other)
    touching = copy.deepcopy(body)
    touching["system"]["phi"][4] = [[1, [[touching["system"]["variables"].index("a"), 1], [4, 1]]]]
    assert "no path" in refused(touching)
    ranks = copy.deepcopy(body)
    ranks["lower"]["rest"]["rank"] = 2
    refused(ranks)


def test_a_rest_inside_a_rest():
    """The rest may itself be layered."""
    body = real("layered, two and idle")
    inner = {half: copy.deepcopy(body[half]) for half in ("lower", "upper")}
    for half in ("lower", "upper"):
        names = sorted(body[half]["parts"][1]["variables"])
        own = {v: k for k, v in enumerate(names)}
        first, second = body[half]["parts"]
        own_order = [own[v] for v in second["variables"]]
        inner[half] = {
            "kind": "as-layered",
            "bounds": [body[half]["bounds"][1]],
            "parts": [{"bound": 0, "variables": own_order}],
        }
        rest = {"bound": inner[half]} | ({"rank": 1} if half == "lower" else {})
        body[half] = {
            "kind": "as-layered",
            "bounds": [body[half]["bounds"][0]],
            "parts": [first],
            "rest": rest,
        }
    assert judge(body)
    body["lower"]["rest"]["rank"] = 2
    refused(body)


@pytest.mark.parametrize("half", ["lower", "upper"])
@pytest.mark.parametrize(
    "name",
    ["linear 2-2-2", "product 6", "fields, laws", "dag, idle", "parts, two", "polynomial laws"],
)
def test_other_systems(name, half):
    """Graphs, vector fields, polynomials of another size: not with the parts of a network."""
    body = real(name)
    assert "meet" not in refused({**body, half: real("layered, typed")[half]})
    refused({**body, half: real("layered, heads")[half]})


def test_a_drift():
    body = of_order({**two_by_two(), "drift": [[0, [[1, [[1, 1]]]]]]}, ORDER)
    assert "without a drift" in refused(body)


def test_inside_a_direct_sum():
    body = of_order(two_by_two(), ORDER)
    for half in ("lower", "upper"):
        part = {"generators": [0, 1, 2, 3], "bound": body[half]}
        refused({**body, half: {"kind": "direct-sum", "parts": [part]}})


def test_random_forgeries(fresh_seed):
    a_few("as-layered", fresh_seed)
