"""One base of all laws: polynomials, laws in closed form, and those that are made lazily."""

import pickle

import pytest

from pyconslaw import (
    ClosedLaw,
    Law,
    Polynomial,
    PolynomialLaw,
    System,
    balance_laws,
    find_laws,
    known_laws,
    linear,
    polynomial_laws,
    product,
)

MADE = {
    "known": (PolynomialLaw, lambda: known_laws(product(3))[0]),
    "lazy": (PolynomialLaw, lambda: balance_laws(linear([2, 2, 2]))[1]),
    "lazy, from a set": (PolynomialLaw, lambda: known_laws(linear([2, 2, 2]))[-1]),
    "lazy, from a loop": (PolynomialLaw, lambda: next(iter(known_laws(linear([2, 2, 2]))))),
    "of a degree": (PolynomialLaw, lambda: polynomial_laws(product(3), 2)[0]),
    "found": (Law, lambda: find_laws(product(3))[0]),
    "rational": (ClosedLaw, lambda: find_laws(System(["a", "b"], phi=["a^2 + b^2"]))[0]),
    "logarithmic": (
        ClosedLaw,
        lambda: find_laws(System(["x", "y"], fields=[["x*(1 - y)", "y*(x - 1)"]]))[0],
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_every_law_is_a_law(name):
    kind, make = MADE[name]
    law = make()
    assert isinstance(law, Law) and isinstance(law, kind)
    assert law.sort in ("polynomial", "rational", "logarithmic")
    assert law._repr_latex_() == f"${law.latex()}$"
    weights = [1.5 + k for k in range(law.network.size)]
    back = pickle.loads(pickle.dumps(law))
    assert type(back) is type(law) and str(back) == str(law)
    assert back.value(weights) == law.value(weights)
    assert (back.gradient(weights) == law.gradient(weights)).all()
    assert law == law and back != law and len({law, law, back}) == 2  # by identity


def test_the_base_makes_polynomials():
    net, h = product(2), Polynomial.of([(1, [(0, 2)]), (-1, [(1, 2)])])
    for law in (Law(net, h), Law(network=net, polynomial=h), PolynomialLaw(net, h)):
        assert type(law) is PolynomialLaw and (law.network, law.polynomial) == (net, h)
    with pytest.raises(TypeError, match="polynomial"):
        Law(net)


def test_a_law_in_closed_form_is_no_polynomial():
    law = MADE["rational"][1]()
    assert not isinstance(law, PolynomialLaw) and not hasattr(law, "polynomial")
