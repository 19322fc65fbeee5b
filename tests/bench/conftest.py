"""The benchmarks are no part of the package: the root of the checkout goes on the path, last."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2]))
