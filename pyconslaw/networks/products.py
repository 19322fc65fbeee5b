"""Systems of products of named matrices: from a function or texts to a network that stays short."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod
from operator import index
from typing import Any

from pyconslaw.entries.matrix_expressions import entries_of
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.problem import Problem
from pyconslaw.fields.products import Chain, check_terms, product_parts, transposed
from pyconslaw.networks.network import Description, Network
from pyconslaw.records.graph import Parameter
from pyconslaw.records.products import Products, product_text

PARAMETER_LIMIT = 1 << 48
MATRIX_LIMIT, PRODUCT_LIMIT, FACTOR_LIMIT = 100_000, 100_000, 1_000
SHOWN = 3  # products that a name shows

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}", re.ASCII)
_TOKEN = re.compile(r"\s*(?:([A-Za-z][A-Za-z0-9_]*)|(\^T\b|\^\{T\}|')|([*@]))", re.ASCII)


class NoProducts(InputError):
    """What a function computes is no product of the matrices."""


@dataclass(frozen=True, eq=False)
class MatrixProduct:
    """A product of named matrices, as `phi` sees them: `.T`, `@` and `shape`, nothing else."""

    parameters: tuple[Parameter, ...]
    factors: Chain
    shape: tuple[int, int]

    __array_ufunc__ = None  # arrays leave `@` to this class, which refuses them

    @property
    def T(self) -> MatrixProduct:
        return MatrixProduct(self.parameters, transposed(self.factors), self.shape[::-1])

    def __matmul__(self, other) -> MatrixProduct:
        if not isinstance(other, MatrixProduct) or other.parameters is not self.parameters:
            what = other if isinstance(other, MatrixProduct) else type(other).__name__
            raise NoProducts(f"phi: {self} @ {what}: expected products of the matrices")
        if self.shape[1] != other.shape[0]:
            raise InputError(
                f"phi: {self} has {self.shape[1]} columns, {other} has {other.shape[0]} rows"
                + " (vectors are columns)" * (1 in self.shape or 1 in other.shape)
            )
        factors = self.factors + other.factors
        if len(factors) > FACTOR_LIMIT:
            raise LimitError(f"phi: more than {FACTOR_LIMIT} factors in one product")
        return MatrixProduct(self.parameters, factors, (self.shape[0], other.shape[1]))

    def __rmatmul__(self, other):
        what = type(other).__name__
        raise NoProducts(f"phi: {what} @ {self}: expected products of the matrices")

    def __str__(self) -> str:
        return product_text(self.factors, [p.name for p in self.parameters])

    __repr__ = __str__


def product_network(parameters: tuple[Parameter, ...], phi) -> Network:
    """The system phi = entries of products of named matrices, as `System` takes it.

    Parameters
    ----------
    parameters
        the matrices, as of `matrices_of`
    phi
        texts such as "Q^T K", or a function of the matrices that returns a product, or a list,
        tuple or mapping of products

    Raises
    ------
    NoProducts
        where a function computes something else
    InputError
        names what is wrong
    LimitError
        where products that are no layered networks are too long to be written out
    """
    shapes = tuple(map(sides, parameters))
    symbols = {
        p.name: MatrixProduct(parameters, ((k, False),), shapes[k])
        for k, p in enumerate(parameters)
    }
    found = _called(phi, symbols) if callable(phi) else _parsed(phi, symbols)
    factors = tuple(dict.fromkeys(product.factors for product in found))
    products = Products(shapes, factors)
    check_terms(products, product_parts(products)[1])
    names = [p.name for p in parameters]
    shown = [product_text(chain, names) for chain in factors[:SHOWN]]
    shown += ["..."] * (len(factors) > SHOWN)
    spec = {
        "type": "products",
        "matrices": [[p.name, list(p.shape)] for p in parameters],
        "products": [[[names[matrix], flag] for matrix, flag in chain] for chain in factors],
    }
    return Network(
        Description(f"products {', '.join(shown)}", spec, parameters, "system"),
        Problem(sum(p.size for p in parameters), products=products),
    )


def matrices_of(matrices: Mapping) -> tuple[Parameter, ...]:
    """The matrices by name, from a mapping from names to shapes: (rows, columns), (n,) for a
    column, () for a number. Errors: InputError, LimitError.
    """
    if not 0 < len(matrices) <= MATRIX_LIMIT:
        raise InputError(
            f"variables: expected 1 to {MATRIX_LIMIT} names with shapes, got {len(matrices)}"
        )
    for name in matrices:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(
                f"variables: expected names of ASCII letters, digits and _, got {name!r:.80}"
            )
    parameters = tuple(Parameter(name, _shape(name, shape)) for name, shape in matrices.items())
    total = sum(prod(p.shape) for p in parameters)
    if total > PARAMETER_LIMIT:
        raise LimitError(f"variables: {total} entries, more than {PARAMETER_LIMIT}")
    return parameters


def sides(parameter: Parameter) -> tuple[int, int]:
    """Rows and columns: vectors are columns."""
    rows, columns, *_ = (*parameter.shape, 1, 1)
    return rows, columns


def _shape(name: str, shape) -> tuple[int, ...]:
    try:
        sizes = tuple(map(index, shape)) if isinstance(shape, Iterable) else (index(shape),)
    except TypeError:
        sizes = (0,)
    given = shape if isinstance(shape, Iterable) else [shape]
    wrong = len(sizes) > 2 or any(not 1 <= n <= PARAMETER_LIMIT for n in sizes)
    if wrong or isinstance(shape, str | bytes) or any(isinstance(n, bool) for n in given):
        raise InputError(
            f"variables[{name!r}]: expected a shape (rows, columns), (n,) or (), got {shape!r:.80}"
        )
    return sizes


def _called(phi: Callable, symbols: dict[str, MatrixProduct]) -> list[MatrixProduct]:
    """What the function returns."""
    try:
        returned = call(phi, symbols)
    except (InputError, LimitError):
        raise
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        # an operation that products do not have
        raise NoProducts(f"phi: expected products of matrices, by @ and .T: {error}") from error
    found = list(flat(returned))
    if not 0 < len(found) <= PRODUCT_LIMIT:
        raise InputError(f"phi: expected 1 to {PRODUCT_LIMIT} products, got {len(found)}")
    given = next(iter(symbols.values())).parameters
    for k, product in enumerate(found):
        if not isinstance(product, MatrixProduct) or product.parameters is not given:
            raise NoProducts(f"phi[{k}]: expected a product of the matrices, got {product!r:.80}")
    return found


def call(phi: Callable, symbols: Mapping[str, Any]) -> Any:
    """What the function returns, matrices being passed by name, or else in their order."""
    try:
        bound = _bound(inspect.signature(phi), symbols)
    except (TypeError, ValueError) as error:
        raise InputError(f"phi: expected a function of {', '.join(symbols)}: {error}") from None
    return phi(*bound.args, **bound.kwargs)


def _bound(signature: inspect.Signature, symbols: Mapping[str, Any]):
    """The arguments of a call of a function with this signature."""
    kinds = {p.kind for p in signature.parameters.values()}
    named = {name: symbols[name] for name in signature.parameters if name in symbols}
    if inspect.Parameter.VAR_KEYWORD in kinds:
        return signature.bind(**symbols)
    if named and inspect.Parameter.VAR_POSITIONAL not in kinds:
        try:
            return signature.bind(**named)
        except TypeError:
            pass
    return signature.bind(*symbols.values())


def flat(value) -> Iterator[Any]:
    """The entries of lists, tuples, arrays and the values of mappings, nested in any way."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for entry in value:
            yield from flat(entry)
    else:
        yield from entries_of(value)


