"""Upper bounds altered, with a right hash: refused unless still true."""

import copy
import itertools
import random

import pytest
from amounts import amount

from . import oracle
from .forge import NO_GRAPH, SINGLE, SMALL, judge, real, refused, truth, with_rank
from .prover import (
    attack,
    empty_proof,
    entries,
    laws_proof,
    listed,
    numbered,
    plain,
    upper_body,
    worth,
)

WITH_LAWS = [name for name in SMALL if real(name)["upper"].get("laws") and real(name)["upper"]["kind"] != "closed-forms"]
GRAPHS = [name for name in SMALL if name not in NO_GRAPH]
SPLIT = ["linear 1-2-2-1-2", "linear 2-1-2-2-1-2", "dag, split"]


def mlp(dims, activations="linear", bias="none"):
    names = [activations] * (len(dims) - 2) if isinstance(activations, str) else activations
    return {"type": "mlp", "dims": dims, "activations": names, "bias": bias}


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


def combined(*weighted):
    """A linear combination of listed polynomials."""
    total = {}
    for c, p in weighted:
        for d, m in p:
            m = tuple(map(tuple, m))
            total[m] = total.get(m, 0) + c * d
    return listed(total)


def multiplied(p, q):
    total = {}
    for c, m in p:
        for d, n in q:
            product = oracle.times(tuple(map(tuple, m)), tuple(map(tuple, n)))
            total[product] = total.get(product, 0) + c * d
    return listed(total)


def unbelieved(system, upper):
    """The reason why an upper bound is refused, which it must be."""
    reason = refused(upper_body(system, upper))
    assert "do not meet" not in reason, upper
    return reason


def free(body, proof):
    return [k for k in range(body["claim"]["parameters"]) if k not in proof["pivots"]]


# ------------------------------------------------------------------------------------------------- lists of laws

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
    """Combinations of laws are laws, but no new ones: whatever pivot is named, they do not count."""
    draw = random.Random(fresh_seed)
    for part, (body, proof) in enumerate(proofs(name)):
        listed_laws, pivots = proof["laws"], free(body, proof)
        for k, law in enumerate(listed_laws):
            p, other = polynomial_of(law), polynomial_of(draw.choice(listed_laws))
            more = [p, combined((2, p)), combined((-1, p)), combined((1, p), (1, other)), combined((1, p), (-1, other)),
                    combined((10**18, p)), multiplied(p, p), multiplied(p, other), combined((1, p), (1, [[7, []]])), []]
            for polynomial in more:
                forged = real(name)
                proof = list(proofs_of_laws(forged))[part]
                proof["laws"].insert(draw.randint(0, len(listed_laws)), with_polynomial(law, polynomial))
                proof["pivots"].append(draw.choice(pivots))
                unbelieved(forged["system"], forged["upper"])
                forged = real(name)
                list(proofs_of_laws(forged))[part]["laws"][k] = with_polynomial(law, polynomial)
                worth(forged["system"], forged["upper"])


def test_laws_replaced_by_true_ones():
    """In a proof by polynomial laws a law may be scaled, squared, moved by a constant or by another law."""
    body = real("polynomial laws")
    p, value = body["upper"]["laws"][0], []
    for polynomial in (combined((-3, p)), combined((1, [[5, []]]), (1, p)), multiplied(p, p)):
        body["upper"]["laws"] = [polynomial]
        value.append(judge(body))
    assert value == [True] * 3
    for false in (combined((1, p), (1, [[1, [[0, 2]]]])), [[1, [[0, 1]]]], p[:-1], p[1:], [[c + 1, m] for c, m in p],
                  [[c, [[v, e + 1] for v, e in m]] for c, m in p], [[1, []]], []):
        body["upper"]["laws"] = [false]
        refused(body)


@pytest.mark.parametrize("name", ["linear 2-2-2", "linear 3-3-3", "relu 2-3-1 --bias", "dag, idle", "dag, pairs",
                                  "mlp 2-2-2-1 --activations linear,leaky_relu"])
