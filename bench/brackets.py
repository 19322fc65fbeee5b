"""Lie bracket of two gradient vector fields of the entries of a 3-layer 5 x 5 product, explicit sparse polynomials."""

from importlib.metadata import version
from math import prod

import click
import flint

from bench import harness
from pyconslaw import linear
from pyconslaw.fields.polynomials import packed

PRIME = 2**61 - 1


def bracket_with(derivative, zero):
    """Dg f - Df g for lists of polynomials of a library, zero entries skipped, as its user would write it."""
    def along(of, by, total, sign):
        for j, b in by:
            d = derivative(of, j)
            if d:
                total = total + d * b if sign > 0 else total - d * b
        return total

    def bracket(f, g):
        in_f, in_g = ([(j, x) for j, x in enumerate(v) if x] for v in (f, g))
        return [along(f[i], in_g, along(g[i], in_f, zero, 1) if g[i] else zero, -1) if f[i] else
                along(g[i], in_f, zero, 1) if g[i] else zero for i in range(len(f))]
    return bracket


def terms_of(result):
    return sum(len(p) for p in result)


@click.command()
@click.option("--repeats", default=7, show_default=True)
@click.option("--budget", default=10.0, show_default=True, help="Seconds that one rival may take.")
@click.option("--record/--no-record", default=True, show_default=True)
def command(repeats, budget, record):
    """Lie bracket of gradient fields of the 3-layer 5 x 5 product (75 variables), beside python-flint and SymPy's rings."""
    network = linear([5, 5, 5, 5])
    family, size = network.explicit(), network.size
    pair = [family.fields[k] for k in (0, 7)]
    ours = [packed(field, size, PRIME) for field in pair]
    context = flint.fmpz_mpoly_ctx.get([f"x{i}" for i in range(size)], "lex")

    def in_flint(poly):
        return context.from_dict({tuple(dict(m).get(v, 0) for v in range(size)): c for c, m in poly.terms})

    rivals_fields = [[in_flint(field[v]) if v in field else context.from_dict({}) for v in range(size)] for field in pair]
    flint_bracket = bracket_with(lambda p, j: p.derivative(j), context.from_dict({}))
    cost = float(ours[0].size * ours[1].size)
    rivals = {"pyconslaw Polynomials.bracket": (cost, lambda: ours[0].bracket(ours[1]).size, None),
              "python-flint fmpz_mpoly": (cost, lambda: terms_of(flint_bracket(*rivals_fields)), None)}
    try:
        from sympy import ZZ
        from sympy.polys.rings import ring
    except ImportError:
        pass
    else:
        domain, *x = ring([f"x{i}" for i in range(size)], ZZ)
        in_sympy = [[sum((c * prod((x[v]**e for v, e in m), start=domain(1)) for c, m in field[i].terms), domain(0))
                     if i in field else domain(0) for i in range(size)] for field in pair]
        sympy_bracket = bracket_with(lambda p, j: p.diff(x[j]), domain(0))
        rivals["SymPy rings"] = (cost, lambda: terms_of(sympy_bracket(*in_sympy)), None)
    table = harness.Table(repeats, budget)
    table.measure({"fields": "grad phi_0, grad phi_7"}, rivals)
    if record:
        table.record("brackets", prime=PRIME, python_flint=version("python-flint"))
