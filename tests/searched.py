"""Reports and certificates by brackets and listed laws, also where counting paths would be enough."""
from unittest import mock

import pyconslaw
from pyconslaw import planner


def certify(network):
    """The certificate with bracket words and a listed reason."""
    with mock.patch.object(planner, "path_bounds", return_value=None):
        return pyconslaw.certify(network)


def analyze(network, **options):
    """The report of the search."""
    with mock.patch.object(planner, "path_bounds", return_value=None):
        return pyconslaw.analyze(network, **options)
