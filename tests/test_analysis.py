"""From a network to a report: named counts, verdicts, certificates of every kind, refusals."""

import dataclasses
import hashlib
import json
from fractions import Fraction

import pytest
from named import COUNTS, build
import searched
from reference import laws as slow_laws
from reference import networks as slow_networks
from reference import polynomials as slow
from reference.trace import trace_dimension

import pyconslaw
from pyconslaw import (
    InputError,
    LimitError,
    NotProvedError,
    analyze,
    certify,
    check_law,
    count,
    known_laws,
    linear,
    mlp,
    network_of,
    polynomial_laws,
    polynomial_system,
    product,
    tied_autoencoder,
)
from pyconslaw import planner
from pyconslaw.verify import verify_bytes

# phi = U V^T with U n x r, V m x r
TWO_LAYERS = {
    (1, 1, 1): 1,
    (1, 1, 3): 5,
    (1, 2, 2): 3,
    (1, 2, 4): 9,
    (2, 2, 1): 1,
    (2, 2, 2): 3,
    (2, 2, 3): 6,
    (2, 2, 5): 14,
    (3, 2, 3): 6,
    (3, 3, 2): 3,
    (3, 1, 4): 10,
    (2, 1, 4): 9,
}
DEEP = {(2, 2, 2, 2): 6, (2, 1, 2, 2): 4, (1, 2, 1, 2): 4, (2, 3, 1, 2): 7, (1, 2, 2, 2): 6, (1, 1, 1, 1): 2}
PATH_LIFTINGS = {
    ("2-2-2-2", False): (12, 4),
    ("2-2-2-2", True): (16, 4),
    ("2-2-2-2", "all"): (18, 4),
    ("2-3-2", "all"): (17, 3),
    ("2-2-3-2-2", False): (20, 7),
}


@pytest.mark.parametrize("name", COUNTS)
def test_named_counts_are_proved_certified_and_accepted(name):
    net = build(name)
    report = analyze(net)
    assert (report.laws, report.verdict, report.laws_min, report.laws_max) == (
        COUNTS[name],
        "proved",
        COUNTS[name],
        COUNTS[name],
    )
    assert report.network == name and report.parameters == net.size and report.object == net.object
    assert (
        report.lower.rank == net.size - COUNTS[name] and report.upper_by and report.error_bound is None
    )
    accepted = verify_bytes(certify(net, report=report).bytes)
    assert (accepted.laws, accepted.parameters, accepted.system) == (COUNTS[name], net.size, name)
    assert count(net) == COUNTS[name]


MANY_ROUNDS = {"linear 2-8-8-2": 72, "linear 2-16-16-2": 272, "linear 1-20-20-2": 420}


@pytest.mark.parametrize("name", MANY_ROUNDS)
def test_counts_that_take_many_rounds(name):
    """Wide consecutive layers between narrow ends: a number of rounds in proportion to the width."""
    report = analyze(build(name))
    assert (report.laws, report.verdict) == (MANY_ROUNDS[name], "proved")


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long) if n == "linear 1-20-20-2" else n for n in MANY_ROUNDS])
def test_certificates_of_many_rounds_are_accepted(name):
    """What is proved here is proved to the checker: it does not decline the words that the search chose."""
    assert verify_bytes(certify(build(name)).bytes).laws == MANY_ROUNDS[name]


@pytest.mark.parametrize(("shape", "laws"), TWO_LAYERS.items())
def test_two_linear_layers(shape, laws):
    """T1: r (r + 1) / 2 for r <= N = n + m, else N r - N (N - 1) / 2."""
    n, m, r = shape
    report = analyze(linear([m, r, n]))
    assert (report.laws, report.verdict) == (laws, "proved")


@pytest.mark.parametrize(("dims", "laws"), DEEP.items())
def test_deep_linear(dims, laws):
    report = analyze(linear(dims))
    assert (report.laws, report.verdict) == (laws, "proved")


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("dims", [(1, 1, 1), (2, 3, 2), (3, 5, 1), (1, 4, 3), (4, 7, 4)])
def test_two_relu_layers(dims, bias):
    """T2: one law for each hidden neuron, |out|^2 - |in|^2 (- bias^2)."""
    net = mlp(dims, bias=bias)
    report = analyze(net)
    assert (report.laws, report.verdict, report.object) == (dims[1], "proved", "path-lifting")
    laws, _ = slow_networks.balance(dims, "hidden" if bias else "none")
    assert [slow.polynomial(h.polynomial.terms) for h in known_laws(net, report=report)] == laws


