"""Probe programs at the border: values,
gradients and nested brackets against the polynomials they stand for.
"""

import subprocess
import sys

import numpy as np
import pytest
from bad_input import LARGE, MODULI, SIZES, accepted_forms, refused, vectors
from hypothesis import given
from hypothesis import strategies as st
from pyconslaw._core.probe import FROZEN, Probes, Program
from reference import polynomials as slow

PRIMES = [2, 3, 101, 2**31 - 1, LARGE, 2**62 - 57]
CHAIN = {"ptr": [0, 0, 1, 2], "tail": [0, 1], "param": [0, 1], "params": 2}  # x -> hidden -> y


@st.composite
def programs(draw):
    """A small random program: (ptr, tail, param, params), parameters possibly shared,
    absent or on parallel edges.
    """
    nodes, params = draw(st.integers(1, 5)), draw(st.integers(1, 6))
    tail, ptr = [], [0]
    for v in range(nodes):
        tail += sorted(draw(st.lists(st.integers(0, v - 1), max_size=3))) if v else []
        ptr.append(len(tail))
    param = draw(st.lists(st.integers(0, params - 1), min_size=len(tail), max_size=len(tail)))
    return ptr, tail, param, params


@st.composite
def cases(draw, probes=3):
    """(program, prime, source, gate, out, theta)."""
    program = draw(programs())
    prime = draw(st.sampled_from(PRIMES))
    entry = st.one_of(st.integers(0, min(3, prime - 1)), st.integers(0, prime - 1))
    nodes = len(program[0]) - 1

    def rows():
        return [draw(st.lists(entry, min_size=nodes, max_size=nodes)) for _ in range(probes)]

    return (
        program,
        prime,
        rows(),
        rows(),
        rows(),
        draw(st.lists(entry, min_size=program[3], max_size=program[3])),
    )


def expanded(program, source, gate, out):
    """The polynomial sum_v out_v z_v, z_v = source_v + gate_v sum_e theta_e z_tail, written out."""
    ptr, tail, param, _ = program
    values, total = [], {}
    for v in range(len(ptr) - 1):
        z = slow.add({}, {0: source[v]})
        for e in range(ptr[v], ptr[v + 1]):
            z = slow.add(z, slow.multiply(slow.variable(param[e]), values[tail[e]]), gate[v])
        values.append(z)
        total = slow.add(total, z, out[v])
    return total


def words_upto(letters, length):
    level = [[i] for i in range(letters)]
    for _ in range(length):
        yield from level
        level = [[i, *word] for i in range(letters) for word in level]


@given(cases())
def test_values_and_gradients(case):
    program, prime, source, gate, out, theta = case
    probes = Probes(Program(*program), source, gate, out, prime)
    polys = [expanded(program, *rows) for rows in zip(source, gate, out, strict=True)]
    assert len(probes) == 3
    assert probes.values(theta).tolist() == [slow.evaluate(f, theta) % prime for f in polys]
    gradients = probes.words([[0], [1], [2]], theta)
    assert gradients.shape == (3, program[3]) and gradients.dtype == np.uint64
    assert gradients.tolist() == [
        [slow.evaluate(slow.derivative(f, v), theta) % prime for v in range(program[3])]
        for f in polys
    ]


@given(cases())
def test_nested_brackets(case):
    program, prime, source, gate, out, theta = case
    probes = Probes(Program(*program), source, gate, out, prime)
    fields = [
        slow.gradient(expanded(program, *rows)) for rows in zip(source, gate, out, strict=True)
    ]
    words = [*words_upto(3, 3), [0, 1, 0, 2], [2, 0, 1, 0, 1]]
    found = probes.words(words, theta)
    for word, row in zip(words, found.tolist(), strict=True):
        field = slow.nested(fields, word)
        assert row == [slow.evaluate(field.get(v, {}), theta) % prime for v in range(program[3])], (
            word
        )


