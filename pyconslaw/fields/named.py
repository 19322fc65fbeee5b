"""What prints beside what is computed with: a problem with the names of whoever asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from pyconslaw.fields.problem import Problem
from pyconslaw.records.graph import Parameter


class Named(Protocol):
    """A problem whose coordinates and generators have names; every network is one."""

    @property
    def problem(self) -> Problem:
        """What is computed with."""

    @property
    def name(self) -> str:
        """Of the whole, in words."""

    @property
    def fingerprint(self) -> str:
        """By which what is said of one problem is told from what is said of another."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Names and shapes, in the order in which they are flattened."""

    @property
    def entry_names(self) -> tuple[str, ...]:
        """Of all coordinates, in flattened order."""

    @property
    def generators(self) -> Mapping[str, Any]:
        """What spans W, by name, in the order of the problem's generators."""

    def entry_name(self, number: int) -> str:
        """Of one coordinate."""

    def flatten(self, weights, name: str = "weights") -> np.ndarray:
        """Weights as one array of shape (..., D). Errors: InputError names the argument."""

    def shaped(self, weights, name: str = "weights") -> list[np.ndarray]:
        """Weights as arrays by parameter, (..., *shape). Errors: InputError names the argument."""