@pytest.mark.parametrize(("network", "expected"), PATH_LIFTINGS.items())
def test_path_liftings(network, expected):
    """T3: the number of hidden neurons; brackets add nothing."""
    net = network_of("relu", network[0], bias=network[1])
    report = analyze(net)
    assert (net.size, report.laws, report.verdict) == (*expected, "proved")
    assert report.method == "spanning paths"
    search = searched.analyze(net)
    assert (search.laws, set(search.rank_by_round)) == (expected[1], {net.size - expected[1]})


@pytest.mark.parametrize("size", [1, 2, 3, 7, 40])
def test_product(size):
    """T4: one generator, D - 1 laws x_i^2 - x_1^2."""
    report = analyze(product(size))
    reason = "single generator" if size > 1 else "number of parameters (1)"
    assert (report.laws, report.verdict, report.upper_by) == (size - 1, "proved", (reason,))
    laws = polynomial_laws(product(size), 2, report=report)
    assert laws.independent == laws.dimension == size - 1 and laws.complete


def test_json_of_reports():
    report = analyze(linear([1, 2, 2, 1]), seed=3)
    found = report.json()
    assert json.loads(json.dumps(found)) == found
    assert (
        found["laws"] == 7
        and found["seed"] == 3
        and found["verdict"] == "proved"
        and found["upper_by"] == ["single generator"]
    )
    assert set(found) >= {
        "parameters",
        "laws",
        "laws_min",
        "laws_max",
        "verdict",
        "upper_by",
        "rank_by_round",
        "object",
        "method",
        "seed",
        "primes",
    }
    assert all(2**60 < p < 2**61 for p in found["primes"]) and "seconds" not in found
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.laws = 8


PROBABLE = (["x", "y", "z"], ["x*(y^3 + z^3)", "x^2 + y^3 + z^3"], 1)  # the law 1/y - 1/z is no polynomial


@pytest.fixture
def polynomials_only(monkeypatch):
    """Neither laws beyond polynomials nor frames are looked for unasked."""
    monkeypatch.setattr(planner, "FORMS_LIMIT", 0)
    monkeypatch.setattr(planner, "FRAME_LIMIT", 0)


def test_a_law_that_is_no_polynomial_is_found():
    report = analyze(polynomial_system(*PROBABLE[:2]))
    assert (report.verdict, report.laws, report.upper_by) == ("proved", 1, ("rational laws (1 independent)",))


def test_probable_has_its_error_bound(polynomials_only):
    variables, phi, laws = PROBABLE
    net = polynomial_system(variables, phi)
    components = [slow.polynomial(f.terms) for f in net.phi]
    assert 3 - trace_dimension(components, 3) == laws
    assert slow_laws.law_basis(components, 3, [1, 2]) == []
    report = analyze(net)
    assert (report.verdict, report.laws, report.laws_min, report.laws_max) == ("probable", laws, 0, laws)
    assert isinstance(report.error_bound, Fraction) and 0 < report.error_bound < Fraction(1, 10**12)
    assert report.json()["error_bound"] == float(report.error_bound) and any(
        "none raised the rank" in note for note in report.notes
    )
    assert count(net) == laws
    with pytest.raises(NotProvedError) as caught:
        certify(net, report=report)
    assert caught.value.report is report


