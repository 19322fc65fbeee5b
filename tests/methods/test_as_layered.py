"""Products of matrices, typed out or by name: the counts that are known, proved and certified."""

from itertools import product as pairs

import numpy as np
import pytest
import typed
from hypothesis import given, settings
from hypothesis import strategies as st
from reference import trace

from pyconslaw import LimitError, System, analyze, certify, check_law, estimate, known_laws, linear
from pyconslaw.methods import as_layered
from pyconslaw.methods.as_layered import TYPED_FROM, layered_parts
from pyconslaw.verify import verify_bytes

# theory: phi = U V^T, U n x r, V m x r, at a generic point
TWO_LAYERS = {
    (1, 1, 1): 1,
    (1, 1, 2): 3,
    (1, 1, 3): 5,
    (1, 2, 2): 3,
    (1, 2, 4): 9,
    (2, 1, 4): 9,
    (2, 2, 1): 1,
    (2, 2, 2): 3,
    (2, 2, 3): 6,
    (2, 2, 4): 10,
    (2, 2, 5): 14,
    (3, 2, 3): 6,
    (3, 2, 4): 10,
    (3, 1, 4): 10,
    (3, 3, 2): 3,
    (3, 3, 6): 21,
    (3, 3, 7): 27,
}
HEADS = {(1, 1, 2): 2, (1, 2, 2): 6, (2, 1, 2): 4, (1, 2, 1): 6, (2, 2, 2): 12, (3, 2, 3): 18}


def typed_out(n, m, r):
    """phi = A B with A n x r, B r x m, as texts."""
    names = [f"a{i}_{k}" for i in range(n) for k in range(r)]
    names += [f"b{k}_{j}" for k in range(r) for j in range(m)]
    terms = [[[f"a{i}_{k}*b{k}_{j}" for k in range(r)] for j in range(m)] for i in range(n)]
    return System(names, phi=["+".join(entry) for row in terms for entry in row])


def attention(heads, dh, dim):
    """The matrices and products of an attention layer."""
    shapes = {f"{x}{h}": (dh, dim) for h in range(heads) for x in "QKVO"}
    return shapes, [f"{a}{h}^T {b}{h}" for h in range(heads) for a, b in ("QK", "VO")]


def truth_of(net):
    """The number of laws by all brackets, written out by the oracle."""
    phi = [{sum(e << 8 * v for v, e in m): c for c, m in f.terms} for f in net.components.values()]
    return net.size - trace.trace_dimension(phi, net.size)


def proved(net, laws, kind="as-layered"):
    """The report, after a look at the proof, the checker's answer, and the laws by name."""
    report = analyze(net)
    assert (report.laws, report.verdict) == (laws, "proved")
    certificate = certify(net, report=report)
    assert certificate.json["lower"]["kind"] == certificate.json["upper"]["kind"] == kind
    accepted = verify_bytes(certificate.bytes)
    assert (accepted.laws, accepted.parameters) == (laws, net.size)
    return report


@pytest.mark.parametrize(("shape", "laws"), TWO_LAYERS.items())
def test_two_layers(shape, laws):
    n, m, r = shape
    assert typed.two_layer_laws(n, m, r) == laws == analyze(linear([m, r, n])).laws
    named = System({"U": (n, r), "V": (m, r)}, phi="U V'")
    proved(named, laws)
    net = typed_out(n, m, r)
    small = net.size < TYPED_FROM
    report = analyze(net) if small else proved(net, laws)
    assert (report.laws, report.verdict) == (laws, "proved")
    for system in (named, net):
        known = known_laws(system)
        assert known.complete and len(known) == laws
        assert all(check_law(system, law) for law in known)


@pytest.mark.parametrize(("heads", "laws"), HEADS.items())
def test_attention(heads, laws):
    shapes, products = attention(*heads)
    net = System(shapes, phi=products)
    report = proved(net, laws)
    assert f"{2 * heads[0]} products of matrices: " in report.upper_by[0]
    if net.size <= 32:
        assert analyze(net, method="generic").laws == laws


