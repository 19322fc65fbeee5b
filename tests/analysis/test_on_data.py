"""The laws of the function on data: against a rank computed afresh, and where dead neurons add
laws.
"""

import random
from fractions import Fraction

import numpy as np
import pytest
from pyconslaw._core.zp import Random
from questions import drawn
from reference import function as slow
from reference.ranks import rank as oracle_rank

from pyconslaw import (
    InputError,
    LimitError,
    System,
    analyze,
    analyze_function,
    certify,
    dag,
    linear,
    mlp,
    product,
)
from pyconslaw.analysis import on_data
from pyconslaw.fields.data import DataFields, activations, settled
from pyconslaw.fields.outputs import output_polynomials, representatives, span_basis
from pyconslaw.verify import Declined, verify_bytes


def gradient_rows(weights, inputs):
    """Gradients of the outputs of a ReLU network on each example, by hand, in fractions."""
    rows = []
    for x in inputs:
        z, pre = [list(x)], []
        for w in weights[:-1]:
            s = [sum(a * b for a, b in zip(row, z[-1], strict=True)) for row in w]
            pre.append([v > 0 for v in s])
            z.append([max(v, Fraction(0)) for v in s])
        for o in range(len(weights[-1])):
            signal = [Fraction(int(o == i)) for i in range(len(weights[-1]))]
            parts = []
            for k in range(len(weights) - 1, -1, -1):
                parts.insert(0, [d * a for d in signal for a in z[k]])
                if k:
                    signal = [
                        sum(weights[k][i][j] * signal[i] for i in range(len(signal))) * on
                        for j, on in enumerate(pre[k - 1])
                    ]
            rows.append([x for part in parts for x in part])
    return rows


def test_edges_times_examples_are_limited(monkeypatch):
    """Before anything is computed with them: each is a fraction."""
    monkeypatch.setattr(on_data, "activations", None)
    net = linear([100, 100, 1])
    with pytest.raises(LimitError, match="10100 edges, which on 991 examples are 10009100 numbers"):
        analyze_function(net, [1] * net.size, np.ones((991, 100), dtype=int))
    monkeypatch.undo()
    monkeypatch.setattr(on_data, "EDGES", 3)
    assert analyze_function(linear([1, 1]), [1], [[1], [2], [3]]).laws == 0


@pytest.mark.parametrize("dims", [(2, 3, 2), (2, 3, 3, 2), (1, 2, 2, 1)])
def test_first_round_is_the_rank_of_the_gradients(dims, fresh_seed):
    """A lower bound of rank_by_round[0] at this very point; equal almost surely at a generic
    one.
    """
    for k in range(6):
        rng = random.Random(f"{fresh_seed} {k}")
        weights = [
            [
                [Fraction(rng.randint(-(10**9), 10**9), 10**9 + 7) for _ in range(n)]
                for _ in range(m)
            ]
            for n, m in zip(dims, dims[1:], strict=False)
        ]
        inputs = [
            [Fraction(rng.randint(1, 10**9) * rng.choice([-1, 1]), 97) for _ in range(dims[0])]
            for _ in range(40)
        ]
        report = analyze_function(mlp(dims), [np.array(w, dtype=object) for w in weights], inputs)
        scale = 97**4 * (10**9 + 7) ** 12
        rows = [[int(x * scale) for x in row] for row in gradient_rows(weights, inputs)]
        best = oracle_rank(rows)
        assert best <= report.parameters - report.laws_min
        assert report.rank_by_round[0] == best or report.verdict == "proved"
        # never fewer laws than the path-lifting has
        assert report.laws_max >= analyze(mlp(dims)).laws


def test_a_dead_neuron():
    report = analyze_function(mlp([2, 2, 1]), [1, 1, -1, -1, 1, 1], [[1, 0], [0, 1], [2, 1]])
    assert (report.laws, report.verdict) == (4, "proved")


def test_always_on_neurons_are_linear():
    net, weights = mlp([2, 3, 2]), [np.eye(3, 2) + 1, np.ones((2, 3)) + np.eye(2, 3)]
    inputs = [[1, 2], [3, 1], [1, 1], [2, 5]]
    assert analyze_function(net, weights, inputs).laws == analyze(linear([2, 3, 2])).laws == 6


def report_of(question):
    """The report; None where a neuron is at its kink."""
    try:
        return question.asked()
    except InputError as error:
        assert "kink" in str(error)
        return None


def typed_out(report):
    """The system of the outputs, as a user would type it; None where none of them depends on a
    weight.
    """
    size, polynomials = slow.outputs(report.question.json())
    phi = [f for f in polynomials if any(f)]
    texts = (
        " + ".join(f"({c})" + "".join(f"*x{v}^{e}" for v, e in m) for m, c in sorted(f.items()))
        for f in phi
    )
    return System([f"x{k}" for k in range(size)], phi=list(texts)) if phi else None


