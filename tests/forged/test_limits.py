"""Certificates that cost much: refused or declined soon, in bounded memory, without any other
exception.

Each runs in a process with 2 GB of address space and some seconds of processor time. What runs out
of memory there was not bounded by the checker, so that answer does not count.
"""

import itertools
import subprocess
import sys

import pytest

from .forge import SINGLE, Q, file_of, fingerprint, real, reason_of, sealed
from .prover import empty_proof, lower_body

MEGABYTES, SECONDS = 2048, 10
CHILD = """
import resource, sys
seconds, megabytes = map(int, sys.argv[2:])
resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
from pyconslaw.verify import Refused, verify_file
try:
    print("accepted", verify_file(sys.argv[1]).laws)
except Refused as reason:
    print("refused", reason)
"""


def answer_of_file(path, seconds=SECONDS, megabytes=MEGABYTES):
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path), str(seconds), str(megabytes)],
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert (done.returncode, done.stderr) == (0, ""), (
        f"ended with {done.returncode} {done.stderr[-500:]}"
    )
    assert "the checker failed" not in done.stdout
    return done.stdout.rstrip("\n")


def answer(data, tmp_path, seconds=SECONDS):
    """What the checker says, in a process with limits."""
    path = tmp_path / "bomb.json"
    path.write_bytes(data)
    said = answer_of_file(path, seconds)
    assert "ran out of memory" not in said
    return said


# -----------------------------------------------------------------------------------------------
# files as such


def inside(name, path, text):
    """The file of a certificate with any text in the place of a value; its hash is not right,
    and need not be.
    """
    body = target = real(name)
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = "PLACE"
    return sealed(body).replace(b'"PLACE"', text)


