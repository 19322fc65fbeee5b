"""The flat rows of a sweep, and what their statuses say."""

from __future__ import annotations

from pyconslaw.records.report import OPEN, PROBABLE, PROVED
from pyconslaw.sweeps.limits import LIMITED

REFUSED = "refused"  # the library says what is wrong with the network, or what is too large
FAILED = "failed"  # an exception that it does not foresee: a fault of the library
STATUSES = (PROVED, PROBABLE, OPEN, REFUSED, FAILED, *LIMITED)

# names and types of the columns that a task has; message: notes, or why there is no answer.
COLUMNS: dict[str, str] = {
    "task": "TEXT NOT NULL",
    "fingerprint": "TEXT",
    "network": "TEXT NOT NULL",
    "object": "TEXT",
    "parameters": "INTEGER",
    "status": "TEXT NOT NULL",
    "laws": "INTEGER",
    "laws_min": "INTEGER",
    "laws_max": "INTEGER",
    "listed": "INTEGER",
    "method": "TEXT",
    "found_by": "TEXT",
    "evidence": "TEXT",
    "error_bound": "REAL",
    "message": "TEXT",
    "allowed": "TEXT",
    "report": "TEXT NOT NULL",
}
NUMBERS = ("parameters", "laws", "laws_min", "laws_max", "listed")  # integers, or nothing
# the keys of a row as it is listed
ABOUT = ("question", "options", "seed", "version")
LISTED: tuple[str, ...] = ("network", "fingerprint", *ABOUT, "status", "laws", "laws_min")
LISTED += ("laws_max", "listed", "object", "parameters", "method", "found_by", "evidence")
LISTED += ("error_bound", "message", "allowed", "report", "task")
