"""The certificate writer. The schema is docs/certificate.md; the checker, `pyconslaw.verify`,
shares no code with this.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pyconslaw.errors import LimitError
from pyconslaw.output import write_whole
from pyconslaw.records.report import FunctionReport, Report

GRAPH_LIMIT = 500_000  # nodes and edges of a graph that the checker reads, edge by edge


@dataclass(frozen=True)
class Certificate:
    """A certificate as the bytes of its file.

    Attributes
    ----------
    bytes : bytes
        Canonical JSON and a newline; docs/certificate.md has the schema.

    Examples
    --------
    >>> from pyconslaw import certify, product
    >>> sorted(certify(product(3)).json["claim"].items())
    [('laws', 2), ('object', 'system'), ('parameters', 3)]
    """

    bytes: bytes

    def __str__(self) -> str:
        return self.bytes.decode().removesuffix("\n")

    def __repr__(self) -> str:
        return f"<Certificate of {len(self.bytes)} bytes>"

    @property
    def json(self) -> dict:
        """The object, parsed."""
        return json.loads(self.bytes)

    def write(self, path) -> Path:
        """Writes the file, whole or not at all.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        Path
            Where it is.

        Raises
        ------
        OSError
            When the file cannot be written.
        """
        return write_whole(path, self.bytes)


def canonical(value) -> bytes:
    """The canonical text of a JSON value: sorted keys, no white space, ASCII."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode()


class Certified(Protocol):
    """A system as certificates hold it; every network is one."""

    @property
    def name(self) -> str:
        """In words."""

    @property
    def listed(self) -> int:
        """How many nodes and edges of a graph its JSON form lists, one by one."""

    def system_json(self) -> dict[str, Any]:
        """Its JSON form."""


def write_certificate(network: Certified, report: Report) -> Certificate:
    """The certificate of a proved report: system, claim, both bounds, hash. Equal reports give
    equal bytes.

    Errors: LimitError when the system lists more edges than the checker reads.
    """
    if network.listed > GRAPH_LIMIT:
        raise LimitError(
            f"network: {network.name}; the checker of certificates is limited to "
            f"{GRAPH_LIMIT} nodes and edges together"
        )
    system = report.question.json() if isinstance(report, FunctionReport) else network.system_json()
    return sealed(
        {
            "system": system,
            "claim": {
                "object": report.object,
                "parameters": report.parameters,
                "laws": report.laws,
            },
            "lower": report.lower.make_proof(),
            "upper": report.upper.proof,
        }
    )


def sealed(parts: dict) -> Certificate:
    """The certificate of system, claim and both bounds: with format, version and hash."""
    body = {"format": "pyconslaw-certificate", "version": 1, **parts}
    body["hash"] = hashlib.sha256(canonical(body)).hexdigest()
    return Certificate(canonical(body) + b"\n")
