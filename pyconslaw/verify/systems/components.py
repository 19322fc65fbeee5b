"""Systems of components phi_i written out, polynomials."""

from ..brackets.polynomials import gradient


class Polynomials:
    """Explicit components phi_i, and vector fields that come after their gradients: none, or the
    drift.
    """

    explicit, parts, layers, of = True, "polynomials", None, None

    def __init__(self, size: int, phi: list, drift=()):
        self.size = self.count = size
        self.variables, self.phi, self.drift, self.generators = (
            set(range(size)),
            phi,
            drift,
            len(phi) + len(drift),
        )

    def member(self, i: int, budget) -> dict:
        """Generator i of W as a vector field."""
        return gradient(self.phi[i], budget) if i < len(self.phi) else self.drift[i - len(self.phi)]
