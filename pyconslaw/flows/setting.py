"""Which flow: its name, its friction tau and its metric, as a user gives them, read strictly."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from pyconslaw.entries.foreign import read_quotient, read_rational
from pyconslaw.entries.quotients import ONE, Quotient, Terms, polynomial_of
from pyconslaw.errors import InputError
from pyconslaw.flows.weights import (
    Names,
    common_unit,
    named_pairs,
    places_of,
    read_decay,
    read_rates,
    shown_weights,
)
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.runs import Runs

FLOWS = (
    "gradient",
    "weight-decay",
    "momentum",
    "nesterov",
    "mirror",
    "accelerated-mirror",
    "riemannian-momentum",
    "dual-momentum",
    "natural",
    "sign",
)
FRICTION = {
    "weight-decay": Fraction(1),
    "momentum": Fraction(1),
    "nesterov": Fraction(3),
    "accelerated-mirror": Fraction(1),
    # the default tau
    "riemannian-momentum": Fraction(1),
    "dual-momentum": Fraction(1),
}
EUCLIDEAN, ENTROPIC = "1", "1/self"
METRIC = {
    "momentum": EUCLIDEAN,
    "nesterov": EUCLIDEAN,
    "mirror": ENTROPIC,
    "accelerated-mirror": ENTROPIC,
    # the default metric
    "riemannian-momentum": ENTROPIC,
    "dual-momentum": ENTROPIC,
}
# an entry depends on its own coordinate alone
HESSIAN = ("accelerated-mirror", "riemannian-momentum", "dual-momentum")
WORDS = {"euclidean": EUCLIDEAN, "entropic": ENTROPIC}
NO_NAMES = ("nan", "inf", "infinity", "none", "null")  # of a parameter tau: slips, most likely
TAU_LIMIT = 1 << 31
REGION_LIMIT = 1 << 31

Metric = tuple[tuple[Polynomial, Polynomial], ...]


@dataclass(frozen=True)
class Setting:
    """A flow: tau is a number, the name of a parameter, or None; metric has a pair (top, bottom)
    for each coordinate, or is None for the flow's own; text says it all in the words of the
    command line. region: of the sign flow, a point with integer coordinates. rates, decay: by
    coordinate; None where all rates are 1, where nothing decays, and for weight-decay where tau is
    the decay of all.
    """

    flow: str
    tau: Fraction | str | None
    metric: Metric | None
    text: str
    region: tuple[int, ...] | None = None
    rates: Runs | None = None
    decay: Runs | None = None

    def json(self, of: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON form of this flow of a system with that JSON form."""
        tau = (
            [self.tau.numerator, self.tau.denominator]
            if isinstance(self.tau, Fraction)
            else self.tau
        )
        metric = (
            None
            if self.metric is None
            else [[top.json(), bottom.json()] for top, bottom in self.metric]
        )
        more: dict[str, Any] = {} if self.region is None else {"region": list(self.region)}
        for key, runs in (("rates", self.rates), ("decay", self.decay)):
            more |= {} if runs is None else {key: runs.json()}
        return {
            "type": "flow",
            "flow": self.flow,
            "of": dict(of),
            "tau": tau,
            "metric": metric,
            **more,
        }

    @property
    def pull(self) -> Runs | None:
        """How fast each coordinate is drawn to 0: rate times decay, for weight-decay in units of
        tau. None: by tau, or not at all.
        """
        decay = self.decay
        if self.flow == "weight-decay":
            decay = None if decay is None else decay.over(Fraction(self.tau or 1))
            return self.rates if decay is None else self.rated(decay)
        return None if decay is None else self.rated(decay)

    def rated(self, weights: Runs) -> Runs:
        """The weights times the rates."""
        return weights if self.rates is None else weights.times(self.rates)

    @property
    def degree(self) -> int:
        """Of a polynomial metric; 0 where an entry is a fraction: of x M(x), summed, laws of mirror
        flows may be.
        """
        if self.metric is None or any(bottom.degree for _, bottom in self.metric):
            return 0
        return max(top.degree for top, _ in self.metric)

    def inverse(self, names: Sequence[str]) -> list[Quotient]:
        """The diagonal of M^-1, which is what the equations use."""
        metric = self.metric or _metric(
            METRIC[self.flow], [Parameter(name, ()) for name in names], names
        )
        return [
            ({m: Fraction(c, top.terms[0][0]) for c, m in bottom.terms}, ONE)
            if not top.degree
            else (_terms(bottom), _terms(top))
            for top, bottom in metric
        ]


