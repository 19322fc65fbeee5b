"""What is asked of every network of a sweep, and its answer as a row and as JSON texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from math import isfinite
from typing import Any

from pyconslaw.analysis.certified import certify
from pyconslaw.analysis.counting import analyze, estimate
from pyconslaw.analysis.listing import find_laws, known_laws, polynomial_laws
from pyconslaw.certificate import canonical
from pyconslaw.errors import InputError, LimitError
from pyconslaw.laws.closed_forms.search import FORMS
from pyconslaw.laws.law import LawSet
from pyconslaw.methods.table import METHODS
from pyconslaw.networks.network import Network
from pyconslaw.records.report import PROVED, Report
from pyconslaw.sweeps.rows import REFUSED
from pyconslaw.sweeps.specs import task_of

COUNTED = ("method", "effort", "budget", "memory")
TAKEN = {
    "count": COUNTED,
    "laws": (*COUNTED, "degree", "up_to", "forms"),
    "estimate": ("method",),  # asked by who wants to know what a sweep takes, and never stored
}
QUESTIONS = ("count", "laws")
KEPT = 10_000  # laws of one network that are written out


@dataclass(frozen=True)
class Question:
    """A question with its options and the seed of the sweep; equal ones have equal texts."""

    name: str
    options: Mapping[str, Any]
    seed: int

    @property
    def text(self) -> str:
        """Its canonical JSON text."""
        record = {"question": self.name, "options": dict(self.options), "seed": self.seed}
        return canonical(record).decode()


def question_of(name: str, options: Mapping[str, Any] | None, seed: int) -> Question:
    """The question in its canonical form. Errors: InputError names what is wrong."""
    if name not in QUESTIONS:
        raise InputError(f"question: expected one of {', '.join(QUESTIONS)}, got {name!r}")
    if not isinstance(options, Mapping | None):
        raise InputError(f"options: expected a mapping, got {type(options).__name__}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 2**64:
        raise InputError(f"seed: expected an integer from 0 to 2^64-1, got {seed!r}")
    given = {}
    for key, value in (options or {}).items():
        if key not in TAKEN[name]:
            raise InputError(
                f"options: expected some of {', '.join(TAKEN[name])} for {name}, got {key!r}"
            )
        if value is not None:
            given[key] = CHECKS[key](key, value)
    if "forms" in given and "up_to" in given:
        raise InputError("options: forms takes degree, not up_to")
    if "up_to" in given and "degree" not in given:
        raise InputError("options: up_to needs a degree")
    return Question(name, given, seed)


def _positive(key: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e300:
        raise InputError(f"options: {key}: expected a positive number, got {value!r}")
    if not isfinite(number := float(value)):
        raise InputError(f"options: {key}: expected a positive number, got {value!r}")
    return number


def _degree(key: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 20:
        raise InputError(f"options: {key}: expected an integer from 1 to 20, got {value!r}")
    return value


def _method(key: str, value: Any) -> str:
    if value not in METHODS:
        raise InputError(f"options: {key}: expected one of {', '.join(METHODS)}, got {value!r}")
    return value


def _flag(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"options: {key}: expected True or False, got {value!r}")
    return value


def _forms(key: str, value: Any) -> list[str]:
    wrong = isinstance(value, str) or not value or any(form not in FORMS for form in value)
    if wrong:
        raise InputError(f"options: {key}: expected some of {', '.join(FORMS)}, got {value!r}")
    return [form for form in FORMS if form in value]


CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "method": _method,
    "effort": _positive,
    "budget": _positive,
    "memory": _positive,
    "degree": _degree,
    "up_to": _flag,
    "forms": _forms,
}


def seed_of(seed: int, network: Network) -> int:
    """The seed of one question: of the sweep's and the network, not of an order."""
    digest = sha256(f"{seed} {network.fingerprint}".encode()).digest()
    return int.from_bytes(digest[:8])


def identity(network: Network) -> dict[str, Any]:
    """The part of a row that is known before anything is counted."""
    return {
        "task": task_of(network),
        "fingerprint": network.fingerprint,
        "network": network.name,
        "object": network.object,
        "parameters": network.size,
    }


def answer(network: Network, question: Question, certificates: bool) -> dict[str, Any]:
    """The row of a network, its report as JSON text, and the certificate if it is wanted and there
    is one. Errors: MemoryError, and what is not foreseen.
    """
    known = identity(network)
    seed = seed_of(question.seed, network)
    try:
        if question.name == "estimate":
            return {"row": known | _estimated(network, question.options), "report": "{}"}
        report, found = _asked(network, question.options, question.name, seed)
    except (InputError, LimitError) as error:
        return {"row": known | refusal(error), "report": "{}"}
    record: dict[str, Any] = {"report": report.json()}
    if found is not None:
        record["laws"] = found.json(limit=KEPT)
    made = {"row": known | _row(report, found), "report": canonical(record).decode()}
    return made | _certificate(network, report) if certificates else made


def refusal(error: Exception) -> dict[str, Any]:
    """The row of what is refused, with the reason."""
    return {"status": REFUSED, "message": str(error)}


def _estimated(network: Network, options: Mapping[str, Any]) -> dict[str, Any]:
    expected = estimate(network, options.get("method", "auto"), trial=0)
    record = {"seconds": expected.seconds, "memory": expected.memory}
    return {"status": PROVED, "method": expected.method, "message": json.dumps(record)}


def _asked(
    network: Network, options: Mapping[str, Any], name: str, seed: int
) -> tuple[Report, LawSet | None]:
    """The report, and the laws where they are asked for."""
    given = {key: options[key] for key in COUNTED if key in options}
    report = analyze(network, seed=seed, **given)
    if name != "laws":
        return report, None
    if "forms" in options:
        degree = options.get("degree", 2)
        forms = options["forms"]
        return report, find_laws(network, degree=degree, forms=forms, seed=seed, report=report)
    if "degree" in options:
        up_to = options.get("up_to", False)
        degree = options["degree"]
        return report, polynomial_laws(network, degree, up_to=up_to, seed=seed, report=report)
    return report, known_laws(network, seed=seed, report=report)


def _row(report: Report, found: LawSet | None) -> dict[str, Any]:
    return {
        "status": report.verdict,
        "laws": report.laws,
        "laws_min": report.laws_min,
        "laws_max": report.laws_max,
        "listed": None if found is None else len(found),
        "method": report.method,
        "found_by": report.found_by,
        "evidence": "; ".join(report.upper_by),
        "error_bound": None if report.error_bound is None else float(report.error_bound),
        "message": "; ".join(report.notes) or None,
    }


def _certificate(network: Network, report: Report) -> dict[str, Any]:
    """Of a proved report; none, with the reason, for a network that the checker does not read."""
    if report.verdict != PROVED:
        return {}
    try:
        return {"certificate": str(certify(network, report=report))}
    except LimitError as error:
        return {"certificate": None, "certificate_message": str(error)}
