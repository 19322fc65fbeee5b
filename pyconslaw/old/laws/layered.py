"""Now `pyconslaw.laws.stated.layered` and `pyconslaw.analysis`."""

from pyconslaw.analysis import balance_laws as balance_laws
from pyconslaw.laws.stated.layered import BalanceLaws as BalanceLaws
