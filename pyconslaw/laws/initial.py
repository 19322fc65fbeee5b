"""Laws at common initializations: what values a training run starts from, and keeps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pyconslaw.errors import InputError
from pyconslaw.fields.named import Named
from pyconslaw.laws.law import LawSet
from pyconslaw.laws.stated.layered import BalanceLaws

SCHEMES = ("gaussian", "xavier", "orthogonal")


@dataclass(frozen=True, eq=False)
class InitialLaws:
    """Values of laws at random initial weights.

    Attributes
    ----------
    laws : LawSet
    scheme : str
        As in `initial_weights`.
    values : ndarray
        Shape (samples, laws).
    """

    laws: LawSet
    scheme: str
    values: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """The mean of each law, shape (laws,)."""
        return self.values.mean(axis=0)

    @property
    def spread(self) -> np.ndarray:
        """The standard deviation of each law, shape (laws,)."""
        return self.values.std(axis=0)


def initial_weights(
    network: Named, scheme: str, samples: int, seed: int = 0, scale: float = 1.0
) -> np.ndarray:
    """Random initial weights; biases and other vectors start at 0, matrices of shape (m, n) as the
    scheme says.

    Parameters
    ----------
    network : Network
    scheme : str
        "gaussian": independent N(0, scale^2 / n). "xavier": uniform with variance scale^2 * 2 / (m
        + n). "orthogonal": scale times a uniform matrix with orthonormal rows or columns. Scalars
        (parameters of a graph or of a product) are N(0, scale^2).
    samples : int
        How many.
    seed : int
        Equal seeds give equal weights.
    scale : float
        By which they are multiplied.

    Returns
    -------
    ndarray
        Shape (samples, D), flattened as in `Network.flatten`.

    Raises
    ------
    InputError
        Names the argument.

    References
    ----------
    Glorot and Bengio 2010 for xavier; Saxe, McClelland and Ganguli 2014 for orthogonal.

    Examples
    --------
    >>> from pyconslaw import initial_weights, mlp
    >>> initial_weights(mlp([2, 3, 1], bias=True), "xavier", samples=5).shape
    (5, 12)
    """
    if scheme not in SCHEMES:
        raise InputError(f"scheme: expected one of {', '.join(SCHEMES)}, got {scheme!r}")
    if isinstance(samples, bool) or not isinstance(samples, int | np.integer) or samples < 1:
        raise InputError(f"samples: expected an integer >= 1, got {samples!r}")
    if not np.isfinite(scale) or scale < 0:
        raise InputError(f"scale: expected a finite number >= 0, got {scale!r}")
    rng = np.random.default_rng(seed)
    parts = []
    for parameter in network.parameters:
        shape = parameter.shape
        if len(shape) != 2:
            block = (
                rng.normal(0, scale, (samples, parameter.size))
                if not shape
                else np.zeros((samples, parameter.size))
            )
        elif scheme == "gaussian":
            block = rng.normal(0, scale / np.sqrt(shape[1]), (samples, *shape))
        elif scheme == "xavier":
            bound = scale * np.sqrt(6 / sum(shape))
            block = rng.uniform(-bound, bound, (samples, *shape))
        else:
            tall = rng.normal(size=(samples, max(shape), min(shape)))
            q, r = np.linalg.qr(tall)
            # uniform (Mezzadri 2007)
            q = q * np.sign(np.diagonal(r, axis1=-2, axis2=-1))[:, None, :]
            block = scale * (q if shape[0] >= shape[1] else q.swapaxes(-1, -2))
        parts.append(block.reshape(samples, parameter.size))
    return np.concatenate(parts, axis=1)


def check_set(laws) -> None:
    """Errors: InputError when this is no set of laws, or one of them is about another network."""
    if not isinstance(laws, LawSet | BalanceLaws):
        raise InputError(f"laws: expected a LawSet, as of known_laws, got {type(laws).__name__}")
    listed = laws.laws if isinstance(laws, LawSet) else laws
    # those that are made lazily are made by their network
    lazy = [listed.network] if isinstance(listed, BalanceLaws) else None
    for network in lazy or [law.network for law in listed]:
        if network is not laws.network and network.fingerprint != laws.network.fingerprint:
            raise InputError(
                f"laws: a set of laws of {laws.network.name} holds one of {network.name}"
            )


def laws_at_initialization(
    laws: LawSet, scheme: str = "xavier", samples: int = 1000, seed: int = 0, scale: float = 1.0
) -> InitialLaws:
    """The values of the laws at random initial weights of a scheme, in floating point.

    Parameters
    ----------
    laws : LawSet
    scheme : str
        As in `initial_weights`.
    samples : int
        How many.
    seed : int
        Equal seeds give equal weights.
    scale : float
        As in `initial_weights`.

    Returns
    -------
    InitialLaws
        values of shape (samples, laws), mean and spread.

    Raises
    ------
    InputError
        Names the argument.

    References
    ----------
    As of `initial_weights`.

    Examples
    --------
    >>> from pyconslaw import known_laws, laws_at_initialization, linear
    >>> found = laws_at_initialization(known_laws(linear([3, 3, 3])), "orthogonal", samples=10)
    >>> bool(abs(found.values).max() < 1e-12)           # square orthogonal matrices are balanced
    True
    """
    check_set(laws)
    weights = initial_weights(laws.network, scheme, samples, seed, scale)
    return InitialLaws(laws, scheme, laws.values(weights))