def test_the_same_laws_as_polynomials(name):
    """The laws of neurons proved by expansion instead: true, and accepted. A false one among them: refused."""
    body = real(name)
    proof = body["upper"]
    body["upper"] = proof | {"kind": "polynomial-laws", "laws": [law["polynomial"] for law in proof["laws"]]}
    assert judge(body)
    for k, law in enumerate(proof["laws"]):
        for wrong in (combined((1, law["polynomial"]), (1, [[1, [[0, 2]]]])), law["polynomial"][:-1]):
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
            return with_polynomial(law, [*polynomial[:t], term, *polynomial[t + 1:]])
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
            for pair in ([v, e + 1], [v, 0], [v, -e], [v, True], [v, 2**62], [v, 10**9], [v], [v, e, 0], [size, e], [-1, e],
                         [True, e], [v + 1 if v + 1 < size else 0, e], [None, e], [str(v), e], v, [10**30, e]):
                yield put([c, [*factors[:f], pair, *factors[f + 1:]]])
    yield with_polynomial(law, polynomial[::-1] if len(polynomial) > 1 else None)
    yield with_polynomial(law, polynomial + polynomial[-1:])
    yield with_polynomial(law, polynomial[:-1])
    yield with_polynomial(law, {})
    yield with_polynomial(law, None)
    yield with_polynomial(law, polynomial[0])
    if isinstance(law, dict):
        key = next(key for key in law if key != "polynomial")
        for other in {"neurons", "potential", "idle", "law", "Neurons"} - {key}:
            yield {other: law[key], "polynomial": polynomial}
            yield law | {other: law[key]}
        for value in (None, [], {}, 0, -1, 10**30, True, [0], [[0]], [[0, 1]], [0, 0], [-1, -1], [10**9, 10**9], [2, True],
                      [2, 2, 2], ["2", "2"], "2", [[2, 1], [2, 1]], [[2, 0]], [[2, 2**62]], [[-1, 1]], [[10**9, 1]]):
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
        others += [pivots[:-1] + [bad] for bad in (size, -1, None, True, "0", 10**30, [0])] if pivots else []
        others += [[*pivots[:-2], pivots[0], pivots[0]]] if len(pivots) > 1 else []
        others += [pivots + [0], pivots[1:] if pivots else [0], None, {}, 0]
        for forged_pivots in others:
            forged = real(name)
            list(proofs_of_laws(forged))[part]["pivots"] = forged_pivots
            if forged_pivots == pivots[::-1]:
                judge(forged)
            else:
                unbelieved(forged["system"], forged["upper"])


# ----------------------------------------------------------------------------------------- laws that are none

@pytest.mark.parametrize("name", GRAPHS)
def test_laws_of_other_neurons(name):
    """Every pair of nodes, potential and parameter of the graph with its own polynomial, beside the real laws:
    off-diagonal balances of gated layers, sources, outputs, neurons of other layers.
    """
    system = real(name)["system"]
    size = truth(system)[0]
    base = [law for law in real(name)["upper"].get("laws", [])]
    true = [law for law in base if isinstance(law, dict)]
    for law in entries(system, random.Random(1)):
        alone = worth(system, laws_proof([law], size))
        assert alone is None or oracle.is_law(system, law["polynomial"]), law
        both = laws_proof(true + [law], size)
        assert (worth(system, both) is None) == (alone is None and law in both["laws"])
        pivot = next((k for k in range(size) if k not in both["pivots"]), None)
        if law not in both["laws"] and pivot is not None:
            unbelieved(system, both | {"laws": both["laws"] + [law], "pivots": both["pivots"] + [pivot]})


@pytest.mark.parametrize("dims, activations, refused_pairs", [
    ([2, 2, 2], "relu", [(2, 3)]), ([2, 2, 2], "leaky_relu", [(2, 3)]), ([2, 2, 2, 2], ["linear", "relu"], [(4, 5), (2, 4), (3, 5)]),
    ([2, 2, 2, 2], ["relu", "linear"], [(2, 3), (2, 4)]), ([2, 2, 2], "linear", [(0, 0), (0, 1), (4, 4), (4, 5), (0, 2), (2, 4)])])
