"""Arrays of an .npz archive: what their headers promise is looked at before anything is unpacked,
and nothing is unpickled.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np
from numpy.lib import format as npy

from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.arrays import ARRAY_LIMIT

ARCHIVE_LIMIT = 1 << 30  # bytes, also unpacked
AT_ONCE = 1 << 20  # bytes; a directory of six members is far shorter
ITEM = 64  # bytes of an entry, the longest name of a kind having 40
REQUIRED = {"kinds", "tail", "head"}
OPTIONAL = {"parameter", "weight", "outputs"}
HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def read_arrays(path) -> dict[str, Any]:
    """The arguments of `dag_from_arrays` that an archive holds. Errors: InputError, LimitError,
    OSError.
    """
    return _read(path, _arrays)


def read_weight_arrays(path) -> dict[str, np.ndarray]:
    """The arrays of numbers that an archive holds, by name; integers are exact. Errors: as of
    `read_arrays`.
    """
    return _read(path, _weights)


def _read(path, arrays: Callable[[zipfile.ZipFile], Iterator[tuple[str, Any]]]) -> dict[str, Any]:
    there = os.stat(path)
    if there.st_size > ARCHIVE_LIMIT:
        raise LimitError(f"larger than {ARCHIVE_LIMIT} bytes")
    if stat.S_ISFIFO(there.st_mode):
        raise InputError("an archive cannot be read from a pipe")
    with open(path, "rb", buffering=0) as plain, _Pieces(plain) as file:
        try:
            with zipfile.ZipFile(file) as members, warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of numpy, on headers by Python 2
                return dict(arrays(members))
        except (InputError, LimitError):
            raise
        except MemoryError:
            raise LimitError("an array does not fit in memory") from None
        # zipfile and numpy raise a dozen types on damaged files, some of them undocumented
        except Exception as error:
            raise InputError(f"not a NumPy archive: {error}") from None


class _Pieces(io.BufferedReader):
    """A file of which no long piece is read at once, as the directory of a forged archive is."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > AT_ONCE:
            raise LimitError(f"its directory is longer than {AT_ONCE} bytes")
        return super().read(size)


def _arrays(members: zipfile.ZipFile) -> Iterator[tuple[str, np.ndarray]]:
    """Each array with its name; the names are those that are expected."""
    names = _names(members)
    if (
        not set(names) >= REQUIRED
        or not set(names) <= REQUIRED | OPTIONAL
        or (len(set(names)) < len(names))
    ):
        raise InputError(
            "expected arrays kinds, tail, head and perhaps parameter, weight, outputs, got "
            f"{', '.join(names):.200}"
        )
    for name, member in zip(names, members.infolist(), strict=True):
        with members.open(member) as file:
            yield name, _array(file, name, member.file_size)


def _weights(members: zipfile.ZipFile) -> Iterator[tuple[str, np.ndarray]]:
    """Each array of numbers with its name."""
    names = _names(members)
    if len(set(names)) < len(names):
        raise InputError("a name occurs twice")
    for name, member in zip(names, members.infolist(), strict=True):
        with members.open(member) as file:
            yield name, _numbers(file, name, member.file_size)


def _names(members: zipfile.ZipFile) -> list[str]:
    """The names of the arrays, which are not larger than what is unpacked."""
    if sum(member.file_size for member in members.infolist()) > ARCHIVE_LIMIT:
        raise LimitError(f"larger than {ARCHIVE_LIMIT} bytes when unpacked")
    return [name.removesuffix(".npy") for name in members.namelist()]


def _header(file, name: str) -> tuple[Any, bool, np.dtype]:
    """What an array is said to be: shape, whether it is stored by columns, type."""
    version = npy.read_magic(file)
    if version not in HEADERS:
        raise InputError(f"{name}: format {version[0]}.{version[1]} is not that of plain arrays")
    return HEADERS[version](file)


def _numbers(file, name: str, size: int) -> np.ndarray:
    """An array of numbers of any shape, as `_array` reads a vector."""
    shape, by_columns, dtype = _header(file, name)
    if dtype.kind not in "iuf" or dtype.itemsize > ITEM:
        raise InputError(f"{name}: expected integers or floats, got {dtype}")
    if any(type(n) is not int or n < 0 for n in shape):
        raise InputError(f"{name}: expected a shape, got {shape}")
    count = prod(shape)
    if count > ARRAY_LIMIT:
        raise LimitError(f"{name}: {count} entries, more than {ARRAY_LIMIT}")
    if size < count * dtype.itemsize:
        raise InputError(f"{name}: {count} entries are announced, and not there")
    found: np.ndarray = np.ndarray(shape, dtype, _data(file), order="F" if by_columns else "C")
    return found if dtype.kind == "f" else found.astype(object)


def _array(file, name: str, size: int) -> np.ndarray:
    """An array, when its header says no more than is there. size: of header and entries, in bytes.

    Errors: InputError, LimitError, and ValueError by numpy on a damaged header.
    """
    shape, _, dtype = _header(file, name)
    if len(shape) != 1 or dtype.kind not in "iufbU" or dtype.itemsize > ITEM:
        raise InputError(
            f"{name}: expected a vector of integers"
            f"{' or texts' if name == 'kinds' else ''}, got {dtype} of shape {shape}"
        )
    if type(shape[0]) is not int or shape[0] < 0:
        raise InputError(f"{name}: expected a shape, got {shape}")
    if shape[0] > ARRAY_LIMIT + 1:
        raise LimitError(f"{name}: {shape[0]} entries, more than {ARRAY_LIMIT}")
    if size < shape[0] * dtype.itemsize:
        raise InputError(f"{name}: {shape[0]} entries are announced, and not there")
    return np.ndarray(shape, dtype, _data(file))


def _data(file) -> bytearray:
    data = bytearray()
    while piece := file.read(AT_ONCE):
        data += piece
    return data
