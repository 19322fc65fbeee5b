"""The public verbs: what can be asked of a network."""

from pyconslaw.analysis.certified import certify as certify
from pyconslaw.analysis.counting import analyze as analyze
from pyconslaw.analysis.counting import count as count
from pyconslaw.analysis.counting import estimate as estimate
from pyconslaw.analysis.families import family as family
from pyconslaw.analysis.listing import balance_laws as balance_laws
from pyconslaw.analysis.listing import check_law as check_law
from pyconslaw.analysis.listing import complement as complement
from pyconslaw.analysis.listing import find_laws as find_laws
from pyconslaw.analysis.listing import known_laws as known_laws
from pyconslaw.analysis.listing import polynomial_laws as polynomial_laws
from pyconslaw.analysis.on_data import analyze_function as analyze_function
