"""The border between Python and the C core: arithmetic mod a word prime, dense ranks, probes,
polynomials.

Internal: shapes and ranges are checked here, statuses become exceptions, and the GIL is
released in C. Everything public is built on it one floor up.
"""
