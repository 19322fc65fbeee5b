"""Arrays that users hand in, as exact numbers."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite

import numpy as np

from pyconslaw._core import checked
from pyconslaw.entries.foreign import read_rational
from pyconslaw.errors import InputError


def _fraction(value, name: str) -> Fraction:
    value = value.item() if isinstance(value, np.generic) else value
    return (
        Fraction(value)
        if isinstance(value, float) and isfinite(value)
        else read_rational(value, name)
    )


def unmasked(values, name: str):
    """values. Errors: InputError for an array, or a row, with masked entries."""
    try:
        return checked.unmasked(values, name)
    except ValueError as error:
        raise InputError(str(error)) from None


def rational_array(values, shape: tuple[int | None, ...], name: str) -> np.ndarray:
    """An object array of Fractions of that shape (None: any length), of entries as in
    `read_rational`. Floats are taken as the binary fractions they are.
    """
    a = np.asarray(unmasked(values, name), dtype=object)
    if a.ndim != len(shape) or any(
        want is not None and want != got for want, got in zip(shape, a.shape, strict=True)
    ):
        raise InputError(
            f"{name}: expected shape {tuple('any' if n is None else n for n in shape)}, "
            f"got {a.shape}"
        )
    flat = [
        _fraction(x, f"{name}[{k}]" if shape else name) for k, x in enumerate(a.ravel().tolist())
    ]
    return np.array([*flat, None], dtype=object)[:-1].reshape(a.shape)
