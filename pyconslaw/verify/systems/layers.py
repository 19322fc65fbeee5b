"""Layered networks by their widths."""


class Layers:
    """A layered network by its widths; gated and biased say of each hidden layer, and of each
    layer but the inputs, what it has.

    Widths are at least 1, so every edge, also from the constant neuron, lies on a path from a
    source to an output.
    """

    explicit = parts = of = None  # and never written out

    def __init__(self, dims: list, gated: list, biased: list):
        self.dims, self.gated, self.biased = dims, gated, biased
        self.size = self.count = sum(m * (n + has) for n, m, has in zip(dims, dims[1:], biased))
        self.hidden, self.layers = sum(dims[1:-1]), self

    @property
    def blocks(self) -> list:
        """For each layer but the inputs (start, stop) of its weights, and of its biases."""
        found, at = [], 0
        for n, m, has in zip(self.dims, self.dims[1:], self.biased):
            found.append(((at, at + n * m), (at + n * m, at + n * m + m * has)))
            at += m * (n + has)
        return found

    @property
    def spaces(self) -> list:
        """For each hidden layer how many weights a neuron there has."""
        return [n + has + m for n, has, m in zip(self.dims, self.biased, self.dims[2:])]

    @property
    def rooms(self) -> list:
        """For each hidden layer r_k: what its neurons leave of that, or all of it with gates."""
        each = zip(self.spaces, self.dims[1:], self.gated)
        return [e if gates else e - n for e, n, gates in each]


def count(dims: list, gated: list, gaps: list) -> int:
    """The balance laws that are independent where each layer has a gap of so many dimensions, or,
    with gates, neurons.
    """
    return sum(
        n - g if gates else (n * (n + 1) - g * (g + 1)) // 2
        for n, g, gates in zip(dims[1:], gaps[1:], gated)
    )
