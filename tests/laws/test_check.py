"""check_law: true laws in every disguise, refutations verified again by the oracle, garbage
refused.
"""

import random
from fractions import Fraction
from itertools import combinations

import pytest
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow

from pyconslaw import (
    InputError,
    Law,
    LimitError,
    Polynomial,
    check_law,
    known_laws,
    linear,
    mlp,
    polynomial_laws,
    polynomial_system,
    product,
)
from pyconslaw.entries.parse import parse_polynomial

NETWORKS = {
    "linear 2-2-2": ([2, 2, 2], "linear", "none"),
    "relu 2-3-1 --bias": ([2, 3, 1], "relu", "hidden"),
    "mlp 2-2-2-1": ([2, 2, 2, 1], ["linear", "relu"], "none"),
    "linear 1-2-2-1": ([1, 2, 2, 1], "linear", "none"),
    "leaky 1-2-2 --bias all": ([1, 2, 2], "leaky_relu", "all"),
}


@pytest.fixture(params=NETWORKS)
def case(request):
    """(network, the oracle's components)."""
    architecture = NETWORKS[request.param]
    return mlp(*architecture), list(slow_networks.layered(*architecture)[0].values())


def as_slow(net, text):
    parsed = parse_polynomial(text, {name: k for k, name in enumerate(net.entry_names)})
    return slow.polynomial((Fraction(c, parsed.denominator), m) for c, m in parsed.numerator.terms)


def assert_refuted(net, text, phi):
    """The component that is named has exactly that nonzero derivative at that point."""
    found = check_law(net, text)
    assert (
        not found
        and found.conserved is False
        and found.verdict == "proved"
        and found.error_bound is None
    )
    assert set(found.point) == set(net.entry_names) and all(
        type(x) is int for x in found.point.values()
    )
    component = slow.polynomial(net.components[found.component].terms)
    assert any(component == f for f in phi)
    point = [found.point[name] for name in net.entry_names]
    value = slow.evaluate(
        slow.derivative_along(as_slow(net, text), slow.gradient(component)), point
    )
    assert value == found.derivative != 0
    return found


def assert_conserved(net, text, phi):
    found = check_law(net, text)
    assert found and found.conserved is True and found.verdict == "proved" and found.reason
    assert (found.component, found.point, found.derivative, found.error_bound) == (None,) * 4
    assert slow.is_law(as_slow(net, text), phi)


def test_known_laws_and_their_multiples(case):
    net, phi = case
    for law in known_laws(net):
        text = str(law)
        for candidate in (text, f"-7*({text})", f"({text})/3 + 5/2", f"1/2 - ({text})"):
            assert_conserved(net, candidate, phi)


def test_functions_of_laws(case):
    net, phi = case
    texts = [f"({law})" for law in known_laws(net)][:3]
    for a, b in combinations(texts, 2):
        for candidate in (
            f"{a} + {b}",
            f"2*{a} - {b}/3",
            f"{a}*{b}",
            f"{a}^2 - 3*{b}^2 + {a}*{b} + {a} - 1",
        ):
            assert_conserved(net, candidate, phi)
    assert_conserved(net, f"{texts[0]}^2", phi)


def test_all_polynomial_laws_of_degree_4():
    net = mlp([1, 2, 1])
    phi = list(slow_networks.layered([1, 2, 1], "relu")[0].values())
    laws = polynomial_laws(net, 4)
    assert len(laws) == 3
    for law in laws:
        assert_conserved(net, str(law), phi)


def test_random_candidates(case, fresh_seed):
    """Random quadratic and quartic candidates: the verdict is the oracle's,
    and a refutation holds at its point.
    """
    net, phi = case
    draw = random.Random(fresh_seed)
    laws = [str(law) for law in known_laws(net)]
    verdicts = set()
    for _ in range(30):
        names = draw.choices(net.entry_names, k=draw.randint(1, 4))
        noise = draw.choice(
            [
                "",
                f" + ({draw.randint(-3, 3)})*{'*'.join(names)}",
                f" + {draw.randint(1, 9)}/7*{names[0]}^2",
            ]
        )
        candidate = (
            f"{draw.randint(-5, 5)}/3*({draw.choice(laws)}) - "
            f"{draw.randint(0, 2)}*({draw.choice(laws)})" + noise
        )
        conserved = slow.is_law(as_slow(net, candidate), phi)
        verdicts.add(conserved)
        (assert_conserved if conserved else assert_refuted)(net, candidate, phi)
    assert verdicts == {True, False}


