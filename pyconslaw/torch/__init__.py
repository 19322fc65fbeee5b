"""Laws of modules of torch: any nn.Module in, its laws by parameter name out.

Nothing else in pyconslaw imports torch. What is public here is read on first use, and says in one
line when torch is missing or is a release that was not tested.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {"laws": "asked", "Report": "report"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return vars(import_module(f"{__name__}.{_HOMES[name]}"))[name]


def __dir__() -> list[str]:
    return sorted(_HOMES)
