from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]

def nullspace(
    row: Integers,
    column: Integers,
    value: Integers,
    cols: int,
    p: int,
    work: float = ...,
    ask: Callable[[], None] | None = ...,
) -> tuple[Integers, Integers, Integers, NDArray[np.uint64]] | None: ...