DEEP = 10**5
FILES = {
    "deep lists": lambda: b"[" * DEEP + b"]" * DEEP + b"\n",
    "deep objects": lambda: b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"\n",
    "deep and open": lambda: b"[" * 10**6,
    "deep pairs": lambda: b'[{"a":' * DEEP + b"0" + b"}]" * DEEP + b"\n",
    "deep system": lambda: inside("linear 2-2-2", ["system"], b"[" * DEEP + b"]" * DEEP),
    "deep word": lambda: inside("linear 2-2-2", ["lower", "words", 0], b"[" * DEEP + b"]" * DEEP),
    "deep coefficient": lambda: inside(
        "linear 2-2-2", ["upper", "laws", 0, "polynomial", 0, 0], b"[" * DEEP + b"]" * DEEP
    ),
    "deep split": lambda: inside(
        "linear 2-2-2",
        ["upper"],
        b'{"after":{"kind":"single-generator"},"before":' * DEEP
        + b'{"kind":"single-generator"}'
        + b',"kind":"split","node":2}' * DEEP,
    ),
    "deep key": lambda: inside("linear 2-2-2", ["upper"], b"{" * DEEP),
    "digits": lambda: inside("linear 2-2-2", ["claim", "laws"], b"7" * 3_000_000),
    "minus digits": lambda: inside("linear 2-2-2", ["lower", "point", 0], b"-" + b"7" * 3_000_000),
    "digits as coefficient": lambda: inside(
        "polynomial laws", ["system", "phi", 0, 0, 0], b"1" * 5000
    ),
    "digits as version": lambda: inside("linear 2-2-2", ["version"], b"1" * 100_000),
    "digits in a string": lambda: inside(
        "linear 2-2-2", ["format"], b'"' + b"1" * 3_000_000 + b'"'
    ),
    "exponent": lambda: inside("linear 2-2-2", ["version"], b"1e999999999999"),
    "fraction": lambda: inside("linear 2-2-2", ["version"], b"0." + b"0" * 1_000_000 + b"1"),
    "lists": lambda: inside("linear 2-2-2", ["lower", "words"], b"[" + b"[]," * 200_000 + b"[]]"),
    "too many lists": lambda: inside(
        "linear 2-2-2", ["lower", "words"], b"[" + b"[]," * 4_000_000 + b"[]]"
    ),
    "objects": lambda: inside(
        "linear 2-2-2", ["lower", "generators"], b"[" + b"{}," * 200_000 + b"{}]"
    ),
    "too many objects": lambda: inside(
        "linear 2-2-2", ["lower", "generators"], b"[" + b"{}," * 4_000_000 + b"{}]"
    ),
    "zeros": lambda: inside("linear 2-2-2", ["lower", "point"], b"[" + b"0," * 500_000 + b"0]"),
    "a long string": lambda: inside(
        "linear 2-2-2", ["system", "bias"], b'"' + b"n" * 4_000_000 + b'"'
    ),
    "a long key": lambda: inside("linear 2-2-2", ["claim"], b'{"' + b"k" * 4_000_000 + b'":1}'),
    "backslashes": lambda: b'"' + b"\\" * 2_000_000,
    "spaces": lambda: b" " * 6_000_000 + file_of("linear 2-2-2"),
    "nul": lambda: b"\x00" * 2_000_000,
    "keys": lambda: inside(
        "linear 2-2-2", ["claim"], b"{" + b",".join(b'"%06d":1' % k for k in range(50_000)) + b"}"
    ),
    "one key often": lambda: inside(
        "linear 2-2-2", ["claim"], b"{" + b'"laws":3,' * 100_000 + b'"laws":3}'
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name, tmp_path):
    assert answer(FILES[name](), tmp_path).startswith("refused")


@pytest.mark.parametrize("name", ["linear 2-2-2", "closing algebra", "dag, split"])
def test_deep_but_readable(name):
    """Nested as deeply as the reader of JSON allows, with a right hash."""
    for depth in (200, 900, 950):
        lists, objects = [], {}
        for _ in range(depth):
            lists, objects = [lists], {"kind": objects, "before": 0}
        for deep in (lists, objects):
            for key in ("system", "claim", "lower", "upper", "format", "version"):
                assert reason_of(sealed(real(name) | {key: deep})) is not None
            for key in ("words", "point", "pivots", "prime"):
                body = real(name)
                body["lower"][key] = deep
                assert reason_of(sealed(body)) is not None


def test_a_file_larger_than_the_limit(tmp_path):
    path = tmp_path / "bomb.json"
    with open(path, "wb") as file:
        file.truncate(3 * 2**30)
    assert answer_of_file(path).startswith("refused declined")


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom", "/dev/null", "/dev/full"])
def test_endless_files(device):
    assert answer_of_file(device).startswith("refused")


# -------------------------------------------------------------------------------------------------
# work to do


def claimed(system, size, rank, kind, upper, lower=None):
    lower = {
        "kind": "bracket-words",
        "prime": Q,
        "point": [2] * size,
        "words": [[0]] * rank,
        "pivots": list(range(rank)),
    } | (lower or {})
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "lower": lower,
        "upper": upper,
        "claim": {"object": kind, "parameters": size, "laws": size - rank},
    }


def mlp(dims, activation="linear", bias="none"):
    return {
        "type": "mlp",
        "dims": dims,
        "activations": [activation] * (len(dims) - 2),
        "bias": bias,
    }


def network(dims, rank=1, upper=SINGLE, words=None, activation="linear", points=True):
    """A certificate of a layered network with one generator of ones."""
    size = sum(n * m for n, m in itertools.pairwise(dims))
    kind = "matrix product" if activation == "linear" or len(dims) == 2 else "path-lifting"
    gates = sum(dims[1:-1]) if activation != "linear" else 0
    lower = (
        {"generators": [{"source": [1] * dims[0], "gate": [1] * gates, "out": [1] * dims[-1]}]}
        if points
        else {"generators": [], "point": []}
    )
    lower |= {"words": words, "pivots": list(range(len(words)))} if words else {}
    rank = len(words) if words else rank
    body = claimed(mlp(dims, activation), size if points else 1, rank, kind, upper, lower)
    body["claim"] |= {"parameters": size, "laws": size - rank}
    return body


def system(phi, size, words, rank=None, upper=SINGLE):
    """A certificate of explicit polynomials."""
    rank = len(words) if rank is None else rank
    names = [f"x{k}" for k in range(size)]
    return claimed(
        {"type": "polynomials", "variables": names, "phi": phi},
        size,
        rank,
        "system",
        upper,
        {"words": words},
    )


