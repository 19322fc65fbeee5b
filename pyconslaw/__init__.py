"""Conservation laws of gradient flows of neural networks: which ones, and proofs that there are no
others.

Everything public is listed in __all__ and imported on first use, so that `pyconslaw.verify`, which
needs the standard library only, starts without the rest.
"""

from importlib import import_module
from pathlib import Path

__version__ = "0.1.0"

__path__ = [*__path__, str(Path(__file__).with_name("old"))]  # modules that have moved

_WHERE = {
    "analysis": [
        "analyze",
        "analyze_function",
        "count",
        "known_laws",
        "balance_laws",
        "polynomial_laws",
        "check_law",
        "certify",
        "family",
        "complement",
        "find_laws",
        "estimate",
    ],
    "networks.builders": ["icnn", "linear", "mlp", "nmf", "product"],
    "analysis.at_point": ["PointReport"],
    "analysis.algebra": ["LieAlgebra", "Structure", "structure"],
    "networks.dag": ["Edge", "dag", "from_networkx"],
    "networks.files": ["dag_from_arrays", "read_network"],
    "networks.stacks": ["recurrent", "residual", "tied_autoencoder"],
    "networks.network": ["Network"],
    "networks.systems": ["System", "polynomial_system"],
    "networks.names": ["network_of"],
    "networks.under": ["under_flow"],
    "networks.losses": ["under_loss"],
    "laws.law": ["Law", "LawSet", "PolynomialLaw"],
    "laws.closed_forms.law": ["ClosedLaw", "FoundLaws"],
    "exact.nullspace": ["integer_nullspace", "integer_rank"],
    "laws.stated.layered": ["BalanceLaws"],
    "laws.initial": ["InitialLaws", "initial_weights", "laws_at_initialization"],
    "laws.check": ["CheckResult"],
    "certificate": ["Certificate"],
    "report.claims": ["assert_laws"],
    "report.exports": ["to_latex", "to_pandas", "to_sympy"],
    "report.formula": ["CountFormula", "count_formula"],
    "methods.symmetric.family": ["Family"],
    "methods.widening.family": ["WideFamily"],
    "records": ["FunctionReport", "Report", "Polynomial", "Parameter"],
    "methods.table": ["Estimate"],
    "sweeps.run": ["SweepEstimate", "sweep"],
    "sweeps.results": ["SweepResults"],
    "errors": ["PyconslawError", "InputError", "LimitError", "NotProvedError", "RefutedError"],
}
_HOME = {name: module for module, names in _WHERE.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__():
    return sorted([*globals(), *__all__])