@given(cases(), st.randoms(use_true_random=False))
def test_batches_do_not_matter(case, shuffled):
    program, prime, source, gate, out, theta = case
    probes = Probes(Program(*program), source, gate, out, prime)
    words = list(words_upto(3, 3))
    shuffled.shuffle(words)
    together = probes.words(words, theta)
    assert (together == np.concatenate([probes.words([word], theta) for word in words])).all()
    assert (probes.words(words, theta) == together).all()
    alone = Probes(Program(*program), source[1:2], gate[1:2], out[1:2], prime)
    assert alone.words([[0]], theta).tolist() == probes.words([[1]], theta).tolist()


def test_known_brackets():
    """f = x y has gradient (y, x), g = 3 y (a second source) has (0, 3): [grad f,
    grad g] = -D(grad f) grad g = (-3, 0).
    """
    program = Program([0, 0, 1, 2], [0, 1], [0, 1], 2)
    probes = Probes(program, [[1, 0, 0], [0, 3, 0]], [[1, 1, 1]] * 2, [[0, 0, 1]] * 2, 101)
    assert probes.values([3, 5]).tolist() == [15, 15]
    assert probes.words(
        [[0], [1], [0, 1], [1, 0], [0, 0], [0, 0, 1], [1, 0, 1]], [3, 5]
    ).tolist() == [
        [5, 3],
        [0, 3],
        [98, 0],
        [3, 0],
        [0, 0],
        [0, 3],
        [0, 0],
    ]


def test_long_words():
    """ad-chains of f = x y: (ad_f)^k g alternates between (-3, 0) and (0, 3)."""
    probes = Probes(Program(**CHAIN), [[1, 0, 0], [0, 3, 0]], [[1, 1, 1]] * 2, [[0, 0, 1]] * 2, 101)
    found = probes.words([[0] * k + [1] for k in range(9)], [3, 5]).tolist()
    assert found == [[0, 3] if k % 2 == 0 else [98, 0] for k in range(9)]
    with pytest.raises(OverflowError, match="30 letters"):
        probes.words([[0, 1] * 20], [3, 5])


@given(cases(probes=2), st.integers(0, 5))
def test_chains_are_words(case, length):
    """(ad_f)^k g, k = 0 .. length, by power series along the flow of f, against the brackets
    written out.
    """
    program, prime, source, gate, out, theta = case
    probes = Probes(Program(*program), source, gate, out, prime)
    fields = [
        slow.gradient(expanded(program, *rows)) for rows in zip(source, gate, out, strict=True)
    ]
    if length >= prime:
        with refused("length"):
            probes.chain(0, 1, length, theta)
        return
    for f, g in ((0, 1), (1, 0), (1, 1)):
        found = probes.chain(f, g, length, theta)
        assert found.shape == (length + 1, program[3]) and found.dtype == np.uint64
        for k, row in enumerate(found.tolist()):
            field = slow.nested(fields, [f] * k + [g])
            assert row == [
                slow.evaluate(field.get(v, {}), theta) % prime for v in range(program[3])
            ], k


def test_long_chains():
    """f = x y, g = 3 y: the chain alternates, far beyond the words that nesting reaches."""
    probes = Probes(
        Program(**CHAIN), [[1, 0, 0], [0, 3, 0]], [[1, 1, 1]] * 2, [[0, 0, 1]] * 2, 10**9 + 7
    )
    assert probes.chain(0, 1, 400, [3, 5]).tolist() == [
        [0, 3] if k % 2 == 0 else [10**9 + 4, 0] for k in range(401)
    ]


@pytest.mark.parametrize(
    "numbers",
    [
        (2, 0, 3),
        (0, 2, 3),
        (-1, 0, 3),
        (0, 1, -1),
        (0, 1, 101),
        (0, 1, 2**70),
        (0.5, 1, 3),
        (0, 1, 2.5),
        (None, 1, 3),
        (0, "1", 3),
        (0, 1, None),
    ],
    ids=repr,
)
def test_bad_chains(numbers):
    probes = Probes(Program(**CHAIN), [[1, 0, 0], [0, 3, 0]], [[1, 1, 1]] * 2, [[0, 0, 1]] * 2, 101)
    with refused("f|g|length"):
        probes.chain(*numbers, [3, 5])


