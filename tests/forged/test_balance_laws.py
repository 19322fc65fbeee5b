"""Lists of laws altered, with a right hash: refused unless still true."""

import copy
import random

import pytest

from . import oracle
from .forge import NO_GRAPH, SINGLE, WITH_LAWS, judge, real, refused, with_rank
from .prover import combined, multiplied, unbelieved, worth
from .test_many import a_few


@pytest.mark.parametrize("name", NO_GRAPH)
@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        ({"kind": "balance-laws", "laws": [], "prime": 3, "point": [], "pivots": []}, "of a graph"),
        ({"kind": "potentials"}, "potentials belong to a graph"),
        ({"kind": "split", "node": 1, "before": SINGLE, "after": SINGLE}, "only a graph"),
        ({"kind": "layered-balance", "prime": 3, "types": []}, "of a layered network"),
        ({"kind": "generic-balance"}, "of a layered network"),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_proofs_for_graphs_of_what_is_none(name, proof, reason):
    body = real(name)
    body["upper"] = proof
    assert reason in refused(body)


def proofs_of_laws(body):
    """The proofs by laws in a certificate, also inside splits."""
    todo = [body["upper"]]
    while todo:
        proof = todo.pop()
        todo += [proof[key] for key in ("before", "after") if key in proof]
        if "laws" in proof:
            yield proof


def proofs(name):
    """(certificate, one proof by laws in it, to be altered), afresh for each."""
    for k in range(len(list(proofs_of_laws(real(name))))):
        body = real(name)
        yield body, list(proofs_of_laws(body))[k]


def polynomial_of(law):
    return law["polynomial"] if isinstance(law, dict) else law


def with_polynomial(law, polynomial):
    return law | {"polynomial": polynomial} if isinstance(law, dict) else polynomial


def free(body, proof):
    return [k for k in range(body["claim"]["parameters"]) if k not in proof["pivots"]]


@pytest.mark.parametrize("name", WITH_LAWS)
def test_laws_dropped(name):
    for part, (_, original) in enumerate(proofs(name)):
        for k in range(len(original["laws"])):
            for with_pivot in (True, False):
                body = real(name)
                proof = list(proofs_of_laws(body))[part]
                del proof["laws"][k]
                if with_pivot:
                    del proof["pivots"][k]
                refused(body)
                judge(with_rank(body, body["claim"]["parameters"] - body["claim"]["laws"] + 1))


@pytest.mark.parametrize("name", WITH_LAWS)
def test_laws_repeated_or_combined(name, fresh_seed):
    """Combinations of laws are laws, but no new ones: whatever pivot is named, they do not
    count.
    """
    draw = random.Random(fresh_seed)
    for part, (body, proof) in enumerate(proofs(name)):
        listed_laws, pivots = proof["laws"], free(body, proof)
        for k, law in enumerate(listed_laws):
            p, other = polynomial_of(law), polynomial_of(draw.choice(listed_laws))
            more = [
                p,
                combined((2, p)),
                combined((-1, p)),
                combined((1, p), (1, other)),
                combined((1, p), (-1, other)),
                combined((10**18, p)),
                multiplied(p, p),
                multiplied(p, other),
                combined((1, p), (1, [[7, []]])),
                [],
            ]
            for polynomial in more:
                forged = real(name)
                proof = list(proofs_of_laws(forged))[part]
                proof["laws"].insert(
                    draw.randint(0, len(listed_laws)), with_polynomial(law, polynomial)
                )
                proof["pivots"].append(draw.choice(pivots))
                unbelieved(forged["system"], forged["upper"])
                forged = real(name)
                list(proofs_of_laws(forged))[part]["laws"][k] = with_polynomial(law, polynomial)
                worth(forged["system"], forged["upper"])


def test_laws_replaced_by_true_ones():
    """In a proof by polynomial laws a law may be scaled, squared, moved by a constant or by
    another law.
    """
    body = real("polynomial laws")
    p, value = body["upper"]["laws"][0], []
    for polynomial in (combined((-3, p)), combined((1, [[5, []]]), (1, p)), multiplied(p, p)):
        body["upper"]["laws"] = [polynomial]
        value.append(judge(body))
    assert value == [True] * 3
    for false in (
        combined((1, p), (1, [[1, [[0, 2]]]])),
        [[1, [[0, 1]]]],
        p[:-1],
        p[1:],
        [[c + 1, m] for c, m in p],
        [[c, [[v, e + 1] for v, e in m]] for c, m in p],
        [[1, []]],
        [],
    ):
        body["upper"]["laws"] = [false]
        refused(body)


