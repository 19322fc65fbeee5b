"""Series of controls that prove too much: rows that are not there, orders beyond the prime."""

import random

import pytest
from reference.control_series import rows_by_brackets

from pyconslaw.verify.kinds import lower_bound
from pyconslaw.verify.reading import Budget, Refused
from pyconslaw.verify.systems import read_system

from .forge import SERIES, SMALL, Q, fresh, judge, real, refused, truth
from .test_many import a_few

ALONE = "series, chain"  # explicit, of full rank: every further row is dependent


def packed(system):
    """The vector fields of a system of type fields, as in `reference.polynomials`."""
    return [
        {v: {sum(e << 8 * w for w, e in m): c for c, m in p} for v, p in field}
        for field in system["fields"]
    ]


def eliminated(rows, q):
    """Which rows are independent of those before them modulo q, with their pivots."""
    kept, pivots, echelon = [], [], []
    for k, row in enumerate(rows):
        row = [x % q for x in row]
        for pivot, known in echelon:
            row = [(x - row[pivot] * y) % q for x, y in zip(row, known, strict=True)]
        pivot = next((v for v, x in enumerate(row) if x), None)
        if pivot is not None:
            inverse = pow(row[pivot], -1, q)
            echelon.append((pivot, [x * inverse % q for x in row]))
            kept.append(k)
            pivots.append(pivot)
    return kept, pivots


def proof_of(system, point, controls, order, q):
    """The best proof by one control that a forger can write, with all rows that are independent."""
    size = len(system["variables"])
    exact = rows_by_brackets(packed(system), size, controls, point, order)
    names = [[i, k] for i in range(len(controls)) for k in range(order + 1)]
    kept, pivots = eliminated([exact[i][k] for i, k in names], q)
    rows = [names[k] for k in kept]
    most = max((k for _, k in rows), default=0)
    series = [{"controls": [own[:most] for own in controls], "rows": rows}] if rows else []
    return {
        "kind": "control-series",
        "prime": q,
        "point": point,
        "series": series,
        "pivots": pivots,
    }


def drawn(draw, size):
    """A system of two or three vector fields, small and often dependent."""
    fields = []
    for _ in range(draw.randrange(2, 4)):
        field = []
        for v in sorted(draw.sample(range(size), draw.randrange(1, size + 1))):
            m = sorted(draw.sample(range(size), draw.randrange(min(3, size + 1))))
            field.append([v, [[draw.choice([1, -1, 2]), [[w, draw.randrange(1, 3)] for w in m]]]])
        fields.append(field)
    return {"type": "fields", "variables": [f"x{k}" for k in range(size)], "fields": fields}


def test_no_control_and_no_prime_passes_the_truth(fresh_seed):
    """Small primes, where much vanishes by chance, special points, zero controls: not too many."""
    draw, met = random.Random(fresh_seed), 0
    for _ in range(40):
        size, q = draw.randrange(1, 5), draw.choice([3, 5, 7, 11, Q])
        system = drawn(draw, size)
        order = min(4, q - 1)
        point = [draw.choice([0, 1, -q, draw.randrange(-9, 10)]) for _ in range(size)]
        controls = [
            [draw.choice([0, q, 1, draw.randrange(-9, 10)]) for _ in range(order)]
            for _ in system["fields"]
        ]
        proof = proof_of(system, point, controls, order, q)
        rank, size_laws = len(proof["pivots"]), truth(system)
        assert rank <= size_laws[0] - size_laws[1]
        met += rank == size_laws[0] - size_laws[1]
        read = read_system(system, size)
        assert lower_bound(read, proof, rank, Budget())[0] == q
        for more in (rank - 1, rank + 1):
            with pytest.raises(Refused):
                lower_bound(read, proof, more, Budget())
    assert met > 5


