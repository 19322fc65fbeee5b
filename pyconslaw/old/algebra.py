"""Now `pyconslaw.analysis.algebra`."""

from pyconslaw.analysis.algebra import LieAlgebra as LieAlgebra
from pyconslaw.analysis.algebra import Structure as Structure
from pyconslaw.analysis.algebra import structure as structure
