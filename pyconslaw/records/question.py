"""The question of a report about a function on data, as a file has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from pyconslaw.errors import InputError

KEYS = {"type", "network", "weights", "inputs", "loss", "slope"}


@dataclass(frozen=True, eq=False)
class WrittenQuestion:
    """What `networks.question.FunctionQuestion` says of itself, from its JSON form.

    written: the system of its certificate. name: of the network.
    """

    written: Mapping[str, Any]
    name: str

    @classmethod
    def read(cls, value: Any) -> WrittenQuestion:
        """From {"name", "system"}. Errors: InputError names the key."""
        if not isinstance(value, dict) or not {"name", "system"} <= set(value):
            raise InputError("expected an object with name and system")
        system, name = value["system"], value["name"]
        if not isinstance(name, str):
            raise InputError(f"name: expected a text, got {name!r:.80}")
        if not isinstance(system, dict) or set(system) != KEYS:
            raise InputError(f"system: expected an object with {', '.join(sorted(KEYS))}")
        if not isinstance(system["network"], dict) or not isinstance(system["inputs"], list):
            raise InputError("system: expected an object as network and a list as inputs")
        return cls(system, name)

    @property
    def loss(self) -> str:
        return self.written["loss"]

    @property
    def object(self) -> str:
        """What is counted, in words."""
        count = len(self.written["inputs"])
        return f"function on {count} example{'s' * (count != 1)}"

    @property
    def text(self) -> str:
        """The question in words."""
        loss = " under softmax" if self.loss == "softmax" else ""
        return f"the {self.object} of {self.name}{loss}, near weights of its own"

    @property
    def of(self) -> str:
        """The fingerprint of the network."""
        return _digest(self.written["network"])

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical text of the JSON form, in hexadecimal."""
        return _digest(self.written)

    def json(self) -> dict[str, Any]:
        """The system of the certificate."""
        return dict(self.written)


def _digest(value: Mapping[str, Any]) -> str:
    return sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
