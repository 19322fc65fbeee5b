"""Random questions about functions on data: networks, weights, examples, loss, slope."""

import random
from dataclasses import dataclass
from fractions import Fraction

import pyconslaw as pcl

SIZE = 14  # parameters, at most
ACTIVATIONS = ("relu", "relu", "linear", "leaky_relu", "abs")


@dataclass(frozen=True)
class Question:
    """The arguments of `analyze_function`."""

    network: pcl.Network
    weights: list
    inputs: list
    loss: str
    slope: Fraction

    def asked(self, **options):
        """The report."""
        options = {"loss": self.loss, "slope": self.slope, **options}
        return pcl.analyze_function(self.network, self.weights, self.inputs, **options)


def drawn(seed) -> Question:
    """A small layered network or, one time in three, a graph with ties, skips and frozen edges."""
    rng = random.Random(f"question {seed}")
    network = dag(rng) if rng.random() < 1 / 3 else layered(rng)
    width = len(network.graph.sources) - len(network.constants)
    return Question(
        network,
        [_number(rng, 9, (1, 1, 2, 3)) or Fraction(1, 7) for _ in range(network.size)],
        [[_number(rng, 4, (1, 1, 2)) for _ in range(width)] for _ in range(rng.randint(1, 5))],
        rng.choice(["full", "full", "softmax"]),
        rng.choice([Fraction(1, 100), Fraction(-1, 3), Fraction(2), Fraction(1), Fraction(0)]),
    )


def layered(rng):
    while True:
        dims = [rng.randint(1, 3) for _ in range(rng.choice([2, 3, 3, 3, 4]))]
        names = [rng.choice(ACTIVATIONS) for _ in dims[2:]]
        network = pcl.mlp(dims, names, rng.choice([False, False, True, "all"]))
        if network.size <= SIZE:
            return network


def dag(rng):
    """One to three sources, two to four hidden neurons, one or two outputs, most of the edges."""
    kinds = {f"x{k}": "input" for k in range(rng.randint(1, 2))}
    kinds |= {"c": "constant"} if rng.random() < 0.3 else {}
    sources = len(kinds)
    kinds |= {f"h{k}": rng.choice(ACTIVATIONS) for k in range(rng.randint(2, 4))}
    outputs = [f"y{k}" for k in range(rng.randint(1, 2))]
    kinds |= {name: rng.choice(("linear", "linear", "relu")) for name in outputs}
    names = list(kinds)
    while True:
        edges = []
        for head in range(sources, len(names)):
            for tail in range(head):
                luck = rng.random()
                label = {"parameter": rng.choice("st")} if luck < 0.15 else {}
                label = {"frozen": rng.choice([1, 2, -1])} if luck > 0.88 else label
                if rng.random() < 0.7:
                    edges.append({"from": names[tail], "to": names[head], **label})
        try:
            network = pcl.dag(kinds, edges, outputs)
        except pcl.InputError:  # nothing is trained
            continue
        if network.size <= SIZE:
            return network


def _number(rng, most: int, denominators) -> Fraction:
    return Fraction(rng.randint(-most, most), rng.choice(denominators))
