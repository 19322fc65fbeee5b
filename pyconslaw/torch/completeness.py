"""Three claims about the laws of a module, which are never merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyconslaw.errors import InputError

PROVED, THEOREM, OPEN = STATUSES = ("proved", "theorem", "open")


@dataclass(frozen=True)
class BlockClaim:
    """Whether the laws of a block are all laws of its phi, the polynomials that the data see.

    Attributes
    ----------
    place : str
        Which block.
    status : str
        "proved" (by the engine, on phi), "theorem" (published, with its conditions), or "open".
    by : str
        How, or by whom.
    hypothesis : str
        Of what else it needs: that phi is rich, which sizes.
    """

    place: str
    status: str = OPEN
    by: str = ""
    hypothesis: str = ""

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise InputError(f"status: {self.status!r}, expected {', '.join(STATUSES)}")
        if self.status != OPEN and not self.by:
            raise InputError(f"by: nothing, expected how {self.place} is {self.status}")

    def __str__(self) -> str:
        said = f"{self.place}: {self.status}" + (f", {self.by}" if self.by else "")
        return f"{said} (if {self.hypothesis})" if self.hypothesis else said


@dataclass(frozen=True)
class Completeness:
    """What is known of laws that are not listed.

    Attributes
    ----------
    exact : int
        Independent laws that are exact: each is a symmetry, derived operator by operator.
    approximate : int
        How many more there are when an eps is ignored.
    blocks : tuple of BlockClaim
    network : str
        Whether the laws are all laws of the network: "open", but for networks whose sampled bounds
        meet.
    """

    exact: int
    approximate: int
    blocks: tuple[BlockClaim, ...] = ()
    network: str = OPEN

    def __str__(self) -> str:
        more = f", {self.approximate} more when an eps is ignored" if self.approximate else ""
        lines = [f"laws: {self.exact} exact{more}; each by a symmetry, operator by operator"]
        lines += [f"complete for phi of {claim}" for claim in self.blocks]
        lines.append(f"complete for the whole network: {self.network}")
        return "\n".join(lines)

    def json(self) -> dict[str, Any]:
        """The three claims apart."""
        return {
            "law": {"exact": self.exact, "approximate": self.approximate},
            "block": [
                {"place": c.place, "status": c.status, "by": c.by, "hypothesis": c.hypothesis}
                for c in self.blocks
            ],
            "network": self.network,
        }
