"""Arguments that every function of the border must refuse, with a message that names the
argument.
"""

from contextlib import contextmanager
from fractions import Fraction

import numpy as np
import pytest

LARGE = 2**61 - 1

MODULI = {
    "zero": 0,
    "one": 1,
    "negative": -7,
    "composite": 91,
    "even": 2**40,
    "pseudoprime": 3215031751,
    "semiprime": (2**31 - 1) * (2**29 - 3),
    "too large": 2**62,
    "word wraps to 13": 2**64 + 13,
    "huge": 10**40,
    "bool": True,
    "float": 7.0,
    "nan": float("nan"),
    "none": None,
    "string": "7",
    "list": [7],
    "fraction": Fraction(7),
}
SIZES = {
    "negative": -1,
    "2^32": 2**32,
    "2^70": 2**70,
    "bool": True,
    "float": 2.0,
    "half": 2.5,
    "nan": float("nan"),
    "none": None,
    "string": "2",
}


def vectors(length, prime):
    """Vectors that are no vectors of that many residues modulo that prime (>= 3)."""
    good = [1] * length

    def first(value):
        return [value, *good[1:]]

    return {
        "short": good[1:],
        "long": [*good, 1],
        "scalar": 1,
        "none": None,
        "text": "a" * length,
        "empty": [],
        "unreduced": first(prime),
        "far unreduced": first(2**64 - 1),
        "beyond a word": first(2**64),
        "2^70": first(2**70),
        "negative": first(-1),
        "negative array": -np.array(good),
        "most negative": np.array(first(-(2**63))),
        "fraction": first(1.5),
        "fraction array": np.array(first(1.5)),
        "float": first(1.0),
        "float array": np.ones(length),
        "half precision": np.ones(length, dtype=np.float16),
        "nan": first(float("nan")),
        "nan array": np.full(length, np.nan),
        "inf": first(float("inf")),
        "inf array": np.full(length, -np.inf),
        "complex": first(1j),
        "complex array": np.ones(length, dtype=complex),
        "strings": ["a"] * length,
        "digits": ["1"] * length,
        "bytes": [b"1"] * length,
        "nones": [None] * length,
        "bool array": np.ones(length, dtype=bool),
        "dates": np.zeros(length, dtype="M8[D]"),
        "objects": np.array(first(1.5), dtype=object),
    }


def accepted_forms(values):
    """The same integers in every form that is to be accepted;
    values are lists (of lists) of small numbers.
    """
    plain = np.array(values, dtype=np.uint64)
    frozen = plain.copy()
    frozen.setflags(write=False)
    spread = np.zeros([2 * n for n in plain.shape], dtype=np.uint64)
    spread[tuple(slice(None, None, 2) for _ in plain.shape)] = plain
    return {
        "list": values,
        "tuples": tuple(tuple(v) if isinstance(v, list) else v for v in values),
        "uint64": plain,
        "int64": plain.astype(np.int64),
        "int8": plain.astype(np.int8),
        "uint32": plain.astype(np.uint32),
        "big endian": plain.astype(">u8"),
        "read-only": frozen,
        "Fortran order": np.asfortranarray(plain),
        "strided": spread[tuple(slice(None, None, 2) for _ in plain.shape)],
        "reversed": np.flip(np.flip(plain).copy()),
        "python integers": plain.astype(object),
    }


@contextmanager
def refused(name):
    """The block raises ValueError or TypeError, and the message begins with the name of the
    argument.
    """
    with pytest.raises((ValueError, TypeError), match=rf"^(?:Argument ')?(?:{name})\b"):
        yield
