"""Archives of arrays: nothing is unpacked that their headers do not promise and keep."""

import os
import tracemalloc
import zipfile

import numpy as np
import pytest

from pyconslaw import InputError, LimitError, product, read_network
from pyconslaw.networks import archives
from pyconslaw.networks.files import read_weights

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


def refused(path, error, message, read=read_network) -> None:
    tracemalloc.start()
    with pytest.raises(error, match=message) as caught:
        read(path)
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


def weights_of(path, **members):
    """An archive of weights, some of its members replaced by these bytes."""
    plain = {"W1": np.eye(2), "W2": np.ones((2, 2))}
    np.savez(path, **{name: a for name, a in plain.items() if name not in members})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.npy", data)
    return path


@pytest.mark.parametrize(
    ("descr", "shape", "error", "message"),
    [
        ("'<f8'", "(100000, 100000)", LimitError, "W1: 10000000000 entries, more than"),
        ("'<f8'", "(5000, 5000)", InputError, "W1: 25000000 entries are announced, and not there"),
        ("'<f8'", "(0, 10**30)", InputError, "not a NumPy archive"),
        ("'<f8'", f"(0, {10**30})", InputError, "not a NumPy archive"),
        ("'<U0'", f"({10**9},)", InputError, "W1: expected integers or floats, got <U0"),
        ("'<c16'", "(2, 2)", InputError, "W1: expected integers or floats, got complex128"),
        ("'|b1'", "(2, 2)", InputError, "W1: expected integers or floats, got bool"),
        ("'|O'", "(2, 2)", InputError, "W1: expected integers or floats, got object"),
        ("'|V0'", f"({10**12},)", InputError, r"W1: expected integers or floats, got \|V0"),
        ("'<f8'", "(-2, -2)", InputError, r"W1: expected a shape, got \(-2, -2\)"),
        ("'<f8'", "(True, 2)", InputError, "W1: expected a shape"),
        ("'<f8'", f"({', '.join(['1'] * 99)})", InputError, "not a NumPy archive"),
    ],
)
def test_headers_of_weights(tmp_path, *, descr, shape, error, message):
    path = weights_of(tmp_path / "w.npz", W1=npy(descr, shape, b""))
    refused(path, error, message, read_weights)


def test_weights_by_name(tmp_path):
    np.savez_compressed(tmp_path / "w.npz", a=np.asfortranarray([[1, 2], [3, 4]]), s=np.array(0.5))
    found = read_weights(tmp_path / "w.npz")
    assert found["a"].tolist() == [[1, 2], [3, 4]] and found["a"].dtype == np.int64
    assert found["s"].shape == () and found["s"] == 0.5
    with zipfile.ZipFile(tmp_path / "twice.npz", "w") as archive:
        for name in ("a.npy", "a"):
            archive.writestr(name, npy("'<f8'", "(1,)", bytes(8)))
    refused(tmp_path / "twice.npz", InputError, "a name occurs twice", read_weights)
    os.mkfifo(tmp_path / "pipe.npz")
    refused(tmp_path / "pipe.npz", InputError, "cannot be read from a pipe", read_weights)


def zeros_of(path, dtype, *shapes):
    """A small archive of many entries."""
    np.savez_compressed(path, **{f"W{k}": np.zeros(n, dtype) for k, n in enumerate(shapes, 1)})
    return path


def test_entries_are_counted_over_the_whole_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ARRAY_LIMIT", 10**7)
    path = zeros_of(tmp_path / "w.npz", np.int16, 9_000_000, 9_000_000)
    assert path.stat().st_size < 100_000
    refused(path, LimitError, "18000000 entries, more than 10000000", read_weights)


def test_weights_of_another_network_are_refused_from_the_headers(tmp_path):
    own = product(2).parameters
    path = zeros_of(tmp_path / "w.npz", np.int16, 9_000_000)
    refused(path, InputError, "unknown.*W1", lambda path: read_weights(path, own))
    np.savez_compressed(path, x1=np.zeros(9_000_000, np.int8), x2=np.zeros((1, 3)))
    refused(path, InputError, "'x2'.*expected shape", lambda path: read_weights(path, own))
    np.savez_compressed(path, x1=np.zeros(9_000_000, np.int8), x2=np.zeros(9_000_000, np.int8))
    one = "expected those of one point"
    refused(path, InputError, one, lambda path: read_weights(path, own, times=False))
    assert read_weights(path, own)["x1"].nbytes == 72_000_000


def test_floats_have_64_bits(tmp_path):
    """float32 gave values in float32, longdouble no JSON."""
    np.savez(tmp_path / "w.npz", W1=np.float16([0.5]), W2=np.float32([0.1]))
    found = read_weights(tmp_path / "w.npz")
    assert {a.dtype for a in found.values()} == {np.dtype(float)}
    np.savez(tmp_path / "w.npz", W1=np.longdouble([0.5]))
    if np.dtype(np.longdouble).itemsize > 8:
        refused(tmp_path / "w.npz", InputError, "W1: expected floats of 64 bits", read_weights)


def test_integers_are_exact(tmp_path):
    np.savez(tmp_path / "w.npz", a=np.uint64([2**64 - 1]), b=np.int64([-(2**63)]))
    found = read_weights(tmp_path / "w.npz")
    assert (int(found["a"][0]), int(found["b"][0])) == (2**64 - 1, -(2**63))
