"""Now `pyconslaw.methods.symmetric.family`."""

from pyconslaw.methods.symmetric.family import Family as Family
