"""Systems of what a function computes of named matrices, by NumPy and by SymPy; phi at weights;
names with indices.
"""

from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pyconslaw.networks.systems as systems
from pyconslaw import (
    InputError,
    LimitError,
    Network,
    System,
    analyze,
    certify,
    check_law,
    dag,
    known_laws,
    linear,
    mlp,
    polynomial_laws,
    product,
    under_flow,
)
from pyconslaw.verify import verify_bytes

sympy = pytest.importorskip("sympy")
HEAD = {"Q": (2, 3), "K": (2, 3)}
Q, K = sympy.MatrixSymbol("Q", 2, 3), sympy.MatrixSymbol("K", 2, 3)


def at(net, shapes, seed=0):
    """Integer matrices, by name."""
    rng = np.random.default_rng(seed)
    return {name: rng.integers(-5, 6, size=shape) for name, shape in shapes.items()}


FUNCTIONS = {
    "sum": lambda Q, K: Q + K,
    "sum of products": lambda Q, K: Q.T @ K + K.T @ Q,
    "entry by entry": lambda Q, K: Q * K,
    "powers": lambda Q, K: Q**3 - K**2,
    "trace": lambda Q, K: np.trace(Q.T @ K),
    "einsum": lambda Q, K: np.einsum("ij,kj->ik", Q, K),
    "all entries": lambda Q, K: (Q * Q).sum() - K.sum(),
    "rows": lambda Q, K: [Q[0] * K[1], {"more": (K[0, 0] * Q[1, 2],)}],
    "numbers": lambda Q, K: 2 * Q.T @ K - 3 * Q.T @ Q + 1,
    "floats that are integers": lambda Q, K: np.eye(2) @ Q * K + np.ones((2, 3)) * Q,
    "concatenate": lambda Q, K: np.concatenate([Q @ K.T, K @ Q.T], axis=1),
    "outer": lambda Q, K: np.outer(Q[0], K[1]),
    "signs": lambda Q, K: 1 - (-Q + +K) * 7,
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_arrays_is_what_numpy_computes(name):
    phi = FUNCTIONS[name]
    net = System(HEAD, phi=phi)
    assert net.kind == "polynomials" and [p.name for p in net.parameters] == ["Q", "K"]
    assert net.entry_names == tuple(
        f"{m}[{i},{j}]" for m in "QK" for i in (0, 1) for j in (0, 1, 2)
    )
    weights = at(net, HEAD)
    returned = np.concatenate([np.ravel(a) for a in flattened(phi(**weights))])
    found = net.evaluate(weights)
    assert found.shape == returned.shape
    scale = SCALES.get(name, 1)
    assert (found * scale == returned).all()


# components have integer coefficients without common factor
SCALES = {"sum of products": np.array([2, 1, 1, 1, 2, 1, 1, 1, 2])}


def flattened(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [a for one in value for a in flattened(one)]
    return [value]


def test_exact_numbers():
    net = System({"W": (2, 2)}, phi=lambda W: W / 3 + Fraction(1, 2) * W[::-1] ** 2)
    assert net.evaluate([1, 2, 3, 4]).tolist() == [2 * 1 + 3 * 9, 2 * 2 + 3 * 16, 2 * 3 + 3 * 1, 20]
    two = [2, np.int64(2), np.float64(2), 2.0, Fraction(2), flint.fmpz(2), flint.fmpq(2)]
    made = [System({"W": (2, 2)}, phi=lambda W, c=c: c * (W @ W) - W * c + W / c) for c in two]
    assert len(set(made)) == 1


def test_quotients_are_vector_fields():
    net = System({"u": 2, "v": 2}, phi=lambda u, v: u / v)
    assert net.kind == "fields" and len(net.poles) == 2
    assert net == System(["u[0]", "u[1]", "v[0]", "v[1]"], phi=["u[0]/v[0]", "u[1]/v[1]"])
    assert System({"u": 2}, phi=lambda u: 1 / u**2 + u**-1).kind == "fields"
    with pytest.raises(InputError, match="^weights: .* is given by vector fields"):
        net.evaluate([1, 2, 3, 4])


def test_vectors_are_columns_and_numbers_are_one_by_one():
    net = System({"u": 3, "v": (3,), "s": ()}, phi=lambda u, v, s: s * u * v)
    weights = {"u": [1, 2, 3], "v": [4, 5, 6], "s": 7}
    assert net.evaluate(weights).tolist() == [28, 70, 126]
    assert System({"u": 3, "v": 3}, phi=lambda u, v: u.T @ v + u[0] * 0).size == 6


def test_products_stay_products():
    wide = System({"Q": (128, 4096), "K": (128, 4096)}, phi=lambda Q, K: Q.T @ K)
    assert wide.kind == "products"
    with pytest.raises(
        LimitError, match="^phi: expected products.*up to 100000 variables.*1048576"
    ):
        System({"Q": (128, 4096), "K": (128, 4096)}, phi=lambda Q, K: Q + K)


def test_what_is_known_of_them_is_known_by_name():
    net = System({"a": 2, "B": (2, 2)}, phi=lambda a, B: a * B)
    laws = known_laws(net)
    assert laws.complete and len(laws) == 2
    found = {str(h) for h in polynomial_laws(net, 2)}
    assert found == {
        "B[0,0]^2 + B[0,1]^2 - a[0]^2",
        "B[1,0]^2 + B[1,1]^2 - a[1]^2",
    }
    weights = {"a": np.array([1.0, 2.0]), "B": np.array([[3.0, 4.0], [5.0, 6.0]])}
    assert sorted(polynomial_laws(net, 2).values(weights).tolist()) == [25 - 1, 61 - 4]
    report = analyze(net)
    assert verify_bytes(certify(net, report=report).bytes).laws == report.laws == 2
    assert check_law(net, "a[0]^2 - B[0,0]^2 - B[0,1]^2")
    again = System.from_spec(net.to_json())
    assert again == net and again.entry_names == net.entry_names
    assert under_flow(net, "momentum").entry_names[6:8] == ("da[0]", "da[1]")


REFUSED = {
    "float": (lambda Q, K: 0.5 * Q, "^phi: expected exact numbers, got the float 0.5"),
    "nan": (lambda Q, K: float("nan") * Q, "^phi: expected exact numbers"),
    "infinity": (lambda Q, K: Q + np.inf, "^phi: expected exact numbers"),
    "order": (lambda Q, K: Q > K, "^phi: an entry of a matrix is neither true nor false"),
    "equality": (lambda Q, K: Q if Q[0, 0] == 0 else K, "^phi: .* neither true nor false"),
    "truth": (lambda Q, K: Q * K if Q[0, 0] else K, "^phi: .* neither true nor false"),
    "function": (lambda Q, K: np.exp(Q), "^phi: .*exp"),
    "as floats": (lambda Q, K: (Q * K).astype(float), "^phi: an entry of a matrix is no float"),
    "power": (lambda Q, K: Q**0.5, "^phi: "),
    "high power": (lambda Q, K: Q**10_001, "^phi: an exponent above 10000"),
    "text": (lambda Q, K: Q * "x", "^phi: "),
    "inverse": (lambda Q, K: np.linalg.inv(Q @ K.T), "^phi: "),
    "constant": (lambda Q, K: Q - Q, r"^phi\[0\]: expected a polynomial that is not constant"),
    "mask": (lambda Q, K: np.eye(2) * (Q @ K.T), r"^phi\[1\]: expected a polynomial that is not"),
    "number": (lambda Q, K: [Q * K, 3], r"^phi\[6\]: expected a product of the matrices, or ent"),
    "zero": (lambda Q, K: K / (Q - Q), "^phi: division by zero"),
    "shapes": (lambda Q, K: (Q * Q) @ K, "^phi: matmul"),
    "place": (lambda Q, K: Q[5, 0] + 1, "^phi: index 5 is out of bounds"),
    "work": (lambda Q, K: (Q.sum() + K.sum() + 1) ** 9, "^phi: more than 2000000 steps of work"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    phi, message = REFUSED[name]
    with pytest.raises(InputError, match=message):
        System(HEAD, phi=phi)


def test_entries_of_another_system_are_refused():
    kept = []
    System(HEAD, phi=lambda Q, K: (kept.append(Q), Q * K)[1])
    with pytest.raises(InputError, match="^phi: an entry of the matrices of another system"):
        System(HEAD, phi=lambda Q, K: kept[1] * K)


EXPRESSIONS = {
    "product": (Q.T * K, lambda Q, K: Q.T @ K),
    "list": ([Q.T * K, Q.T * K], lambda Q, K: [Q.T @ K]),
    "gram": (Q * Q.T, lambda Q, K: Q @ Q.T),
    "power": ((Q * K.T) ** 2, lambda Q, K: Q @ K.T @ Q @ K.T),
    "sum": (2 * Q.T * K - K.T * Q / 3, lambda Q, K: 2 * Q.T @ K - K.T @ Q / 3),
    "trace": ([sympy.Trace(Q * K.T)], lambda Q, K: np.trace(Q @ K.T)),
    "hadamard": (sympy.HadamardProduct(Q, K), lambda Q, K: Q * K),
    "identity": (Q * K.T + sympy.Identity(2), lambda Q, K: Q @ K.T + np.eye(2, dtype=int)),
    "entries": ([Q[0, 0] * K[1, 2] ** 2, Q[1, 1]], lambda Q, K: [Q[0, 0] * K[1, 2] ** 2, Q[1, 1]]),
    "a matrix of entries": (
        sympy.Matrix([[Q[0, 0] * K[0, 0], Q[0, 1]]]),
        lambda Q, K: [Q[0, 0] * K[0, 0], Q[0, 1]],
    ),
    "written out": (sympy.Matrix(Q).T * sympy.Matrix(K) * 2, lambda Q, K: 2 * Q.T @ K),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_sympy_matrices(name):
    phi, same = EXPRESSIONS[name]
    expected = System(HEAD, phi=same)
    for variables in (HEAD, [Q, K], (Q, K)):
        net = System(variables, phi=phi)
        assert net == expected and net.parameters == expected.parameters


def test_sympy_symbols_among_matrices():
    a = sympy.Symbol("a")
    net = System([a, Q, K], phi=a * Q.T * K + a * Q.T * Q)
    assert [(p.name, p.shape) for p in net.parameters] == [("a", ()), ("Q", (2, 3)), ("K", (2, 3))]
    assert net == System({"a": (), **HEAD}, phi=lambda a, Q, K: a * (Q.T @ K) + a * (Q.T @ Q))


N = sympy.Symbol("n", integer=True)


@pytest.mark.parametrize(
    ("variables", "phi", "message"),
    [
        ([sympy.MatrixSymbol("A", N, 2)], "A", "^variables: expected a shape of integers"),
        ([Q, Q], Q, "^variables: expected distinct names"),
        (HEAD, (Q * K.T).I, "^phi: expected matrices, .* got the SymPy node Inverse"),
        (HEAD, sympy.MatrixSymbol("Z", 2, 2), "^phi: unknown matrix 'Z'"),
        (HEAD, sympy.MatrixSymbol("Q", 3, 2), r"^phi: Q is \(3, 2\), expected \(2, 3\)"),
        (HEAD, sympy.exp(Q[0, 0]), "^phi: expected matrices, .* got the SymPy node exp"),
        (HEAD, [Q[0, N]], "^phi: expected matrices, .* got the SymPy node MatrixElement"),
        (HEAD, 0.5 * Q.T * K, "^phi: expected matrices, .* got the SymPy node Float"),
        (HEAD, (Q * K.T) ** N, "^phi: expected matrices, .* got the SymPy node MatPow"),
        (HEAD, [sympy.Symbol("z") * Q[0, 0]], "^phi: unknown matrix 'z'"),
    ],
)
def test_sympy_that_is_refused(variables, phi, message):
    with pytest.raises(InputError, match=message):
        System(variables, phi=phi)


def test_arrays_of_entries():
    x, y = sympy.symbols("x y")
    expected = System(["x", "y"], phi=["x*y", "x", "y^2", "x - y"])
    entries = [[x * y, "x"], [y**2, x - y]]
    assert System([x, y], phi=np.array(entries, dtype=object)) == expected
    assert System([x, y], phi=sympy.Matrix([[x * y, x], [y**2, x - y]])) == expected
    assert System([x, y], phi=[sympy.Matrix([[x * y, x]]), y**2, "x - y"]) == expected


@pytest.mark.parametrize("net", [mlp([1, 2, 1], bias=True), linear([2, 1, 2])], ids=str)
def test_the_names_of_parameters_are_names_of_variables(net):
    """A network as a system in its own names: the same laws."""
    system = System(net.entry_names, phi=list(net.components.values()))
    assert system.entry_names == net.entry_names
    assert analyze(system).laws == analyze(net).laws
    assert {str(h) for h in polynomial_laws(system, 2)} == {str(h) for h in polynomial_laws(net, 2)}
    for law in known_laws(net):
        assert check_law(system, str(law))


def test_names_of_edges_are_names_of_variables():
    net = dag({"x": "input", "h": "relu", "y": "linear"}, [("x", "h"), ("h", "y")])
    system = System(net.entry_names, phi=["W[h,x]*W[y,h]"])
    assert str(known_laws(system)[0]) == "W[y,h]^2 - W[h,x]^2"
    fields = System(net.entry_names, fields=[{"W[h,x]": "W[y,h]", "W[y,h]": "W[ h, x ]"}])
    assert analyze(fields).laws == 1
    assert verify_bytes(certify(system).bytes).laws == 1


@pytest.mark.parametrize(
    "name", ["x[", "x]", "x[]", "x[0", "x[0,]", "x[,0]", "x[0][1]", "x[ 0]", "[0]"]
)
def test_names_that_are_none(name):
    with pytest.raises(InputError, match="^variables: expected names"):
        System([name], phi=["1"])


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_random_functions_are_what_numpy_computes(data):
    """Straight-line programs in two square matrices, on symbols and on integers."""
    shapes = {"A": (2, 2), "B": (2, 2)}
    steps = data.draw(
        st.lists(
            st.tuples(st.sampled_from("+-*@"), st.integers(0, 9), st.integers(0, 9)), max_size=5
        )
    )

    def phi(A, B):
        made = [A, B, A.T, 2 * B, A + 1]
        for operator, first, second in steps:
            a, b = made[first % len(made)], made[second % len(made)]
            made.append({"+": a + b, "-": a - 3 * b, "*": a * b, "@": a @ b}[operator])
        return [made[-1], A[0, 0] * B[1, 1]]

    try:
        net = System(shapes, phi=phi)
    except InputError as error:
        assert "not constant" in str(error) or "steps of work" in str(error)
        return
    weights = at(net, shapes, data.draw(st.integers(0, 99)))
    entries = np.concatenate(
        [np.ravel(x) for x in phi(**{k: v.astype(object) for k, v in weights.items()})]
    )
    # components are primitive, and have no constant term less or more
    for f, value, entry in zip(
        net.components.values(), net.evaluate(weights), entries, strict=True
    ):
        ratio = {Fraction(int(entry), int(value))} if value else set()
        assert value == f.at(np.concatenate([np.ravel(w) for w in weights.values()]).tolist())
        assert all(r > 0 and r.denominator == 1 for r in ratio)
        assert bool(value) == bool(entry)


def test_phi_of_networks():
    net = mlp([2, 2, 1], "linear")
    w1, w2 = np.arange(1.0, 5).reshape(2, 2), np.array([[5.0, 6.0]])
    paths = net.evaluate({"W1": w1, "W2": w2})
    assert dict(zip(net.components, paths, strict=True)).keys() == net.components.keys()
    assert np.isclose(paths.sum(), (w2 @ w1).sum())
    heads = System(HEAD, phi=lambda Q, K: [Q.T @ K, K @ K.T])
    q, k = np.random.default_rng(0).normal(size=(2, 4, 2, 3))
    found = heads.evaluate({"Q": q, "K": k})
    assert found.shape == (4, 13)
    assert np.allclose(found[:, :9].reshape(4, 3, 3), q.swapaxes(1, 2) @ k)
    assert np.allclose(found[:, 9:].reshape(4, 2, 2), k @ k.swapaxes(1, 2))
    assert product(3).evaluate([10**30, 1, 1]).tolist() == [10**30]
    assert product(3).evaluate(np.ones((5, 2, 3))).shape == (5, 2, 1)
    assert product(2).evaluate([Fraction(1, 3), 3]).tolist() == [1]
    with pytest.raises(InputError, match="^weights"):
        product(3).evaluate([1, 2])


def test_symbols_need_no_more_than_is_said(monkeypatch):
    monkeypatch.setattr(systems, "ENTRY_LIMIT", 11)
    with pytest.raises(LimitError, match="up to 11 variables, and these are 12"):
        System(HEAD, phi=lambda Q, K: Q * K)
    assert isinstance(System(HEAD, phi=lambda Q, K: Q.T @ K), Network)
