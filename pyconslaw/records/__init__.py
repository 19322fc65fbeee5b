"""Frozen records that travel between the stages.

Leaves: they know no stage, and hold no mathematics beyond what a record needs to be consistent.
"""

from pyconslaw.records.bounds import BracketWords as BracketWords
from pyconslaw.records.bounds import LowerBound as LowerBound
from pyconslaw.records.bounds import UpperBound as UpperBound
from pyconslaw.records.graph import FROZEN as FROZEN
from pyconslaw.records.graph import Graph as Graph
from pyconslaw.records.graph import Layers as Layers
from pyconslaw.records.graph import Parameter as Parameter
from pyconslaw.records.polynomial import Monomial as Monomial
from pyconslaw.records.polynomial import Polynomial as Polynomial
from pyconslaw.records.problem import VectorFields as VectorFields
from pyconslaw.records.report import OPEN as OPEN
from pyconslaw.records.report import PROBABLE as PROBABLE
from pyconslaw.records.report import PROVED as PROVED
from pyconslaw.records.report import FunctionReport as FunctionReport
from pyconslaw.records.report import Report as Report
