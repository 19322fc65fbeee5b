"""Laws as matrices: what they hold are the laws of the set, no more and no less."""

import json
from itertools import combinations_with_replacement

import numpy as np
import pytest
from commands import run
from hypothesis import given, settings
from hypothesis import strategies as st

from pyconslaw import (
    InputError,
    Law,
    MatrixLaw,
    Polynomial,
    System,
    balance_laws,
    find_laws,
    known_laws,
    linear,
    mlp,
    nmf,
    polynomial_laws,
    product,
    residual,
    to_latex,
    to_sympy,
    under_flow,
)
from pyconslaw.laws.matrix_form import matrix_form

HEADS = System({"Q": (2, 3), "K": (2, 4)}, phi="Q^T K")
SETS = {
    "linear": (known_laws(linear([2, 3, 2])), ["W1 W1^T - W2^T W2"]),
    "biases": (
        known_laws(linear([2, 2, 2, 1], "all")),
        ["W1 W1^T + b1 b1^T - W2^T W2", "W2 W2^T + b2 b2^T - W3^T W3"],
    ),
    "mixed": (
        known_laws(mlp([2, 2, 2, 1], ["relu", "linear"])),
        ["diag(W1 W1^T - W2^T W2)", "W2 W2^T - W3^T W3"],
    ),
    "of a degree": (polynomial_laws(linear([2, 2, 2]), 2), ["W1 W1^T - W2^T W2"]),
    "heads": (known_laws(HEADS), ["Q Q^T - K K^T"]),
    "stacked": (
        known_laws(System({"A": (2, 3), "B": (4, 3), "C": (3, 3)}, phi=["A C", "B C"])),
        ["A^T A + B^T B - C C^T"],
    ),
    "vectors": (
        known_laws(System({"u": 2, "V": (2, 2)}, phi=lambda u, V: u * V)),
        ["diag(u u^T - V V^T)"],
    ),
    "numbers": (known_laws(product(3)), ["x1^2 - x2^2", "x2^2 - x3^2"]),
    "linear laws": (known_laws(nmf([1, 1, 1])), ["W2[0,0] - W1[0,0]"]),
    "scalars of a graph": (
        known_laws(residual(1, 1, 1)),
        ["W[h1_0,z0_0]^2 - W[z1_0,h1_0]^2"],
    ),
    "none": (known_laws(under_flow(linear([1, 1, 1]), "momentum")), []),
    "closed": (find_laws(System("xy", fields=[["2*x", "-3*y"]])), ["x^3*y^2"]),
}


@pytest.mark.parametrize("name", SETS)
def test_texts(name):
    laws, texts = SETS[name]
    assert [str(form) for form in laws.matrix_form()] == texts
    assert list(laws.lines(matrix=True)) == [*texts, *(f"# {line}" for line in laws.remarks())]


def held(form, weights):
    """The laws that a matrix holds, at weights, up to sign: each entry once."""
    value = form.value(weights)
    if form.part != "matrix":
        return [abs(x) for x in np.ravel(value).tolist()]
    n = form.side
    assert value.shape == (n, n) and (value == value.T).all()
    return [abs(value[i, j]) for i, j in combinations_with_replacement(range(n), 2)]


def check(laws):
    forms = laws.matrix_form()
    size = laws.network.size
    weights = [int(x) for x in np.random.default_rng(1).integers(-99, 100, size=size)]
    expected = sorted(abs(law.value(np.array(weights, dtype=object))) for law in laws)
    found = []
    for form in forms:
        if isinstance(form, MatrixLaw):
            assert len(held(form, weights)) == form.size
            found += held(form, weights)
        else:
            assert form in list(laws)
            found.append(abs(form.value(np.array(weights, dtype=object))))
    assert sorted(found) == expected
    assert sum(f.size if isinstance(f, MatrixLaw) else 1 for f in forms) == len(laws)


@pytest.mark.parametrize("name", [name for name in SETS if name != "closed"])
def test_matrices_hold_the_laws(name):
    check(SETS[name][0])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 4), min_size=3, max_size=4),
    st.sampled_from([False, True, "all"]),
    st.data(),
)
def test_layered_networks(dims, bias, data):
    names = [data.draw(st.sampled_from(["linear", "relu"])) for _ in dims[2:]]
    net = mlp(dims, names, bias)
    check(known_laws(net))
    laws = balance_laws(net)
    check_balance(laws)
    if len(laws):
        low = data.draw(st.integers(0, len(laws) - 1))
        check_balance(laws[low :: data.draw(st.integers(1, 3))])
        check_balance(laws[::-1])
        check_balance(laws.layer(1))
        check_balance(laws.neuron(1, 0))
    check(polynomial_laws(net, 2))


