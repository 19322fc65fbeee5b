"""Weight decay at several speeds: counts by widths against counts by edges and by brackets."""

import random
from fractions import Fraction

from reference import polynomials as slow
from reference.trace import trace_dimensions
from reference.weights import first_order, gradients
from verify import random_dags

from pyconslaw import mlp
from pyconslaw.fields.expand import components
from pyconslaw.reasons import uneven_decay as module
from pyconslaw.reasons.uneven_decay import uneven_decay
from pyconslaw.records.runs import Runs

SPEEDS = [Fraction(0), Fraction(1), Fraction(3, 2)]


def test_widths_as_edges(fresh_seed, monkeypatch):
    draw = random.Random(fresh_seed)
    for _ in range(200):
        dims = [draw.randint(1, 3) for _ in range(draw.randint(2, 6))]
        kinds = [draw.choice(["linear", "relu", "relu"]) for _ in dims[2:]]
        net = mlp(dims, kinds, draw.choice([False, True, "all"]))
        pull = Runs.of((p.size, draw.choice(SPEEDS)) for p in net.parameters)
        monkeypatch.setattr(module, "BY_EDGES", 10**5)
        edges = uneven_decay(net.problem, pull)
        monkeypatch.setattr(module, "BY_EDGES", 0)
        widths = uneven_decay(net.problem, pull)
        assert edges.upper.dimension == widths.upper.dimension, (net.name, pull)
        assert edges.lower.rank == widths.lower.rank
        assert edges.meet == ("linear" not in kinds) or edges.upper.dimension == 1


def test_graphs_against_brackets(fresh_seed):
    """The upper bound whatever the gates; the count where all paths are gated."""
    draw, met = random.Random(fresh_seed), 0
    for _ in range(60):
        net = random_dags.network(random_dags.draw(draw, frozen=draw.choice([0, 0.2])))
        each = [draw.choice(SPEEDS) for _ in range(net.size)]
        phi = [slow.polynomial(f.terms) for f in components(net.graph).values()]
        found = uneven_decay(net.problem, Runs.of((1, speed) for speed in each))
        if found is None or len(set(each)) < 2 or not phi:
            continue
        fields, size = first_order(gradients(phi), [Fraction(1)] * net.size, each, 1)
        dimension = trace_dimensions(fields, size)[-1]
        assert found.lower.rank <= dimension <= found.upper.dimension, net.spec
        met += found.meet
    assert met > 5
