"""The table of small modules: its numbers are met from both sides by sampled gradients."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from modules import BY_NAME, TABLE  # noqa: E402
from reference.torch_laws import (  # noqa: E402
    Fields,
    independent,
    most_laws,
    quadratic_laws,
    residuals,
)


def fields(name):
    case = BY_NAME[name]
    return Fields(case.module(), case.inputs, case.loss)


def test_the_table_has_every_row():
    assert len(TABLE) == len(BY_NAME) == 41


@pytest.mark.parametrize("name", BY_NAME)
def test_sampled_bounds_meet(name):
    case, sampled = BY_NAME[name], fields(name)
    assert sampled.size == case.size
    assert independent(quadratic_laws(sampled)) == case.laws
    assert most_laws(sampled, case.laws) == case.laws


def test_grouped_convolutions_have_forms_that_depend():
    assert len(quadratic_laws(fields("grouped conv 2-4-2"))) == 8


def form(sampled, **coefficients):
    """The diagonal form with a coefficient on all entries of each parameter."""
    given = {name.replace("_", "."): c for name, c in coefficients.items()}
    return np.diag(
        np.concatenate([np.full(s.numel(), given.get(n, 0.0)) for n, s in sampled.shapes.items()])
    )


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("squared relu 2-3-2", {"0_weight": 1, "2_weight": -2}, {"0_weight": 1, "2_weight": -1}),
        (
            "swiglu 2-3-2",
            {"up_weight": 1, "down_weight": -1},
            {"gate_weight": 1, "down_weight": -1},
        ),
        ("rms gain, linear 3-2", {"0_weight": 1, "1_weight": -1}, {"0_weight": 1, "1_weight": 1}),
        ("rotary", {"q_weight": 1, "k_weight": -1}, {"q_weight": 1, "k_weight": -2}),
    ],
)
def test_near_misses_are_refuted(name, right, wrong):
    sampled = fields(name)
    assert residuals(sampled, form(sampled, **right)) < 1e-12
    assert residuals(sampled, form(sampled, **wrong)) > 1e-3
