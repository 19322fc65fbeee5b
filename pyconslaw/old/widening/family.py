"""Now `pyconslaw.methods.widening.family`."""

from pyconslaw.methods.widening.family import WideFamily as WideFamily
