"""The kind control-series: rows are those of brackets, and what they cost is known before."""

import random

import pytest
from reference.control_series import rows_by_brackets

from pyconslaw.verify import Refused, verify_bytes
from pyconslaw.verify.kinds.control_series import Program, Slots
from pyconslaw.verify.reading import Budget, canonical, fingerprint

Q = 2**61 - 1


def monomial(factors):
    return tuple(sorted(factors.items()))


def drawn(draw, size, count):
    """Vector fields {variable: {monomial: coefficient}}."""
    fields = []
    for _ in range(count):
        field = {}
        for v in draw.sample(range(size), draw.randrange(1, size + 1)):
            variables = [
                draw.sample(range(size), draw.randrange(min(3, size) + 1)) for _ in range(2)
            ]
            p = {
                monomial({w: draw.randrange(1, 4) for w in own}): draw.randrange(1, 9)
                for own in variables
            }
            field[v] = {m: c * draw.choice([-1, 1, 10**40]) for m, c in p.items()}
        fields.append(field)
    return fields


def packed(fields):
    """As in `reference.polynomials`."""
    return [
        {v: {sum(e << 8 * w for w, e in m): c for m, c in p.items()} for v, p in field.items()}
        for field in fields
    ]


@pytest.mark.parametrize("q", [7, 8388593, 2**62 - 57])
def test_rows_are_those_of_brackets(q, fresh_seed):
    draw = random.Random(fresh_seed)
    for _ in range(12):
        size, count, order = draw.randrange(1, 5), draw.randrange(1, 4), draw.randrange(5)
        fields = drawn(draw, size, count)
        controls = [
            [draw.randrange(-9, 10) for _ in range(draw.randrange(order + 1))] for _ in fields
        ]
        at = [draw.randrange(-(10**9), 10**9) for _ in range(size)]
        exact = rows_by_brackets(packed(fields), size, controls, at, order)
        wanted = [[i, k] for i in range(count) for k in range(order + 1)]
        draw.shuffle(wanted)
        budget = Budget()
        found = Program(fields, size, q, budget).rows(at, controls, wanted, order, budget)
        assert list(found) == [[x % q for x in exact[i][k]] for i, k in wanted]
        assert budget.units > 0


def test_only_rows_that_are_asked_for():
    fields = [{0: {(): 1}}, {1: {((0, 2),): 1}}]
    budget = Budget()
    rows = Program(fields, 2, Q, budget).rows([3, 4], [[1], [0]], [[1, 1]], 1, budget)
    assert list(rows) == [[0, 6]]  # [d/dx, x^2 d/dy] = 2 x d/dy


def test_packed_series():
    """Sums of as many products of the largest residues as are announced do not run over."""
    for q in (3, 8388593, 2**62 - 57):
        n, sums = 5, 7
        slots = Slots(q, n * sums)
        series = [q - 1] * n
        total = sum(slots.pack(series) ** 2 for _ in range(sums))
        assert slots.unpack(total, n) == [sums * (k + 1) % q for k in range(n)]
        assert slots.unpack(slots.pack(series) & slots.mask(2), n) == [q - 1] * 2 + [0] * (n - 2)


def certificate(system, laws, series, point, upper=None):
    body = {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": "system", "parameters": len(point), "laws": laws},
        "lower": {
            "kind": "control-series",
            "prime": Q,
            "point": point,
            "series": series,
            "pivots": [0, 2][: len(point) - laws],
        },
        "upper": upper
        or {"kind": "polynomial-laws", "laws": [], "prime": Q, "point": point, "pivots": []},
    }
    return body | {"hash": fingerprint(body)}


def answer(body):
    try:
        return verify_bytes((canonical(body) + "\n").encode()).statement
    except Refused as reason:
        assert "the checker failed" not in str(reason)
        return f"refused: {reason}"


def test_all_types_of_systems():
    """x d/dy + y d/dx and d/dz, as gradients of components, as vector fields, with a drift."""
    xy, z = [[1, [[0, 1], [1, 1]]]], [[1, [[2, 1]]]]
    field = [[0, [[1, [[1, 1]]]]], [1, [[1, [[0, 1]]]]]]
    unit = [[2, [[1, []]]]]
    names = {"variables": ["x", "y", "z"]}
    upper = {"kind": "closing-algebra"}
    first = [
        [p[1] if p[0] == v else [] for p in field[v : v + 1]][0] if v < 2 else [] for v in range(3)
    ]
    basis = [first, [[], [], [[1, []]]]]
    upper |= {"basis": basis, "generators": [[[1, 1], [0, 1]], [[0, 1], [1, 1]]]}
    upper |= {"products": [[[[0, 1], [0, 1]]] * 2] * 2}
    series = [{"controls": [[], []], "rows": [[0, 0], [1, 0]]}]
    for system in (
        {"type": "polynomials", **names, "phi": [xy, z]},
        {"type": "fields", **names, "fields": [field, unit]},
        {"type": "fields", **names, "fields": [field], "drift": unit},
        {"type": "polynomials", **names, "phi": [xy], "drift": unit},
    ):
        text = answer(certificate(system, 1, series, [1, 2, 3], upper))
        assert "2 rows of the series of 1 control, independent modulo" in text, text


def test_graphs():
    """The components of a graph, in their order."""
    linear = {"type": "mlp", "dims": [2, 1, 1], "activations": ["linear"], "bias": "none"}
    upper = {"kind": "generic-balance"}
    series = [{"controls": [[], []], "rows": [[0, 0], [1, 0]]}]
    body = certificate(linear, 1, series, [2, 3, 5], upper)
    body["claim"]["object"] = "matrix product"
    del body["hash"]
    assert "2 rows of the series" in answer(body | {"hash": fingerprint(body)})


def test_costs_are_known_before():
    """An order that is too large for the limits is declined at once, by its number."""
    system = {"type": "fields", "variables": ["x"], "fields": [[[0, [[1, []]]]]]}
    for order in (10**5, 10**9, 2**60):
        series = [{"controls": [[]], "rows": [[0, order]]}]
        assert "declined: the check needs" in answer(certificate(system, 0, series, [1]))
    many = [{"controls": [[]], "rows": [[0, 30_000]]}]
    long = {"type": "fields", "variables": ["x"], "fields": [[[0, [[1, [[0, 2**61]]]]]]]}
    assert "declined" in answer(certificate(long, 0, many, [1]))
