"""Another flow than that of the gradient, of a system: its vector fields are built here, from
the equations in the contract.

Coordinates: theta_0 .. theta_{D-1} of the system; for flows of second order D more; the clock, but
for mirror and natural; tau, if it is a parameter. The generators are the controls, one for each
generator of the system in its order, then the drift.
"""

import re
from math import gcd, prod

from ..brackets.polynomials import add_product, gradient, polynomial, times, without_zeros
from ..reading import Budget, Declined, Refused, choice, integers, items, record
from . import members, of_type
from .decay import Decay
from .explicit import Fields

BASES = ("mlp", "product", "polynomials", "fields", "dag", "products")
SECOND = ("momentum", "nesterov", "accelerated-mirror", "riemannian-momentum", "dual-momentum")
# entropic unless a metric is given
MIRRORS = ("mirror", "accelerated-mirror", "riemannian-momentum", "dual-momentum")
FRICTION = (*SECOND, "weight-decay")
FLOWS = (*FRICTION, "mirror", "natural", "sign")
ONE = {(): 1}


def keeps_graph(value: dict) -> bool:
    """A flow of a graph that need not be written out: its limits are those of the graph."""
    of = value.get("of")
    graph = type(of) is dict and of.get("type") in ("mlp", "dag")
    return graph and value.get("flow") in ("natural", "weight-decay")


def read(value: dict, agree):
    """The system of vector fields; for the natural gradient the system that it is a flow of."""
    flow = choice(value.get("flow"), "system.flow", *FLOWS)
    record(value, "system", "type flow of tau metric" + " region" * (flow == "sign"))
    tau = friction(value["tau"], flow)
    base, metric = value["of"], value["metric"]
    kind = base.get("type") if type(base) is dict else None
    if type(base) is dict and "drift" in base:
        raise Refused("system.of: a drift belongs to the flow of the gradient")

    def whole(size):
        agree(size * (1 + (flow in SECOND)) + (flow in FRICTION) + (type(tau) is str))

    of = of_type(choice(kind, "system.of.type", *BASES)).read(base, whole)
    if metric is not None and flow in ("natural", "weight-decay", "sign"):
        raise Refused(f"system.metric: {flow} has none")
    if flow == "natural":
        return of
    if flow == "weight-decay":
        return Decay(of, tau, weight_decay)
    budget = Budget()
    gradients = written_out(of, budget)
    if flow == "sign":
        region = integers(value["region"], "system.region", 1 - 2**31, 2**31 - 1, of.size)
        return Fields(of.size, signs(gradients, region, budget))
    return Flow(flow, tau, inverse_metric(metric, flow, of.size), of.size, budget).system(gradients)


def weight_decay(of, tau) -> list:
    """The vector fields, when a proof asks for them."""
    budget = Budget()
    gradients = written_out(of, budget)
    return Flow("weight-decay", tau, None, of.size, budget).system(gradients).fields


def written_out(of, budget) -> list:
    """The generators of W of the system that is under a flow."""
    if of.explicit is None:
        raise Declined("a network with so many parameters is not written out")
    gradients = [member() for member in members(of, budget)]
    if not gradients:
        raise Refused("system.of: no component has parameters")
    return gradients


