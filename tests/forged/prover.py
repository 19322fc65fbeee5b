"""A forger that tries every proof it can think of, and asks the checker what each of them is
worth.
"""

import copy
import itertools
import random
import re

from . import oracle
from .forge import EXPLICIT, SINGLE, Q, judge, reason_of, refused, sealed, truth

# --------------------------------------------------------------------------------------------------
# ---- graphs


def mlp(dims, activations="linear", bias="none"):
    names = [activations] * (len(dims) - 2) if isinstance(activations, str) else activations
    return {"type": "mlp", "dims": list(dims), "activations": names, "bias": bias}


def cancelling(frozen=-1):
    """Nothing comes through node 3 when the frozen weights cancel: its parameters are laws, its
    balance is none.
    """
    return {
        "type": "dag",
        "nodes": ["input", "linear", "linear", "linear", "linear", "linear"],
        "outputs": [5],
        "edges": [[0, 1, 0], [3, 4, 1], [0, 5, 3], [4, 5, 2]],
        "frozen": [[1, 2, 1], [1, 3, frozen], [2, 3, 1]],
    }


def numbered(system):
    """(D, edges (tail, head, parameter or None, weight), sources, outputs, gated nodes), nodes
    numbered as in the file.
    """
    if system["type"] == "dag":
        size, edges, sources, outputs, gated = oracle.drawn(system)
    elif system["type"] == "product":
        size = system["size"]
        edges, sources, outputs, gated = [(k, k + 1, k, 1) for k in range(size)], [0], [size], set()
    else:
        size, edges, sources, outputs, gated = oracle.layered(system)
        number = {
            node: k for k, node in enumerate(dict.fromkeys([*sources, *(e[1] for e in edges)]))
        }
        edges = [(number[t], number[h], p, w) for t, h, p, w in edges]
        sources, outputs, gated = (
            [number[v] for v in nodes] for nodes in (sources, outputs, gated)
        )
    return size, edges, sorted(sources), sorted(outputs), sorted(gated)


def listed(p):
    """A polynomial {monomial: coefficient} as in a certificate."""
    return sorted(
        ([c, [list(factor) for factor in m]] for m, c in p.items() if c), key=lambda term: term[1]
    )


def combined(*weighted):
    """A linear combination of listed polynomials."""
    total = {}
    for c, p in weighted:
        for d, m in p:
            m = tuple(map(tuple, m))
            total[m] = total.get(m, 0) + c * d
    return listed(total)


def multiplied(p, q):
    total = {}
    for c, m in p:
        for d, n in q:
            product = oracle.times(tuple(map(tuple, m)), tuple(map(tuple, n)))
            total[product] = total.get(product, 0) + c * d
    return listed(total)


def monomial(*variables):
    return tuple(sorted((v, variables.count(v)) for v in set(variables)))


def balance(system, i, j):
    """What would be the balance of any two nodes, were it one; frozen edges and neighbours of
    one alone are left out.
    """
    h = {}
    _, edges, *_ = numbered(system)
    for sign, end in ((1, 1), (-1, 0)):
        for a, b in itertools.product(edges, edges):
            if (
                a[end] == i
                and b[end] == j
                and a[1 - end] == b[1 - end]
                and None not in (a[2], b[2])
            ):
                m = monomial(a[2], b[2])
                h[m] = h.get(m, 0) + sign
    return {"neurons": [i, j], "polynomial": listed(h)}


def potential(system, at, live=None):
    """What would be the law of a potential; where edges disagree the last one says what kappa
    is.
    """
    kappa = {
        p: at.get(h, 0) - at.get(t, 0)
        for t, h, p, _ in numbered(system)[1]
        if p is not None and (live is None or (t, h) in live)
    }
    return {
        "potential": [[v, c] for v, c in sorted(at.items())],
        "polynomial": listed({monomial(p, p): c for p, c in kappa.items()}),
    }


