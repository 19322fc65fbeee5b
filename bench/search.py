"""All laws of degree 2, exactly over Q, beside the same ansatz expanded in python-flint and SymPy."""

import hashlib
from importlib.metadata import version

import click
import flint

from bench import harness
from bench.harness import Rival
from bench.instances import SEARCHES, chosen, instance
from bench.rivals import notebook, rings
from pyconslaw import polynomial_laws


def basis(laws):
    """What two bases of one space have in common: dimension and a digest of the reduced row echelon form over
    Q.

    laws: dicts {((variable, exponent), ...): coefficient}.
    """
    monomials = sorted({m for law in laws for m in law})
    rows = [
        [
            flint.fmpq(int(law[m].numerator), int(law[m].denominator)) if m in law else flint.fmpq(0)
            for m in monomials
        ]
        for law in laws
    ]
    if not rows:
        return "0 laws"
    reduced, rank = flint.fmpq_mat(rows).rref()
    text = f"{monomials} {[[str(x) for x in row] for row in reduced.tolist()[:rank]]}"
    return f"{rank} laws, basis {hashlib.sha256(text.encode()).hexdigest()[:8]}"


def ours(laws):
    return basis([{m: c for c, m in law.polynomial.terms} for law in laws])


def rivals(of):
    found = {"pyconslaw polynomial_laws": Rival(lambda: polynomial_laws(of.network(), 2), finish=ours)}
    for kind in rings.available():
        found[kind.name] = Rival(
            lambda kind=kind: notebook.laws(kind, of.dims, of.relu, of.bias, 2), finish=basis
        )
    return found


@click.command()
@click.option(
    "--only", default="", help="Instances by name, separated by commas, such as: linear 3-3-3-3,relu 9-7-2"
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
    """A basis of the space of laws of degree 2, from the widths to the basis; the bases are compared."""
    for rival in rivals(instance("linear 2-2-2", "warm-up: lazy imports")).values():
        rival.run()
    table = harness.Table(repeats, budget, apart=True)
    for of in chosen(SEARCHES, only):
        size = of.network().size
        table.measure(
            {"network": of.name, "unknowns": size * (size + 1) // 2, "source": of.source}, rivals(of)
        )
    table.finish("search", record, python_flint=version("python-flint"))
