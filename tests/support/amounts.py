"""How much the long tests do: a tenth of what they are written for, or all of it with
PYCONSLAW_LONG=1, which takes hours.
"""

import os

SHARE = float(os.environ.get("PYCONSLAW_LONG", "0.1"))


def amount(number):
    """That share of a number of random cases."""
    return max(1, round(number * SHARE))
