"""Archives of arrays: nothing is unpacked that their headers do not promise and keep."""

import os
import tracemalloc
import zipfile

import numpy as np
import pytest

from pyconslaw import InputError, LimitError, read_network
from pyconslaw.networks import archives

GOOD = {"kinds": np.array([0, 3, 2]), "tail": np.array([0, 1]), "head": np.array([1, 2])}


def npy(descr: str, shape: str, data: bytes, version=b"\x01\x00") -> bytes:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY" + version + len(header).to_bytes(2 * version[0], "little") + header + data


def archive_of(path, **members):
    """An archive of a network, some of its members replaced by these bytes."""
    np.savez(path, **{name: a for name, a in GOOD.items() if name not in members})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


def refused(path, error, message) -> None:
    tracemalloc.start()
    with pytest.raises(error, match=message) as caught:
        read_network(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(path) in str(caught.value)
    assert peak < 10e6


@pytest.mark.parametrize("name", ["kinds", "tail", "head"])
@pytest.mark.parametrize(
    ("descr", "shape", "error", "message"),
    [
        ("'<U0'", "(1000000000,)", LimitError, "1000000000 entries, more than"),
        ("'<i8'", "(1000000000,)", LimitError, "1000000000 entries, more than"),
        ("'<i8'", "(40000000,)", InputError, "40000000 entries are announced, and not there"),
        ("'<U0'", "(1000000000, 0)", InputError, "expected a vector of integers"),
        ("'|V0'", "(1000000000000,)", InputError, r"expected a vector of integers.*\|V0"),
        ("'<U1000000'", "(3,)", InputError, "expected a vector of integers"),
        ("[('a', '<i8')]", "(3,)", InputError, "expected a vector of integers"),
        ("[('a', '<i8')] * 10**9", "(3,)", InputError, "not a NumPy archive"),
        ("'<i8'", "(-3,)", InputError, r"expected a shape, got \(-3,\)"),
        ("'<i8'", "(True,)", InputError, "expected a shape"),
        ("'<i8'", "3", InputError, "not a NumPy archive"),
        ("'|O'", "(3,)", InputError, "expected a vector of integers"),
    ],
)
def test_headers_that_promise_too_much(tmp_path, name, *, descr, shape, error, message):
    refused(archive_of(tmp_path / "a.npz", **{name: npy(descr, shape, b"")}), error, message)


def test_a_format_for_structured_arrays(tmp_path):
    data = npy("'<i8'", "(3,)", bytes(24), b"\x03\x00")
    refused(archive_of(tmp_path / "a.npz", kinds=data), InputError, "kinds: format 3.0")


def test_a_long_directory(tmp_path):
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(30):
            archive.writestr(f"{k:02}" + "x" * 60_000, b"")
    refused(path, LimitError, "directory is longer than")


def test_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "a.npz")
    refused(tmp_path / "a.npz", InputError, "cannot be read from a pipe")


def test_long_members_are_read_in_pieces(tmp_path, monkeypatch):
    """Stored ones too, which are as long in the file."""
    n = 200_000
    nodes = np.full(n, 2)
    nodes[0] = 0
    np.savez(tmp_path / "a.npz", kinds=nodes, tail=np.arange(n - 1), head=np.arange(1, n))
    assert read_network(tmp_path / "a.npz").size == n - 1
    monkeypatch.setattr(archives, "ARCHIVE_LIMIT", 3 * n * 8)
    with pytest.raises(LimitError, match="larger than"):
        read_network(tmp_path / "a.npz")


@pytest.mark.parametrize("dtype", ["<i4", ">i8", "<u1"])
def test_integers_of_every_length(tmp_path, dtype):
    np.savez(tmp_path / "a.npz", **{name: a.astype(dtype) for name, a in GOOD.items()})
    assert read_network(tmp_path / "a.npz").size == 2
