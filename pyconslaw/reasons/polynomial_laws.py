"""Upper bounds by polynomial laws, found by exact linear algebra or known beforehand."""

from __future__ import annotations

import numpy as np

from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.polynomial.search import law_gradients, polynomial_laws
from pyconslaw.reasons.independence import independent
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial


def polynomial_bound(
    family: PolynomialFields,
    degrees,
    rng,
    *,
    clock: int | None = None,
    powers=(0,),
    ask: Ask = nobody,
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
            for law in polynomial_laws(directions, degrees, (clock,) * power, ask=ask)
        )
    )
    mask, witness = independent(
        lambda x, p: law_gradients(laws, family.parameters, x, p), rng, family.parameters, ask
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


def flow_bound(laws, size: int, rng, source: str, ask: Ask = nobody) -> UpperBound:
    """dimension <= D - rank of laws of a flow that are known beforehand; size: D, which counts
    velocities and clock.

    Exact by the identities of `pyconslaw.laws.stated.moving`; the certificate states them as
    polynomial laws. source: where they come from, in words.
    """
    mask, witness = independent(lambda x, p: law_gradients(laws, size, x, p), rng, size, ask)
    kept = tuple(law for law, keep in zip(laws, mask, strict=True) if keep)
    proof = {"kind": "polynomial-laws", "laws": [law.json() for law in kept], **witness}
    text = f"{source} ({len(kept)} independent)"
    return UpperBound(size - len(kept), (text,), proof, kept, len(laws), (witness["prime"],))


def sparse_bound(family: PolynomialFields, degrees, rng, ask: Ask = nobody) -> UpperBound:
    """As `polynomial_bound` in the variables that occur; every other coordinate is a law.

    degrees: none for the coordinates along which no vector field moves, which takes no search.
    Errors: as the search.
    """
    active = family.active()
    moved = {v for field in family.fields for v in field}
    still = [v for v in range(family.parameters) if v not in moved]
    idle = [v for v in still if v not in set(active)] if degrees else still
    found = polynomial_bound(family.restricted(active), degrees, rng, ask=ask) if degrees else None
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
