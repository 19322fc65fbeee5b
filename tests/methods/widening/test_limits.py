"""The limits in the proofs of theorems 6 and 7: lifted values of the grown network where the new
neuron has small weights, or an input none.
"""

from dataclasses import replace

import numpy as np
import pytest
from pyconslaw._core.zp import Random
from reference.lifted import PRIME, at_zero

from pyconslaw import linear, mlp
from pyconslaw.methods.widening.lifted import LiftedFields, Probe, draw_probes

POINTS = 60
WORDS = [[(0,), (1,)], [(0, 1), (2, 1)], [(0, 1, 2)]]


def parts(layers, e, value):
    """The matrices of X (biases last), of M and of q of a lifted value."""
    value, start, found = value.astype(object), 0, [[], [], []]
    n = layers.widths
    shapes = (
        [(0, (m, below + has)) for below, m, has in zip(n, n[1:], layers.biased)]
        + [(1, (a, a)) for a in e]
        + [(2, s) for s in zip(e, e[1:])]
    )
    for kind, (rows, columns) in shapes:
        found[kind].append(value[start : start + rows * columns].reshape(rows, columns))
        start += rows * columns
    assert start == len(value)
    return found


def flat(matrices, layers):
    """The point with these matrices: weights, then biases, layer by layer."""
    return (
        np.concatenate(
            [
                part.ravel()
                for m, has in zip(matrices, layers.biased)
                for part in ((m[:, :-1], m[:, -1]) if has else (m,))
            ]
        )
        % PRIME
    )


