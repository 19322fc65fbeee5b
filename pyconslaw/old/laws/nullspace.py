"""Now `pyconslaw.exact.nullspace`."""

from pyconslaw.exact.nullspace import integer_nullspace as integer_nullspace
from pyconslaw.exact.nullspace import integer_rank as integer_rank
