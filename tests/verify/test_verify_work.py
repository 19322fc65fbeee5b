"""Work that the checker does stays within a constant of what it charges and of the size of the
file. Lines of it that run are counted, not seconds: in certificates of every kind of proof whose
lists and numbers have been swollen, and in files that were made to cost much.
"""

import json
import random
import sys
from pathlib import Path

import pytest

import pyconslaw.verify
from pyconslaw.certificate import sealed
from pyconslaw.verify.kernel import check
from pyconslaw.verify.reading import Budget, Refused, read_certificate

CHECKER = str(Path(pyconslaw.verify.__file__).parent)
GOLDEN = sorted((Path(__file__).parents[1] / "golden/certificates").glob("*.json"))
UNITS = 30_000  # that a check may spend
SIZE = 60_000  # bytes of a certificate
PARTS = ("system", "claim", "lower", "upper")
STEPS = 300
A_UNIT, A_BYTE, AT_ALL = 3, 10, 4000  # lines that may run for each
INTEGERS = [0, 1, 2, 40, 3000, 10**6, 10**9, 2**61 - 1]


class TooMuch(BaseException):
    """Stops a check, whatever it catches."""


def lines_run(certificate, budget, most):
    """How many lines of the checker run; ends beyond `most`."""
    count = 0

    def line(_frame, event, _arg):
        nonlocal count
        count += event == "line"
        if count > most:
            raise TooMuch
        return line

    def call(frame, _event, _arg):
        return line if frame.f_code.co_filename.startswith(CHECKER) else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        check(certificate, None, budget)
    except (Refused, TooMuch, MemoryError, RecursionError):
        pass
    finally:
        sys.settrace(before)
    return count


def share(data, units=UNITS):
    """The lines that run on a file, less some at all, as a share of what may run for what is
    charged and for its bytes.
    """
    budget = Budget(units)
    most = AT_ALL + A_BYTE * len(data) + A_UNIT * units
    lines = lines_run(read_certificate(data), budget, most)
    return (lines - AT_ALL) / (A_UNIT * budget.units + A_BYTE * len(data))


def places(value, path=()):
    """The paths to all lists and integers of a JSON value."""
    if isinstance(value, list | int) and not isinstance(value, bool):
        yield path
    if isinstance(value, list | dict):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def swell(parts, path, action, room):
    """A list gets longer, within so many bytes, or empty; an integer another one."""
    *before, last = path
    holder = at(parts, before)
    one = holder[last]
    if not isinstance(one, list):
        holder[last] = INTEGERS[action % len(INTEGERS)]
    elif action % 5 == 0:
        holder[last] = []
    else:
        most = (3, 50, 400, 3000)[action % 4]
        holder[last] = (one or [0]) * max(1, min(most, room // len(json.dumps(one))))


def swollen(body, draw):
    """A certificate with a place swollen, or all places of one name alike."""
    parts = json.loads(json.dumps({key: body[key] for key in PARTS}))
    found = list(places(parts))
    lists = [path for path in found if isinstance(at(parts, path), list)]
    some = lists if lists and draw.random() < 0.7 else found
    chosen, action = draw.choice(some), draw.randrange(40)
    alike = [path for path in found if names(path) == names(chosen)]
    chosen = alike[:200] if draw.random() < 0.4 else [chosen]
    room = max(0, SIZE - len(json.dumps(parts))) // len(chosen)
    for one in reversed(chosen):  # inner ones first: paths stay
        swell(parts, one, action, room)
    return sealed(parts).bytes


def names(path):
    return [None if isinstance(key, int) else key for key in path]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_certificates_as_they_are(path):
    if path.stat().st_size > SIZE:
        pytest.skip("large")
    assert share(path.read_bytes(), 50 * UNITS) <= 1


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_certificates_swollen_at_random(path):
    """In one to four places."""
    if path.stat().st_size > SIZE:
        pytest.skip("large already")
    for seed in range(3):
        draw = random.Random(f"{path.name} {seed}")
        data = path.read_bytes()
        for _ in range(draw.randint(1, 4)):
            data = swollen(json.loads(data), draw)
        assert share(data) <= 1, f"seed {seed}"


@pytest.mark.long
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_certificates_swollen_where_it_costs(path, fresh_seed):
    """What makes the share larger stays, and is swollen again."""
    if path.stat().st_size > SIZE:
        pytest.skip("large already")
    draw = random.Random(f"{path.name} {fresh_seed}")
    best = path.read_bytes()
    most = share(best)
    for _ in range(STEPS):
        data = swollen(json.loads(best), draw)
        if (found := share(data)) > most:
            best, most = data, found
        assert most <= 1, json.dumps(json.loads(best))[:2000]
