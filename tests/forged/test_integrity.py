"""Any byte changed without a new hash, and any other spelling of the same content, is refused."""

import hashlib
import json
import random

import pytest

from .forge import SMALL, canonical, file_of, fingerprint, real, reason_of, sealed

SMALLEST = ["linear 1-2-2-1", "product 6"]
DATA = file_of("relu 2-3-1 --bias")


def refused(data):
    reason = reason_of(data)
    assert reason is not None, data
    return reason


@pytest.mark.parametrize("name", SMALLEST)
@pytest.mark.parametrize(
    "change",
    [
        lambda x: x ^ 1,
        lambda x: x ^ 0x20,
        lambda x: x ^ 0x80,
        lambda x: (x + 1) % 256,
        lambda x: 0,
        lambda x: ord("0") if x != ord("0") else ord("1"),
        lambda x: ord(" ") if x != ord(" ") else 9,
    ],
    ids=["bit 0", "case", "bit 7", "next", "nul", "digit", "space"],
)
def test_every_byte(name, change):
    data = file_of(name)
    for k, x in enumerate(data):
        refused(data[:k] + bytes([change(x)]) + data[k + 1 :])


@pytest.mark.parametrize("name", SMALLEST)
def test_every_deletion_insertion_and_length(name):
    data = file_of(name)
    for k in range(len(data)):
        refused(data[:k] + data[k + 1 :])
        refused(data[:k])
        refused(data[k + 1 :])
        for piece in (b" ", b"0", b"\n", b",", b"[]", b"\x00"):
            refused(data[:k] + piece + data[k:])
        if k and data[k - 1] != data[k]:
            refused(data[: k - 1] + data[k : k + 1] + data[k - 1 : k] + data[k + 1 :])


@pytest.mark.parametrize("name", sorted(SMALL))
def test_bytes_at_random(name, fresh_seed):
    """Runs of bytes replaced, removed or moved, in every kind of certificate."""
    draw, data = random.Random(fresh_seed), file_of(name)
    for _ in range(150):
        i, j = sorted(draw.randrange(len(data) + 1) for _ in range(2))
        other = draw.choice(
            [b"", draw.randbytes(draw.randint(1, 4)), data[i:j][::-1], data[i:j] * 2]
        )
        forged = data[:i] + other + data[j:]
        if forged != data:
            refused(forged)


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d[:-1],  # no newline
        lambda d: d + b"\n",
        lambda d: d + b" ",
        lambda d: d + b"\x00",
        lambda d: d + b"{}",
        lambda d: d + d,
        lambda d: d + b"//",
        lambda d: d[:-1] + b"\r\n",
        lambda d: d[:-1] + b"\r",
        lambda d: d[:-1] + b"\x0b",
        lambda d: b" " + d,
        lambda d: b"\n" + d,
        lambda d: b"\xef\xbb\xbf" + d,
        lambda d: b"\x1e" + d,
        lambda d: d.decode().encode("utf-16"),
        lambda d: d.decode().encode("utf-32-be"),
        lambda d: d.replace(b":", b": "),
        lambda d: d.replace(b",", b", "),
        lambda d: d.replace(b"[", b"[ ", 1),
        lambda d: d.replace(b",", b",\n", 1),
        lambda d: d.replace(b",", b",\t", 1),
        lambda d: d.replace(b"]", b",]", 1),
        lambda d: (json.dumps(json.loads(d), indent=1, sort_keys=True) + "\n").encode(),
        lambda d: (json.dumps(json.loads(d), sort_keys=True) + "\n").encode(),
        lambda d: canonical(json.loads(d)).replace('"', "'").encode() + b"\n",
        lambda d: d.upper(),
        lambda d: b"[" + d[:-1] + b"]\n",
        lambda d: json.dumps(d.decode()).encode() + b"\n",
        lambda d: b"",
        lambda d: b"\n",
        lambda d: b"null\n",
        lambda d: b"1\n",
        lambda d: b"{}\n",
        lambda d: b"[]\n",
        lambda d: b'""\n',
        lambda d: b"\xff\xfe",
        lambda d: bytes(range(256)),
        lambda d: b"\x00" * 100,
        lambda d: b"\x1f\x8b" + d,
        lambda d: b"%PDF-1.7\n" + d,
    ],
)
def test_other_spellings(change):
    forged = change(DATA)
    assert forged != DATA
    refused(forged)


def number_spellings(number):
    return [
        "+" + number,
        "0" + number,
        number + ".0",
        number + "e0",
        number + "E+0",
        number + ".",
        number + "_0",
        "0x" + number,
        f'"{number}"',
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "1e3",
        "1e400",
        "-0",
        "-0.0",
        "- 1",
        "true",
        "null",
        "1.0",
        "٣",
        "\uff11",
        "",
    ]


