"""Claims, systems and kinds of real certificates altered, with a right hash: refused unless
still true.
"""

import copy
import itertools
import random

import pytest

from . import oracle
from .forge import (
    BIG,
    EXPLICIT,
    LARGE,
    SINGLE,
    SMALL,
    fitted,
    judge,
    real,
    reason_of,
    refused,
    sealed,
    with_rank,
)
from .prover import empty_proof, numbered, worth

ALL = [*SMALL, *LARGE]


@pytest.mark.parametrize("name", [*ALL, *BIG])
@pytest.mark.parametrize("more", [-1, 1, 10**18, -(10**18), None])
def test_another_number_of_laws(name, more):
    body = real(name)
    laws, size = body["claim"]["laws"], body["claim"]["parameters"]
    body["claim"]["laws"] = size if more is None else laws + more
    refused(body)
    if 0 <= body["claim"]["laws"] <= size:
        refused(with_rank(body, size - body["claim"]["laws"]))


@pytest.mark.parametrize("name", [*ALL, *BIG])
def test_both_bounds_lowered_or_raised(name):
    """Words dropped and laws added, or words added and laws dropped, so that the bounds would
    meet.
    """
    for more in (-1, 1) if name in BIG else (-2, -1, 1, 2):
        body = real(name)
        rank = body["claim"]["parameters"] - body["claim"]["laws"] + more
        if rank < 0 or rank > body["claim"]["parameters"]:
            continue
        laws, pivots = body["upper"].get("laws"), body["upper"].get("pivots")
        for _ in range(more if laws and len(laws) >= more else 0):
            laws.pop()
            pivots.pop()
        for _ in range(-more if laws else 0):
            laws.append(laws[0])
            pivots.append(next(k for k in range(body["claim"]["parameters"]) if k not in pivots))
        refused(with_rank(body, rank))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "key, value",
    [
        ("laws", True),
        ("laws", None),
        ("laws", "3"),
        ("laws", [3]),
        ("laws", {}),
        ("laws", -1),
        ("laws", 10**40),
        ("parameters", 0),
        ("parameters", -8),
        ("parameters", True),
        ("parameters", None),
        ("parameters", "8"),
        ("parameters", 10**18),
        ("parameters", 10**40),
        ("parameters", [8]),
        ("object", None),
        ("object", 0),
        ("object", ""),
        ("object", "System"),
        ("object", "matrix  product"),
        ("object", ["system"]),
        ("exact", True),
    ],
)
def test_claims_of_another_type(name, key, value):
    body = real(name)
    body["claim"][key] = value
    refused(body)


@pytest.mark.parametrize("name", ALL)
def test_another_object_or_size(name):
    for kind in {"path-lifting", "matrix product", "mixed", "system", "dag", "product"} - {
        real(name)["claim"]["object"]
    }:
        body = real(name)
        body["claim"]["object"] = kind
        refused(body)
    for more in (-1, 1, 2):
        body = real(name)
        body["claim"]["parameters"] += more
        refused(body)
        body["claim"]["laws"] = max(0, body["claim"]["laws"] + more)
        refused(body)
        refused(fitted(body))


@pytest.mark.parametrize("name", ALL)
def test_head(name):
    for key, values in {
        "version": [0, 2, -1, 10**30, True, None, "1", [1], {"1": 1}],
        "format": [
            "pyconslaw-certificate ",
            "conslaw-certificate",
            "",
            None,
            1,
            ["pyconslaw-certificate"],
        ],
        "claim": [None, [], {}, 3, "3"],
        "lower": [None, [], {}, 0],
        "upper": [None, [], {}, 0, "single-generator"],
        "system": [None, [], {}, "linear 2-2-2", 4],
    }.items():
        for value in values:
            refused(real(name) | {key: value})
        body = real(name)
        del body[key]
        refused(body)
        refused(real(name) | {key + " ": body.get(key, 1)})
    for value in ([], None, 3, "certificate", [real(name)], {"certificate": real(name)}):
        refused(value)


@pytest.mark.parametrize("name", ALL)
def test_keys(name):
    """A key missing or too many, in an object of every sort that the file has."""

    def objects(value, path=()):
        if isinstance(value, dict):
            yield path, value
        for key in (
            value
            if isinstance(value, dict)
            else range(len(value))
            if isinstance(value, list)
            else ()
        ):
            yield from objects(value[key], path + (key,))

    def at(body, path):
        for key in path:
            body = body[key]
        return body

    sorts = {
        tuple(key for key in path if type(key) is str): path for path, _ in objects(real(name))
    }
    for path in sorts.values():
        for extra in (
            "seed",
            "",
            "kind ",
            "laws",
            "words",
            "generators",
            "node",
            "proof",
            "\x00",
            "clé",
        ):
            body = real(name)
            if extra not in at(body, path):
                at(body, path)[extra] = []
                refused(body)
        for key in at(real(name), path).keys() - {"hash"}:
            body = real(name)
            del at(body, path)[key]
            refused(body)


