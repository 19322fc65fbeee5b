"""A network or system under another flow than that of the gradient: a system of vector fields on a
larger space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.polynomials import VectorField
from pyconslaw.fields.problem import Problem
from pyconslaw.flows.build import phase_of
from pyconslaw.flows.decay import LaterTuple, decay_phase
from pyconslaw.flows.setting import Setting, read_region, read_setting
from pyconslaw.flows.signs import default_region
from pyconslaw.flows.space import Phase
from pyconslaw.networks.network import Description, Network
from pyconslaw.records.graph import FROZEN
from pyconslaw.records.polynomial import Polynomial

FLOW_PATHS = 20_000  # paths of a network that is put under a flow: its phi is written out


def under_flow(
    network: Network,
    flow: str | None,
    *,
    tau=None,
    metric=None,
    point=None,
    decay=None,
    rates=None,
) -> Network:
    """The network under another flow; its laws are functions of theta, velocity and time that every
    data set conserves.

    Coordinates are added behind those of the network: dx (or px, qx) for every x, then s = e^{tau
    t} (t where tau = 0, and for nesterov), then tau if it is a parameter. Denominators are cleared,
    which changes no law where none vanishes. Networks are written out as polynomials, up to 20 000
    paths (natural: not at all; weight-decay, and gradient with rates: when they have to be).

    Parameters
    ----------
    network : Network
        Under the flow of the gradient.
    flow : str or None
        With E the loss: "gradient" (or None), the network itself; "weight-decay", theta' = -grad E
        - tau theta; "momentum", theta'' + tau theta' = -M^-1 grad E; "nesterov", theta'' + (tau/t)
        theta' = -M^-1 grad E; "mirror", theta' = -M^-1 grad E; "natural", theta' = -(J^T J)^+ grad
        E, J the Jacobian of phi; "sign", theta' = -sign(grad E), near a point;
        "accelerated-mirror", "riemannian-momentum", "dual-momentum", three momenta of mirror flows,
        see docs/flows.md.
    tau : rational number or str, optional
        Where the flow has it: at least 0, in units of one over time, by default 1; or the name of a
        parameter, which becomes a coordinate that never moves and so counts as a law. For nesterov
        3 by default, or another integer from 1 to 20.
    metric : str, mapping or sequence, optional
        The diagonal of M, where the flow has it: an expression (as in `System`) for all
        coordinates, a mapping from names of parameters or coordinates (the others are 1), or a
        sequence; in an entry, self is the coordinate that it belongs to. "entropic" is 1/self, the
        default of mirror flows, "euclidean" 1, that of momentum and nesterov.
    point : array, mapping or sequence, optional
        Integer coordinates, for the sign flow, by default generic ones that are positive: the
        number of laws does not depend on it, their signs do.
    decay : rational number, str or mapping, optional
        Of the loss, E + sum decay_k theta_k^2 / 2, for weight-decay (instead of tau), momentum and
        nesterov: a number from 0 on for all parameters, or numbers by name of parameter or
        coordinate, as a mapping or a text "W1=1/10,b1=0"; what is not named does not decay. Without
        a flow: of weight-decay.
    rates : str or mapping, optional
        Positive rational numbers by name of parameter or coordinate, 1 for what is not named: all
        that the loss does to a coordinate is multiplied by its rate, decay included. Without a
        flow: of gradient. natural has none.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names flow, tau, metric, point, decay or rates.
    LimitError
        When phi has too many paths to be written out.

    References
    ----------
    Marcotte, Gribonval and Peyre 2024 ("Keep the Momentum"), 2025 for weight decay.

    Examples
    --------
    >>> from pyconslaw import count, known_laws, linear, under_flow
    >>> net = under_flow(linear([2, 2, 1]), "momentum", tau="1/2")
    >>> net.size, count(net), str(known_laws(net)[0])[:29]
    (13, 1, 'W1[1,0]*dW1[0,0]*s + W1[1,1]*')
    >>> print(known_laws(under_flow(linear([1, 1, 1]), "gradient", rates={"W1": 3}))[0])
    3*W2[0,0]^2 - W1[0,0]^2
    """
    if not isinstance(network, Network):
        raise InputError(f"network: expected a Network, got {type(network).__name__}")
    if flow is None and (decay is not None or rates is not None):
        flow = "gradient" if decay is None else "weight-decay"
    if flow is None:
        for key, value in (("tau", tau), ("metric", metric), ("point", point)):
            if value is not None:
                raise InputError(f"{key}: belongs to a flow, and none is named")
        return network
    if network.spec["type"] == "flow":
        raise InputError(f"flow: {network.name} is under a flow already")
    setting = read_setting(
        flow,
        tau,
        metric,
        network.parameters,
        lambda: network.entry_names,
        rates=rates,
        decay=decay,
    )
    if point is not None:
        setting = replace(setting, region=read_region(point, flow, network.size))
    if flow == "gradient" and setting.rates is None:
        return network
    if network.drift is not None:
        own = "rates" if flow == "gradient" else flow
        raise InputError(f"drift: belongs to the flow gradient, not to {own}")
    name = f"{network.name} --flow {setting.text}"
    if flow == "natural":
        spec = setting.json(network.spec)
        plain = replace(network.description, name=name, spec=spec, object="flow")
        return Network(plain, network.problem)
    if flow in ("weight-decay", "gradient") and network.has_graph:
        return _decaying(name, network, setting)
    gradients = _gradients(network, flow)
    if flow == "sign" and setting.region is None:
        setting = replace(setting, region=default_region(gradients, network.entry_names))
    phase = phase_of(setting, gradients, network.parameters, network.entry_names)
    labels = _labels(network) if flow != "sign" else ()
    return _moving(name, network, setting, phase, labels)


def _moving(
    name: str, network: Network, setting: Setting, phase: Phase, labels: Sequence[str]
) -> Network:
    """The network with the coordinates and the vector fields of a phase."""
    parameters = (*network.parameters, *phase.added)
    poles = tuple(dict.fromkeys((*network.poles, *phase.poles)))
    return Network(
        Description(
            name,
            setting.json(network.spec),
            parameters,
            "flow",
            labels=labels,
            poles=poles,
        ),
        Problem(
            sum(p.size for p in parameters),
            written=phase.controls,
            drift=phase.drift,
            motion=phase,
            base=network.problem,
        ),
        network,
    )


def _labels(network: Network) -> tuple[str, ...]:
    return tuple(f"control of {label}" for label in network.generators)


def _gradients(network: Network, flow: str) -> list[VectorField]:
    """The vector fields that span W; LimitError, or InputError where there are none."""
    if network.has_graph and (paths := network.problem.paths) > FLOW_PATHS:
        raise LimitError(
            f"flow: {network.name} has {paths} paths, more than the {FLOW_PATHS} that are "
            f"written out for {flow}"
        )
    listed = network.generators.values()
    gradients = [f.gradient() if isinstance(f, Polynomial) else f for f in listed]
    if not gradients:
        raise InputError(f"flow: {network.name} has no component with parameters")
    return gradients


def _decaying(name: str, network: Network, setting: Setting) -> Network:
    """A graph under weight decay, or with rates, counted as itself: it may have any number of
    paths.
    """
    if network.layers is None:
        graph = network.problem.graph
        if (graph.param[graph.alive] == FROZEN).all():
            raise InputError(f"flow: {network.name} has no component with parameters")
    gradients = partial(_gradients, network, setting.flow)
    phase = decay_phase(setting, network.parameters, gradients)
    return _moving(name, network, setting, phase, LaterTuple(partial(_labels, network)))
