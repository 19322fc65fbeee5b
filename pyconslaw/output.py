"""Files that are written whole or not at all, and files for a while."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# temporary files of now, for whoever ends the process without unwinding
unfinished: set[str] = set()
# what else they say, a line each
last_words: list[str] = []


def write_whole(path, data: bytes | Iterable[bytes]) -> Path:
    """Writes a file beside its place and moves it there: the old file or the new one is there,
    whole, whatever happens, a loss of power included. Data may come in pieces.

    A device, a pipe or /dev/stdout is written to directly, as is a file in a folder that takes no
    new ones. Errors: OSError, which names the path.
    """
    path = Path(path)
    pieces = [data] if isinstance(data, bytes) else data
    if not check_place(path):
        with open(path, "wb") as stream:
            stream.writelines(pieces)
        return path
    target = os.path.realpath(path)  # a link stays a link
    name = f".{os.path.basename(target)[:100]}.{secrets.token_hex(8)}"
    beside = os.path.join(os.path.dirname(target), name)
    unfinished.add(beside)
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less the umask
        with os.fdopen(file, "wb") as stream:
            stream.writelines(pieces)
            stream.flush()
            os.fsync(stream.fileno())
        with suppress(FileNotFoundError):
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
        os.replace(beside, target)
    except OSError as error:  # said of the path that was asked for
        raise type(error)(error.errno, error.strerror, str(path)) from None
    finally:
        _remove(beside)
    return path


@contextmanager
def for_a_while(data: bytes) -> Iterator[str]:
    """A file that says this, which nobody else can read and which is not there afterwards, also
    where a signal has ended the process. Errors: OSError.
    """
    path = os.path.join(tempfile.gettempdir(), f"pyconslaw-{secrets.token_hex(8)}")
    unfinished.add(path)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        yield path
    finally:
        _remove(path)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)
    unfinished.discard(path)


def check_place(path) -> bool:
    """Whether a path is written beside its place and moved there. Errors: OSError, which names the
    path, when it is known beforehand that it cannot be written.
    """
    path = Path(path)
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if os.path.abspath(path).startswith(("/dev/", "/proc/")):
        return False
    if os.path.isdir(path):
        raise _place_error(IsADirectoryError, errno.EISDIR, path)
    if os.path.exists(path):
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "is write-protected", str(path))
        return os.path.isfile(path) and os.access(folder, os.W_OK)
    if not os.path.isdir(folder):
        raise _place_error(FileNotFoundError, errno.ENOENT, path)
    if not os.access(folder, os.W_OK):
        raise _place_error(PermissionError, errno.EACCES, path)
    return True


def _place_error(kind: type[OSError], number: int, path: Path) -> OSError:
    return kind(number, os.strerror(number), str(path))
