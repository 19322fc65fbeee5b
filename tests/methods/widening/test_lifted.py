"""Lifted vector fields are what brackets of a larger network do to leading order."""

import numpy as np
import pytest
from pyconslaw._core.zp import Random
from reference.lifted import PRIME, at_zero

from pyconslaw import linear, mlp
from pyconslaw.fields.graphs import layered_graph
from pyconslaw.fields.probes import ProbeFields
from pyconslaw.methods.widening.lifted import LiftedFields, draw_probes

POINTS = 70


def enlarged(layers, point, t):
    """The weights, layer by layer, of the network with e_k more neurons in hidden layer k, whose
    weights are t times a basis.
    """
    fields, n, q = LiftedFields(layers, point, PRIME), layers.widths, len(layers.widths) - 1
    added, matrices = [0, *fields.spaces, 0], []
    for k in range(1, q + 1):
        full = np.zeros(
            (n[k] + added[k], n[k - 1] + added[k - 1] + layers.biased[k - 1]), dtype=np.int64
        )
        small = fields.state[k - 1]
        full[: n[k], : n[k - 1]] = small[:, : n[k - 1]]
        if layers.biased[k - 1]:
            full[: n[k], -1] = small[:, -1]
        # column i of the basis: the weights of neuron i
        if k < q:
            ins = np.eye(added[k], dtype=np.int64)[: n[k - 1] + layers.biased[k - 1]].T
            full[n[k] :, : n[k - 1]] = t * ins[:, : n[k - 1]]
            if layers.biased[k - 1]:
                full[n[k] :, -1] = t * ins[:, -1]
        if k > 1:
            full[: n[k], n[k - 1] : n[k - 1] + added[k - 1]] = (
                t * np.eye(added[k - 1], dtype=np.int64)[n[k - 2] + layers.biased[k - 2] :]
            )
        matrices.append(full)
    return matrices, added


def leading(layers, matrices, added, t):
    """The parts of a value of the enlarged network, divided by t once for each end at an added
    neuron, in the order of lifted values.
    """
    n, q = layers.widths, len(layers.widths) - 1
    inverse = pow(t, -1, PRIME)
    weights, moved, between = [], [], []
    for k in range(1, q + 1):
        m = matrices[k - 1]
        weights.append(
            np.concatenate(
                [m[: n[k], : n[k - 1]], *([m[: n[k], -1:]] if layers.biased[k - 1] else [])], axis=1
            ).ravel()
        )
        if k < q:
            ins = np.concatenate(
                [m[n[k] :, : n[k - 1]], *([m[n[k] :, -1:]] if layers.biased[k - 1] else [])], axis=1
            )
            outs = matrices[k][: n[k + 1], n[k] : n[k] + added[k]]
            moved.append(np.concatenate([ins.T, outs], axis=0).ravel() * inverse % PRIME)
        if 1 < k < q:
            between.append(
                m[n[k] :, n[k - 1] : n[k - 1] + added[k - 1]].T.ravel()
                * (inverse**2 % PRIME)
                % PRIME
            )
    return np.concatenate(weights + moved + between)


@pytest.mark.parametrize(
    "net",
    [
        linear([2, 2, 1]),
        linear([1, 2, 2, 2]),
        mlp([2, 1, 2], "linear", "all"),
        mlp([1, 2, 2, 1], ["relu", "linear"]),
        mlp([1, 1, 2, 1], ["linear", "relu"], True),
    ],
    ids=lambda net: net.name,
)
def test_they_are_the_leading_terms_of_a_larger_network(net, fresh_seed):
    layers, rng = net.layers, Random(fresh_seed)
    point = rng.array(layers.params, 1, 1000)
    probes = draw_probes(layers, 3, rng, 1000)
    fields = LiftedFields(layers, point, PRIME)
    wide = [n + e for n, e in zip(layers.widths, [0, *fields.spaces, 0], strict=True)]
    names = ["relu" if gate else "linear" for gate in layers.gated]
    large = ProbeFields(layered_graph(wide, names, layers.biased))
    rows = []
    for i in range(3):
        source = [*probes.source[i, :-1], *([probes.source[i, -1]] if any(layers.biased) else [])]
        gates = [
            g
            for k, has in enumerate(layers.gated)
            if has
            for g in [*probes.gates[k][i], *[probes.added[i, k]] * fields.spaces[k]]
        ]
        rows.append([*source, *gates, *probes.out[i]])
    for words in [[(0,), (1,)], [(0, 1), (1, 2)], [(0, 1, 2)]]:
        samples = []
        for t in range(1, POINTS + 1):
            matrices, added = enlarged(layers, point, t)
            flat = np.concatenate(
                [
                    part
                    for m, b in zip(matrices, layers.biased, strict=True)
                    for part in ((m[:, :-1].ravel(), m[:, -1]) if b else (m.ravel(),))
                ]
            )
            values = large.values(
                np.array(rows, dtype=np.uint64), words, (flat % PRIME).astype(np.uint64), PRIME
            ).astype(np.int64)
            per_word = []
            for value in values:
                parts, start = [], 0
                for m, b in zip(matrices, layers.biased, strict=True):
                    block = value[start : start + m.size]
                    start += m.size
                    rows_, cols = m.shape
                    parts.append(
                        np.concatenate(
                            [
                                block[: rows_ * (cols - 1)].reshape(rows_, cols - 1),
                                block[rows_ * (cols - 1) :].reshape(rows_, 1),
                            ],
                            axis=1,
                        )
                        if b
                        else block.reshape(rows_, cols)
                    )
                per_word.append(leading(layers, parts, added, t))
            samples.append(np.array(per_word))
        assert (
            at_zero([s.astype(object) for s in samples])
            == fields.values(probes, words).astype(object)
        ).all()
