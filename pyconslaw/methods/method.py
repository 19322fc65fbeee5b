"""What a row of the table of methods is."""

from __future__ import annotations

from typing import Protocol

from pyconslaw.fields.problem import Problem
from pyconslaw.records.bounds import Bounds
from pyconslaw.records.budget import Budget, Cost


class Method(Protocol):
    """A way to both bounds of the dimension. A new way is a file with one of these, and a row."""

    name: str
    interval: bool  # whether it ends early, with an interval, when the budget is over

    def applies(self, problem: Problem) -> bool:
        """Whether the method is for such problems, and first worth trying at this place."""

    def title(self, problem: Problem) -> str:
        """The name with what is particular, as an estimate shows it."""

    def cost(self, problem: Problem, trial: float = 0.0) -> Cost | None:
        """What `bounds` is expected to take; None where nothing would come of it. trial: seconds
        that may be spent on its search to find out, and again on what comes after it.
        """

    def bounds(self, problem: Problem, budget: Budget) -> Bounds | None:
        """Both bounds, which need not meet; None where nothing comes of it. Errors: Ended."""
