"""What a numerical check of derived laws came to."""

from __future__ import annotations

from dataclasses import dataclass

PURE, SINGLE = 1e-9, 2e-4  # residuals of true laws are below: all in doubles, some in singles


@dataclass(frozen=True)
class Check:
    """What was checked numerically.

    Attributes
    ----------
    way : str
        "double precision", "single precision", "own precision, part by part", or "none".
    why : str
        Why not all in double precision, or not at all.
    laws : int
        Entries of laws whose residuals were taken.
    of : int
        That there are: the upper triangle of blocks.
    idle : int
        Of these, laws that were not tried: nothing that they are made of had a gradient.
    worst : float or None
        The largest residual of laws that ignore nothing.
    worst_approximate : float or None
        Of the others, as the module is.
    without_eps : float or None
        Of the others, with every eps 0; None when that could not be had.
    tolerance : float
    left_out : tuple of int
        Families that ignore an eps, have a residual above a hundredth, and could not be checked
        without the eps: they are not reported.
    on_statistics : int
        Laws that hold while the running statistics are what they are, and not for random ones.
    seed : int
    """

    way: str
    why: str = ""
    laws: int = 0
    of: int = 0
    idle: int = 0
    worst: float | None = None
    worst_approximate: float | None = None
    without_eps: float | None = None
    tolerance: float = PURE
    left_out: tuple[int, ...] = ()
    on_statistics: int = 0
    seed: int = 0

    def __str__(self) -> str:
        if self.way == "none":
            return f"none: {self.why}"
        said = [f"{self.way}, {self.laws} of {self.of} laws on random gradients"]
        if self.idle:
            said.append(f"{self.idle} of them not tried, for nothing there had a gradient")
        if self.worst is not None:
            said.append(
                f"largest residual {self.worst:.0e} (of a true law at most {self.tolerance:.0e})"
            )
        if self.worst_approximate is not None:
            without = "not tried" if self.without_eps is None else f"{self.without_eps:.0e}"
            said.append(
                f"{self.worst_approximate:.0e} where an eps is ignored, {without} without it"
            )
        if self.on_statistics:
            said.append(f"{self.on_statistics} hold for these running statistics, not for all")
        return "; ".join([*said, *([self.why] if self.why else [])])