@pytest.mark.parametrize("name", SERIES)
def test_one_row_too_many(name):
    """A row again, the next order, another generator: refused, whatever pivot it is given."""
    body = real(name)
    size, laws = truth(body["system"])
    generators = len(body["lower"]["series"][0]["controls"])
    for i in range(generators):
        for k in range(5):
            forged = fresh(body)
            forged["lower"]["series"][-1]["rows"].append([i, k])
            forged["claim"]["laws"] = max(0, laws - 1)
            for pivot in set(range(size)) - set(body["lower"]["pivots"]) or {0}:
                forged["lower"]["pivots"] = [*body["lower"]["pivots"], pivot]
                refused(forged)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p["series"].append({"controls": [[], []], "rows": []}), "rows: there are none"),
        (lambda p: p["series"][0].pop("rows"), "missing key 'rows'"),
        (lambda p: p["series"][0].update(terms=9), "unknown key 'terms'"),
        (lambda p: p["series"][0]["rows"][0].append(0), "expected 2 entries"),
        (lambda p: p["series"][0]["rows"][0].__setitem__(0, 2), "integer from 0 to 1"),
        (lambda p: p["series"][0]["rows"][0].__setitem__(0, -1), "integer from 0"),
        (lambda p: p["series"][0]["rows"][0].__setitem__(0, True), "integer from 0"),
        (lambda p: p["series"][0]["rows"][0].__setitem__(1, -1), "integer from 0"),
        (lambda p: p["series"][0]["rows"][0].__setitem__(1, p["prime"]), "integer from 0 to"),
        (lambda p: p["series"][0]["controls"].pop(), "expected 2 entries"),
        (lambda p: p["series"][0]["controls"].append([]), "expected 2 entries"),
        (
            lambda p: p["series"][0]["controls"][0].extend([1] * 9),
            "more coefficients than reach a row",
        ),
        (lambda p: p["series"][0]["controls"][0].__setitem__(0, 2**62), "expected an integer"),
        (lambda p: p["series"][0]["controls"][0].__setitem__(0, None), "expected an integer"),
        (lambda p: p.update(series={}), "expected a list"),
        (lambda p: p["series"].append(7), "expected an object"),
        (lambda p: p["series"].append(fresh(p["series"][0])), "there are not 6 rows"),
        (lambda p: p["pivots"].pop(), "expected 6 entries"),
        (lambda p: p["pivots"].__setitem__(0, 6), "integer from 0 to 5"),
        (lambda p: p["pivots"].__setitem__(0, p["pivots"][1]), "has no pivot"),
        (lambda p: p["point"].pop(), "expected 6 entries"),
        (lambda p: p.update(prime=p["prime"] - 1), "is not prime"),
        (lambda p: p.update(prime=2), "expected an integer from 3"),
        (lambda p: p.update(words=[]), "unknown key 'words'"),
    ],
)
def test_what_is_malformed(change, reason):
    body = real(ALONE)
    change(body["lower"])
    assert reason in refused(body)


def test_an_order_needs_a_larger_prime():
    """Order q would divide by q; a prime just above the orders is as good as any."""
    body = real(ALONE)
    assert max(k for one in body["lower"]["series"] for _, k in one["rows"]) == 4
    body["lower"]["prime"] = 3
    assert "expected an integer from 0 to 2, found" in refused(body)
    body["lower"]["prime"] = 5
    assert judge(body)


@pytest.mark.parametrize("name", SERIES)
def test_the_proof_of_another_system(name):
    """Passed off with the system of every small certificate; what is accepted is true."""
    for other in [*SMALL, *SERIES]:
        body = real(name)
        if other != name:
            judge(body | {"system": real(other)["system"], "claim": real(other)["claim"]})
            judge(real(other) | {"lower": body["lower"]})


@pytest.mark.parametrize("name", SERIES)
def test_changed_numbers(name, fresh_seed):
    """Other controls and points are other proofs of the same, if the rows are there."""
    draw, seen = random.Random(fresh_seed), {True: 0, False: 0}
    for _ in range(25):
        body = real(name)
        one = draw.choice(body["lower"]["series"])
        lists = [own for own in one["controls"] if own] + [
            body["lower"]["point"],
            body["lower"]["pivots"],
        ]
        entries = draw.choice(lists)
        entries[draw.randrange(len(entries))] = draw.choice([0, 1, 5, draw.randrange(10**6)])
        if draw.random() < 0.3:
            body["claim"]["laws"] += draw.choice([-1, 1])
        seen[judge(body)] += 1
    assert seen[False]


def test_random_forgeries(fresh_seed):
    a_few("control-series", fresh_seed)
