"""Tasks that met a limit: how they are stored, and which of two answers is kept. Needs the standard
library only, as all that a worker loads does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pyconslaw.errors import InputError

TIME, MEMORY, DIED = "time", "memory", "died"  # the process was ended, at a limit or by itself
LIMITED = (TIME, MEMORY, DIED)

Limits = Mapping[str, float | None]


def allowed_text(status: str, limits: Limits) -> str | None:
    """What a task was allowed that met this limit: a larger one is worth another try."""
    if status not in LIMITED:
        return None
    return json.dumps({key: limits.get(key) for key in ("seconds", "memory")})


def outgrown(status: str, allowed: str | None, limits: Limits) -> bool:
    """Whether a task that met a limit is allowed more by now."""
    key = {TIME: "seconds", MEMORY: "memory"}.get(status)
    if key is None:
        return False
    before, now = _amounts(allowed)[key], limits.get(key)
    return before is not None and (now is None or now > before)


def better(new: tuple[str, str | None], old: tuple[str, str | None]) -> bool:
    """Whether of two answers, (status, allowed), to one task the new one is kept: an answer before
    a limit, the larger limit before the smaller one, whichever came first.
    """
    return _worth(*new) > _worth(*old)


def _worth(status: str, allowed: str | None) -> tuple[bool, float, float, str]:
    if status not in LIMITED:
        return True, 0.0, 0.0, ""
    amounts = _amounts(allowed)
    seconds, memory = (
        float("inf") if (x := amounts[key]) is None else x for key in ("seconds", "memory")
    )
    return False, seconds, memory, status


def _amounts(allowed: str | None) -> dict[str, float | None]:
    """Seconds and bytes. Errors: InputError for a text that no sweep wrote."""
    try:
        record = json.loads(allowed or "{}")
    except (ValueError, TypeError, RecursionError):
        record = None
    if not isinstance(record, dict):
        raise InputError(f"store: expected what a task was allowed, got {allowed!r:.80}")
    return {
        key: float(x) if isinstance(x := record.get(key), int | float) else None
        for key in ("seconds", "memory")
    }
