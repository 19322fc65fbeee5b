"""Reports and certificates by brackets and listed laws, also where counting paths would be
enough.
"""

import pyconslaw


def analyze(network, **options):
    """The report of the search at a generic point."""
    return pyconslaw.analyze(network, method="generic", **options)


def certify(network):
    """Its certificate, with bracket words and a listed reason."""
    return pyconslaw.certify(network, report=analyze(network))
