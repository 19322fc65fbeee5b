"""Both bounds of weight decay, from those of the flow of the gradient: y = s theta stands still.

Away from s = 0 take y = s theta in the place of theta. The drift -tau theta d_theta + tau s d_s is
tau s d_s, and a vector field X of theta, with the parts X^e of degree e, is sum_e s^(1-e) X^e(y).
Its bracket with the drift multiplies part e by (1-e) tau, up to sign. If tau is not 0 these factors
differ, so repeated brackets have combinations that are the parts alone, each times its power of s:
the algebra of the flow is spanned by the drift and by the brackets of parts, times powers of s.
Hence dim Lie(flow)(theta, s) = 1 + dim Lie(P)(s theta), P all parts of all X. (A parameter tau
never moves, and is not 0 at generic points; it adds a coordinate and no dimension.) If tau is 0 the
drift is d_t and commutes with the controls: the dimension is 1 + dim Lie(W)(theta).

So of "parts" are bounds of P. Of "system", bounds of W: W lies in the span of P, hence always from
below; from above if tau is 0, if every X has a single degree, and if the bound rests on homogeneous
laws h: <grad h, X> is the sum of the <grad h, X^e>, of different degrees, so each of these is 0.
"""

from ..reading import Refused, choice, record
from ..systems import members
from ..systems.decay import Decay
from ..systems.explicit import Fields
from ..systems.graph import Graph
from ..systems.layers import Layers
from . import Bound, lower_bound, upper_bound

# These state laws of degree 2, and of degree 1 for idle parameters; but one by a symmetry, among
# balance-laws, may have terms of several degrees.
LAWS = ("balance-laws", "potentials", "layered-balance", "generic-balance")


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    base = base_of(system, proof, where, budget)
    rest = "flow of the gradient" if proof["of"] == "system" else "homogeneous parts"
    if rank is not None:
        if rank < 1:
            raise Refused(f"{where}: the clock alone has dimension 1")
        q, least = lower_bound(base, proof["base"], rank - 1, budget, f"{where}.base")
        return Bound(rank, (f"{least}, as the {rest}; and one for the clock",), q)
    inner = proof["base"].get("kind") if type(proof["base"]) is dict else None
    exact = proof["of"] == "parts" or system.still or inner in LAWS or homogeneous(base, budget)
    if not exact:
        raise Refused(f"{where}: the components of phi are not homogeneous")
    most, reasons = upper_bound(base, proof["base"], f"{where}.base", budget)
    decays = proof["of"] == "system" and not system.still
    if decays and inner == "balance-laws" and not homogeneous(base, budget):
        for i, law in enumerate(proof["base"]["laws"]):  # checked just now: these are polynomials
            budget.spend(sum(1 + len(monomial) for _, monomial in law["polynomial"]))
            if len({degree(monomial) for _, monomial in law["polynomial"]}) != 1:
                raise Refused(
                    f"{where}.base.laws[{i}]: has terms of several degrees, and the components of "
                    "phi are not homogeneous"
                )
    return Bound(most + 1, (f"one for the clock, the rest as the {rest}", *reasons))


def base_of(system, proof: dict, where: str, budget):
    """The system that the bound inside is of."""
    record(proof, where, "kind of base")
    if not isinstance(system, Decay):
        raise Refused(f"{where}: the system is not under weight decay")
    if choice(proof["of"], f"{where}.of", "system", "parts") == "system":
        return system.of
    if system.still:
        raise Refused(f"{where}.of: nothing decays, so homogeneous parts stay together")
    if isinstance(system.of, Layers):
        raise Refused(f"{where}.of: a network with so many parameters is not written out")
    return Fields(system.of.size, parts(members(system.of, budget), budget))


def parts(generators: list, budget) -> list:
    """The homogeneous parts of all generators of W, in their order, by increasing degree."""
    found = []
    for make in generators:
        by_degree: dict = {}
        for v, p in make().items():
            budget.hold(sum(1 + len(m) for m in p))
            for m, c in p.items():
                by_degree.setdefault(degree(m), {}).setdefault(v, {})[m] = c
        found += [by_degree[e] for e in sorted(by_degree)]
    return found


def degree(monomial: tuple) -> int:
    return sum(e for _, e in monomial)


def homogeneous(system, budget) -> bool:
    """Whether each generator of W of a system has a single degree; a graph may have it unseen."""
    if isinstance(system, Layers):
        return few_biases(system)
    if isinstance(system, Graph):
        return has_potential(system, budget)
    for i in range(system.generators):
        with budget.temporary():
            x = system.member(i, budget)
            budget.spend(sum(1 + len(m) for p in x.values() for m in p))
            if len({degree(m) for p in x.values() for m in p}) != 1:
                return False
    return True


def few_biases(layers: Layers) -> bool:
    """A path from the constant node to the next gated layer, or to the outputs, has a weight for
    each layer on it. So there may be one layer with biases from one gated layer to the next."""
    biased = 0
    for has, gates in zip(layers.biased, [*layers.gated, False]):
        biased += has
        if biased > 1:
            return False
        biased = 0 if gates else biased
    return True


def has_potential(graph: Graph, budget) -> bool:
    """Whether numbers at nodes rise by 1 along an edge with a parameter, by 0 along a frozen one.

    Then the number of parameters on a path without gates inside depends on its ends alone, and that
    of a whole path on its source, gates and output. Nodes where such paths begin (sources, gated
    nodes) have one number as a beginning and another as an end. A direct edge between two of them
    need not be looked at if it is the only path without gates between them.
    """
    budget.spend(60 * len(graph.edges))
    live, ends = graph.live, graph.sources | graph.gated
    begin = {u for u, v, _ in live.edges if v not in ends}
    arrive = {v for u, v, _ in live.edges if u not in ends}
    steps: dict = {}
    for u, v, k in live.edges:
        if u in ends and v in ends and not (u in begin and v in arrive):
            continue
        rise, tail = int(k < graph.size), (u, "out") if u in ends else (u, "in")
        steps.setdefault(tail, []).append(((v, "in"), rise))
        steps.setdefault((v, "in"), []).append((tail, -rise))
    height: dict = {}
    for root in steps:
        todo = [] if root in height else [root]
        height.setdefault(root, 0)
        while todo:
            u = todo.pop()
            for v, rise in steps[u]:
                if v not in height:
                    todo.append(v)
                if height.setdefault(v, height[u] + rise) != height[u] + rise:
                    return False
    return True