@pytest.mark.parametrize(
    "candidate",
    [
        "W1[0,0]",
        "W1[0,0]^2",
        "W1[0,0]^2 + W2[0,0]^2",
        "W1[0,0]*W2[0,0]",
        "W1[0,0]^3/5 - 2",
        "(W1[0,0] - 1)^2",
    ],
)
def test_simple_refutations(case, candidate):
    net, phi = case
    assert_refuted(net, candidate, phi)


def test_refutation_with_a_rational_derivative():
    net = product(2)
    found = check_law(net, "x1^2/6")
    assert found.derivative == Fraction(found.point["x1"] * found.point["x2"], 3) != 0
    assert found.component in net.components


def test_refutation_of_high_degree_vanishes_at_small_points():
    """<grad h, grad phi> = 0 wherever a coordinate is 0, 1 or 2: the point has to be looked for."""
    net = polynomial_system(["x", "y"], ["y"])
    h = "y^4/4 - y^3 + y^2"  # derivative y (y - 1) (y - 2)
    found = assert_refuted(net, h, [slow.variable(1)])
    assert found.point["y"] not in (0, 1, 2)


@pytest.mark.parametrize(
    "constant", ["0", "5", "-1/3", "W1[0,0] - W1[0,0]", "(W1[0,0] + 1)^2 - W1[0,0]^2 - 2*W1[0,0]"]
)
def test_constants_are_conserved(constant):
    found = check_law(linear([2, 2, 2]), constant)
    assert found and found.verdict == "proved" and "constant" in found.reason


def test_every_form_of_a_candidate():
    net = product(2)
    h = Polynomial(((1, ((0, 2),)), (-1, ((1, 2),))))
    for law in ("x1^2 - x2^2", h, Law(net, h), known_laws(net)[0]):
        assert check_law(net, law)
    for law in (
        "x1^2 + x2^2",
        Polynomial(((1, ((0, 2),)), (1, ((1, 2),)))),
        Law(net, Polynomial(((1, ((0, 1),)),))),
    ):
        assert not check_law(net, law)


def test_terms_that_cancel_in_a_polynomial_record():
    loose = Polynomial(((1, ((0, 2),)), (1, ((1, 2),)), (-2, ((1, 2),))))
    assert check_law(product(2), loose)


def test_extra_laws_of_trap_c():
    net = linear([1, 2, 1])
    phi = list(slow_networks.layered([1, 2, 1], "linear")[0].values())
    assert_conserved(net, "W1[0,0]*W2[0,1] - W1[1,0]*W2[0,0]", phi)
    assert_refuted(net, "W1[0,0]*W2[0,1] + W1[1,0]*W2[0,0]", phi)


def test_large_coefficients():
    c = 10**300
    net = product(2)
    phi = [{1 + 256: 1}]
    assert_conserved(net, f"{c}*x1^2 - {c}*x2^2", phi)
    assert_refuted(net, f"{c}*x1^2 - {c - 1}*x2^2", phi)
    assert_refuted(net, f"{2**62 - 57}*x1^2", phi)  # 0 modulo the prime that is used first


LARGE = mlp([10] * 8)  # 10^8 paths


def test_large_networks_are_proved_by_balance_laws():
    for law in list(known_laws(LARGE))[::17]:
        found = check_law(LARGE, law)
        assert found and found.verdict == "proved" and "balance" in found.reason
    laws = list(known_laws(LARGE))
    found = check_law(LARGE, f"3*({laws[0]}) - ({laws[25]})/2 + 7")
    assert found and found.verdict == "proved"


def test_large_networks_by_probes():
    """A product of laws is no combination of balance laws: probable, with its bound."""
    laws = list(known_laws(LARGE))
    found = check_law(LARGE, f"({laws[0]})*({laws[30]}) - ({laws[2]})^2")
    assert found and found.verdict == "probable" and 0 < found.error_bound < Fraction(1, 10**9)
    assert (
        check_law(LARGE, f"({laws[0]})^2", seed=5).error_bound
        != check_law(LARGE, f"({laws[0]})^2", seed=6).error_bound
    )


