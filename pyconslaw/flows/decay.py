"""Weight decay, and the gradient with rates, of a network whose components have many paths: written
out only when a method asks.

Coordinates (theta, s), with tau behind them where it is a parameter: which coordinate is where says
the setting alone, so a count that rests on the flow of the gradient never sees the vector fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from pyconslaw.fields.polynomials import VectorField
from pyconslaw.flows.build import factor_of, phase_of
from pyconslaw.flows.setting import Setting
from pyconslaw.flows.space import Phase, Space
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial


class LaterTuple(Sequence):
    """A tuple that is made when it is first looked at; a pickle holds how."""

    def __init__(self, make: Callable[[], Sequence]):
        self._make = make

    def __reduce__(self):
        return LaterTuple, (self._make,)

    @cached_property
    def _made(self) -> tuple:
        return tuple(self._make())

    def __len__(self) -> int:
        return len(self._made)

    def __getitem__(self, k):
        return self._made[k]


class LaterMap(Mapping):
    """A vector field that is made when it is first looked at; a pickle holds how."""

    def __init__(self, make: Callable[[], VectorField]):
        self._make = make

    def __reduce__(self):
        return LaterMap, (self._make,)

    @cached_property
    def _made(self) -> VectorField:
        return self._make()

    def __len__(self) -> int:
        return len(self._made)

    def __iter__(self) -> Iterator[int]:
        return iter(self._made)

    def __getitem__(self, k: int) -> Polynomial:
        return self._made[k]


class LaterPhase:
    """The vector fields of such a flow, made when they are first looked at; a pickle holds how."""

    def __init__(self, setting: Setting, parameters: Sequence[Parameter], make_gradients):
        self._given = setting, parameters, make_gradients

    def __reduce__(self):
        return LaterPhase, self._given

    @cached_property
    def _made(self) -> Phase:
        setting, parameters, make_gradients = self._given
        return phase_of(setting, make_gradients(), parameters, range(_size(parameters)))

    def controls(self) -> Sequence[VectorField]:
        return self._made.controls

    def drift(self) -> VectorField:
        drift = self._made.drift
        if drift is None:
            raise AssertionError("a flow without drift: please report")
        return drift


def _size(parameters: Sequence[Parameter]) -> int:
    return sum(p.size for p in parameters)


def decay_phase(
    setting: Setting,
    parameters: Sequence[Parameter],
    make_gradients: Callable[[], Sequence[VectorField]],
) -> Phase:
    """The phase of such a flow, its vector fields made by the gradients when they are asked for.

    Errors: InputError when a name is taken; those of `phase_of` and of make_gradients then.
    """
    space = Space(setting, parameters, range(_size(parameters)))
    later = LaterPhase(setting, parameters, make_gradients)
    controls = LaterTuple(later.controls)
    drift = None if space.clock is None else LaterMap(later.drift)
    place = space.added, space.clock, space.parameter, space.powers()
    return Phase(
        controls,
        drift,
        *place,
        factor=factor_of(setting),
        rates=setting.rates,
        pull=setting.pull,
    )