def compared(question):
    """The report, and whether the checker accepts its certificate, after a look at the system that
    is typed out.
    """
    report = report_of(question)
    if report is None:
        return None, False
    system = typed_out(report)
    known = analyze(system) if system else None
    low, high = (known.laws_min, known.laws_max) if system else (report.parameters,) * 2
    # no look contradicts the other; now and then one of them proves what is probable for the other
    assert report.laws_min <= high and low <= report.laws_max, question
    if known is not None and known.laws is not None and report.laws is not None:
        assert known.laws == report.laws, question
    if report.verdict != "proved":
        return report, False
    try:
        data = certify(question.network, report=report).bytes
        accepted = verify_bytes(data, f"sha256 {report.system}")
    except (LimitError, Declined):  # long brackets, by probes or by polynomials
        return report, False
    assert (accepted.laws, accepted.object) == (report.laws, report.object)
    return report, True


@pytest.mark.parametrize("first", range(0, 60, 12))
def test_counts_are_those_of_the_system_that_is_typed_out(first):
    answers = [compared(drawn(seed)) for seed in range(first, first + 12)]
    assert {(report.verdict, done) for report, done in answers if report} == {("proved", True)}


def test_counts_of_fresh_questions(fresh_seed):
    answers = [compared(drawn(f"{fresh_seed} {k}")) for k in range(20)]
    assert sum(done for _, done in answers) > 10


def fields_of(question, report):
    """The data as given, not reduced: sources and gates of the examples."""
    net, asked = question.network, report.question
    given = iter(asked.inputs.T)
    one = np.array([Fraction(1)] * len(asked.inputs), dtype=object)
    sources = [one if s in set(net.constants) else next(given) for s in net.graph.sources]
    sources = np.stack(sources, axis=1)
    below = {"leaky_relu": question.slope, "abs": Fraction(-1)}
    slopes = [below.get(kind, Fraction(0)) for kind in net.gate_kinds]
    return sources, activations(net.graph, asked.weights, sources, slopes, net.node_names)


def test_what_is_reduced_spans_the_same(fresh_seed):
    """Settled gates give the same polynomials, fewer examples the same span."""
    for k in range(30):
        question = drawn(f"{fresh_seed} {k}")
        report = report_of(question)
        if report is None:
            continue
        graph, loss = question.network.graph, question.loss
        sources, gates = fields_of(question, report)
        views = DataFields(graph, sources, gates, loss).views
        found = output_polynomials(graph, sources, gates, views)
        assert [f for f in found if f] == [f for f in slow.outputs(report.question.json())[1] if f]
        quiet = settled(graph, sources, gates)
        assert output_polynomials(graph, sources, quiet, views) == found
        few = output_polynomials(graph, *representatives(sources, quiet), views)
        basis = span_basis(few)
        assert basis == span_basis(found)
        listed = [{m: Fraction(c, f.terms[0][0]) for c, m in f.terms} for f in basis]
        assert listed == slow.echelon(found)


def test_laws_that_are_read_off_are_laws(fresh_seed):
    """Each of them, against every output written out: no certificate looks at those of probes."""
    for k in range(60):
        question = drawn(f"{fresh_seed} {k}")
        report = report_of(question)
        family = report and on_data._data_fields(question.network, report.question, question.slope)
        if not report or not family.size or not len(family.sources):
            continue
        for law in on_data._stated_bound(family, Random(0)).laws:
            for f in slow.outputs(report.question.json())[1]:
                assert not slow.along(law.gradient(), f), (question, law)


def test_probes_and_polynomials_agree(fresh_seed, monkeypatch):
    for k in range(25):
        question = drawn(f"{fresh_seed} {k}")
        written = report_of(question)
        if written is None:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(on_data, "TERM_LIMIT", 0)
            probed = question.asked()
        assert probed.laws_max == written.laws_max and probed.laws_min <= written.laws_min, question
        if "outputs on the data" in probed.method and probed.verdict == "proved":
            with pytest.raises(LimitError, match="too many terms for a certificate"):
                certify(question.network, report=probed)


def test_many_terms_are_written_out_for_the_proof_only(fresh_seed, monkeypatch):
    done = 0
    for k in range(15):
        question = drawn(f"{fresh_seed} {k}")
        written = report_of(question)
        if written is None:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(on_data, "MANY_TERMS", -1)
            probed = question.asked()
            assert probed.laws == written.laws or probed.verdict != "proved", question
            if "outputs on the data" not in probed.method:
                continue
            try:
                proofs = [certify(question.network, report=probed).bytes for _ in range(2)]
                accepted = verify_bytes(proofs[0], f"sha256 {probed.system}")
            except (LimitError, Declined):  # long brackets
                continue
        assert proofs[0] == proofs[1] and accepted.laws == written.laws, question
        done += 1
    assert done > 3


