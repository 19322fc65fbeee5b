"""Forged products of named matrices: groups passed off as networks, and work that is declined."""

import copy
import itertools
import random

import pytest

from .forge import SINGLE, judge, real, refused, sealed
from .test_as_layered import BALANCE, FULL, GROWTH, layered, monomials
from .test_limits import answer


def named(matrices, *products):
    """A system of products from texts such as "A'B", all matrices of one letter."""
    listed = [
        [[c, text[k + 1 : k + 2] == "'"] for k, c in enumerate(text) if c != "'"]
        for text in products
    ]
    shapes = [[name, list(shape)] for name, shape in matrices.items()]
    return {"type": "products", "matrices": shapes, "products": listed}


SQUARE = dict.fromkeys("ABCD", (2, 2))
UNLAYERED = {
    "square": (["A"], ["A'A"]),
    "power": (["A"], ["AA"]),
    "path": (["A", "B", "C"], ["AB", "BC"]),
    "triangle": (["A", "B", "C"], ["AB", "BC", "CA"]),
    "incomplete": (["A", "B", "C", "D"], ["AC", "AD", "BC"]),
    "both positions": (["A", "B", "C"], ["AB", "A'C"]),
    "alone and not": (["A", "B"], ["AB", "A"]),
    "lengths": (["A", "B", "C"], ["AB", "ABC"]),
    "chains": (["A", "B", "C", "D"], ["ABC", "ADC"]),
    "turned inside": (["A", "B", "C", "D"], ["ABC", "AB'D"]),
    "twice": (["A", "B"], ["ABBA"]),
}


@pytest.mark.parametrize("name", UNLAYERED)
def test_products_that_are_no_networks(name):
    """Whatever widths are claimed for them, and whatever number."""
    letters, texts = UNLAYERED[name]
    system = named({k: SQUARE[k] for k in letters}, *texts)
    size = 4 * len(letters)
    for widths in ([2, 2, 2], [2, 2, 4], [4, 2, 2], [4, 2, 4], [2, 2], [2, 2, 2, 2], [2] * 5):
        shape = [(widths, 5, GROWTH, BALANCE)]
        for number in (1, 2, 3):
            body = layered(system, size, 3, shape, [0] * number)
            assert "meet" not in refused(body)


def test_groups_are_those_of_the_system():
    """Widths of another group, too many or too few, in another order."""
    body = real("layered, heads")
    for parts in ([1, 0], [0, 0], [0], [0, 1, 1], [], [{"bound": 0, "variables": [0]}], [0, 2]):
        for half in ("lower", "upper"):
            assert "meet" not in refused({**body, half: {**body[half], "parts": parts}})
    grouped = real("layered, grouped")
    for widths in ([2, 2, 2], [1, 2, 2], [3, 2, 1], [1, 2, 1]):
        other = copy.deepcopy(grouped)
        for half in ("lower", "upper"):
            other[half]["bounds"][0]["widths"] = widths
        assert "the widths are [1, 2, 3]" in refused(other)


def test_one_product_taken_out_or_turned():
    """Each of A C, A D, B C, B D: with all four one network, with three none."""
    texts = ["AC", "AD", "BC", "BD"]
    full = [([4, 2, 4], 16 - 3, GROWTH, BALANCE)]
    assert judge(layered(named(SQUARE, *texts), 16, 3, full, [0]))
    assert judge(layered(named(SQUARE, "AC", "D'A'", "BC", "BD"), 16, 3, full, [0]))
    for k in range(4):
        less = named(SQUARE, *texts[:k], *texts[k + 1 :])
        assert "expected 0 entries" in refused(layered(less, 16, 3, full, [0]))
        turned = [*texts[:k], texts[k][0] + texts[k][1] + "'", *texts[k + 1 :]]
        assert "expected 0 entries" in refused(layered(named(SQUARE, *turned), 16, 3, full, [0]))


BAD_SYSTEMS = {
    "shapes": (named({"A": (2, 3), "B": (2, 3)}, "AB"), 12),
    "a name twice": (
        {**named({"A": (2, 2)}, "A"), "matrices": [["A", [2, 2]], ["A", [2, 2]]]},
        8,
    ),
    "unknown": (named({"A": (2, 2)}, "AB"), 4),
    "three sizes": (named({"A": (2, 2, 1)}, "A"), 4),
    "zero": (named({"A": (0, 2), "B": (2, 2)}, "B"), 4),
    "no products": (named({"A": (2, 2)}), 4),
    "no factors": ({**named({"A": (2, 2)}, "A"), "products": [[]]}, 4),
    "the same twice": (named(SQUARE, "AB", "AB"), 16),
    "a number for a flag": ({**named(SQUARE, "AB"), "products": [[["A", 0], ["B", 1]]]}, 16),
    "a size too many": (named(SQUARE, "AB"), 17),
    "a name that is none": (named({"7": (2, 2)}, "7"), 4),
}


@pytest.mark.parametrize("name", BAD_SYSTEMS)
def test_systems_that_are_none(name):
    system, size = BAD_SYSTEMS[name]
    full = [([2, 2, 2], 5, GROWTH, BALANCE)]
    assert "meet" not in refused(layered(system, size, 3, full, [0]))


