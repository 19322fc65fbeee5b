"""Real certificates to forge, and the judge: what the checker accepts has to be true."""

import hashlib
import json
import pickle
import re
import sys
from functools import cache
from itertools import islice

import pytest
import searched

import pyconslaw
import pyconslaw.methods.generic
import pyconslaw.methods.parts
from pyconslaw.records.bounds import LowerBound
from pyconslaw.verify import Refused, verify_bytes

from . import oracle

Q = 2**61 - 1
SINGLE = {"kind": "single-generator"}


# ---------------------------------------------------------------------------------- certificates of
# the library


def polynomials(*phi, variables=None):
    names = variables or sorted(set(re.findall(r"[a-z]\w*", " ".join(phi))))
    return lambda: pyconslaw.polynomial_system(names, list(phi))


def matrices(*products, **shapes):
    return lambda: pyconslaw.System(shapes, phi=list(products))


def vector_fields(*fields):
    return lambda: pyconslaw.System([f"x{k}" for k in range(len(fields[0]))], fields=fields)


def network(build, *arguments, **options):
    return lambda: getattr(pyconslaw, build)(*arguments, **options)


def decayed_system(phi, variables="uvw", tau=1):
    """Components under weight decay; only the variables that occur, if none are given."""
    names = [v for v in variables if any(v in f for f in phi)]
    return lambda: pyconslaw.System(names, phi=phi, flow="weight-decay", tau=tau)


def drawn(nodes, edges, outputs=None):
    """A DAG: "x input, h relu", and edges "x h", tied "x h s" or frozen "x h -2"."""
    kinds = dict(node.split() for node in nodes.split(", "))
    rows = []
    for tail, head, *weight in (edge.split() for edge in edges.split(", ")):
        label = {"from": tail, "to": head}
        if weight:
            label |= {"parameter": weight[0]} if weight[0].isalpha() else {"frozen": int(weight[0])}
        rows.append(label)
    return lambda: pyconslaw.dag(kinds, rows, outputs)


def decayed_fields(*fields):
    return lambda: pyconslaw.System("xyz", fields=fields, flow="weight-decay", tau=3)


def decayed_drawing(nodes, edges):
    return lambda: pyconslaw.under_flow(drawn(nodes, edges)(), "weight-decay", tau="2/3")


