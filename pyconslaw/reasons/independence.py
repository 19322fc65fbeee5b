"""Which laws have independent gradients, with the witness for the certificate."""

from __future__ import annotations

import numpy as np

from pyconslaw.brackets.search import POINT_BOUND
from pyconslaw.exact.basis import draw_basis, is_fast
from pyconslaw.records.budget import Ask, nobody


def independent(gradients, rng, parameters: int, ask: Ask = nobody):
    """Which of some laws have independent gradients at a random point: (mask, witness for the
    certificate).

    gradients(point, prime) gives the matrix (laws x parameters) mod prime, or yields it in row
    blocks. Dependent ones are given a second point and prime where the prime is small (see
    `pyconslaw.exact.basis`). ask: called before each block.
    """
    mask, witness = _independent_once(gradients, rng, parameters, ask)
    if is_fast(parameters) and not mask.all():
        again = _independent_once(gradients, rng, parameters, ask)
        if again[0].sum() > mask.sum():
            return again
    return mask, witness


def _independent_once(gradients, rng, parameters, ask):
    basis, prime = draw_basis(rng, parameters)
    point = rng.array(parameters, 1, POINT_BOUND)
    masks = []
    for block in gradients(point, prime):
        ask()
        masks.append(basis.extend(block))
    mask = np.concatenate(masks) if masks else np.zeros(0, dtype=bool)
    return mask, {"prime": prime, "point": point.tolist(), "pivots": basis.pivots}
