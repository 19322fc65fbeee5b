"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

# temporary files of now, for whoever ends the process without unwinding
unfinished: set[str] = set()


def write_whole(path, data: bytes) -> Path:
    """Writes a file beside its place and moves it there: the old file or the new one is there,
    whole, whatever happens.

    A device, a pipe or /dev/stdout is written to directly, as is a file in a folder that takes no
    new ones. Errors: OSError.
    """
    path = Path(path)
    target = os.path.realpath(path)  # a link stays a link
    there, folder = os.path.exists(path), os.path.dirname(target)
    stream = os.path.abspath(path).startswith(("/dev/", "/proc/"))
    if stream or there and not (os.path.isfile(path) and os.access(folder, os.W_OK)):
        path.write_bytes(data)
        return path
    if there and not os.access(target, os.W_OK):
        raise PermissionError(f"{path}: is write-protected")
    beside = os.path.join(folder, f".{os.path.basename(target)[:100]}.{secrets.token_hex(8)}")
    unfinished.add(beside)
    try:
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)  # less the umask
        with os.fdopen(file, "wb") as stream:
            stream.write(data)
        with suppress(FileNotFoundError):
            os.chmod(beside, os.stat(target).st_mode & 0o7777)
        os.replace(beside, target)
    except FileNotFoundError as error:  # of the folder: said of the path that was asked for
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            os.unlink(beside)
        unfinished.discard(beside)
    return path
