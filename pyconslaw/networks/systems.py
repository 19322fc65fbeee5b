"""Explicit systems: components phi of a reparametrization, or the vector fields themselves, as a
user types them in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

from pyconslaw.entries.clearing import cleared, poles_of
from pyconslaw.entries.foreign import key_of, read_quotient
from pyconslaw.entries.matrix_expressions import (
    computed,
    entries_of,
    has_matrices,
    is_matrix_symbol,
    shape_of,
)
from pyconslaw.entries.quotients import ONE, Arithmetic, Quotient, Terms, polynomial_of, primitive
from pyconslaw.entries.symbols import Entry, symbolic
from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.fields.problem import Problem
from pyconslaw.networks.network import Description, Network
from pyconslaw.networks.products import (
    NoProducts,
    call,
    flat,
    matrices_of,
    product_network,
    sides,
)
from pyconslaw.networks.under import under_flow
from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial

ENTRY_LIMIT = 100_000  # variables of a function that is written out
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(\[[A-Za-z0-9_]+(,[A-Za-z0-9_]+)*\])?", re.ASCII)


class System(Network):
    """A system given by explicit polynomials or rational functions: W is spanned by the gradients
    of phi, or by vector fields.

    A law is a function h with <grad h, X> = 0 for all of these vector fields X; as many are counted
    as are independent near a generic point.

    Named matrices: variables is a mapping from names to shapes, (rows, columns), (n,) for a column
    or () for a number, and phi a function of the matrices that returns products of them, by @ and
    .T, one or a list, tuple or mapping; or texts such as "Q^T K". phi is all entries of all these
    products. They are not written out, at any size, where they are layered linear networks: groups
    of products that have matrices in common are [A; B] C [D E ...], all of some left factors times
    one chain times all of some right ones. Others are, up to 200 000 terms.

    A function that computes something else is called once more, with arrays whose entries are
    symbols (a vector is a column there too), and what NumPy makes of them by sums, products,
    quotients and integer powers is written out, up to 100 000 variables. SymPy matrix symbols may
    stand for names with shapes, and expressions in them for phi.

    Each vector field is multiplied by a constant, and where there are denominators by their
    product, to have integer coefficients without common factor. That changes no law where no
    denominator vanishes, and the claim is about such points. Constant components and vector fields
    that are zero are refused, for they say nothing.

    Parameters
    ----------
    variables : sequence of str or of symbols, or mapping
        Names of the D coordinates, such as x, W[y,h] or W1[0,1]; or shapes of named matrices.
    phi : sequence, str or callable, optional
        Components, each an entry: a string such as "x*y - 3*z^2/7", a `records.Polynomial`, a
        rational number, a SymPy expression (sums, products, integer powers, rational numbers,
        symbols) or a python-flint fmpz_mpoly or fmpq_mpoly; arrays and SymPy matrices of these too.
        Of named matrices: products, or a function of arrays.
    fields : sequence, optional
        Instead of phi, vector fields, each a sequence of D entries or a mapping {variable: entry},
        what is absent being zero.
    drift : sequence or mapping, optional
        One more vector field, which moves theta whatever the data: theta' = drift + a combination
        of the others. A law is orthogonal to it too. One that is zero is the same as none.
    flow : str, optional
        Another flow than that of the gradient, as in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Raises
    ------
    InputError
        Names the entry and the place; an entry has the limits of the parser: 10^5 terms, exponents
        to 10 000, 10^6 steps of work.
    LimitError
        When products have to be written out and have too many terms.

    Examples
    --------
    >>> from pyconslaw import System, count, polynomial_laws
    >>> rotation = System(["x", "y"], fields=[["y", "-x"]])
    >>> count(rotation), str(polynomial_laws(rotation, 2)[0])
    (1, 'x^2 + y^2')
    >>> System(["x", "y"], fields=[{"x": "1/y"}, {"y": "x/(1 - y)"}]).spec["fields"]
    [[[0, [[1, []]]]], [[1, [[1, [[0, 1]]]]]]]
    >>> count(System(["x", "y"], phi=["x"], drift=["y", "-x"]))
    0
    >>> count(System(["u", "v"], phi=["u*v"], flow="weight-decay"))
    1
    >>> heads = System({"Q": (128, 4096), "K": (128, 4096)}, phi=lambda Q, K: Q.T @ K)
    >>> heads, count(heads)
    (<System products Q^T K #b5bbe4fa, 1048576 parameters>, 8256)
    >>> gates = System({"u": 2, "V": (2, 2)}, phi=lambda u, V: u * V)
    >>> gates.evaluate({"u": [1, 2], "V": [[3, 4], [5, 6]]}).tolist(), count(gates)
    ([3, 4, 10, 12], 2)
    """

    def __init__(
        self,
        variables: Sequence | Mapping,
        phi: Sequence | str | Callable | None = None,
        fields: Sequence | None = None,
        *,
        drift=None,
        flow: str | None = None,
        tau=None,
        metric=None,
        decay=None,
        rates=None,
    ):
        variables = _by_shape(variables)
        plain = (
            _of_matrices(variables, phi, fields, drift)
            if isinstance(variables, Mapping)
            else _of_entries(variables, phi, fields, drift)
        )
        own = {"tau": tau, "metric": metric, "decay": decay, "rates": rates}
        made = under_flow(plain, flow, **own)
        super().__init__(made.description, made.problem, made.base)


def as_system(network: Network) -> System:
    """A network that is explicit, or a flow of one, as a system."""
    made = System.__new__(System)
    Network.__init__(made, network.description, network.problem, network.base)
    return made


def polynomial_system(variables: Sequence, phi: Sequence) -> System:
    """The system of components phi: `System(variables, phi=phi)`.

    Parameters
    ----------
    variables : sequence of str or of symbols
        Names of the D coordinates.
    phi : sequence
        Components, each an entry as in `System`.

    Returns
    -------
    System

    Raises
    ------
    InputError
        Names the entry and the place.

    Examples
    --------
    >>> from pyconslaw import polynomial_system
    >>> polynomial_system(["x", "y"], ["x*y/2"]).spec["phi"]
    [[[1, [[0, 1], [1, 1]]]]]
    """
    return System(variables, phi=() if phi is None else phi)


def _of_matrices(matrices: Mapping, phi, fields, drift) -> Network:
    for name, value in (("fields", fields), ("drift", drift)):
        if value is not None:
            raise InputError(f"{name}: belongs to named variables, not to named matrices")
    parameters = matrices_of(matrices)
    if has_matrices(phi):
        phi = partial(_computed, phi)
    try:
        return product_network(parameters, phi)
    except NoProducts as error:
        return _of_function(parameters, phi, error)


def _computed(phi, **matrices):
    return computed(phi, matrices)


def _of_function(parameters: tuple[Parameter, ...], phi: Callable, other: NoProducts) -> Network:
    """The system of what a function computes of arrays of symbols, written out."""
    shapes = list(map(sides, parameters))
    size = sum(p.size for p in parameters)
    if size > ENTRY_LIMIT:
        raise LimitError(
            f"{other}; other functions are written out, of up to {ENTRY_LIMIT} variables, and "
            f"these are {size}"
        )
    arrays = dict(zip([p.name for p in parameters], symbolic(shapes), strict=True))
    try:
        returned = call(phi, arrays)
    except (InputError, LimitError):
        raise
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise InputError(f"phi: {error}") from error
    entries = list(flat(returned))
    for k, entry in enumerate(entries):
        if not isinstance(entry, Entry):
            raise InputError(
                f"phi[{k}]: expected a product of the matrices, or entries that are computed from "
                f"theirs, got {entry!r:.80}"
            )
    names = [name for p in parameters for name in p.entries()]
    made = _of_entries(names, entries, None, None)
    return replace(made, description=replace(made.description, parameters=parameters))


def _of_entries(variables, phi, fields, drift) -> Network:
    names = (
        tuple(map(_variable, variables))
        if isinstance(variables, Iterable) and not isinstance(variables, Set)
        else ()
    )
    if not names or len(set(names)) != len(names):
        raise InputError(
            f"variables: expected distinct names in an order, at least one, got {variables!r:.80}"
        )
    if (phi is None) == (fields is None):
        raise InputError(
            "phi: expected components, or vector fields as `fields`, "
            f"{'not both' if phi is not None else 'got neither'}"
        )
    number = {name: i for i, name in enumerate(names)}
    components: tuple[Polynomial, ...] = ()
    written: tuple[VectorField, ...] | None = None
    bottoms: list[Terms] = []
    if phi is not None:
        read = [read_quotient(f, number, f"phi[{i}]") for i, f in enumerate(_listed(phi, "phi"))]
        if all(bottom is ONE for _, bottom in read):
            components = tuple(_component(top, f"phi[{i}]") for i, (top, _) in enumerate(read))
        else:
            written = tuple(_gradient(f, f"phi[{i}]") for i, f in enumerate(read))
            bottoms += [bottom for _, bottom in read]
    else:
        written = tuple(
            _vector_field(f, number, f"fields[{i}]", bottoms)
            for i, f in enumerate(_listed(fields, "fields"))
        )
    constant = None if drift is None else _drift(drift, number, bottoms)
    spec: dict[str, Any] = {"type": "polynomials", "variables": list(names)}
    if written is None:
        spec["phi"] = [f.json() for f in components]
        name = f"system of {len(components)} components in {len(names)} variables"
    else:
        spec |= {"type": "fields", "fields": [_field_json(field) for field in written]}
        name = f"system of {len(written)} vector fields in {len(names)} variables"
    if constant is not None:
        spec["drift"], name = _field_json(constant), name + " with drift"
    parameters = tuple(Parameter(name, ()) for name in names)
    return Network(
        Description(name, spec, parameters, "system", poles=poles_of(bottoms)),
        Problem(len(names), phi=components, written=written, drift=constant),
    )


def _field_json(field: VectorField) -> list:
    return [[v, f.json()] for v, f in field.items()]


def _by_shape(variables):
    """SymPy matrix symbols as a mapping from names to shapes; anything else as it is."""
    listed = [variables] if is_matrix_symbol(variables) else variables
    if not isinstance(listed, list | tuple) or not any(map(is_matrix_symbol, listed)):
        return variables
    shapes = {
        v.name if is_matrix_symbol(v) else key_of(v): shape_of(v) if is_matrix_symbol(v) else ()
        for v in listed
    }
    if len(shapes) < len(listed):
        raise InputError(f"variables: expected distinct names, got {variables!r:.80}")
    return shapes


def _variable(name) -> str:
    text = key_of(name)
    if not isinstance(text, str) or not NAME.fullmatch(text):
        raise InputError(
            "variables: expected names of ASCII letters, digits and _, perhaps with indices such "
            f"as W1[0,1], got {name!r:.80}"
        )
    return text


def _listed(values, name: str) -> list:
    what = "polynomials" if name == "phi" else "vector fields"
    if not _is_sequence(values) or not len(values):
        raise InputError(f"{name}: expected a sequence of {what}, at least one, got {values!r:.80}")
    if name != "phi":
        return list(values)
    return [entry for value in values for entry in entries_of(value)]


def _is_sequence(values) -> bool:
    """Lists and tuples, arrays, SymPy matrices; no text."""
    has = {name: hasattr(type(values), name) for name in ("__len__", "__getitem__")}
    return all(has.values()) and not isinstance(values, str | bytes | Mapping)


def _component(top: Terms, name: str) -> Polynomial:
    if not any(top):
        raise InputError(f"{name}: expected a polynomial that is not constant")
    return polynomial_of(primitive(top))


def _vector_field(
    entries, number: Mapping[str, int], name: str, bottoms: list[Terms]
) -> VectorField:
    """One of the given vector fields, cleared of denominators, which are added to the list."""
    read = _quotients(entries, number, name)
    bottoms += [bottom for _, bottom in read.values()]
    return cleared(read, name)


def _drift(entries, number: Mapping[str, int], bottoms: list[Terms]) -> VectorField | None:
    """The same of a drift; None where it is zero, for that moves nothing."""
    read = _quotients(entries, number, "drift")
    if not any(top for top, _ in read.values()):
        return None
    bottoms += [bottom for _, bottom in read.values()]
    return cleared(read, "drift")


def _quotients(entries, number: Mapping[str, int], name: str) -> dict[int, Quotient]:
    """The entries of a vector field, by number of the variable."""
    if isinstance(entries, Mapping):
        unknown = [key for key in entries if key_of(key) not in number]
        if unknown:
            raise InputError(f"{name}: unknown variable {unknown[0]!r:.80}")
        given = {
            number[key_of(key)]: (f"{name}[{key_of(key)!r}]", value)
            for key, value in entries.items()
        }
        if len(given) < len(entries):
            raise InputError(f"{name}: a variable occurs twice, as a name and as a symbol")
    elif not _is_sequence(entries):
        raise InputError(
            f"{name}: expected a sequence of {len(number)} entries or a mapping from "
            f"variables, got {entries!r:.80}"
        )
    elif len(entries) != len(number):
        raise InputError(
            f"{name}: expected {len(number)} entries, one for each variable, got {len(entries)}"
        )
    else:
        given = {v: (f"{name}[{v}]", value) for v, value in enumerate(entries)}
    return {v: read_quotient(value, number, place) for v, (place, value) in sorted(given.items())}


def _gradient(component: Quotient, name: str) -> VectorField:
    """The gradient of n/d times d^2, that is d grad n - n grad d, primitive."""
    (top, bottom), arithmetic = component, Arithmetic(name)
    total: dict[int, Quotient] = {}
    for factor, part, sign in ((bottom, top, 1), (top, bottom, -1)):
        for v, slope in _slopes(part).items():
            product = arithmetic.times(factor, slope)
            total[v] = arithmetic.add(total.get(v, ({}, ONE)), (product, ONE), sign)
    kept = {
        v: (terms, ONE)
        for v, (sums, _) in sorted(total.items())
        if (terms := arithmetic.kept(sums))
    }
    if not kept:
        raise InputError(f"{name}: expected a component that is not constant")
    return cleared(kept, name)


def _slopes(terms: Terms) -> dict[int, Terms]:
    """The nonzero partial derivatives by variable."""
    out: dict[int, Terms] = {}
    for m, c in terms.items():
        for k, (v, e) in enumerate(m):
            rest = ((v, e - 1),) if e > 1 else ()
            out.setdefault(v, {})[m[:k] + rest + m[k + 1 :]] = c * e
    return out
