"""Flows of first order in theta. E is the loss; grad E ranges over all of W(theta) = span{grad
phi_i(theta)}.

* gradient: theta' = -diag(rates) grad E, which without rates is no other flow. Controls
  diag(rates) grad phi_i, no drift. In all flows the gradients are multiplied by the rates first.
* weight-decay: theta' = -grad E - tau theta. Coordinates (theta, s): drift -tau theta d_theta +
  tau s d_s, controls grad phi_i d_theta. With rates and decays theta_k' = -rate_k (d_k E + decay_k
  theta_k), where decay_k is tau if none is given by parameter.
* mirror: theta' = -M(theta)^-1 grad E, M diagonal (1/theta_k for the entropic mirror). Controls
  M^-1 grad phi_i, no drift.
* natural: theta' = -F^+ grad E, F = J^T J. Since F^+ J^T = J^+ has the range of J^T, the vectors
  it takes at theta are those of the gradient flow, wherever the rank of J is locally constant:
  controls grad phi_i, no drift. Damping, (F + e I)^-1, changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyconslaw.fields.polynomials import VectorField
from pyconslaw.flows.space import Components, Space


def weight_decay(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], Components, tuple[int, ...]]:
    drift = {k: space.decay(k) for k in range(space.size)} | space.time()
    return [space.control(f, None, 0) for f in gradients], drift, space.powers()


def mirror(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], None, tuple[int, ...]]:
    inverse = space.inverse(names)
    return [space.control(f, inverse, 0) for f in gradients], None, (0,)


def gradient(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], None, tuple[int, ...]]:
    return [space.control(f, None, 0) for f in gradients], None, (0,)


def natural(
    space: Space, gradients: Sequence[VectorField], names
) -> tuple[list[Components], None, tuple[int, ...]]:
    return [space.control(f, None, 0) for f in gradients], None, (0,)