SMALL = {
    "linear 2-2-2": network("linear", [2, 2, 2]),
    "linear 3-3-3": network("linear", [3, 3, 3]),
    "linear 1-2-2-1": network("linear", [1, 2, 2, 1]),
    "linear 1-2-2-1-2": network("linear", [1, 2, 2, 1, 2]),
    "linear 2-1-2-2-1-2": network("linear", [2, 1, 2, 2, 1, 2]),
    "relu 2-3-1 --bias": network("mlp", [2, 3, 1], bias=True),
    "relu 2-1-2": network("mlp", [2, 1, 2]),
    "mlp 2-2-2-1 --activations linear,leaky_relu": network(
        "mlp", [2, 2, 2, 1], ["linear", "leaky_relu"]
    ),
    "product 6": network("product", 6),
    "polynomial laws": polynomials("a*x + b*y", "a*y - b*x", "c*a"),
    "single generator": polynomials("x^3*y - 2*y*z^2 + 7*x"),
    "closing algebra": polynomials("a*a + b*b + c*c", "a*u + b*v + c*w", "u*u + v*v + w*w"),
    "fields, laws": vector_fields(
        ["x1", "-x0", 0, 0], [0, 0, "x3", "-x2"], ["x1*x2", "-x0*x2", 0, 0]
    ),
    "fields, one": vector_fields(["x0/10", "2*x1/10", "-3*x2/10"]),
    "fields, algebra": vector_fields(["x0", "2*x1", "-5*x2", "3*x3"], [0, "x1", "x2", "-7*x3"]),
    "fields, chain": vector_fields([1, 0, 0, 0, 0, 0], [0, 1, "x0", "x0^2", "x0^3", "x0^4"]),
    "fields, quotient": vector_fields(["x0*x2", "x1*x2", "0"], ["x0^2", "x0*x1", "1"]),
    "fields, logarithm": vector_fields(["x0*x2*(1 - x1)", "x1*x2*(x0 - 1)", "0"], [0, 0, "1 + x0"]),
    "fields, angle": vector_fields(["x2*(x0 - x1)", "x2*(x0 + x1)", "0"], [0, 0, "1 + x0"]),
    "fields, frame": vector_fields(
        ["x1*(1 + x2*x0)", "(x0^2 - x1^3)*(1 + x2*x0)", 0], [0, 0, "1 + x0*x1"]
    ),
    "dag, idle": drawn(
        "x input, c constant, h relu, g linear, k linear, d linear, e relu, y linear, z relu",
        "x h, c h, x g s, h k, g k 1, k y s, h y -2, x y, k z, d z, x e",
        ["y", "z"],
    ),
    "dag, potentials": drawn(
        "x input, u linear, v linear, a relu, b relu, y linear",
        "x u, u v, v a, v b, a y, b y, x y 3",
    ),
    "dag, pairs": drawn(
        "x input, w input, a linear, b linear, m linear, p linear, q linear, y linear",
        "x a, x b, w a, w b, a m, b m, m p, m q, p y, q y",
    ),
    "dag, split": drawn(
        "x input, a linear, b linear, d linear, e linear, m relu, p relu, q relu, y linear",
        "x a, x b, a d, a e, b d, b e, d m, e m, m p, m q, p q 2, p y, q y",
    ),
    "dag, symmetry": network("recurrent", 1, 2, 1, 3, "linear"),
    "dag, affine": drawn(
        "x input, c constant, g relu, h linear, y linear, z linear",
        "c g, x h, c h, c y s, g y s, h y s, c z",
        ["y", "z"],
    ),
    "dag, algebra": drawn(
        "x input, w input, a linear, b linear, d linear, y linear, z linear",
        "x a p, x b q, x d r, w a s, w b t, w d u, a y p, b y q, d y r, a z s, b z t, d z u",
        ["y", "z"],
    ),
}
LARGE = {
    "linear 4-4-4-4": network("linear", [4, 4, 4, 4]),
    "mlp 5-6-4-3 --activations linear,relu": network("mlp", [5, 6, 4, 3], ["linear", "relu"]),
    "mlp 3-3-4-4 --activations linear,relu --bias all": network(
        "mlp", [3, 3, 4, 4], ["linear", "relu"], bias="all"
    ),
}
EXPLICIT = ("polynomials", "fields")  # types of systems that are no graphs
SYMMETRIC = {
    "symmetric, linear": network("linear", [2, 2, 2]),
    "symmetric, narrowing": network("linear", [4, 4, 2]),
    "symmetric, waist": network("linear", [4, 2, 4]),
    "symmetric, relu": network("mlp", [2, 3, 2], bias=True),
    "symmetric, mixed": network("mlp", [2, 2, 2, 2], ["linear", "relu"], bias=True),
}
GROWN = {
    "grown, linear": network("linear", [2, 2, 2]),
    "grown, gap": network("linear", [1, 3, 1, 2]),
    "grown, scalar input": network("linear", [1, 2, 2, 2]),
    "grown, biases": network("mlp", [1, 2, 1], "linear", bias="all"),
    "grown, mixed": network("mlp", [2, 2, 2, 2], ["linear", "relu"], bias=True),
}
BIG = {"relu 9-9-8-8-8 --bias": network("mlp", [9, 9, 8, 8, 8], bias=True)}
COUNTED = {
    "paths, relu": network("mlp", [2, 3, 1], bias=True),
    "paths, dag": drawn(
        "x input, c constant, h relu, g relu, e leaky_relu, o relu, y linear, d relu",
        "x h, c h, x g 2, h o, g o, o y, h e 3, e y, g y, x d",
        ["o", "y"],
    ),
    "paths, layers": network("mlp", [400, 300, 10], bias="all"),
}
DIFFERENCES = {
    "differences, relu": lambda: pyconslaw.under_loss(
        pyconslaw.mlp([2, 2, 3], bias="all"), "softmax"
    ),
    "differences, one": lambda: pyconslaw.under_loss(pyconslaw.linear([3, 2]), "softmax"),
    "differences, dag": drawn(
        "x input, c constant, h relu, g abs, o linear, p linear, q linear, d linear, e linear",
        "x h, c h, x g, h g, h o, h p, h q, g o, g p, g q, c o, c p, c q, o d 1, q d -1, p e 1,"
        " q e -1",
        ["d", "e"],
    ),
}
PARTS = {
    "parts, two": vector_fields(["x1^60", "-x0^60", 0, 0], [0, 0, "x3^40", "-x2^41"]),
    "parts, three": vector_fields(
        ["x1^60", "-x0^59", 0, 0, 0, 0], [0, 0, "x2", "2*x3", 0, 0], [0, 0, 0, 0, "x5^60", "x4"]
    ),
}
DECAYING = {
    "decay, linear": network("linear", [2, 2, 2], flow="weight-decay"),
    "decay, parameter": network("linear", [1, 2, 2, 1], flow="weight-decay", tau="lam"),
    "decay, none": decayed_system(["(1 + u)*(1 + v)"], tau=0),
    "decay, relu": network("mlp", [2, 2, 1], bias=True, flow="weight-decay", tau="1/2"),
    "decay, biases": network("mlp", [1, 2, 1], "linear", bias="all", flow="weight-decay"),
    "decay, components": decayed_system(["u*v*w", "u*v"]),
    "decay, parts": decayed_system(["(1 + u)*(1 + v)", "w*x"], variables="uvwx"),
    "decay, skip": decayed_drawing("x input, h linear, y linear", "x h, h y, x y"),
    "decay, fields": decayed_fields(["y", "-x", 0], ["x*z", "y*z", "1"]),
}
THIRD = {"W1": "2", "W2": "1/3"}
RATED = {
    "rates, relu": network("mlp", [2, 2, 1], bias=True, flow="gradient", rates=THIRD),
    "rates, linear": network("linear", [2, 2, 2], rates=THIRD),
    "rates, biases": network("linear", [1, 2, 1], bias="all", rates={"W1": 2}),
    "rates, components": lambda: pyconslaw.System(
        "uvw", phi=["u*v + u*w", "v*w^2"], rates={"u": 2}
    ),
    "rates, fields": lambda: pyconslaw.System(
        "xyz", fields=[["y", "-x", 0], ["x*z", "y*z", "z^2"]], rates={"z": "1/2"}
    ),
    "rates, decay": network(
        "linear", [1, 2, 1], rates={"W1": 2}, decay={"W1": "1/10", "W2": "1/5"}
    ),
    "rates, still": network("linear", [1, 2, 1], flow="weight-decay", tau=0, rates=THIRD),
    "uneven, relu": network("mlp", [2, 2, 2, 1], decay={"W1": "1/10", "W2": "1/10", "W3": "1/5"}),
    "uneven, norms": network("mlp", [1, 2, 2, 1], decay={"W1": "1/5", "W2": "1/10", "W3": "1/5"}),
    "uneven, parameter": network(
        "mlp", [1, 2, 2, 1], flow="weight-decay", tau="lam", rates={"W1": 2, "W2": 2}
    ),
    "uneven, dag": lambda: pyconslaw.under_flow(
        drawn("x input, c constant, h relu, g relu, y linear", "x h, c h, h g, g y, h y 2")(),
        "weight-decay",
        decay={"W[h,x]": 1, "b[h]": 1, "W[y,g]": 2},
    ),
    "uneven, linear": network("linear", [2, 2, 2, 1], decay={"W1": 1, "W2": 1, "W3": 2}),
}
SERIES = {
    "series, linear": network("linear", [2, 2, 2]),
    "series, polynomials": polynomials("a*x + b*y", "a*y - b*x", "c*a"),
    "series, laws": vector_fields(
        ["x1", "-x0", 0, 0], [0, 0, "x3", "-x2"], ["x1*x2", "-x0*x2", 0, 0]
    ),
    "series, chain": vector_fields([1, 0, 0, 0, 0, 0], [0, 1, "x0", "x0^2", "x0^3", "x0^4"]),
    "series, dag": drawn(
        "x input, w input, a linear, b linear, m linear, y linear",
        "x a, x b, w a, w b, a m, b m, m y",
    ),
}
RECIPROCALS = {
    "reciprocals, plane": vector_fields(["x1*(1 + x1^2)", "x0^2 - x1^3", 0], [0, 0, "1 + x0*x1"]),
    "reciprocals, cubic": vector_fields(
        ["x1*(1 + x1^2)", "(x0^2 - x1^3)*(1 + x0)", 0], [0, 0, "1 + x0*x1"]
    ),
}
LAYERED = {
    "layered, typed": polynomials("2*a*x + 2*b*y", "-c*x - d*y", "a*z + b*w + 1", "c*z + d*w"),
    "layered, combined": polynomials(
        "a*x + c*x + b*y + d*y", "c*x + d*y", "a*z + b*w - c*z - d*w", "c*z + d*w"
    ),
    "layered, two and idle": polynomials(
        "a*x + b*y", "a*z + b*w", "c*x + d*y", "c*z + d*w", "3*p*q", variables="abcdxyzwpqi"
    ),
    "layered, rest": polynomials("a*x + b*y", "a*z + b*w", "c*x + d*y", "c*z + d*w", "p^2*q + q"),
    "layered, heads": matrices("Q' K", "V' O", Q=(2, 2), K=(2, 1), V=(1, 2), O=(1, 1)),
    "layered, grouped": matrices("A' K", "K' B", A=(2, 1), B=(2, 2), K=(2, 1)),
    "layered, chain": matrices("A B C", A=(1, 2), B=(2, 2), C=(2, 1)),
    "layered, written": matrices("A' A", "Q' K", "b", A=(3, 2), Q=(1, 2), K=(1, 2), b=2),
}
KINDS = {
    "linear 2-2-2": "balance-laws",
    "linear 1-2-2-1": "single-generator",
    "linear 1-2-2-1-2": "split",
    "linear 2-1-2-2-1-2": "split",
    "relu 2-3-1 --bias": "balance-laws",
    "product 6": "single-generator",
    "polynomial laws": "polynomial-laws",
    "single generator": "single-generator",
    "closing algebra": "closing-algebra",
    "dag, split": "split",
    "fields, laws": "polynomial-laws",
    "fields, one": "single-generator",
    "fields, algebra": "closing-algebra",
    "dag, algebra": "closing-algebra",
    "fields, chain": "polynomial-laws",
    "fields, quotient": "closed-forms",
    "fields, logarithm": "closed-forms",
    "fields, angle": "closed-forms",
    "fields, frame": "involutive",
}
NO_GRAPH = [
    "polynomial laws",
    "single generator",
    "closing algebra",
    "fields, laws",
    "fields, one",
    "fields, algebra",
    "fields, chain",
    "fields, quotient",
    "fields, logarithm",
    "fields, angle",
    "fields, frame",
]
# Known numbers for systems beyond the oracle: k (k + 1) / 2 for a linear hidden layer, 1 for a ReLU
# neuron.
BEYOND = {
    "linear 4-4-4-4": (48, 20),
    "mlp 5-6-4-3 --activations linear,relu": (66, 25),
    "mlp 3-3-4-4 --activations linear,relu --bias all": (48, 10),
    "relu 9-9-8-8-8 --bias": (306, 25),
}


