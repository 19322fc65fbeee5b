"""The bytes of a certificate: a wrong hash, or another spelling, is refused."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_truths as truths  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes  # noqa: E402


@pytest.mark.parametrize("name", [truths.SQUARE, "motion", truths.TRAP])
def test_changed_without_a_new_hash(name):
    body = truths.true(name)
    body["claim"]["laws"] += 1
    with pytest.raises(Refused, match="hash"):
        verify_bytes(made.data(body))
    for digest in ("0" * 64, body["hash"].upper(), None, 7):
        with pytest.raises(Refused, match="hash"):
            verify_bytes(made.data(truths.true(name) | {"hash": digest}))


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t[:-1],
        lambda t: t + b"\n",
        lambda t: t[:-1] + b"\r\n",
        lambda t: b" " + t,
        lambda t: b"\xef\xbb\xbf" + t,
        lambda t: t.replace(b":", b": ", 1),
        lambda t: t.replace(b",", b", ", 1),
        *(
            lambda t, v=v: t.replace(b'"version":1', b'"version":' + v)
            for v in (
                b'1,"version":1',
                b"1.0",
                b"1e0",
                b"NaN",
                b"Infinity",
                b"-Infinity",
                b"-0",
                b"01",
                b"+1",
                b"true",
            )
        ),
        lambda t: t.replace(b"linear", b"line\\u0061r"),
        lambda t: t.replace(b"linear", b"line\xffr"),
        lambda t: t.replace(b"linear", "lin\u00e9ar".encode()),
        lambda t: t.decode().encode("utf-16"),
        lambda t: b"",
        lambda t: b"null\n",
        lambda t: b"[]\n",
        lambda t: b"{}\n",
        lambda t: t + t,
        lambda t: t[: len(t) // 2],
    ],
)
def test_not_canonical(change):
    data = made.data(truths.true(truths.SQUARE))
    assert verify_bytes(data) and change(data) != data
    with pytest.raises(Refused):
        verify_bytes(change(data))
