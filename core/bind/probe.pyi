from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FROZEN: int

class Program:
    def __init__(
        self,
        ptr: ArrayLike,
        tail: ArrayLike,
        param: ArrayLike,
        params: int,
        weight: Sequence[int] | None = None,
    ) -> None: ...
    @property
    def nodes(self) -> int: ...
    @property
    def edges(self) -> int: ...
    @property
    def params(self) -> int: ...

class Probes:
    def __init__(
        self, program: Program, source: ArrayLike, gate: ArrayLike, out: ArrayLike, p: int
    ) -> None: ...
    def __len__(self) -> int: ...
    def values(self, theta: ArrayLike) -> NDArray[np.uint64]: ...
    def words(self, words: Sequence[Sequence[int]], theta: ArrayLike) -> NDArray[np.uint64]: ...
    def chain(
        self, f: int, g: int, length: int, theta: ArrayLike, stop: Callable[[], bool] | None = None
    ) -> NDArray[np.uint64] | None: ...
