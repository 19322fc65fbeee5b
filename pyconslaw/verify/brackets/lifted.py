"""Lifted vector fields of a small layered network, and values of their brackets at a point
modulo a prime.

To each hidden layer k comes a neuron with infinitesimal weights y, a vector over the nodes below it
(the constant neuron too) and above it. The network does not feel it. A probe f moves it: with z the
values and d the backward signals of f (behind the gates), g its own gate, z_y = g * sum of y_u z_u
over the nodes below, d_y = g * sum of y_w d_w over those above, the derivatives are z_u d_y and z_y
d_w, linear in y; and an infinitesimal weight from y to such a neuron x in the next layer has the
derivative z_y d_x, bilinear in y and x. Let y run over a basis: the weights of the network, these
neurons and the weights between them are the coordinates of a lifted vector field. Nothing depends
on the latter weights.
"""

from ..systems.layered import layered
from ..systems.layers import Layers
from ..systems.programs import Program
from .nilpotent import bracket, times
from .sweep import sweep


class Lifted:
    """The lifted vector fields of a layered network; size: how many coordinates they have."""

    def __init__(self, layers: Layers, budget):
        dims, self.spaces, self.gated = layers.dims, layers.spaces, layers.gated
        between = sum(e * f for e, f in zip(self.spaces, self.spaces[1:]))
        self.size = layers.size + sum(e * e for e in self.spaces) + between
        budget.hold(20 * self.size)
        self.graph = Program(*layered(dims, layers.gated, layers.biased))
        nodes, first = [range(dims[0])], dims[0] + any(layers.biased)
        for n in dims[1:]:
            nodes.append(range(first, first + n))
            first += n
        # of each hidden layer the nodes below it, the constant one too, and those above it
        self.ends = [
            ([*below, *[dims[0]] * has], above)
            for below, has, above in zip(nodes, layers.biased, nodes[2:])
        ]

    def bracket(self, word: list, at: list, q: int) -> list:
        """The value of the nested bracket of the probes of a word at these weights, where the
        neurons of each layer are a basis.
        """
        basis = [int(i == j) for e in self.spaces for i in range(e) for j in range(e)]
        start = [[x % q] for x in at] + [[x] for x in basis]
        return [x[0] for x in bracket(lambda f, at: self.field(f, at, q), word, start, q)]

    def field(self, probe: list, at: list, q: int) -> list:
        """The vector field of a probe; its last list has the gates of the neurons that are added
        to the layers with gates.
        """

        def reduced(number: list, factor: int = 1) -> list:
            return [factor * x % q for x in number]

        def paired(xs: list, ys: list, factor: int) -> list:
            """The sum of the products, times a factor."""
            products = [times(x, y) for x, y in zip(xs, ys, strict=True)]
            return reduced([sum(column) for column in zip(*products)], factor)

        start, rows = self.graph.size, []
        z, d, result = sweep(self.graph, probe[:3], at[:start], reduced)
        gates = iter(probe[3])
        for (below, above), has, e in zip(self.ends, self.gated, self.spaces):
            arrive, leave = [z[u] for u in below], [d[w] for w in above]
            values, signals, g = [], [], next(gates) if has else 1
            for _ in range(e):
                y = at[start : start + e]
                start += e
                values.append(paired(y[: len(below)], arrive, g))
                signals.append(paired(y[len(below) :], leave, g))
                result += [reduced(times(x, signals[-1])) for x in arrive]
                result += [reduced(times(values[-1], x)) for x in leave]
            rows.append((values, signals))
        for (values, _), (_, signals) in zip(rows, rows[1:]):
            result += [reduced(times(x, y)) for x in values for y in signals]
        return result
