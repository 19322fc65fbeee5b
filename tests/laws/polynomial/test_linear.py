"""Laws of degree 1 as a nullspace, at any size: against fractions, by construction."""

import random
from fractions import Fraction

import pytest
from mass_action import mass_action
from pyconslaw._core.zp import Random

from pyconslaw import LimitError, System, analyze, certify, polynomial_laws
from pyconslaw.laws.polynomial import linear, search
from pyconslaw.laws.polynomial.linear import equations, linear_laws
from pyconslaw.laws.polynomial.search import plan
from pyconslaw.verify import verify_bytes


def random_family(draw):
    """Few monomials, so that there are laws; some coefficients are long."""
    size = draw.randint(1, 9)
    fields = []
    for _ in range(draw.randint(1, 3)):
        shared = [f"x{draw.randrange(size)}*x{draw.randrange(size)}" for _ in range(2)]
        coefficients = [-3, -1, 1, 2, 6, 10 ** draw.choice([1, 30])]
        fields.append(
            {
                f"x{v}": f"({draw.choice(coefficients)})*{draw.choice(shared)} + 5*{shared[0]}"
                for v in draw.sample(range(size), draw.randint(1, size))
            }
        )
    return System([f"x{v}" for v in range(size)], fields=fields).explicit()


def nullity(family):
    """By elimination with fractions, of equations that are read off anew."""
    rows = []
    for field in family.fields:
        monomials = {m for f in field.values() for _, m in f.terms}
        for m in monomials:
            row = [Fraction(0)] * family.parameters
            for v, f in field.items():
                row[v] = Fraction({n: c for c, n in f.terms}.get(m, 0))
            rows.append(row)
    rank = 0
    for v in range(family.parameters):
        pivot = next((row for row in rows[rank:] if row[v]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(rank, pivot)
        for row in rows[rank + 1 :]:
            factor = row[v] / pivot[v]
            row[:] = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        rank += 1
    return family.parameters - rank


@pytest.mark.parametrize("k", range(20))
@pytest.mark.parametrize("primes", [linear.PRIMES, 0])
def test_a_basis_by_both_ways(k, primes, fresh_seed, monkeypatch):
    """Sparse elimination modulo primes, and exact elimination where these are not enough."""
    monkeypatch.setattr(linear, "PRIMES", primes)
    family = random_family(random.Random(f"{fresh_seed} {k}"))
    laws, rows = linear_laws(family), equations(family)
    assert len(laws) == nullity(family)
    for law in laws:
        value = {m[0][0]: c for c, m in law.terms}
        assert not any(sum(c * value.get(v, 0) for v, c in row) for row in rows)
    # canonical: the last variable of each is its own, with a positive coefficient
    last = [law.terms[-1] for law in laws]
    assert all(c > 0 for c, _ in last) and last == sorted(last, key=lambda term: term[1])
    own = {m for _, m in last}
    assert all(len(own & {m for _, m in law.terms}) == 1 for law in laws)


def test_equations_are_listed_once():
    family = System(["x", "y"], fields=[["2*x*y", "-2*x*y"], ["-3*x", "3*x"], ["0", "7"]])
    assert equations(family.explicit()) == [((1, 1),), ((0, 1), (1, -1))]


def test_what_fills_in_beyond_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(linear, "FILL", 1)
    family = mass_action(30, 3, 60)[0].explicit()
    assert len(linear_laws(family)) == 3  # small enough for exact elimination
    monkeypatch.setattr(linear, "DENSE", 10)
    with pytest.raises(LimitError, match="degree: .* equations in 30 unknown"):
        linear_laws(family)


def moieties_are_conserved(net, made, laws):
    """The span of the laws is that of the moieties: as many, and the moieties of each species that
    is a sum of others add up.
    """
    assert len(laws) == len(made[0])
    for law in laws:
        # a law is fixed by its values at the moieties themselves, which come first
        value = {m[0][0]: c for c, m in law.polynomial.terms}
        for v, composition in enumerate(made):
            assert value.get(v, 0) == sum(n * value.get(k, 0) for k, n in enumerate(composition))


@pytest.mark.parametrize(("count", "rates"), [(2_000, None), (6_000, 128)])
def test_a_thousand_species(count, rates):
    """As large as public models of receptors: 1122 species, 6 moieties, proved."""
    net, made = mass_action(1_122, 6, count, rates)
    report = analyze(net)
    assert (report.laws, report.verdict) == (6, "proved")
    moieties_are_conserved(net, made, polynomial_laws(net, 1, report=report))


def test_moieties_are_certified():
    net, _ = mass_action(300, 4, 700, 40)
    assert verify_bytes(certify(net).bytes).laws == 4


def test_a_chain_of_76_species():
    """Cut down from public models of 103 and 194 species: x1 -> x2 -> ..., a rate for each."""
    names = [f"x{k}" for k in range(1, 77)]
    net = System(
        names,
        fields=[{a: f"-{a}", b: a} for a, b in zip(names, names[1:], strict=False)],
    )
    report = analyze(net)
    assert (report.laws, report.verdict) == (1, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 1


def test_one_class_of_any_size():
    """More unknowns than a class of the search may have, which no sign change splits."""
    size = 9_000
    names = [f"x{k}" for k in range(size)]
    fields = [
        {a: f"-{a}*(1 + {a})", b: f"{a}*(1 + {a})"} for a, b in zip(names, names[1:], strict=False)
    ]
    family = System(names, fields=fields).explicit()
    assert plan(family, [1]).unknowns == size
    (law,) = linear_laws(family)
    assert law.norm == len(law.terms) == size


def one_equation(size):
    """x0 + x1 + ... moves along one vector field: size - 1 laws of two variables each."""
    names = [f"x{k}" for k in range(size)]
    return System(names, fields=[dict.fromkeys(names, "1")]).explicit()


def test_many_laws_of_few_variables_are_kept_sparse(monkeypatch):
    """As a matrix they would have nine million entries."""
    size = 3_000
    with monkeypatch.context() as patch:
        patch.setattr(linear, "ENTRIES", 2 * size)
        laws = linear_laws(one_equation(size))
    assert len(laws) == size - 1
    assert {len(law.terms) for law in laws} == {2}


def test_laws_with_more_coefficients_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(linear, "ENTRIES", 100)
    assert len(linear_laws(one_equation(51))) == 50
    with pytest.raises(LimitError, match="^degree: expected laws .* at most 100 .* 51 laws in 52"):
        linear_laws(one_equation(52))
    two = System(
        [f"x{k}" for k in range(60)],
        fields=[{f"x{k}": "1" for k in some} for some in (range(40), range(40, 60))],
    )
    with pytest.raises(LimitError, match="39 laws in 40"):
        linear_laws(two.explicit())


def test_the_plan_has_room_for_as_many_coefficients(monkeypatch):
    least = [plan(one_equation(size), [1]).memory / size**2 for size in (1_000, 2_000, 3_000)]
    assert all(memory > 50 for memory in least)
    monkeypatch.setattr(linear, "ENTRIES", 1_000)
    assert plan(one_equation(3_000), [1]).memory < 3e6


def test_it_is_asked_for_every_law():
    calls = []
    linear_laws(one_equation(500), ask=lambda: calls.append(1))
    assert len(calls) > 499


def test_laws_times_a_power_are_planned_as_they_are_searched(monkeypatch):
    """Not as a nullspace: the ansatz is written out."""
    family = mass_action(30, 3, 60)[0].explicit()
    monkeypatch.setattr(search, "linear_laws", lambda *_, **__: pytest.fail("not this way"))
    made = plan(family, [1], (3, 3))
    assert made != plan(family, [1]) and made.unknowns == 30
    assert made.memory >= search._split(family, [1], Random(0), (3, 3)).table.size * 4
    search.polynomial_laws(family, [1], (3, 3))