def line(size):
    """x_0 + ... + x_(size - 1): a constant vector field."""
    return [[1, [[v, 1]]] for v in range(size)]


def dense(size, degree):
    """All monomials in a few variables with exponents up to a degree."""

    def exponents(v):
        return (
            [[]]
            if v == size
            else [
                ([[v, e]] if e else []) + rest
                for e in range(degree + 1)
                for rest in exponents(v + 1)
            ]
        )

    return [[k + 1, m] for k, m in enumerate(sorted(exponents(0))) if m]


def of_laws(laws, size, kind="polynomial-laws"):
    return {
        "kind": kind,
        "laws": laws,
        "prime": Q,
        "point": [3] * size,
        "pivots": [k % size for k in range(len(laws))],
    }


def isolated(count, laws):
    """A chain of two edges beside many inputs without edges, and its law many times."""
    law = {"potential": [[count, 1]], "polynomial": [[1, [[0, 2]]], [-1, [[1, 2]]]]}
    return claimed(
        {
            "type": "dag",
            "nodes": ["input"] * count + ["linear", "linear"],
            "outputs": [count + 1],
            "edges": [[0, count, 0], [count, count + 1, 1]],
            "frozen": [],
        },
        2,
        1,
        "matrix product",
        of_laws([law] * laws, 2, "balance-laws"),
        {"generators": [{"source": [1] * count, "gate": [], "out": [1]}]},
    )


def ladder(steps, edges_frozen=0):
    """2^steps paths from the only input to the only output, on few edges."""
    nodes, edges = ["input"], []
    for k in range(steps):
        a = 3 * k
        nodes += ["linear"] * 3
        edges += [[a, a + 1], [a, a + 2], [a + 1, a + 3], [a + 2, a + 3]]
    edges.sort(key=lambda e: e[::-1])
    size = len(edges) - edges_frozen
    graph = {
        "type": "dag",
        "nodes": nodes,
        "outputs": [3 * steps],
        "edges": [[*e, k] for k, e in enumerate(edges[:size])],
        "frozen": [[*e, 2**61] for e in edges[size:]],
    }
    return claimed(
        graph,
        size,
        1,
        "matrix product",
        of_laws([], size),
        {"generators": [{"source": [1], "gate": [], "out": [1]}]},
    )


def nested(depth, size):
    upper = SINGLE
    for node in range(depth, 0, -1):
        upper = {"kind": "split", "node": node, "before": SINGLE, "after": upper}
    return claimed(
        {"type": "product", "size": size},
        size,
        1,
        "system",
        upper,
        {"generators": [{"source": [1], "gate": [], "out": [1]}]},
    )


def algebra(phi, size, basis, generators, products):
    return system(
        phi,
        size,
        [[0]],
        upper={
            "kind": "closing-algebra",
            "basis": basis,
            "generators": generators,
            "products": products,
        },
    )