def test_pairs_that_are_not_balanced(dims, activations, refused_pairs):
    system = mlp(dims, activations)
    size = numbered(system)[0]
    laws = {tuple(law["neurons"]): law for law in entries(system, random.Random(1)) if "neurons" in law}
    for pair in refused_pairs:
        law = laws.get(pair, {"neurons": list(pair), "polynomial": []})
        reason = refused(upper_body(system, {"kind": "balance-laws", "laws": [law], "prime": 3, "point": [1] * size, "pivots": [0]}))
        assert "laws[0]" in reason and "pivot" not in reason


def test_laws_of_another_part():
    """In a part only the laws of the part count, not those of the other part or of the node between."""
    for name in SPLIT:
        system = real(name)["system"]
        size = numbered(system)[0]
        node = real(name)["upper"]["node"]
        trivial = empty_proof(size)
        for law in entries(system, random.Random(2))[::2]:
            for side in ("before", "after"):
                split = {"kind": "split", "node": node, "before": trivial, "after": trivial}
                inside = worth(system, split | {side: laws_proof([law], size)})
                if law.get("neurons") == [node, node] or law.get("potential") == [[node, 1]]:
                    assert inside is None, law
                as_polynomial = worth(system, split | {side: laws_proof([law["polynomial"]], size, "polynomial-laws")})
                parameters = {v for _, m in law["polynomial"] for v, _ in m}
                other = {v for _, h, v, _ in numbered(system)[1] if (h <= node) != (side == "before")}
                if parameters & other and name != "dag, split":
                    assert inside is None and as_polynomial is None, law


# ---------------------------------------------------------------------------------------------- one generator

@pytest.mark.parametrize("name", SMALL)
def test_single_generator(name):
    system = real(name)["system"]
    size, laws = truth(system)
    body = upper_body(system, SINGLE)
    assert laws == size - 1 or "generator" in refused(body)
    judge(body)


@pytest.mark.parametrize("system", [
    mlp([1, 3, 3, 2]), mlp([2, 3, 3, 1]), mlp([1, 2, 1], "relu"), mlp([1, 1, 1, 1], ["linear", "relu"]), mlp([1, 2, 1], "linear", "all"),
    mlp([1, 1, 1], "linear", "hidden"), mlp([1, 1], [], "all"),
    {"type": "dag", "nodes": ["input", "constant", "linear"], "outputs": [2], "edges": [[0, 2, 0]], "frozen": [[1, 2, 1]]},
    {"type": "dag", "nodes": ["input", "linear", "linear"], "outputs": [1, 2], "edges": [[0, 1, 0], [1, 2, 0]], "frozen": []},
    {"type": "dag", "nodes": ["input", "linear", "relu"], "outputs": [2], "edges": [[0, 1, 0], [1, 2, 0]], "frozen": []},
    {"type": "polynomials", "variables": ["a"], "phi": [[[1, [[0, 1]]]], [[2, [[0, 1]]]]]}], ids=str)
def test_more_than_one_generator(system):
    assert "generator" in refused(upper_body(system, SINGLE))


@pytest.mark.parametrize("system", [
    mlp([1, 3, 3, 1]), mlp([1, 1]), mlp([1, 1], [], "hidden"), {"type": "product", "size": 1},
    {"type": "dag", "nodes": ["input", "constant", "linear", "relu"], "outputs": [2], "edges": [[0, 2, 0], [2, 3, 0]], "frozen": [[1, 3, 1]]}])
def test_one_generator(system):
    assert worth(system, SINGLE) == 1


# --------------------------------------------------------------------------------------------------- splits

