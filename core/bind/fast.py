"""The name of `balanced` that older imports have."""

from .balanced import BalancedEchelon as FastEchelon
from .balanced import Lift, cpu, inverse, matmul, rank, solve

__all__ = ["FastEchelon", "Lift", "cpu", "inverse", "matmul", "rank", "solve"]
