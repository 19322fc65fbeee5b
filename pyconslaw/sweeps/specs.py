"""From the lines of a file of specifications to networks, and how a network travels to where it is
asked about.
"""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, BinaryIO

from pyconslaw.certificate import canonical
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.files import layered_or_graph
from pyconslaw.networks.names import network_of
from pyconslaw.networks.network import Network
from pyconslaw.networks.texts import parse_json
from pyconslaw.networks.words import words_of

LINE_LIMIT = 1 << 20  # bytes of one specification
SHOWN = 120  # characters of a specification that stand for its name where it has none

Carried = dict[str, str]


def network_of_text(text: str) -> Network:
    """The network of a line: words as on the command line, perhaps in JSON's quotes, or the JSON
    object of a file, on one line. No line names a file: it means the same on every machine.

    Errors: InputError, LimitError.

    Examples
    --------
    >>> network_of_text("relu 2x3x1 --bias").name
    'relu 2-3-1 --bias'
    >>> network_of_text('{"variables": ["x", "y"], "phi": ["x*y"]}').size
    2
    """
    text = text.strip()
    data = text.encode()
    if len(data) > LINE_LIMIT:
        raise LimitError(f"a specification of {len(data)} bytes, more than {LINE_LIMIT}")
    try:
        if text[:1] not in ("{", '"', "["):
            return _network_of_words(text)
        value = parse_json(data)
        return _network_of_words(value) if isinstance(value, str) else layered_or_graph(value)
    except RecursionError:
        raise InputError("a specification that is nested too deeply") from None
    except InputError:
        raise
    except ValueError as error:  # malformed JSON, open quotes, too many digits
        raise InputError(f"a specification: {error}") from None


def _network_of_words(text: str) -> Network:
    """KIND DIMS and the options of the command line that say which network."""
    plain, given = words_of(text)
    if len(plain) != 2 or plain[0] == "system" or "file" in given:
        raise InputError(
            "expected words such as relu 2-3-1 --bias, or the JSON object of a file, but no name "
            f"of a file, got {text!r:.{SHOWN}}"
        )
    return network_of(*plain, **given)


def lines_of(stream: Iterator[bytes]) -> Iterator[str]:
    """The specifications in a file, one a line; empty lines and those that begin with # are passed
    over. Errors: InputError, LimitError name the line.
    """
    for number, line in enumerate(stream, 1):
        if len(line) > LINE_LIMIT:
            raise LimitError(f"line {number}: longer than {LINE_LIMIT} bytes")
        try:
            text = line.decode().strip()
        except UnicodeDecodeError as error:
            raise InputError(f"line {number}: {error}") from None
        if text and text[0] != "#":
            yield text


def bounded_lines(file: BinaryIO, first: bytes = b"") -> Iterator[bytes]:
    """The lines of a binary file; of one that is too long its beginning, which is refused. first:
    what was read of it before.
    """
    while line := first + (b"" if first == b"\n" else file.readline(LINE_LIMIT + 2)):
        first = b""
        yield line


def carried(network: Network | str | Mapping[str, Any]) -> Carried:
    """A network, or the specification of one, as texts that any executor carries. Errors:
    InputError for anything else.
    """
    if isinstance(network, str):
        return {"text": network.strip()}
    if isinstance(network, Network):
        return {"pickle": base64.b85encode(pickle.dumps(network)).decode()}
    if isinstance(network, Mapping):
        return {"text": json.dumps(dict(network))}
    raise InputError(
        "networks: expected networks, texts such as 'relu 2-3-1 --bias', or objects as in the "
        f"JSON of files, got {type(network).__name__}"
    )


def arrived(one: Carried) -> Network:
    """The network that was carried. Pickles come from the process that asks, never from a file.

    Errors: InputError, LimitError for a specification that names none.
    """
    if "text" in one:
        return network_of_text(one["text"])
    return pickle.loads(base64.b85decode(one["pickle"]))


def source_of(one: Carried) -> str:
    """A short name of a specification: equal ones have equal names."""
    return sha256(one["text"].encode()).hexdigest()[:32] if "text" in one else ""


def task_of(network: Network) -> str:
    """What a result belongs to: the network by its fingerprint, and the names that reasons are told
    in.
    """
    names = [p.name for p in network.parameters]
    told = canonical([network.fingerprint, network.name, names, list(network.node_names)])
    return sha256(told).hexdigest()


def task_of_text(one: Carried) -> str:
    """What the result of a specification belongs to that names no network."""
    return sha256(canonical(["text", one.get("text", "")])).hexdigest()


def shown(one: Carried) -> str:
    """A name for such a specification."""
    text = one.get("text", "a network")
    return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
