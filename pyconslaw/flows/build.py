"""From a setting and the gradients that span W to the vector fields of the flow."""

from __future__ import annotations

from collections.abc import Sequence

from pyconslaw.entries.clearing import cleared, poles_of
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.fields.rated import rated
from pyconslaw.flows.first_order import gradient, mirror, natural, weight_decay
from pyconslaw.flows.mirror_momentum import accelerated_mirror, dual_momentum, riemannian_momentum
from pyconslaw.flows.momentum import momentum, nesterov
from pyconslaw.flows.setting import Setting
from pyconslaw.flows.signs import class_fields
from pyconslaw.flows.space import Phase, Space
from pyconslaw.records.graph import Parameter

EQUATIONS = {
    "gradient": gradient,
    "weight-decay": weight_decay,
    "mirror": mirror,
    "natural": natural,
    "momentum": momentum,
    "nesterov": nesterov,
    "accelerated-mirror": accelerated_mirror,
    "riemannian-momentum": riemannian_momentum,
    "dual-momentum": dual_momentum,
}


def phase_of(
    setting: Setting,
    gradients: Sequence[VectorField],
    parameters: Sequence[Parameter],
    names: Sequence[str],
) -> Phase:
    """The vector fields of a flow (of `gradient` only with rates).

    Each is multiplied by the product of its different denominators and by a positive constant, to
    have integer coefficients without common factor. Errors: InputError when a name is taken; beyond
    the limits of the parser.
    """
    if setting.region is not None:
        classes = rated(class_fields(gradients, setting.region, names), setting.rates)
        return Phase(tuple(classes), None, (), None, None, (0,), 1)
    gradients = rated(gradients, setting.rates)
    factor = factor_of(setting)
    space = Space(setting, parameters, names)
    controls, drift, powers = EQUATIONS[setting.flow](space, gradients, names)
    bottoms = [
        bottom for field in (*controls, drift or {}) for top, bottom in field.values() if top
    ]
    if setting.flow == "nesterov":
        bottoms.append(space.x(space.clock))
    return Phase(
        tuple(cleared(f, f"flow: control {i}") for i, f in enumerate(controls)),
        cleared(drift, "flow: drift") if drift else None,
        space.added,
        space.clock,
        space.parameter,
        powers,
        2 + setting.degree * (setting.flow == "mirror"),
        factor,
        poles_of(bottoms),
        setting.rates,
        setting.pull,
    )


def factor_of(setting: Setting) -> int | None:
    """The power of the clock that is the integrating factor of weight decay, or of momentum; 0 for
    the flow of the gradient, which has no clock.
    """
    if setting.flow == "gradient":
        return 0
    if setting.metric is not None or setting.flow not in ("weight-decay", "momentum", "nesterov"):
        return None
    return int(setting.tau) if setting.flow == "nesterov" else int(setting.tau != 0)
