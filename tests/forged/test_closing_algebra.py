"""Closing algebras altered, with a right hash: refused unless still true."""

import copy
import itertools
import random

from . import oracle
from .forge import judge, real, refused, with_rank
from .prover import listed, upper_body, worth
from .test_many import a_few


def closing(**changes):
    body = real("closing algebra")
    return body | {"upper": body["upper"] | changes}


UPPER = real("closing algebra")["upper"]
K = len(UPPER["basis"])


def without(k):
    """The proof without one element of the basis."""

    def short(row):
        return row[:k] + row[k + 1 :]

    return closing(
        basis=short(UPPER["basis"]),
        generators=[short(row) for row in UPPER["generators"]],
        products=[[short(row) for row in short(rows)] for rows in UPPER["products"]],
    )


def test_bases_that_are_too_small():
    for k in range(K):
        body = without(k)
        refused(body)
        judge(with_rank(body, K - 1))
        judge(closing(basis=UPPER["basis"][:k] + UPPER["basis"][k + 1 :]))
        judge(
            with_rank(
                closing(
                    basis=UPPER["basis"][:k],
                    generators=[row[:k] for row in UPPER["generators"]],
                    products=[[row[:k] for row in rows[:k]] for rows in UPPER["products"]],
                ),
                k,
            )
        )
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
    assert judge(
        closing(generators=[[[-2 * -n, 2 * d] for n, d in row] for row in UPPER["generators"]])
    )
    order = list(range(K))[::-1]
    turned = closing(
        basis=UPPER["basis"][::-1],
        generators=[[row[k] for k in order] for row in UPPER["generators"]],
        products=[[[rows[j][k] for k in order] for j in order] for rows in UPPER["products"]],
    )
    assert judge(turned)
    zero = [[0, 1]] * (K + 1)
    larger = closing(
        basis=UPPER["basis"] + [[[]] * 6],
        generators=[row + [[5, 3]] for row in UPPER["generators"]],
        products=[[row + [[-9, 1]] for row in rows] + [zero] for rows in UPPER["products"]],
    )
    assert f"at least {K} and at most {K + 1}" in refused(larger)


def test_coefficients():
    for i, row in enumerate(UPPER["generators"]):
        for k, c in enumerate(row):
            for bad in (
                [c[0] + 1, c[1]],
                [c[0], 0],
                [c[0], -1],
                [-c[0] or 3, c[1]],
                [c[0], 2 * c[1]] if c[0] else [1, 1],
                [c[0]],
                [c[0], 1, 1],
                c[0],
                None,
                [True, 1],
                [c[0], True],
                [str(c[0]), 1],
                {},
                [c[0], 10**1001],
                [2**62, 1],
            ):
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
        for bad in (
            None,
            {},
            0,
            [],
            value[:-1],
            value + value[-1:],
            value[::-1],
            [value],
            [[]] * len(value),
            [None] * len(value),
            [row[:-1] for row in value],
            [row + row[-1:] for row in value],
            [row[::-1] for row in value],
            [{} for _ in value],
            [0 for _ in value],
            "".join("x" for _ in value),
        ):
            if bad != value:
                refused(closing(**{key: bad}))
    for k, i in itertools.product(range(K), range(6)):
        for bad in ([[1, [[0, 1]]]], [[1, []]], None, [[0, [[0, 1]]]], [[1, [[6, 1]]]]):
            basis = copy.deepcopy(UPPER["basis"])
            if basis[k][i] != bad:
                basis[k][i] = bad
                refused(closing(basis=basis))


def test_algebras_of_other_systems(fresh_seed):
    """The real algebra for a system with a component more, fewer, or changed: only what lies in
    it is believed.
    """
    draw, phi = random.Random(fresh_seed), real("closing algebra")["system"]["phi"]
    for k in range(3):
        body = closing(
            generators=UPPER["generators"][:k] + UPPER["generators"][k + 1 :],
            products=UPPER["products"][:k] + UPPER["products"][k + 1 :],
        )
        body["system"]["phi"] = phi[:k] + phi[k + 1 :]
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
    monomials = sorted(
        {
            tuple(
                sorted(
                    (v, draw.randint(1, 2))
                    for v in draw.sample(range(size), draw.randint(1, min(2, size)))
                )
            )
            for _ in range(6)
        }
    )
    phi = [
        [
            [draw.choice([-2, -1, 1, 3]), [list(f) for f in m]]
            for m in sorted(draw.sample(monomials, draw.randint(1, min(3, len(monomials)))))
        ]
        for _ in range(draw.randint(1, 3))
    ]
    return {"type": "polynomials", "variables": [f"x{k}" for k in range(size)], "phi": phi}


def test_algebras_that_do_not_close(fresh_seed):
    """W itself, or W and some brackets, as the basis, with the coefficients that come closest:
    believed only when it closes.
    """
    draw, closed = random.Random(fresh_seed), 0
    for _ in range(60):
        system = random_systems(draw)
        size, count = len(system["variables"]), len(system["phi"])
        gradients = [
            oracle.gradient({tuple(map(tuple, m)): c for c, m in p}) for p in system["phi"]
        ]
        basis = [
            [
                listed(
                    {m: c if c < oracle.P // 2 else c - oracle.P for m, c in g.get(v, {}).items()}
                )
                for v in range(size)
            ]
            for g in gradients
        ]
        unit = [[[int(i == k), 1] for k in range(count)] for i in range(count)]
        for guess in ([0, 1], [1, 1], [-2, 1]):
            products = [
                [[list(guess) if i != j else [0, 1] for _ in range(count)] for j in range(count)]
                for i in range(count)
            ]
            value = worth(
                system,
                {
                    "kind": "closing-algebra",
                    "basis": basis,
                    "generators": unit,
                    "products": products,
                },
            )
            closed += value is not None
    assert closed  # one component, or fields that commute


def test_random_forgeries(fresh_seed):
    a_few("closing-algebra", fresh_seed)
