"""Records of families of laws are checked when they are made."""

from fractions import Fraction

import numpy as np
import pytest

from pyconslaw.errors import InputError
from pyconslaw.torch.found import Family, Found, ParameterInfo, Term

ONE = np.zeros((1, 1, 1), dtype=int)


def term(**given):
    return Term(
        **{"parameter": "w", "axis": 0, "positions": ONE, "coefficient": Fraction(1)} | given
    )


def test_positions_stay_as_they_are():
    made = term(positions=np.array([[[1, 2]]], dtype=np.int32), coefficient=2)
    assert made.shape == (1, 1, 2) and made.coefficient == Fraction(2)
    with pytest.raises(ValueError, match="read-only"):
        made.positions[0] = 0


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"positions": np.zeros((1, 1))}, r"shape \(1, 1\) of float64, expected integers"),
        ({"positions": np.zeros((1, 1, 1))}, "expected integers"),
        ({"positions": ONE - 1}, "-1, expected none below 0"),
        ({"coefficient": 0.5}, "coefficient of w: 0.5, expected a rational number"),
        ({"shift": 1.0}, "shift of w: 1.0, expected a rational number"),
    ],
)
def test_terms_refuse(given, words):
    with pytest.raises(InputError, match=words):
        term(**given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "cubic"}, "kind: 'cubic', expected diagonal, block, linear"),
        ({"terms": ()}, "terms: none"),
        ({"ignored": ("eps",)}, "exact: True, but eps was ignored"),
        ({"terms": (term(), term(positions=np.zeros((2, 1, 1), int)))}, "the same of all terms"),
        ({"terms": (term(positions=np.zeros((1, 2, 1), int)),)}, "r = 2, expected 1"),
        ({"kind": "linear", "terms": (term(shift=Fraction(1)),)}, "only diagonal laws have one"),
    ],
)
def test_families_refuse(given, words):
    with pytest.raises(InputError, match=words):
        Family(**{"kind": "diagonal", "terms": (term(),)} | given)


@pytest.mark.parametrize(
    ("family", "words"),
    [
        (Family("diagonal", (term(parameter="v"),)), "term of v: no parameter of that name"),
        (Family("diagonal", (term(axis=2),)), r"axis 2, expected one of shape \(2, 3\)"),
        (Family("diagonal", (term(positions=ONE + 2),)), "position 2, expected less than 2"),
        (Family("linear", (term(), term(axis=1))), r"\[2, 3\] other entries, expected equally"),
    ],
)
def test_what_is_found_fits_the_parameters(family, words):
    with pytest.raises(InputError, match=words):
        Found((family,), (ParameterInfo("w", shape=(2, 3)),))


def test_a_parameter_is_listed_once():
    with pytest.raises(InputError, match="a name occurs twice"):
        Found((), (ParameterInfo("w", shape=(2,)),) * 2)
