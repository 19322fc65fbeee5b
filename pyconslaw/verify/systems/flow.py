"""Another flow than that of the gradient, of a system. Its vector fields are built from the
equations in the contract (see equations, signs, decay) when they are needed.

Coordinates: theta_0 .. theta_{D-1} of the system; for flows of second order D more; the clock, but
for mirror, natural and sign; tau, if it is a parameter. The generators are the controls, one for
each generator of the system in its order (sign has one for each class), then the drift.
"""

import re
from math import gcd

from ..brackets.written import polynomial
from ..reading import Declined, Refused, choice, integers, items, record
from . import of_type
from .explicit import Fields
from .forms import FLOWS, FRICTION, MIRRORS, OF_GRAPHS, SECOND
from .generators import members

BASES = ("mlp", "product", "polynomials", "fields", "dag", "products")


def keeps_graph(value: dict) -> bool:
    """A flow of a graph that need not be written out: its limits are those of the graph."""
    of = value.get("of")
    graph = type(of) is dict and of.get("type") in ("mlp", "dag")
    return graph and value.get("flow") in OF_GRAPHS


def read(value: dict, agree, budget):
    """The system of vector fields; for the natural gradient the system that it is a flow of."""
    flow = choice(value.get("flow"), "system.flow", *FLOWS)
    weighted = [key for key in ("rates", "decay") if key in value] + ["region"] * (flow == "sign")
    record(value, "system", " ".join(["type flow of tau metric", *weighted]))
    tau = friction(value["tau"], flow)
    base, metric = value["of"], value["metric"]
    kind = base.get("type") if type(base) is dict else None
    if type(base) is dict and "drift" in base:
        raise Refused("system.of: a drift belongs to the flow of the gradient")

    def whole(size):
        agree(size * (1 + (flow in SECOND)) + (flow in FRICTION) + (type(tau) is str))

    of = of_type(choice(kind, "system.of.type", *BASES)).read(base, whole)
    if metric is not None and flow in (*OF_GRAPHS, "sign"):
        raise Refused(f"system.metric: {flow} has none")
    own = {"rates", "decay"} & value.keys()
    weights = of_type("weights").read(value, flow, of.size, budget) if own else None
    if flow == "natural":
        return of
    if flow == "gradient" and weights is None:
        raise Refused("system.flow: the flow of the gradient is another one only with rates")
    if flow in OF_GRAPHS:
        later = of_type("decay").Decay
        return later(of, tau, weights, lambda: lazily((flow, tau, None, weights), of, budget))
    gradients = written_out(of, budget)
    if flow == "sign":
        region = integers(value["region"], "system.region", 1 - 2**31, 2**31 - 1, of.size)
        signs = of_type("signs").signs(gradients, region, budget)
        return Fields(of.size, weights.rated(signs) if weights else signs)
    inverse = inverse_metric(metric, flow, of.size)
    long = any(len(p) > 1 for g in inverse or () for p in g)
    if flow == "accelerated-mirror" and tau == [0, 1] and long:
        raise Refused("system.tau: 0, and the metric is not homogeneous")
    equations = of_type("equations").Flow((flow, tau, inverse, weights), of.size, budget)
    return Fields(equations.total, equations.fields(gradients))


def lazily(setting: tuple, of, budget) -> list:
    """The vector fields, when a proof asks for them."""
    gradients = written_out(of, budget)
    return of_type("equations").Flow(setting, of.size, budget).fields(gradients)


def written_out(of, budget) -> list:
    """The generators of W of the system that is under a flow."""
    if of.explicit is None:
        raise Declined("a network with so many parameters is not written out")
    gradients = [member() for member in members(of, budget)]
    if not gradients:
        raise Refused("system.of: no component has parameters")
    return gradients


def friction(tau, flow: str):
    """[numerator, denominator], the name of a parameter, or None."""
    if flow not in FRICTION:
        if tau is not None:
            raise Refused(f"system.tau: {flow} has none")
        return None
    if type(tau) is str:
        if flow == "nesterov" or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,99}", tau):
            raise Refused("system.tau: not the name of a parameter")
        return tau
    a, b = integers(tau, "system.tau", 0, 2**31 - 1, 2)
    if not b or gcd(a, b) != 1 or (flow == "nesterov" and not (b == 1 and 1 <= a <= 20)):
        raise Refused("system.tau: not a friction of this flow in lowest terms")
    return [a, b]


def inverse_metric(metric, flow: str, size: int):
    """M^-1 as pairs of polynomials for each coordinate; None for the identity."""
    if metric is None:
        return [({((k, 1),): 1}, {(): 1}) for k in range(size)] if flow in MIRRORS else None
    result = []
    for k, entry in enumerate(items(metric, "system.metric", size)):
        top, bottom = (
            polynomial(p, f"system.metric[{k}]", size)
            for p in items(entry, f"system.metric[{k}]", 2)
        )
        if not top or not bottom or min(top.items())[1] < 0:
            raise Refused(f"system.metric[{k}]: zero, or the first coefficient is negative")
        if flow in MIRRORS[1:] and any(v != k for p in (top, bottom) for m in p for v, _ in m):
            raise Refused(f"system.metric[{k}]: it depends on another coordinate")
        result.append((bottom, top))
    return result


def name_of(system: dict) -> str:
    base, tau = system["of"], system["tau"]
    shown = (
        ""
        if tau is None
        else " --tau "
        f"{tau if type(tau) is str else tau[0] if tau[1] == 1 else f'{tau[0]}/{tau[1]}'}"
    )
    own = ["a metric"] * (system["metric"] is not None)
    own += [f"{key} by coordinate" for key in ("rates", "decay") if key in system]
    return " and ".join(
        [f"{of_type(base['type']).name_of(base)} --flow {system['flow']}{shown}", *own]
    )


def object_of(system: dict) -> str:
    return "flow"
