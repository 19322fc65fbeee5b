"""What the balance laws allow, by linear equations: the gradients of the laws, and the space
L(theta) of docs/mathematics.md.

A network is (dims, gated, biased); W[k] has the row (weights from the layer below, bias) for each
neuron of layer k + 1.
"""

import random

from flint import nmod_mat

PRIME = 67108859


def at_zero(values):
    """The values at 0 of polynomials from those at 1, 2, ... (Lagrange), arrays of objects."""
    n, total = len(values), 0
    for i in range(1, n + 1):
        top = bottom = 1
        for j in range(1, n + 1):
            if j != i:
                top, bottom = top * -j % PRIME, bottom * (i - j) % PRIME
        total = (total + values[i - 1] * (top * pow(bottom, -1, PRIME))) % PRIME
    return total


def random_weights(dims, biased, seed):
    draw = random.Random(seed)
    return [
        [[draw.randrange(1, PRIME) for _ in range(below + has)] for _ in range(n)]
        for below, n, has in zip(dims, dims[1:], biased)
    ]


def neuron(weights, dims, k, u):
    """The weights at neuron u of hidden layer k: {(layer of weights, row, column): position in
    E_k}, and the sign of the form at each position.
    """
    ins = len(weights[k - 1][u])
    places = [(k - 1, u, j) for j in range(ins)] + [(k, w, u) for w in range(dims[k + 1])]
    return places, [1] * ins + [-1] * dims[k + 1]


def law_gradients(dims, gated, weights):
    """The gradients (without the factor 2) of the balance laws, as {place: value}."""
    rows = []
    for k, gates in enumerate(gated, 1):
        for u in range(dims[k]):
            for v in [u] if gates else range(u + 1):
                row = {}
                for one, other in ((u, v), (v, u)):
                    at, signs = neuron(weights, dims, k, one)
                    with_, _ = neuron(weights, dims, k, other)
                    for a, b, s in zip(at, with_, signs):
                        row[a] = row.get(a, 0) + s * weights[b[0]][b[1]][b[2]]
                rows.append(row)
    return rows


def rank(rows, columns):
    if not rows:
        return 0
    number = {c: i for i, c in enumerate(columns)}
    table = [[0] * len(number) for _ in rows]
    for line, row in zip(table, rows):
        for c, x in row.items():
            line[number[c]] = x % PRIME
    return nmod_mat(len(table), len(number), [x for line in table for x in line], PRIME).rank()


def weight_places(weights):
    return [
        (k, i, j)
        for k, matrix in enumerate(weights)
        for i, row in enumerate(matrix)
        for j in range(len(row))
    ]


def law_rank(dims, gated, biased, seed):
    """The rank of the gradients of all balance laws at a random point."""
    weights = random_weights(dims, biased, seed)
    return rank(law_gradients(dims, gated, weights), weight_places(weights))


def coordinates(dims, biased, weights):
    """Coordinates of lifted vector fields in order: weights, ("M", k, i, j) = component i of M_k
    at basis vector j, ("q", k, y, x).
    """
    e = {k: dims[k - 1] + biased[k - 1] + dims[k + 1] for k in range(1, len(dims) - 1)}
    return (
        weight_places(weights)
        + [("M", k, i, j) for k in e for i in range(e[k]) for j in range(e[k])]
        + [("q", k, y, x) for k in e if k + 1 in e for y in range(e[k]) for x in range(e[k + 1])]
    )


def equations(dims, gated, biased, weights):
    """The equations of L(theta), as {coordinate: coefficient}."""
    rows = law_gradients(dims, gated, weights)
    last = len(dims) - 1
    for k in range(1, last):
        _, signs = neuron(weights, dims, k, 0)
        e = range(len(signs))
        for i in e:
            for j in range(i + 1):
                row = {("M", k, i, j): signs[i]}
                row["M", k, j, i] = row.get(("M", k, j, i), 0) + signs[j]
                rows.append(row)
        for u in range(dims[k]) if not gated[k - 1] else ():
            at, _ = neuron(weights, dims, k, u)
            value = [weights[a][b][c] for a, b, c in at]
            rows += [{at[i]: 1} | {("M", k, i, j): -value[j] for j in e} for i in e]
            if k + 1 < last:  # q_k(u, x) is the component of M_{k+1} x at u
                f = range(dims[k] + biased[k] + dims[k + 2])
                rows += [
                    {("q", k, y, x): value[y] for y in e} | {("M", k + 1, u, x): -1} for x in f
                ]
            # q_{k-1}(y, u) is the component of M_{k-1} y at u
            if k > 1:
                ins = dims[k - 2] + biased[k - 2]
                rows += [
                    {("q", k - 1, y, x): value[x] for x in e} | {("M", k - 1, ins + u, y): -1}
                    for y in range(ins + dims[k])
                ]
    return rows


def allowed_dimension(dims, gated, biased, seed):
    """dim L(theta) at a random point, and how much of it has X = 0."""
    weights = random_weights(dims, biased, seed)
    rows, columns = equations(dims, gated, biased, weights), coordinates(dims, biased, weights)
    still = [{place: 1} for place in weight_places(weights)]
    return len(columns) - rank(rows, columns), len(columns) - rank(rows + still, columns)


def lifted_equations_hold(dims, gated, biased, *, point, value, prime):
    """Whether a lifted value at a point lies in L(theta) there, modulo a prime; point: weights,
    then biases, layer by layer.
    """
    weights, flat = [], iter(point)
    for below, n, has in zip(dims, dims[1:], biased):
        matrix = [[next(flat) for _ in range(below)] for _ in range(n)]
        weights.append([row + [next(flat) for _ in range(has)] for row in matrix])
    at = dict(zip(coordinates(dims, biased, weights), value, strict=True))
    return all(
        sum(x * at[c] for c, x in row.items()) % prime == 0
        for row in equations(dims, gated, biased, weights)
    )
