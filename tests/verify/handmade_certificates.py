"""Certificates made by hand: a writer for tiny systems that shares nothing with the checker or
the library.

Everything is expanded: phi path by path, brackets as polynomials.
"""

import hashlib
import json
import random

from handmade_polynomials import Q, bracket, grad, unlisted, value
from handmade_systems import Net, objects


class Echelon:
    """Rows modulo Q, kept while they are independent."""

    def __init__(self):
        self.rows, self.pivots = [], []

    def insert(self, row):
        for p, known in zip(self.pivots, self.rows):
            c = row[p]
            row = [(x - c * y) % Q for x, y in zip(row, known)]
        pivot = next((k for k, x in enumerate(row) if x), None)
        if pivot is None:
            return False
        inverse = pow(row[pivot], -1, Q)
        self.rows.append([x * inverse % Q for x in row])
        self.pivots.append(pivot)
        return True


def random_point(size, rng):
    return [rng.randrange(-(10**6), 10**6) for _ in range(size)]


def lower(system, rank, rng, probes=6, longest=4):
    """Words found by brute force, shortest first; as many as there are when `rank` is None."""
    if system["type"] == "polynomials":
        size, generators = len(system["variables"]), None
        functions = [unlisted(p, size) for p in system["phi"]]
    else:
        net = Net(system)
        size = net.size

        def some(nodes):
            return [rng.randrange(-9, 10) for _ in nodes]

        probes = min(probes, 2 * len(net.components()))
        generators = [
            {"source": some(net.sources), "gate": some(net.gated), "out": some(net.outputs)}
            for _ in range(probes)
        ]
        functions = [net.probe(g) for g in generators]
    point, echelon, words = random_point(size, rng), Echelon(), []
    gradients = {(k,): grad(f, size) for k, f in enumerate(functions)}
    level = gradients
    for length in range(1, longest + 1):
        for word, vector in level.items():
            if len(words) != rank and echelon.insert([value(p, point) for p in vector]):
                words.append(list(word))
        if len(words) == rank or length == longest:
            break
        level = {
            (k, *word): bracket(gradients[(k,)], y)
            for k in range(len(functions))
            for word, y in level.items()
            if list(word) in words
        }
    proof = {
        "kind": "bracket-words",
        "prime": Q,
        "point": point,
        "words": words,
        "pivots": echelon.pivots,
    }
    return proof if generators is None else proof | {"generators": generators}


def laws(kind, size, entries, rng):
    """An upper bound by those of the laws that are independent."""
    point, echelon, kept = random_point(size, rng), Echelon(), []
    for entry in entries:
        p = unlisted(entry["polynomial"] if isinstance(entry, dict) else entry, size)
        if echelon.insert([value(d, point) for d in grad(p, size)]):
            kept.append(entry)
    return {"kind": kind, "laws": kept, "prime": Q, "point": point, "pivots": echelon.pivots}


def balance(system, rng, **part):
    net = Net(system)
    return laws(
        "balance-laws", net.size, [net.balance(i, j) for i, j in net.balanced_pairs(**part)], rng
    )


def split(node, before, after):
    return {"kind": "split", "node": node, "before": before, "after": after}


def idle(k):
    return {"idle": k, "polynomial": [[1, [[k, 1]]]]}


SINGLE = {"kind": "single-generator"}


def certificate(system, laws_claimed, upper, seed=1, rank=None):
    """The whole object; the lower bound has as many words as the claim says, unless `rank` says
    otherwise.
    """
    size = len(system["variables"]) if system["type"] == "polynomials" else Net(system).size
    rng = random.Random(seed)
    body = {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": objects(system), "parameters": size, "laws": laws_claimed},
        "lower": lower(system, size - laws_claimed if rank is None else rank, rng),
        "upper": upper(rng) if callable(upper) else upper,
    }
    return rehash(body)


def text(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def rehash(body):
    body = {key: body[key] for key in body if key != "hash"}
    return body | {"hash": hashlib.sha256(text(body).encode()).hexdigest()}


def data(body):
    return (text(body) + "\n").encode()


def copy(body):
    return json.loads(json.dumps(body))


def read_off(system, *entries):
    """An upper bound by laws: (i, j) for neurons, {node: value} for a potential, k for an idle
    parameter.
    """
    net = Net(system)

    def entry(what):
        if type(what) is tuple:
            return net.balance(*what)
        return net.potential(what) if type(what) is dict else idle(what)

    return lambda rng: laws("balance-laws", net.size, [entry(what) for what in entries], rng)


def polynomials(size, *listed):
    return lambda rng: laws("polynomial-laws", size, list(listed), rng)


def none(size):
    """No law at all."""
    return lambda rng: laws("balance-laws", size, [], rng)


def resolve(upper, rng):
    if callable(upper):
        return upper(rng)
    return {
        key: resolve(part, rng) if key in ("before", "after") else part
        for key, part in upper.items()
    }
