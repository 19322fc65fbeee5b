"""How many lines each kind of proof makes one trust: docs/certificate.md says what is true."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

from bench import trust
from pyconslaw.verify.kinds import LOWER, UPPER
from pyconslaw.verify.reading import fingerprint

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/certificate.md").read_text()
GOLDEN = sorted((ROOT / "tests/golden/certificates").glob("*.json"))


def test_the_page_says_the_numbers():
    assert trust.text() in PAGE, "run python -m bench trust, and put what it prints on the page"


@pytest.mark.parametrize("kind", sorted({*LOWER, *UPPER}))
def test_every_kind_is_counted_with_its_own_module(kind):
    found = trust.of_kind(kind)
    assert f"kinds.{kind.replace('-', '_')}" in found
    assert {"kernel", "reading", "arithmetic", "kinds", "systems"} <= trust.kernel() < found
    assert trust.total(found) == sum(trust.lines(name) for name in found)


def test_imports_are_followed():
    """By hand, on the source: what involutive, product and the kernel import."""
    assert {"brackets.polynomials", "reading"} <= trust.imported("kinds.involutive")
    assert trust.imported("systems.product") == {"reading", "systems.graph"}
    assert {"kinds", "systems", "reading"} <= trust.imported("kernel")
    assert trust.lines("systems.product") == 12


def loaded_by(path: Path, name: str, **options) -> set:
    """The modules of a new copy of the checker that are there after it has checked this file."""
    folder = trust.FOLDER
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules[name] = package = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(package)
        package.verify_file(path, **options)
        return {m[len(name) + 1 :] for m in sys.modules if f"{m}.".startswith(f"{name}.")}
    finally:
        for module in [m for m in sys.modules if f"{m}.".startswith(f"{name}.")]:
            del sys.modules[module]


def named(value, key: str) -> set:
    """What the objects inside have under this key."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = set().union(*(named(part, key) for part in inside))
    own = value.get(key) if isinstance(value, dict) else None
    return found | ({own} if isinstance(own, str) else set())


def counted(certificate: dict) -> frozenset:
    """The modules that the page counts for what is in a certificate."""
    found = trust.kernel() | trust.reached("systems.expand")
    types = named(certificate["system"], "type")
    for kind in types & {"family", "wide-family"}:
        return found | trust.reached(trust.OTHERS[f"`{kind}`"])
    for kind in types & set(trust.TYPES):
        found |= trust.of_type(kind)
    for kind in named([certificate["lower"], certificate["upper"]], "kind"):
        for part in trust.PARTS.get(kind, [None]):
            found |= trust.of_kind(kind, part)
    return found


def test_no_more_is_loaded_than_is_counted():
    everything = set()
    for k, path in enumerate(GOLDEN):
        own = loaded_by(path, f"checker_copy_{k}")
        certificate = json.loads(path.read_bytes())
        assert own <= counted(certificate), path.name
        assert "kernel" in own and "systems.names" not in own
        everything |= own
    # the certificates there have all kinds of proof, so nothing is counted for no reason
    assert everything | {"main", "__main__", "systems.names"} == set(trust.MODULES)


def test_the_system_that_is_expected_is_loaded_when_it_is_named():
    path = next(p for p in GOLDEN if json.loads(p.read_bytes())["system"]["type"] == "mlp")
    digest = fingerprint(json.loads(path.read_bytes())["system"])
    own = loaded_by(path, "checker_copy", expect=f"sha256 {digest}")
    assert "systems.names" in own
    assert own <= counted(json.loads(path.read_bytes())) | trust.reached("systems.names")
