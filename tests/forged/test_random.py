"""Parsed certificates altered at random, with a right hash: refused, or still true."""

import copy
import random

import pytest
from amounts import amount

from .forge import SINGLE, SMALL, fitted, judge, real
from .prover import upper_body, worth

NAMES = list(SMALL)
SCALARS = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2,
    3,
    7,
    2**31,
    2**62 - 1,
    2**62,
    2**64,
    -(2**63),
    10**30,
    10**1001,
    "",
    "linear",
    "relu",
    "none",
    "all",
    "input",
    "mlp",
    "dag",
    "product",
    "system",
    "mixed",
    "single-generator",
    "balance-laws",
    "0",
    "\x1b[2J",
    "\ud800",
]


def places(value):
    """(container, key) of everything inside."""
    for key in (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    ):
        yield value, key
        yield from places(value[key])


def a_place(draw, body):
    """A place at random, such that long lists do not attract all changes."""
    container, key = (
        body,
        draw.choice(
            ["claim", "lower", "upper", "upper", "lower", "system", draw.choice(list(body))]
        ),
    )
    key = key if key in body else draw.choice(list(body))
    while isinstance(container[key], (dict, list)) and container[key] and draw.random() < 0.8:
        container = container[key]
        key = draw.choice(list(container) if isinstance(container, dict) else range(len(container)))
    return container, key


def a_value(draw, depth=2):
    choice = draw.random()
    if choice < 0.5 or not depth:
        return draw.choice([*SCALARS, draw.randint(-5, 15), draw.randint(-5, 15)])
    if choice < 0.85:
        return [a_value(draw, depth - 1) for _ in range(draw.randint(0, 4))]
    return {
        draw.choice(["kind", "laws", "node", "neurons", "polynomial", "x"]): a_value(
            draw, depth - 1
        )
        for _ in range(draw.randint(0, 3))
    }


def replace(draw, body):
    container, key = a_place(draw, body)
    container[key] = a_value(draw)


def delete(draw, body):
    container, key = a_place(draw, body)
    del container[key]


def duplicate(draw, body):
    """An entry of a list once more, beside itself or at the end."""
    lists = [(c, k) for c, k in (a_place(draw, body) for _ in range(20)) if isinstance(c, list)]
    if lists:
        container, key = lists[0]
        container.insert(draw.choice([key, len(container)]), copy.deepcopy(container[key]))


def swap(draw, body):
    """Two subtrees of the same sort, or any two."""
    one = a_place(draw, body)
    others = [a_place(draw, body) for _ in range(30)]
    same = [
        o
        for o in others
        if type(o[0][o[1]]) is type(one[0][one[1]]) and o[0][o[1]] != one[0][one[1]]
    ]
    other = draw.choice(same if same and draw.random() < 0.8 else others)
    value = copy.deepcopy(one[0][one[1]])
    one[0][one[1]] = copy.deepcopy(other[0][other[1]])
    other[0][other[1]] = value


def nudge(draw, body):
    """Integers changed a little, or in a way that keeps them meaningful."""
    numbers = [(c, k) for c, k in (a_place(draw, body) for _ in range(30)) if type(c[k]) is int]
    for container, key in numbers[: draw.randint(1, 3)]:
        container[key] = draw.choice(
            [
                container[key] + 1,
                container[key] - 1,
                -container[key],
                2 * container[key],
                container[key] ^ 1,
            ]
        )


def graft(draw, body):
    """A subtree of another certificate in the place of one with the same key."""
    other = real(draw.choice(NAMES))
    container, key = a_place(draw, body)
    same = [c[k] for c, k in places(other) if k == key and type(c[k]) is type(container[key])]
    if same:
        container[key] = copy.deepcopy(draw.choice(same))


def shuffle(draw, body):
    """A list in another order."""
    lists = [
        c[k]
        for c, k in (a_place(draw, body) for _ in range(20))
        if isinstance(c[k], list) and len(c[k]) > 1
    ]
    if lists:
        draw.shuffle(lists[0])


def several(draw, body):
    for _ in range(draw.randint(2, 4)):
        draw.choice([replace, delete, duplicate, swap, nudge, nudge, graft, shuffle])(draw, body)


CHANGES = [replace, delete, duplicate, swap, nudge, graft, shuffle, several]


def forge_at_random(change, seed, count):
    draw, accepted = random.Random(seed), 0
    for k in range(count):
        name = draw.choice(NAMES)
        body = real(name)
        try:
            change(draw, body)
        except (IndexError, KeyError, TypeError):  # an earlier change took the place away
            continue
        accepted += judge(body)
        if k % 3 == 0:
            judge(fitted(body))
        elif k % 3 == 1 and body.get("system") == real(name)["system"] and "upper" in body:
            worth(body["system"], body["upper"])  # the upper bound alone
        elif isinstance(body.get("lower"), dict):
            judge(body | {"upper": upper_body(real(name)["system"], SINGLE)["upper"]})
    return accepted


@pytest.mark.parametrize("change", CHANGES)
def test_changes(change, fresh_seed):
    forge_at_random(change, fresh_seed, 350)


@pytest.mark.long
@pytest.mark.parametrize("change", CHANGES)
def test_many_changes(change, fresh_seed):
    assert forge_at_random(change, fresh_seed, amount(10_000)) > 0
