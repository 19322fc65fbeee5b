"""What data see of the parameters of a block: its phi, component by component."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyconslaw.blocks.families import LawFamily, StatedLaws
from pyconslaw.blocks.forms import ONE, Form, Forms, Poly
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.network import Network
from pyconslaw.networks.systems import System
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial

Values = NDArray[np.object_]  # forms, or polynomials, in an array

PARAMETER_LIMIT, TERM_LIMIT = 5_000, 100_000
ATOM_COST = 50  # steps
FROZEN = 97  # frozen weights are integers other than zero, no more than this


class Trace(Forms):
    """The parameters, the components, and what the block was cut at. tokens: as of `Forms`, a
    number of them.
    """

    def __init__(self, tokens: int = 0):
        self.atoms = tokens
        super().__init__(range(tokens))
        self.parameters: list[Parameter] = []
        self.size = 0
        self.components: dict[Any, tuple[Poly, Poly]] = {}
        self.cuts: list[str] = []
        self._terms = 0
        self._state = 1  # of the frozen weights, equal for equal blocks

    def parameter(self, name: str, *shape: int) -> Values:
        """A new array of parameters, each as a polynomial."""
        made = Parameter(name, shape)
        if self.size + made.size > PARAMETER_LIMIT:
            raise LimitError(
                f"layers: more than {PARAMETER_LIMIT} parameters, the most for components that are "
                "written out; take smaller sizes"
            )
        if any(name == p.name for p in self.parameters):
            raise AssertionError(f"{name} twice: please report")
        entries = np.empty(shape, dtype=object)
        for k, place in enumerate(np.ndindex(shape), self.size):
            entries[place] = {(k,): 1}
        self.parameters.append(made)
        self.size += made.size
        return entries

    def frozen(self, *shape: int) -> Values:
        """Weights that are not trained: integers without any pattern."""
        self.charge(prod(shape))
        entries = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            self._state = self._state * 48271 % (2**31 - 1)
            value = self._state % (2 * FROZEN) - FROZEN
            entries[place] = {(): value if value < 0 else value + 1}
        return entries

    def atom(self) -> int:
        self.atoms += 1
        return self.atoms - 1

    def fresh(self, *shape: int) -> Values:
        """Values that only data know."""
        self.charge(ATOM_COST * prod(shape))
        out = np.empty(shape, dtype=object)
        for place in np.ndindex(shape):
            out[place] = {(self.atom(),): ONE}
        return out

    def told(self, text: str) -> None:
        """Notes what was assumed at a cut, once."""
        if text not in self.cuts:
            self.cuts.append(text)

    # what is seen

    def see(self, values: Iterable[Form]) -> None:
        """Values that something sees which no change of them escapes."""
        for form in values:
            for p in form.values():
                self._component(p, ONE)

    def differences(self, values: Sequence[Form]) -> list[Form]:
        """All that a common shift leaves of values."""
        first, *others = values
        return [self.add(form, first, -1) for form in others]

    def see_direction(self, values: Sequence[Form]) -> None:
        """Values that are seen up to a common positive factor: of each token, where the input is
        one; a factor that all tokens have, where something else is added.
        """
        loose: list[Poly] = []
        apart: dict[int, list[Poly]] = {}
        for form in values:
            for key, p in form.items():
                token = self.tokens.intersection(key)
                (apart.setdefault(min(token), []) if token else loose).append(p)
        for own in apart.values() if apart else [[]]:
            together = loose + own
            constant = next((p for p in together if set(p) == {()}), None)
            bottom = constant or min(loose or own, key=len, default=ONE)
            for p in together:
                self._component(p, bottom)

    def _component(self, top: Poly, bottom: Poly) -> None:
        constant = set(bottom) == {()}
        if set(top) <= {()} and constant:
            return
        if constant:
            bottom = ONE
        if top == bottom:
            return
        key = _canonical(top), None if constant else _canonical(bottom)
        if key in self.components:
            return
        self._terms += len(top) + len(bottom)
        if self._terms > TERM_LIMIT:
            raise LimitError(
                f"layers: the components of phi have more than {TERM_LIMIT} terms; take smaller "
                "sizes"
            )
        self.components[key] = top, bottom

    # what comes of it

    def block(self, name: str) -> Block:
        """The block of what was seen. Errors: InputError when that is nothing."""
        if not self.components:
            raise InputError("layers: the data see none of the parameters")
        variables = [
            "_".join([p.name, *map(str, place)])
            for p in self.parameters
            for place in np.ndindex(p.shape)
        ]
        phi = [
            _record(top)
            if bottom == ONE
            else f"({_text(top, variables)})/({_text(bottom, variables)})"
            for top, bottom in self.components.values()
        ]
        made = System(variables, phi=phi)
        description = replace(made.description, name=name, parameters=tuple(self.parameters))
        return Block(description, made.problem, cuts=tuple(self.cuts))


@dataclass(frozen=True, eq=False, repr=False)
class Block(Network):
    """A network that is a part of a larger one, given by its phi.

    Attributes
    ----------
    cuts : tuple of str
        What was assumed where it is cut at operators that are neither polynomial nor gates.
    families : tuple of LawFamily
        Independent laws that are known without any search; none where these were not asked for.
    """

    cuts: tuple[str, ...] = ()
    families: tuple[LawFamily, ...] = ()

    def __getstate__(self) -> dict[str, Any]:
        """What a pickle holds."""
        return super().__getstate__() | {"cuts": self.cuts, "families": self.families}

    @property
    def stated(self) -> StatedLaws:
        """The laws of its families, made one at a time, at any size."""
        return StatedLaws(self, self.families)


def block_of(
    network: Network,
    name: str,
    cuts: Iterable[str] = (),
    families: Iterable[LawFamily] = (),
    parameters: tuple[Parameter, ...] | None = None,
) -> Block:
    """A network as a block of this name; parameters: other ones for the same entries."""
    description = replace(network.description, name=name)
    if parameters is not None:
        description = replace(description, parameters=parameters)
    return Block(description, network.problem, cuts=tuple(cuts), families=tuple(families))


def _canonical(p: Poly) -> tuple:
    """Equal for a polynomial and its negative."""
    terms = sorted(p.items())
    return tuple(terms) if terms[0][1] > 0 else tuple((m, -c) for m, c in terms)


def _record(p: Poly) -> Polynomial:
    return Polynomial.of((c, [(v, 1) for v in m]) for m, c in p.items())


def _text(p: Poly, names: Sequence[str]) -> str:
    return " + ".join("*".join([f"({c})", *(names[v] for v in m)]) for m, c in p.items())
