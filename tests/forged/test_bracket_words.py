"""Lower bounds altered, with a right hash: refused unless still true."""

import copy
import itertools
import random

import pytest

from . import oracle
from .forge import (
    BIG,
    EXPLICIT,
    NO_GRAPH,
    SMALL,
    Q,
    fitted,
    judge,
    real,
    reason_of,
    refused,
    sealed,
    with_rank,
)
from .prover import lower_body, numbered, point_of
from .test_many import a_few

ALL = [*SMALL, "linear 4-4-4-4"]
# Composite numbers that weak tests take for primes, and numbers out of range.
CARMICHAEL = [
    561,
    1105,
    1729,
    2465,
    6601,
    8911,
    41041,
    825265,
    321197185,
    5394826801,
    232250619601,
    9746347772161,
    1436697831295441,
    60977817398996785,
    7156857700403137441,
]
PSEUDOPRIMES = [
    2047,
    3277,
    4033,
    1373653,
    25326001,
    3215031751,
    2152302898747,
    3474749660383,
    341550071728321,
    3825123056546413051,
    2**32 + 1,
    1194649,
    12327121,
    2**59 - 1,
    2**60 + 1,
]
PRODUCTS = [
    9,
    15,
    25,
    91,
    (2**31 - 1) ** 2,
    (2**31 - 1) * (2**30 - 35),
    3 * 1537228672809129301,
    1000003 * 1000033,
    2**61,
    2**61 - 2,
    2**62 - 1,
    4,
    6,
    2**31,
]
OUT_OF_RANGE = [
    2,
    1,
    0,
    -1,
    -3,
    -7,
    -Q,
    2**62,
    2**62 + 135,
    2**64 - 59,
    2**89 - 1,
    2**127 - 1,
    10**999 + 7,
]
TYPES = [True, False, None, "3", str(Q), [Q], {"prime": Q}, []]


def altered(name, **changes):
    body = real(name)
    return body | {"lower": body["lower"] | changes}


def test_the_composites_are_composite():
    def prime(n):
        return n > 1 and all(n % d for d in range(2, int(n**0.5) + 1))

    assert not any(prime(n) for n in CARMICHAEL + PSEUDOPRIMES + PRODUCTS if n < 10**9)
    assert all(pow(2, n - 1, n) == 1 for n in CARMICHAEL + PSEUDOPRIMES[:10])
    assert all(any(pow(b, n - 1, n) != 1 for b in (2, 3, 5)) or n % 2 for n in PRODUCTS)


@pytest.mark.parametrize("where", ["lower", "upper"])
@pytest.mark.parametrize("name", ["linear 2-2-2", "relu 2-3-1 --bias", "polynomial laws"])
def test_primes(name, where):
    for q in CARMICHAEL + PSEUDOPRIMES + PRODUCTS + OUT_OF_RANGE + TYPES:
        body = real(name)
        body[where]["prime"] = q
        assert f"{where}.prime" in refused(body)
    accepted = 0
    for q in (3, 5, 7, 11, 31, 37, 41, 101, 2**31 - 1, Q, 2**62 - 57, 1000003):
        body = real(name)
        body[where]["prime"] = q
        accepted += judge(body)
    assert accepted >= 3


@pytest.mark.parametrize("name", [*ALL, *BIG])
def test_words_dropped_or_repeated(name):
    words, pivots = real(name)["lower"]["words"], real(name)["lower"]["pivots"]
    step = 1 if name in SMALL else 9 if name in ALL else 150
    for k in range(0, len(words), step):
        body = altered(name, words=words[:k] + words[k + 1 :])
        refused(body)
        refused(fitted(body))
        refused(
            altered(name, words=words[:k] + words[k + 1 :], pivots=pivots[:k] + pivots[k + 1 :])
        )
        refused(altered(name, words=words[: k + 1] + words[k:]))
        refused(
            altered(name, words=words[: k + 1] + words[k:], pivots=pivots[: k + 1] + pivots[k:])
        )
        judge(fitted(altered(name, words=words[: k + 1] + words[k:])))
        if len(words) > 1:
            refused(altered(name, words=words[:k] + [words[k - 1]] + words[k + 1 :]))
        # [g, g] = 0
        refused(altered(name, words=words[:k] + [words[k][:1] * 2] + words[k + 1 :]))
        refused(altered(name, words=words[:k] + [[]] + words[k + 1 :]))


