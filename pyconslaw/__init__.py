"""Conservation laws of gradient flows of neural networks: which ones, and proofs that there are no
others.

Everything public is listed in __init__.pyi and imported on first use, so that `pyconslaw.verify`,
which needs the standard library only, starts without the rest.
"""

from importlib import import_module
from pathlib import Path
from re import findall

__version__ = "0.1.0"

__path__ = [*__path__, str(Path(__file__).with_name("old"))]  # modules that have moved

# `from pyconslaw.room import name as name`, a line each: what type checkers read is the list
_STUB = Path(__file__).with_suffix(".pyi").read_text(encoding="ascii")
_HOME = {name: module for module, name in findall(r"(?m)^from (\S+) import (\w+) as \2$", _STUB)}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__():
    return sorted([*globals(), *__all__])
