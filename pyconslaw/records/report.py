"""What is known about the number of laws, for people and programs."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pyconslaw.records.bounds import LowerBound, UpperBound

PROVED, PROBABLE, OPEN = "proved", "probable", "open"


@dataclass(frozen=True, eq=False)
class Report:
    """What is known about the number of independent conservation laws near a generic point.

    laws: the number when proved or probable, else None; it lies in laws_min .. laws_max in any case
    (for `probable` laws_min is the proved side). error_bound: probability that a `probable` answer
    is wrong, over the random choices of prime, point and probes. system: the SHA-256 of the
    system's JSON form. Equal seeds give equal reports; times live elsewhere.
    """

    network: str
    object: str
    parameters: int
    laws: int | None
    laws_min: int
    laws_max: int
    verdict: str
    upper_by: tuple[str, ...]
    rank_by_round: tuple[int, ...]
    method: str
    found_by: str
    seed: int
    primes: tuple[int, ...]
    error_bound: Fraction | None
    notes: tuple[str, ...]
    system: str
    lower: LowerBound = field(repr=False)
    upper: UpperBound = field(repr=False)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{key}</th><td>{html.escape(str(value))}</td></tr>"
            for key, value in self.json().items()
        )
        return f"<table>{rows}</table>"

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw count --json`, without the time."""
        return {
            "network": self.network,
            "object": self.object,
            "parameters": self.parameters,
            "laws": self.laws,
            "laws_min": self.laws_min,
            "laws_max": self.laws_max,
            "verdict": self.verdict,
            "upper_by": list(self.upper_by),
            "rank_by_round": list(self.rank_by_round),
            "method": self.method,
            "found_by": self.found_by,
            "seed": self.seed,
            "primes": list(self.primes),
            "error_bound": None if self.error_bound is None else float(self.error_bound),
            "notes": list(self.notes),
            "system": self.system,
        }