@pytest.mark.parametrize("name", SPLIT)
def test_split_nodes(name):
    for node in [*range(-3, 14), 10**9, 2**62, 10**30, True, False, None, "3", [5], {}]:
        body = real(name)
        if node != body["upper"]["node"] or type(node) is not int:
            body["upper"]["node"] = node
            judge(body)
            if type(node) is not int or not 0 < node < 12:
                refused(body)
        for side in ("before", "after"):
            body = real(name)
            if body["upper"][side]["kind"] == "split":
                body["upper"][side]["node"] = node
                judge(body)
            body = real(name)
            trivial = empty_proof(body["claim"]["parameters"])
            body["upper"][side] = {"kind": "split", "node": node, "before": SINGLE, "after": trivial}
            judge(body)
            body["upper"][side] = {"kind": "split", "node": node, "before": trivial, "after": trivial}
            judge(body)


@pytest.mark.parametrize("name", SPLIT)
def test_split_parts(name):
    upper, size = real(name)["upper"], real(name)["claim"]["parameters"]
    pool = [upper, upper["before"], upper["after"], SINGLE, empty_proof(size), *(real(other)["upper"] for other in SMALL)]
    for before, after in itertools.product(pool, pool):
        judge(real(name) | {"upper": upper | {"before": before, "after": after}})
    refused(real(name) | {"upper": upper["before"]})
    refused(real(name) | {"upper": upper["after"]})
    for bad in (None, [], {}, 0, "", [upper["before"]]):
        refused(real(name) | {"upper": upper | {"before": bad}})
        refused(real(name) | {"upper": upper | {"after": bad}})


@pytest.mark.parametrize("name", [name for name in SMALL if name not in SPLIT])
def test_split_of_what_does_not_split(name):
    size, upper = real(name)["claim"]["parameters"], real(name)["upper"]
    for node in range(12):
        for before, after in itertools.product((SINGLE, empty_proof(size), upper), repeat=2):
            judge(real(name) | {"upper": {"kind": "split", "node": node, "before": before, "after": after}})


def test_splits_at_gates():
    """At a ReLU neuron of width one, and at one of a wider layer, the bound is valid; with a skip past it there is no split."""
    trivial = {size: empty_proof(size) for size in (2, 3, 4, 8)}

    def split(system, node):
        t = trivial[numbered(system)[0]]
        return worth(system, {"kind": "split", "node": node, "before": t, "after": t})

    assert split(mlp([2, 1, 2], "relu"), 2) == 3
    assert split(mlp([2, 2, 2], "relu"), 2) == split(mlp([2, 2, 2]), 3) == 7
    assert split(mlp([1, 1, 1, 1], "relu"), 1) == split(mlp([1, 1, 1, 1], "relu"), 2) == 2
    for node in (0, 1, 4, 5, 6, -1):
        assert split(mlp([2, 2, 2], "relu"), node) is None
    skip = {"type": "dag", "nodes": ["input", "linear", "linear", "linear"], "outputs": [3],
            "edges": [[0, 1, 0], [1, 2, 1], [1, 3, 2]], "frozen": [[2, 3, 1]]}
    assert split(skip, 1) == 2 and split(skip, 2) is None


def cancelling(frozen=-1):
    """Nothing comes through node 3 when the frozen weights cancel: its parameters are laws, its balance is none."""
    return {"type": "dag", "nodes": ["input", "linear", "linear", "linear", "linear", "linear"], "outputs": [5],
            "edges": [[0, 1, 0], [3, 4, 1], [0, 5, 3], [4, 5, 2]], "frozen": [[1, 2, 1], [1, 3, frozen], [2, 3, 1]]}


def test_splits_where_weights_cancel():
    system = cancelling()
    assert oracle.truth(system) == (4, 3)
    lines = laws_proof([[[1, [[0, 1]]]], [[1, [[1, 1]]]]], 4, "polynomial-laws")
    for before in (lines, laws_proof([[[1, [[0, 1]]]]], 4, "polynomial-laws"), SINGLE, empty_proof(4)):
        for after in (empty_proof(4), SINGLE, laws_proof([[[1, [[2, 1]]]]], 4, "polynomial-laws")):
            judge(upper_body(system, {"kind": "split", "node": 4, "before": before, "after": after}))
    # before node 4: parameters 0 and 1 are both laws, so the bound before is 0, and the balance of 4 must not count
    body = upper_body(system, {"kind": "split", "node": 4, "before": lines, "after": empty_proof(4)})
    assert "bound is 0" in refused(body)


