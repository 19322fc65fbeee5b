"""Laws and phi as SymPy expressions, and back."""

import pytest

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    check_law,
    complement,
    find_laws,
    icnn,
    known_laws,
    linear,
    mlp,
    to_sympy,
    under_flow,
)

sympy = pytest.importorskip("sympy")

SETS = {
    "biases": lambda: known_laws(mlp([2, 2, 1], bias=True)),
    "columns": lambda: known_laws(System({"u": 3, "v": 3, "s": ()}, phi=["u v^T", "s"])),
    "momentum": lambda: known_laws(under_flow(linear([2, 2, 1]), "momentum", tau="1/2")),
    "mirror": lambda: known_laws(icnn([1, 2, 1])),
    "logarithms": lambda: find_laws(System("xy", fields=[["x*(1 - y)", "y*(x - 1)"]])),
    "angles": lambda: find_laws(System("xy", fields=[["x - y", "x + y"]])),
    "quotients": lambda: find_laws(System("ab", phi=["a^2 + b^2"])),
    "powers": lambda: find_laws(System("xy", fields=[["2*x", "-3*y"]])),
}


@pytest.mark.parametrize("matrices", [False, True])
@pytest.mark.parametrize("name", SETS)
def test_what_comes_out_goes_in_again(name, matrices):
    found = SETS[name]()
    net = found.network
    listed = to_sympy(found, matrices)
    assert len(listed) == len(found) > 0
    for law, expression in zip(found, listed, strict=True):
        assert isinstance(expression, sympy.Expr)
        assert check_law(net, expression).verdict == "proved" and check_law(net, expression)
        wrong = expression + to_sympy_symbol(net, matrices)
        assert bool(check_law(net, wrong)) == bool(check_law(net, f"{law} + {net.entry_names[0]}"))
    assert len(complement(net, listed)) == analyze(net).laws - found.independent


def to_sympy_symbol(net, matrices):
    parameter = net.parameters[0]
    if not matrices or not parameter.shape:
        return sympy.Symbol(net.entry_names[0])
    return sympy.MatrixSymbol(parameter.name, *(*parameter.shape, 1)[:2])[0, 0]


def test_matrices_have_the_shapes_of_parameters():
    expression = to_sympy(known_laws(mlp([2, 3, 1], bias=True))[0], matrices=True)
    shapes = {symbol.name: symbol.shape for symbol in expression.atoms(sympy.MatrixSymbol)}
    assert shapes == {"W1": (3, 2), "b1": (3, 1), "W2": (1, 3)}
    w1, w2 = sympy.Matrix([[1, 2], [3, 4], [5, 6]]), sympy.Matrix([[7, 8, 9]])
    values = {sympy.MatrixSymbol("W1", 3, 2): w1, sympy.MatrixSymbol("W2", 1, 3): w2}
    values[sympy.MatrixSymbol("b1", 3, 1)] = sympy.Matrix([1, 2, 3])
    assert expression.subs(values).doit() == 1 + 4 + 1 - 49


def test_phi_is_a_dictionary_of_expressions():
    net = linear([2, 1, 1])
    found = to_sympy(net, matrices=True)
    assert list(found) == list(net.components)
    w1, w2 = sympy.MatrixSymbol("W1", 1, 2), sympy.MatrixSymbol("W2", 1, 1)
    assert found["x[1] -> y[0]"] == w1[0, 1] * w2[0, 0]
    system = System([w1, w2], phi=list(found.values()))
    assert analyze(system).laws == analyze(net).laws == 1
    plain = System(net.entry_names, phi=list(to_sympy(net).values()))
    assert plain == system


def test_refusals():
    for wrong, message in (("x", "^law: expected a Law"), (turning(), "^law: .* vector fields")):
        with pytest.raises(InputError, match=message):
            to_sympy(wrong)
    with pytest.raises(LimitError):
        to_sympy(mlp([9] * 9, "linear"))


def turning():
    return System("xy", fields=[["y", "-x"]])


X, Y = sympy.symbols("x y")


@pytest.mark.parametrize(
    ("law", "message"),
    [
        (sympy.Symbol("z"), "^law: unknown variable 'z'"),
        (sympy.Symbol("x + y"), r"^law: unknown variable 'x \+ y'"),
        (1.5 * X, "^law: expected exact numbers, got the float 1.5"),
        (sympy.exp(X), "^law: unknown variable 'exp'"),
        (sympy.MatrixSymbol("Z", 2, 2)[0, 0], r"^law: unknown variable 'Z\[0,0\]'"),
        (sympy.Add(*[X**k for k in range(60_000)]), "^law: more than 100000 nodes"),
    ],
    ids=range(6),
)
def test_expressions_that_are_refused(law, message):
    for ask in (lambda: check_law(turning(), law), lambda: complement(turning(), [law])):
        with pytest.raises(InputError, match=message):
            ask()


def test_the_end_of_a_name_is_no_name():
    net = System({"v": 2, "uv": (2, 2)}, phi=lambda v, uv: v * uv)
    v, uv = sympy.MatrixSymbol("v", 2, 1), sympy.MatrixSymbol("uv", 2, 2)
    law = uv[0, 0] ** 2 + uv[0, 1] ** 2 - v[0, 0] ** 2
    assert check_law(net, law) and not check_law(net, law + v[1, 0])


def test_laws_that_are_handed_in():
    assert analyze(turning(), laws=[X**2 + Y**2]).laws == 1
    assert check_law(turning(), (X**2 + Y**2) / 3)
    assert check_law(turning(), 1 / (X**2 + Y**2)) and not check_law(turning(), X)