def random_system(draw):
    """A few products of a few small matrices whose shapes fit."""
    names = "ABC"[: draw.randint(1, 3)]
    shapes = {name: (draw.randint(1, 2), draw.randint(1, 2)) for name in names}
    products = set()
    for _ in range(draw.randint(1, 4)):
        text, columns = "", None
        for _ in range(draw.choice([1, 2, 2, 3])):
            fits = [(k, t) for k in names for t in (0, 1) if columns in (None, shapes[k][t])]
            if fits:
                k, t = draw.choice(fits)
                text, columns = text + k + "'" * t, shapes[k][1 - t]
        products.add(text)
    return named(shapes, *sorted(products)), sum(n * m for n, m in shapes.values())


def test_random_products_as_any_network(fresh_seed):
    """A forger who tries all widths: what is accepted has that number of laws, says the oracle."""
    draw, accepted = random.Random(fresh_seed), 0
    for _ in range(300):
        system, size = random_system(draw)
        for widths in itertools.chain(
            itertools.product((1, 2, 3, 4), (1, 2), (1, 2, 3, 4)), itertools.product((1, 2), (1, 2))
        ):
            own = sum(n * m for n, m in itertools.pairwise(widths))
            if own > size:
                continue
            for laws in {0, 1, 2, 3, 4}:
                rank = own - laws
                if rank < 0 or len(widths) == 2 and laws:
                    continue
                low = GROWTH if len(widths) > 2 else {"kind": "spanning-paths"}
                up = BALANCE if len(widths) > 2 else {"kind": "potentials"}
                shape = [(list(widths), rank, low, up)]
                claimed = layered(system, size, size - rank, shape, [0])
                accepted += judge(claimed)
    assert accepted > 5


# -------------------------------------------------------------------------------------- limits


def wide(columns):
    return named({"A": (1, columns), "B": (1, columns)}, "A'B")


WORK = {
    "entries of a product": lambda: {
        **layered(wide(40_000), 80_000, 79_999, FULL, [0]),
        "lower": {"kind": "bracket-words", "prime": 7, "point": [1], "words": [[0]], "pivots": [0]},
    },
    "a long product": lambda: {
        **layered(named({"A": (300, 300)}, "AAAAAA"), 90_000, 89_999, FULL, [0]),
        "upper": {"kind": "polynomial-laws", "laws": [], "prime": 7, "point": [1], "pivots": []},
    },
    "a rest of long products": lambda: layered(
        named({"A": (300, 300), "B": (1, 1)}, "AAAA", "B"),
        90_001,
        0,
        [([1, 1], 1, {"kind": "spanning-paths"}, {"kind": "potentials"})],
        [0],
        ({"bound": SINGLE, "rank": 1}, {"bound": SINGLE}),
    ),
    "many parts": lambda: layered(
        named({"A": (1, 1)}, "A"), 1, 0, [([1, 1], 1, SINGLE, SINGLE)], [0] * 900_000
    ),
    "many bounds": lambda: layered(
        named({"A": (1, 1)}, "A"), 1, 0, [([1, 1], 1, SINGLE, SINGLE)] * 100_000, [0]
    ),
    "many matrices": lambda: {
        **layered(named({"A": (1, 1)}, "A"), 200_000, 0, [([1, 1], 1, SINGLE, SINGLE)], [0]),
        "system": {
            "type": "products",
            "matrices": [[f"A{k}", []] for k in range(200_000)],
            "products": [[["A0", False]]],
        },
    },
    "edges of many networks": lambda: layered(
        named({"A": (1, 1)}, "A"),
        1,
        0,
        [
            ([k + 1, 1, 99_000 - k], 1, {"kind": "bracket-words"}, {"kind": "split"})
            for k in range(900)
        ],
        [0],
    ),
    "combinations": lambda: of_combinations(250),
}


def of_combinations(n):
    """An outer product of n x n entries, each component the sum of two entries."""
    phi = []
    for i in range(n):
        for j in range(n):
            other = (i * n + j + 1) % (n * n)
            pairs = {(i, n + j), (other // n, n + other % n)}
            phi.append(monomials(*pairs))
    variables = [f"x{v}" for v in range(2 * n)]
    shape = [([n, 1, n], 2 * n - 1, GROWTH, BALANCE)]
    order = [*range(n, 2 * n), *range(n)]
    return layered(
        {"type": "polynomials", "variables": variables, "phi": phi},
        2 * n,
        1,
        shape,
        [{"bound": 0, "variables": order}],
    )


@pytest.mark.parametrize("name", WORK)
def test_work(name, tmp_path):
    assert answer(sealed(WORK[name]()), tmp_path).startswith("refused")


def test_large_and_true(tmp_path):
    """Four thousand heads, checked by their shapes."""
    matrices = {f"Q{k}": (64, 1024) for k in range(4000)} | {
        f"K{k}": (64, 1024) for k in range(4000)
    }
    system = {
        "type": "products",
        "matrices": [[name, list(shape)] for name, shape in matrices.items()],
        "products": [[[f"Q{k}", True], [f"K{k}", False]] for k in range(4000)],
    }
    own, laws = 2 * 64 * 1024, 64 * 65 // 2
    shape = [([1024, 64, 1024], own - laws, GROWTH, BALANCE)]
    body = layered(system, 4000 * own, 4000 * laws, shape, [0] * 4000)
    assert answer(sealed(body), tmp_path) == f"accepted {4000 * laws}"
