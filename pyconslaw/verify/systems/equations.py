"""The vector fields of the flows, from the equations in the contract."""

from math import gcd

from ..brackets.expanded import add_product, times
from ..brackets.polynomials import gradient, without_zeros
from ..reading import Refused
from .forms import FRICTION, MIRRORS, SECOND

ONE = {(): 1}


class Flow:
    """The equations; a component of a vector field is a quotient (top, bottom)."""

    def __init__(self, setting: tuple, size: int, budget):
        flow, tau, self.inverse, self.weights = setting
        self.flow, self.size, self.budget = flow, size, budget
        self.clock = size * (1 + (flow in SECOND))
        self.total = self.clock + (flow in FRICTION) + (type(tau) is str)
        self.pull = self.weights and self.weights.pull
        # the drift is multiplied by all denominators, of tau and pulls, for it is primitive in the
        # end; then unit times a pull, itself times its denominator, is the pull
        bottom = self.pull.bottom if self.pull else 1
        top, under = tau if type(tau) is list else [1, 1]
        factor = self.x(self.clock + 1) if type(tau) is str else {(): top} if top else {}
        self.scale, self.tau = under * bottom, self.times(factor, by=bottom)
        self.unit = factor if self.pull and self.weights.by_tau else {(): under}

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

    def decay(self, k: int) -> dict:
        """-pull_k x_k."""
        return self.times(self.unit, self.x(k), by=-self.pull.whole(k))

    def fields(self, gradients: list) -> list:
        """The controls, one for each generator of the system, and the drift, if there is one."""
        control = {
            "weight-decay": self.control_first_order,
            "gradient": self.control_first_order,
            "mirror": self.control_mirror,
            "accelerated-mirror": self.control_accelerated_mirror,
        }.get(self.flow, self.force)
        rated = self.weights.rated(gradients) if self.weights else gradients
        controls = [self.cleared(control(x)) for x in rated]
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
        return controls

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

    def control_first_order(self, x: dict) -> dict:
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
        fall = self.decay if self.pull else self.drag
        return {k: (fall(k), ONE) for k in range(self.size)} | self.time()

    def momentum(self) -> dict:
        n = self.size
        moves = {k: (self.times(self.x(n + k), by=self.scale), ONE) for k in range(n)}
        return moves | self.slowed(ONE) | self.time()

    def nesterov(self) -> dict:
        n, t = self.size, self.x(self.clock)
        moves = {k: (self.times(t, self.x(n + k), by=self.scale), ONE) for k in range(n)}
        return moves | self.slowed(t) | {self.clock: (self.times(t, by=self.scale), ONE)}

    def slowed(self, by: dict) -> dict:
        """-tau z_k - by g_k pull_k theta_k, over the denominator of g_k if pull_k is not 0."""
        found = {}
        for k in range(self.size):
            drag, (a, b) = self.drag(self.size + k), self.inverse[k] if self.inverse else (ONE, ONE)
            if self.pull and self.pull.at(k):
                drag = self.plus(self.times(drag, b), self.times(by, a, self.decay(k)))
            found[self.size + k] = drag, b if self.pull and self.pull.at(k) else ONE
        return found

    def accelerated_mirror(self) -> dict:
        """For tau = 0 z is theta', not theta + theta'/tau."""
        n, pull = self.size, self.tau or ONE
        return {
            k: (self.plus(self.times(pull, self.x(n + k)), self.drag(k)), ONE) for k in range(n)
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
