"""A report as a JSON object that has all of it, proofs too, and back: what travels between programs
where a pickle may not.

Nothing is proved by reading: a report says what its file says, and only the checker of certificates
looks at proofs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from pyconslaw import __version__
from pyconslaw.errors import InputError
from pyconslaw.records.bounds import BracketWords, LowerBound, Made, UpperBound
from pyconslaw.records.closed_form import ClosedForm
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.question import WrittenQuestion

if TYPE_CHECKING:
    from pyconslaw.records.report import Report

FORMAT, SCHEMA = "pyconslaw-report", 1


def report_record(report: Report) -> dict[str, Any]:
    """What `Report.json` says, and all that it leaves out."""
    exact = report.error_bound
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "version": __version__,
        **report.json(),
        "error_bound_exact": None if exact is None else str(exact),
        "seal": report.seal,
        "lower": _lower_json(report.lower),
        "upper": _upper_json(report.upper),
    }


def read_record(text: str | bytes | Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the report that a JSON object is of, and its question, if it has one. Errors:
    InputError names the key.
    """
    value = _parsed(text)
    if value.get("format") != FORMAT:
        found = value.get("format")
        raise InputError(
            f"report: expected an object whose format is {FORMAT!r}, got {found!r:.80}"
        )
    if value.get("schema") != SCHEMA or isinstance(value["schema"], bool):
        raise InputError(
            f"report: its schema is {value.get('schema')!r:.80}, written by version "
            f"{value.get('version')!r:.80} of pyconslaw; this version, {__version__}, reads schema "
            f"{SCHEMA}"
        )
    exact = _get(value, "error_bound_exact", _fraction, "a fraction such as 1/3, or null")
    fields: dict[str, Any] = {
        **{key: _get(value, key, _text, "a text") for key in TEXTS},
        **{key: _get(value, key, _number, "an integer of at least 0") for key in NUMBERS},
        **{key: _get(value, key, _texts, "a list of texts") for key in ("upper_by", "notes")},
        **{key: _get(value, key, _numbers, "a list of integers") for key in LISTS},
        "seal": _get(value, "seal", _seal, "64 hexadecimal digits"),
        "laws": _get(value, "laws", _perhaps(_number), "an integer of at least 0, or null"),
        "error_bound": exact,
        "lower": _get(value, "lower", _lower, "an object"),
        "upper": _get(value, "upper", _upper, "an object"),
    }
    if "question" in value:
        fields["question"] = _get(value, "question", WrittenQuestion.read, "an object")
    return fields


TEXTS = ("network", "object", "verdict", "method", "found_by", "system")
NUMBERS = ("parameters", "laws_min", "laws_max", "seed")
LISTS = ("rank_by_round", "primes")


def _parsed(text) -> Mapping[str, Any]:
    if isinstance(text, Mapping):
        return text
    if not isinstance(text, str | bytes):
        raise InputError(f"report: expected a JSON text, got {type(text).__name__}")
    try:
        value = json.loads(text)
    except RecursionError:
        raise InputError("report: nested too deeply") from None
    except ValueError as error:
        raise InputError(f"report: {error}") from None
    if not isinstance(value, dict):
        raise InputError(f"report: expected a JSON object, got {value!r:.80}")
    return value


def _get(value: Mapping[str, Any], key: str, read: Callable[[Any], Any], what: str) -> Any:
    """What stands under a key, read. Errors: InputError names the key and what was expected."""
    if key not in value:
        raise InputError(f"report.{key}: is missing")
    try:
        return read(value[key])
    except InputError as error:
        raise InputError(f"report.{key}: {error}") from None
    except (TypeError, ValueError, KeyError, OverflowError, ArithmeticError):
        raise InputError(f"report.{key}: expected {what}, got {value[key]!r:.80}") from None


def _of(kind: type, value: Any) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError
    return value


def _text(value: Any) -> str:
    return _of(str, value)