@pytest.mark.parametrize(
    "most_words, most_pivots", [(8, 4), pytest.param(24, 9, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("name", SMALL)
def test_a_word_more(name, most_words, most_pivots, fresh_seed):
    """No word whatever, with whatever pivot, brings the rank above the truth."""
    body = real(name)
    letters = range(
        len(
            body["lower"].get(
                "generators", body["system"].get("phi") or real(name)["system"].get("fields")
            )
        )
    )
    rank, size = len(body["lower"]["words"]), body["claim"]["parameters"]
    words = [list(w) for length in (1, 2, 3) for w in itertools.product(letters, repeat=length)]
    words += [[f] * length + [g] for length in (3, 4, 6) for f in letters for g in letters]
    draw = random.Random(fresh_seed)
    for word in draw.sample(words, min(len(words), most_words)):
        for pivot in draw.sample(range(size), min(size, most_pivots)):
            forged = with_rank(body, rank)
            forged["claim"]["laws"] -= 1
            if forged["claim"]["laws"] < 0:
                return
            forged["lower"]["words"].append(word)
            forged["lower"]["pivots"].append(pivot)
            refused(forged)


@pytest.mark.parametrize(
    "orders, spellings", [(4, 10), pytest.param(12, 30, marks=pytest.mark.long)]
)
@pytest.mark.parametrize("name", [*SMALL, "linear 4-4-4-4"])
def test_words_permuted_or_respelled(name, orders, spellings, fresh_seed):
    draw, lower = random.Random(fresh_seed), real(name)["lower"]
    words, pivots = lower["words"], lower["pivots"]
    letters = len(
        lower.get(
            "generators", real(name)["system"].get("phi") or real(name)["system"].get("fields")
        )
    )
    judge(altered(name, words=words[::-1]))
    assert judge(altered(name, words=words, pivots=pivots))
    for _ in range(orders):
        order = draw.sample(range(len(words)), len(words))
        judge(altered(name, words=[words[k] for k in order]))
        judge(altered(name, words=[words[k] for k in order], pivots=[pivots[k] for k in order]))
    for _ in range(spellings):
        forged = copy.deepcopy(words)
        word = draw.choice(forged)
        change = draw.choice(["letter", "longer", "before", "reverse", "shorter"])
        if change == "letter":
            word[draw.randrange(len(word))] = draw.randrange(letters)
        elif change == "longer":
            word.append(draw.randrange(letters))
        elif change == "before":
            word.insert(0, draw.randrange(letters))
        elif change == "reverse":
            word.reverse()
        else:
            word.pop()
        judge(altered(name, words=forged))
        judge(with_rank(altered(name, words=forged), len(words) - 1))


@pytest.mark.parametrize("name", ALL)
def test_words_that_are_none(name):
    words = real(name)["lower"]["words"]
    letters = len(
        real(name)["lower"].get(
            "generators", real(name)["system"].get("phi") or real(name)["system"].get("fields")
        )
    )
    for bad in (
        [letters],
        [-1],
        [2**63],
        [10**100],
        [True],
        [False],
        [None],
        ["0"],
        [[0]],
        [{}],
        [0, -1],
        [-1, 0],
        [0, letters],
        "0",
        "",
        0,
        None,
        {},
        {"0": 0},
        [0, True],
        [],
        [[]],
        [1 - letters - 1],
    ):
        for k in {0, len(words) - 1}:
            reason = refused(altered(name, words=words[:k] + [bad] + words[k + 1 :]))
            assert f"lower.words[{k}]" in reason
    for bad in (None, {}, "", 0, [[]], [words], True):
        refused(altered(name, words=bad))
    forged = altered(name, words=[], pivots=[])
    refused(forged)
    refused(fitted(forged))


@pytest.mark.parametrize("name", [*SMALL, "linear 4-4-4-4"])
def test_pivots(name):
    pivots, size = real(name)["lower"]["pivots"], real(name)["claim"]["parameters"]
    last = len(pivots) - 1
    for i, j in itertools.combinations(range(min(len(pivots), 8)), 2):
        forged = list(pivots)
        forged[i], forged[j] = forged[j], forged[i]
        judge(altered(name, pivots=forged))
        refused(altered(name, pivots=[*pivots[:j], pivots[i], *pivots[j + 1 :]]))
    for bad in (size, -1, -size, 2**62, 2**64, 10**30, None, "0", [0], {}, True, False):
        for k in (0, last):
            forged = list(pivots)
            forged[k] = bad
            reason = refused(altered(name, pivots=forged))
            assert "lower.pivots" in reason
    for bad in (
        [],
        pivots[:-1],
        [*pivots, 0],
        [*pivots, pivots[-1]],
        None,
        {},
        "".join(map(str, pivots)),
        0,
    ):
        refused(altered(name, pivots=bad))
    for k in range(0, size, 1 + size // 12):
        judge(altered(name, pivots=[*pivots[:last], k]))


@pytest.mark.parametrize("name", [*SMALL, "linear 4-4-4-4"])
@pytest.mark.parametrize("where", ["lower", "upper"])
def test_points(name, where):
    def altered(point):
        body = real(name)
        body[where]["point"] = point
        return body

    body = real(name)
    if "point" not in body[where]:
        refused(altered(body["lower"]["point"]))
        return
    point, q, size = body[where]["point"], body[where]["prime"], body["claim"]["parameters"]
    # linear terms or laws
    if body[where]["pivots"] and name not in ("single generator", "dag, idle", "fields, chain"):
        for forged in ([0] * size, [q] * size if q < 2**62 else [0] * size):
            assert any(word in refused(altered(forged)) for word in ("pivot", "a denominator is 0"))
    for forged in (
        [1] * size,
        [-x for x in point],
        point[::-1],
        list(range(size)),
        [2**62 - 1] * size,
        [1 - 2**62] * size,
        [x * 10**12 for x in point],
    ):
        judge(altered(forged))
    assert judge(altered([x - q for x in point]))  # the same point modulo q
    for bad in (2**62, -(2**62), 2**63, 2**64, 10**40, True, False, None, "1", [1], {}):
        forged = list(point)
        forged[size // 2] = bad
        assert f"{where}.point" in refused(altered(forged))
    for bad in ([], point[:-1], [*point, 1], [point], None, {}, 0, "", [point[0], point[1:]]):
        refused(altered(bad))
    for huge in (10**5000, -(10**1001)):
        assert "declined" in refused(altered([huge, *point[1:]]))


@pytest.mark.parametrize("name", [name for name in SMALL if "generators" in real(name)["lower"]])
def test_generators(name, fresh_seed):
    draw, generators = random.Random(fresh_seed), real(name)["lower"]["generators"]

    def altered(change, k=0):
        body = real(name)
        body["lower"]["generators"][k] = change(body["lower"]["generators"][k])
        return body

    def roles(role, values):
        return altered(lambda g: g | {role: values})

    for role in ("source", "gate", "out"):
        values = generators[0][role]
        for bad in (
            [*values, 1],
            [*values, 0],
            values[:-1] if values else [0],
            None,
            {},
            "",
            0,
            [values],
            [2**62],
            [True] * len(values) if values else [True],
            [None] * max(len(values), 1),
            [-(2**62)] * max(len(values), 1),
        ):
            assert "lower.generators" in refused(roles(role, bad))
        for other in ([0] * len(values), [-x for x in values], [2**62 - 1] * len(values)):
            judge(roles(role, other))
    for bad in (
        None,
        [],
        {},
        0,
        "",
        list(generators[0].values()),
        {"source": generators[0]["source"]},
    ):
        body = real(name)
        body["lower"]["generators"][0] = bad
        refused(body)
    zero = altered(lambda g: {role: [0] * len(v) for role, v in g.items()})
    judge(zero)
    body = real(name)
    body["lower"]["generators"] = [
        {role: [0] * len(v) for role, v in g.items()} for g in generators
    ]
    refused(body)
    for bad in (None, {}, 0, [], [generators], generators[:0]):
        refused(real(name) | {"lower": real(name)["lower"] | {"generators": bad}})
    for _ in range(20):
        body = real(name)
        for g in body["lower"]["generators"]:
            for values in g.values():
                values[:] = [
                    draw.choice([0, 1, -1, 2, draw.randrange(-(2**62) + 1, 2**62)]) for _ in values
                ]
        judge(body)
        body = real(name)
        draw.shuffle(body["lower"]["generators"])
        judge(body)


def test_generators_where_there_are_none():
    for name in NO_GRAPH:
        body = real(name)
        for extra in (
            [],
            None,
            real("linear 2-2-2")["lower"]["generators"],
            body["system"].get("phi", []),
        ):
            refused(altered(name, generators=extra))
    for name in ("linear 2-2-2", "product 6"):
        body = real(name)
        del body["lower"]["generators"]
        refused(body)


@pytest.mark.parametrize("length", [5, 19, 40, 65, 1000, 10_000])
def test_long_words(length):
    """Declined before the work is done, or found to be 0 or to depend on others."""
    for name in (
        "linear 2-2-2",
        "relu 2-3-1 --bias",
        "product 6",
        "polynomial laws",
        "single generator",
    ):
        words = real(name)["lower"]["words"]
        letters = len(
            real(name)["lower"].get(
                "generators", real(name)["system"].get("phi") or real(name)["system"].get("fields")
            )
        )
        many = [[k % letters for k in range(length)], [letters - 1] + [0] * (length - 1)]
        chains = [[0] * length, [0] * (length - 1) + [letters - 1]] if length != 1000 else []
        for word in (many if letters > 1 else []) + chains:
            reason = refused(altered(name, words=[word, word, *words[2:]]))
            assert "declined" in reason or "no pivot" in reason or "expected 1 entries" in reason
            judge(altered(name, words=[*words[1:], word]))


def test_thousands_of_words():
    for name in ("linear 2-2-2", "product 6", "polynomial laws"):
        body = real(name)
        body["lower"]["words"] = [[0]] * 50_000
        refused(body)
        body["lower"]["pivots"] = [0] * 50_000
        refused(body)
        body["claim"] = {"object": body["claim"]["object"], "parameters": 50_000, "laws": 0}
        refused(body)


# ------------------------------------------------------------------- no system has more rank than
# it should have


def systems():
    for dims in (
        [1, 1],
        [2, 1],
        [1, 2],
        [2, 2],
        [1, 1, 1],
        [1, 2, 1],
        [2, 1, 2],
        [1, 1, 1, 1],
        [1, 2, 2, 1],
        [2, 2, 1],
    ):
        for activation in ("linear", "relu") if len(dims) > 2 else ("linear",):
            for bias in ("none", "all"):
                yield {
                    "type": "mlp",
                    "dims": dims,
                    "activations": [activation] * (len(dims) - 2),
                    "bias": bias,
                }
    yield from ({"type": "product", "size": n} for n in (1, 2, 3, 4))
    yield {
        "type": "dag",
        "nodes": ["input", "relu", "linear", "linear"],
        "outputs": [2, 3],
        "edges": [[0, 1, 0], [0, 2, 1], [1, 2, 0], [2, 3, 2]],
        "frozen": [[0, 3, 2], [1, 3, -1]],
    }
    yield {
        "type": "dag",
        "nodes": ["input", "linear", "linear", "linear"],
        "outputs": [3],
        "edges": [[0, 1, 0], [0, 2, 1], [2, 3, 0]],
        "frozen": [[1, 2, 1], [1, 3, 5]],
    }


@pytest.mark.parametrize(
    "system",
    [
        pytest.param(s, marks=pytest.mark.long) if s.get("dims") == [1, 2, 2, 1] else s
        for s in systems()
    ],
    ids=str,
)
def test_greedy_ranks(system, fresh_seed):
    """Words and pivots tried one by one, and kept when the checker believes them: the rank is
    the true one at most.
    """
    draw = random.Random(fresh_seed)
    size, _, sources, outputs, gated = numbered(system)
    true = size - oracle.truth(system)[1]
    generators = [
        {
            "source": [draw.randint(-9, 9) for _ in sources],
            "gate": [draw.randint(-9, 9) for _ in gated],
            "out": [draw.randint(-9, 9) for _ in outputs],
        }
        for _ in range(4)
    ]
    candidates = [
        list(w) for length in (1, 2, 3) for w in itertools.product(range(4), repeat=length)
    ]
    # chains
    candidates += [
        [f] * length + [g] for length in (3, 4, 5, 8) for f in range(2) for g in range(4)
    ]
    words, pivots, point, prime = [], [], point_of(size), draw.choice([Q, Q, 3, 5, 7, 13, 101])
    for word in candidates[:4] + draw.sample(candidates[4:], 20):
        for pivot in range(size) if len(words) < size else ():
            body = lower_body(system, [*words, word], [*pivots, pivot], point, generators, prime)
            reason = reason_of(sealed(body))
            if reason is None or "do not meet" in reason:
                judge(body)
                words.append(word)
                pivots.append(pivot)
                break
            assert "no pivot" in reason or "as long as the prime" in reason
    assert len(words) <= true
    assert words or prime < 200


@pytest.mark.parametrize(
    "name",
    [
        "linear 2-2-2",
        "relu 2-3-1 --bias",
        "mlp 2-2-2-1 --activations linear,leaky_relu",
        "dag, idle",
        pytest.param("dag, pairs", marks=pytest.mark.long),
        "product 6",
        "polynomial laws",
        "closing algebra",
        "fields, laws",
        "fields, algebra",
    ],
)
def test_values_of_words(name, fresh_seed):
    """Words that are independent by the oracle pass with the pivots of the oracle, the others
    with no pivot.
    """
    draw = random.Random(fresh_seed)
    system = real(name)["system"]
    size, fields = oracle.members(system)
    point = [draw.randrange(1, Q) for _ in range(size)]
    generators = None
    if system["type"] not in EXPLICIT:
        _, edges, sources, outputs, gated = numbered(system)
        generators = [
            {
                "source": [draw.randint(-9, 9) for _ in sources],
                "gate": [draw.randint(-9, 9) for _ in gated],
                "out": [draw.randint(-9, 9) for _ in outputs],
            }
            for _ in range(3)
        ]
        fields = [oracle.gradient(probe(edges, sources, outputs, gated, g)) for g in generators]
    letters = range(len(fields))
    words = (
        [[f] for f in letters]
        + [[f, g] for f in letters for g in letters if f < g]
        + [[f, f, g] for f in letters for g in letters]
    )
    words += [[f] * length + [g] for length in (3, 4) for f in letters for g in letters if f != g]
    kept, pivots, span = [], [], oracle.Span()
    for word in words:
        if len(word) > 3 and name not in ("linear 2-2-2", "product 6", "dag, idle", "dag, pairs"):
            continue  # too long to be written out
        field = fields[word[-1]]
        for letter in word[-2::-1]:
            field = oracle.bracket(fields[letter], field)
        before = set(span.rows)
        if span.add([oracle.value(field.get(v, {}), point) for v in range(size)]):
            kept.append(word)
            pivots += set(span.rows) - before
        else:
            pivot = next((k for k in range(size) if k not in pivots), None)
            if pivot is not None:
                assert "no pivot" in refused(
                    lower_body(system, [*kept, word], [*pivots, pivot], point, generators)
                )
    body = lower_body(system, kept, pivots, point, generators)
    assert reason_of(sealed(body)) is None or f"at least {len(kept)} and" in reason_of(sealed(body))


def probe(edges, sources, outputs, gated, generator):
    """The function of a generator, written out as a polynomial."""
    values = {s: {(): c} for s, c in zip(sources, generator["source"], strict=True)}
    gate = dict(zip(gated, generator["gate"], strict=True))
    for tail, head, parameter, weight in sorted(edges, key=lambda e: e[1]):
        total = values.setdefault(head, {})
        for m, c in values.get(tail, {}).items():
            product = oracle.times(m, ((parameter, 1),)) if parameter is not None else m
            total[product] = total.get(product, 0) + c * weight * gate.get(head, 1)
    result = {}
    for o, c in zip(outputs, generator["out"], strict=True):
        for m, d in values.get(o, {}).items():
            result[m] = result.get(m, 0) + c * d
    return result


@pytest.mark.parametrize("form", ["words of a graph", "words of polynomials"])
def test_random_forgeries(form, fresh_seed):
    a_few(form, fresh_seed)
