"""A certificate is read, and its claim is checked by the module of what it is about."""

import os
from importlib import import_module
from select import select

from .claims import Accepted
from .reading import BYTES, UNITS, Budget, Declined, Refused, WrongUsage, read_certificate

FAMILIES = ("family", "wide-family")  # a module of claims/ each


class Unreadable(Refused):
    """There is no such file, or it cannot be read."""


def opened(path, flags: int) -> int:
    """Whether or not somebody writes to it, if it is a pipe: after a second nobody does."""
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if hasattr(os, "O_NONBLOCK"):
        select([file], [], [], 1)
        os.set_blocking(file, True)
    return file


def verify_file(path, expect: str | None = None, units: int = UNITS, tell=None) -> Accepted:
    """Check a file; see `verify_bytes`."""
    try:
        with open(path, "rb", opener=opened) as file:
            data = file.read(BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"the file cannot be read: {error}") from None
    except MemoryError:
        raise Declined("the file does not fit in memory") from None
    return verify_bytes(data, expect, units, tell)


def verify_bytes(data: bytes, expect: str | None = None, units: int = UNITS, tell=None) -> Accepted:
    """Check a certificate, of the system `expect` if one is named; Refused if it is not proved.

    units: how many multiplications the check may take. tell(text) is told beforehand what it will
    take, when that is long.
    """
    try:
        return check(read_certificate(data), expect, Budget(units, tell))
    except (Refused, WrongUsage, OSError):
        raise
    except (MemoryError, RecursionError):
        pass  # and say so below, when what filled the memory has been let go
    except Exception as error:  # a fault of the checker: nothing is proved
        raise Refused(f"the checker failed: {type(error).__name__}: {error}") from error
    raise Declined("the check ran out of memory or depth")


def check(certificate: dict, expect: str | None, budget: Budget) -> Accepted:
    system = certificate["system"]
    kind = system.get("type") if type(system) is dict else None
    name = kind.replace("-", "_") if kind in FAMILIES else "one_system"
    claim = import_module(f".claims.{name}", __package__)
    return claim.check(certificate, expect, budget)
