"""Explicit systems: the count, and all laws of a degree, ours beside the same expanded in
python-flint and SymPy.
"""

from dataclasses import dataclass
from importlib.metadata import version
from math import comb

import click

from bench import harness
from bench.counts import proved
from bench.harness import Rival
from bench.rivals import notebook, rings
from bench.search import basis, ours
from pyconslaw import System, polynomial_laws

FLOATS = "rows of the table of systems where floats are wrong, docs/gallery/polynomial.md"
CLASSICAL = "classical mechanics and ecology, docs/gallery/systems.md"


@dataclass(frozen=True)
class Instance:
    """fields: {variable: [(coefficient, {variable: exponent}), ...]}. degree: of the laws that
    are searched; None: the system is counted.
    """

    name: str
    size: int
    fields: tuple
    source: str
    degree: int | None = None

    def system(self):
        names = [f"x{v}" for v in range(self.size)]
        return System(
            names,
            fields=[
                {
                    names[v]: "+".join(
                        "*".join([f"({c})", *(f"{names[w]}^{e}" for w, e in m.items())])
                        for c, m in terms
                    )
                    for v, terms in field.items()
                }
                for field in self.fields
            ],
        )

    @property
    def task(self):
        return "count" if self.degree is None else f"laws of degree {self.degree}"


def shears(size):
    """d/dx0 and sum_k x0^k d/dx_(k+1): size - 1 nested brackets are needed."""
    return {0: [(1, {})]}, {k + 1: [(1, {0: k} if k else {})] for k in range(size - 1)}


def powers(exponents):
    """The gradients of (3 x0 - 5 x1)^k, written out."""
    fields = []
    for k in exponents:
        h = [
            (comb(k, j) * 3 ** (k - j) * (-5) ** j, {v: e for v, e in ((0, k - j), (1, j)) if e})
            for j in range(k + 1)
        ]
        fields.append(
            {
                v: [
                    (c * m[v], {w: e - (w == v) for w, e in m.items() if e > (w == v)})
                    for c, m in h
                    if v in m
                ]
                for v in (0, 1)
            }
        )
    return tuple(fields)


def volterra(size):
    """A cycle of predators and prey: x_i' = x_i (x_(i-1) - x_(i+1))."""
    return (
        {i: [(1, {i: 1, (i - 1) % size: 1}), (-1, {i: 1, (i + 1) % size: 1})] for i in range(size)},
    )


BODY = (
    {0: [(-1, {1: 1, 2: 1})], 1: [(4, {0: 1, 2: 1})], 2: [(-3, {0: 1, 1: 1})]},
    {0: [(1, {})], 1: [(1, {})]},
)
INSTANCES = [
    Instance("shears 20", 20, shears(20), FLOATS),
    Instance("shears 40", 40, shears(40), FLOATS),
    Instance("powers 8 and 9", 2, powers((8, 9)), FLOATS),
    Instance("rigid body with a torque", 3, BODY, CLASSICAL),
    Instance("rotation", 2, ({0: [(1, {1: 1})], 1: [(-1, {0: 1})]},), FLOATS, 10),
    Instance("diagonal", 3, ({0: [(1, {0: 1})], 1: [(2, {1: 1})], 2: [(-3, {2: 1})]},), FLOATS, 9),
    Instance("volterra 6", 6, volterra(6), CLASSICAL, 4),
    Instance("volterra 8", 8, volterra(8), CLASSICAL, 4),
]


def rivals(of):
    if of.degree is None:
        found = {"pyconslaw analyze": Rival(lambda: proved(of.system()))}
    else:
        found = {
            "pyconslaw polynomial_laws": Rival(
                lambda: polynomial_laws(of.system(), of.degree), finish=ours
            )
        }
    for kind in rings.available():
        found[kind.name] = Rival(
            lambda kind=kind: expanded(kind, of), finish=basis if of.degree else lambda laws: laws
        )
    return found


def expanded(kind, of):
    ring = kind(of.size)
    fields = notebook.written(ring, of.fields)
    return (
        notebook.count_of(ring, fields)
        if of.degree is None
        else notebook.laws_of(ring, fields, of.degree)
    )


@click.command()
@click.option(
    "--only", default="", help="Instances by name, separated by commas, such as: shears 20,rotation"
)
@click.option("--repeats", default=3, show_default=True)
@click.option(
    "--budget",
    default=20.0,
    show_default=True,
    help="Seconds of processor time after which a rival is stopped.",
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(only, repeats, budget, record):
    """Explicit vector fields, from their entries to the count or to a basis of laws."""
    for rival in rivals(INSTANCES[2]).values():
        rival.run()  # warm-up: lazy imports
    table = harness.Table(repeats, budget, apart=True)
    for of in INSTANCES:
        if not only or of.name in only.split(","):
            table.measure(
                {"system": f"{of.name}, {of.task}", "variables": of.size, "source": of.source},
                rivals(of),
            )
    table.finish("systems", record, python_flint=version("python-flint"))
