"""The function of a network on examples, near given weights, as a system of polynomials.

The gates are recomputed at the weights: 1 where a neuron's input is positive, its slope where it is
negative. No input may be 0, unless it is 0 for all weights. Then no gate changes nearby, and there
the outputs on the examples are polynomials. W is spanned by their gradients (loss "full"), or by
those of their differences to the last output ("softmax": the derivatives of the loss by the outputs
add up to 0). Generator i is the gradient of polynomial i of the basis of their span that `span`
makes: the same W, and few.

The claim is about generic points next to these weights.
"""

from collections.abc import Iterator
from fractions import Fraction
from math import gcd

from ..reading import Declined, Refused, choice, items, record
from . import of_type
from .components import Polynomials
from .span import STEP, Span, length, square, words

NETWORKS = ("mlp", "dag", "product")
PLACE = "near generic points next to the given weights, where no gate of these examples changes"
ZERO, ONE = Fraction(0), Fraction(1)


def read(value: dict, agree, budget) -> Polynomials:
    """The basis of the outputs, written out within the budget."""
    record(value, "system", "type network weights inputs loss slope")
    listed = value["network"]
    kind = listed.get("type") if type(listed) is dict else None
    network = of_type(choice(kind, "system.network.type", *NETWORKS)).read(listed, agree)
    if network.explicit is not False:
        raise Declined("a network with so many parameters is not written out")
    constants = constants_of(listed, network)
    leaky, mirrored = of_kind("leaky_relu", listed, network), of_kind("abs", listed, network)
    weights = rationals(value["weights"], "system.weights", network.size, budget)
    slope = slope_of(value["slope"], leaky, budget)
    loss = choice(value["loss"], "system.loss", "full", "softmax")
    if not items(value["inputs"], "system.inputs"):
        raise Refused("system.inputs: there must be an example")
    slopes = dict.fromkeys(network.gated, ZERO)
    slopes |= dict.fromkeys(leaky, slope) | dict.fromkeys(mirrored, -ONE)
    sweep = Sweep(network, weights, slopes, budget)
    ends, span = sorted(network.sources), Span(budget)
    for i, row in enumerate(value["inputs"]):
        place = f"system.inputs[{i}]"
        given = iter(rationals(row, place, len(ends) - len(constants), budget))
        budget.spend(STEP + 4 * len(ends))
        start = {s: ONE if s in constants else next(given) for s in ends}
        with budget.temporary():
            found = sweep.outputs(start, place)
        for f in seen(found, loss, budget):
            span.add(f)
    return Polynomials(network.size, span.basis())


def constants_of(listed: dict, graph) -> set:
    """The sources that carry the value 1 on every example."""
    if listed["type"] == "dag":
        return {v for v in graph.sources if listed["nodes"][v] == "constant"}
    return {listed["dims"][0]} & graph.sources if listed["type"] == "mlp" else set()


def of_kind(kind: str, listed: dict, graph) -> set:
    """The nodes of a kind that has a gate."""
    if listed["type"] == "dag":
        return {v for v in graph.gated if listed["nodes"][v] == kind}
    found, first = set(), len(graph.sources)
    if listed["type"] == "mlp":
        for activation, n in zip(listed["activations"], listed["dims"][1:]):
            found |= set(range(first, first + n)) if activation == kind else set()
            first += n
    return found


def rationals(value, where: str, size: int, budget) -> list:
    """So many rational numbers."""
    return [rational(x, f"{where}[{k}]", budget) for k, x in enumerate(items(value, where, size))]


def rational(value, where: str, budget) -> Fraction:
    """A pair [numerator, denominator] in lowest terms."""
    num, den = items(value, where, 2)
    if type(num) is not int or type(den) is not int or den < 1:
        raise Refused(f"{where}: expected a numerator and a positive denominator")
    budget.spend(square(words(num, den)))
    if gcd(num, den) != 1:
        raise Refused(f"{where}: the fraction is not in lowest terms")
    return Fraction(num, den)