@cache
def file_of(name):
    """The bytes of the real certificate of this name, by brackets.

    COUNTED: by paths; PARTS: as sums; SYMMETRIC: by symmetric points; GROWN: by growth; SERIES: by
    series of controls; RECIPROCALS: by frames with reciprocals; LAYERED: as networks; DIFFERENCES:
    with one output less.
    """
    for names, method in ((SYMMETRIC, "symmetric"), (GROWN, "widening")):
        if name in names:
            built = names[name]()
            return pyconslaw.certify(built, report=pyconslaw.analyze(built, method=method)).bytes
    plain = {**COUNTED, **DECAYING, **RATED, **LAYERED, **DIFFERENCES}
    if name in plain:
        return pyconslaw.certify(plain[name]()).bytes
    if name in PARTS:
        with pytest.MonkeyPatch.context() as patch:
            # small systems too are cut first
            patch.setattr(pyconslaw.methods.parts, "PARTS_FROM", 1)
            return pyconslaw.certify(PARTS[name]()).bytes
    if name in SERIES or name in RECIPROCALS:
        nothing = {
            "trace_rank": lambda *_, **options: LowerBound(0, (), "", dict),
            "involutive_bound": lambda *_, **options: None,
        }
        before = "trace_rank" if name in SERIES else "involutive_bound"
        with pytest.MonkeyPatch.context() as patch:  # what comes before finds nothing
            patch.setattr(pyconslaw.methods.generic, before, nothing[before])
            return searched.certify({**SERIES, **RECIPROCALS}[name]()).bytes
    return searched.certify({**SMALL, **LARGE, **BIG}[name]()).bytes


