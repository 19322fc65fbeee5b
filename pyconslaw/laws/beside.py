"""Laws that are missing beside given ones."""

from __future__ import annotations

from dataclasses import dataclass

from pyconslaw.laws.law import LawSet


@dataclass(frozen=True, eq=False, repr=False)
class BesideLaws(LawSet):
    """Laws that are independent of given ones; dimension: how many the given ones lack."""

    def remarks(self) -> list[str]:
        """How many there are, of how many that are missing."""
        tail = "with them the proved count is reached: complete"
        return [
            f"{self.network.name}: beside the given laws {self.dimension} are missing, of which "
            f"{self.independent} are known; {tail if self.complete else self.completeness}"
        ]
