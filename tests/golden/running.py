"""Runs the words of a case in process, in this directory, and keeps what they answer."""

import json
import os
import shlex
import tempfile
from contextlib import contextmanager
from pathlib import Path

from commands import run

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
    """The certificate that the words write to --output."""
    with tempfile.TemporaryDirectory() as directory, here():
        path = Path(directory, "c.json")
        result = run(*shlex.split(words), "--quiet", "--output", path)
        assert result.exit_code == 0, (words, result.output)
        return path.read_bytes()