def _parsed(phi, symbols: dict[str, MatrixProduct]) -> list[MatrixProduct]:
    texts = [phi] if isinstance(phi, str) else phi
    if not isinstance(texts, list | tuple) or not 0 < len(texts) <= PRODUCT_LIMIT:
        raise InputError(
            f'phi: expected texts such as "Q^T K", or a function of the matrices, got {phi!r:.80}'
        )
    return [_product(text, symbols, f"phi[{k}]") for k, text in enumerate(texts)]


def _product(text, symbols: dict[str, MatrixProduct], place: str) -> MatrixProduct:
    """Names, ^T or ' behind them, side by side or with * or @ between them."""
    if not isinstance(text, str):
        raise InputError(f"{place}: expected a text, got {type(text).__name__}")
    factors: list[MatrixProduct] = []
    at, joined = 0, False  # joined: an operator waits for a factor
    end = len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            raise InputError(f"{place}: unexpected character {at} of {text[:80]!r}")
        name, mark, operator = match.groups()
        if name:
            if name not in symbols:
                raise InputError(f"{place}: unknown matrix {name!r:.80}")
            factors.append(symbols[name])
        elif not factors or joined:
            raise InputError(f"{place}: expected a name at character {at} of {text[:80]!r}")
        elif mark:
            factors[-1] = factors[-1].T
        joined = bool(operator)
        at = match.end()
    if not factors or joined:
        raise InputError(f"{place}: expected a product such as Q^T K, got {text[:80]!r}")
    try:
        product, *others = factors
        for factor in others:
            product = product @ factor
    except (InputError, LimitError) as error:
        raise type(error)(f"{place}{str(error).removeprefix('phi')}") from None
    return product
