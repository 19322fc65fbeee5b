"""The balance laws of a layered network as a lazy sequence: known by their numbers, made one at a
time, evaluated as matrices.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import isqrt
from operator import itemgetter
from typing import Any

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.named import Named
from pyconslaw.laws.evaluation import GramSum, matrix, roomy, upper
from pyconslaw.laws.law import Law, LazyLaws
from pyconslaw.laws.matrix_form import MatrixLaw
from pyconslaw.records.polynomial import Polynomial

PARTS = {True: "matrix", False: "diagonal"}  # what is conserved of a layer without gate or with


class BalanceLaws(LazyLaws):
    """The balance laws of a layered network, in the order of layers, then of neurons i <= j; a part
    of them when sliced or filtered.

    For a hidden layer k without gate they are the entries (i, j) of W_k W_k^T + b_k b_k^T -
    W_{k+1}^T W_{k+1}, with gate its diagonal. Nothing is made before it is asked for, and the graph
    of the network never. Whether they are independent, or all laws, is not said here.

    Parameters
    ----------
    network : Network
        A layered one.
    numbers : range or array of int, optional
        Which of them, by default all.

    Raises
    ------
    InputError
        When the network is not layered.

    References
    ----------
    Du, Hu and Lee 2018; Arora, Cohen and Hazan 2018.

    Examples
    --------
    >>> from pyconslaw import linear, balance_laws
    >>> laws = balance_laws(linear([1000, 1000, 1000, 10]))
    >>> len(laws), laws.pair(1), laws.layer(2).neuron(2, 7).pair(0)
    (1001000, (1, 0, 1), (2, 0, 7))
    """

    def __init__(self, network: Named, numbers: range | np.ndarray | None = None):
        layers = network.problem.layers
        if layers is None:
            raise InputError(f"network: expected a layered one (linear, mlp), got {network.name}")
        self.network = network
        self._widths = list(layers.widths[1:-1])
        self._full = [not gates for gates in layers.gated]
        self._starts = [0]
        for n, full in zip(self._widths, self._full, strict=True):
            self._starts.append(self._starts[-1] + (n * (n + 1) // 2 if full else n))
        self._numbers = range(self._starts[-1]) if numbers is None else numbers
        self._places, place = {}, 0
        for parameter in network.parameters:
            self._places[parameter.name] = place, parameter.shape
            place += parameter.size
        self._law = lru_cache(maxsize=64)(self._make)

    def __reduce__(self):
        return BalanceLaws, (self.network, self._numbers)

    def __repr__(self) -> str:
        return f"<BalanceLaws {self.network.name}, {len(self)} laws>"

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, k):
        if isinstance(k, slice):
            return BalanceLaws(self.network, self._numbers[k])
        return self._law(int(self._numbers[k]))

    def __iter__(self) -> Iterator[Law]:
        return (self._law(int(number)) for number in self._numbers)

    def pair(self, k: int) -> tuple[int, int, int]:
        """Which neurons a law is about.

        Parameters
        ----------
        k : int
            The number of the law in this sequence.

        Returns
        -------
        tuple of int
            (hidden layer from 1, i, j).
        """
        return self._pair(int(self._numbers[k]))

    def _pair(self, number: int) -> tuple[int, int, int]:
        layer = bisect_right(self._starts, number) - 1
        t, n = number - self._starts[layer], self._widths[layer]
        if not self._full[layer]:
            return layer + 1, t, t
        # from the end the rows have 1, 2, 3, ... entries
        back = self._starts[layer + 1] - 1 - number
        row = (isqrt(8 * back + 1) - 1) // 2
        return layer + 1, n - 1 - row, n - 1 - (back - row * (row + 1) // 2)

    def _number(self, layer: int, i, j):
        """The number of law (layer, i <= j), also of arrays."""
        return self._starts[layer - 1] + (
            i * (2 * self._widths[layer - 1] - i + 1) // 2 + j - i if self._full[layer - 1] else i
        )

    def layer(self, layer: int) -> BalanceLaws:
        """Those of one hidden layer.

        Parameters
        ----------
        layer : int
            From 1.

        Returns
        -------
        BalanceLaws

        Raises
        ------
        InputError
            When there is no such layer.
        """
        self._check_layer(layer)
        low, high = self._starts[layer - 1 : layer + 1]
        if isinstance(self._numbers, range) and self._numbers.step == 1:
            start, stop = max(low, self._numbers.start), min(high, self._numbers.stop)
            return BalanceLaws(self.network, range(start, max(start, stop)))
        numbers = np.asarray(self._numbers)
        return BalanceLaws(self.network, numbers[(numbers >= low) & (numbers < high)])

    def neuron(self, layer: int, neuron: int) -> BalanceLaws:
        """Those that speak of one neuron of a hidden layer.

        Parameters
        ----------
        layer : int
            From 1.
        neuron : int
            From 0.

        Returns
        -------
        BalanceLaws

        Raises
        ------
        InputError
            When there is no such neuron.
        """
        self._check_layer(layer)
        width = self._widths[layer - 1]
        if (
            isinstance(neuron, bool)
            or not isinstance(neuron, int | np.integer)
            or not 0 <= neuron < width
        ):
            raise InputError(
                f"neuron: expected an integer with 0 <= neuron < {width}, got {neuron!r}"
            )
        others = np.arange(width) if self._full[layer - 1] else np.array([neuron])
        mine = self._number(layer, np.minimum(others, neuron), np.maximum(others, neuron))
        if isinstance(self._numbers, range):
            return BalanceLaws(
                self.network,
                np.array([x for x in mine.tolist() if x in self._numbers], dtype=np.int64),
            )
        return BalanceLaws(self.network, self._numbers[np.isin(self._numbers, mine)])

    def matrix_form(self) -> tuple[MatrixLaw | Law, ...]:
        """These laws as matrices: all of a layer at once, others as entries.

        Returns
        -------
        tuple of MatrixLaw
        """
        made: list[MatrixLaw | Law] = []
        numbers: Sequence[int] = (
            self._numbers[:: 1 if self._numbers.step > 0 else -1]
            if isinstance(self._numbers, range)
            else sorted(set(self._numbers.tolist()))
        )
        for k, (low, high) in enumerate(pairwise(self._starts), 1):
            own = numbers[bisect_left(numbers, low) : bisect_left(numbers, high)]
            if len(own) == high - low:
                made.append(MatrixLaw(self.network, self._terms(k), PARTS[self._full[k - 1]]))
            else:
                pairs = [self._pair(number)[1:] for number in own]
                made += [MatrixLaw(self.network, self._terms(k), "entry", ij) for ij in pairs]
        return tuple(made)

    def _terms(self, layer: int) -> tuple[tuple[int, int, bool], ...]:
        """Those of W_k W_k^T + b_k b_k^T - W_{k+1}^T W_{k+1}, by the number of the parameter."""
        number = {name: k for k, name in enumerate(self._places)}
        into = [number[name] for name in (f"W{layer}", f"b{layer}") if name in number]
        return (*((1, k, False) for k in into), (-1, number[f"W{layer + 1}"], True))

    def _check_layer(self, layer) -> None:
        if (
            isinstance(layer, bool)
            or not isinstance(layer, int | np.integer)
            or not 1 <= layer <= len(self._widths)
        ):
            raise InputError(
                f"layer: expected an integer with 1 <= layer <= {len(self._widths)}, got {layer!r}"
            )

    def _make(self, number: int) -> Law:
        layer, i, j = self._pair(number)
        at, (_, before) = self._places[f"W{layer}"]
        after, (out, width) = self._places[f"W{layer + 1}"]
        sides = [(1, at + i * before + k, at + j * before + k) for k in range(before)]
        sides += [
            (1, self._places[name][0] + i, self._places[name][0] + j)
            for name in [f"b{layer}"]
            if name in self._places
        ]
        sides += [(-1, after + k * width + i, after + k * width + j) for k in range(out)]
        # no two are equal, and a <= b: only their order is missing to the canonical form
        terms = [(c, ((a, 1), (b, 1)) if a < b else ((a, 2),)) for c, a, b in sides]
        return Law(self.network, Polynomial(tuple(sorted(terms, key=itemgetter(1)))))

    def values(self, weights) -> np.ndarray:
        """These laws at weights.

        Cost: for a whole layer of width n that of the products W_k W_k^T and W_{k+1}^T W_{k+1}, n^2
        times the neighbouring widths.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Network.flatten`.

        Returns
        -------
        ndarray
            Shape (..., number of laws).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        arrays = self.network.shaped(weights)
        width = max(n for _, shape in self._places.values() for n in (*shape, 0))
        arrays = roomy(arrays, 2, 2 * width + 1)
        lead = arrays[0].shape[:-2]
        out = np.empty((*lead, len(self)), dtype=np.result_type(*arrays))
        for layer, places, numbers in self._by_layer():
            terms = self._terms(layer)
            total = GramSum([(s, matrix(self.network, arrays[k], k, t)) for s, k, t in terms])
            out[..., places] = self._layer_values(total, layer, numbers)
        return out

    def _by_layer(self) -> Iterator[tuple[int, Any, np.ndarray | None]]:
        """(layer, places in this sequence, numbers of the laws), these being None for all."""
        if isinstance(self._numbers, range) and self._numbers == range(self._starts[-1]):
            for k, (low, high) in enumerate(pairwise(self._starts), 1):
                yield k, slice(low, high), None
            return
        numbers = np.asarray(
            np.arange(self._starts[-1])[
                self._numbers.start : self._numbers.stop : self._numbers.step
            ]
            if isinstance(self._numbers, range) and self._numbers.step > 0
            else self._numbers,
            dtype=np.int64,
        )
        layers = np.searchsorted(self._starts, numbers, side="right")
        for layer in np.unique(layers).tolist():
            at = np.flatnonzero(layers == layer)
            yield layer, at, numbers[at]

    def _layer_values(self, total: GramSum, layer: int, numbers: np.ndarray | None) -> np.ndarray:
        full = self._full[layer - 1]
        if numbers is None:
            return upper(total.matrix()) if full else total.diagonal()
        if not full:
            i = numbers - self._starts[layer - 1]
            return total.entries(i, i)
        n = self._widths[layer - 1]
        rows = self._number(layer, np.arange(n), np.arange(n))
        i = np.searchsorted(rows, numbers, side="right") - 1
        return total.entries(i, numbers - rows[i] + i)