# ---------------------------------------------------------------------------- every proof a forger can think of

ATTACKED = [
    mlp([2, 2, 1], "linear", "all"), mlp([1, 2, 1, 1]), mlp([1, 1, 1, 2], ["relu", "linear"], "hidden"),
    mlp([2, 1, 2], "relu", "all"), mlp([1, 2, 2, 1]), mlp([1, 1, 1, 1, 1], ["linear", "relu", "linear"]), {"type": "product", "size": 5},
    cancelling(), cancelling(2), mlp([2, 1, 1, 2]),
]


@pytest.mark.parametrize("system", ATTACKED, ids=str)
def test_attack(system, fresh_seed):
    """Proofs of all kinds, nested in splits, kept when the checker believes them: none is worth less than the truth."""
    size, laws = oracle.truth(system)
    _, value = attack(system, fresh_seed, depth=1, share=.25)
    assert value >= size - laws


@pytest.mark.parametrize("name", ["dag, idle", "dag, potentials"])
def test_attack_reaches_the_truth(name):
    size, laws = truth(real(name)["system"])
    assert attack(real(name)["system"], depth=0)[1] == size - laws


def random_dag(draw):
    """A small DAG with what may go wrong: ties, frozen weights that cancel, dead ends, outputs with edges out."""
    count = draw.randint(3, 7)
    first = draw.randint(1, 2)
    nodes = [draw.choice(["input", "constant"]) if k < first or (k < count - 1 and draw.random() < .1)
             else draw.choice(["linear", "linear", "relu", "leaky_relu"]) for k in range(count)]
    nodes[-1] = draw.choice(["linear", "linear", "relu"])
    inner = [v for v in range(count) if nodes[v] not in ("input", "constant")]
    outputs = sorted({count - 1} | {v for v in inner if draw.random() < .15})
    dense, freeze, tie = draw.choice([.4, .6, .9]), draw.choice([0, 0, .2, .4]), draw.choice([0, 0, .2, .5])
    edges, frozen, size = [], [], 0
    for head in inner:
        for tail in range(head):
            if draw.random() < dense:
                if draw.random() < freeze:
                    frozen.append([tail, head, draw.choice([1, 1, -1, 2, -3])])
                elif size and draw.random() < tie:
                    edges.append([tail, head, draw.randrange(size)])
                else:
                    edges.append([tail, head, size])
                    size += 1
    return {"type": "dag", "nodes": nodes, "outputs": outputs, "edges": edges, "frozen": frozen} if 0 < size < 12 else None


def attack_dags(seed, count, depth, share=1.0):
    draw, met = random.Random(seed), 0
    for _ in range(count):
        system = None
        while system is None:
            system = random_dag(draw)
        size, laws = truth(system)
        met += attack(system, seed, depth, share)[1] == size - laws
    return met


def test_attack_dags(fresh_seed):
    attack_dags(fresh_seed, 12, 1, .3)


@pytest.mark.long
@pytest.mark.parametrize("depth, count", [(1, 1500), (2, 300)])
def test_attack_many_dags(depth, count, fresh_seed):
    count = amount(count)
    assert attack_dags(fresh_seed, count, depth) > count / 2


@pytest.mark.long
def test_attack_layers():
    """Every layered network with at most 8 parameters."""
    count = 0
    for length in (2, 3, 4, 5):
        for dims in itertools.product((1, 2, 3), repeat=length):
            for kinds in itertools.product(("linear", "relu"), repeat=length - 2):
                for bias in ("none", "hidden", "all"):
                    system = mlp(list(dims), list(kinds), bias)
                    if numbered(system)[0] <= 8:
                        attack(system, depth=1)
                        count += 1
    assert count > 300


