"""The components of phi of a layered network, from dims, activations and bias alone.

A forward pass with polynomials, one for each (source, gated neurons passed, node). Parameters are
numbered W1 (row-major), b1, W2, b2, ...; nodes: inputs, one constant node if there is any bias,
then layer by layer.
"""

from .polynomials import add, multiply, variable


def layered(dims, activations="relu", bias="none"):
    """(phi, number of parameters): phi maps (source, gated nodes ..., output) to a polynomial.

    activations: one name, or one for each hidden layer; bias: "none", "hidden" or "all".
    """
    hidden = len(dims) - 2
    kinds = [activations] * hidden if isinstance(activations, str) else list(activations)
    biased = [bias == "all" or (bias == "hidden" and k < hidden) for k in range(hidden + 1)]
    constant = dims[0]
    node = dims[0] + any(biased)
    values = [{(s,): {0: 1}} for s in range(dims[0])]
    parameter = 0
    for k, width in enumerate(dims[1:]):
        weights = [
            [variable(parameter + i * len(values) + j) for j in range(len(values))]
            for i in range(width)
        ]
        parameter += width * len(values)
        offsets = [variable(parameter + i) for i in range(width)] if biased[k] else []
        parameter += len(offsets)
        last = k == hidden
        layer = []
        for i in range(width):
            mark = (node + i,) if last or kinds[k] != "linear" else ()
            value = {}
            for w, below in zip(weights[i], values, strict=True):
                for key, f in below.items():
                    value[key + mark] = add(value.get(key + mark, {}), multiply(w, f))
            if offsets:
                value[(constant, *mark)] = add(value.get((constant, *mark), {}), offsets[i])
            layer.append(value)
        values, node = layer, node + width
    return {key: f for value in values for key, f in sorted(value.items())}, parameter


def product(size):
    """phi = x1 ... xD."""
    return {(0, size): {sum(1 << 8 * v for v in range(size)): 1}}, size


def balance(dims, bias="none"):
    """|in|^2 + bias^2 - |out|^2 of every hidden neuron, and the names of the parameters."""
    hidden = len(dims) - 2
    names, place = [], {}
    for k, (n, m) in enumerate(zip(dims, dims[1:], strict=False)):
        names += [f"W{k + 1}[{i},{j}]" for i in range(m) for j in range(n)]
        if bias == "all" or (bias == "hidden" and k < hidden):
            names += [f"b{k + 1}[{i}]" for i in range(m)]
    place = {name: v for v, name in enumerate(names)}
    laws = []
    for k in range(1, hidden + 1):
        for i in range(dims[k]):
            into = [f"W{k}[{i},{j}]" for j in range(dims[k - 1])] + [
                name for name in [f"b{k}[{i}]"] if name in place
            ]
            out = [f"W{k + 1}[{j},{i}]" for j in range(dims[k + 1])]
            laws.append(
                {
                    2 << 8 * place[name]: sign
                    for side, sign in ((into, 1), (out, -1))
                    for name in side
                }
            )
    return laws, names
