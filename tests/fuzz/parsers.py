"""Random and mutated input for every parser: only the documented errors may come out, and soon.

    python tests/fuzz/parsers.py [INPUTS] [SEED]

runs that many inputs for each target and prints a line each. `make fuzz` runs it after the C tests
under sanitizers.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import string
import sys
import tempfile
import tracemalloc
import warnings
import zipfile
from pathlib import Path
from time import process_time

import numpy as np

from pyconslaw import (
    PyconslawError,
    System,
    analyze_function,
    certify,
    check_law,
    dag_from_arrays,
    linear,
    mlp,
    network_of,
    polynomial_system,
    product,
    read_network,
)
from pyconslaw.certificate import canonical
from pyconslaw.entries.parse import parse_polynomial, parse_quotient
from pyconslaw.networks.files import network_from_json, read_question, read_weights
from pyconslaw.sweeps.specs import network_of_text
from pyconslaw.verify import Refused, verify_bytes
from pyconslaw.verify.systems.names import WrongUsage, system_named

# seconds of computation: an input that takes longer has found a hang
SLOW = 20.0
# bytes that a reader of small files may take
HEAVY = 20e6
READERS = ("network_file", "archive", "weights_archive", "system_file")

EXPRESSIONS = [
    "2*W1[0,0]^2 - x*y/3",
    "(x+y)^5",
    "x**2",
    "((x))",
    "-x*(y - 1)^3",
    "1/7*x",
    "x^0",
    "W1[ 0 , 0 ]",
]
NETWORK = {
    "nodes": [
        {"name": "x", "kind": "input"},
        {"name": "h", "kind": "relu", "bias": True},
        {"name": "y", "kind": "linear"},
    ],
    "edges": [
        {"from": "x", "to": "h"},
        {"from": "h", "to": "y", "parameter": "s"},
        {"from": "x", "to": "y", "frozen": 2},
    ],
    "outputs": ["y"],
}
VALUES = [
    None,
    True,
    False,
    0,
    -1,
    1,
    2**62,
    10**30,
    1.5,
    "",
    "x",
    "y",
    "h",
    "1",
    "relu",
    "input",
    [],
    {},
    [[]],
    "\u0000",
    "W[",
    "é",
]


def mutate_text(rng: random.Random, text: str) -> str:
    """A few characters dropped, doubled, swapped or put in."""
    symbols = list(text)
    for _ in range(rng.choice([1, 1, 2, 6])):
        k = rng.randrange(len(symbols) + 1)
        action = rng.randrange(4)
        if action == 0:
            symbols.insert(k, rng.choice(string.printable + "\u00e9\u2212^^**()[]//"))
        elif action == 1 and symbols:
            symbols.pop(min(k, len(symbols) - 1))
        elif action == 2 and symbols:
            start = rng.randrange(len(symbols))
            symbols[k:k] = symbols[start : start + rng.randint(1, 20)]
        elif symbols:
            symbols[min(k, len(symbols) - 1)] = rng.choice("0123456789xyW[],^*/+-()")
    return "".join(symbols)


def mutate_json(rng: random.Random, value):
    """One random place of a JSON value replaced, deleted or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.8:
        key = rng.choice(list(value))
        out = dict(value)
        if rng.random() < 0.15:
            del out[key]
        elif rng.random() < 0.1:
            out[rng.choice(["name", "kind", "from", "to", "frozen", "parameter", "bias", "x"])] = (
                rng.choice(VALUES)
            )
        else:
            out[key] = mutate_json(rng, value[key])
        return out
    if isinstance(value, list) and value and rng.random() < 0.8:
        k = rng.randrange(len(value))
        out = list(value)
        if rng.random() < 0.15:
            del out[k]
        elif rng.random() < 0.2:
            out.insert(k, rng.choice(value))
        else:
            out[k] = mutate_json(rng, value[k])
        return out
    return rng.choice(VALUES)


def expression(rng):
    text = mutate_text(rng, rng.choice(EXPRESSIONS) * rng.choice([1, 1, 1, 30]))
    parse_polynomial(text, {"x": 0, "y": 1, "W1[0,0]": 2})


