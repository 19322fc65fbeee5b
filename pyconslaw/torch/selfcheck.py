"""Residuals of derived laws on gradients of one random batch.

A law whose residual is not that of rounding is a fault of ours: an error, never a printed law.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.func import functional_call

from pyconslaw.errors import InputError, PyconslawError
from pyconslaw.torch.checked import PURE, SINGLE, Check
from pyconslaw.torch.counts import reduce
from pyconslaw.torch.found import Family, Found
from pyconslaw.torch.nearby import nearby
from pyconslaw.torch.objective import Lowest, custom_functions, random_objective
from pyconslaw.torch.residuals import Residuals, entries, largest, sample
from pyconslaw.torch.tensors import array, batch, buffers, moved, random_of
from pyconslaw.torch.without_eps import without_eps

TRIES = 3  # points and batches, while a law was not tried
LOOSE = 1e-2  # of laws that ignore an eps which could not be taken away
COPIES = 3  # of all parameters, that a check in doubles holds: they, gradients, room


class WrongLawError(PyconslawError, AssertionError):
    """A derived law is violated by a gradient; the message says where to look."""


@dataclass(frozen=True)
class Question:
    """A module on inputs, what was derived of it, and families whose residuals are taken."""

    model: nn.Module
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    found: Found
    seed: int
    families: tuple[Family, ...] = ()
    exact: tuple[bool, ...] = ()
    numbers: tuple[int, ...] = ()  # which families of what was found

    def approximate(self) -> Question:
        """Of the families that ignore an eps, taken as if they did not."""
        kept = [k for k, is_exact in enumerate(self.exact) if not is_exact]
        return replace(
            self,
            families=tuple(self.families[k] for k in kept),
            exact=(True,) * len(kept),
            numbers=tuple(self.numbers[k] for k in kept),
        )


def check(question: Question, memory: int | None = None) -> Check:
    """Takes the residuals of all laws, in blocks of a sample where there are millions. Errors:
    WrongLawError.
    """
    model, found = question.model, question.found
    shapes = {one.name: one.shape for one in found.parameters if one.trainable}
    listed = [(k, one) for k, f in enumerate(found.families) if (one := reduce(f, shapes))]
    rng = np.random.default_rng(question.seed)
    question = replace(
        question,
        families=tuple(sample(family, rng) for _, family in listed),
        exact=tuple(found.families[k].exact for k, _ in listed),
        numbers=tuple(k for k, _ in listed),
    )
    known = Check(
        "none",
        laws=sum(entries(family, shapes) for family in question.families),
        of=sum(entries(family, shapes) for _, family in listed),
        seed=question.seed,
    )
    if any(p.is_meta for p in model.parameters()):
        return replace(known, laws=0, why="the weights are on the meta device")
    if not listed:
        return replace(known, laws=0, why="no laws")
    room = memory if memory is not None else available() // 2
    with as_it_was(model, question.seed):
        for dtype, bits in ((torch.float64, 64), (torch.float32, 32)):
            need = bits // 8 * COPIES * found.size
            if need > room:
                why = f"copies of {bits} bits take {need} bytes, {room} are allowed"
                known = replace(known, why=known.why or why)
                continue
            try:
                return on_copies(question, known, dtype)
            except InputError:
                raise
            except (RuntimeError, NotImplementedError, TypeError, ValueError) as error:
                line = (str(error).strip().splitlines() or [""])[0][:120]
                why = f"not in {bits} bits ({type(error).__name__}: {line})"
                known = replace(known, why=known.why or why)
        return in_own_precision(question, known, room)


@dataclass(frozen=True)
class Drawn:
    """What one random point and batch gave."""

    residuals: list[np.ndarray]
    idle: list[np.ndarray]
    bits: int
    custom: set[str]
    finite: bool = True

    def and_then(self, other: Drawn) -> Drawn:
        """The larger residuals of both."""
        return Drawn(
            [np.maximum(a, b) for a, b in zip(self.residuals, other.residuals, strict=True)],
            [a & b for a, b in zip(self.idle, other.idle, strict=True)],
            min(self.bits, other.bits),
            self.custom | other.custom,
        )


def on_copies(question: Question, known: Check, dtype: torch.dtype) -> Check:
    """On copies of all parameters, moved at random; again where something was not tried."""
    drawn, point = at_random(question, dtype, 0)
    for k in range(1, TRIES):
        if not drawn.finite:
            drawn, point = at_random(question, dtype, k)
        elif any(idle.any() for idle in drawn.idle):
            more, _ = at_random(question, dtype, k)
            drawn = drawn.and_then(more) if more.finite else drawn
    if not drawn.finite:
        raise RuntimeError("gradients at random points are not finite")
    if drawn.bits < 32:
        return replace(known, laws=0, why="it computes in 16 bits inside")
    tolerance = PURE if drawn.bits == 64 else SINGLE
    way = "double precision" if dtype == torch.float64 else "single precision"
    known = judged(question, drawn, replace(known, way=way, tolerance=tolerance))
    known = approximate(question, drawn, known, point)
    if any(name.endswith("running_var") for name, _ in question.model.named_buffers()):
        others, _ = at_random(question, dtype, 0, statistics=True)
        strict = zip(others.residuals, question.exact, strict=True)
        fails = sum(int((r > tolerance).sum()) for r, is_exact in strict if is_exact)
        known = replace(known, on_statistics=fails)
    return known


def at_random(
    question: Question, dtype: torch.dtype, number: int, *, statistics: bool = False
) -> tuple[Drawn, Any]:
    """Residuals at the random point and batch of this number, and these."""
    model, random = question.model, random_of(question.seed + number)
    weights = moved(model, random, dtype)
    args, kwargs = batch((question.args, question.kwargs), dtype, random)
    held = {**weights, **buffers(model, dtype, random if statistics else None)}
    drawn = residuals_of(question, weights, lambda: functional_call(model, held, args, kwargs))
    return drawn, (weights, args, kwargs)


def residuals_of(
    question: Question, weights: dict[str, torch.Tensor], call: Callable[[], Any]
) -> Drawn:
    """Of the gradient of a random objective of what is called."""
    with torch.enable_grad(), Lowest() as lowest:
        value = random_objective(call(), question.found.loss, question.seed)
    total = Residuals(question.families)
    custom = custom_functions(value)
    names = [one.name for one in question.found.parameters if weights[one.name].requires_grad]
    add_gradients(total, value, {name: weights[name] for name in names})
    finite = bool(np.isfinite(total.gradient))
    return Drawn(total.all(), total.idle(), lowest.bits, custom, finite)


def add_gradients(total: Residuals, value: torch.Tensor, weights: dict[str, torch.Tensor]) -> None:
    """The shares of these parameters."""
    found = torch.autograd.grad(value, list(weights.values()), allow_unused=True)
    for (name, weight), gradient in zip(weights.items(), found, strict=True):
        if gradient is None:
            gradient = torch.zeros_like(weight)
        total.add(name, array(weight), array(gradient.to_dense()))


def approximate(question: Question, drawn: Drawn, known: Check, point: Any = None) -> Check:
    """Residuals of laws that ignore an eps, with every eps 0. Where that cannot be had, those that
    are not nearly laws are left out: an eps may be as large as what it is added to.
    """
    few = question.approximate()
    if not few.families:
        return known
    try:
        if point is None:
            raise InputError("eps: only copies are without one")
        rest = residuals_of(few, point[0], without_eps(question.model, *point))
        confirmed = all(np.isfinite(r).all() for r in rest.residuals)
    except Exception:  # of the export, or of an operator that refuses
        confirmed = False
    if confirmed:
        judged(few, rest, known)
        return replace(known, without_eps=largest(rest.residuals))
    large = zip(drawn.residuals, question.exact, question.numbers, strict=True)
    left = tuple(k for r, is_exact, k in large if not is_exact and not largest([r]) <= LOOSE)
    return replace(known, left_out=left)


def in_own_precision(question: Question, known: Check, room: int) -> Check:
    """On the module itself, gradients of some parameters at a time: residuals are sums."""
    model = question.model
    own = dict(model.named_parameters(remove_duplicate=False))
    bits = min((torch.finfo(p.dtype).bits for p in own.values()), default=32)
    if bits < 32:
        return replace(known, laws=0, why=f"{known.why}; its own precision has 16 bits")
    random = random_of(question.seed)
    args, kwargs = batch((question.args, question.kwargs), None, random)
    total, custom = Residuals(question.families), set()
    listed = [one.name for one in question.found.parameters if own[one.name].requires_grad]
    for names in portions(listed, own, room):
        held = buffers(model, None)
        with torch.random.fork_rng(devices=[]), torch.enable_grad():
            torch.manual_seed(question.seed)
            out = functional_call(model, held, args, kwargs)
            value = random_objective(out, question.found.loss, question.seed)
        custom |= custom_functions(value)
        add_gradients(total, value, {n: own[n] for n in names})
    if not np.isfinite(total.gradient):
        return replace(known, laws=0, why=f"{known.why}; gradients are not finite")
    known = replace(known, way="own precision, part by part", tolerance=SINGLE)
    drawn = Drawn(total.all(), total.idle(), bits, custom)
    return approximate(question, drawn, judged(question, drawn, known))


def portions(names: list[str], own: dict[str, nn.Parameter], room: int) -> Iterator[list[str]]:
    """Parameters whose gradients fit together into the memory, one at least."""
    held: list[str] = []
    size = 0
    for name in names:
        extra = own[name].numel() * own[name].element_size()
        if held and size + extra > room:
            yield held
            held, size = [], 0
        held.append(name)
        size += extra
    if held:
        yield held


def judged(question: Question, drawn: Drawn, known: Check) -> Check:
    """The largest residuals. Errors: WrongLawError when a law that ignores nothing is violated."""
    listed = list(zip(question.families, drawn.residuals, question.exact, strict=True))
    for family, residual, is_exact in listed:
        if is_exact and not largest([residual]) <= known.tolerance:  # what is no number, too
            raise WrongLawError(
                f"a law was derived that does not hold: a {family.kind} law of "
                f"{', '.join(family.parameters[:6])} has residual {largest([residual]):.1e}, "
                f"expected at most {known.tolerance:.0e}. This is a fault of pyconslaw, or of "
                "gradients that are not those of the forward pass. "
                + nearby(question, family.parameters, drawn.custom)
            )
    strict = [r for _, r, is_exact in listed if is_exact]
    loose = [r for _, r, is_exact in listed if not is_exact]
    return replace(
        known,
        worst=largest(strict) if strict else known.worst,
        worst_approximate=largest(loose) if loose else known.worst_approximate,
        idle=sum(not_tried(one) for one in drawn.idle),
    )


def not_tried(idle: np.ndarray) -> int:
    """How many laws: of a block the upper triangle."""
    return int((np.triu(idle) if idle.ndim == 3 else idle).sum())


@contextmanager
def as_it_was(model: nn.Module, seed: int) -> Iterator[None]:
    """Random state, modes and attributes that are tensors, as before; no warnings."""
    kept = [
        (
            part,
            part.training,
            {k: v for k, v in part.__dict__.items() if isinstance(v, torch.Tensor)},
        )
        for part in model.modules()
    ]
    devices = sorted({p.device.index for p in model.parameters() if p.is_cuda})
    try:
        with torch.random.fork_rng(devices=devices), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.manual_seed(seed)
            yield
    finally:
        for part, training, attributes in kept:
            part.training = training
            for name, value in attributes.items():
                object.__setattr__(part, name, value)


def available() -> int:
    """Bytes of memory that nobody uses."""
    try:
        with open("/proc/meminfo") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def question_of(model: nn.Module, args: Any, kwargs: Any, found: Found, seed: int) -> Question:
    """Errors: InputError when what was found is of another module."""
    names = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    for one in found.parameters:
        if one.name not in names:
            raise InputError(f"found: parameter {one.name}, which the model does not have")
    return Question(model, tuple(args), dict(kwargs or {}), found, seed)
