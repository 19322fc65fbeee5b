from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

class Marked:
    def __init__(
        self,
        nodes: int,
        params: int,
        tail: NDArray[np.integer],
        head: NDArray[np.integer],
        param: NDArray[np.integer],
        sources: Sequence[int],
        outputs: Sequence[int],
        gated: Sequence[int],
    ) -> None: ...

def order(
    tail: NDArray[np.integer], head: NDArray[np.integer], nodes: int
) -> NDArray[np.int64]: ...
def reach(
    nodes: int,
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    sources: Sequence[int],
    outputs: Sequence[int],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]: ...
def join(
    nodes: int,
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    param: NDArray[np.integer],
    sources: Sequence[int],
    outputs: Sequence[int],
) -> NDArray[np.int64]: ...
def path_counts(
    nodes: int,
    params: int,
    tail: NDArray[np.integer],
    head: NDArray[np.integer],
    param: NDArray[np.integer],
    sources: Sequence[int],
    outputs: Sequence[int],
    gated: Sequence[int],
) -> dict[str, int | bool]: ...
def edges_text(
    a: NDArray[np.integer], b: NDArray[np.integer], c: NDArray[np.integer]
) -> Iterator[bytes]: ...