def network_words(rng):
    words = [
        mutate_text(rng, rng.choice(["linear", "relu", "mlp", "product"]))
        if rng.random() < 0.2
        else rng.choice(["linear", "relu", "mlp", "product"]),
        mutate_text(rng, rng.choice(["2-3-1", "6", "2-2-2-2"])),
    ]
    options = (
        [None, None, "linear", "relu,linear", "relu,,", "x"],
        [False, False, True, "all", "", 3],
    )
    network_of(*words, *map(rng.choice, options))


def network_json(rng):
    value = NETWORK
    for _ in range(rng.choice([1, 1, 2, 4])):
        value = mutate_json(rng, value)
    network_from_json(value)


def read_bytes(data: bytes, suffix: str, read=read_network):
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(data)
        file.flush()
        return read(Path(file.name))


def network_file(rng):
    text = mutate_text(rng, json.dumps(NETWORK)).encode("utf-8", "surrogatepass")
    read_bytes(rng.randbytes(rng.randint(0, 60)) if rng.random() < 0.1 else text, ".json")


def archive(rng, originals=[]):  # noqa: B006 (made once)
    """A NumPy archive, bytes changed in it or in one of its arrays (then with the right
    checksum).
    """
    if not originals:
        plain = {"kinds": np.array([0, 3, 2]), "tail": np.array([0, 1]), "head": np.array([1, 2])}
        for save, change in (
            (np.savez, {}),
            (np.savez_compressed, {}),
            (np.savez, {"kinds": np.array(["input", "relu", "linear"])}),
        ):
            with io.BytesIO() as file:
                save(file, **(plain | change))
                originals.append(file.getvalue())
    read_bytes(mutated_archive(rng, rng.choice(originals)), ".npz")


def weights_archive(rng, originals=[]):  # noqa: B006 (made once)
    """Arrays of weights by name, changed as in `archive`."""
    if not originals:
        arrays = {"W1": np.array([[1], [2]]), "W2": np.asfortranarray([[0.5, -1.0]])}
        for save in (np.savez, np.savez_compressed):
            with io.BytesIO() as file:
                save(file, **arrays)
                originals.append(file.getvalue())
    data = mutated_archive(rng, rng.choice(originals))
    CANDIDATES.flatten(read_bytes(data, ".npz", read_weights))