def real(name):
    """The real certificate of this name, to be altered."""
    return json.loads(file_of(name))


SPLIT = ["linear 1-2-2-1-2", "linear 2-1-2-2-1-2", "dag, split"]
WITH_LAWS = [
    name
    for name in SMALL
    if real(name)["upper"].get("laws") and real(name)["upper"]["kind"] != "closed-forms"
]


# --------------------------------------------------------------------------------------------------
# ----- files


def canonical(value):
    limit = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)  # forgers write numbers of any length
    try:
        return json.dumps(value, sort_keys=True, separators=(",", ":"))
    finally:
        sys.set_int_max_str_digits(limit)


def fingerprint(value):
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def sealed(body):
    """The file of a forged certificate: canonical, with the right hash."""
    body = (
        {key: value for key, value in body.items() if key != "hash"}
        if isinstance(body, dict)
        else body
    )
    limit = sys.getrecursionlimit()
    # a deep file is written even where the stack is deep already
    sys.setrecursionlimit(limit + 1000)
    try:
        if isinstance(body, dict):
            body["hash"] = fingerprint(body)
        return (canonical(body) + "\n").encode()
    finally:
        sys.setrecursionlimit(limit)


# --------------------------------------------------------------------------------------------------
# - the judge


def same_gates(system):
    """Gates do not depend on their slope: leaky ReLU as ReLU."""
    for key in ("activations", "nodes"):
        if isinstance(system, dict) and isinstance(system.get(key), list):
            gated = ("leaky_relu", "abs")
            return {**system, key: ["relu" if a in gated else a for a in system[key]]}
    return system