@pytest.mark.parametrize("key, number", [("version", "1"), ("parameters", "12"), ("laws", "3")])
def test_numbers(key, number):
    """Also where the hash is made right for the value that the number stands for in Python."""
    field = f'"{key}":{number}'.encode()
    assert DATA.count(field) == 1
    for spelling in number_spellings(number):
        forged = DATA.replace(field, f'"{key}":{spelling}'.encode())
        refused(forged)
        try:
            body = json.loads(forged)
        except ValueError:
            continue
        body.pop("hash")
        rehashed = json.loads(DATA)["hash"], fingerprint(body)
        refused(forged.replace(*(h.encode() for h in rehashed)))


def test_minus_zero():
    body = real("closing algebra")
    data = sealed(body)
    assert data.count(b"[0,1]") > 10 and reason_of(data) is None
    refused(data.replace(b"[0,1]", b"[-0,1]", 1))
    assert "hash" in refused(data.replace(b"[0,1]", b"[0,2]", 1))


@pytest.mark.parametrize("name", SMALLEST)
def test_escapes(name):
    """Every character of every string as \\u escape, in either case, also where / or DEL may be
    escaped.
    """
    text = file_of(name).decode()
    inside = False
    for k, x in enumerate(text):
        if x == '"':
            inside = not inside
        elif inside:
            for escape in {f"\\u{ord(x):04x}", f"\\u{ord(x):04X}", "\\" + x}:
                refused((text[:k] + escape + text[k + 1 :]).encode())


def spelled(value, shuffle):
    """JSON text with the keys of objects in an order of one's own."""
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(
                f"{json.dumps(k)}:{spelled(value[k], shuffle)}" for k in shuffle(list(value))
            )
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(spelled(x, shuffle) for x in value) + "]"
    return json.dumps(value)


def test_order_of_keys():
    body = json.loads(DATA)
    assert spelled(body, sorted).encode() + b"\n" == DATA
    draw = random.Random(1)
    for shuffle in [
        lambda keys: sorted(keys, reverse=True),
        lambda keys: sorted(keys, key=len),
        *[lambda keys: draw.sample(keys, len(keys))] * 20,
    ]:
        text = spelled(body, shuffle).encode() + b"\n"
        if text != DATA:
            refused(text)
            content = spelled({k: body[k] for k in body if k != "hash"}, shuffle)
            # the hash of the text as it stands
            other = hashlib.sha256(content.encode()).hexdigest()
            refused(text.replace(body["hash"].encode(), other.encode()))


def objects(value):
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from objects(inner)


@pytest.mark.parametrize("name", ["relu 2-3-1 --bias", "linear 1-2-2-1-2", "closing algebra"])
def test_duplicate_keys(name):
    """Each key of each object twice, with the same value or another, before and behind."""
    data, body = file_of(name), real(name)
    for found in objects(body):
        for key, value in found.items():
            entry = f"{canonical(key)}:{canonical(value)}"
            assert entry.encode() in data
            for other in (
                entry,
                f"{canonical(key)}:0",
                f"{canonical(key)}:null",
                f'{canonical(key)}:"linear"',
            ):
                for pair in (f"{entry},{other}", f"{other},{entry}"):
                    refused(data.replace(entry.encode(), pair.encode(), 1))


def test_hash():
    body = json.loads(DATA)
    right = body["hash"]
    upper, swapped = right.upper(), right[::-1]
    assert upper != right != swapped
    for wrong in (
        upper,
        swapped,
        right[:-1],
        right + "0",
        " " + right,
        "0x" + right,
        "",
        "0" * 64,
        None,
        0,
        True,
        [right],
        {"sha256": right},
        int(right, 16),
        fingerprint(body),
        f"sha256:{right}",
    ):
        refused((canonical(body | {"hash": wrong}) + "\n").encode())
    del body["hash"]
    assert "hash" in refused((canonical(body) + "\n").encode())
    for algorithm in ("md5", "sha1", "sha512", "sha3_256", "blake2s"):
        digest = hashlib.new(algorithm, canonical(body).encode()).hexdigest()
        refused((canonical(body | {"hash": digest}) + "\n").encode())


def test_the_hash_covers_everything():
    """One leaf changed anywhere, hash kept: refused for the hash and for nothing else."""

    def leaves(value, path=()):
        if isinstance(value, (dict, list)) and value:
            for key in value if isinstance(value, dict) else range(len(value)):
                yield from leaves(value[key], path + (key,))
        else:
            yield path

    for name in sorted(SMALL):
        for path in leaves(real(name)):
            body = target = real(name)
            for key in path[:-1]:
                target = target[key]
            old = target[path[-1]]
            target[path[-1]] = old + 1 if type(old) is int else f"{old}x"
            assert (
                reason_of((canonical(body) + "\n").encode())
                == "the hash does not match the content"
            )
