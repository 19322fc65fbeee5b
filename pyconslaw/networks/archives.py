"""Arrays of an .npz archive: what their headers promise is looked at before anything is unpacked,
and nothing is unpickled.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.lib import format as npy

from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.arrays import ARRAY_LIMIT
from pyconslaw.networks.weights import check_names, leading_axes
from pyconslaw.records.graph import Parameter

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


def read_weight_arrays(
    path, parameters: Sequence[Parameter] | None = None, times: bool = True
) -> dict[str, np.ndarray]:
    """The arrays of numbers that an archive holds, by name: integers exact, floats of 64 bits.

    parameters: whose weights they must be, as the headers say before anything is unpacked. times:
    whether they may have leading axes. Errors: as of `read_arrays`.
    """
    return _read(path, partial(_weights, parameters=parameters, times=times))


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
        texts = " or texts" if name == "kinds" else ""
        header = _header(members, member, name, _Expected(f"a vector of integers{texts}", "iufbU"))
        yield name, _array(members, member, header)


def _weights(
    members: zipfile.ZipFile, parameters: Sequence[Parameter] | None, times: bool
) -> Iterator[tuple[str, np.ndarray]]:
    """Each array of numbers with its name, once all headers are known to be those of weights."""
    names = _names(members)
    if len(set(names)) < len(names):
        raise InputError("a name occurs twice")
    numbers = _Expected("integers or floats", "iuf", vector=False)
    headers = {
        name: _header(members, member, name, numbers)
        for name, member in zip(names, members.infolist(), strict=True)
    }
    for name, header in headers.items():
        if header.dtype.kind == "f" and header.dtype.itemsize > 8:
            raise InputError(f"{name}: expected floats of 64 bits at most, got {header.dtype}")
    total = sum(prod(header.shape) for header in headers.values())
    if total > ARRAY_LIMIT:
        raise LimitError(f"{total} entries, more than {ARRAY_LIMIT}")
    if parameters is not None:
        check_names(parameters, headers, "weights")
        lead = leading_axes(parameters, [headers[p.name].shape for p in parameters], "weights")
        if lead and not times:
            raise InputError(f"weights: expected those of one point, got leading axes {lead}")
    for member, (name, header) in zip(members.infolist(), headers.items(), strict=True):
        yield name, _plain(_array(members, member, header))


def _plain(numbers: np.ndarray) -> np.ndarray:
    """The same numbers in 64 bits; as Python integers where these are not enough."""
    if numbers.dtype.kind == "f":
        return numbers.astype(np.float64)
    large = numbers.dtype.kind == "u" and numbers.size and numbers.max() >= 1 << 63
    return numbers.astype(object if large else np.int64)


def _names(members: zipfile.ZipFile) -> list[str]:
    """The names of the arrays, which are not larger than what is unpacked."""
    if sum(member.file_size for member in members.infolist()) > ARCHIVE_LIMIT:
        raise LimitError(f"larger than {ARCHIVE_LIMIT} bytes when unpacked")
    return [name.removesuffix(".npy") for name in members.namelist()]


class _Expected(NamedTuple):
    """What an array may be: in words, the kinds of its type, whether it has one axis."""

    words: str
    kinds: str
    vector: bool = True


class _Header(NamedTuple):
    """What an array is said to be: shape, whether it is stored by columns, type."""

    shape: tuple[int, ...]
    by_columns: bool
    dtype: np.dtype


def _header(
    members: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, expected: _Expected
) -> _Header:
    """That of an array, when it says no more than is there.

    Errors: InputError, LimitError, and ValueError by numpy on a damaged header.
    """
    with members.open(member) as file:
        found = _stated(file, name)
    shape, dtype = found.shape, found.dtype
    if (
        (expected.vector and len(shape) != 1)
        or dtype.kind not in expected.kinds
        or dtype.itemsize > ITEM
    ):
        raise InputError(f"{name}: expected {expected.words}, got {dtype} of shape {shape}")
    if any(type(n) is not int or n < 0 for n in shape):
        raise InputError(f"{name}: expected a shape, got {shape}")
    count = prod(shape)
    if count > ARRAY_LIMIT + 1:  # a CSR pointer has one more
        raise LimitError(f"{name}: {count} entries, more than {ARRAY_LIMIT}")
    if member.file_size < count * dtype.itemsize:
        raise InputError(f"{name}: {count} entries are announced, and not there")
    return found


def _stated(file, name: str) -> _Header:
    version = npy.read_magic(file)
    if version not in HEADERS:
        raise InputError(f"{name}: format {version[0]}.{version[1]} is not that of plain arrays")
    return _Header(*HEADERS[version](file))


def _array(members: zipfile.ZipFile, member: zipfile.ZipInfo, header: _Header) -> np.ndarray:
    """The entries behind a header that has been looked at."""
    with members.open(member) as file:
        _stated(file, member.filename)
        data = bytearray()
        while piece := file.read(AT_ONCE):
            data += piece
    order: Literal["F", "C"] = "F" if header.by_columns else "C"
    return np.ndarray(header.shape, header.dtype, data, order=order)