@cache
def beyond():
    return {canonical(same_gates(real(name)["system"])): known for name, known in BEYOND.items()}


def truth(system):
    """(D, laws): from the oracle, or the table when the system is too large for it. Errors:
    TooLarge beyond both.
    """
    try:
        return oracle.truth(same_gates(system))
    except oracle.TooLarge:
        if canonical(same_gates(system)) not in beyond():
            raise
        return beyond()[canonical(same_gates(system))]


def reason_of(data, expect=None):
    """The reason why the checker refuses these bytes; None if it accepts them. It raises nothing
    else.
    """
    try:
        verify_bytes(data, expect)
    except Refused as reason:
        assert "the checker failed" not in str(reason), reason
        return str(reason)
    return None


def refused(body):
    """The reason why a forged certificate is refused, which it must be."""
    reason = reason_of(sealed(body))
    assert reason is not None, f"accepted: {describe(body)}"
    return reason


def judge(body):
    """Whether the checker accepts the certificate, after looking that nothing false is accepted
    on the way.

    When a proof of a smaller dimension passes, brackets and claim are cut down to it, so that an
    upper bound below the truth would show even if the forger has not thought of the rest.
    """
    try:
        found = verify_bytes(sealed(body))
    except Refused as refusal:
        reason = str(refusal)
        assert "the checker failed" not in reason, f"{reason}: {describe(body)}"
        bounds = re.fullmatch(
            r"the bounds do not meet: the dimension is at least (\d+) and at most (-?\d+)", reason
        )
        if bounds:
            try:
                size, laws = truth(body["system"])
            except oracle.TooLarge:
                return False
            least, most = map(int, bounds.groups())
            assert least <= size - laws <= most, f"{reason}, it is {size - laws}: {describe(body)}"
        return False
    size, laws = truth(body["system"])
    claim = (found.object, found.parameters, found.laws, found.rank)
    assert claim == (oracle.kind(body["system"]), size, laws, size - laws), (
        f"{claim}, true is {laws}: {describe(body)}"
    )
    assert body["claim"] == {"object": found.object, "parameters": size, "laws": laws}
    return True


def fresh(body):
    """A copy that shares nothing with it; copy.deepcopy takes several times as long."""
    return pickle.loads(pickle.dumps(body))


def describe(body):
    text = canonical(body)
    return text if len(text) < 4000 else text[:4000] + "..."


def fitted(body):
    """The same forgery with a claim that fits the number of its words, and a pivot for each."""
    body = fresh(body)
    try:
        words, claim = body["lower"]["words"], body["claim"]
        claim["laws"] = claim["parameters"] - len(words)
        pivots = body["lower"]["pivots"]
        unused = (k for k in range(claim["parameters"]) if k not in pivots)
        del pivots[len(words) :]
        pivots += [next(unused) for _ in range(len(words) - len(pivots))]
    except (KeyError, TypeError, AttributeError, StopIteration, ValueError, IndexError):
        pass
    return body


def with_rank(body, rank):
    """The certificate with as many words as the rank says, the first ones or repeated, and the
    claim that fits.
    """
    body = fresh(body)
    lower, size = body["lower"], body["claim"]["parameters"]
    # size may be forged
    unused = list(islice((k for k in range(size) if k not in lower["pivots"]), max(rank, 0)))
    while len(lower["words"]) < rank:
        lower["words"].append(list(lower["words"][-1]) if lower["words"] else [0])
        lower["pivots"].append(unused.pop(0) if unused else 0)
    del lower["words"][rank:], lower["pivots"][rank:]
    body["claim"]["laws"] = size - rank
    return body