@pytest.mark.parametrize("name", ALL)
def test_kinds_exchanged(name):
    """The upper bound of every other certificate, and every other word for it."""
    for other in SMALL:
        judge(fitted(real(name) | {"upper": real(other)["upper"]}))
        judge(real(name) | {"lower": real(other)["lower"]})
        judge(fitted(real(name) | {"lower": real(other)["lower"]}))
    for kind in (
        "balance-laws",
        "polynomial-laws",
        "single-generator",
        "split",
        "closing-algebra",
        "bracket-words",
        "trust",
        "",
        "Balance-laws",
        "balance-laws ",
        "balance_laws",
        None,
        0,
        [],
        ["balance-laws"],
        {},
        True,
    ):
        body = real(name)
        if kind != body["upper"]["kind"]:
            refused(body | {"upper": body["upper"] | {"kind": kind}})
        if kind != "bracket-words":
            refused(body | {"lower": body["lower"] | {"kind": kind}})
    judge(real(name) | {"upper": SINGLE})


# -----------------------------------------------------------------------------------------------
# other systems


def systems_like(system):
    """The system with activations, biases, dims or sizes changed."""
    if system["type"] == "product":
        return [
            {"type": "product", "size": n}
            for n in (1, 5, 7, 10**6, 10**18, 0, -6, True, None, "6", [6])
        ]
    if system["type"] == "polynomials":
        phi, names = system["phi"], system["variables"]
        one = [[1, [[0, 1]]]]
        return [
            system | change
            for change in (
                {"phi": phi[:-1]},
                {"phi": phi[::-1]},
                {"phi": phi + phi},
                {"phi": phi + [one]},
                {"phi": [one] + phi},
                {"phi": [p[:1] for p in phi]},
                {"phi": [p[1:] for p in phi]},
                {"phi": []},
                {"phi": None},
                {"phi": [[[-c, m] for c, m in p] for p in phi]},
                {"phi": [[[c + 1, m] for c, m in p] for p in phi]},
                {"phi": [[[c, [[v, e + 1] for v, e in m]] for c, m in p] for p in phi]},
                {"phi": [p + [[1, []]] for p in phi]},
                {"phi": [[[1, []]] + p for p in phi]},
                {"phi": phi + [[[3, []]]]},
                {"phi": phi + [[]]},
                {"variables": names[::-1]},
                {"variables": names[:-1]},
                {"variables": names + ["new"]},
                {"variables": names[:-1] + names[:1]},
                {"variables": names[:-1] + [""]},
                {"variables": names[:-1] + ["é"]},
                {"variables": names[:-1] + [1]},
                {"variables": [n + "\n" for n in names]},
                {"variables": len(names)},
            )
        ]
    if system["type"] == "fields":
        fields, names = system["fields"], system["variables"]
        one = [[0, [[1, []]]]]
        return [
            system | change
            for change in (
                {"fields": fields[:-1]},
                {"fields": fields[::-1]},
                {"fields": fields + fields},
                {"fields": fields + [one]},
                {"fields": [one] + fields},
                {"fields": [x[:1] for x in fields]},
                {"fields": [x[1:] for x in fields]},
                {"fields": []},
                {"fields": None},
                {"fields": fields + [[]]},
                {"fields": fields + [[[0, []]]]},
                {"fields": [x[::-1] for x in fields]},
                {"fields": [[[v, [[-c, m] for c, m in p]] for v, p in x] for x in fields]},
                {"fields": [[[v, [[c + 1, m] for c, m in p]] for v, p in x] for x in fields]},
                {"fields": [[[v + 1, p] for v, p in x] for x in fields]},
                {"fields": [[[v, p] for v, p in x] + x for x in fields]},
                {"fields": [[[-1, p] for _, p in x] for x in fields]},
                {"fields": [[[True, p] for _, p in x] for x in fields]},
                {"fields": [[p for _, p in x] for x in fields]},
                {"fields": [{str(v): p for v, p in x} for x in fields]},
                {"phi": fields},
                {"type": "polynomials"},
                {"variables": names[::-1]},
                {"variables": names[:-1]},
                {"variables": names + ["new"]},
                {"variables": names[:-1] + names[:1]},
                {"variables": []},
            )
        ]
    if system["type"] == "dag":
        return list(dags_like(system))
    dims, activations = system["dims"], system["activations"]
    orders = itertools.islice(dict.fromkeys(itertools.permutations(dims)), 24)
    changes = [{"dims": list(order)} for order in orders]
    changes += [
        {
            "dims": [n * m for n, m in itertools.pairwise(dims)] + [1],
            "activations": activations + ["linear"],
        },
        {"dims": dims + [1], "activations": activations + ["linear"]},
        {"dims": [1] + dims},
        {"dims": dims[:-1]},
        {"dims": []},
        {"dims": [sum(dims)]},
        {"dims": [float(n) if n > 1 else True for n in dims]},
        {"dims": [-n for n in dims]},
        {"dims": [0] + dims[1:]},
        {"dims": dims[0]},
        {"dims": None},
    ]
    for kinds in itertools.islice(
        itertools.product(("linear", "relu", "leaky_relu", "abs"), repeat=len(activations)), 27
    ):
        changes += [
            {"activations": list(kinds), "bias": bias} for bias in ("none", "hidden", "all")
        ]
    changes += [
        {"activations": "linear"},
        {"activations": None},
        {"activations": ["tanh"] * len(activations)},
        {"activations": [[a] for a in activations]},
        {"bias": True},
        {"bias": None},
        {"bias": "output"},
        {"type": "MLP"},
        {"type": ["mlp"]},
        {"type": None},
        {"bias": ["all"]},
    ]
    return [system | change for change in changes if system | change != system]