# ------------------------------------------------------------------------------------------- closing algebras

def closing(**changes):
    body = real("closing algebra")
    return body | {"upper": body["upper"] | changes}


UPPER = real("closing algebra")["upper"]
K = len(UPPER["basis"])


def without(k):
    """The proof without one element of the basis."""
    def short(row):
        return row[:k] + row[k + 1:]
    return closing(basis=short(UPPER["basis"]), generators=[short(row) for row in UPPER["generators"]],
                   products=[[short(row) for row in short(rows)] for rows in UPPER["products"]])


def test_bases_that_are_too_small():
    for k in range(K):
        body = without(k)
        refused(body)
        judge(with_rank(body, K - 1))
        judge(closing(basis=UPPER["basis"][:k] + UPPER["basis"][k + 1:]))
        judge(with_rank(closing(basis=UPPER["basis"][:k], generators=[row[:k] for row in UPPER["generators"]],
                                products=[[row[:k] for row in rows[:k]] for rows in UPPER["products"]]), k))
        doubled = copy.deepcopy(UPPER["basis"])
        doubled[k] = doubled[k - 1]
        refused(closing(basis=doubled))
        zero = copy.deepcopy(UPPER["basis"])
        zero[k] = [[]] * 6
        refused(closing(basis=zero))
    refused(with_rank(closing(basis=[], generators=[[]] * 3, products=[[]] * 3), 0))
    refused(with_rank(closing(basis=[], generators=[], products=[]), 0))


def test_bases_that_are_true():
    """Scaled, permuted and enlarged bases are no lies; an enlarged one proves less."""
    scaled = copy.deepcopy(UPPER)
    for field in scaled["basis"]:
        for p in field:
            for term in p:
                term[0] *= 6
    for row in itertools.chain(scaled["generators"], *scaled["products"]):
        for c in row:
            c[1] *= 6
    for j, rows in enumerate(scaled["products"]):
        scaled["products"][j] = [[[6 * n, d] for n, d in row] for row in rows]
    assert judge(closing(**scaled))
    assert judge(closing(generators=[[[-2 * -n, 2 * d] for n, d in row] for row in UPPER["generators"]]))
    order = list(range(K))[::-1]
    turned = closing(basis=UPPER["basis"][::-1], generators=[[row[k] for k in order] for row in UPPER["generators"]],
                     products=[[[rows[j][k] for k in order] for j in order] for rows in UPPER["products"]])
    assert judge(turned)
    zero = [[0, 1]] * (K + 1)
    larger = closing(basis=UPPER["basis"] + [[[]] * 6], generators=[row + [[5, 3]] for row in UPPER["generators"]],
                     products=[[row + [[-9, 1]] for row in rows] + [zero] for rows in UPPER["products"]])
    assert f"at least {K} and at most {K + 1}" in refused(larger)


def test_coefficients():
    for i, row in enumerate(UPPER["generators"]):
        for k, c in enumerate(row):
            for bad in ([c[0] + 1, c[1]], [c[0], 0], [c[0], -1], [-c[0] or 3, c[1]], [c[0], 2 * c[1]] if c[0] else [1, 1], [c[0]],
                        [c[0], 1, 1], c[0], None, [True, 1], [c[0], True], [str(c[0]), 1], {}, [c[0], 10**1001], [2**62, 1]):
                rows = copy.deepcopy(UPPER["generators"])
                rows[i][k] = bad
                refused(closing(generators=rows))
    for i, j, k in itertools.product(range(3), range(K), range(K)):
        c = UPPER["products"][i][j][k]
        for bad in ([c[0] + 1, c[1]], [c[0], 0], [c[0] - 7, 3]):
            products = copy.deepcopy(UPPER["products"])
            products[i][j][k] = bad
            refused(closing(products=products))