def test_frozen_edges():
    """A frozen edge carries a constant: f = w1 * 7 * w2 has the gradient (7 w2, 7 w1)."""
    program = Program([0, 0, 1, 2, 3], [0, 1, 2], [0, FROZEN, 1], 2, [0, 7, 0])
    probes = Probes(program, [[1, 0, 0, 0]], [[1, 1, 1, 1]], [[0, 0, 0, 1]], 101)
    assert probes.values([3, 5]).tolist() == [3 * 5 * 7 % 101]
    assert probes.words([[0]], [3, 5]).tolist() == [[35, 21]]
    large = Program([0, 0, 1], [0], [FROZEN], 0, [-(2**80)])
    assert Probes(large, [[1, 0]], [[1, 1]], [[0, 1]], 101).values([]).tolist() == [-(2**80) % 101]


@pytest.mark.parametrize(
    "weight", [None, [1], [1, 2, 3], [0.5, 0.5], [None, 1], ["1", "2"], 5], ids=repr
)
def test_bad_frozen_weights(weight):
    with refused("weight|ptr, tail, param"):
        Program([0, 0, 1, 2], [0, 1], [FROZEN, 0], 1, weight)


def test_empty_shapes():
    program = Program([0], [], [], 0)
    assert (program.nodes, program.edges, program.params) == (0, 0, 0)
    nothing = np.zeros((2, 0), dtype=np.uint64)
    probes = Probes(program, nothing, nothing, nothing, 7)
    assert probes.values([]).tolist() == [0, 0] and probes.words([[0, 1]], []).shape == (1, 0)
    edgeless = Program([0, 0, 0], [], [], 3)
    probes = Probes(edgeless, [[1, 2]], [[1, 1]], [[3, 4]], 101)
    assert probes.values([0, 0, 0]).tolist() == [11] and probes.words(
        [[0]], [1, 2, 3]
    ).tolist() == [[0, 0, 0]]
    none = Probes(
        edgeless, np.zeros((0, 2), int), np.zeros((0, 2), int), np.zeros((0, 2), int), 101
    )
    assert (
        len(none) == 0
        and none.values([0, 0, 0]).shape == (0,)
        and none.words([], [0, 0, 0]).shape == (0, 3)
    )
    with refused("words"):
        none.words([[0]], [0, 0, 0])


def test_program_properties():
    program = Program(**CHAIN)
    assert (program.nodes, program.edges, program.params) == (3, 2, 2)


