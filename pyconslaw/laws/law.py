"""Laws with names: evaluated on NumPy weights, differentiated, printed as text and LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import numpy as np

from pyconslaw.fields.named import Named
from pyconslaw.laws.evaluation import Evaluator
from pyconslaw.laws.lazy import LazyLaws as LazyLaws
from pyconslaw.laws.matrix_form import MatrixLaw, matrix_form
from pyconslaw.laws.printed import latex_name, laws_table, texts, written
from pyconslaw.records.polynomial import Polynomial


class Law:
    """A function of the parameters of a network that its flow conserves, or that is said to.

    The base of all laws: polynomials, which `Law(network, polynomial)` makes (`PolynomialLaw`, with
    that `polynomial`), and laws in closed form (`ClosedLaw`).

    Attributes
    ----------
    network : Network
        Whose parameters it is a function of.

    Examples
    --------
    >>> from pyconslaw import Law, System, find_laws, known_laws, mlp
    >>> laws = [known_laws(mlp([1, 1, 1]))[0], find_laws(System(["a", "b"], phi=["a^2 + b^2"]))[0]]
    >>> [(str(law), law.sort, isinstance(law, Law)) for law in laws]
    [('W1[0,0]^2 - W2[0,0]^2', 'polynomial', True), ('b/a', 'rational', True)]
    """

    network: Named

    def __new__(cls, *_: Any, **__: Any) -> Any:
        return super().__new__(PolynomialLaw if cls is Law else cls)

    @property
    def sort(self) -> str:
        """Of which form the law is: "polynomial", "rational" or "logarithmic"."""
        raise NotImplementedError

    def value(self, weights: Any) -> Any:
        """The law at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            Shape (..., D), or parameter arrays by name or in order, leading axes being a
            trajectory, as in `Network.flatten`.

        Returns
        -------
        ndarray
            Shape (...).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        raise NotImplementedError

    def gradient(self, weights: Any) -> np.ndarray:
        """The gradient of the law at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `value`.

        Returns
        -------
        ndarray
            Shape (..., D).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        raise NotImplementedError

    def latex(self) -> str:
        """The law in LaTeX.

        Returns
        -------
        str
            W1[0,2] is W^{(1)}_{0,2}.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self!s:.60}>"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


@dataclass(frozen=True, eq=False, repr=False)
class PolynomialLaw(Law):
    """A polynomial h in the parameters of a network, with integer coefficients.

    Attributes
    ----------
    network : Network
    polynomial : Polynomial
        h, in the flattened parameters.

    Examples
    --------
    >>> from pyconslaw import known_laws, mlp
    >>> law = known_laws(mlp([1, 1, 1]))[0]
    >>> str(law), float(law.value([3.0, 2.0])), law.gradient([3.0, 2.0]).tolist()
    ('W1[0,0]^2 - W2[0,0]^2', 5.0, [6.0, -4.0])
    """

    network: Named
    polynomial: Polynomial

    @property
    def sort(self) -> str:
        """Of which form the law is: "polynomial"."""
        return "polynomial"

    @cached_property
    def _tables(self) -> tuple[np.ndarray, np.ndarray]:
        """(coefficients, factors): row t of factors lists the variables of term t with
        multiplicity, padded with D.
        """
        terms = self.polynomial.terms
        factors = np.full((len(terms), max(self.polynomial.degree, 1)), self.network.problem.size)
        for row, (_, monomial) in zip(factors, terms, strict=True):
            flat = [v for v, e in monomial for _ in range(e)]
            row[: len(flat)] = flat
        return np.array([c for c, _ in terms]), factors

    def _padded(self, weights) -> np.ndarray:
        flat = self.network.flatten(weights)
        return np.concatenate([flat, np.ones((*flat.shape[:-1], 1), dtype=flat.dtype)], axis=-1)

    def value(self, weights: Any) -> Any:
        """h at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (...).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        coefficients, factors = self._tables
        return (self._padded(weights)[..., factors].prod(axis=-1) * coefficients).sum(axis=-1)

    def gradient(self, weights: Any) -> np.ndarray:
        """The gradient of h at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (..., D).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        coefficients, factors = self._tables
        x = self._padded(weights)
        out = np.zeros(x.shape, dtype=np.result_type(x, coefficients))
        values = x[..., factors]
        for k in range(factors.shape[1]):
            rest = np.delete(values, k, axis=-1).prod(axis=-1) * coefficients
            places: Any = ..., factors[:, k]
            np.add.at(out, places, rest)
        return out[..., :-1]

    def __str__(self) -> str:
        return written(self.polynomial, self.network.entry_name, lambda x, e: f"{x}^{e}", "*")

    def latex(self) -> str:
        """The law in LaTeX.

        Returns
        -------
        str
            W1[0,2] is W^{(1)}_{0,2}.
        """
        return written(
            self.polynomial,
            lambda v: latex_name(self.network.entry_name(v)),
            lambda x, e: f"\\left({x}\\right)^{{{e}}}" if "^" in x else f"{x}^{{{e}}}",
            " ",
        )


