"""Rates and decays of a flow: two rational numbers for each coordinate, in runs of equal ones.

The loss moves coordinate k by rate_k times -(its derivative + decay_k theta_k): that is the flow of
the vector fields whose components are multiplied by the rates, of a loss with decay_k theta_k^2 / 2
more. pull_k = rate_k decay_k is how fast a coordinate is drawn to 0.
"""

from bisect import bisect_right
from fractions import Fraction
from math import gcd, lcm

from ..reading import WORD, Refused, integers, items

LIMIT = 2**31
DECAYING = ("weight-decay", "momentum", "nesterov")


class Runs:
    """The value of coordinate k is values[i] for stops[i - 1] <= k < stops[i]."""

    def __init__(self, stops: list, values: list):
        self.stops, self.values = stops, values
        self.bottom = lcm(*(value.denominator for value in values))

    def at(self, k: int) -> Fraction:
        return self.values[bisect_right(self.stops, k)]

    def whole(self, k: int) -> int:
        """The value at k times the common denominator."""
        return int(self.at(k) * self.bottom)

    def within(self, start: int, stop: int) -> set:
        """The values of the coordinates from start on and before stop."""
        if start == stop:
            return set()
        return set(
            self.values[bisect_right(self.stops, start) : bisect_right(self.stops, stop - 1) + 1]
        )


class Weights:
    """rates and pull, None where all rates are 1, or all coordinates are drawn alike: by tau in
    weight decay, else not at all. by_tau: pull is in units of tau.
    """

    def __init__(self, rates, decay, by_tau: bool):
        self.rates, self.pull, self.by_tau = rates, decay, by_tau and decay is None
        if rates and decay:
            stops = sorted({*rates.stops, *decay.stops})
            self.pull = Runs(stops, [rates.at(k - 1) * decay.at(k - 1) for k in stops])
        elif by_tau and rates:
            self.pull = rates

    def rated(self, fields: list) -> list:
        """The vector fields, each component times the rate of its coordinate, without content."""
        if self.rates is None:
            return fields
        found = []
        for x in fields:
            rate = {k: self.rates.whole(k) for k in x}
            content = gcd(*(rate[k] * c for k, p in x.items() for c in p.values()))
            found.append(
                {k: {m: rate[k] * c // content for m, c in p.items()} for k, p in x.items()}
            )
        return found


def read(value: dict, flow: str, size: int, budget) -> Weights:
    rates, decay = (
        runs_of(value[key], f"system.{key}", size, least, budget) if key in value else None
        for key, least in (("rates", 1), ("decay", 0))
    )
    if rates and flow == "natural" or decay and flow not in DECAYING:
        raise Refused(f"system.{'decay' if decay else 'rates'}: {flow} has none")
    found = Weights(rates, decay, flow == "weight-decay")
    if decay and flow == "weight-decay":
        alike = not rates and len(decay.values) == 1
        if alike or value["tau"] != unit_of(found.pull):
            raise Refused("system.tau: not the largest number that divides all decays times rates")
    return found


def unit_of(pull: Runs) -> list:
    """The largest number that divides all values."""
    unit = Fraction(gcd(*(int(p * pull.bottom) for p in pull.values)), pull.bottom)
    return [unit.numerator, unit.denominator]


def runs_of(listed, where: str, size: int, usual: int, budget) -> Runs:
    """Entries [number of coordinates, numerator, denominator], not all of the usual value."""
    stops, values, bottom = [0], list[Fraction](), 1
    budget.hold(3 * len(items(listed, where)))
    for i, entry in enumerate(listed):
        budget.spend(60)
        n, a, b = integers(entry, f"{where}[{i}]", 0, WORD, 3)
        if not n or max(a, b) >= LIMIT or gcd(a, b) != 1 or not b or a < usual:
            raise Refused(f"{where}[{i}]: not a number of coordinates and a weight of theirs")
        if values and values[-1] == Fraction(a, b):
            raise Refused(f"{where}[{i}]: the same as before")
        bottom = lcm(bottom, b)
        if bottom >= LIMIT:
            raise Refused(f"{where}: the common denominator is too large")
        stops.append(stops[-1] + n)
        values.append(Fraction(a, b))
    if stops[-1] != size or values == [usual]:
        raise Refused(f"{where}: expected runs of {size} coordinates together, not all {usual}")
    return Runs(stops[1:], values)