@pytest.mark.parametrize(("heads", "dh", "dim"), [(2, 1, 2), (2, 2, 2), (3, 2, 1), (3, 2, 3)])
def test_grouped_queries(heads, dh, dim):
    """Query heads that share one key head: one product of [Q_1 Q_2 ...]^T and K. The search with
    brackets of polynomials, which knows nothing of it, agrees.
    """
    shapes = {f"Q{h}": (dh, dim) for h in range(heads)} | {"K": (dh, dim)}
    net = System(shapes, phi=lambda K, **Q: [q.T @ K for q in Q.values()])
    laws = typed.two_layer_laws(heads * dim, dim, dh)
    assert proved(net, laws).upper_by[0].startswith(f"1 product of matrices: {dim}-{dh}-")
    generic = analyze(net, method="generic")
    assert generic.laws_min <= laws <= generic.laws_max == laws
    assert truth_of(net) == laws


def test_filters_of_a_convolution():
    """Outer products of filters u_kj and v_ji for each hidden channel j, that is
    [u_1j; u_2j] [v_j1; v_j2]^T: one law a channel.
    """
    outputs, channels, inputs = 2, 3, 2
    shapes = {f"u{k}{j}": 3 for k in range(outputs) for j in range(channels)}
    shapes |= {f"v{j}{i}": 4 for j in range(channels) for i in range(inputs)}
    products = [
        f"u{k}{j} v{j}{i}^T" for j in range(channels) for k in range(outputs) for i in range(inputs)
    ]
    net = System(shapes, phi=products)
    proved(net, channels)
    laws = [str(law) for law in known_laws(net)]
    assert laws[0].startswith("v00[0]^2 + v00[1]^2 + ") and "- u00[0]^2 - " in laws[0]
    names = [name.replace("[", "_").replace("]", "") for name in net.entry_names]
    phi = [f.renumbered(range(net.size)) for f in net.components.values()]
    assert proved(System(names, phi=phi), channels)


def test_typed_out_as_large_as_it_can_be_read():
    """7 x 7, and a head of dimension 8 in a model of width 8; then 24 x 24."""
    for n, laws in ((7, 28), (8, 36), (24, 300)):
        report = proved(typed_out(n, n, n), laws)
        assert report.upper_by[0] == f"1 product of matrices: {n}-{n}-{n} ({laws} laws)"


@settings(max_examples=25)
@given(st.data())
def test_renamed_scaled_and_shuffled(data):
    n, m, r = (data.draw(st.integers(1, 3)) for _ in range(3))
    entries = typed.product(*typed.variables(n, r, m))
    size = (n + m) * r
    numbers = data.draw(st.permutations(range(size + 1)))
    entries = data.draw(st.permutations(typed.renamed(entries, numbers)))
    factors = [data.draw(st.sampled_from(["1/2", "-3", "5"])) for _ in entries]
    phi = [
        "+".join(f"({factor})*x{u}*x{v}" for u, v in f)
        for factor, f in zip(factors, entries, strict=True)
    ]
    net = System([f"x{v}" for v in range(size + 1)], phi=phi)
    laws = typed.two_layer_laws(n, m, r) + 1
    report = analyze(net)
    assert (report.laws, report.verdict) == (laws, "proved")
    known = known_laws(net, report=report)
    assert known.complete and len(known) == laws
    assert verify_bytes(certify(net, report=report).bytes).laws == laws


def test_near_misses_are_counted_by_brackets():
    """A term missing, or with another factor, or an entry missing: by another proof."""
    plain = typed_out(2, 2, 2)
    proved(plain, 3)
    names = plain.entry_names
    first = ["a0_0*b0_0 + a0_1*b1_0", "a0_0*b0_1 + a0_1*b1_1"]
    for last in (
        ["a1_0*b0_0 + a1_1*b1_0", "a1_0*b0_1"],
        ["a1_0*b0_0 + a1_1*b1_0", "a1_0*b0_1 + 2*a1_1*b1_1"],
        ["a1_0*b0_0 + a1_1*b1_0"],
    ):
        net = System(names, phi=[*first, *last])
        report = analyze(net)
        assert report.upper.proof["kind"] != "as-layered" and layered_parts(net.problem) == ([], [])
        assert (report.laws, report.verdict) == (truth_of(net), "proved")
    square = System({"A": (2, 3)}, phi="A^T A")
    assert analyze(square).upper.proof["kind"] != "as-layered"


