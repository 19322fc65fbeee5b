"""What proved families of layered networks have in common."""

from __future__ import annotations


class ProvedFamily:
    """All layered networks of some depth and kind, whose count is proved for all of them at once.

    gated: for each hidden layer whether its neurons are.
    """

    gated: tuple[bool, ...]

    @property
    def text(self) -> str:
        """The family in words."""
        raise NotImplementedError

    @property
    def formula(self) -> str:
        """The count in words."""
        raise NotImplementedError

    def __str__(self) -> str:
        return (
            f"{self.text}\n  independent conservation laws: {self.formula}, proved for all of them"
        )

    @property
    def _phi(self) -> str:
        """What phi is, in the words of a certificate."""
        if not any(self.gated):
            return "matrix product"
        return "path-lifting" if all(self.gated) else "mixed"
