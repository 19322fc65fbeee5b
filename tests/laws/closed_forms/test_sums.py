"""Coefficients of logarithms and angles that are laws, and denominators that are products of
Darboux polynomials: cases from public questions, built backwards, at the limits.
"""

import random

import numpy as np
import pytest
import sympy
from reference import integrals as slow

from pyconslaw import (
    InputError,
    LawSet,
    System,
    analyze,
    certify,
    check_law,
    complement,
    find_laws,
    to_sympy,
)
from pyconslaw.laws.closed_forms import sums
from pyconslaw.laws.closed_forms.darboux import angles, candidates, darboux_polynomials
from pyconslaw.laws.closed_forms.forms import ONE, ClosedForm
from pyconslaw.laws.closed_forms.law import ClosedLaw
from pyconslaw.laws.closed_forms.logarithmic import Collection, _Search
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.closed_forms.sums import ansatz_of
from pyconslaw.records.budget import nobody
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.verify import verify_bytes

# growth on two nutrients, cut down from an identifiability issue
GROWTH = (["s", "e", "n"], [["-s*n", "s*n", "-n*(1 + e)"]])


def exhibited(variables, fields, missing=0, **options):
    """All laws there are, each by SymPy, with the list of field entries for SymPy."""
    net = System(variables, fields=fields)
    laws = find_laws(net, **options)
    entries = [
        field if isinstance(field, list) else [field.get(v, "0") for v in variables]
        for field in fields
    ]
    texts = [str(law) for law in laws]
    assert all(slow.is_law(text, variables, entries) for text in texts), texts
    assert slow.gradient_rank(texts, variables) == len(laws)
    assert laws.missing == missing, (texts, laws.searched)
    assert all(check_law(net, law) for law in laws)
    return laws


def test_a_law_times_a_logarithm():
    laws = exhibited(*GROWTH)
    assert [str(law) for law in laws] == ["s + e", "(1 + s + e)*log(s) - s - n"]
    assert laws[1].sort == "logarithmic" and laws.complete


@pytest.mark.parametrize(
    ("variables", "field", "last"),
    [
        (
            ["x", "y", "a", "b", "c", "d"],  # Lotka and Volterra
            {"x": "a*x - b*x*y", "y": "d*x*y - c*y"},
            "c*log(x) + a*log(y) - x*d - y*b",
        ),
        (
            ["x", "y", "a", "b"],
            {"x": "a*x - b*y", "y": "b*x + a*y"},
            "b*log(x^2 + y^2) - 2*a*arctan(y/x)",
        ),
        (
            ["s", "i", "r", "b", "g"],  # Kermack and McKendrick
            {"s": "-b*s*i", "i": "b*s*i - g*i", "r": "g*i"},
            "log(s) + (r*b)/g",
        ),
    ],
)
def test_parameters_as_coefficients(variables, field, last):
    assert str(exhibited(variables, [field])[-1]) == last


def test_products_of_laws_as_coefficients():
    """L^2 log(x) + L log(z) + y, L = s + e a conserved sum, beside log(z/x) - x."""
    field = {"s": "e", "e": "-e", "x": "x", "z": "z*(1 + x)"}
    field["y"] = "-(s + e)^2 - (s + e)*(1 + x) - 1"
    laws = exhibited(list(field), [field])
    assert 2 in [g.degree for law in laws for g, _ in law.form.products]


def test_inverse_squares():
    """Cut down from a public question on inverse-square potentials: the energy is p^2 + 4/r^2 -
    2/r, of degree 2 in p and 1/r.
    """
    (law,) = exhibited(["r", "p"], [["p", "4/r^3 - 1/r^2"]])
    assert str(law) == "(4 + r^2*p^2 - 2*r)/r^2" and law.sort == "rational"


def particles(count):
    """Calogero 1971: inverse squares of the distances between particles on a line."""
    x, p = ([f"{a}{i}" for i in range(count)] for a in "xp")
    field = dict(zip(x, p, strict=True))
    for i in range(count):
        field[p[i]] = "+".join(f"1/(x{i} - x{j})^3" for j in range(count) if j != i)
    return System(x + p, fields=[field]), x, p