@dataclass(frozen=True, eq=False)
class LawSet(Sequence):
    """Laws of one network, and what is known of them as a set.

    Attributes
    ----------
    network : Network
    laws : sequence of Law
        A tuple, or a sequence that makes them one at a time (`BalanceLaws`).
    degree : int or None
        Of the polynomials.
    dimension : int
        Of the space of polynomial laws that was searched (or, without search, of the span of the
        known laws).
    independent : int
        The rank of the gradients at a generic point, a lower bound that is attained with
        overwhelming probability.
    complete : bool
        Whether that reaches the proved number of laws, so that every law is locally a function of
        these.
    verdict : str
        Of the count.
    """

    network: Named
    laws: Sequence[Law]
    degree: int | None
    dimension: int
    independent: int
    complete: bool
    verdict: str

    @property
    def completeness(self) -> str:
        """Whether there are others, in words."""
        if self.complete:
            return "complete"
        return (
            "fewer than the proved count"
            if self.verdict == "proved"
            else f"not shown to be complete ({self.verdict})"
        )

    def __len__(self) -> int:
        return len(self.laws)

    @overload
    def __getitem__(self, k: int) -> Law: ...

    @overload
    def __getitem__(self, k: slice) -> Sequence[Law]: ...

    def __getitem__(self, k: int | slice) -> Law | Sequence[Law]:
        return self.laws[k]

    def __iter__(self) -> Iterator[Law]:
        return iter(self.laws)

    def values(self, weights: Any) -> np.ndarray:
        """All laws at weights.

        Parameters
        ----------
        weights : array, mapping or sequence
            As in `Law.value`.

        Returns
        -------
        ndarray
            Shape (..., number of laws).

        Raises
        ------
        InputError
            Names the parameter and its shape.
        """
        if isinstance(self.laws, LazyLaws):
            return self.laws.values(weights)
        if self._evaluator is not None:
            return self._evaluator.values(self.network.shaped(weights))
        flat = self.network.flatten(weights)
        return np.stack([law.value(flat) for law in self.laws], axis=-1)

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_evaluator"}

    @cached_property
    def _evaluator(self) -> Evaluator | None:
        """Of polynomials; None where there are other laws."""
        read = [law.polynomial for law in self.laws if isinstance(law, PolynomialLaw)]
        return Evaluator(self.network, read) if len(read) == len(self.laws) else None

    def matrix_form(self) -> tuple[MatrixLaw | Law, ...]:
        """The laws as matrices, such as W1 W1^T - W2^T W2, where they are all entries of one, its
        diagonal, or single entries; other laws as they are.

        Returns
        -------
        tuple of MatrixLaw or Law
        """
        if isinstance(self.laws, LazyLaws):
            return self.laws.matrix_form()
        listed = tuple(self.laws)
        read = (h.polynomial if isinstance(h, PolynomialLaw) else None for h in listed)
        return tuple(
            listed[h] if isinstance(h, int) else h for h in matrix_form(self.network, read)
        )

    def lines(
        self, latex: bool = False, limit: int | None = None, *, matrix: bool = False
    ) -> Iterator[str]:
        """What `pyconslaw laws` prints, a line at a time: the laws, then what is known of the set.

        Parameters
        ----------
        latex : bool
            Whether laws are written in LaTeX.
        limit : int, optional
            How many laws at most; how many there are is said then.
        matrix : bool
            Whether the laws are written as in `matrix_form`.

        Yields
        ------
        str
        """
        shown = self.matrix_form() if matrix else self
        yield from texts(shown, latex, limit)
        mark = "%" if latex else "#"
        if limit is not None and limit < len(shown):
            yield f"{mark} the first {limit} of {len(shown)} {'matrices' if matrix else 'laws'}"
        for line in self.remarks():
            yield f"{mark} {line}"

    def remarks(self) -> list[str]:
        """What is known of the set, in lines.

        Returns
        -------
        list of str
        """
        kind = "known laws" if self.degree is None else f"laws of degree {self.degree}"
        return [self._counted(kind)]

    def _counted(self, kind: str) -> str:
        tail = "they reach the proved count: complete" if self.complete else self.completeness
        counts = f"dimension {self.dimension}, {self.independent} independent"
        return f"{self.network.name}: {kind}, {counts}; {tail}"

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.network.name}, {len(self)} laws>"

    def _repr_html_(self) -> str:
        return laws_table(self)

    def json(self, latex: bool = False, limit: int | None = None) -> dict:
        """The documented JSON object of `pyconslaw laws --json`.

        Parameters
        ----------
        latex : bool
            Whether laws are written in LaTeX.
        limit : int, optional
            How many laws at most; how many there are is the "total" then.

        Returns
        -------
        dict
        """
        record = {
            "network": self.network.name,
            "degree": self.degree,
            "dimension": self.dimension,
            "independent": self.independent,
            "laws": list(texts(self, latex, limit)),
            "complete": self.complete,
            "verdict": self.verdict,
        }
        return record if limit is None else record | {"total": len(self)}