def test_brackets_that_are_too_dear_are_left_to_probes(fresh_seed, monkeypatch):
    for k in range(15):
        question = drawn(f"{fresh_seed} {k}")
        cheap = report_of(question)
        if cheap is None:
            continue
        with monkeypatch.context() as patch:
            patch.setattr(on_data, "WRITTEN_WORK", -1)
            patch.setattr(on_data, "LOOK", 0)
            dear = question.asked()
        assert dear.laws_max == cheap.laws_max and dear.laws_min <= cheap.laws_min, question


def test_a_wide_network_on_twenty_examples():
    """More unknowns than are searched: the laws are read off, and all of them are there."""
    rng = np.random.default_rng(5)
    net = mlp([4, 8, 8, 3])
    weights = (rng.integers(-900, 1000, net.size) * 2 + 1).tolist()
    report = analyze_function(net, weights, rng.integers(-9, 10, (20, 4)).tolist())
    assert (report.laws, report.verdict) == (20, "proved")
    assert verify_bytes(certify(net, report=report).bytes).laws == 20


def test_one_output_on_one_example():
    """Its gradient is all there is, also on a second example that is a multiple of the first."""
    net, weights = mlp([1, 3, 1], "leaky_relu"), [1, -1, 2, 1, 1, 1]
    report = analyze_function(net, weights, [[1]])
    assert (report.laws, report.upper_by) == (5, ("single generator",))
    twice = analyze_function(net, weights, [[1], [3]])
    assert twice.laws == 5 and twice.system != report.system
    assert certify(net, report=twice).json["upper"] == {"kind": "single-generator"}


def test_neurons_that_are_switched_alike():
    """Rows 1 and 2 of W1 are on for the first two examples, row 3 for all of them."""
    net, inputs = mlp([2, 3, 1]), [[1, 0], [2, 1], [-3, 1], [1, 3]]
    report = analyze_function(net, [2, 1, 3, 2, 1, 9, 1, 2, 3], inputs)
    assert report.verdict == "proved"
    assert "balance laws of neurons that are switched alike (1 independent)" in report.upper_by


def test_a_weight_between_neurons_that_are_never_on_together():
    net, weights = mlp([1, 1, 2, 1]), [1, 1, -1, 1, 1]
    report = analyze_function(net, weights, [[1], [2]])
    assert (report.laws, report.verdict) == (4, "proved")  # W2[1,0], W3[0,1], and two balances


def test_neurons_that_are_off_together_do_not_open_a_path():
    """x -> v -> w -> y, both off on the second example, where neither gate alone matters."""
    kinds = {"x": "input", "v": "relu", "w": "relu", "y": "linear"}
    net = dag(kinds, [("x", "v"), ("v", "w"), ("w", "y"), ("x", "y")])
    inputs, value = [[1], [-1]], {"W[v,x]": 1, "W[w,v]": 1, "W[y,w]": 1, "W[y,x]": 5}
    weights = [value[name] for name in net.entry_names]
    report = analyze_function(net, weights, inputs)
    sources = np.array([[Fraction(1)], [Fraction(-1)]], dtype=object)
    gates = np.array([[Fraction(1)] * 2, [Fraction(0)] * 2], dtype=object)
    quiet = settled(net.graph, sources, gates)
    assert quiet.tolist() in ([[1, 1], [0, 1]], [[1, 1], [1, 0]])
    assert (report.laws, report.verdict) == (2, "proved")


def test_an_output_that_feeds_another_has_no_column_sums():
    """Softmax: what arrives at the first output changes the second one too."""
    kinds = {"x": "input", "c": "constant", "y": "linear", "z": "linear"}
    edges = [("x", "y"), ("c", "y"), ("x", "z"), ("c", "z"), ("y", "z")]
    net = dag(kinds, edges, ["y", "z"])
    report = analyze_function(net, [1, 2, 3, 4, 5], [[1], [2], [3]], loss="softmax")
    assert (report.laws, report.verdict) == (analyze(typed_out(report)).laws, "proved")
    assert not any("softmax" in reason for reason in report.upper_by)


def test_nothing_moves():
    dead = analyze_function(mlp([2, 2, 1]), [-1, -1, -1, -1, 1, 1], [[1, 1]])
    blind = analyze_function(mlp([2, 3, 1]), range(1, 10), [[1, 2]], loss="softmax")
    for report, net, why in (
        (dead, mlp([2, 2, 1]), "no output depends on a weight"),
        (blind, mlp([2, 3, 1]), "the loss sees no difference of outputs"),
    ):
        assert (report.laws, report.upper_by) == (report.parameters, (why,))
        assert verify_bytes(certify(net, report=report).bytes).laws == report.parameters