def read_setting(
    flow,
    tau,
    metric,
    parameters: Sequence[Parameter],
    names: Sequence[str] | Names,
    *,
    rates=None,
    decay=None,
) -> Setting:
    """The flow that a user names. parameters, names: of the coordinates. Errors: InputError names
    flow, tau, metric, rates or decay.

    >>> read_setting("momentum", "1/2", None, [Parameter("x", ())], ["x"]).text
    'momentum --tau 1/2'
    """
    if not isinstance(flow, str) or flow not in FLOWS:
        raise InputError(f"flow: expected one of {', '.join(FLOWS)}, got {flow!r:.80}")
    if tau is not None and flow not in FRICTION:
        raise InputError(f"tau: the flow {flow} has none")
    if metric is not None and flow not in METRIC:
        raise InputError(f"metric: the flow {flow} has none")

    def made() -> Sequence[str]:
        return names() if callable(names) else names

    friction = _tau(FRICTION[flow] if tau is None else tau, flow) if flow in FRICTION else None
    read = None if metric is None else _metric_of(metric, flow, friction, parameters, made())
    text = f" --metric {_shown(metric)}" if read is not None else ""
    found = Setting(flow, friction, read, text)
    if rates is not None:
        found = replace(found, rates=read_rates(rates, flow, parameters, made))
        text += f" --rate {shown_weights(rates)}" if found.rates else ""
    if decay is not None:
        if flow == "weight-decay" and tau is not None:
            raise InputError("decay: weight-decay has tau, one number for all, or decay, not both")
        found = _decaying(found, read_decay(decay, flow, parameters, made))
        text += f" --decay {shown_weights(decay)}" if found.decay else ""
    elif flow == "weight-decay" and found.rates is not None and isinstance(friction, Fraction):
        found = _decaying(found, Runs.of([(found.rates.size, friction)]))
        text += f" --decay {friction}" if found.decay else ""
    own_tau = found.tau is not None and not (flow == "weight-decay" and found.decay)
    return replace(found, text=flow + (f" --tau {found.tau}" if own_tau else "") + text)


def _metric_of(
    metric, flow: str, friction, parameters: Sequence[Parameter], names: Sequence[str]
) -> Metric | None:
    """The metric that is given; None for the flow's own. Errors: InputError."""
    read = _metric(metric, parameters, names)
    if flow in HESSIAN:
        for k, pair in enumerate(read):
            if any(v != k for f in pair for _, m in f.terms for v, _ in m):
                raise InputError(
                    f"metric: the flow {flow} needs the Hessian of a sum over the "
                    f"coordinates, but the entry of {names[k]} "
                    "depends on another coordinate"
                )
    if flow == "accelerated-mirror" and not friction:
        _check_homogeneous(read, names)
    return None if read == _metric(METRIC[flow], parameters, names) else read


def _decaying(setting: Setting, decay: Runs) -> Setting:
    """The flow with a decay; of weight-decay tau is the clock's: such that all exponents are
    integers.
    """
    if decay.values == [0]:
        return replace(setting, tau=Fraction(0)) if setting.flow == "weight-decay" else setting
    if setting.flow != "weight-decay":
        return replace(setting, decay=decay)
    if len(decay.values) == 1 and setting.rates is None:
        return replace(setting, tau=decay.values[0])
    unit = common_unit(setting.rated(decay))
    if max(unit.numerator, unit.denominator) >= TAU_LIMIT:
        raise InputError(
            "decay: expected decays that, times the rates, are multiples of one number a/b, a and "
            f"b below 2^31, got {', '.join(map(str, setting.rated(decay).values)):.80}"
        )
    return replace(setting, tau=unit, decay=decay)


def _check_homogeneous(metric: Metric, names: Sequence[str]) -> None:
    """Whether accelerated-mirror has a limit for tau = 0. Errors: InputError."""
    for k, pair in enumerate(metric):
        if any(len(f.terms) > 1 for f in pair):
            raise InputError(
                "tau: got 0, where accelerated-mirror needs a metric c*self^n: p = theta + "
                "theta'/tau has no limit, and tau*theta + theta' obeys the same equation for all "
                f"tau, up to a constant, for these alone; the entry of {names[k]} is another one"
            )


