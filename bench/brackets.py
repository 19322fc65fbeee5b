"""Lie bracket of two gradient vector fields of a product of three matrices, explicit sparse
polynomials.
"""

from importlib.metadata import version

import click
import numpy as np

from bench import harness
from bench.harness import Rival
from bench.rivals import notebook, rings
from pyconslaw import linear
from pyconslaw.fields.polynomials import packed

PRIME = 2**61 - 1


def evaluated(vector_field, point):
    """Its value modulo PRIME, to compare answers by; vector_field: for each variable (dense
    exponents, coefficient) pairs.
    """
    total = []
    for terms in vector_field:
        value = 0
        for exponents, c in terms:
            for v, e in enumerate(exponents):
                if e:
                    c = c * pow(point[v], int(e), PRIME) % PRIME
            value += c
        total.append(int(value) % PRIME)
    return total


def rivals(dims, first, second, nested):
    """The bracket b of f = grad phi_first with g = grad phi_second of a linear network, or of f
    with b; everything converted beforehand.
    """
    network = linear(dims)
    family, size = network.explicit(), network.size
    point = [v + 2 for v in range(size)]

    def answer(terms, value):
        return (
            f"{terms} terms, {sum(k * x for k, x in enumerate(value, 1)) % PRIME:016x} at a point"
        )

    f, g = (packed(family.fields[k], size, PRIME) for k in (first, second))
    g = f.bracket(g) if nested else g
    found = {
        "pyconslaw Polynomials.bracket": Rival(
            lambda: f.bracket(g),
            finish=lambda b: answer(b.size, b.evaluate(np.array(point, dtype=np.uint64)).tolist()),
        )
    }
    for kind in rings.available():
        found[kind.name] = rival(
            kind(size), dims, first, second, nested=nested, point=point, answer=answer
        )
    return found


def rival(ring, dims, first, second, *, nested, point, answer):
    """The same in a ring of `rings`."""
    phi = notebook.components(ring, dims, relu=False, bias=False)
    f, g = (notebook.gradient(ring, phi[k]) for k in (first, second))
    g = notebook.bracket(ring, f, g) if nested else g

    def finish(b):
        terms = [list(ring.terms(p)) for p in b]
        return answer(sum(map(len, terms)), evaluated(terms, point))

    return Rival(lambda: notebook.bracket(ring, f, g), finish=finish)


INSTANCES = {  # dims, numbers of two components of phi, whether nested
    "5-5-5-5 [f, g]": ([5, 5, 5, 5], 0, 7, False),
    "5-5-5-5 [f, [f, g]]": ([5, 5, 5, 5], 0, 7, True),
    "3-3-3-3 [f, g]": ([3, 3, 3, 3], 0, 5, False),
    "4-4-4-4-4 [f, g]": ([4, 4, 4, 4, 4], 0, 6, False),
    "4-4-4-4-4 [f, [f, g]]": ([4, 4, 4, 4, 4], 0, 6, True),
}


@click.command()
@click.option(
    "--only", default="", help="Instances by name, separated by semicolons, such as: 5-5-5-5 [f, g]"
)
@click.option("--repeats", default=7, show_default=True)
@click.option(
    "--budget",
    default=10.0,
    show_default=True,
    help="Seconds of processor time that one rival may take.",
)
@click.option("--record/--no-record", default=True, show_default=True)
def command(only, repeats, budget, record):
    """Lie brackets of gradients of matrix products as vector fields, explicit polynomials, beside
    python-flint and SymPy's rings.
    """
    table = harness.Table(repeats, budget)
    for name, (dims, first, second, nested) in INSTANCES.items():
        if not only or name in only.split(";"):
            size = linear(dims).size
            table.measure({"product": name, "variables": size}, rivals(dims, first, second, nested))
    table.finish("brackets", record, prime=PRIME, python_flint=version("python-flint"))