DENOMINATORS = [10**999 + 2 * k + 1 for k in range(4000)]
WORK = {
    # systems
    "two wide layers": lambda: network([10**9, 10**9], points=False),
    "2^62 and more": lambda: network([2**62 - 1] * 3, points=False),
    "too many layers": lambda: network([1] * 200_000, points=False),
    "product 10^18": lambda: (
        claimed({"type": "product", "size": 10**18}, 1, 1, "system", SINGLE)
        | {"claim": {"object": "system", "parameters": 10**18, "laws": 10**18 - 1}}
    ),
    "product 10^7": lambda: (
        claimed({"type": "product", "size": 10**7}, 1, 1, "system", SINGLE)
        | {"claim": {"object": "system", "parameters": 10**7, "laws": 10**7 - 1}}
    ),
    "many variables": lambda: system([[[1, [[0, 1]]]]], 300_000, [[0]]),
    "many nodes": lambda: isolated(600_000, 1),
    "frozen edges": lambda: claimed(
        {
            "type": "dag",
            "nodes": ["input"] * 2 + ["linear"] * 1000,
            "outputs": [1001],
            "edges": [[0, 2, 0]],
            "frozen": [[t, h, 1] for h in range(3, 1002) for t in range(h)],
        },
        1,
        1,
        "matrix product",
        SINGLE,
    ),
    # words
    "words of length 40": lambda: network([2, 2, 2], words=[[0] * 40] * 5),
    "words of length 10^6": lambda: network([2, 2, 2], words=[[0] * 10**6]),
    "words of length 12 on many edges": lambda: network([50, 50], words=[[0] * 12]),
    "ten thousand words": lambda: network([100, 100], words=[[0]] * 10_000),
    "words on a large network": lambda: network([300, 300], words=[[0, 0, 0]] * 40),
    "a long word that vanishes": lambda: system([line(1)], 1, [[0] * 1_000_000]),
    "a long word of constant fields": lambda: system([line(2000)], 2000, [[0] * 200_000]),
    "a constant field in a word": lambda: system(
        [line(50_000), [[1, [[0, 3]]]]], 50_000, [[0, 1] * 5]
    ),
    "large exponents": lambda: system(
        [[[1, [[0, 10**9], [1, 10**9]]]], [[1, [[0, 1], [1, 10**9 + 1]]]]], 2, [[0, 1] * 50_000]
    ),
    "coefficients that swell": lambda: system(
        [
            [[10**999, [[0, 3]]], [10**999 + 1, [[1, 3]]]],
            [[10**999 + 7, [[0, 2], [1, 1]]], [3, [[1, 4]]]],
        ],
        2,
        [[0, 1] * 1000],
    ),
    "components of 10^4 terms": lambda: system([dense(4, 9), dense(4, 9)], 4, [[0, 1]]),
    # laws
    "laws of 10^4 terms": lambda: system([dense(4, 9)], 4, [[0]], upper=of_laws([dense(4, 9)], 4)),
    "products of long monomials": lambda: system(
        [
            sorted(
                [[1, [[v, 1] for v in range(300)] + [[300, e + 1]]] for e in range(10)],
                key=lambda t: t[1],
            )
        ],
        301,
        [[0]],
        upper=of_laws([[[1, [[0, e + 1]]] for e in range(60_000)]], 301),
    ),
    "a long monomial": lambda: system([[[1, [[v, 1] for v in range(20_000)]]]], 20_000, [[0]]),
    "laws beside many nodes": lambda: isolated(100_000, 10_000),
    "a law of everything": lambda: network(
        [300, 1, 300],
        upper=of_laws(
            [[[1, [[a, 1], [b, 1]]] for a in range(600) for b in range(a + 1, 600, 9)]], 600
        ),
    ),
    "2^40 paths": lambda: ladder(40),
    "2^16 paths of frozen edges": lambda: ladder(16, 8),
    "many paths": lambda: network([40] * 5, upper=of_laws([], 6400)),
    # splits
    "splits inside each other": lambda: nested(300, 400),
    # algebras
    "denominators": lambda: algebra(
        [[[1, [[0, 1]]]]],
        1,
        [[[[1, []]]]] * 4000,
        [[[1, p] for p in DENOMINATORS]],
        [[[[0, 1]] * 4000] * 3],
    ),
    "an algebra of constant fields": lambda: algebra(
        [line(1500)],
        1500,
        [[[[1, []]]] * 1500, *([[]] * 1500 for _ in range(299))],
        [[[1, 1], *([[0, 1]] * 299)]],
        [[[[0, 1]] * 300] * 300],
    ),
}
LONG = {
    "a million layers": lambda: network([1] * 10**6, points=False),
    "a constant field in a word that is too long": lambda: system(
        [line(50_000), [[1, [[0, 3]]]]], 50_000, [[0, 1] * 2000]
    ),
    "thirty million digits": lambda: inside("linear 2-2-2", ["claim", "laws"], b"7" * 30_000_000),
    "four million lists": lambda: inside(
        "linear 2-2-2", ["lower", "words"], b"[" + b"[]," * 3_900_000 + b"[]]"
    ),
    "sixty million letters": lambda: inside(
        "linear 2-2-2", ["system", "bias"], b'"' + b"n" * 60_000_000 + b'"'
    ),
    "ten million strings": lambda: inside(
        "linear 2-2-2", ["lower", "words"], b"[" + b'"ab",' * 10_000_000 + b'""]'
    ),
    "components of 10^5 terms": lambda: system([dense(5, 9), dense(5, 9)], 5, [[0, 1]]),
    "laws of 10^5 terms": lambda: system([dense(5, 9)], 5, [[0]], upper=of_laws([dense(5, 9)], 5)),
    "a long word of many constant fields": lambda: system(
        [line(100_000)], 100_000, [[0] * 100_000]
    ),
    "a long word that turns": lambda: system(
        [[[1, [[0, 1], [1, 1]]]], line(1)], 2, [[0] * 5_000_000 + [1]]
    ),
    "thirty million letters": lambda: system([line(1)], 1, [[0] * 30_000_000]),
    "thirty million points": lambda: inside(
        "linear 2-2-2", ["lower", "point"], b"[" + b"0," * 30_000_000 + b"0]"
    ),
    "a million generators": lambda: inside(
        "linear 2-2-2",
        ["lower", "generators"],
        b"[" + b'{"gate":[],"out":[1],"source":[1]},' * 990_000 + b"{}]",
    ),
    "six million keys": lambda: inside(
        "linear 2-2-2",
        ["claim"],
        b"{" + b",".join(b'"%06x":1' % k for k in range(5_000_000)) + b"}",
    ),
}
TRUE = {
    "a chain of many edges": (lambda: network([1] * 30_001), 29_999),
    "product 20000": (
        lambda: claimed(
            {"type": "product", "size": 20_000},
            20_000,
            1,
            "system",
            SINGLE,
            {"generators": [{"source": [1], "gate": [], "out": [1]}]},
        ),
        19_999,
    ),
    "exponents of 10^18": (lambda: system([[[1, [[0, 10**18], [1, 10**18]]]]], 2, [[0]]), 1),
    "many inputs": (lambda: network([30_000, 1], words=[[0]], upper=of_laws([], 30_000)), None),
    "95 splits": (lambda: nested(95, 100), 99),
}


