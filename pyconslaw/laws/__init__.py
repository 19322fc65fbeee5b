"""Laws by kind: read off a graph, polynomial, in closed form."""

from pathlib import Path

__path__ = [*__path__, str(Path(__file__).parents[1] / "old" / "laws")]  # modules that have moved