def dags_like(system):
    """The DAG with a node, an output, an edge or a weight changed, left out or added, one at a
    time.
    """
    for v, kind in enumerate(system["nodes"]):
        for other in (
            "input",
            "constant",
            "linear",
            "relu",
            "leaky_relu",
            "abs",
            "tanh",
            "",
            None,
            [kind],
        ):
            if other != kind:
                yield system | {"nodes": [*system["nodes"][:v], other, *system["nodes"][v + 1 :]]}
    yield system | {"nodes": system["nodes"][:-1]}
    yield system | {"nodes": [*system["nodes"], "linear"]}
    yield system | {"nodes": ["input", *system["nodes"]]}
    inner = [v for v, kind in enumerate(system["nodes"]) if kind not in ("input", "constant")]
    for outputs in [
        *([v] for v in range(len(system["nodes"]))),
        inner,
        [],
        system["outputs"] * 2,
        [-1],
        [99],
        [True],
        None,
        [None],
        system["outputs"][::-1] + [0],
        [*inner, inner[0]],
    ]:
        if outputs != system["outputs"]:
            yield system | {"outputs": outputs}
    for key in ("edges", "frozen"):
        rows = system[key]
        for k, (tail, head, last) in enumerate(rows):
            yield system | {key: rows[:k] + rows[k + 1 :]}
            yield system | {key: rows[: k + 1] + rows[k:]}
            for row in (
                [tail, head, last + 1],
                [tail, head, -last],
                [tail, head, 0],
                [head, tail, last],
                [tail, tail, last],
                [tail, head],
                [tail, head, last, 1],
                [tail, head, True],
                [tail, head, None],
                None,
                [-1, head, last],
                [tail, 99, last],
                [tail, head, 2**62],
                [max(tail - 1, 0), head, last],
                {},
            ):
                if row != rows[k]:
                    yield system | {key: [*rows[:k], row, *rows[k + 1 :]]}
        yield system | {key: rows[::-1] if len(rows) > 1 else None}
        yield system | {key: {}}
    for tail, head, _ in system["edges"]:  # weights frozen, and frozen edges beside others
        moved = sorted([*system["frozen"], [tail, head, 1]], key=lambda row: (row[1], row[0]))
        yield system | {"frozen": moved}
        rest = [row for row in system["edges"] if row[:2] != [tail, head]]
        numbers = {p: k for k, p in enumerate(sorted({row[2] for row in rest}))}
        yield system | {"frozen": moved, "edges": [[t, h, numbers[p]] for t, h, p in rest]}
    for a, b in itertools.combinations(range(len(system["edges"])), 2):  # parameters tied
        tied = [
            [t, h, system["edges"][a][2] if k == b else p]
            for k, (t, h, p) in enumerate(system["edges"])
        ]
        numbers = {p: k for k, p in enumerate(sorted({row[2] for row in tied}))}
        yield system | {"edges": [[t, h, numbers[p]] for t, h, p in tied]}


