"""One kind of proof, one name, four places: who writes it, the page, the checker, the forgeries."""

import re
from pathlib import Path

import pytest

from pyconslaw.verify.kinds import LOWER, UPPER

ROOT = Path(__file__).parents[1]
KINDS = sorted({*LOWER, *UPPER})
# the modules of pyconslaw/reasons are named as the kinds that they write; of the others it is said
WRITERS = {
    "bracket-words": "brackets/search.py",
    "control-series": "brackets/control_series.py",
    "layered-balance": "methods/symmetric",
    "potentials": "methods/paths.py",
    "spanning-paths": "methods/paths.py",
    "symmetric-point": "methods/symmetric",
    "widening": "methods/widening",
}


def module(kind):
    return kind.replace("-", "_")


def names(folder, pattern):
    return {path.stem for path in (ROOT / folder).glob(pattern)} - {"__init__"}


def test_the_checker_has_a_module_for_each_kind_and_no_other():
    assert names("pyconslaw/verify/kinds", "*.py") == set(map(module, KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_somebody_writes_it(kind):
    place = ROOT / "pyconslaw" / WRITERS.get(kind, f"reasons/{module(kind)}.py")
    files = sorted(place.glob("*.py")) if place.is_dir() else [place]
    assert any(f'"{kind}"' in path.read_text() for path in files), place


@pytest.mark.parametrize("half, table", [("Lower", LOWER), ("Upper", UPPER)])
def test_the_page_has_a_heading_for_each(half, table):
    page = (ROOT / "docs/certificate.md").read_text()
    section = page.split(f"\n## {half} bounds\n")[1].split("\n## ")[0]
    found = re.findall(r'^### `\{"kind": "([a-z-]+)"', section, re.MULTILINE)
    assert sorted(found) == sorted(table)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_attacked(kind):
    text = (ROOT / f"tests/forged/test_{module(kind)}.py").read_text()
    assert "\ndef test_random_forgeries(" in text


@pytest.mark.parametrize("kind", KINDS)
def test_all_kinds_have_one_signature(kind):
    text = (ROOT / f"pyconslaw/verify/kinds/{module(kind)}.py").read_text()
    signature = r"^def check\((system|graph), proof: dict, where: str, rank: int \| None, budget\)"
    assert len(re.findall(signature + " -> Bound:$", text, re.MULTILINE)) == 1