@pytest.mark.parametrize("count", [2, 3])
def test_the_energy_of_particles(count):
    """H, of degree 6 over a denominator of degree 6 for three particles, besides the sum of p."""
    net, x, p = particles(count)
    laws = find_laws(net)
    energy = "+".join(f"{a}^2" for a in p)
    energy += "".join(f"+ 1/({x[i]} - {x[j]})^2" for i in range(count) for j in range(i))
    assert check_law(net, energy) and "+".join(p) in str(laws[0]).replace(" ", "")
    together = Collection(net.size, _random(7))
    together.add([law.form for law in laws], len(laws))
    assert len(together.forms) == len(laws) >= 2
    # nothing new: the energy is a function of what was found
    form = check_and_read(net, energy)
    together.add([form], len(laws) + 1)
    assert len(together.forms) == len(laws)


def _random(seed):
    from pyconslaw._core.zp import Random

    return Random(seed)


def check_and_read(net, text):
    from pyconslaw.laws.closed_forms.candidate import read_law

    form, _ = read_law(net, text)
    assert isinstance(form, ClosedForm)
    return form


def test_laws_built_backwards(fresh_seed):
    """A + B / (P^2 Q) with linear P and Q that the vector field keeps: found at degree 3."""
    draw = random.Random(fresh_seed)
    for _ in range(3):
        a, b, c = (draw.choice([-3, -2, -1, 1, 2, 3]) for _ in range(3))
        # h = a x + b / (x^2 y) + c z: tangent vector fields in three variables
        slopes = [f"{a} - 2*({b})/(x^3*y)", f"-({b})/(x^2*y^2)", f"{c}"]
        x, y, z = slopes
        fields = [[f"-({y})", x, "0"], [f"-({z})", "0", x], ["0", f"-({z})", y]]
        (law,) = exhibited(["x", "y", "z"], fields, degree=3)
        assert law.sort == "rational"


def test_values_and_gradients_of_products():
    """Differences of values beside gradients, and SymPy beside both."""
    turning = System(["x", "y", "a", "b"], fields=[{"x": "a*x - b*y", "y": "b*x + a*y"}])
    for net in (turning, System(GROWTH[0], fields=GROWTH[1])):
        at = np.array([[1.5, 0.7, 1.2, 0.4], [2.0, 1.0, 0.3, 2.5]])[:, : net.size]
        law = find_laws(net)[-1]
        assert law.form.products and law.latex().startswith(("b", r"\left("))
        gradient, step = law.gradient(at), 1e-6
        for v in range(net.size):
            shift = np.eye(net.size)[v] * step
            slope = (law.value(at + shift) - law.value(at - shift)) / (2 * step)
            assert np.allclose(slope, gradient[:, v], rtol=1e-6, atol=1e-7)
        symbols = dict(zip(net.entry_names, at[0].tolist(), strict=True))
        value = to_sympy(law).subs({sympy.Symbol(v): x for v, x in symbols.items()}).evalf()
        assert abs(float(value) - float(law.value(at[0]))) < 1e-9


def test_coefficients_that_are_no_laws_are_refuted():
    net = System(GROWTH[0], fields=GROWTH[1])
    right = find_laws(net)[1].form
    ((_, inner),) = right.products
    s, e = (Polynomial(((1, ((v, 1),)),)) for v in (0, 1))
    moved = check_law(net, ClosedLaw(net, ClosedForm((), right.quotient, (), ((s, inner),))))
    assert not moved and moved.derivative is None and moved.point["s"] * moved.point["n"] != 0
    law = Polynomial.of([*s.terms, *e.terms])
    wrong = check_law(net, ClosedLaw(net, ClosedForm((), right.quotient, (), ((law, inner),))))
    assert not wrong and wrong.derivative


