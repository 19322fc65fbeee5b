"""Weight decay of a system."""

from functools import cached_property

from .explicit import Fields


class Decay(Fields):
    """Weight decay of a system `of`; the vector fields are written out when a proof asks for them.

    still: tau is the number 0, so that nothing decays.
    """

    def __init__(self, of, tau, write_out):
        self.of, self.tau, self.write_out = of, tau, write_out
        self.still = type(tau) is list and not tau[0]
        self.size = self.count = of.size + 1 + (type(tau) is str)

    @cached_property
    def fields(self) -> list:
        return self.write_out()

    @cached_property
    def variables(self) -> set:
        return set(range(self.size))

    @property
    def generators(self) -> int:
        return len(self.fields)
