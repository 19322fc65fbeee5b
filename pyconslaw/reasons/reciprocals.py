"""Upper bounds by involutive frames, in coordinates for the reciprocals of common factors."""

from __future__ import annotations

from pyconslaw._core.zp import Random
from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import PRIME_BITS
from pyconslaw.fields.polynomials import PolynomialFields
from pyconslaw.laws.closed_forms.reciprocals import reciprocals
from pyconslaw.reasons.involutive import involutive_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial


def reciprocal_bound(
    family: PolynomialFields, most: int, rng: Random, *, ask: Ask = nobody
) -> UpperBound | None:
    """dimension <= r by a frame as in `involutive_bound`, where that of the family is too long.

    Parameters
    ----------
    family
        Vector fields whose components have factors in common: cleared denominators.
    most
        The largest r of interest.
    rng
        The random state, of a point where no factor and no pivot is 0.
    ask
        Called now and then; what it raises ends the search.

    Returns
    -------
    UpperBound or None
        None where no factors are shared, the frame is too long or has more members than that.

    Examples
    --------
    >>> from pyconslaw import mlp
    >>> net = mlp([1, 3, 1, 2], ["linear", "relu"], flow="mirror", metric="1 + self^2")
    >>> reciprocal_bound(net.explicit(), 8, Random(0)).dimension
    2
    """
    found = reciprocals(family, ask=ask)
    inner = None if found is None else involutive_bound(found.fields, most, ask=ask)
    if found is None or inner is None:
        return None
    frame, pivots = inner.proof["frame"], inner.proof["pivots"]
    diagonal = [dict(map(tuple, row))[v] for row, v in zip(frame, pivots, strict=True)]
    prime, point = rng.prime(PRIME_BITS), rng.array(family.parameters, 1, POINT_BOUND).tolist()
    values = [f.at(point) % prime for f in found.poles]
    if not all(values):
        return None  # by bad luck, once in 2^60
    wide = [*point, *(pow(value, -1, prime) for value in values)]
    if not all(Polynomial.of(entry).at(wide) % prime for entry in diagonal):
        return None  # a pivot is 0 where the last coordinates are reciprocals
    proof = {
        "kind": "reciprocals",
        "poles": [p.json() for p in found.poles],
        "powers": [list(own) for own in found.powers],
        "fields": [
            [[v, f.json()] for v, f in sorted(field.items()) if v < family.parameters]
            for field in found.fields.fields
        ],
        "prime": prime,
        "point": point,
        "frame": frame,
        "pivots": pivots,
    }
    reason = f"{inner.reasons[0]}, with reciprocals of {len(found.poles)} polynomials"
    return UpperBound(inner.dimension, (reason,), proof, primes=(prime,))