def check_balance(laws):
    """Lazy laws say by number what is found by reading polynomials."""
    forms = laws.matrix_form()
    weights = [int(x) for x in np.random.default_rng(2).integers(-99, 100, laws.network.size)]
    found = sorted(x for form in forms for x in held(form, weights))
    assert found == sorted(abs(x) for x in laws.values(np.array(weights, dtype=object)).tolist())


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.data())
def test_no_polynomial_is_taken_for_another(rows, inner, columns, data):
    """Sums of products of two entries: whatever is read says the same polynomial."""
    net = System({"A": (rows, inner), "B": (inner, columns)}, phi="A B")
    v = st.integers(0, net.size - 1)
    terms = data.draw(
        st.lists(st.tuples(st.sampled_from([1, -1, 2]), v, v), min_size=1, max_size=4)
    )
    entry = data.draw(st.sampled_from([*combinations_with_replacement(range(inner), 2)]))
    i, j = entry
    gram = [(1, a * inner + i, a * inner + j) for a in range(rows)]
    start = rows * inner
    gram += [(-1, start + i * columns + b, start + j * columns + b) for b in range(columns)]
    for listed in (terms, gram, gram[:-1], [*gram, *terms], [(-c, a, b) for c, a, b in gram]):
        polynomial = Polynomial.of((c, [(a, 1), (b, 1)]) for c, a, b in listed)
        (form,) = matrix_form(net, [polynomial])
        if form == 0:
            assert listed is not gram or rows == inner == columns == 0
            continue
        law = Law(net, polynomial)
        for seed in range(3):
            x = np.random.default_rng(seed).integers(-9, 10, net.size).astype(object)
            value = form.value(x)
            assert abs(int(np.ravel(value)[0])) == abs(law.value(x)), (str(form), str(law))
    (form,) = matrix_form(net, [Polynomial.of((c, [(a, 1), (b, 1)]) for c, a, b in gram)])
    assert isinstance(form, MatrixLaw)


def test_trajectories_and_floats():
    (form,) = known_laws(linear([2, 3, 2])).matrix_form()
    rng = np.random.default_rng(0)
    w1, w2 = rng.normal(size=(5, 3, 2)), rng.normal(size=(5, 2, 3))
    found = form.value({"W1": w1, "W2": w2})
    assert np.allclose(found, w1 @ w1.swapaxes(1, 2) - w2.swapaxes(1, 2) @ w2)
    assert form.value([10**20] * 12).dtype == object
    with pytest.raises(InputError, match="^weights"):
        form.value([1, 2])


def test_latex_and_sympy():
    sympy = pytest.importorskip("sympy")
    gated, free = known_laws(mlp([2, 2, 3, 1], ["relu", "linear"], bias=True)).matrix_form()
    assert free.latex() == (
        r"W^{(2)} {W^{(2)}}^{\top} + b^{(2)} {b^{(2)}}^{\top} - {W^{(3)}}^{\top} W^{(3)}"
    )
    assert gated.latex().startswith(r"\operatorname{diag}\left(W^{(1)} {W^{(1)}}^{\top}")
    assert to_latex(free) == free.latex() == free._repr_latex_().strip("$")
    w2, b2, w3 = (sympy.MatrixSymbol(*a) for a in (("W2", 3, 2), ("b2", 3, 1), ("W3", 1, 3)))
    assert to_sympy(free) == w2 * w2.T + b2 * b2.T - w3.T * w3
    assert to_sympy(gated).shape == (2, 1)
    one = balance_laws(linear([2, 2, 2]))[1:2].matrix_form()[0]
    assert str(one) == "(W1 W1^T - W2^T W2)[0,1]" and one.latex().endswith(r"\right)_{0,1}")
    assert to_sympy(one).has(sympy.MatrixSymbol("W1", 2, 2))
    assert repr(one) == "<MatrixLaw (W1 W1^T - W2^T W2)[0,1]>"


def test_wide_networks_are_told_at_once():
    laws = known_laws(linear([10**6, 10**6, 10**6]))
    assert [str(form) for form in laws.matrix_form()] == ["W1 W1^T - W2^T W2"]


def test_the_command():
    assert run("laws", "relu", "2-3-1", "--matrix").stdout.splitlines() == list(
        known_laws(mlp([2, 3, 1])).lines(matrix=True)
    )
    printed = run("laws", "linear", "2-2-2-1", "--matrix", "--latex", "--limit", 1).stdout
    assert printed.splitlines()[:2] == [
        r"W^{(1)} {W^{(1)}}^{\top} - {W^{(2)}}^{\top} W^{(2)}",
        "% the first 1 of 2 matrices",
    ]
    record = json.loads(run("laws", "linear", "2-2-2-1", "--matrix", "--limit", 1, "--json").stdout)
    assert record["laws"] == ["W1 W1^T - W2^T W2"] and record["total"] == 2
    assert record["dimension"] == 6
