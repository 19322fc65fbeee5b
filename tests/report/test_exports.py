"""Exports say what the records say."""

import numpy as np
import pytest

from pyconslaw import (
    InputError,
    analyze,
    complement,
    count,
    count_formula,
    dag,
    initial_weights,
    known_laws,
    laws_at_initialization,
    linear,
    mlp,
    product,
    to_latex,
    to_pandas,
    to_sympy,
)


def test_sympy_values():
    sympy = pytest.importorskip("sympy")
    laws = known_laws(mlp([2, 2, 1], bias=True))
    weights = np.arange(1, laws.network.size + 1)
    point = {
        sympy.Symbol(name): int(x)
        for name, x in zip(laws.network.entry_names, weights, strict=True)
    }
    assert [int(e.subs(point)) for e in to_sympy(laws)] == laws.values(weights).tolist()
    with pytest.raises(InputError, match="law"):
        to_sympy("x")


def test_pandas():
    pytest.importorskip("pandas")
    frame = to_pandas([analyze(linear([2, n, 2])) for n in (1, 2)])
    assert frame["laws"].tolist() == [1, 3] and frame["verdict"].tolist() == ["proved"] * 2
    with pytest.raises(InputError, match=r"reports\[0\]"):
        to_pandas([3])


def test_latex_and_notebooks():
    laws = known_laws(linear([2, 2, 2]))
    text = to_latex(laws)
    assert text.count("&=") == 3 and text.startswith("\\begin{align*}")
    assert to_latex(laws[0]) in text and laws[0]._repr_latex_() == f"${to_latex(laws[0])}$"
    report = analyze(linear([2, 2, 2]))
    assert "linear 2-2-2 & 8 & 3 & proved" in to_latex(report)
    assert "proved" in report._repr_html_() and laws._repr_html_().count("<tr>") == 3
    assert to_latex(known_laws(linear([2, 2]))) == ""


@pytest.mark.parametrize(
    "network",
    [
        linear([2, 3, 2]),
        linear([1, 5, 1]),
        linear([2, 9, 1]),
        product(5),
        mlp([3, 4, 5, 1], bias="all"),
        linear([3, 4]),
        mlp([1, 1, 1], "leaky_relu"),
    ],
    ids=lambda n: n.name,
)
def test_formulas_agree_with_counts(network):
    assert count_formula(network).value == count(network)


def test_no_formula():
    assert count_formula(linear([2, 3, 3, 2])) is None
    assert count_formula(dag({"x": "input", "y": "linear"}, [("x", "y")])) is None


def test_complement():
    network = linear([2, 2, 2])
    laws = known_laws(network)
    for k in range(4):
        rest = complement(network, laws[:k])
        assert len(rest) == rest.dimension == 3 - k and rest.complete
    with pytest.raises(InputError, match=r"laws\[1\]"):
        complement(network, [laws[0], "W1[0,0]"])


@pytest.mark.parametrize("scheme", ["gaussian", "xavier", "orthogonal"])
def test_initial_weights(scheme):
    network = mlp([3, 4, 2], bias=True)
    w = initial_weights(network, scheme, 2000, seed=1, scale=2.0)
    assert w.shape == (2000, network.size) and (w[:, 12:16] == 0).all()
    first = w[:, :12].reshape(-1, 4, 3)
    expected = {"gaussian": 4 / 3, "xavier": 4 * 2 / 7, "orthogonal": 4 / 4}[scheme]
    assert abs((first**2).mean() / expected - 1) < 0.1
    if scheme == "orthogonal":
        assert np.allclose(first.swapaxes(1, 2) @ first, 4 * np.eye(3))


def test_laws_at_initialization():
    found = laws_at_initialization(known_laws(linear([3, 3, 3])), "gaussian", samples=500)
    assert found.values.shape == (500, 6) and found.mean.shape == found.spread.shape == (6,)
    assert (found.spread > 0.1).all()
    for bad in ({"scheme": "he"}, {"samples": 0}, {"scale": float("nan")}):
        with pytest.raises(InputError):
            laws_at_initialization(known_laws(linear([2, 2])), **bad)
