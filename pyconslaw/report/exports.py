"""Laws and reports in other forms: SymPy, pandas, LaTeX. The extras are imported here only, when
they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyconslaw.errors import InputError
from pyconslaw.laws.law import Law, LawSet, PolynomialLaw
from pyconslaw.records.report import OPEN, Report


def to_sympy(law: Law | LawSet) -> Any:
    """The law as a SymPy expression in symbols named like the parameters.

    Parameters
    ----------
    law : Law or LawSet

    Returns
    -------
    sympy.Expr
        A list of them for a set.

    Raises
    ------
    InputError
        For what is no law.
    ImportError
        Where the extra sympy is not installed.

    Examples
    --------
    >>> from pyconslaw import known_laws, mlp, to_sympy
    >>> to_sympy(known_laws(mlp([1, 1, 1]))[0])
    W1[0,0]**2 - W2[0,0]**2
    """
    if isinstance(law, LawSet):
        return [to_sympy(one) for one in law]
    if not isinstance(law, Law):
        raise InputError(f"law: expected a Law, a ClosedLaw or a LawSet, got {type(law).__name__}")
    import sympy

    names = law.network.entry_names

    def expression(polynomial):
        terms = (
            sympy.Mul(c, *(sympy.Symbol(names[v]) ** e for v, e in monomial))
            for c, monomial in polynomial.terms
        )
        return sympy.Add(*terms)

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


def to_latex(item: Law | LawSet | Report | Iterable[Report]) -> str:
    r"""LaTeX of laws and reports.

    Parameters
    ----------
    item : Law, LawSet, Report or iterable of Report

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
    if isinstance(item, Law):
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
