"""What proofs by brackets share: polynomials, values of words, independent rows."""

from importlib import import_module


def words_of(systems: str):
    """The module for words of "graphs" or of "polynomials"."""
    return import_module(f".words_of_{systems}", __package__)