@pytest.mark.parametrize(
    ("net", "k"),
    [
        (linear([2, 1, 2]), 1),
        (linear([1, 2, 2, 2]), 1),
        (linear([1, 2, 2, 2]), 2),
        (mlp([2, 1, 2, 1], "linear", "all"), 2),
        (linear([2, 1, 2, 1, 1]), 2),
        (mlp([1, 2, 2, 1], ["relu", "linear"], True), 1),
        (mlp([1, 2, 2, 1], ["relu", "linear"]), 2),
        (mlp([1, 1, 2, 1], ["relu", "relu"], "all"), 2),
    ],
    ids=lambda x: getattr(x, "name", x),
)
def test_a_small_neuron(net, k, fresh_seed):
    """(2) of theorem 6, and that the components at w or e are odd in t."""
    layers, rng = net.layers, Random(fresh_seed)
    n, q = layers.widths, len(layers.widths) - 1
    point, probes = rng.array(layers.params, 1, PRIME), draw_probes(layers, 3, rng, PRIME)
    small = LiftedFields(layers, point, PRIME)
    e, ins = small.spaces, n[k - 1] + layers.biased[k - 1]
    y = rng.array(e[k - 1], 1, PRIME).astype(object)
    large = replace(layers, widths=tuple(m + (j == k) for j, m in enumerate(n)))
    gates = list(probes.gates)
    # w has the gate of N's added neuron
    gates[k - 1] = np.concatenate([gates[k - 1], probes.added[:, k - 1 : k]], axis=1)
    fresh = probes.added.copy()
    # and the added neuron another
    fresh[:, k - 1] = draw_probes(layers, 3, rng, PRIME).added[:, k - 1]
    grown, other = (
        Probe(probes.source, tuple(gates), fresh, probes.out),
        replace(probes, added=fresh),
    )

    def values(t, words):
        """For each word the parts of the scaled value at (theta, t y)."""
        matrices = [m.astype(object) for m in small.state[:q]]
        matrices[k - 1] = np.vstack([matrices[k - 1], t * y[:ins]])
        matrices[k] = np.insert(matrices[k], n[k], t * y[ins:], axis=1)
        fields = LiftedFields(large, flat(matrices, layers).astype(np.int64), PRIME)
        inverse, found = pow(t, -1, PRIME), []
        for value in fields.values(grown, words):
            x, m, s = parts(large, fields.spaces, value)
            new = [x[k - 1][-1] * inverse, x[k][:, n[k]] * inverse]  # Y
            x[k - 1], x[k] = x[k - 1][:-1], np.delete(x[k], n[k], axis=1)
            # where e is in E_j
            for j, at in ((k + 1, n[k]), (k - 1, -1)):
                if 1 <= j < q:
                    assert m[j - 1][at, at] == 0
                    new.append(np.delete(m[j - 1][at], at) * inverse)  # p
                    rest = np.delete(np.delete(m[j - 1], at, axis=0), at, axis=1)
                    new.append(np.delete(m[j - 1][:, at], at) * inverse)  # M e
                    m[j - 1] = rest
                    if j > 1:
                        s[j - 2] = np.delete(s[j - 2], at, axis=1)
                    if j < q - 1:
                        s[j - 1] = np.delete(s[j - 1], at, axis=0)
            found.append([part % PRIME for part in (*x, *m, *s, *new)])
        return found

    for words in WORDS:
        assert all(
            (a == b).all()
            for one, two in zip(values(5, words), values(PRIME - 5, words))
            for a, b in zip(one, two)
        )
        limits = [
            [at_zero(column) for column in zip(*series)]
            for series in zip(*(values(t, words) for t in range(1, POINTS + 1)))
        ]
        for limit, own, free in zip(
            limits, small.values(probes, words), small.values(other, words)
        ):
            (_, moved, between), (x, m, s) = parts(layers, e, own), parts(layers, e, free)
            y_ = moved[k - 1] @ y
            wanted = [*x, *m, *s, y_[:ins], y_[ins:]]
            for j in (k + 1, k - 1):
                if 1 <= j < q:
                    p = y @ between[k - 1] if j > k else between[k - 2] @ y
                    below = n[j - 1] + layers.biased[j - 1]
                    # p# represents p in the form
                    raised = np.concatenate([p[:below], -p[below:]])
                    wanted += [p, -raised if j > k else raised]
            assert all((a == b % PRIME).all() for a, b in zip(limit, wanted, strict=True))


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 2, 2]),
        linear([1, 2, 2, 1]),
        mlp([2, 1, 2, 1], "linear", "all"),
        mlp([1, 2, 2, 1], ["relu", "linear"], True),
        mlp([1, 2, 2, 1], ["relu", "relu"]),
    ],
    ids=lambda net: net.name,
)
def test_an_input_without_weights(net, fresh_seed):
    """(3) of theorem 7: the bracket of a field without the input with one that starts at the
    input alone; p and rho where words are single probes.
    """
    layers, rng = net.layers, Random(fresh_seed)
    n = layers.widths
    large = replace(layers, widths=(n[0] + 1, *n[1:]))
    point, probes = rng.array(layers.params, 1, PRIME), draw_probes(layers, 3, rng, PRIME)
    small = LiftedFields(layers, point, PRIME)
    matrices = [m.astype(object) for m in small.state[: len(n) - 1]]
    matrices[0] = np.insert(matrices[0], n[0], 0, axis=1)
    fields = LiftedFields(large, flat(matrices, layers).astype(np.int64), PRIME)
    # 0, 1: without the input
    source = np.insert(probes.source, n[0], 0, axis=1)
    source[2] = 0
    # 2: from it alone
    source[2, n[0]] = 1
    grown = replace(probes, source=source)

    def odd(value):
        x, m, s = parts(large, fields.spaces, value)
        rho = s[0][n[0]] if s else np.zeros(0, dtype=object)
        even = [
            np.delete(x[0], n[0], axis=1),
            *x[1:],
            np.delete(np.delete(m[0], n[0], axis=0), n[0], axis=1),
            *m[1:],
            *(np.delete(a, n[0], axis=0) for a in s[:1]),
            *s[1:],
        ]
        return x[0][:, n[0]], np.delete(m[0][:, n[0]], n[0]), rho, even

    c, p, rho, even = odd(fields.values(grown, [(2,)])[0])
    assert (
        not any(part.any() for part in even) and c.all() and not p[: n[0] + layers.biased[0]].any()
    )
    for k in (0, 1):
        (_, moved, between), (c_, p_, rho_, rest) = (
            parts(layers, small.spaces, small.values(probes, [(k,)])[0]),
            odd(fields.values(grown, [(k,)])[0]),
        )
        assert not (c_.any() or p_.any() or rho_.any()) and any(part.any() for part in rest)
        _, p_, rho_, rest = odd(fields.values(grown, [(k, 2)])[0])
        assert not any(part.any() for part in rest)
        # the derivatives of p = (0; d_2) and of rho along F are there too, unless the signals they
        # are made of are constants
        if len(n) == 3:
            assert (p_ == -moved[0] @ p % PRIME).all()
        if len(n) == 4:
            assert (rho_ == (rho @ moved[1] - p @ between[0]) % PRIME).all()
