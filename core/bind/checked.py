"""What comes from Python is checked and copied here, and nowhere else, before C sees it."""

import numpy as np


def integer(value, name, low, high):
    """value as an int in low .. high-1. Errors: TypeError (no integer, or a bool), ValueError."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name}: expected an int, got {type(value).__name__}")
    if not low <= value < high:
        raise ValueError(f"{name}: expected {low} <= {name} < {high}, got {value}")
    return int(value)


def unmasked(values, name):
    """values. Errors: ValueError for an array, or a row, with masked entries."""
    rows = values if isinstance(values, list | tuple) else (values,)
    if any(isinstance(row, np.ma.MaskedArray) and np.ma.is_masked(row) for row in rows):
        raise ValueError(f"{name}: expected no masked entries")
    return values


def integers(values, name, shape, high):
    """A fresh C-contiguous uint64 array of values in 0 .. high-1 <= 2^64 - 1, of that shape (None:
    any length).

    Accepted: integer arrays and nested sequences of ints. Errors: TypeError for anything else
    (floats, bools, text), ValueError for a wrong shape or value; both begin with the name.
    """
    if not isinstance(unmasked(values, name), np.ndarray):
        try:
            values = np.array(values, dtype=object)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    if values.dtype == object:
        for k, x in enumerate(values.ravel().tolist()):
            if isinstance(x, bool) or not isinstance(x, int | np.integer):
                raise TypeError(f"{name}: entry {k} is of type {type(x).__name__}, expected ints")
    elif values.dtype.kind not in "iu":
        raise TypeError(f"{name}: expected integers, got an array of {values.dtype}")
    check_shape(values, name, shape)
    if values.dtype.kind != "O" and high <= 1 << 63:
        # what is negative comes out as 2^63 at least
        words = np.array(values, dtype=np.uint64, order="C")
        if not words.size or np.maximum.reduce(words, axis=None) < high:
            return words
    if values.size and not (0 <= values.min() and values.max() < high):
        wrong = np.flatnonzero(((values < 0) | (values >= high)).astype(bool))
        raise ValueError(
            f"{name}: entry {wrong[0]} is {values.ravel()[wrong[0]]}, expected 0 <= x < {high}"
        )
    return np.array(values, dtype=np.uint64, order="C")


def check_shape(values, name, shape):
    """Errors: ValueError where an array is not of that shape (None: any length)."""
    if values.ndim != len(shape) or values.shape != tuple(
        [m if n is None else n for n, m in zip(shape, values.shape, strict=True)]
    ):
        wanted = ", ".join("any" if n is None else str(n) for n in shape)
        raise ValueError(f"{name}: expected shape ({wanted}), got {values.shape}")


def reduced(values, name, shape, p):
    """Like `integers`, for integers of any sign and size, reduced modulo p."""
    if not (isinstance(unmasked(values, name), np.ndarray) and values.dtype.kind == "u"):
        exact = np.asarray(values, dtype=object)
        if any(
            isinstance(x, bool) or not isinstance(x, int | np.integer)
            for x in exact.ravel().tolist()
        ):
            raise TypeError(f"{name}: expected integers, got {values!r:.80}")
        values = np.array([int(x) % p for x in exact.ravel().tolist()], dtype=np.uint64).reshape(
            exact.shape
        )
    values = np.asarray(values % np.uint64(p), dtype=np.uint64, order="C")
    check_shape(values, name, shape)
    return values
