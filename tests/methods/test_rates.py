"""Rates and decays by parameter: counts of random networks against brackets written out."""

import random
from collections import Counter
from fractions import Fraction

import pytest
from drawn_networks import CASES
from reference.trace import TooLarge, trace_dimensions
from reference.weights import first_order, gradients

from pyconslaw import InputError, analyze, certify, under_flow
from pyconslaw.verify import verify_bytes

RATES = [Fraction(1), Fraction(2), Fraction(1, 3), Fraction(4)]
DECAYS = [Fraction(0), Fraction(1, 10), Fraction(1, 5)]


def truth(fields, size, limit=20_000):
    return size - trace_dimensions(fields, size, limit=limit)[-1]


def proved(moved, laws):
    """Whether the count is proved; then it is this number, which the checker sees too."""
    report = analyze(moved)
    case = f"{moved.name} {moved.spec}: oracle {laws}, {report.json()}"
    assert report.laws_min <= laws <= report.laws_max, case
    if report.verdict == "proved":
        assert verify_bytes(certify(moved, report=report).bytes).laws == laws, case
    return report.verdict == "proved"


def drawn(draw, net, values):
    """({name: value}, value of each coordinate): by parameter, or now and then by coordinate."""
    few = draw.sample(values, 2)
    if draw.random() < 0.7:
        given = {p.name: draw.choice(few) for p in net.parameters}
        each = [given[p.name] for p in net.parameters for _ in range(p.size)]
    else:
        given = {name: draw.choice(few) for name in net.entry_names}
        each = list(given.values())
    return given, each


def weighted(draw, net, phi, size):
    """(arguments of under_flow, vector fields and number of coordinates by the oracle)."""
    rates, by_rate = drawn(draw, net, RATES)
    decay, by_decay = drawn(draw, net, DECAYS)
    fields, ones = gradients(phi), [Fraction(1)] * size
    kind = draw.choice(["rates", "decay", "both", "both", "uniform", "tau", "still"])
    if kind == "rates":
        return {"flow": "gradient", "rates": rates}, first_order(fields, by_rate)
    if kind == "decay":
        return {"flow": "weight-decay", "decay": decay}, first_order(fields, ones, by_decay, 1)
    if kind == "both":
        given = {"flow": "weight-decay", "rates": rates, "decay": decay}
        return given, first_order(fields, by_rate, by_decay, 1)
    tau = Fraction(0) if kind == "still" else Fraction(1, 10)
    given = {"flow": "weight-decay", "rates": rates, "decay" if kind == "uniform" else "tau": tau}
    return given, first_order(fields, by_rate, [tau] * size, tau)


@pytest.mark.parametrize("kind", CASES)
def test_random_networks(kind, fresh_seed):
    draw, tally = random.Random(fresh_seed), Counter()
    wanted = 40 if kind == "graphs" else 80
    while tally.total() < wanted:
        net, phi, size = CASES[kind](draw)
        given, (fields, count) = weighted(draw, net, list(phi), size)
        try:
            laws = truth(fields, count)
        except TooLarge:
            continue
        try:
            moved = under_flow(net, **given)
        except InputError as error:  # nothing is trained
            assert "no component" in str(error)
            continue
        if moved is net:  # all rates are 1
            continue
        tally[proved(moved, laws)] += 1
    assert tally[True] >= 0.85 * wanted
