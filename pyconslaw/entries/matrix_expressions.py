"""SymPy expressions in matrices, computed with whatever stands for the matrices. SymPy is never
imported: an object of its own making brings its nodes along, and only those listed here are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NoReturn

import numpy as np

from pyconslaw.entries.foreign import is_sympy
from pyconslaw.entries.quotients import DEPTH_LIMIT
from pyconslaw.errors import InputError, LimitError

EXPONENTS = range(1, 1001)  # of a power of a matrix
IDENTITY_LIMIT = 1_000  # rows of an identity that is written out


def is_matrix_symbol(value: Any) -> bool:
    return is_sympy(value) and type(value).__name__ == "MatrixSymbol"


def entries_of(value: Any) -> list[Any]:
    """The entries of an array or of a SymPy matrix that lists its own, row by row; anything else is
    an entry itself.
    """
    if isinstance(value, np.ndarray):
        return value.ravel().tolist()
    return list(value) if _lists_entries(value) else [value]


def _lists_entries(value: Any) -> bool:
    is_matrix = is_sympy(value) and getattr(value, "is_Matrix", False)
    return is_matrix and not getattr(value, "is_MatrixExpr", False)


def shape_of(symbol: Any) -> tuple[int, int]:
    """The shape of a matrix symbol. Errors: InputError unless it is of numbers."""
    if not all(getattr(n, "is_Integer", False) for n in symbol.shape):
        raise InputError(f"variables: expected a shape of integers, got {symbol.shape} of {symbol}")
    rows, columns = (int(n) for n in symbol.shape)
    return rows, columns


def has_matrices(phi: Any) -> bool:
    """Whether it is a SymPy expression, or holds some, of matrices or of their entries."""
    if isinstance(phi, list | tuple):
        return any(map(has_matrices, phi))
    return is_sympy(phi)


def computed(phi: Any, matrices: Mapping[str, Any]) -> Any:
    """The values of expressions, lists of which give lists. matrices: what stands for the symbols,
    by name. Errors: InputError for other nodes.
    """
    if isinstance(phi, list | tuple):
        return [computed(one, matrices) for one in phi]
    if not is_sympy(phi):
        return phi
    if _lists_entries(phi):
        return [_value(entry, matrices, 0) for entry in phi]
    return _value(phi, matrices, 0)


def _value(node: Any, matrices: Mapping[str, Any], depth: int) -> Any:
    if depth > DEPTH_LIMIT:
        raise InputError(f"phi: more than {DEPTH_LIMIT} nested expressions")
    kind = type(node).__name__
    if getattr(node, "is_Rational", False):
        return Fraction(int(node.p), int(node.q))
    if kind == "MatrixSymbol" or getattr(node, "is_Symbol", False):
        return _known(node, matrices)
    if kind == "MatrixElement":
        row, column = node.args[1:]
        if not all(getattr(n, "is_Integer", False) for n in (row, column)):
            _fail(node)
        return _value(node.args[0], matrices, depth + 1)[int(row), int(column)]
    if kind in ("Identity", "ZeroMatrix", "OneMatrix"):
        return _constant(node, kind)
    parts = (_value(part, matrices, depth + 1) for part in node.args)
    return _combined(node, kind, parts)


def _combined(node: Any, kind: str, parts: Iterator[Any]) -> Any:
    if kind == "Transpose":
        return next(parts).T
    if kind == "Trace":
        return np.trace(next(parts))
    if kind in ("MatPow", "Pow"):
        return _power(node, next(parts))
    if kind in ("MatAdd", "Add"):
        total, *others = parts
        for other in others:
            total = total + other
        return total
    if kind in ("Mul", "HadamardProduct"):
        total, *others = parts
        for other in others:
            total = total * other
        return total
    if kind == "MatMul":
        total, *others = parts
        is_matrix, *more = (getattr(part, "is_Matrix", False) for part in node.args)
        for other, matrix in zip(others, more, strict=True):
            total = total @ other if is_matrix and matrix else total * other
            is_matrix |= matrix
        return total
    _fail(node)


def _power(node: Any, base: Any) -> Any:
    exponent = node.args[1]
    if not getattr(exponent, "is_Integer", False):
        _fail(node)
    if not getattr(node.args[0], "is_Matrix", False):
        return base ** int(exponent)
    if int(exponent) not in EXPONENTS:
        _fail(node)
    total = base
    for _ in range(int(exponent) - 1):
        total = total @ base
    return total


def _known(node: Any, matrices: Mapping[str, Any]) -> Any:
    if node.name not in matrices:
        raise InputError(f"phi: unknown matrix {node.name!r:.80}")
    found = matrices[node.name]
    if type(node).__name__ != "MatrixSymbol":
        return found[0, 0] if isinstance(found, np.ndarray) and found.size == 1 else found
    if shape_of(node) != tuple(found.shape):
        raise InputError(f"phi: {node} is {shape_of(node)}, expected {tuple(found.shape)}")
    return found


def _constant(node: Any, kind: str) -> np.ndarray:
    rows, columns = shape_of(node)
    if max(rows, columns) > IDENTITY_LIMIT:
        raise LimitError(f"phi: {node} has more than {IDENTITY_LIMIT} rows or columns")
    if kind == "Identity":
        return np.array(np.eye(rows, dtype=int), dtype=object)
    return np.full((rows, columns), int(kind == "OneMatrix"), dtype=object)


def _fail(node: Any) -> NoReturn:
    raise InputError(
        "phi: expected matrices, their entries, sums, products, integer powers, transposes, traces "
        f"and rational numbers, got the SymPy node {type(node).__name__}"
    )
