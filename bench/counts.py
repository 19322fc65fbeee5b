"""Whole counts: how many independent laws a network has, ours proved, beside expansions in
python-flint and SymPy.
"""

from bench.harness import Rival
from bench.instances import COUNTS, command_of
from bench.rivals import notebook, rings
from pyconslaw import analyze


def proved(network, method="auto"):
    report = analyze(network, method=method)
    return (
        report.laws
        if report.verdict == "proved"
        else f"{report.verdict} {report.laws_min}..{report.laws_max}"
    )


def rivals(of):
    found = {"pyconslaw analyze": Rival(lambda: proved(of.network()))}
    for kind in rings.available():
        found[kind.name] = Rival(
            lambda kind=kind: notebook.count(kind, of.dims, of.relu, of.bias, of.known)
        )
    return found


def about(of):
    return {"network": of.name, "parameters": of.network().size}


command = command_of(
    "counts",
    COUNTS,
    about,
    rivals,
    "Numbers of independent laws of networks, from the widths to the answer.",
)
