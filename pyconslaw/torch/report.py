"""The laws of a module, for people and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.torch import printed
from pyconslaw.torch.alike import Row, rows_of
from pyconslaw.torch.checked import Check
from pyconslaw.torch.completeness import BlockClaim, Completeness
from pyconslaw.torch.counts import Counts, counts
from pyconslaw.torch.evaluate import entries_of, values
from pyconslaw.torch.found import Found, ParameterInfo, Unsupported
from pyconslaw.torch.written import law_text


def is_below(name: str, path: str) -> bool:
    """Whether a name is a path, or goes on from it."""
    return not path or name == path or name.startswith(path + ".")


@dataclass(frozen=True, eq=False)
class Report:
    """Laws of a module by parameter name, what is known of them, and what is not covered.

    Attributes
    ----------
    model : str
        The name of its class.
    found : Found
        The families of laws, parameters, operators without a rule, notes.
    check : Check or None
        The numerical check, None when it was not asked for.
    weights : Mapping or None
        Parameters as arrays, read when values are asked for.
    claims : tuple of BlockClaim
        What is known of blocks; of all others it is open whether they have more laws.
    path : str
        Below which parameters are chosen; all when it is empty.
    seed : int
    """

    model: str
    found: Found
    check: Check | None = None
    weights: Mapping[str, np.ndarray] | None = field(default=None, repr=False)
    claims: tuple[BlockClaim, ...] = ()
    path: str = ""
    seed: int = 0

    @cached_property
    def counts(self) -> Counts:
        """Numbers of independent laws, of each kind and family too."""
        return counts(self.found, self.seed)

    @property
    def count(self) -> int:
        """Independent laws of the trainable parameters near a generic point, approximate and linear
        ones included.
        """
        return self.counts.total

    @property
    def parameters(self) -> int:
        """Entries of all parameters that were chosen, ties once."""
        return sum(one.size for one in self.chosen)

    @cached_property
    def chosen(self) -> tuple[ParameterInfo, ...]:
        """Parameters below the path; those of families that reach it are among `found` too."""
        return tuple(
            one
            for one in self.found.parameters
            if any(is_below(name, self.path) for name in (one.name, *one.others))
        )

    @cached_property
    def rows(self) -> list[Row]:
        """Families, equal blocks collapsed."""
        return rows_of(self.found, self.counts.each)

    @cached_property
    def completeness(self) -> Completeness:
        """Three claims that are never merged: of laws, of blocks, of the network."""
        known = {claim.place for claim in self.claims}
        places = dict.fromkeys(row.place or self.model for row in self.rows)
        left = tuple(BlockClaim(place) for place in places if place not in known)
        more = self.count - self.counts.exact
        return Completeness(self.counts.exact, more, self.claims + left)

    def unsupported(self) -> tuple[Unsupported, ...]:
        """Operators without a rule: what met them was set to zero, so laws may be missing.

        Returns
        -------
        tuple of Unsupported
        """
        return self.found.unsupported

    @property
    def uncovered(self) -> tuple[ParameterInfo, ...]:
        """Trained parameters in no law, that the inputs reach."""
        covered = {
            term.parameter
            for row in self.rows
            for k in row.families
            for term in self.found.families[k].terms
        }
        return tuple(
            one for one in self.chosen if one.trainable and one.used and one.name not in covered
        )

    def select(self, path: str) -> Report:
        """The laws in which parameters below a path take part.

        Parameters
        ----------
        path : str
            Of a module or a parameter, such as "layers.3".

        Returns
        -------
        Report

        Raises
        ------
        InputError
            When no parameter is there.
        """

        there = {
            one.name
            for one in self.found.parameters
            if any(is_below(name, path) for name in (one.name, *one.others))
        }
        if not there:
            raise InputError(f"path: {path!r}, below which there is no parameter")
        families = tuple(f for f in self.found.families if there & set(f.parameters))
        touched = there.union(*(f.parameters for f in families))
        unsupported = tuple(
            one
            for one in self.found.unsupported
            if is_below(one.module, path) or there & set(one.parameters)
        )
        found = replace(
            self.found,
            families=families,
            parameters=tuple(one for one in self.found.parameters if one.name in touched),
            unsupported=unsupported,
        )
        return replace(self, found=found, path=path)

    def by_module(self) -> dict[str, Report]:
        """The report of each module that has parameters of its own.

        Returns
        -------
        dict
        """
        paths = dict.fromkeys(one.name.rpartition(".")[0] for one in self.found.parameters)
        own = {one.name for one in self.found.parameters if "." not in one.name}
        families = tuple(f for f in self.found.families if own & set(f.parameters))
        top = replace(self, found=replace(self.found, families=families))
        return {path: self.select(path) if path else top for path in paths}

    def values(self, weights: Mapping[str, np.ndarray] | None = None) -> list[np.ndarray]:
        """Values of all laws, an array for each family: of shape (laws,), (laws, r, r) for blocks,
        (laws, other entries) for linear ones.

        Parameters
        ----------
        weights : Mapping or None
            Arrays by parameter name; the module's weights, as they are now, when it is None.

        Returns
        -------
        list of numpy.ndarray

        Raises
        ------
        InputError
            When there are no weights.
        """
        weights = self.weights if weights is None else weights
        if weights is None:
            raise InputError("weights: none, expected arrays by parameter name")
        return [values(family, weights) for family in self.found.families]

    def text(
        self, family: int, law: int = 0, entry: tuple[int, int] = (0, 0), *, latex: bool = False
    ) -> str:
        """One law, written out.

        Parameters
        ----------
        family : int
            Its number in `found.families`.
        law : int
            Which of them.
        entry : tuple of int
            Row and column of a block; index among the other axes, and 0, of linear laws.
        latex : bool

        Returns
        -------
        str
        """
        shapes = {one.name: one.shape for one in self.found.parameters}
        return law_text(self.found.families[family], shapes, law, entry, latex)

    def texts(self, *, latex: bool = False) -> Iterator[str]:
        """All laws, written out one after another, each when it is asked for.

        Parameters
        ----------
        latex : bool

        Yields
        ------
        str
        """
        shapes = {one.name: one.shape for one in self.found.parameters}
        for k, family in enumerate(self.found.families):
            if self.counts.each[k]:
                first = family.terms[0]
                for law, entry in entries_of(family, first.extents(shapes[first.parameter])[1]):
                    yield law_text(family, shapes, law, entry, latex)

    def json(self, *, positions: bool = False) -> dict[str, Any]:
        """The documented JSON object of `pyconslaw torch --json`.

        Parameters
        ----------
        positions : bool
            Whether the positions of every law are listed too.

        Returns
        -------
        dict
        """
        return printed.as_json(self, positions)

    def pandas(self) -> Any:
        """The table as a pandas.DataFrame, a row for families that are alike.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        ImportError
            Where the extra pandas is not installed.
        """
        import pandas

        return pandas.DataFrame(printed.records(self))

    def __str__(self) -> str:
        return printed.text(self)

    def __repr__(self) -> str:
        return f"<Report {self.model}: {self.count} laws of {self.parameters} parameters>"

    def _repr_html_(self) -> str:
        return printed.as_html(self)

    def _repr_latex_(self) -> str:
        return printed.as_latex(self)
