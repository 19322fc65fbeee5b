"""What is known about the number of laws, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.records.bounds import LowerBound, UpperBound
from pyconslaw.records.report_json import read_record, report_record
from pyconslaw.records.text import report_rows, report_text, report_title, table

PROVED: str = "proved"
PROBABLE: str = "probable"
OPEN: str = "open"


@dataclass(frozen=True, eq=False)
class Report:
    """What is known about the number of independent conservation laws near a generic point.

    Equal seeds give equal reports; times live elsewhere. A report can be pickled, and written as
    JSON and read again (`to_json`, `from_json`).

    Attributes
    ----------
    network : str
        Its name, as typed on the command line.
    object : str
        What phi is: "path-lifting", "matrix product", "mixed", "system" or "flow".
    parameters : int
        D.
    laws : int or None
        The number when proved or probable, else None.
    laws_min : int
        At least so many, proved.
    laws_max : int
        At most so many: proved too, unless the verdict is "probable".
    verdict : str
        "proved", "probable" or "open".
    upper_by : tuple of str
        The exact reasons for laws_min.
    rank_by_round : tuple of int
        How many independent brackets there are after each round of the search.
    method : str
        How the brackets were found.
    found_by : str
        The row of the table of methods that found them.
    seed : int
    primes : tuple of int
        Modulo which ranks were computed.
    error_bound : Fraction or None
        The probability that a "probable" answer is wrong, over the random choices of prime, point
        and probes.
    notes : tuple of str
        What else is to be said, in words.
    system : str
        The SHA-256 of the system's JSON form.
    lower : LowerBound
        The evidence for laws_max.
    upper : UpperBound
        The evidence for laws_min.
    seal : str
        A checksum of all that is said, by which an altered copy is told.
    """

    network: str
    object: str
    parameters: int
    laws: int | None
    laws_min: int
    laws_max: int
    verdict: str
    upper_by: tuple[str, ...]
    rank_by_round: tuple[int, ...]
    method: str
    found_by: str
    seed: int
    primes: tuple[int, ...]
    error_bound: Fraction | None
    notes: tuple[str, ...]
    system: str
    lower: LowerBound = field(repr=False)
    upper: UpperBound = field(repr=False)
    seal: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.seal:
            object.__setattr__(self, "seal", self._checksum())

    @property
    def intact(self) -> bool:
        """Whether the report is as it was made: no field was exchanged."""
        return self.seal == self._checksum()

    def _checksum(self) -> str:
        lower, upper = self.lower, self.upper
        bounds = (
            (lower.rank, lower.reasons, lower.complete),
            (upper.dimension, upper.reasons, upper.stated, len(upper.laws)),
        )
        said = [
            *(self.network, self.object, self.parameters, self.laws, self.laws_min, self.laws_max),
            *(self.verdict, self.upper_by, self.rank_by_round, self.method, self.found_by),
            *(self.seed, self.primes, self.error_bound, self.notes, self.system),
        ]
        return sha256(repr((said, bounds)).encode()).hexdigest()

    def _repr_html_(self) -> str:
        return table(report_title(self), report_rows(self))

    def __str__(self) -> str:
        return report_text(self)

    def __repr__(self) -> str:
        laws = f"{self.laws_min} to {self.laws_max}" if self.laws is None else self.laws
        return f"<{type(self).__name__} {self.network}: {laws} laws, {self.verdict}>"

    def json(self) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw count --json`, without the time.

        Returns
        -------
        dict
        """
        return {
            "network": self.network,
            "object": self.object,
            "parameters": self.parameters,
            "laws": self.laws,
            "laws_min": self.laws_min,
            "laws_max": self.laws_max,
            "verdict": self.verdict,
            "upper_by": list(self.upper_by),
            "rank_by_round": list(self.rank_by_round),
            "method": self.method,
            "found_by": self.found_by,
            "seed": self.seed,
            "primes": list(self.primes),
            "error_bound": None if self.error_bound is None else float(self.error_bound),
            "notes": list(self.notes),
            "system": self.system,
        }

    def to_json(self) -> str:
        """The whole report as a JSON text, proofs too: what `json` says, the format and its schema,
        the version of the package, and both bounds.

        Returns
        -------
        str
        """
        return json.dumps(self._record())

    def _record(self) -> dict[str, Any]:
        return report_record(self)

    @classmethod
    def from_json(cls, text: str | bytes | Mapping[str, Any]) -> Report:
        """The report that `to_json` has written, which can be handed in again. What it says is what
        the text says: only a certificate is checked.

        Parameters
        ----------
        text : str, bytes or mapping
            A JSON object, or its text; keys that are not known are passed over.

        Returns
        -------
        Report

        Raises
        ------
        InputError
            For another format or schema, a key that is missing or wrong, an altered text.
        """
        fields = read_record(text)
        if issubclass(cls, FunctionReport) and "question" not in fields:
            raise InputError("report: is about a network, expected one about a function on data")
        made = (FunctionReport if "question" in fields else Report)(**fields)
        if not made.intact:
            raise InputError(
                "report: was altered: what it says and its seal do not belong together"
            )
        return made


@dataclass(frozen=True, eq=False, repr=False)
class FunctionReport(Report):
    """What is known about the function of a network on given data, near given weights.

    Nothing that is asked about the network takes this report.

    Attributes
    ----------
    question : FunctionQuestion
        Weights, data, loss and network, whose fingerprint is `system`. All else as of a `Report`.
    """

    question: Any = field(kw_only=True, repr=False)

    @classmethod
    def of(cls, report: Report, question) -> FunctionReport:
        """The report about a question, of the numbers in a report.

        Parameters
        ----------
        report : Report
        question : FunctionQuestion

        Returns
        -------
        FunctionReport
        """
        return cls(
            network=report.network,
            object=question.object,
            parameters=report.parameters,
            laws=report.laws,
            laws_min=report.laws_min,
            laws_max=report.laws_max,
            verdict=report.verdict,
            upper_by=report.upper_by,
            rank_by_round=report.rank_by_round,
            method=report.method,
            found_by=report.found_by,
            seed=report.seed,
            primes=report.primes,
            error_bound=report.error_bound,
            notes=report.notes,
            system=question.fingerprint,
            lower=report.lower,
            upper=report.upper,
            question=question,
        )

    def _record(self) -> dict[str, Any]:
        question = {"name": self.question.name, "system": self.question.json()}
        return {**report_record(self), "question": question}

    @property
    def intact(self) -> bool:
        """As of a `Report`, and whether it is about its question."""
        return super().intact and self.system == self.question.fingerprint
