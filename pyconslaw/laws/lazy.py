"""Laws that are made when they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pyconslaw.laws.matrix_form import MatrixLaw

if TYPE_CHECKING:
    from pyconslaw.laws.law import Law


class LazyLaws(Sequence["Law"]):
    """Laws that are made one at a time, and evaluated together."""

    def values(self, weights) -> np.ndarray:
        """All of them at weights."""
        raise NotImplementedError

    def matrix_form(self) -> tuple[MatrixLaw | Law, ...]:
        """As `LawSet.matrix_form`."""
        raise NotImplementedError