def test_full_rank_systems_are_proved():
    """Two random components: brackets fill the space, no laws, nothing left to doubt."""
    net = polynomial_system("xyz", ["x^3*y + z", "x*z^2 - y^3"])
    report = analyze(net)
    assert (report.laws, report.verdict) == (0, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 0


@pytest.mark.parametrize(
    ("name", "effort", "truth"),
    [
        ("linear 3-3-3", 0, 6),
        ("linear 3-3-3", 1, 6),
        ("linear 3-3-3", 1e4, 6),
        ("linear 2-4-3-2", 3e4, 16),
        ("linear 2-8-8-2", 1e5, 72),
        ("mlp 2-3-3-1 --activations relu,linear", 100, 9),
        ("mlp 5-6-4-3 --activations linear,relu", 1e4, 25),
        ("linear 1-2-2-1-2", 10, 8),
    ],
)
def test_small_effort_gives_an_open_interval(name, effort, truth):
    report = analyze(build(name), effort=effort, method="generic")
    assert report.verdict == "open" and report.laws is None and report.error_bound is None
    assert report.laws_min == truth < report.laws_max  # the best of the upper bounds is kept
    assert any("budget" in note for note in report.notes)
    with pytest.raises(NotProvedError) as caught:
        certify(build(name), report=report)
    assert caught.value.report is report and "open" in str(caught.value)


def test_count_of_an_open_answer(monkeypatch):
    full = analyze
    monkeypatch.setattr(
        "pyconslaw.analysis.analyze", lambda network, seed=0: full(network, seed=seed, effort=10)
    )
    with pytest.raises(NotProvedError, match="open, between 6 and 18 laws") as caught:
        count(linear([3, 3, 3]))
    assert caught.value.report.verdict == "open"


def test_effort_only_decides_how_far():
    """More effort never contradicts less: intervals shrink, the truth stays inside."""
    net, low, high = linear([2, 4, 3, 2]), 0, 26
    for effort in (0, 1e3, 1e4, 3e4, 1e5, 3e5, 1e6, 1e8):
        report = analyze(net, effort=effort)
        assert low <= report.laws_min <= 16 <= report.laws_max <= high
        low, high = report.laws_min, max(report.laws_max, 16)
    assert report.verdict == "proved"


@pytest.mark.parametrize("seed", [-1, 2**64, True, 1.0, "0", None], ids=repr)
def test_bad_seed(seed):
    for call in (
        analyze,
        count,
        known_laws,
        certify,
        lambda n, seed: polynomial_laws(n, 2, seed=seed),
        lambda n, seed: check_law(n, "x1", seed=seed),
    ):
        with pytest.raises(InputError, match="^seed: expected"):
            call(product(2), seed=seed)


@pytest.mark.parametrize("network", [None, "linear 3-3-3", [3, 3, 3], object], ids=repr)
def test_bad_network(network):
    for call in (analyze, count, known_laws, certify, lambda n: polynomial_laws(n, 2)):
        with pytest.raises(InputError, match="^network: expected a Network"):
            call(network)


@pytest.mark.parametrize("effort", [None, "1e9", -1, float("nan"), [1]], ids=repr)
def test_bad_effort(effort):
    with pytest.raises(InputError, match="^effort: "):
        analyze(linear([2, 2, 2]), effort=effort)


def test_too_many_parameters():
    for net, method in ((linear([150, 140, 1]), "generic"), (product(20_001), "auto")):
        with pytest.raises(LimitError, match="^network: .* parameters"):
            analyze(net, method=method)


def test_large_coefficients_of_a_system_still_get_an_answer():
    """The search for laws declines coefficients above 2^60; the other bounds are still there."""
    net = polynomial_system(["x", "y"], ["x*y", f"{10**20}*x + y"])
    report = analyze(net)
    assert report.laws_min <= 0 <= report.laws_max and report.parameters == 2


def test_a_report_of_another_network_is_refused():
    with pytest.raises(InputError, match="^report: "):
        certify(linear([2, 2, 2]), report=analyze(linear([3, 3, 3])))


def test_a_report_of_another_system_of_the_same_shape_is_refused():
    """Both are called `system of 1 components in 2 variables`: the certificate would prove nothing."""
    first, second = polynomial_system(["x", "y"], ["x*y"]), polynomial_system(["x", "y"], ["x^2*y + y"])
    with pytest.raises(InputError, match="^report: "):
        certify(first, report=analyze(second))


def test_laws_beside_a_report_of_another_network():
    """The report decides whether a list of laws is complete, so it has to be about the same network."""
    for call in (known_laws, lambda n, report: polynomial_laws(n, 2, report=report)):
        with pytest.raises(InputError, match="^report: "):
            call(linear([1, 2, 2, 1]), report=analyze(mlp([1, 6, 1])))


def test_known_laws_of_systems(polynomials_only):
    assert [str(h) for h in known_laws(polynomial_system(["x", "y", "z"], ["x*y"]))] == ["z", "y^2 - x^2"]
    assert known_laws(linear([2, 2])).json()["laws"] == [] and known_laws(linear([2, 2])).complete
    open_set = known_laws(polynomial_system(*PROBABLE[:2]))
    assert (len(open_set), open_set.complete, open_set.verdict) == (0, False, "probable")


@pytest.mark.parametrize("name", ["linear 3-3-3", "mlp 5-6-4-3 --activations linear,relu", "linear 2-1-2-2-1-2", "product 6"])
def test_certificates_hold_what_the_schema_says(name):
    net = build(name)
    certificate = certify(net)
    value = certificate.json
    assert set(value) == {"format", "version", "system", "claim", "lower", "upper", "hash"}
    assert value["claim"] == {"object": net.object, "parameters": net.size, "laws": COUNTS[name]}
    assert value["system"] == net.spec
    body = {k: v for k, v in value.items() if k != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert value["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert certificate.bytes == json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    assert len(value["lower"]["words"]) == len(value["lower"]["pivots"]) == net.size - COUNTS[name]


@pytest.mark.parametrize(
    ("variables", "phi", "laws", "kind"),
    [
        ("xyz", ["x^2*y + z/3"], 2, "single-generator"),
        ("xyz", ["x*y", "y*z"], 1, "polynomial-laws"),
        ("xyz", ["x*y", "3*x*y", "x*y/7", "y*z", "y*z + x*y"], 1, "polynomial-laws"),  # letters are 0 and 3
        ("xyz", ["x^3*y + z", "x*z^2 - y^3"], 0, "polynomial-laws"),
        ("abcde", ["a^2*b + c^3", "d^2*e"], 3, "closing-algebra"),
        ("abcde", ["2*a^2*b + 2*c^3", "a^2*b + c^3", "d^2*e"], 3, "closing-algebra"),
    ],
)
def test_certificates_of_systems(variables, phi, laws, kind):
    net = polynomial_system(variables, phi)
    certificate = certify(net)
    assert certificate.json["upper"]["kind"] == kind
    accepted = verify_bytes(certificate.bytes)
    assert (accepted.laws, accepted.object, accepted.parameters) == (laws, "system", len(variables))


@pytest.mark.parametrize(("dims", "laws"), [([2, 3], 2), ([3, 4], 3), ([2, 5], 6)])
def test_the_algebra_of_a_graph_closes(dims, laws):
    """Tied linear autoencoders: phi = W^T W with W tall moves a plane by gl(n), and what is conserved is the plane."""
    net = tied_autoencoder(dims, "linear")
    certificate = certify(net)
    assert certificate.json["upper"]["kind"] == "closing-algebra"
    accepted = verify_bytes(certificate.bytes)
    assert (accepted.laws, accepted.object, accepted.rank) == (laws, "matrix product", dims[0] ** 2)


def test_large_systems():
    """Eighty variables, too many for the unasked search of laws:
    the algebra of two commuting vector fields closes.
    """
    names = [f"x{i}" for i in range(80)]
    net = polynomial_system(
        names, ["*".join(names[:40]), "+".join(f"{x}^{3 + i % 3}" for i, x in enumerate(names[40:]))]
    )
    report = analyze(net)
    assert (report.laws, report.verdict) == (78, "proved")
    with pytest.raises(LimitError, match="^network: .* give a degree"):
        known_laws(net, report=report)


def test_certificate_files(tmp_path):
    certificate = certify(product(3))
    path = certificate.write(tmp_path / "c.json")
    assert path.read_bytes() == certificate.bytes


def test_public_names():
    assert set(pyconslaw.__all__) >= {
        "analyze",
        "count",
        "known_laws",
        "polynomial_laws",
        "check_law",
        "certify",
        "linear",
        "mlp",
        "product",
        "polynomial_system",
        "Report",
        "Certificate",
        "InputError",
        "LimitError",
        "NotProvedError",
    }
    assert all(getattr(pyconslaw, name) is not None for name in pyconslaw.__all__) and set(
        pyconslaw.__all__
    ) <= set(dir(pyconslaw))
    with pytest.raises(AttributeError):
        pyconslaw.no_such_name  # noqa: B018
    assert issubclass(InputError, ValueError) and issubclass(NotProvedError, pyconslaw.PyconslawError)