def signs(gradients: list, region: list, budget) -> list:
    """The sign flow near a point: for each class of coordinates whose columns of d phi are
    proportional the vector of their signs.

    The sign patterns that the range of J^T takes span these vectors: see flows.md. What is not
    proportional, or not zero, at the point is not so nearby; what is must be so everywhere.
    """
    columns, classes = {}, {}
    for i, x in enumerate(gradients):
        for k, p in x.items():
            columns.setdefault(k, {})[i] = p
    for k in sorted(columns):
        values = []
        for i, p in columns[k].items():
            budget.spend(sum(1 + e * 31 // 60 for m in p for _, e in m) ** 2 + len(p))
            values.append((i, sum(c * prod(region[v] ** e for v, e in m) for m, c in p.items())))
        values = [(i, v) for i, v in values if v]
        if not values:
            raise Refused("system.region: a derivative vanishes there")
        content = gcd(*(v for _, v in values)) * (1 if values[0][1] > 0 else -1)
        classes.setdefault(tuple((i, v // content) for i, v in values), []).append(
            (k, 1 if content > 0 else -1)
        )
    for (first, _), *others in classes.values():
        a = columns[first]
        j = min(a)
        for k, _ in others:
            b = columns[k]
            for i in a.keys() | b.keys():
                wedge = {}
                add_product(wedge, a.get(i, {}), b.get(j, {}), budget)
                add_product(wedge, a[j], b.get(i, {}), budget, -1)
                if without_zeros(wedge):
                    raise Refused(
                        "system.region: derivatives are proportional there, and not everywhere"
                    )
    return [{k: {(): sign * own[0][1]} for k, sign in own} for own in classes.values()]


def friction(tau, flow: str):
    """[numerator, denominator], the name of a parameter, or None."""
    if flow not in FRICTION:
        if tau is not None:
            raise Refused(f"system.tau: {flow} has none")
        return None
    if type(tau) is str:
        if flow == "nesterov" or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", tau):
            raise Refused("system.tau: not the name of a parameter")
        return tau
    a, b = integers(tau, "system.tau", 0, 2**31 - 1, 2)
    if (
        not b
        or gcd(a, b) != 1
        or (flow == "nesterov" and not (b == 1 and 1 <= a <= 20))
        or (flow == "accelerated-mirror" and not a)
    ):
        raise Refused("system.tau: not a friction of this flow in lowest terms")
    return [a, b]


def inverse_metric(metric, flow: str, size: int):
    """M^-1 as pairs of polynomials for each coordinate; None for the identity."""
    if metric is None:
        return [({((k, 1),): 1}, ONE) for k in range(size)] if flow in MIRRORS else None
    result = []
    for k, entry in enumerate(items(metric, "system.metric", size)):
        top, bottom = (
            polynomial(p, f"system.metric[{k}]", size)
            for p in items(entry, f"system.metric[{k}]", 2)
        )
        if not top or not bottom or min(top.items())[1] < 0:
            raise Refused(f"system.metric[{k}]: zero, or the first coefficient is negative")
        if flow in MIRRORS[1:] and any(v != k for p in (top, bottom) for m in p for v, _ in m):
            raise Refused(f"system.metric[{k}]: it depends on another coordinate")
        result.append((bottom, top))
    return result


class Flow:
    """The equations; a component of a vector field is a quotient (top, bottom)."""

    def __init__(self, flow: str, tau, inverse, size: int, budget):
        self.flow, self.inverse, self.size, self.budget = flow, inverse, size, budget
        self.clock = size * (1 + (flow in SECOND))
        self.total = self.clock + (flow in FRICTION) + (type(tau) is str)
        # the drift is multiplied by tau's denominator, for it is primitive in the end
        self.scale = 1
        if type(tau) is str:
            self.tau = self.x(self.clock + 1)
        elif tau is not None:
            self.tau, self.scale = {(): tau[0]} if tau[0] else {}, tau[1]

    def x(self, k: int) -> dict:
        return {((k, 1),): 1}

    def times(self, *factors: dict, by: int = 1) -> dict:
        total = {(): by}
        for factor in factors:
            total = times(total, factor, self.budget)
        return total

    def plus(self, a: dict, b: dict) -> dict:
        total = dict(a)
        add_product(total, b, ONE, self.budget)
        return without_zeros(total)

    def drag(self, k: int) -> dict:
        """-tau x_k."""
        return self.times(self.tau, self.x(k), by=-1)

    def system(self, gradients: list) -> Fields:
        control = {
            "weight-decay": self.control_weight_decay,
            "mirror": self.control_mirror,
            "accelerated-mirror": self.control_accelerated_mirror,
        }.get(self.flow, self.force)
        controls = [self.cleared(control(x)) for x in gradients]
        drifts = {
            "weight-decay": self.weight_decay,
            "momentum": self.momentum,
            "nesterov": self.nesterov,
            "accelerated-mirror": self.accelerated_mirror,
            "riemannian-momentum": self.riemannian_momentum,
            "dual-momentum": self.dual_momentum,
        }
        if self.flow in FRICTION:
            controls.append(self.cleared(drifts[self.flow]()))
        return Fields(self.total, controls)

    def cleared(self, x: dict) -> dict:
        """Times the product of the different denominators, divided by the content."""
        x = {v: (top, bottom) for v, (top, bottom) in x.items() if top}
        bottoms = {frozenset(bottom.items()): bottom for _, bottom in x.values() if bottom != ONE}
        field = {
            v: self.times(top, *(b for b in bottoms.values() if b != bottom))
            for v, (top, bottom) in x.items()
        }
        content = gcd(*(c for p in field.values() for c in p.values()))
        if not content:
            raise Refused("system: a vector field of the flow is zero")
        return {v: {m: c // content for m, c in field[v].items()} for v in sorted(field)}

    # controls: of x = grad phi_i

    def control_weight_decay(self, x: dict) -> dict:
        return {k: (p, ONE) for k, p in x.items()}

    def control_mirror(self, x: dict) -> dict:
        return {k: (self.times(p, self.inverse[k][0]), self.inverse[k][1]) for k, p in x.items()}

    def control_accelerated_mirror(self, x: dict) -> dict:
        lifted = [
            tuple({tuple((v + self.size, e) for v, e in m): c for m, c in p.items()} for p in pair)
            for pair in self.inverse
        ]
        return {k + self.size: (self.times(p, lifted[k][0]), lifted[k][1]) for k, p in x.items()}

    def force(self, x: dict) -> dict:
        """On velocities, M^-1 x; on momenta, whose metric is in the drift, x."""
        if self.inverse is None or self.flow in MIRRORS:
            return {k + self.size: (p, ONE) for k, p in x.items()}
        return {k + self.size: q for k, q in self.control_mirror(x).items()}

    # drifts, times self.scale

    def time(self) -> dict:
        clock = self.times(self.tau, self.x(self.clock)) if self.tau else {(): self.scale}
        return {self.clock: (clock, ONE)}

    def weight_decay(self) -> dict:
        return {k: (self.drag(k), ONE) for k in range(self.size)} | self.time()

    def momentum(self) -> dict:
        n = self.size
        moves = {k: (self.times(self.x(n + k), by=self.scale), ONE) for k in range(n)}
        return moves | {n + k: (self.drag(n + k), ONE) for k in range(n)} | self.time()

    def nesterov(self) -> dict:
        n, t = self.size, self.x(self.clock)
        moves = {k: (self.times(t, self.x(n + k)), ONE) for k in range(n)}
        return moves | {n + k: (self.drag(n + k), ONE) for k in range(n)} | {self.clock: (t, ONE)}

    def accelerated_mirror(self) -> dict:
        n = self.size
        return {
            k: (self.plus(self.times(self.tau, self.x(n + k)), self.drag(k)), ONE) for k in range(n)
        } | self.time()

    def dual_momentum(self) -> dict:
        n = self.size
        return self.geodesic() | {n + k: (self.drag(n + k), ONE) for k in range(n)} | self.time()

    def geodesic(self) -> dict:
        return {
            k: (self.times(self.x(self.size + k), a, by=self.scale), b)
            for k, (a, b) in enumerate(self.inverse)
        }

    def riemannian_momentum(self) -> dict:
        """p' = -tau p - (a' b - a b') p^2 / (2 b^2) for M^-1 = a / b."""
        drift = self.geodesic() | self.time()
        for k, (a, b) in enumerate(self.inverse):
            p = self.x(self.size + k)
            square = self.times(b, b, by=2)
            slope_a, slope_b = (gradient(f, self.budget).get(k, {}) for f in (a, b))
            wedge = self.plus(self.times(slope_a, b), self.times(a, slope_b, by=-1))
            top = self.plus(
                self.times(square, self.drag(self.size + k)),
                self.times(wedge, p, p, by=-self.scale),
            )
            drift[self.size + k] = top, square
        return drift


def name_of(system: dict) -> str:
    base, tau = system["of"], system["tau"]
    shown = (
        ""
        if tau is None
        else " --tau "
        f"{tau if type(tau) is str else tau[0] if tau[1] == 1 else f'{tau[0]}/{tau[1]}'}"
    )
    return (
        f"{of_type(base['type']).name_of(base)} --flow "
        f"{system['flow']}{shown}{'' if system['metric'] is None else ' and a metric'}"
    )


def object_of(system: dict) -> str:
    return "flow"
