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

from .nilpotent import times


class Lifted:
    """The lifted vector fields of `graph`, a layered network whose hidden layers are lists of
    nodes `layers[1:-1]`.
    """

    def __init__(self, graph, layers: list, constant, biased: list):
        self.graph = graph
        self.ends = [
            (list(layers[k - 1]) + [constant] * biased[k - 1], list(layers[k + 1]))
            for k in range(1, len(layers) - 1)
        ]
        self.spaces = [len(below) + len(above) for below, above in self.ends]
        self.known = graph.size + sum(e * e for e in self.spaces)
        self.size = self.known + sum(e * f for e, f in zip(self.spaces, self.spaces[1:]))

    def start(self, at: list, q: int) -> list:
        """The point: these weights, and the neurons of each layer a basis."""
        basis = [int(i == j) for e in self.spaces for i in range(e) for j in range(e)]
        return [[x % q] for x in at] + [[x] for x in basis]

    def bracket(self, word: list, at: list, q: int) -> list:
        """The nested bracket of the probes of a word at a point with nilpotent coordinates; as
        `bracket_at` of bracket_words.
        """
        x = self.field(*word[0], at, q)
        if len(word) == 1:
            return x
        half, known = len(at[0]), self.known
        y = self.bracket(word[1:], [t + a for t, a in zip(at, x[:known])], q)
        back = self.field(*word[0], [t + b[:half] for t, b in zip(at, y[:known])], q)
        return [[(s - t) % q for s, t in zip(b[half:], c[half:])] for b, c in zip(y, back)]

    def field(self, source: dict, gate: dict, added: list, out: dict, at: list, q: int) -> list:
        """The vector field of one probe; added: the gate of the neuron that comes to each layer."""
        graph, rest = self.graph, [0] * (len(at[0]) - 1)
        z = {s: [c] + rest for s, c in source.items()}
        for v in graph.order:
            z[v] = scaled(total([times(at[k], z[u]) for u, k in graph.into[v]]), gate.get(v, 1), q)
        back = {v: [[out.get(v, 0)] + rest] for v in graph.order}
        d, result = {}, [None] * graph.size
        for v in reversed(graph.order):
            d[v] = scaled(total(back[v]), gate.get(v, 1), q)
            for u, k in graph.into[v]:
                result[k] = scaled(times(z[u], d[v]), 1, q)
                if u in back:
                    back[u].append(times(at[k], d[v]))
        start, rows = graph.size, []
        for (below, above), g in zip(self.ends, added):
            values, signals = [], []
            for _ in range(len(below) + len(above)):
                a, b = (
                    at[start : start + len(below)],
                    at[start + len(below) : start + len(below) + len(above)],
                )
                start += len(below) + len(above)
                value = scaled(total([times(x, z[u]) for x, u in zip(a, below)]), g, q)
                signal = scaled(total([times(x, d[w]) for x, w in zip(b, above)]), g, q)
                result += [scaled(times(z[u], signal), 1, q) for u in below] + [
                    scaled(times(value, d[w]), 1, q) for w in above
                ]
                values.append(value)
                signals.append(signal)
            rows.append((values, signals))
        for (values, _), (_, signals) in zip(rows, rows[1:]):
            result += [scaled(times(x, y), 1, q) for x in values for y in signals]
        return result


def total(numbers: list) -> list:
    return [sum(column) for column in zip(*numbers)]


def scaled(number: list, factor: int, q: int) -> list:
    return [factor * x % q for x in number]
