"""Random networks and systems, each with its components as the oracles write them and its size."""

from reference import networks as slow_networks
from reference import polynomials as slow
from verify import random_dags

from pyconslaw import InputError, System, mlp
from pyconslaw.fields.expand import components


def layered_case(draw):
    dims = [draw.randint(1, 3) for _ in range(draw.randint(2, 5))]
    kinds = [draw.choice(["linear", "linear", "relu"]) for _ in dims[2:]]
    bias = draw.choice(["none", "hidden", "all"])
    phi, size = slow_networks.layered(dims, kinds, bias)
    return mlp(dims, kinds, bias), phi.values(), size


def dag_case(draw):
    net = random_dags.network(random_dags.draw(draw, frozen=draw.choice([0, 0.2])))
    phi = [slow.polynomial(f.terms) for f in components(net.graph).values()]
    return net, phi, net.size


def system_case(draw):
    """Sums of monomials, of one degree or of several."""
    names, phi = "uvwx"[: draw.randint(2, 4)], []
    for _ in range(draw.randint(1, 3)):
        degree = draw.randint(1, 3)
        terms = []
        for _ in range(draw.randint(1, 3)):
            degree = degree if draw.random() < 0.6 else draw.randint(0, 3)
            factors = [draw.choice(names) for _ in range(degree)]
            terms.append(f"{draw.choice([1, 1, 2, -3])}*" + "*".join(["1", *factors]))
        phi.append(" + ".join(terms))
    try:
        net = System(names, phi=phi)
    except InputError:  # a component is constant
        return system_case(draw)
    return net, [slow.polynomial(f.terms) for f in net.phi], net.size


CASES = {"layered": layered_case, "graphs": dag_case, "systems": system_case}
