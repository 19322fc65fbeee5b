"""phi of a network: its components by name, and its values at weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pyconslaw.fields.problem import Problem
from pyconslaw.fields.products import entry_names
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.products import Products


def named_components(
    problem: Problem,
    parameters: Sequence[Parameter],
    node_names: Callable[[], Sequence[str]],
) -> dict[str, Polynomial]:
    """The components by name: phi[i], or source -> gated neurons -> output, or entries of products.
    Errors: LimitError.
    """
    found = problem.components
    if problem.products is not None:
        names = entry_names(problem.products, [p.name for p in parameters])
    elif not problem.has_graph:
        names = [f"phi[{i}]" for i in found]
    else:
        nodes = node_names()
        names = [" -> ".join(nodes[v] for v in key) for key in found]
    return dict(zip(names, found.values(), strict=True))


def phi_at(problem: Problem, flat: np.ndarray) -> np.ndarray:
    """The components at weights, (..., components), exact where these are. Errors: LimitError."""
    if flat.dtype.kind in "iu":
        flat = flat.astype(object)
    if problem.products is not None:
        return _products(problem.products, flat)
    return _polynomials(list(problem.components.values()), flat)


def _products(products: Products, flat: np.ndarray) -> np.ndarray:
    """All entries of all products, row by row."""
    lead, matrices = flat.shape[:-1], []
    for k, (rows, columns) in enumerate(products.shapes):
        start, stop = products.starts[k : k + 2]
        matrices.append(flat[..., start:stop].reshape(*lead, rows, columns))
    found = []
    for factors in products.factors:
        total = None
        for number, transposed in factors:
            factor = matrices[number].swapaxes(-1, -2) if transposed else matrices[number]
            total = factor if total is None else total @ factor
        assert total is not None
        rows, columns = total.shape[-2:]
        found.append(total.reshape(*lead, rows * columns))
    return np.concatenate(found, axis=-1)


def _polynomials(components: Sequence[Polynomial], flat: np.ndarray) -> np.ndarray:
    columns = [f.at(_Columns(flat)) for f in components]
    whole = [np.broadcast_to(np.asarray(c, dtype=flat.dtype), flat.shape[:-1]) for c in columns]
    return np.stack(whole, axis=-1) if whole else flat[..., :0]


class _Columns:
    """Weights by number, for `Polynomial.at`."""

    def __init__(self, flat: np.ndarray):
        self.flat = flat

    def __getitem__(self, v: int) -> np.ndarray:
        return self.flat[..., v]
