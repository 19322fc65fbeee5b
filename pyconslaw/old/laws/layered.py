"""Now `pyconslaw.laws.stated.layered`."""

from pyconslaw.laws.stated.layered import BalanceLaws as BalanceLaws
from pyconslaw.laws.stated.layered import balance_laws as balance_laws