def test_shapes_of_algebras():
    for key in ("basis", "generators", "products"):
        value = UPPER[key]
        for bad in (None, {}, 0, [], value[:-1], value + value[-1:], value[::-1], [value], [[]] * len(value), [None] * len(value),
                    [row[:-1] for row in value], [row + row[-1:] for row in value], [row[::-1] for row in value],
                    [{} for _ in value], [0 for _ in value], "".join("x" for _ in value)):
            if bad != value:
                refused(closing(**{key: bad}))
    for k, i in itertools.product(range(K), range(6)):
        for bad in ([[1, [[0, 1]]]], [[1, []]], None, [[0, [[0, 1]]]], [[1, [[6, 1]]]]):
            basis = copy.deepcopy(UPPER["basis"])
            if basis[k][i] != bad:
                basis[k][i] = bad
                refused(closing(basis=basis))


def test_algebras_of_other_systems(fresh_seed):
    """The real algebra for a system with a component more, fewer, or changed: only what lies in it is believed."""
    draw, phi = random.Random(fresh_seed), real("closing algebra")["system"]["phi"]
    for k in range(3):
        body = closing(generators=UPPER["generators"][:k] + UPPER["generators"][k + 1:],
                       products=UPPER["products"][:k] + UPPER["products"][k + 1:])
        body["system"]["phi"] = phi[:k] + phi[k + 1:]
        judge(body)
        judge(upper_body(body["system"], body["upper"]))
    for _ in range(30):
        body = real("closing algebra")
        p = draw.choice(body["system"]["phi"])
        term = draw.choice(p)
        term[0] = draw.choice([-1, 2, 5])
        judge(body)
        judge(upper_body(body["system"], body["upper"]))


def random_systems(draw):
    size = draw.randint(1, 4)
    monomials = sorted({tuple(sorted((v, draw.randint(1, 2)) for v in draw.sample(range(size), draw.randint(1, min(2, size)))))
                        for _ in range(6)})
    phi = [[[draw.choice([-2, -1, 1, 3]), [list(f) for f in m]] for m in sorted(draw.sample(monomials, draw.randint(1, min(3, len(monomials)))))]
           for _ in range(draw.randint(1, 3))]
    return {"type": "polynomials", "variables": [f"x{k}" for k in range(size)], "phi": phi}


def test_algebras_that_do_not_close(fresh_seed):
    """W itself, or W and some brackets, as the basis, with the coefficients that come closest: believed only when it closes."""
    draw, closed = random.Random(fresh_seed), 0
    for _ in range(60):
        system = random_systems(draw)
        size, count = len(system["variables"]), len(system["phi"])
        gradients = [oracle.gradient({tuple(map(tuple, m)): c for c, m in p}) for p in system["phi"]]
        basis = [[listed({m: c if c < oracle.P // 2 else c - oracle.P for m, c in g.get(v, {}).items()}) for v in range(size)] for g in gradients]
        unit = [[[int(i == k), 1] for k in range(count)] for i in range(count)]
        for guess in ([0, 1], [1, 1], [-2, 1]):
            products = [[[list(guess) if i != j else [0, 1] for _ in range(count)] for j in range(count)] for i in range(count)]
            value = worth(system, {"kind": "closing-algebra", "basis": basis, "generators": unit, "products": products})
            closed += value is not None
    assert closed                   # one component, or fields that commute


@pytest.mark.parametrize("name", NO_GRAPH)
def test_laws_of_explicit_systems(name):
    """Every polynomial of a pool beside the real laws, each believed only if it is a law."""
    system = real(name)["system"]
    size = len(system["variables"])
    pool = [p for p in plain({"type": "product", "size": size}, random.Random(3))]
    accepted = []
    for p in pool + [multiplied(a, b) for a, b in itertools.pairwise(pool)][:40]:
        if worth(system, laws_proof([p], size, "polynomial-laws")) is not None:
            assert oracle.is_law(system, p)
            accepted.append(p)
    stated = real(name)["upper"].get("laws", []) if name in WITH_LAWS else []
    worth(system, laws_proof(accepted + stated, size, "polynomial-laws"))
    assert "graph" in unbelieved(system, laws_proof([{"neurons": [0, 0], "polynomial": pool[0]}], size))
