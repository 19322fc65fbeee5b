"""The question about the function of a network on given data: what its reports and certificates are
about.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.errors import LimitError
from pyconslaw.networks.network import Network
from pyconslaw.networks.spec import canonical_pieces, digest_of

DIGITS = 1000  # of a numerator or denominator, as in certificates


@dataclass(frozen=True, eq=False)
class FunctionQuestion:
    """The function of a network on examples, near given weights, as a loss sees it.

    network, name: the JSON form and the name of the network. weights (D), inputs (examples x
    inputs): arrays of Fractions. loss: "full" or "softmax". slope: of leaky ReLU; None where no
    neuron has one, so that equal questions look equal.
    """

    network: Mapping[str, Any]
    name: str
    weights: NDArray[np.object_]
    inputs: NDArray[np.object_]
    loss: str
    slope: Fraction | None

    @property
    def object(self) -> str:
        """What is counted, in words."""
        count = len(self.inputs)
        return f"function on {count} example{'s' * (count != 1)}"

    @property
    def text(self) -> str:
        """The question in words."""
        loss = " under softmax" if self.loss == "softmax" else ""
        return f"the {self.object} of {self.name}{loss}, near weights of its own"

    @property
    def of(self) -> str:
        """The fingerprint of the network."""
        return digest_of(canonical_pieces(self.network))

    def json(self) -> dict[str, Any]:
        """The system of the certificate: rational numbers as [numerator, denominator]."""
        return {
            "type": "function",
            "network": dict(self.network),
            "weights": _pairs(self.weights),
            "inputs": [_pairs(row) for row in self.inputs],
            "loss": self.loss,
            "slope": None if self.slope is None else _pair(self.slope),
        }

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the canonical text of the JSON form, in hexadecimal."""
        return digest_of(self._pieces())

    def _pieces(self) -> Iterator[bytes]:
        """The canonical text, bit by bit."""
        yield b'{"inputs":['
        for k, row in enumerate(self.inputs):
            yield b"," * (k > 0) + _text(_pairs(row))
        yield b'],"loss":' + _text(self.loss) + b',"network":'
        yield from canonical_pieces(self.network)
        yield b',"slope":' + _text(None if self.slope is None else _pair(self.slope))
        yield b',"type":"function","weights":' + _text(_pairs(self.weights)) + b"}"


def function_question(
    network: Network, weights: np.ndarray, inputs: np.ndarray, loss: str, slope: Fraction
) -> FunctionQuestion:
    """The question, in its canonical form. Errors: LimitError for a number that no certificate
    holds.
    """
    for name, values in (("weights", weights), ("inputs", inputs.ravel()), ("slope", [slope])):
        for k, x in enumerate(values):
            if max(abs(x.numerator), x.denominator) >= 10**DIGITS:
                place = name if name == "slope" else f"{name}[{k}]"
                raise LimitError(f"{place}: a number of more than {DIGITS} digits")
    used = slope if "leaky_relu" in network.gate_kinds else None
    return FunctionQuestion(network.spec, network.name, weights, inputs, loss, used)


def _pair(x: Fraction) -> list[int]:
    return [x.numerator, x.denominator]


def _pairs(values) -> list[list[int]]:
    return [_pair(x) for x in values.tolist()]


def _text(value) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