def slope_of(value, leaky: set, budget) -> Fraction:
    """The slope of leaky ReLU, which is null where there is none."""
    if leaky:
        return rational(value, "system.slope", budget)
    if value is not None:
        raise Refused("system.slope: no neuron has one")
    return ZERO


class Sweep:
    """Values at the weights, and polynomials, of the nodes on an example, from the sources on."""

    def __init__(self, graph, weights: list, slopes: dict, budget):
        self.graph, self.weights, self.slopes, self.budget = graph, weights, slopes, budget
        self.ends = sorted(graph.outputs)

    def outputs(self, start: dict, place: str) -> list:
        """The polynomials of the outputs, in the order of their nodes."""
        value, p = dict(start), {s: {(): x} for s, x in start.items() if x}
        for v in self.graph.order:
            value[v], total = ZERO, {}
            for u, k in self.graph.into[v]:
                weight, variable, factor = self.edge(k)
                value[v] = self.plus(value[v], value.get(u, ZERO), weight)
                self.add(total, p.get(u, {}), variable, factor)
            p[v] = {monomial: c for monomial, c in total.items() if c}
            if v in self.graph.gated and p[v]:
                gate = gate_of(value[v], self.slopes[v], f"{place}: node {v}")
                if gate != 1:
                    value[v] = self.plus(ZERO, value[v], gate)
                    p[v], whole = {}, p[v] if gate else {}
                    self.add(p[v], whole, None, gate)
        self.budget.spend(2 * len(self.ends))
        return [p.get(o, {}) for o in self.ends]

    def edge(self, k: int) -> tuple:
        """The weight of an edge; what it is in a polynomial, a variable or a factor."""
        if k < self.graph.size:
            return self.weights[k], k, ONE
        frozen = Fraction(self.graph.frozen[k - self.graph.size])
        return frozen, None, frozen

    def plus(self, x: Fraction, y: Fraction, factor: Fraction) -> Fraction:
        """x + y factor."""
        self.budget.spend(square(length(x) + length(y) + length(factor)))
        return x + y * factor

    def add(self, total: dict, p: dict, k, factor: Fraction) -> None:
        """total += p times a variable, if any, and a factor; terms that cancel stay, as zeros."""
        for monomial, c in p.items():
            self.budget.spend(4 * len(monomial))
            longer = monomial if k is None else with_variable(monomial, k)
            if longer not in total:
                self.budget.hold(1 + len(longer) + length(c) + length(factor))
            total[longer] = self.plus(total.get(longer, ZERO), c, factor)


def with_variable(monomial: tuple, k: int) -> tuple:
    """The monomial times variable k."""
    if not monomial or monomial[-1][0] < k:
        return (*monomial, (k, 1))
    exponents = dict(monomial)
    exponents[k] = exponents.get(k, 0) + 1
    return tuple(sorted(exponents.items()))


def gate_of(x: Fraction, slope: Fraction, where: str) -> Fraction:
    """The derivative of the activation at x; at 0 there is one only if it is no kink."""
    if not x and slope != 1:
        raise Refused(f"{where} is exactly at its kink")
    return ONE if x > 0 else slope


def seen(outputs: list, loss: str, budget) -> Iterator[dict]:
    """What the loss sees: each output, or the differences to the last."""
    if loss == "full":
        yield from outputs
        return
    *others, last = outputs
    for f in others:
        budget.spend(STEP * (1 + len(f) + len(last)))
        view = dict(f)
        for monomial, c in last.items():
            before = view.get(monomial, ZERO)
            budget.spend(4 * len(monomial) + square(length(before) + length(c)))
            view[monomial] = before - c
        yield view


def object_of(system: dict) -> str:
    """What its laws are laws of."""
    count = len(system["inputs"])
    return f"function on {count} example{'s' * (count != 1)}"


def name_of(system: dict) -> str:
    """What is asked about which network."""
    network = system["network"]
    loss = " under softmax" * (system["loss"] == "softmax")
    return f"the {object_of(system)} of {of_type(network['type']).name_of(network)}{loss}"
