"""Slow exact oracles. They share no code with the library: their own polynomials, paths,
brackets and elimination.
"""