def mutated_archive(rng, original: bytes) -> bytes:
    data = bytearray(original)
    if rng.random() < 0.5:
        with (
            zipfile.ZipFile(io.BytesIO(data)) as source,
            io.BytesIO() as file,
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")  # of names that occur twice
            with zipfile.ZipFile(file, "w") as target:
                name = rng.choice(source.namelist())
                for member in source.namelist():
                    inner = bytearray(source.read(member))
                    if member == name:
                        change_bytes(rng, inner)
                    target.writestr(
                        rng.choice(["x.npy", "tail", "tail.npy"])
                        if rng.random() < 0.02
                        else member,
                        bytes(inner),
                    )
            data = bytearray(file.getvalue())
    else:
        change_bytes(rng, data)
    return bytes(data)


DATA = {
    "network": {"dims": [1, 2, 1], "activations": ["leaky_relu"], "bias": False},
    "weights": {"W1": [[1], ["1/2"]], "W2": [[1, 2]]},
    "inputs": [[1], ["-2/3"]],
    "loss": "softmax",
    "slope": "1/10",
}


def data_file(rng):
    """A file of data, values or characters changed, and the count on it."""
    value = DATA
    for _ in range(rng.choice([0, 1, 1, 2])):
        value = mutate_json(rng, value)
    text = json.dumps(value)
    text = text if rng.random() < 0.6 else mutate_text(rng, text)
    network, asked = read_bytes(text.encode("utf-8", "surrogatepass"), ".json", read_question)
    if network.size < 100:
        analyze_function(network, **asked)


def change_bytes(rng, data: bytearray):
    for _ in range(rng.randint(1, 3)):
        k = rng.randrange(len(data) + 1)
        data[k : k + rng.choice([0, 1, 1, 1, 5])] = (
            rng.randbytes(1) if rng.random() < 0.7 else b"0123456789'[,<(|OUVi"[k % 20 :][:2]
        )


def arrays(rng):
    def vector(size, low, high):
        a = np.array([rng.randint(low, high) for _ in range(size)])
        return (
            a
            if rng.random() < 0.9
            else rng.choice([a.astype(float), a.reshape(-1, 1), a.astype(bool), a[:-1]])
        )

    nodes = rng.randint(2, 6) if rng.random() < 0.9 else 0
    pairs = sorted(
        {
            (rng.randrange(nodes - 1), rng.randrange(1, nodes))
            for _ in range(rng.randint(0, 6))
            if nodes
        }
    )
    pairs = [p for p in pairs if p[0] < p[1] or rng.random() < 0.02]
    edges = len(pairs)
    kinds = [0, *(rng.choice([2, 2, 3, 4, rng.randint(-1, 5)]) for _ in range(nodes - 1))][:nodes]
    tail, head = (
        np.array([t for t, _ in pairs], dtype=int),
        np.array([h for _, h in pairs], dtype=int),
    )
    if rng.random() < 0.2:
        tail, head = (
            vector(edges, 0, max(nodes - 1, 0)),
            vector(rng.choice([edges, nodes + 1]), 0, nodes),
        )
    dag_from_arrays(
        np.array(kinds),
        tail,
        head,
        rng.choice([None, vector(edges, -1, max(edges - 1, 0))]),
        rng.choice([None, vector(edges, -2, 2)]),
        rng.choice([None, None, vector(rng.randint(1, 2), 0, max(nodes, 1))]),
    )


def system(rng):
    names = rng.choice(
        [["x", "y"], ["x", "y", "z"], ["W[0,0]", "x"], [mutate_text(rng, "x"), "y"], ["x", "x"], []]
    )
    components = [rng.choice(["x*y", "x^2 + 2*y", "3", "x - x"]) for _ in range(rng.randint(0, 3))]
    components = [mutate_text(rng, text) if rng.random() < 0.5 else text for text in components]
    polynomial_system(names, components)


CANDIDATES = mlp([1, 2, 1])


def candidate(rng, network=CANDIDATES):
    text = mutate_text(
        rng, rng.choice(["W1[0,0]^2 - W2[0,0]^2", "W1[0,0]*W2[0,0]", "1/3*W1[1,0]^2"])
    )
    check_law(network, text)


def expectation(rng):
    names = [
        "linear 2-2-2 --flow momentum --tau 1/2",
        "linear 4-4-4-4",
        "relu 2-3-1 --bias",
        "product 6",
        "mlp 5-6-4-3 --activations linear,relu",
        "sha256 " + "a" * 20,
    ]
    system_named(mutate_text(rng, rng.choice(names)))


def originals(made=[]):  # noqa: B006 (made once)
    """True certificates of all kinds of system."""
    if not made:
        made += [
            certify(network).bytes
            for network in (
                linear([2, 2, 2]),
                linear([1, 2, 1, 2]),
                product(3),
                mlp([1, 2, 1], bias=True),
                network_from_json(NETWORK),
                polynomial_system(["x", "y", "z"], ["x*y + z", "x - y"]),
                polynomial_system(["x", "y"], ["x^2*y + 1/2*y"]),
                System("xyz", phi=["x*y"], drift=[0, 0, "x"]),
                linear([1, 2, 1], flow="momentum"),
                mlp([1, 1, 1], flow="mirror", metric="W1=1/(1 + self)"),
                linear([1, 2, 1], flow="sign"),
                linear([1, 1, 1], flow="natural"),
                linear([1, 2, 1], rates={"W1": "2/3"}),
                mlp([1, 2, 1], decay={"W1": 1}, rates={"W2": 3}),
                linear([1, 2, 1], flow="momentum", decay={"W1": "1/2"}),
                polynomial_system("abcdwxyz", ["a*w+b*y", "a*x+b*z", "c*w+d*y", "c*x+d*z"]),
                System({"Q": (2, 2), "K": (2, 1), "A": (2, 2)}, phi=["Q^T K", "A A"]),
            )
        ]
    return made


def checked(data):
    try:
        verify_bytes(data)
    except Refused as reason:
        if "the checker failed" in str(reason):
            raise AssertionError(str(reason)) from reason
        raise


def certificate(rng):
    """A few bytes changed: the hash no longer fits."""
    original = rng.choice(originals())
    data = bytearray(original)
    for _ in range(rng.randint(1, 5)):
        k = rng.randrange(len(data))
        data[k : k + rng.randint(0, 3)] = bytes(
            rng.choice(b'0123456789{}[]",:abc \n-') for _ in range(rng.randint(0, 4))
        )
    checked(bytes(data))
    assert data == original, "a changed certificate was accepted"


SYSTEMS = [
    {"variables": ["x", "y"], "fields": [["y/(1 + x)", "-x/10"], [1, {}]]},
    {"variables": ["x", "y"], "phi": ["x*y", "x^2/y"]},
    {"variables": ["x", "y"], "fields": [{"y": "x^3"}, {"x": 1, "y": "1/7*x"}]},
    {"variables": ["x", "y"], "phi": ["x*y"], "drift": ["y^2/3", {"x": 1}]},
    {"variables": ["x", "y"], "phi": ["x*y"], "drift": {"x": "1/(1 + y)"}},
    {
        "variables": ["x", "y"],
        "phi": ["x*y", "x^2"],
        "flow": "riemannian-momentum",
        "tau": "1/2",
        "metric": {"x": "1/self", "y": "(1 + self)/3"},
    },
    {"variables": ["x", "y"], "phi": ["x*y"], "flow": "nesterov", "tau": 3},
    {"variables": ["x", "y"], "phi": ["x*y"], "flow": "sign"},
    {"variables": ["x", "y"], "phi": ["x*y"], "flow": "weight-decay", "tau": "lam"},
    {"variables": ["x", "y"], "phi": ["x*y"], "rates": {"x": "2/3"}, "decay": {"x": 1, "y": "1/2"}},
    {"matrices": {"Q": [2, 3], "K": [2, 1], "u": [2], "s": []}, "products": ["Q^T K", "u' K s"]},
    {"matrices": {"A": [2, 2], "B": [2, 2]}, "products": ["A * B'", "A A"], "flow": "natural"},
]


def matrix_products(rng):
    texts = ["Q^T K", "Q' K", "K^T * Q", "Q @ Q^T", "s u'", "Q^{T}K"]
    phi = [mutate_text(rng, text) for text in rng.sample(texts, rng.randint(1, 3))]
    shape = rng.choice([(2, 3), (2, 3), (2, 10**9), (2,), 3, (0, 2), (2, 3, 4), "23", None, (2.0,)])
    System({"Q": shape, "K": (2, 1), "u": 2, "s": ()}, phi=rng.choice([phi, phi[0]]))


def quotient(rng):
    parse_quotient(
        mutate_text(rng, rng.choice([*EXPRESSIONS, "x/(1+y)", "1/x/(y-1/x)", "(x+y)^9/(x-y)^9"])),
        {"x": 0, "y": 1, "W1[0,0]": 2},
    )


def flow(rng):
    """Words of a flow, characters changed, on a small network."""
    words = [
        rng.choice(["momentum", "mirror", "weight-decay", "nesterov", "dual-momentum", "sign"]),
        rng.choice(["1", "1/2", "lam", "0", None]),
        rng.choice(["entropic", "W1=1/self,W2=2", "(1 + self)/(2 - W2[0,0])", None, None]),
        rng.choice(["1/2", "W1=1/2,W2[0,0]=3", None, None]),
        rng.choice(["W1=1/2", "W1=1/2,W2[0,0]=3", None, None]),
    ]
    words = [
        word if word is None or rng.random() < 0.6 else mutate_text(rng, word) for word in words
    ]
    own = dict(zip(["flow", "tau", "metric", "decay", "rates"], words, strict=True))
    network_of("linear", "1-1-1", **own)


def system_json(rng):
    value = rng.choice(SYSTEMS)
    for _ in range(rng.choice([1, 1, 2, 4])):
        value = mutate_json(rng, value)
    network_from_json(value)


def system_file(rng):
    """A system in JSON or TOML, characters changed."""
    value = rng.choice(SYSTEMS[1:])
    suffix = rng.choice([".json", ".toml"])
    text = (
        json.dumps(value)
        if suffix == ".json"
        else "\n".join(f"{key} = {toml(part)}" for key, part in value.items())
    )
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(mutate_text(rng, text).encode("utf-8", "surrogatepass"))
        file.flush()
        network_of("system", file.name)


def specification(rng):
    """A line of a sweep: words, or a JSON object or string."""
    value = rng.choice([NETWORK, *SYSTEMS, "relu 2-3-1 --bias"])
    plain = ["relu 2-3-1 --bias all", "mlp 2-2-2-1 --activations=linear,relu", "nmf 2-2-2"]
    plain += ["linear 1-2-1 --flow momentum --tau 1/2 --metric euclidean", json.dumps(value)]
    network_of_text(mutate_text(rng, rng.choice(plain)))


def toml(value) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(part)}" for key, part in value.items()) + "}"
    return "[" + ", ".join(map(toml, value)) + "]" if isinstance(value, list) else json.dumps(value)