def test_parts_coordinates_that_do_not_occur_and_a_rest():
    """u^2 v beside a product: both are counted, and their laws listed."""
    names = [*typed_out(2, 2, 2).entry_names, "u", "v", "w"]
    phi = list(typed_out(2, 2, 2).phi)
    net = System(names, phi=[*phi, "u^2*v"])
    report = proved(net, 5)
    assert report.upper_by[:3] == (
        "1 product of matrices: 2-2-2 (3 laws)",
        "coordinates that do not occur (1)",
        "other components (1, in 2 variables)",
    )
    assert [str(law) for law in known_laws(net, report=report)][3:] == ["w"]
    squares = System(names, phi=[*phi, "u^2 + v^2"])
    proved(squares, 5)


def test_a_rest_in_parts_and_one_that_is_probable(monkeypatch):
    """The rest is itself cut; what is not proved there is looked at twice."""
    monkeypatch.setattr("pyconslaw.methods.generic.FORMS_LIMIT", 0)
    monkeypatch.setattr("pyconslaw.methods.generic.FRAME_LIMIT", 0)
    names = [*typed_out(2, 2, 2).entry_names, *(f"x{i}" for i in range(2000))]
    open_part = ["x0*(x1^3 + x2^3)", "x0^2 + x1^3 + x2^3"]
    net = System(names, phi=[*typed_out(2, 2, 2).phi, *open_part, "x300^2*x301"])
    report = analyze(net)
    assert report.verdict == "probable" and 0 < report.error_bound < 1e-9
    assert report.laws == net.size - 5 - 2 - 1


