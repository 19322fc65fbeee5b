"""Every example in a docstring is run, and everything public has one."""

import dataclasses
import doctest
import pkgutil
from importlib import import_module

import pyconslaw._core
import pytest

import pyconslaw

MODULES = [
    "pyconslaw",
    *(
        info.name
        for package in (pyconslaw, pyconslaw._core)
        for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not info.name.endswith("__main__")
    ),
]


@pytest.mark.parametrize("name", sorted(set(MODULES)))
def test_examples_of_a_module(name):
    if name.startswith("pyconslaw.torch"):
        pytest.importorskip("torch", minversion="2.13")
    result = doctest.testmod(import_module(name), verbose=False)
    assert result.failed == 0


def test_modules_are_found():
    assert {
        "pyconslaw.analysis",
        "pyconslaw._core.dense",
        "pyconslaw.laws.polynomial.search",
        "pyconslaw.verify.kernel",
    } <= set(MODULES)


@pytest.mark.parametrize("name", pyconslaw.__all__)
def test_everything_public_has_an_example(name):
    value = getattr(pyconslaw, name)
    assert value.__doc__ and value.__doc__.strip()
    record = isinstance(value, type) and (
        issubclass(value, Exception) or dataclasses.is_dataclass(value)
    )
    assert record or ">>>" in value.__doc__


@pytest.mark.parametrize("module", ["zp", "dense", "balanced", "probe", "poly"])
def test_examples_of_the_border_are_run(module):
    """Compiled modules keep their docstrings: doctest finds examples there."""
    finder = doctest.DocTestFinder()
    assert any(test.examples for test in finder.find(import_module(f"pyconslaw._core.{module}")))
