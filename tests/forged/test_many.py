"""Ten thousand forgeries of each kind of proof, with the right hash: refused, or true by the
oracle. The file of each kind asks a few of them every time.
"""

import copy
import json
import random
from collections import Counter

import pytest
from amounts import amount

from pyconslaw.verify.kinds import LOWER, UPPER

from .forge import (
    COUNTED,
    DECAYING,
    DIFFERENCES,
    GROWN,
    LAYERED,
    PARTS,
    RATED,
    RECIPROCALS,
    SERIES,
    SMALL,
    SYMMETRIC,
    describe,
    file_of,
    judge,
    real,
    with_rank,
)
from .oracle import LARGEST, TooLarge
from .oracle import kind as object_of
from .test_random import CHANGES, delete, duplicate, graft, nudge, replace, shuffle, swap

WANTED = amount(10_000)
# what a law of a balance-laws proof may come from
LAWS = ("neurons", "potential", "idle", "symmetry")


def proofs_within(value):
    """Every proof inside, the outermost first."""
    if isinstance(value, dict):
        if "kind" in value:
            yield value
        for part in value.values():
            yield from proofs_within(part)


def targets(body, kind):
    """The places of a certificate that make it one of that kind: proofs, or the laws of a
    balance-laws proof.
    """
    found = [proof for half in ("lower", "upper") for proof in proofs_within(body[half])]
    if kind in LAWS:
        return [
            law
            for proof in found
            for law in proof.get("laws", ())
            if isinstance(law, dict) and kind in law
        ]
    if kind in ("words of a graph", "words of polynomials"):
        graph = kind == "words of a graph"
        return [
            proof
            for proof in found
            if proof["kind"] == "bracket-words" and ("generators" in proof) == graph
        ]
    return [proof for proof in found if proof["kind"] == kind]


FORMS = [
    "words of a graph",
    "words of polynomials",
    *LAWS,
    *sorted(set(UPPER) | set(LOWER) - {"bracket-words"}),
]


def names_of(kind):
    """The real certificates of systems that the oracle can decide, with a proof of that kind."""
    counted = [name for name in COUNTED if real(name)["claim"]["parameters"] <= LARGEST]
    small = [
        *SMALL,
        *SYMMETRIC,
        *GROWN,
        *PARTS,
        *DECAYING,
        *RATED,
        *SERIES,
        *RECIPROCALS,
        *LAYERED,
        *DIFFERENCES,
        *counted,
    ]
    return [name for name in small if targets(real(name), kind)]


# ------------------------------------------------------------------------------------------------
# what forgers do


def inside(change):
    """A change of the proof itself, what its values are left to the change."""

    def forge(draw, body, kind):
        proof = draw.choice(targets(body, kind))
        change(draw, {"proof": proof} if draw.random() < 0.1 else proof)

    return forge


def renamed(draw, body, kind):
    """The proof of a kind passed off as one of another."""
    proof = draw.choice(targets(body, kind))
    if kind in LAWS:
        other = draw.choice([name for name in LAWS if name != kind])
        proof[other] = draw.choice([proof[kind], 0, [0, 0], [[1, 1]], [[1, 1, 2, -2]]])
        del proof[kind]
    else:
        proof["kind"] = draw.choice([*UPPER, *LOWER, proof["kind"].upper(), "", "proved"])


def another_system(draw, body, kind):
    """The same proofs for another system, the claim made to fit it."""
    body["system"] = real(draw.choice(list(SMALL)))["system"]
    if draw.random() < 0.7:
        body["claim"]["object"] = object_of(body["system"])


def related_system(draw, body, kind):
    """One number or word of the system changed."""
    change = draw.choice([replace, nudge, delete, duplicate, swap])
    change(draw, {key: body[key] for key in ("system",)} | {"claim": body["claim"]})
    system = body["system"]
    lists = [v for v in system.values() if isinstance(v, list) and v and isinstance(v[0], str)]
    if lists and draw.random() < 0.5:
        words = draw.choice(lists)
        words[draw.randrange(len(words))] = draw.choice(
            ["linear", "relu", "leaky_relu", "input", "constant"]
        )


def more_laws(draw, body, kind):
    """Another claim, inflated or modest, with as many words as it takes."""
    rank = len(body["lower"]["words"])
    other = max(0, rank + draw.choice([-3, -2, -1, 1, 2]))
    forged = with_rank(body, min(other, body["claim"]["parameters"]))
    body["lower"], body["claim"] = forged["lower"], forged["claim"]


def another_claim(draw, body, kind):
    """A claim alone, a few laws more or fewer."""
    body["claim"]["laws"] += draw.choice([-2, -1, 1, 2])


def stronger_upper(draw, body, kind):
    """A law, a basis element or a product more, taken from elsewhere or altered, and a claim
    that would fit.
    """
    proof = draw.choice(
        targets(body, kind) if kind not in LAWS else list(proofs_within(body["upper"]))
    )
    lists = [v for v in proof.values() if isinstance(v, list) and v]
    if lists:
        entries = draw.choice(lists)
        entries.append(copy.deepcopy(draw.choice(entries)))
        nudge(draw, {"entry": entries[-1:]} if draw.random() < 0.5 else {"entry": entries})
    more_laws(draw, body, kind)


FORGERS = [
    *map(inside, [replace, delete, duplicate, swap, nudge, nudge, shuffle, graft]),
    renamed,
    another_system,
    related_system,
    more_laws,
    another_claim,
    stronger_upper,
]


def forged(draw, kind, names):
    """A certificate with one to three forgeries, at least one about that kind."""
    name = draw.choice(names)
    while True:
        body = real(name)
        try:
            for _ in range(draw.choice([1, 1, 1, 2, 3])):
                draw.choice(FORGERS)(draw, body, kind)
            if draw.random() < 0.1:
                draw.choice(CHANGES)(draw, body)
        except (IndexError, KeyError, TypeError, ValueError, AttributeError):
            continue  # an earlier change took the place away
        if body != json.loads(file_of(name)):
            return body


def tally(kind, wanted, seed):
    """Forges until that many were refused; how many were, and how many were true after all, by
    the oracle.
    """
    draw, found, names = random.Random(f"{kind} {seed}"), Counter(), names_of(kind)
    assert names, f"no real certificate has a proof of kind {kind}"
    while found["refused"] < wanted:
        body = forged(draw, kind, names)
        try:
            found["true" if judge(body) else "refused"] += 1
        # accepted, of a system that the oracle cannot decide: nobody has asked for this one
        except TooLarge:
            raise AssertionError(f"accepted, truth unknown: {describe(body)}") from None
    return found


def show(capsys, kind, found):
    with capsys.disabled():
        print(
            f"\n  {kind}: {found['refused']} forgeries refused, {found['true']} accepted "
            "and true by the oracle"
        )


def a_few(kind, seed):
    """What the file of each kind asks: some random forgeries, refused or true."""
    assert tally(kind, 60, seed)["refused"] == 60


def shortened(kind):
    """Each list of each real proof of that kind without its last entry, one at a time."""
    for name in names_of(kind):
        for k, proof in enumerate(targets(real(name), kind)):
            for key in [key for key, value in proof.items() if isinstance(value, list) and value]:
                body = real(name)
                targets(body, kind)[k][key].pop()
                yield body


@pytest.mark.long
@pytest.mark.parametrize("kind", FORMS)
def test_ten_thousand_forgeries_of_each_kind(kind, fresh_seed, capsys):
    found = tally(kind, WANTED, fresh_seed)
    show(capsys, kind, found)
    assert found["refused"] == WANTED and found["true"] < WANTED