def read_region(point, flow: str, size: int) -> tuple[int, ...]:
    """A point near which the sign flow is looked at. Errors: InputError."""
    if flow != "sign":
        raise InputError(f"point: belongs to the flow sign, not to {flow}")
    region = tuple(point) if isinstance(point, list | tuple) else ()
    if len(region) != size or any(
        isinstance(x, bool) or not isinstance(x, int) or abs(x) >= REGION_LIMIT for x in region
    ):
        raise InputError(
            f"point: expected {size} integers of absolute value below 2^31, got {point!r:.80}"
        )
    return region


def _tau(tau, flow: str) -> Fraction | str:
    if (
        isinstance(tau, str)
        and re.fullmatch(r"[A-Za-z]\w{0,99}", tau, re.ASCII)
        and tau.casefold() not in NO_NAMES
    ):
        if flow == "nesterov":
            raise InputError(
                "tau: for nesterov, tau/t with a positive integer tau is understood, got "
                f"the parameter {tau}"
            )
        return tau
    try:
        number = read_rational(tau, "tau")
    except InputError:
        number = None
    if number is None or number < 0 or max(number.numerator, number.denominator) >= TAU_LIMIT:
        raise InputError(
            "tau: expected a rational number from 0 to below 2^31, such as 1/2, or the "
            f"name of a parameter, got {tau!r:.80}"
        )
    if flow == "nesterov" and not (number.denominator == 1 and 1 <= number <= 20):
        raise InputError(
            f"tau: for nesterov, tau/t with an integer tau from 1 to 20 is understood, got {number}"
        )
    return number


def _shown(metric) -> str:
    if isinstance(metric, Mapping):
        return ",".join(f"{key}={value}" for key, value in metric.items())
    return f"[{', '.join(map(str, metric))}]" if isinstance(metric, list | tuple) else str(metric)


def _metric(metric, parameters: Sequence[Parameter], names: Sequence[str]) -> Metric:
    """The diagonal of M, entry by entry, as pairs of polynomials with integer coefficients, the
    first coefficient of top positive.
    """
    if "self" in names:
        raise InputError(
            "metric: a coordinate is called self, which in a metric stands for the "
            "coordinate of the entry"
        )
    if isinstance(metric, str) and "=" in metric:
        metric = named_pairs(metric, "metric", "ENTRY")
    number = {name: k for k, name in enumerate(names)}
    if isinstance(metric, Mapping):
        entries = _by_name(metric, parameters, names)
    elif isinstance(metric, list | tuple):
        if len(metric) != len(names):
            raise InputError(
                f"metric: expected {len(names)} entries, one for each coordinate, got {len(metric)}"
            )
        if any(isinstance(entry, list | tuple) for entry in metric):
            raise InputError(
                "metric: got a matrix; only diagonal metrics are taken, as the list of the "
                "diagonal's entries"
            )
        entries = [(entry, f"metric[{k}]") for k, entry in enumerate(metric)]
    else:
        entries = [(metric, "metric")] * len(names)
    pairs = []
    for k, (entry, place) in enumerate(entries):
        number["self"] = k
        pairs.append(_pair(entry, number, place))
    return tuple(pairs)


def _by_name(metric: Mapping, parameters: Sequence[Parameter], names: Sequence[str]) -> list:
    """Entries for all coordinates from those of some parameters or coordinates; the others are
    Euclidean.
    """
    entries: list = [(EUCLIDEAN, "metric")] * len(names)
    for where, entry, key in places_of(metric, "metric", parameters, lambda: names):
        for k in where:
            entries[k] = (entry, f"metric[{key!r}]")
    return entries


def _pair(entry, number: Mapping[str, int], name: str) -> tuple[Polynomial, Polynomial]:
    top, bottom = read_quotient(
        WORDS.get(entry, entry) if isinstance(entry, str) else entry, number, name
    )
    top = {m: c for m, c in top.items() if c}
    if not top:
        raise InputError(f"{name}: an entry of a metric is not zero")
    scale = Fraction(lcm(*(c.denominator for f in (top, bottom) for c in f.values())))
    content = gcd(*(int(c * scale) for f in (top, bottom) for c in f.values()))
    if top[min(top)] < 0:
        content = -content
    return tuple(
        polynomial_of({m: int(c * scale) // content for m, c in f.items()}) for f in (top, bottom)
    )


def _terms(f: Polynomial) -> Terms:
    return {m: Fraction(c) for c, m in f.terms}