@pytest.mark.parametrize("form", accepted_forms([3, 5]))
def test_every_integer_form_of_theta_is_read(form):
    probes = Probes(Program(**CHAIN), [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
    theta = accepted_forms([3, 5])[form]
    assert probes.values(theta).tolist() == [15] and probes.words([[0]], theta).tolist() == [[5, 3]]


@pytest.mark.parametrize("form", accepted_forms([[1, 0, 0], [2, 0, 0]]))
def test_every_integer_form_of_probes_is_read(form):
    rows = accepted_forms([[1, 0, 0], [2, 0, 0]])[form]
    probes = Probes(Program(**CHAIN), rows, [[1, 1, 1]] * 2, [[0, 0, 1]] * 2, 101)
    assert probes.values([3, 5]).tolist() == [15, 30]


@pytest.mark.parametrize("name", ["ptr", "tail", "param"])
def test_a_program_keeps_its_own_arrays(name):
    """Arrays were checked when the program was made; what the caller does to them later changes
    nothing.
    """
    arrays = {key: np.array(CHAIN[key], dtype=np.uint32) for key in ("ptr", "tail", "param")}
    program = Program(**arrays, params=2)
    probes = Probes(program, [[1, 1, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
    before = probes.words([[0]], [3, 5]).tolist()
    arrays[name][:] = {"ptr": [0, 0, 0, 2], "tail": [0, 0], "param": [1, 0]}[
        name
    ]  # still well formed
    assert probes.words([[0]], [3, 5]).tolist() == before


def test_probes_keep_their_own_arrays():
    source = np.array([[1, 0, 0]], dtype=np.uint64)
    probes = Probes(Program(**CHAIN), source, [[1, 1, 1]], [[0, 0, 1]], 101)
    source[0, 0] = 2
    assert probes.values([3, 5]).tolist() == [15]


def test_a_second_init_cannot_pull_the_program_away():
    """Probes hold vectors of the size of their program;
    a larger graph under them would be read out of bounds.
    """
    code = """
import numpy as np
from pyconslaw._core.probe import FROZEN, Probes, Program
program = Program([0, 0, 1, 2], [0, 1], [0, 1], 2)
probes = Probes(program, [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
nodes = 200000
try:
    program.__init__(np.zeros(nodes + 1, dtype=int), [], [], 2)
except Exception:
    pass
print(probes.values([3, 5]).tolist())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[15]\n"), done.stderr


BAD_PROGRAMS = {
    "ptr": [
        [0, 0, 1, 3],
        [0, 1, 0, 2],
        [1, 0, 1, 2],
        [],
        [0],
        [0.0, 0.0, 1.0, 2.0],
        [[0, 0, 1, 2]],
        None,
        "abc",
        [0, 0, -1, 2],
        [0, 0, 1, 2**32],
        [0, 0, 1, 2**70],
        [False, False, True, True],
        [0, 0, 1, float("nan")],
    ],
    "tail": [
        [1, 1],
        [0, 2],
        [0, 2**32 - 1],
        [0],
        [0.0, 1.0],
        [-1, 1],
        [0, 2**40],
        None,
        [False, True],
    ],
    "param": [[0, 2], [0, -1], [0.0, 1.0], [float("nan"), 1.0], None, ["0", "1"], [0, 2**32 - 1]],
    "params": [1, 0, *SIZES.values()],
}


@pytest.mark.parametrize(
    ("name", "value"), [(k, v) for k, values in BAD_PROGRAMS.items() for v in values], ids=repr
)
def test_bad_program(name, value):
    with refused(f"{name}|ptr, tail, param"):
        Program(**{**CHAIN, name: value})


@pytest.mark.parametrize("p", MODULI.values(), ids=MODULI)
def test_bad_modulus(p):
    with refused("p"):
        Probes(Program(**CHAIN), [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], p)


@pytest.mark.parametrize("program", [None, "x", 5])
def test_bad_program_of_probes(program):
    with refused("program"):
        Probes(program, [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)


@pytest.mark.parametrize("kind", vectors(3, 101))
@pytest.mark.parametrize("name", ["source", "gate", "out"])
def test_bad_probes(name, kind):
    bad = vectors(3, 101)[kind]
    rows = {"source": [[1, 0, 0]], "gate": [[1, 1, 1]], "out": [[0, 0, 1]]}
    rows[name] = [bad] if isinstance(bad, list | tuple) else np.array([bad])
    with refused(name):
        Probes(Program(**CHAIN), **rows, p=101)


def test_probes_of_unequal_number():
    rows = [[1, 0, 0]]
    for bad in (
        [rows * 2, rows, rows],
        [rows, rows * 2, rows],
        [rows, rows, rows * 2],
        [rows, rows, np.zeros((0, 3), int)],
    ):
        with refused("source, gate, out"):
            Probes(Program(**CHAIN), *bad, 101)
    with refused("source"):
        Probes(Program(**CHAIN), rows[0], rows, rows, 101)


@pytest.mark.parametrize("kind", vectors(2, 101))
def test_bad_theta(kind):
    probes = Probes(Program(**CHAIN), [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
    theta = vectors(2, 101)[kind]
    with refused("theta"):
        probes.values(theta)
    with refused("theta"):
        probes.words([[0]], theta)


BAD_WORDS = {
    "empty": [[]],
    "letter too large": [[1]],
    "letter 2^32": [[2**32]],
    "letter 2^70": [[2**70]],
    "negative": [[-1]],
    "half": [[0.5]],
    "float": [[0.0]],
    "nan": [[float("nan")]],
    "text": [["a"]],
    "digit": [["0"]],
    "none": [None],
    "nested": [[[0]]],
    "no list": None,
    "number": 5,
    "second": [[0], [0, 7]],
}


@pytest.mark.parametrize("words", BAD_WORDS.values(), ids=BAD_WORDS)
def test_bad_words(words):
    probes = Probes(Program(**CHAIN), [[1, 0, 0]], [[1, 1, 1]], [[0, 0, 1]], 101)
    with refused("words"):
        probes.words(words, [3, 5])
