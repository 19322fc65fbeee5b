"""Runs the words of a case in process, in this directory, and keeps what they answer."""

import json
import os
import shlex
import tempfile
from contextlib import contextmanager
from pathlib import Path

from commands import run

import pyconslaw

HERE = Path(__file__).parent


@contextmanager
def here():
    """The directory that the paths in the words are relative to."""
    before = os.getcwd()
    os.chdir(HERE)
    try:
        yield
    finally:
        os.chdir(before)


def answer(words: str) -> dict:
    """The words, the exit status, the messages, and the data as JSON if it is that."""
    with here():
        result = run(*shlex.split(words))
    found = {"words": words, "status": result.exit_code, "stderr": result.stderr}
    try:
        return found | {"json": json.loads(result.stdout)}
    except ValueError:
        return found | {"text": result.stdout}


def certificate(words: str) -> bytes:
    """The certificate that the words write to --output; of `function FILE`, a command that writes
    none, the one that Python writes.
    """
    if words.startswith("function "):
        return function_certificate(words.removeprefix("function "))
    with tempfile.TemporaryDirectory() as directory, here():
        path = Path(directory, "c.json")
        result = run(*shlex.split(words), "--quiet", "--output", path)
        assert result.exit_code == 0, (words, result.output)
        return path.read_bytes()


def function_certificate(path: str) -> bytes:
    """About the arguments in a file: network (dims, activations, bias), weights, inputs, loss."""
    asked = json.loads((HERE / path).read_text())
    network = pyconslaw.mlp(**asked.pop("network"))
    report = pyconslaw.analyze_function(network, **asked)
    return pyconslaw.certify(network, report=report).bytes