def symmetry(system, numbers):
    """What would be the law of these numbers [[v, w, p, q], ...]; where edges disagree the last
    one says how they move.
    """
    _, edges, _, _, gated = numbered(system)
    total = {}

    def add(pair, key, c):
        slot = total.setdefault(pair, {})
        slot[key] = slot.get(key, 0) + c

    for v, w, p, q in numbers:
        for t, h, k, c in edges:
            if h == w:
                add((t, v), k, p * (c if k is None else 1))
            if t == v:
                add((w, h), k, q * (c if k is None else 1))
        if v != w or v not in gated:
            add((w, v), None, -p - q)
    delta = {
        k: total[t, h]
        for t, h, k, _ in edges
        if k is not None and any(total.get((t, h), {}).values())
    }
    law = {}
    for k, slope in delta.items():
        for j, c in slope.items():
            if j is None or j == k or j > k or not delta.get(j, {}).get(k):
                m = monomial(k) if j is None else monomial(k, j)
                law[m] = law.get(m, 0) + (c // 2 if j == k else c)
    return {"symmetry": [list(entry) for entry in sorted(numbers)], "polynomial": listed(law)}


def alive(system):
    """The edges between sources and outputs, as pairs of nodes."""
    _, edges, sources, outputs, _ = numbered(system)
    down, up = set(sources), set(outputs)
    for t, h, *_ in sorted(edges, key=lambda e: e[1]):
        down |= {h} if t in down else set()
    for t, h, *_ in sorted(edges, key=lambda e: -e[0]):
        up |= {t} if h in up else set()
    return {(t, h) for t, h, *_ in edges if t in down and h in up}


def entries(system, draw):
    """Laws to try in a balance-laws proof, true and false."""
    size, edges, sources, outputs, _ = numbered(system)
    nodes = 1 + max((e[1] for e in edges), default=0)
    laws = [balance(system, i, j) for i in range(nodes) for j in range(i, nodes)]
    inner = [v for v in range(nodes) if v not in sources and v not in outputs]
    live = alive(system)
    for choice in [
        *({v: 1} for v in range(nodes)),
        *({v: 1, w: s} for v, w in itertools.combinations(inner, 2) for s in (1, -1)),
        dict.fromkeys(inner, 1),
        *({v: draw.randint(1, 3) for v in inner} for _ in range(2)),
    ]:
        laws += [potential(system, choice), potential(system, choice, live)]
    laws += [{"idle": k, "polynomial": [[1, [[k, 1]]]]} for k in range(size)]
    for v, w in itertools.combinations_with_replacement(range(nodes), 2):
        both = [[v, v, 2, -2]] if v == w else [[v, w, 1, -1], [w, v, 1, -1]]
        alone = [[v, w, 2, 0]], [[w, v, 2, 0]], [[v, w, 0, 2]], [[w, v, 0, 2]]
        laws += [symmetry(system, numbers) for numbers in (both, *draw.sample(alone, 1))]
    return [law for law in unique(laws) if law["polynomial"]]


def plain(system, draw):
    """Laws to try in a polynomial-laws proof."""
    size = numbered(system)[0]
    squares = [
        listed({monomial(a, a): 1, monomial(b, b): s})
        for a, b in itertools.combinations(range(size), 2)
        for s in (1, -1)
    ]
    pairs = [listed({monomial(a, b): 1}) for a in range(size) for b in range(a, size)]
    rotations = [
        listed(
            {monomial(*draw.sample(range(size), 2)): 1, monomial(*draw.sample(range(size), 2)): -1}
        )
        for _ in range(10 if size > 3 else 0)
    ]
    lines = [[[1, [[k, 1]]]] for k in range(size)]
    return [p for p in unique(squares + pairs + rotations + lines) if p]


def unique(values):
    result = []
    for value in values:
        if value not in result:
            result.append(value)
    return result


# --------------------------------------------------------------------------------------------------
# ----- proofs


def point_of(size):
    return [random.Random(k).randrange(2, 2**61) for k in range(size)]


def slope(polynomial, point):
    """The gradient modulo Q at a point."""
    row = [0] * len(point)
    for c, factors in polynomial:
        for v, e in factors:
            term = c * e * pow(point[v], e - 1, Q)
            for w, f in factors:
                if w != v:
                    term = term * pow(point[w], f, Q) % Q
            row[v] = (row[v] + term) % Q
    return row


def independent(laws, size, polynomial=lambda law: law["polynomial"]):
    """The laws that are independent of those before, and their pivots, at `point_of(size)`."""
    kept, pivots, echelon, point = [], [], [], point_of(size)
    for law in laws:
        row = slope(polynomial(law), point)
        for pivot, known in echelon:
            c = row[pivot]
            row = [(x - c * y) % Q for x, y in zip(row, known)]
        pivot = next((k for k, x in enumerate(row) if x), None)
        if pivot is not None:
            inverse = pow(row[pivot], -1, Q)
            echelon.append((pivot, [x * inverse % Q for x in row]))
            kept.append(law)
            pivots.append(pivot)
    return kept, pivots


def laws_proof(laws, size, kind="balance-laws"):
    polynomial = (lambda law: law["polynomial"]) if kind == "balance-laws" else (lambda law: law)
    kept, pivots = independent(laws, size, polynomial)
    return {"kind": kind, "laws": kept, "prime": Q, "point": point_of(size), "pivots": pivots}


def empty_proof(size):
    return laws_proof([], size)


def upper_body(system, upper):
    """A certificate that claims dimension 0, without words: the checker says what the upper
    bound is worth.
    """
    size = len(system["variables"]) if system["type"] in EXPLICIT else numbered(system)[0]
    lower = {"kind": "bracket-words", "prime": Q, "point": [1] * size, "words": [], "pivots": []}
    if system["type"] not in EXPLICIT:
        lower["generators"] = []
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": oracle.kind(system), "parameters": size, "laws": size},
        "lower": lower,
        "upper": upper,
    }


