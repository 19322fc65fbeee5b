from pyconslaw.algebra import LieAlgebra as LieAlgebra, Structure as Structure, structure as structure
from pyconslaw.analysis import analyze as analyze, analyze_function as analyze_function, certify as certify, check_law as check_law, complement as complement, count as count, family as family
from pyconslaw.analysis import find_laws as find_laws, known_laws as known_laws, polynomial_laws as polynomial_laws
from pyconslaw.certificate import Certificate as Certificate
from pyconslaw.errors import InputError as InputError, LimitError as LimitError
from pyconslaw.errors import NotProvedError as NotProvedError, PyconslawError as PyconslawError
from pyconslaw.errors import RefutedError as RefutedError
from pyconslaw.integrals.law import ClosedLaw as ClosedLaw, FoundLaws as FoundLaws
from pyconslaw.laws.check import CheckResult as CheckResult
from pyconslaw.laws.initial import InitialLaws as InitialLaws, initial_weights as initial_weights
from pyconslaw.laws.initial import laws_at_initialization as laws_at_initialization
from pyconslaw.laws.law import Law as Law, LawSet as LawSet
from pyconslaw.laws.layered import BalanceLaws as BalanceLaws, balance_laws as balance_laws
from pyconslaw.laws.nullspace import integer_nullspace as integer_nullspace, integer_rank as integer_rank
from pyconslaw.special import PointReport as PointReport
from pyconslaw.symmetric.family import Family as Family
from pyconslaw.widening.family import WideFamily as WideFamily
from pyconslaw.networks.builders import icnn as icnn, linear as linear, mlp as mlp, nmf as nmf, product as product
from pyconslaw.networks.dag import Edge as Edge, dag as dag, from_networkx as from_networkx
from pyconslaw.networks.files import dag_from_arrays as dag_from_arrays, read_network as read_network
from pyconslaw.networks.names import network_of as network_of
from pyconslaw.networks.network import Network as Network
from pyconslaw.networks.stacks import recurrent as recurrent, residual as residual
from pyconslaw.networks.systems import System as System, polynomial_system as polynomial_system
from pyconslaw.networks.under import under_flow as under_flow
from pyconslaw.networks.stacks import tied_autoencoder as tied_autoencoder
from pyconslaw.records import Parameter as Parameter, Polynomial as Polynomial, Report as Report
from pyconslaw.report.claims import assert_laws as assert_laws
from pyconslaw.report.exports import to_latex as to_latex, to_pandas as to_pandas, to_sympy as to_sympy
from pyconslaw.report.formula import CountFormula as CountFormula, count_formula as count_formula

__version__: str
