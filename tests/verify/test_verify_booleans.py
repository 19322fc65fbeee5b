"""true and false in the place of 1 and 0, and these in the place of those: to Python they are
equal, in a certificate they are not.
"""

import hashlib
import json
import random
from pathlib import Path

import pytest

from pyconslaw import family, linear
from pyconslaw.verify.kernel import check
from pyconslaw.verify.reading import Budget, Refused, canonical, read_certificate

GOLDEN = sorted((Path(__file__).parents[1] / "golden/certificates").glob("*.json"))
UNITS = 10**7
PLACES = 25  # of a certificate, at random


def places(value, path=()):
    """Where there is 0, 1, true or false."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in inner:
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))
        elif isinstance(entry, int) and entry in (0, 1):
            yield (*path, key)


def exchanged(data: bytes, path) -> bytes:
    """The certificate with that entry exchanged, and a hash that fits."""
    at = value = json.loads(data)
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = int(at[path[-1]]) if isinstance(at[path[-1]], bool) else bool(at[path[-1]])
    return sealed(value)


def sealed(value: dict) -> bytes:
    """The certificate with a hash that fits."""
    value = {key: part for key, part in value.items() if key != "hash"}
    value["hash"] = hashlib.sha256(canonical(value).encode()).hexdigest()
    return (canonical(value) + "\n").encode()


def refused(data: bytes, path) -> None:
    with pytest.raises(Refused) as caught:
        check(read_certificate(exchanged(data, path)), None, Budget(UNITS))
    assert "failed" not in str(caught.value)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_in_certificates_of_all_kinds(path, fresh_seed):
    data = path.read_bytes()
    found = list(places(json.loads(data)))
    for place in random.Random(fresh_seed).sample(found, min(PLACES, len(found))):
        refused(data, place)


def test_in_a_family_whose_matrices_are_ones():
    """Its two points were compared by Python: true was taken for 1."""
    value = json.loads(family(linear([1, 1, 1])).certificate().bytes)
    ones = [[[[1]], [[1]]]]
    value["upper"]["matrices"] = value["lower"]["matrices"] = ones
    check(read_certificate(sealed(value)), None, Budget(UNITS))
    for half in ("lower", "upper"):
        refused(sealed(value), (half, "matrices", 0, 0, 0, 0))
    value["upper"]["matrices"] = [[[[True]], [[True]]]]
    with pytest.raises(Refused, match="not the point of the lower bound"):
        check(read_certificate(sealed(value)), None, Budget(UNITS))