@pytest.mark.parametrize(
    "name",
    [
        "linear 2-2-2",
        "linear 3-3-3",
        "relu 2-3-1 --bias",
        "dag, idle",
        "dag, pairs",
        "mlp 2-2-2-1 --activations linear,leaky_relu",
    ],
)
def test_the_same_laws_as_polynomials(name):
    """The laws of neurons proved by expansion instead: true, and accepted. A false one among
    them: refused.
    """
    body = real(name)
    proof = body["upper"]
    body["upper"] = proof | {
        "kind": "polynomial-laws",
        "laws": [law["polynomial"] for law in proof["laws"]],
    }
    assert judge(body)
    for k, law in enumerate(proof["laws"]):
        for wrong in (
            combined((1, law["polynomial"]), (1, [[1, [[0, 2]]]])),
            law["polynomial"][:-1],
        ):
            forged = copy.deepcopy(body)
            forged["upper"]["laws"][k] = wrong
            if not oracle.is_law(body["system"], wrong):
                refused(forged)
            judge(forged)


@pytest.mark.parametrize("name", WITH_LAWS)
def test_laws_changed(name):
    """Every number of a law changed, and every list of it lengthened, shortened or turned round."""
    for part, (_, original) in enumerate(proofs(name)):
        for k, law in enumerate(original["laws"][:2]):
            for forged_law in changes(law, real(name)["claim"]["parameters"]):
                forged = real(name)
                list(proofs_of_laws(forged))[part]["laws"][k] = forged_law
                unbelieved(forged["system"], forged["upper"])


def changes(law, size):
    polynomial = polynomial_of(law)
    for t, (c, factors) in enumerate(polynomial[:3]):

        def put(term, t=t):
            return with_polynomial(law, [*polynomial[:t], term, *polynomial[t + 1 :]])

        for other in (c + 1, c - 1 or 7, 0, True, None, "1", [c], 10**1001, 10**40, 1 - 2**62):
            if other != c or type(other) is not int:
                yield put([other, factors])
        yield put([c])
        yield put([c, factors, 0])
        yield put([factors, c])
        yield put([c, []])
        yield put([c, factors * 2])
        yield put([c, factors[::-1] if len(factors) > 1 else factors + [[0, 1]]])
        yield put(None)
        yield put({"c": c})
        for f, (v, e) in enumerate(factors):
            for pair in (
                [v, e + 1],
                [v, 0],
                [v, -e],
                [v, True],
                [v, 2**62],
                [v, 10**9],
                [v],
                [v, e, 0],
                [size, e],
                [-1, e],
                [True, e],
                [v + 1 if v + 1 < size else 0, e],
                [None, e],
                [str(v), e],
                v,
                [10**30, e],
            ):
                yield put([c, [*factors[:f], pair, *factors[f + 1 :]]])
    yield with_polynomial(law, polynomial[::-1] if len(polynomial) > 1 else None)
    yield with_polynomial(law, polynomial + polynomial[-1:])
    yield with_polynomial(law, polynomial[:-1])
    yield with_polynomial(law, {})
    yield with_polynomial(law, None)
    yield with_polynomial(law, polynomial[0])
    if isinstance(law, dict):
        key = next(key for key in law if key != "polynomial")
        for other in {"neurons", "potential", "idle", "symmetry", "law", "Neurons"} - {key}:
            yield {other: law[key], "polynomial": polynomial}
            yield law | {other: law[key]}
        for value in (
            None,
            [],
            {},
            0,
            -1,
            10**30,
            True,
            [0],
            [[0]],
            [[0, 1]],
            [0, 0],
            [-1, -1],
            [10**9, 10**9],
            [2, True],
            [2, 2, 2],
            ["2", "2"],
            "2",
            [[2, 1], [2, 1]],
            [[2, 0]],
            [[2, 2**62]],
            [[-1, 1]],
            [[10**9, 1]],
        ):
            if value != law[key] or type(value) is not type(law[key]):
                yield law | {key: value}
        yield [law]
        yield polynomial
    else:
        yield {"polynomial": law}
        yield {"neurons": [0, 0], "polynomial": law}


@pytest.mark.parametrize("name", WITH_LAWS)
def test_pivots_of_laws(name):
    for part, (body, original) in enumerate(proofs(name)):
        pivots, size = original["pivots"], body["claim"]["parameters"]
        others = [pivots[::-1]] if pivots != pivots[::-1] else []
        others += (
            [pivots[:-1] + [bad] for bad in (size, -1, None, True, "0", 10**30, [0])]
            if pivots
            else []
        )
        others += [[*pivots[:-2], pivots[0], pivots[0]]] if len(pivots) > 1 else []
        others += [pivots + [0], pivots[1:] if pivots else [0], None, {}, 0]
        for forged_pivots in others:
            forged = real(name)
            list(proofs_of_laws(forged))[part]["pivots"] = forged_pivots
            if forged_pivots == pivots[::-1]:
                judge(forged)
            else:
                unbelieved(forged["system"], forged["upper"])


@pytest.mark.parametrize("form", ["balance-laws", "neurons", "potential", "idle", "symmetry"])
def test_random_forgeries(form, fresh_seed):
    a_few(form, fresh_seed)
