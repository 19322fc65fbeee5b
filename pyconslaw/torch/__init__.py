"""Laws of modules of torch: any nn.Module in, its laws by parameter name out.

Nothing else in pyconslaw imports torch. What is public here is read on first use, and says in one
line when torch is missing or is a release that was not tested.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

TESTED = "2.13.0"
_HOMES = {
    "Report": "report",
    "WrongLawError": "selfcheck",
    "derive": "derived",
    "inputs_of": "typed",
    "laws": "asked",
    "module_of": "typed",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    require_torch()
    return vars(import_module(f"{__name__}.{_HOMES[name]}"))[name]


def __dir__() -> list[str]:
    return sorted(_HOMES)


def require_torch() -> None:
    """Errors: ImportError without torch, InputError for a release that was not tested."""
    try:
        from torch import __version__ as release
    except ImportError:
        raise ImportError(
            f"pyconslaw.torch needs torch {TESTED}, which is not installed: "
            "pip install 'pyconslaw[torch]'"
        ) from None
    if release.partition("+")[0] != TESTED:
        from pyconslaw.errors import InputError

        raise InputError(f"torch: {release}, expected {TESTED}, the release that was tested")