def adapted(body):
    """The certificate of an altered system with counts that fit: claim, points, sources, gates
    and outputs.
    """
    body = copy.deepcopy(body)
    system = body["system"]
    try:
        if system["type"] in EXPLICIT:
            size = len(system["variables"])
        else:
            assert sum(system.get("dims", [0])) < 100 and system.get("size", 0) < 100
            size, _, sources, outputs, gated = numbered(system)
        kind = oracle.kind(system)
    except (TypeError, KeyError, AttributeError, AssertionError, ValueError, IndexError):
        return None

    def resize(values, length):
        return (values + [3 + k for k in range(length)])[:length]

    def points(proof):
        if "point" in proof:
            proof["point"] = resize(proof["point"], size)
        for inner in ("before", "after"):
            if inner in proof:
                points(proof[inner])

    points(body["lower"])
    points(body["upper"])
    if "generators" in body["lower"] and system["type"] not in EXPLICIT:
        for g in body["lower"]["generators"]:
            g["source"], g["gate"] = (
                resize(g["source"], len(sources)),
                resize(g["gate"], len(gated)),
            )
            g["out"] = resize(g["out"], len(outputs))
    rank = len(body["lower"]["words"])
    body["claim"] = {"object": kind, "parameters": size, "laws": size - rank}
    return body


@pytest.mark.parametrize("name", [*SMALL, "mlp 3-3-4-4 --activations linear,relu --bias all"])
def test_other_systems(name):
    accepted = 0
    for system in systems_like(real(name)["system"]):
        body = real(name) | {"system": system}
        judge(body)
        forged = adapted(body)
        if forged is None or forged["claim"]["laws"] < 0:
            refused(body)
            continue
        accepted += judge(forged)
        judge(with_rank(forged, len(forged["lower"]["words"]) - 1))
        if system["type"] not in EXPLICIT:
            worth(system, forged["upper"])
    if real(name)["system"].get("activations", ["linear"]) != ["linear"] * len(
        real(name)["system"].get("activations", [1])
    ):
        assert accepted  # at least the slopes of leaky ReLU do not matter


@pytest.mark.parametrize("name", SMALL)
def test_systems_of_the_same_size(name, fresh_seed):
    """The whole certificate transplanted to other systems with as many parameters."""
    size, draw = real(name)["claim"]["parameters"], random.Random(fresh_seed)
    others = [{"type": "product", "size": size}]
    widths = range(1, 5) if size <= 12 else range(1, 7)
    for length in (2, 3, 4, 5):
        for dims in itertools.product(widths, repeat=length):
            for layers, bias in ((0, "none"), (length - 2, "hidden"), (length - 1, "all")):
                if (
                    sum(n * m for n, m in itertools.pairwise(dims)) + sum(dims[1 : layers + 1])
                    == size
                ):
                    kinds = [draw.choice(["linear", "linear", "relu"]) for _ in dims[2:]]
                    others.append(
                        {"type": "mlp", "dims": list(dims), "activations": kinds, "bias": bias}
                    )
    own = real(name)["system"]
    for system in draw.sample(others, min(len(others), 40)):
        if system != own and (system["type"] == "product" or size <= oracle.LARGEST):
            forged = adapted(real(name) | {"system": system})
            if forged and own["type"] not in EXPLICIT:
                judge(forged)
                judge(real(name) | {"system": system})


def test_proofs_of_a_system_that_is_almost_the_same():
    """Every proof in real certificates, for every layered system of the same number of
    parameters: no bound too small.
    """
    proofs = [real(name)["upper"] for name in SMALL] + [SINGLE]
    for dims, activation, bias in itertools.product(
        ([2, 2, 2], [1, 2, 2, 1], [2, 1, 2, 2, 1, 2], [1, 2, 2, 1, 2], [2, 3, 1], [8, 1]),
        ("linear", "relu"),
        ("none", "all"),
    ):
        system = {
            "type": "mlp",
            "dims": dims,
            "activations": [activation] * (len(dims) - 2),
            "bias": bias,
        }
        size = numbered(system)[0]
        for proof in [*proofs, empty_proof(size)]:
            judge(
                {
                    "format": "pyconslaw-certificate",
                    "version": 1,
                    "system": system,
                    "upper": proof,
                    "claim": {"object": oracle.kind(system), "parameters": size, "laws": size},
                    "lower": {
                        "kind": "bracket-words",
                        "prime": 3,
                        "point": [0] * size,
                        "words": [],
                        "pivots": [],
                        "generators": [],
                    },
                }
            )


def test_slopes_and_other_primes_are_true():
    """Forgeries that are no lie are accepted, so the others are refused for a reason."""
    body = real("relu 2-3-1 --bias")
    body["system"]["activations"] = ["leaky_relu"]
    assert judge(body)
    body["lower"]["prime"] = body["upper"]["prime"] = 2**61 - 1
    assert judge(body)
    assert reason_of(sealed(body)) is None
