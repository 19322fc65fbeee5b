"""A short run of the fuzzer in the default suite; `make fuzz` runs it long."""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location(
    "fuzz_parsers", Path(__file__).with_name("parsers.py")
)
parsers = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(parsers)


@pytest.mark.parametrize("target", parsers.TARGETS)
def test_only_documented_errors(target):
    found = parsers.run(target, 300, seed=20260)
    assert found["refused"] > 0  # the mutations do break things


@pytest.mark.parametrize(
    "target",
    [
        "expression",
        "system",
        "candidate",
        "network_json",
        "arrays",
        "expectation",
        "weights_archive",
        "data_file",
        "specification",
    ],
)
def test_some_inputs_are_taken(target):
    assert parsers.run(target, 300, seed=1)["taken"] > 0