@pytest.mark.parametrize("name", WORK)
def test_work(name, tmp_path):
    assert answer(sealed(WORK[name]()), tmp_path).startswith("refused")


@pytest.mark.long
@pytest.mark.parametrize("name", LONG)
def test_more_work(name, tmp_path):
    made = LONG[name]()
    assert answer(made if isinstance(made, bytes) else sealed(made), tmp_path, 120).startswith(
        "refused"
    )


@pytest.mark.parametrize("name", TRUE)
def test_large_and_true(name, tmp_path):
    make, laws = TRUE[name]
    said = answer(sealed(make()), tmp_path)
    assert (
        said == f"accepted {laws}"
        if laws is not None
        else said.startswith("refused the bounds do not meet")
    )


@pytest.mark.long
def test_many_splits_of_a_long_chain(tmp_path):
    """The parts of one split are not all needed while the next is checked; accepted, or declined
    by a limit.
    """
    said = answer(sealed(nested(95, 60_000)), tmp_path, 60)
    assert said == "accepted 59999" or said.startswith("refused declined")


@pytest.mark.parametrize("megabytes", [90, 120])
def test_little_memory(megabytes, tmp_path):
    """Where memory does run out, in a process that has too little, that is an answer too, not a
    traceback.
    """
    body = network([1, 1])
    body["lower"]["generators"] *= 100_000
    path = tmp_path / "certificate.json"
    path.write_bytes(sealed(body))
    said = answer_of_file(path, megabytes=megabytes)
    assert said == "accepted 0" or "declined" in said


def test_hashes_are_right():
    """The bombs are refused for what they are, not for their spelling."""
    body = network([2, 2, 2], words=[[0] * 40])
    assert (
        "hash" not in reason_of(sealed(body))
        and sealed(body).count(fingerprint(body).encode()) == 1
    )
    assert (
        reason_of(
            sealed(
                lower_body(mlp([1, 1]), [[0]], [0], [3], [{"source": [1], "gate": [], "out": [1]}])
            )
        )
        is None
    )
    assert empty_proof(3)["laws"] == []
