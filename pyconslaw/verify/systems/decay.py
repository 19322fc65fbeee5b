"""Weight decay of a system."""

from functools import cached_property

from .explicit import Fields


class Decay(Fields):
    """Weight decay of a system `of`, or its flow with rates; the vector fields are written out when
    a proof asks for them.

    tau: None without a clock. still: tau is the number 0, so that nothing decays. weights: rates
    and decays by coordinate, or None.
    """

    def __init__(self, of, tau, weights, write_out):
        self.of, self.tau, self.weights, self.write_out = of, tau, weights, write_out
        self.still = type(tau) is list and not tau[0]
        self.size = self.count = of.size + (tau is not None) + (type(tau) is str)

    @cached_property
    def speeds(self):
        """At which coordinates are drawn to 0, if they are not all the same."""
        pull = self.weights and self.weights.pull
        return pull if pull and len(set(pull.values)) > 1 and not self.still else None

    @cached_property
    def fields(self) -> list:
        return self.write_out()

    @cached_property
    def variables(self) -> set:
        return set(range(self.size))

    @property
    def generators(self) -> int:
        return len(self.fields)
