"""Laws and reports in other forms: SymPy, pandas, LaTeX. The extras are imported here only, when
they are asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.fields.named import Named
from pyconslaw.laws.law import Law, LawSet, PolynomialLaw
from pyconslaw.laws.matrix_form import MatrixLaw
from pyconslaw.networks.network import Network
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import OPEN, Report


def to_sympy(law: Law | LawSet | MatrixLaw | Network, matrices: bool = False) -> Any:
    """The law as a SymPy expression in symbols named like the parameters; `check_law` and the
    others take it back.

    Parameters
    ----------
    law : Law, LawSet, MatrixLaw or Network
    matrices : bool
        Whether parameters that are arrays become matrix symbols of their shapes, such as W1 (3 x
        2), and what the expression has are their entries. A vector is a column.

    Returns
    -------
    sympy.Expr
        A list of them for a set; an expression of matrix symbols for a law in matrix form (the
        diagonal as a column); for a network, the components of phi by name, as a dict.

    Raises
    ------
    InputError
        For what is no law, and for a network that is given by vector fields.
    LimitError
        When phi has too many paths to be written out.
    ImportError
        Where the extra sympy is not installed.

    Examples
    --------
    >>> from pyconslaw import check_law, known_laws, mlp, to_sympy
    >>> net = mlp([1, 1, 1])
    >>> to_sympy(known_laws(net)[0])
    W1[0,0]**2 - W2[0,0]**2
    >>> law = to_sympy(known_laws(net)[0], matrices=True)
    >>> law, bool(check_law(net, law))
    (W1[0, 0]**2 - W2[0, 0]**2, True)
    """
    if isinstance(law, LawSet):
        return [to_sympy(one, matrices) for one in law]
    if isinstance(law, MatrixLaw):
        return _matrix_expression(law)
    if isinstance(law, Network):
        if law.written is not None:
            raise InputError(f"law: {law.name} is given by vector fields, and has no phi")
        symbols = _symbols(law, matrices)
        return {name: _expression(f, symbols) for name, f in law.components.items()}
    if not isinstance(law, Law):
        raise InputError(
            f"law: expected a Law, a LawSet, a MatrixLaw or a Network, got {type(law).__name__}"
        )
    import sympy

    symbols = _symbols(law.network, matrices)

    def expression(polynomial):
        return _expression(polynomial, symbols)

    if isinstance(law, PolynomialLaw):
        return expression(law.polynomial)
    form = law.form
    if form.is_power:
        return sympy.Mul(*(expression(p) ** c for c, p in form.logs))

    def total(form):
        found = expression(form.quotient[0]) / expression(form.quotient[1])
        found += sum(c * sympy.log(expression(p)) for c, p in form.logs)
        for c, u, w, d in form.angles:
            s, u, w = sympy.sqrt(abs(d)), expression(u), expression(w)
            found += c * (
                sympy.atan(s * w / u) / s
                if d < 0
                else sympy.log((u + s * w) / (u - s * w)) / (2 * s)
            )
        return found + sum(expression(g) * total(inner) for g, inner in form.products)

    return total(form)


def _matrix_expression(law: MatrixLaw) -> Any:
    import sympy
    from sympy.matrices.expressions.diagonal import DiagonalOf

    parts = []
    for sign, k, turned in law.terms:
        p = law.network.parameters[k]
        x = sympy.MatrixSymbol(p.name, *(*p.shape, 1, 1)[:2])
        parts.append(sign * (x.T * x if turned else x * x.T))
    total = sympy.MatAdd(*parts).doit()
    if law.entry is not None:
        return total[law.entry]
    return total if law.part == "matrix" else DiagonalOf(total)


def _expression(polynomial: Polynomial, symbols: Callable[[int], Any]) -> Any:
    import sympy

    terms = (
        sympy.Mul(c, *(symbols(v) ** e for v, e in monomial)) for c, monomial in polynomial.terms
    )
    return sympy.Add(*terms)


def _symbols(network: Named, matrices: bool) -> Callable[[int], Any]:
    """What makes the symbol of a parameter, by its number."""
    import sympy

    if not matrices:
        return lambda v: sympy.Symbol(network.entry_name(v))
    starts = [0, *accumulate(p.size for p in network.parameters)]

    def entry(v):
        k = bisect_right(starts, v) - 1
        name, shape = network.parameters[k].name, network.parameters[k].shape
        if not 0 < len(shape) <= 2:
            return sympy.Symbol(network.entry_name(v))
        rows, columns = (*shape, 1)[:2]
        return sympy.MatrixSymbol(name, rows, columns)[divmod(v - starts[k], columns)]

    return entry


def to_pandas(reports: Report | Iterable[Report]) -> Any:
    """Reports as a table, a row each, with the columns of `pyconslaw count --json`.

    Parameters
    ----------
    reports : Report or iterable of Report

    Returns
    -------
    pandas.DataFrame

    Raises
    ------
    InputError
        For what is no report.
    ImportError
        Where the extra pandas is not installed.

    Examples
    --------
    >>> from pyconslaw import analyze, linear, to_pandas
    >>> table = to_pandas([analyze(linear([2, n, 2])) for n in (1, 2, 3)])
    >>> table[["network", "parameters", "laws"]].values.tolist()
    [['linear 2-1-2', 4, 1], ['linear 2-2-2', 8, 3], ['linear 2-3-2', 12, 6]]
    """
    import pandas

    listed = [reports] if isinstance(reports, Report) else list(reports)
    for k, report in enumerate(listed):
        if not isinstance(report, Report):
            raise InputError(f"reports[{k}]: expected a Report, got {type(report).__name__}")
    return pandas.DataFrame([report.json() for report in listed])


def to_latex(item: Law | LawSet | MatrixLaw | Report | Iterable[Report]) -> str:
    r"""LaTeX of laws and reports.

    Parameters
    ----------
    item : Law, LawSet, MatrixLaw, Report or iterable of Report

    Returns
    -------
    str
        A law as a formula, a set as an align* environment (nothing for the empty set), reports as a
        tabular.

    Raises
    ------
    InputError
        For anything else.

    Examples
    --------
    >>> from pyconslaw import known_laws, mlp, to_latex
    >>> print(to_latex(known_laws(mlp([1, 1, 1]))))
    \begin{align*}
    h_{1} &= \left(W^{(1)}_{0,0}\right)^{2} - \left(W^{(2)}_{0,0}\right)^{2}
    \end{align*}
    """
    if isinstance(item, Law | MatrixLaw):
        return item.latex()
    if isinstance(item, LawSet):
        if not len(item):
            return ""
        lines = [f"h_{{{k}}} &= {law.latex()}" for k, law in enumerate(item, 1)]
        return "\n".join(["\\begin{align*}", " \\\\\n".join(lines), "\\end{align*}"])
    rows = []
    for report in [item] if isinstance(item, Report) else item:
        if not isinstance(report, Report):
            raise InputError(f"item: expected laws or reports, got {type(report).__name__}")
        laws = (
            f"{report.laws_min}\\,--\\,{report.laws_max}"
            if report.verdict == OPEN
            else str(report.laws)
        )
        rows.append(
            f"{report.network.replace('_', chr(92) + '_')} & {report.parameters} & {laws} "
            f"& {report.verdict} \\\\"
        )
    return "\n".join(
        [
            "\\begin{tabular}{lrrl}",
            "network & $D$ & laws & verdict \\\\ \\hline",
            *rows,
            "\\end{tabular}",
        ]
    )
