"""The space a flow moves in: which coordinate is where, and the pieces that equations are made of.

Coordinates theta_0 .. theta_{D-1} come first; a flow of second order has D more, its velocities or
momenta; then the clock, if there is one; then tau, if it is a parameter. The clock is s = e^{tau
t}, with s' = tau s, or t itself, with t' = 1, where tau is 0 or tau/t.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pyconslaw.entries.quotients import ONE, Arithmetic, Quotient, Terms
from pyconslaw.errors import InputError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.flows.setting import Setting
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.runs import Runs

Components = dict[int, Quotient]
SECOND = {
    "momentum": "d",
    "nesterov": "d",
    "accelerated-mirror": "p",
    "riemannian-momentum": "p",
    "dual-momentum": "q",
}  # what the names of velocities and momenta begin with
POWERS_LIMIT = 12  # powers of the clock that are tried
TIMELESS = ("gradient", "mirror", "natural")


@dataclass(frozen=True)
class Phase:
    """A flow as vector fields: controls, one for each generator of W, and a drift that no data set
    switches off.

    added: the coordinates beyond theta. clock: the number of the clock, or None. parameter: that of
    tau, or None. powers: of the clock, by which laws of the flow may be polynomials of small degree
    multiplied. degree: up to which laws are looked for unasked. factor: of weight decay and
    Euclidean momentum, the power of the clock that is the integrating factor e^(integral of tau);
    0 for the gradient with rates; else None. poles: the denominators that were cleared. rates: how
    fast each coordinate is trained; None: all by 1. pull: how fast it is drawn to 0, for
    weight-decay in units of tau; None: all by tau, or not at all.
    """

    controls: tuple[VectorField, ...]
    drift: VectorField | None
    added: tuple[Parameter, ...]
    clock: int | None
    parameter: int | None
    powers: tuple[int, ...]
    degree: int = 2
    factor: int | None = None
    poles: tuple[Polynomial, ...] = ()
    rates: Runs | None = None
    pull: Runs | None = None


class Space(Arithmetic):
    """Where the coordinates of a flow are, with the arithmetic of rational functions on them."""

    def __init__(self, setting: Setting, parameters: Sequence[Parameter], names: Sequence[str]):
        super().__init__("flow")
        self.setting, self.size, self.pull = setting, len(names), setting.pull
        prefix, tau = SECOND.get(setting.flow), setting.tau
        added = [] if prefix is None else [Parameter(prefix + p.name, p.shape) for p in parameters]
        self.clock = self.parameter = None
        if setting.flow not in TIMELESS:
            self.clock = self.size * (1 if prefix is None else 2)
            added.append(Parameter("t" if setting.flow == "nesterov" or tau == 0 else "s", ()))
        if isinstance(tau, str):
            self.parameter = self.clock + 1
            added.append(Parameter(tau, ()))
        self.added = tuple(added)
        self.tau: Terms = (
            self.x(self.parameter) if self.parameter is not None else {(): tau} if tau else {}
        )
        taken = {p.name for p in parameters} | {p.name for p in added}
        if len(taken) < len(parameters) + len(added):
            clash = sorted({p.name for p in parameters} & {p.name for p in added}) or [tau]
            raise InputError(
                f"flow: {setting.flow} needs the name {clash[0]} for a coordinate of its "
                "own, and there is one already"
            )

    def x(self, k: int) -> Terms:
        """The coordinate with number k."""
        return {((k, 1),): Fraction(1)}

    def scaled(self, c, *factors: Terms) -> Terms:
        """c times the product of the factors."""
        total: Terms = {(): Fraction(c)}
        for factor in factors:
            total = self.times(total, factor)
        return total

    def time(self) -> Components:
        """The clock's part of the drift."""
        return {
            self.clock: (
                self.scaled(1, self.tau, self.x(self.clock)) if self.tau else dict(ONE),
                ONE,
            )
        }

    def powers(self) -> tuple[int, ...]:
        """Of the clock, in laws of weight decay of degree 1 and 2: sums of at most two speeds."""
        if not self.tau:
            return (0,)
        if self.pull is None:
            return (0, 1, 2)
        speeds = [0, *(int(p) for p in self.pull.values if p.denominator == 1)]
        return tuple(sorted({p + q for p in speeds for q in speeds}))[:POWERS_LIMIT]

    def friction(self, k: int) -> Quotient:
        """-tau times the coordinate with number k."""
        return self.scaled(-1, self.tau, self.x(k)) if self.tau else {}, ONE

    def decay(self, k: int) -> Quotient:
        """What weight decay alone does to the coordinate with number k."""
        if self.pull is None or not self.tau:
            return self.friction(k)
        pull = self.pull.at(k)
        return self.scaled(-pull, self.tau, self.x(k)) if pull else {}, ONE

    def slowed(self, k: int, inverse: Sequence[Quotient] | None, by: Terms = ONE) -> Quotient:
        """What friction and, times `by`, weight decay do to the velocity of coordinate k."""
        drag = self.friction(self.size + k)
        pull = self.pull.at(k) if self.pull is not None else 0
        if not pull:
            return drag
        top, bottom = (ONE, ONE) if inverse is None else inverse[k]
        return self.add(drag, (self.scaled(-pull, by, top, self.x(k)), bottom))

    def inverse(self, names: Sequence[str], shift: int = 0) -> list[Quotient]:
        """The diagonal of M^-1 at theta, or at the coordinates that come `shift` later."""
        return [
            tuple(moved(f, shift) for f in g) if shift else g for g in self.setting.inverse(names)
        ]

    def control(
        self, gradient: VectorField, inverse: Sequence[Quotient] | None, shift: int
    ) -> Components:
        """M^-1 times a gradient, acting on the coordinates that come `shift` later."""
        parts = {k: {m: Fraction(c) for c, m in f.terms} for k, f in gradient.items()}
        if inverse is None:
            return {k + shift: (f, ONE) for k, f in parts.items()}
        return {k + shift: (self.times(f, inverse[k][0]), inverse[k][1]) for k, f in parts.items()}


def moved(f: Terms, shift: int) -> Terms:
    """The same with every coordinate's number raised; ONE stays the object ONE."""
    return f if f is ONE else {tuple((v + shift, e) for v, e in m): c for m, c in f.items()}


def slope(f: Terms, k: int) -> Terms:
    """The partial derivative by the coordinate with number k."""
    out: Terms = {}
    for m, c in f.items():
        exponents: Mapping[int, int] = dict(m)
        if e := exponents.get(k):
            rest = tuple((v, n - (v == k)) for v, n in m if n > (v == k))
            out[rest] = c * e
    return out
