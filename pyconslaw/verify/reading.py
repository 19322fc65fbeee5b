"""Strict reading: every value has its exact type and range before it is used, and all work has a
limit.

A certificate comes from nobody we trust. Whatever its bytes, the checker accepts it, refuses it or,
when the work would be too much, declines it: it never fails otherwise and never hangs.
"""

import hashlib
import json
import re
import time
from contextlib import contextmanager

BYTES = 64 * 2**20  # longest file
CONTAINERS = 4_000_000  # most lists and objects in a file
DIGITS = 1000  # longest integer
PARAMETERS = 100_000  # most parameters of a system
GRAPH = 500_000  # most nodes and edges of a graph, together
SPLITS = 100  # deepest nesting of splits
UNITS = 10**8  # work, in multiplications of residues: ten to forty seconds
SOON = 10**7  # work that is announced
# words of brackets take so much longer a unit than the elimination that is measured
SLOWER = 5
NUMBERS = 4_000_000  # numbers held in memory at once
WORD = 2**62  # bound of primes, exponents, and coordinates of points


class Refused(Exception):
    """The certificate is not accepted; the text says why."""


class Declined(Refused):
    """Neither accepted nor shown false: checking it is beyond a limit of this checker."""

    def __init__(self, reason: str):
        super().__init__(f"declined: {reason}")


class WrongUsage(ValueError):
    """The system that is expected is not the name of one."""


class Budget:
    """Work done and numbers held so far; both are announced before they are spent.

    units: how much work is allowed; beyond the usual UNITS as many more numbers are. tell: is told
    beforehand of work that takes a while.
    """

    def __init__(self, units: int = UNITS, tell=None):
        self.limit, self.tell = units, tell
        self.most = max(NUMBERS, NUMBERS * units // UNITS)
        self.units = self.numbers = 0

    def announce(self, units: int) -> None:
        """So much is about to be spent, as far as that is known beforehand."""
        total = self.units + units
        if total > self.limit:
            text = f"; about {clock(total)} here with --units {total}" if total < 10**13 else ""
            raise Declined(f"the check needs {total} multiplications, more than {self.limit}{text}")
        if self.tell is not None and units > SOON:
            self.tell(f"{units} multiplications, about {clock(units)} here")

    def spend(self, units: int) -> None:
        self.units += units
        if self.units > self.limit:
            raise Declined(
                f"the check needs more than {self.limit} multiplications (--units N allows more)"
            )

    def hold(self, numbers: int) -> None:
        self.spend(numbers)
        self.numbers += numbers
        if self.numbers > self.most:
            raise Declined(f"the check needs more than {self.most} numbers in memory")

    @contextmanager
    def temporary(self):
        """What is held inside is forgotten outside."""
        before = self.numbers
        yield
        self.numbers = before


def clock(units: int) -> str:
    """The time of so much work on this machine, by a quick measurement: right within a factor of
    three or so.
    """
    row, q, start = list(range(1, 2001)), WORD - 57, time.perf_counter()
    for factor in range(10):
        row = [(x - factor * y) % q for x, y in zip(row, row)]
    seconds = units * (time.perf_counter() - start) / 20_000 * SLOWER
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def canonical(value) -> str:
    """The one text of a JSON value that a certificate may contain."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def fingerprint(value) -> str:
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def read_certificate(data: bytes) -> dict:
    """The object in the file, if the file is canonical byte for byte and its hash is right."""
    if len(data) > BYTES:
        raise Declined(f"the file is longer than {BYTES} bytes")
    if data.count(b"[") + data.count(b"{") > CONTAINERS:
        raise Declined(f"the file has more than {CONTAINERS} lists and objects")
    if re.search(rb"(?<![0-9])[0-9]{%d}" % (DIGITS + 1), data):
        raise Declined(f"the file has an integer of more than {DIGITS} digits")

    def no_float(text):
        raise Refused(f"the number {text[:40]} is not an integer")

    try:
        text = data.decode("ascii")
        value = json.loads(text, parse_float=no_float, parse_constant=no_float)
        if canonical(value) + "\n" != text:
            raise Refused("the file is not in canonical form")
        top = record(value, "certificate", "format version system claim lower upper hash")
        right = fingerprint({key: top[key] for key in top if key != "hash"})
    except RecursionError:
        raise Refused("the file is nested too deeply") from None
    except ValueError as error:
        raise Refused(f"the file is not JSON in ASCII: {error}") from None
    if top["hash"] != right:
        raise Refused("the hash does not match the content")
    choice(top["format"], "format", "pyconslaw-certificate")
    integer(top["version"], "version", 1, 1)
    return top


def show(value) -> str:
    """A value from the file, short and harmless enough for a message."""
    text = ascii(value) if isinstance(value, (str, int)) or value is None else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."


def record(value, where: str, keys: str) -> dict:
    """An object with exactly these keys."""
    if type(value) is not dict:
        raise Refused(f"{where}: expected an object, found {show(value)}")
    wanted = set(keys.split())
    for key in sorted(wanted ^ set(value)):
        raise Refused(f"{where}: {'missing' if key in wanted else 'unknown'} key {show(key)}")
    return value


def items(value, where: str, length: int | None = None) -> list:
    """A list, of this length if one is given."""
    if type(value) is not list:
        raise Refused(f"{where}: expected a list, found {show(value)}")
    if length not in (None, len(value)):
        raise Refused(f"{where}: expected {length} entries, found {len(value)}")
    return value


def integer(value, where: str, low: int, high: int) -> int:
    """An integer (no boolean) with low <= value <= high."""
    if type(value) is not int or not low <= value <= high:
        raise Refused(f"{where}: expected an integer from {low} to {high}, found {show(value)}")
    return value


def integers(value, where: str, low: int, high: int, length: int | None = None) -> list:
    for k, entry in enumerate(items(value, where, length)):
        if type(entry) is not int or not low <= entry <= high:
            integer(entry, f"{where}[{k}]", low, high)
    return value


def choice(value, where: str, *options: str) -> str:
    if type(value) is not str or value not in options:
        raise Refused(f"{where}: expected {' or '.join(options)}, found {show(value)}")
    return value


def point(value, where: str, size: int) -> list:
    return integers(value, where, 1 - WORD, WORD - 1, size)
