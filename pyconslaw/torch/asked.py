"""The public question: which laws does this module have?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyconslaw.torch as room
from pyconslaw.errors import InputError
from pyconslaw.torch.found import Found
from pyconslaw.torch.report import Report
from pyconslaw.torch.selfcheck import check as residuals
from pyconslaw.torch.selfcheck import question_of
from pyconslaw.torch.tensors import Weights, unwrapped

LOSSES = (None, "cross_entropy", "mse")


def laws(
    model: Any,
    example_inputs: Any = (),
    loss: str | None = None,
    *,
    check: bool = True,
    memory: int | None = None,
    seed: int = 0,
) -> Report:
    """The conservation laws of a module's gradient flow, by parameter name.

    They are derived from symmetries of the graph that the example inputs make: laws may be missed,
    none is invented. Where weights are real, every law is checked on one random gradient. The
    module is left as it was.

    Parameters
    ----------
    model : torch.nn.Module
    example_inputs : object
        A tensor, a tuple of arguments, a mapping of keywords, or a pair of these two.
    loss : str or None
        "cross_entropy" (of logits, classes on the last axis), "mse", or None: outputs are free.
    check : bool
        Whether residuals are taken.
    memory : int or None
        Bytes that the check may take for copies of the parameters; half of what is free when it is
        None. What does not fit is checked part by part, which the report says.
    seed : int
        Of the check.

    Returns
    -------
    Report

    Raises
    ------
    InputError
        When the module cannot be captured, or an argument is not what is expected.
    WrongLawError
        When a derived law does not hold on a gradient: a fault of ours, or of gradients that are
        not those of the forward pass.

    Examples
    --------
    >>> import torch
    >>> from pyconslaw.torch import laws
    >>> net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    >>> laws(net, torch.zeros(4, 2)).count
    3
    """
    if loss not in LOSSES:
        raise InputError(f"loss: {loss!r}, expected None, 'cross_entropy' or 'mse'")
    if memory is not None and memory < 0:
        raise InputError(f"memory: {memory}, expected bytes, not less than 0")
    inner = unwrapped(model)
    args, kwargs = arguments(example_inputs)
    found: Found = room.derive(inner, args, kwargs, loss)
    report = Report(type(inner).__name__, found, weights=Weights(inner), seed=seed)
    if not check:
        return report
    done = residuals(question_of(inner, args, kwargs, found, seed), memory)
    return replace(report, found=without(found, done.left_out), check=done)


def arguments(given: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Arguments and keywords.

    >>> arguments({"x": 1}), arguments((1, 2)), arguments(((1,), {"y": 2})), arguments(3)
    (((), {'x': 1}), ((1, 2), {}), ((1,), {'y': 2}), ((3,), {}))
    """
    if isinstance(given, Mapping):
        return (), dict(given)
    if isinstance(given, list | tuple):
        if len(given) == 2 and isinstance(given[0], tuple) and isinstance(given[1], Mapping):
            return given[0], dict(given[1])
        return tuple(given), {}
    return (given,), {}


def without(found: Found, left_out: tuple[int, ...]) -> Found:
    """Families that could not be confirmed are named in a note instead."""
    if not left_out:
        return found
    names = sorted({name for k in left_out for name in found.families[k].parameters})
    note = (
        f"{len(left_out)} families of laws that ignore an eps were left out, for they are not "
        f"nearly conserved and could not be checked without it: of {', '.join(names[:6])}"
    )
    kept = tuple(f for k, f in enumerate(found.families) if k not in left_out)
    return replace(found, families=kept, notes=(*found.notes, note))
