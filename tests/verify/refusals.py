"""The reasons why forged certificates are refused, with a right hash, and how values are changed
in them.
"""

import handmade_certificates as made
import handmade_systems as systems
import pytest

from pyconslaw.verify import Refused, verify_bytes
from pyconslaw.verify.kinds import upper_bound
from pyconslaw.verify.reading import Budget
from pyconslaw.verify.systems import read_system


def refusal(body):
    with pytest.raises(Refused) as caught:
        verify_bytes(made.data(made.rehash(body)))
    return str(caught.value)


def upper_refusal(system, upper):
    """The reason why the upper bound alone is refused."""
    size = len(system["variables"]) if system["type"] == "polynomials" else systems.Net(system).size
    with pytest.raises(Refused) as caught:
        upper_bound(read_system(system, size), upper, "upper", Budget())
    return str(caught.value)


def put(body, path, value):
    *steps, last = path
    for step in steps:
        body = body[step]
    body[last] = value(body[last]) if callable(value) else value
