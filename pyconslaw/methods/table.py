"""The table of methods, from cheap to costly: walked to estimate, and to answer.

A bound is a bound whatever the way; what did not help is not shown. Nothing is begun that the
budget does not hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite

from pyconslaw._core.zp import Random
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.problem import Problem
from pyconslaw.methods.as_layered import AsLayered
from pyconslaw.methods.differences import Differences
from pyconslaw.methods.generic import Generic
from pyconslaw.methods.interval import Interval
from pyconslaw.methods.layered import Symmetric, Widening
from pyconslaw.methods.method import Method
from pyconslaw.methods.parts import Parts
from pyconslaw.methods.paths import Paths
from pyconslaw.methods.single_generator import SingleGenerator
from pyconslaw.methods.weight_decay import Rescaled, WeightDecay
from pyconslaw.records.bounds import Bounds
from pyconslaw.records.budget import Budget, Cost, Ended
from pyconslaw.thresholds import PARAMETER_LIMIT, TRIAL


def _under(method: str) -> tuple[Method, Method]:
    """Weight decay, or rates, of what a method of the table is for."""

    def walk(problem: Problem, budget: Budget) -> Bounds:
        return _inside(problem, budget, method)

    def first(problem: Problem) -> Method | None:
        return next(rows(problem, method), None)

    return WeightDecay(walk, first), Rescaled(walk, first)


TABLE: dict[str, Sequence[Method]] = {
    "auto": (
        *_under("auto"),
        Paths(),
        Differences(),
        AsLayered(lambda problem, budget: _inside(problem, budget, "auto")),
        SingleGenerator(),
        Symmetric("first"),
        Widening(),
        Symmetric("wide"),
        Parts(),
        Generic(),
        Parts(last=True),
        Symmetric("last"),
    ),
    "paths": (*_under("paths"), Paths(), Differences()),
    "widening": (*_under("widening"), Widening(asked=True)),
    "symmetric": (*_under("symmetric"), Symmetric("asked")),
    "generic": (Parts(), Generic(), Parts(last=True)),
}
METHODS = tuple(TABLE)


@dataclass(frozen=True)
class Estimate:
    """What is tried first, and roughly what that takes.

    Attributes
    ----------
    method : str
        In words.
    seconds : float
        Of one core.
    memory : float
        In bytes.
    network : str
        Of what; empty where that has no name.
    """

    method: str
    seconds: float
    memory: float
    network: str = field(default="", compare=False)

    def __str__(self) -> str:
        of = f"{self.network}: " if self.network else ""
        return f"{of}method {self.method}, {Cost(self.seconds, self.memory)}"


@dataclass(frozen=True)
class Answer:
    """What the table found. by: the row that the lower bound is of; rng: its random state, for a
    second look; left_out: rows that the budget did not hold, with what they would have taken.
    """

    bounds: Bounds
    by: str
    rng: Random
    left_out: tuple[tuple[str, Cost], ...] = ()


def rows(problem: Problem, method: str) -> Iterator[Method]:
    """The rows that are for a problem, in the order in which they are tried. Errors: InputError."""
    if method not in TABLE:
        raise InputError(f"method: expected one of {', '.join(METHODS)}, got {method!r}")
    return (row for row in TABLE[method] if row.applies(problem))


def expected(problem: Problem, name: str, method: str = "auto", trial: float = TRIAL) -> Estimate:
    """The first row, with what it takes. name: of the problem, for errors. trial: seconds for which
    a row may try its search to find out, and again what comes after it; 0: none tries. Errors: as
    `find_bounds`.
    """
    for row in rows(problem, method):
        cost = row.cost(problem, trial)
        if cost is not None:
            return Estimate(row.title(problem), cost.seconds, cost.memory, name)
    raise _nothing(problem, name, method)


def find_bounds(
    problem: Problem, name: str, budget: Budget, seed: int, method: str = "auto"
) -> Answer:
    """Both bounds, by the first row where they meet, or the best of all rows that the budget holds.

    name: of the problem, for errors. Equal seeds give equal answers. Errors: InputError for a
    method that is not for this problem; LimitError when it is too large for every row.
    """
    best: Answer | None = None
    left_out: list[tuple[str, Cost]] = []
    limited = isfinite(budget.memory) or isfinite(budget.deadline)
    for row in rows(problem, method):
        cost = row.cost(problem) if limited else None
        if cost is not None and not _holds(budget, row, cost):
            left_out.append((row.title(problem), cost))
            continue
        rng = Random(seed)
        try:
            found = row.bounds(problem, budget.share(rng=rng))
        except Ended:
            found = None
        except LimitError:  # too large for this row: what another one said stays
            if best is None:
                raise
            found = None
        if found is not None:
            best = _better(best, found, row.name, rng)
        if best is not None and (best.bounds.meet or budget.over):
            break
    if best is None and left_out and not budget.over:
        title, cost = left_out[0]
        if all(one.memory > budget.memory for _, one in left_out):
            raise LimitError(
                f"memory: {name} needs method {title}, {cost}, more than "
                f"{budget.memory / 1e6:.0f} MB"
            )
    if best is None and (left_out or budget.over):
        rng = Random(seed)
        best = Answer(Interval().bounds(problem, budget.share(rng=rng)), Interval.name, rng)
    if best is None:
        raise _nothing(problem, name, method)
    return Answer(best.bounds, best.by, best.rng, tuple(left_out))


def _inside(problem: Problem, budget: Budget, method: str) -> Bounds:
    """The bounds of a problem that is a part of another question."""
    seed = budget.rng.spawn().below(1 << 62)
    return find_bounds(problem, "the network itself", budget, seed, method).bounds


def _holds(budget: Budget, row: Method, cost: Cost) -> bool:
    """Whether a row may begin: one that ends early with an interval needs memory only."""
    return cost.memory <= budget.memory if row.interval else budget.holds(cost)


def _better(best: Answer | None, found: Bounds, name: str, rng: Random) -> Answer:
    """The best of what is there and what came."""
    if best is None:
        return Answer(found, name, rng)
    both = best.bounds.best(found)
    if both.lower is found.lower:
        return Answer(both, name, rng)
    return Answer(both, best.by, best.rng)


def _nothing(problem: Problem, name: str, method: str) -> InputError | LimitError:
    """What to say when there is no row for a problem."""
    if method not in ("auto", "generic"):
        return InputError(f"method: {method} is not for {name}")
    return LimitError(
        f"network: {name} has {problem.size} parameters; brackets at a generic point are limited "
        f"to {PARAMETER_LIMIT}"
    )