def test_no_certificate_has_forms_that_are_not_closed():
    """The count of two laws is proved without them; a law that is handed in stays out."""
    net = System(GROWTH[0], fields=GROWTH[1])
    laws = find_laws(net)
    report = analyze(net, laws=laws)
    assert report.laws == 2 and verify_bytes(certify(net, report=report).bytes).laws == 2
    with pytest.raises(AssertionError, match="please report"):
        laws[1].form.json()
    left = complement(net, [laws[1]])
    assert isinstance(left, LawSet) and [str(law) for law in left] == ["s + e"] and left.complete


def test_the_ansatz_stays_within_its_limits(monkeypatch):
    """Reciprocals are left out first; without them it is too large, or not."""
    net, *_ = particles(3)
    family = net.explicit()
    ring = Ring(net.size)
    known = darboux_polynomials(family, ring, candidates(family, ring, 2))
    assert len(ansatz_of(net.size, known, [], 2, 0).poles) == len(known) >= 3
    monkeypatch.setattr(sums, "UNKNOWNS", 40)
    few = ansatz_of(net.size, known, [], 2, 0)
    assert few.unknowns <= 40 and 0 < len(few.poles) < len(known)
    monkeypatch.setattr(sums, "UNKNOWNS", 20)
    assert ansatz_of(net.size, known, [], 2, 0) is None


def test_products_of_laws_are_counted_before_they_are_made(monkeypatch):
    """20 laws, squared: 231 products of them, which 400 unknowns have no room for."""
    net, *_ = particles(3)
    family, ring = net.explicit(), Ring(net.size)
    atoms = darboux_polynomials(family, ring, candidates(family, ring, 2))
    laws = [Polynomial.of([(1, [(0, k)]), (1, [(1, 1)])]) for k in range(2, 22)]
    assert len(atoms) > 1
    made = []
    monkeypatch.setattr(sums, "product_of", lambda factors: made.append(factors))
    assert ansatz_of(net.size, atoms, laws, 2, 2) is None and not made
    long = [Polynomial.of((1, [(0, k)]) for k in range(1, 1002))]
    assert ansatz_of(net.size, atoms[:1], long, 2, 2) is None and not made


def test_products_of_laws_can_be_stopped():
    net, *_ = particles(2)
    family, ring = net.explicit(), Ring(net.size)
    atoms = darboux_polynomials(family, ring, candidates(family, ring, 2))[:1]
    laws = [Polynomial.of([(1, [(0, k)])]) for k in range(1, 11)]
    asked = []
    assert ansatz_of(net.size, atoms, laws, 2, 2, ask=lambda: asked.append(1)) is not None
    assert len(asked) > 1 + 10 + 55


def test_what_laws_multiply_has_an_irreducible_norm():
    """The angle of a product is a sum of angles, so residues in their places are not independent:
    it takes part with a number before it, not with a law.
    """
    net = System(["x", "y", "a", "b"], fields=[{"x": "a*x - b*y", "y": "b*x + a*y"}])
    laws = Collection(net.size, _random(1))
    laws.add([ClosedForm((), (Polynomial(((1, ((v, 1),)),)), ONE)) for v in (2, 3)], 3)
    search = _Search(net.explicit(), 2, laws, 3, nobody)
    x, y = search.ring.gens[:2]
    square = (x * x - y * y, 2 * x * y, -1)  # (x + i y)^2
    search.known = darboux_polynomials(search.family, search.ring, [x * x + y * y])
    search.turns = list(angles(search.ring, [], search.fields, [square]))
    assert len(search.turns) == 1
    search.weigh(1, _random(2))
    assert len(laws.forms) == 2
    search.turns = list(angles(search.ring, search.known, search.fields))
    search.weigh(1, _random(2))
    assert len(laws.forms) == 3


def test_errors_name_the_law():
    net = System(GROWTH[0], fields=GROWTH[1])
    with pytest.raises(InputError, match=r"laws\[0\]"):
        complement(net, ["s*log(s)"])
