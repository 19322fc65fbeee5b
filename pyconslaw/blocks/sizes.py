"""Arguments of builders, checked, and names made of them."""

from __future__ import annotations

from operator import index

from pyconslaw.errors import InputError, LimitError

PARAMETER_LIMIT, MATRIX_LIMIT = 1 << 40, 40_000


def size(value, name: str) -> int:
    """An integer of at least 1. Errors: InputError."""
    try:
        number = 0 if isinstance(value, bool) else index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise InputError(f"{name}: expected an integer >= 1, got {value!r:.80}")
    if number > PARAMETER_LIMIT:
        raise LimitError(f"{name}: {number}, more than {PARAMETER_LIMIT}")
    return number


def few(number: int, name: str) -> int:
    """A number of matrices of their own. Errors: LimitError."""
    if number > MATRIX_LIMIT:
        raise LimitError(f"{name}: {number}, more than {MATRIX_LIMIT}, which have matrices each")
    return number


def flag(value, name: str) -> bool:
    """Errors: InputError."""
    if not isinstance(value, bool):
        raise InputError(f"{name}: expected True or False, got {value!r:.80}")
    return value


def named(kind: str, *sizes: int, **options) -> str:
    """A name as it is typed: attention 4,heads=2,rotary."""
    words = [str(n) for n in sizes]
    for key, value in options.items():
        if value is True:
            words.append(key)
        elif value not in (None, False, ""):
            words.append(f"{key}={value}")
    return f"{kind} {','.join(words)}"