def test_large_networks_are_refuted_for_good():
    found = check_law(LARGE, "W1[0,0]^2 - W2[0,0]^2")
    assert (
        not found
        and found.verdict == "proved"
        and found.component
        and set(found.point) == set(LARGE.entry_names)
    )
    laws = list(known_laws(LARGE))
    assert not check_law(LARGE, f"({laws[0]})^2 + W7[9,9]*W1[0,0]/1000")


def test_balance_laws_that_cancel_each_other_inside():
    """|W1|^2 - |W7|^2 is the sum of all balance laws,
    those of the inner layers in variables it does not contain.
    """
    text = " + ".join(f"{n}^2" for n in LARGE.entry_names if n.startswith("W1[")) + "".join(
        f" - {n}^2" for n in LARGE.entry_names if n.startswith("W7[")
    )
    found = check_law(LARGE, text)
    assert found and found.verdict == "proved"


@pytest.mark.parametrize(
    "law",
    [
        "",
        "W1",
        "x",
        "W1[0,0]^2 -",
        "W1[9,9]",
        "W1[0,0]^",
        "1/0",
        "W1[0,0]/(W2[0,0] - W2[0,0])",
        "sin(W1[0,0])",
        "W1[0,0]^-1",
        None,
        5,
        1.5,
        ["W1[0,0]"],
        b"W1[0,0]",
        {"W1[0,0]": 1},
        object,
    ],
    ids=repr,
)
def test_garbage_is_refused(law):
    with pytest.raises(InputError, match="^law: "):
        check_law(linear([2, 2, 2]), law)


@pytest.mark.parametrize(
    "terms",
    [
        ((1, ((8, 1),)),),
        ((1, ((-1, 1),)),),
        ((1, ((0, -1),)),),
        ((1.5, ((0, 1),)),),
        ((1, ((0, 0.5),)),),
        (("a", ((0, 1),)),),
    ],
    ids=repr,
)
def test_polynomials_that_are_none_are_refused(terms):
    with pytest.raises(InputError, match="^law: "):
        check_law(linear([2, 2, 2]), Polynomial(terms))


def test_a_law_of_another_network_is_refused():
    """Its variables would be read as other parameters."""
    other = known_laws(linear([2, 3, 2]))[0]
    with pytest.raises(InputError, match="^law: "):
        check_law(linear([3, 2, 3]), other)


@pytest.mark.parametrize("network", [None, 5, "linear 2-2-2", [2, 2]], ids=repr)
def test_bad_network(network):
    with pytest.raises(InputError, match="^network: "):
        check_law(network, "x")


def test_networks_beyond_the_limit():
    with pytest.raises(LimitError, match="^network: "):
        check_law(linear([200, 200]), "W1[0,0]")


def test_work_beyond_the_limit_is_said_for_systems(monkeypatch):
    monkeypatch.setattr("pyconslaw.laws.check.WORK_LIMIT", 5)
    net = polynomial_system(["x", "y"], ["x^2 + y", "x*y"])
    assert check_law(net, "x").derivative
    with pytest.raises(LimitError, match="^law: 6 products of terms, more than 5"):
        check_law(net, "x + y")


def test_same_seed_same_answer():
    laws = list(known_laws(LARGE))
    first, second = (check_law(LARGE, f"({laws[0]})^2", seed=9) for _ in range(2))
    assert first.error_bound == second.error_bound
    first, second = (check_law(LARGE, "W1[0,0]", seed=9) for _ in range(2))
    assert first.point == second.point


def test_number_of_laws_by_gradients_of_what_is_accepted():
    """All accepted candidates together never have more independent gradients than there are laws
    (T1: 3).
    """
    net, phi = linear([2, 2, 2]), list(slow_networks.layered([2, 2, 2], "linear")[0].values())
    accepted = [
        slow.polynomial(law.polynomial.terms)
        for k in (2, 4)
        for law in polynomial_laws(net, k)
        if check_law(net, law)
    ]
    assert all(slow.is_law(h, phi) for h in accepted) and len(accepted) == 3 + 6
    assert slow_laws.gradient_rank(accepted, net.size) == 3