def forgery(rng):
    """A place of the object changed, with a hash that fits; what is true about those accepted is
    asked in tests/forged.
    """
    value = json.loads(rng.choice(originals()))
    for _ in range(rng.randint(1, 3)):
        value = mutate_json(rng, value)
    if isinstance(value, dict):
        value.pop("hash", None)
        value["hash"] = hashlib.sha256(canonical(value)).hexdigest()
    checked(canonical(value) + b"\n")


TARGETS = {
    f.__name__: f
    for f in (
        expression,
        system,
        candidate,
        network_words,
        network_json,
        network_file,
        archive,
        weights_archive,
        data_file,
        arrays,
        expectation,
        certificate,
        forgery,
        quotient,
        flow,
        system_json,
        system_file,
        specification,
        matrix_products,
    )
}
EXPECTED = (PyconslawError, Refused, WrongUsage)


def run(target: str, inputs: int, seed: int) -> dict[str, int]:
    """Runs inputs cases; returns how many were taken and refused. Raises on any other exception,
    with the seed of the case.
    """
    taken = 0
    if target in READERS:
        tracemalloc.start()
    for k in range(inputs):
        start = process_time()
        try:
            TARGETS[target](random.Random(f"{target} {seed} {k}"))
            taken += 1
        except EXPECTED:
            pass
        except Exception as error:
            raise AssertionError(
                f"{target}: case {k} of seed {seed} raised {type(error).__name__}: {error}"
            ) from error
        if tracemalloc.is_tracing() and tracemalloc.get_traced_memory()[1] > HEAVY:
            raise AssertionError(f"{target}: by case {k} of seed {seed} it took {HEAVY:.0f} bytes")
        if process_time() - start > SLOW:
            raise AssertionError(
                f"{target}: case {k} of seed {seed} took {process_time() - start:.0f} s"
            )
    tracemalloc.stop()
    return {"taken": taken, "refused": inputs - taken}


def main(arguments: list[str]) -> None:
    inputs = int(arguments[0]) if arguments else 20_000
    seed = int(arguments[1]) if len(arguments) > 1 else random.SystemRandom().randrange(2**32)
    for target in TARGETS:
        start = process_time()
        found = run(target, inputs, seed)
        print(
            f"{target:<16}{inputs:>9} inputs, {found['taken']:>8} taken, "
            f"{found['refused']:>8} refused, "
            f"{process_time() - start:7.1f} s, seed {seed}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