def lower_body(system, words, pivots, point, generators=None, prime=Q):
    """A certificate with these words and the upper bound D."""
    size = len(point)
    lower = {
        "kind": "bracket-words",
        "prime": prime,
        "point": point,
        "words": words,
        "pivots": pivots,
    }
    if generators is not None:
        lower["generators"] = generators
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": oracle.kind(system), "parameters": size, "laws": size - len(words)},
        "lower": lower,
        "upper": {
            "kind": "polynomial-laws",
            "laws": [],
            "prime": Q,
            "point": [0] * size,
            "pivots": [],
        },
    }


def unbelieved(system, upper):
    """The reason why an upper bound is refused, which it must be."""
    reason = refused(upper_body(system, upper))
    assert "do not meet" not in reason, upper
    return reason


def worth(system, upper):
    """The bound that the checker reads in a proof; None if it refuses. The judge compares it
    with the truth.
    """
    body = upper_body(system, upper)
    if judge(body):
        return 0
    found = re.search(r"at most (-?\d+)$", reason_of(sealed(body)) or "at most 0")
    return int(found[1]) if found else None


def attack(system, seed=0, depth=2, share=1.0):
    """The smallest upper bound that a forger gets accepted, by all kinds of proof, also in
    parts. It must not be below the truth (`judge`), and every law accepted in a proof of laws
    must be one. share: of the laws to try.
    """
    draw = random.Random(seed)
    size, edges, *_ = numbered(system)
    nodes = 1 + max((e[1] for e in edges), default=0)
    candidates, squares = entries(system, draw), plain(system, draw)
    truth(system)

    def best(wrap, depth):
        """The proof that makes the wrapped one worth least, and the worth; (None, None) if
        nothing is accepted.
        """
        ranked = []

        def consider(proof):
            value = worth(system, wrap(proof))
            if value is not None:
                ranked.append((value, len(ranked), proof))
            return value

        consider(SINGLE)
        for kind, pool in (("balance-laws", candidates), ("polynomial-laws", squares)):
            if consider(laws_proof([], size, kind)) is None:
                continue
            kept = []
            for law in pool if share == 1 else draw.sample(pool, int(share * len(pool))):
                if worth(system, wrap(laws_proof([law], size, kind))) is not None:
                    assert oracle.is_law(
                        system, law["polynomial"] if kind == "balance-laws" else law
                    ), (system, law)
                    kept.append(law)
            consider(laws_proof(kept, size, kind))
            consider(laws_proof(kept[::-1], size, kind))
        if depth:
            for v in range(nodes):
                trivial = empty_proof(size)
                split = {"kind": "split", "node": v, "before": trivial, "after": trivial}
                if worth(system, wrap(split)) is None:
                    continue
                for side in ("before", "after"):

                    def inside(proof, side=side, split=split):
                        return wrap({**split, side: proof})

                    proof, _ = best(inside, depth - 1)
                    if proof is not None:
                        split = {**split, side: proof}
                consider(split)
        if not ranked:
            return None, None
        value, _, proof = min(ranked, key=lambda r: r[:2])
        return proof, value

    return best(copy.deepcopy, depth)
