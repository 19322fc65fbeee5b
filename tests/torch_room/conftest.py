"""Tests of the room `torch`; what is shared by them is on the path, all are marked.

The folder has another name: `tests` is on the path too, and without torch it would be imported.
"""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.torch)
