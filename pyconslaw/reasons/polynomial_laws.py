"""Upper bounds by polynomial laws, found by exact linear algebra or known beforehand."""

from __future__ import annotations

import numpy as np

from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.polynomial.search import law_gradients, polynomial_laws
from pyconslaw.laws.stated.moving import decayed, rotations
from pyconslaw.reasons.independence import independent
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.graph import Graph
from pyconslaw.records.polynomial import Polynomial


def polynomial_bound(
    family: PolynomialFields, degrees, rng, clock: int | None = None, powers=(0,)
) -> UpperBound:
    """dimension <= D - gradient rank of all polynomial laws of these degrees (exact search on the
    full ansatz).

    clock, powers: of all that are such a polynomial times one of these powers of the variable
    clock.
    """
    directions = family.directions()
    laws = tuple(
        dict.fromkeys(
            law
            for power in powers
            for law in polynomial_laws(directions, degrees, (clock,) * power)
        )
    )
    mask, witness = independent(
        lambda x, p: law_gradients(laws, family.parameters, x, p), rng, family.parameters
    )
    kept = tuple(law for law, keep in zip(laws, mask, strict=True) if keep)
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in kept], **witness}
    text = (
        "polynomial laws of degree "
        f"{', '.join(map(str, degrees))}{' times powers of the clock' if any(powers) else ''} "
        f"({len(kept)} independent)"
    )
    return UpperBound(
        family.parameters - len(kept), (text,), proof, kept, len(laws), (witness["prime"],)
    )


def flow_bound(graph: Graph | None, laws, clock: int, factor: int, second: bool, rng) -> UpperBound:
    """dimension <= D - rank of the laws of weight decay, from laws of the gradient flow, or
    (second) of momentum, read off a graph; D counts velocities and clock.

    Exact by the identities of `pyconslaw.laws.stated.moving`; the certificate states them as
    polynomial laws.
    """
    listed = rotations(graph, clock, factor) if second else decayed(laws, clock, factor)
    mask, witness = independent(lambda x, p: law_gradients(listed, clock + 1, x, p), rng, clock + 1)
    kept = tuple(law for law, keep in zip(listed, mask, strict=True) if keep)
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in kept], **witness}
    source = "laws of the gradient flow times powers of the clock"
    text = f"{'rotations of twin neurons' if second else source} ({len(kept)} independent)"
    return UpperBound(clock + 1 - len(kept), (text,), proof, kept, len(listed), (witness["prime"],))


def sparse_bound(family: PolynomialFields, degrees, rng) -> UpperBound:
    """As `polynomial_bound` in the variables that occur; every other coordinate is a law.

    degrees: none for the coordinates along which no vector field moves, which takes no search.
    Errors: as the search.
    """
    active = family.active()
    moved = {v for field in family.fields for v in field}
    still = [v for v in range(family.parameters) if v not in moved]
    idle = [v for v in still if v not in set(active)] if degrees else still
    found = polynomial_bound(family.restricted(active), degrees, rng) if degrees else None
    point = rng.array(family.parameters, 1, POINT_BOUND)
    laws = [Polynomial(((1, ((v, 1),)),)) for v in idle]
    pivots, prime = list(idle), rng.prime(PRIME_BITS)
    if found is not None:
        point[active] = np.array(found.proof["point"], dtype=np.uint64)
        laws += [law.renumbered(active) for law in found.laws]
        pivots += [active[k] for k in found.proof["pivots"]]
        prime = found.proof["prime"]
    proof = {
        "kind": "polynomial-laws",
        "laws": [law.json() for law in laws],
        "prime": prime,
        "point": point.tolist(),
        "pivots": pivots,
    }
    reasons = (
        *((f"coordinates that never move ({len(idle)})",) if idle else ()),
        *(found.reasons if found else ()),
    )
    size = family.parameters - len(laws)
    stated = len(idle) + (found.stated if found else 0)
    return UpperBound(
        size, reasons or (f"number of parameters ({size})",), proof, tuple(laws), stated, (prime,)
    )
