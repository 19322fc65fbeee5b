"""All laws of degree 2, exactly over Q, beside the same ansatz expanded in python-flint and
SymPy.
"""

import hashlib

import flint

from bench.harness import Rival
from bench.instances import SEARCHES, command_of
from bench.rivals import notebook, rings
from pyconslaw import polynomial_laws


def basis(laws):
    """What two bases of one space have in common: dimension and a digest of the reduced row
    echelon form over Q.

    laws: dicts {((variable, exponent), ...): coefficient}.
    """
    monomials = sorted({m for law in laws for m in law})
    rows = [
        [
            flint.fmpq(int(law[m].numerator), int(law[m].denominator))
            if m in law
            else flint.fmpq(0)
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
    found = {
        "pyconslaw polynomial_laws": Rival(lambda: polynomial_laws(of.network(), 2), finish=ours)
    }
    for kind in rings.available():
        found[kind.name] = Rival(
            lambda kind=kind: notebook.laws(kind, of.dims, of.relu, of.bias, 2), finish=basis
        )
    return found


def about(of):
    size = of.network().size
    return {"network": of.name, "unknowns": size * (size + 1) // 2}


command = command_of(
    "search",
    SEARCHES,
    about,
    rivals,
    "A basis of the space of laws of degree 2, from the widths to the basis; the bases are "
    "compared.",
)
