"""Claims, a module each: about one system, whatever its type, and about the types of families."""

from dataclasses import dataclass

from ..systems import of_type


@dataclass(frozen=True)
class Accepted:
    """A claim that has been checked; `reasons` says line by line how the dimension is bounded
    from above.

    parameters, laws and rank are None for a family of networks; the statement says what is true of
    all.
    """

    system: str
    object: str
    parameters: int | None
    laws: int | None
    rank: int | None
    prime: int | None
    reasons: tuple[str, ...]
    statement: str


def expected(system: dict, name: str | None) -> None:
    """Refuse a certificate that is of another system than the one named, if one is."""
    if name is not None:
        of_type("names").expect(system, name)