def test_groups_that_are_no_networks_are_written_out():
    """A^T A beside Q^T K: the first by brackets of polynomials, the second by its shapes."""
    net = System({"A": (3, 2), "Q": (64, 300), "K": (64, 300)}, phi=["A' A", "Q' K"])
    proved(net, 64 * 65 // 2 + 2)
    alone = System({"A": (3, 2)}, phi="A' A")
    report = analyze(alone)
    assert (report.laws, report.verdict) == (2, "proved")
    assert verify_bytes(certify(alone, report=report).bytes).laws == 2


@pytest.mark.parametrize(
    ("shapes", "laws"),
    [((1, 2, 2, 1), 7), ((2, 2, 2, 2), 6), ((1, 2, 2, 1, 2), 8), ((3, 2), 0)],
)
def test_chains(shapes, laws):
    """Any number of factors; 1-2-2-1 has one law more than its balance laws."""
    names = "ABCD"[: len(shapes) - 1]
    matrices = dict(zip(names, zip(shapes, shapes[1:], strict=False), strict=True))
    net = System(matrices, phi=" ".join(names))
    proved(net, laws)
    assert analyze(linear(shapes)).laws == laws
    known = known_laws(net)
    assert known.complete == (len(known) == laws)
    assert all(check_law(net, law) for law in known)


def random_products(draw):
    """A few products of a few small matrices, as they come."""
    count = draw.randint(1, 4)
    shapes = [(draw.randint(1, 2), draw.randint(1, 2)) for _ in range(count)]
    matrices = {f"M{k}": shape for k, shape in enumerate(shapes)}
    texts = []
    for _ in range(draw.randint(1, 4)):
        factors, columns = [], None
        for _ in range(draw.choice([1, 2, 2, 2, 3])):
            fits = [
                (k, t)
                for k, shape in enumerate(shapes)
                for t in (False, True)
                if columns in (None, shape[t])
            ]
            if not fits:
                break
            k, t = draw.choice(fits)
            columns = shapes[k][1 - t]
            factors.append(f"M{k}" + "'" * t)
        texts.append(" ".join(factors))
    return matrices, texts


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_random_products_against_the_oracle(draw):
    """Whatever groups they fall into: the count, where it is proved, is that of all brackets."""
    matrices, texts = random_products(draw)
    net = System(matrices, phi=texts)
    report = analyze(net)
    truth = truth_of(net)
    assert report.laws_min <= truth <= report.laws_max
    if report.verdict == "proved":
        assert verify_bytes(certify(net, report=report).bytes).laws == truth


def perturbed(draw):
    """One or two small products side by side, with perhaps a change that may spoil them."""
    entries, start = [], 0
    for _ in range(draw.choice([1, 1, 2])):
        n, m, r = draw.choice([(1, 1, 1), (2, 1, 1), (1, 1, 2), (2, 2, 1), (2, 1, 2), (2, 2, 2)])
        entries += typed.product(*typed.variables(n, r, m, start))
        start += (n + m) * r
    numbers = list(range(start))
    change = draw.choice(["none", "drop", "factor", "merge", "sum", "term", "square"])
    k, other = draw.randrange(len(entries)), entries[draw.randrange(len(entries))]
    entry = entries[k]
    if change == "drop":
        del entry[draw.choice(list(entry))]
    elif change == "factor":
        entry[draw.choice(list(entry))] = draw.choice([-1, 2])
    elif change == "merge":
        numbers[draw.randrange(start)] = draw.randrange(start)
    elif change == "sum":
        entries[k] = {m: entry.get(m, 0) + other.get(m, 0) for m in entry | other}
    elif change == "term":
        entry[draw.randrange(start), draw.randrange(start)] = draw.choice([1, -2])
    elif change == "square":
        entry[(draw.randrange(start),)] = 1
    texts = [
        "+".join(f"({c})*{'*'.join(f'x{numbers[v]}' for v in m)}" for m, c in f.items())
        for f in entries
        if f
    ]
    return start, texts


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_perturbed_products_against_the_oracle(draw):
    size, texts = perturbed(draw)
    if not texts:
        return
    net = System([f"x{v}" for v in range(size)], phi=texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(as_layered, "TYPED_FROM", 1)
        report = analyze(net)
    truth = truth_of(net)
    assert report.laws_min <= truth <= report.laws_max
    if report.verdict == "proved":
        assert verify_bytes(certify(net, report=report).bytes).laws == truth
        known = known_laws(net, report=report)
        assert all(check_law(net, law) for law in known)


def test_a_whole_model():
    """32 layers of 8 groups of 4 query heads, and of values and outputs: 1.3 10^9 parameters."""
    shapes, products = {}, []
    for layer, group in pairs(range(32), range(8)):
        here = f"{layer}_{group}"
        shapes |= {f"K{here}": (128, 4096), f"V{here}": (128, 4096)}
        for head in range(4):
            shapes |= {f"Q{here}_{head}": (128, 4096), f"O{here}_{head}": (4096, 128)}
            products += [f"Q{here}_{head}^T K{here}", f"O{here}_{head} V{here}"]
    net = System(shapes, phi=products)
    report = proved(net, 512 * 128 * 129 // 2)
    assert net.size == 2 * 32 * 8 * 5 * 128 * 4096
    assert report.upper_by[0] == (
        "512 products of matrices: 512 times 4096-128-16384 (8256 laws each)"
    )
    assert "as layered networks" in str(estimate(net))
    with pytest.raises(LimitError, match="^network: "):
        known_laws(net, report=report)


def test_laws_by_name_have_the_values_of_the_balance():
    net = System({"Q": (3, 4), "K": (3, 4)}, phi="Q^T K")
    laws = known_laws(net)
    assert str(laws[0]) == (
        "K[0,0]^2 + K[0,1]^2 + K[0,2]^2 + K[0,3]^2 - Q[0,0]^2 - Q[0,1]^2 - Q[0,2]^2 - Q[0,3]^2"
    )
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 3, 4))
    square = k @ k.T - q @ q.T
    assert np.allclose(laws.values({"Q": q, "K": k}), square[np.triu_indices(3)])
