"""The name of `checked` that older imports have."""

from .checked import integer, integers, reduced

__all__ = ["integer", "integers", "reduced"]
