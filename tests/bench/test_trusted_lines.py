"""How many lines each kind of proof makes one trust: docs/certificate.md says what is true."""

from pathlib import Path

import pytest

from bench import trust
from pyconslaw.verify.kinds import LOWER, UPPER

PAGE = (Path(__file__).parents[2] / "docs/certificate.md").read_text()


def test_the_page_says_the_numbers():
    assert trust.text() in PAGE, "run python -m bench trust, and put what it prints on the page"


@pytest.mark.parametrize("kind", sorted({*LOWER, *UPPER}))
def test_every_kind_is_counted_with_its_own_module(kind):
    found = trust.of_kind(kind)
    assert f"kinds.{kind.replace('-', '_')}" in found
    assert {"kernel", "reading", "arithmetic", "kinds", "systems"} <= found
    assert trust.total(found) == sum(trust.lines(name) for name in found)


def test_imports_are_followed():
    """By hand, on the source: what involutive, product and the kernel import."""
    assert {"arithmetic", "reading"} <= trust.imported("kinds.involutive")
    assert trust.imported("systems.product") == {"reading", "systems.graph"}
    assert {"kinds", "systems", "reading"} <= trust.imported("kernel")
    assert trust.lines("systems.product") == 12