def _seal(value: Any) -> str:
    if not re.fullmatch("[0-9a-f]{64}", _text(value)):
        raise ValueError
    return value


def _number(value: Any) -> int:
    if _of(int, value) < 0:
        raise ValueError
    return value


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(_text, _of(list, value)))


def _numbers(value: Any) -> tuple[int, ...]:
    return tuple(map(_number, _of(list, value)))


def _perhaps(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _fraction(value: Any) -> Fraction | None:
    if value is None:
        return None
    if not re.fullmatch(r"\d{1,4000}(/\d{1,4000})?", _text(value), re.ASCII):
        raise ValueError
    return Fraction(value)


def _array(value: Any, axes: int) -> np.ndarray:
    """Residues, as searches hold them."""
    rows = [_numbers(row) for row in value] if axes == 2 else _numbers(value)
    found = np.array(rows, dtype=np.uint64)
    return found.reshape(len(rows), -1 if rows else 0) if axes == 2 else found


def _lower_json(bound: LowerBound) -> dict[str, Any]:
    made = Made.of(bound.make_proof)
    record = {
        "rank": bound.rank,
        "reasons": list(bound.reasons),
        "method": bound.method,
        "primes": list(bound.primes),
        "rank_by_round": list(bound.rank_by_round),
        "complete": bound.complete,
        "proof": made.proof,
        "no_proof": made.reason,
    }
    if isinstance(bound, BracketWords):
        record["brackets"] = {
            "point": bound.point.tolist(),
            "generators": bound.generators.tolist(),
            "words": [list(word) for word in bound.words],
            "pivots": list(bound.pivots),
        }
    return record


def _lower(value: Any) -> LowerBound:
    value = _of(dict, value)
    common = {
        "rank": _get(value, "rank", _number, "an integer of at least 0"),
        "reasons": _get(value, "reasons", _texts, "a list of texts"),
        "method": _get(value, "method", _text, "a text"),
        "make_proof": Made(
            _get(value, "proof", _perhaps(lambda x: _of(dict, x)), "an object or null"),
            _get(value, "no_proof", _text, "a text"),
        ),
        "primes": _get(value, "primes", _numbers, "a list of integers"),
        "rank_by_round": _get(value, "rank_by_round", _numbers, "a list of integers"),
        "complete": _get(value, "complete", lambda x: _of(bool, x), "true or false"),
    }
    if "brackets" not in value:
        return LowerBound(**common)
    found = _get(value, "brackets", lambda x: _of(dict, x), "an object")
    return BracketWords(
        **common,
        point=_get(found, "point", lambda x: _array(x, 1), "a list of residues"),
        generators=_get(found, "generators", lambda x: _array(x, 2), "rows of residues"),
        words=_get(found, "words", lambda x: tuple(map(_numbers, x)), "lists of integers"),
        pivots=_get(found, "pivots", _numbers, "a list of integers"),
    )


def _upper_json(bound: UpperBound) -> dict[str, Any]:
    return {
        "dimension": bound.dimension,
        "reasons": list(bound.reasons),
        "proof": bound.proof,
        "laws": [law.json() for law in bound.laws],
        "stated": bound.stated,
        "primes": list(bound.primes),
        "forms": [form.record() for form in bound.forms],
        "searched": list(bound.searched),
    }


def _upper(value: Any) -> UpperBound:
    value = _of(dict, value)
    return UpperBound(
        _get(value, "dimension", _number, "an integer of at least 0"),
        _get(value, "reasons", _texts, "a list of texts"),
        _get(value, "proof", lambda x: _of(dict, x), "an object"),
        _get(value, "laws", lambda x: tuple(map(Polynomial.from_json, x)), "a list of laws"),
        _get(value, "stated", _number, "an integer of at least 0"),
        _get(value, "primes", _numbers, "a list of integers"),
        _get(value, "forms", lambda x: tuple(map(ClosedForm.read, x)), "a list of forms"),
        _get(value, "searched", _texts, "a list of texts"),
    )