def test_a_loss_has_two_names():
    net, weights, inputs = linear([2, 2]), [1, 2, 3, 4], [[1, 0], [1, 1]]
    one, other = (
        analyze_function(net, weights, inputs, loss=loss) for loss in ("softmax", "cross_entropy")
    )
    assert (one.system, one.json()) == (other.system, other.json())
    assert other.question.json()["loss"] == "softmax"


def test_the_question_is_canonical():
    """Equal questions have one fingerprint, however they are typed; others have others."""
    relu, leaky = mlp([1, 1, 1]), mlp([1, 1, 1], "leaky_relu")
    first = analyze_function(relu, [1, "1/2"], [["2/4"]])
    assert first.system == analyze_function(relu, {"W1": [[1]], "W2": [[0.5]]}, [[0.5]]).system
    assert first.system == analyze_function(relu, [1, "1/2"], [["1/2"]], slope=3, seed=4).system
    others = [
        analyze(relu),
        analyze_function(relu, [1, "1/3"], [["1/2"]]),
        analyze_function(relu, [1, "1/2"], [["1/2"], ["1/2"]]),
        analyze_function(relu, [1, "1/2"], [["1/2"]], loss="softmax"),
        analyze_function(leaky, [1, "1/2"], [["1/2"]]),
        analyze_function(leaky, [1, "1/2"], [["1/2"]], slope="1/3"),
    ]
    assert len({first.system, *(report.system for report in others)}) == 7


def test_many_examples_of_few_patterns():
    inputs = [[a, b] for a in range(1, 30) for b in range(1, 30)]
    weights = [np.eye(3, 2) + 1, np.ones((2, 3)) + np.eye(2, 3)]
    report = analyze_function(mlp([2, 3, 2]), weights, inputs)
    assert (report.laws, report.object) == (6, "function on 841 examples")


def test_a_product_is_a_function_of_a_number():
    net = product(3)
    report = analyze_function(net, [1, 2, 3], [[1], [4]])
    assert report.laws == 2
    assert verify_bytes(certify(net, report=report).bytes).system == (
        "the function on 2 examples of product 3"
    )


def test_numbers_that_no_certificate_holds():
    for weights, inputs, name in (
        ([1, 10**1000], [[1]], r"weights\[1\]"),
        ([1, 1], [[Fraction(1, 10**1000)]], r"inputs\[0\]"),
    ):
        with pytest.raises(LimitError, match=name):
            analyze_function(linear([1, 1, 1]), weights, inputs)
    report = analyze_function(linear([1, 1, 1]), [1, 10**1000 - 1], [[1]])
    assert verify_bytes(certify(linear([1, 1, 1]), report=report).bytes).laws == 1


def test_softmax_layer():
    report = analyze_function(
        linear([3, 4]), [1] * 12, [[1, 2, 3], [4, 5, 7], [1, 1, 5]], loss="softmax"
    )
    assert (report.laws, report.verdict) == (3, "proved") and "softmax" in report.upper_by[0]
    assert analyze_function(mlp([2, 3, 1]), range(1, 10), [[1, 2]], loss="softmax").laws == 9


def test_data_in_a_subspace():
    report = analyze_function(linear([3, 2]), [1] * 6, [[1, 0, 0], [0, 1, 0]])
    assert (report.laws, report.verdict) == (2, "proved") and "data" in report.upper_by[0]


@pytest.mark.parametrize(
    ("weights", "inputs", "keywords", "message"),
    [
        ([0] * 6, [[1, 1]], {}, "kink"),
        ([1] * 5, [[1, 1]], {}, "weights"),
        ([1] * 6, [[1]], {}, "inputs"),
        ([1] * 6, [], {}, "inputs"),
        ([float("nan")] * 6, [[1, 1]], {}, r"weights\[0\]"),
        ([1] * 6, [[1, float("inf")]], {}, r"inputs\[1\]"),
        ([1] * 6, [[1, "x"]], {}, r"inputs\[1\]"),
        (
            [1] * 6,
            [[1, 1]],
            {"loss": "hinge"},
            "loss: expected one of full, softmax, cross_entropy",
        ),
        ([1] * 6, [[1, 1]], {"loss": ["full"]}, "loss"),
        ([1] * 6, [[1, 1]], {"slope": "steep"}, "^slope: "),
        ([1] * 6, [[1, 1]], {"slope": None}, "^slope: "),
        ([1] * 6, [[1, 1]], {"slope": "1e999999999"}, "^slope: "),
        ([1] * 6, [["1e999999999", 1]], {}, r"^inputs\[0\]"),
    ],
)
def test_refusals(weights, inputs, keywords, message):
    with pytest.raises(InputError, match=message):
        analyze_function(mlp([2, 2, 1]), weights, inputs, **keywords)
