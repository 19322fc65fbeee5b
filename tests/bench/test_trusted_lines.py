"""How many lines each kind of proof makes one trust: docs/certificate.md says what is true."""

import ast
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
    assert trust.start() | {"claims.one_system", "kinds"} == trust.kernel()
    assert trust.total(found) == sum(trust.lines(name) for name in found)


WHOLE = {
    key: (
        trust.FAMILIES.get(key, f"systems.{key}")
        if key in trust.FAMILIES or key in trust.TYPES
        else f"kinds.{key.replace('-', '_')}"
    )
    for key in trust.THEOREMS
}


@pytest.mark.parametrize("key", WHOLE)
def test_the_theorems_of_a_kind_are_all_of_it(key):
    """What is reached is in one of its lines at least, and no theorem rests on another's module."""
    base = trust.start() if key in trust.FAMILIES else trust.kernel()
    found = trust.theorems(key, WHOLE[key], base)
    assert frozenset().union(*found.values()) == base | trust.reached(WHOLE[key])
    listed = set(trust.THEOREMS[key].values())
    for name, modules in found.items():
        assert modules & listed == {trust.THEOREMS[key].get(name)} - {None}
    assert WHOLE[key] in found["the rest"]


# what other modules use of one that states a theorem: what the theorem is about
STATED = {
    "brackets.components": {"components", "projections"},
    "brackets.runs": {"dimension"},
    "brackets.words_of_graphs": {"cost", "read_generators", "values"},
    "brackets.full": {"check_full"},
    "brackets.lifted": {"Lifted"},
    "brackets.growth": {"check_growth"},
    "brackets.generic": {"independent_laws"},
    "brackets.gaps": {"unreached"},
}


@pytest.mark.parametrize("key", WHOLE)
def test_no_theorem_leaves_out_what_it_uses(key):
    """A function in the module of another theorem would be in nobody's lines."""
    base = trust.start() if key in trust.FAMILIES else trust.kernel()
    cut = set(trust.THEOREMS[key].values())
    for modules in trust.theorems(key, WHOLE[key], base).values():
        for module in modules:
            for node in ast.parse(trust.MODULES[module].read_text()).body:
                if isinstance(node, ast.ImportFrom) and node.module:
                    folder = module.split(".")[: -node.level]
                    source = ".".join([*folder, node.module])
                    if source in cut - modules and source in STATED:
                        assert {alias.name for alias in node.names} <= STATED[source], module


def test_the_page_states_every_theorem():
    for found in trust.THEOREMS.values():
        for name, module in found.items():
            assert PAGE.count(f"- *{name}* (`{module.replace('.', '/')}.py`): ") == 1


def test_nothing_to_be_read_at_once_is_longer_than_700_lines():
    for _, words, modules in trust.rows():
        if not any(words in (key, f"`{key}`") for key in trust.THEOREMS):
            assert trust.total(modules) <= 700, words


def test_imports_are_followed():
    """By hand, on the source: what involutive, product and the kernel import."""
    assert {"brackets.expanded", "reading"} <= trust.imported("kinds.involutive")
    assert trust.imported("systems.product") == {"reading", "systems.graph"}
    assert {"claims", "reading"} <= trust.imported("kernel")
    assert {"kinds", "systems"} <= trust.imported("claims.one_system")
    assert "brackets.sweep" in trust.reached("kinds.symmetric_point")
    assert "brackets.sweep" not in trust.reached(
        "kinds.symmetric_point", frozenset({"brackets.runs"})
    )
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


def chains(value) -> bool:
    """Whether there is a word f, ..., f, g with three f or more."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    words = value.get("words", []) if isinstance(value, dict) else []
    return any(len(w) > 3 and len(set(w[:-1])) == 1 for w in words) or any(map(chains, inside))


GRAPHS = {"mlp", "product", "dag"}
REASONS = {
    "neurons": "neurons",
    "potential": "potentials",
    "idle": "idle parameters",
    "symmetry": "symmetries",
}


def proofs(value) -> list:
    """The objects with a kind inside."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value] if isinstance(value, dict) and isinstance(value.get("kind"), str) else []
    return own + [proof for part in inside for proof in proofs(part)]


def parts_in(proof: dict, upper: bool, types: set) -> set:
    """What a proof says of the systems that it is about: the lines of its kind that count."""
    kind, on_graph = proof["kind"], bool(types & GRAPHS)
    if kind == "balance-laws":
        return {REASONS[key] for law in proof["laws"] for key in law if key in REASONS}
    if kind == "bracket-words":
        return {"graphs" if "generators" in proof else "polynomials"}
    if kind == "as-layered":
        return {"products" if "products" in types else "polynomials"}
    if kind == "homogeneous-decay" and proof["of"] == "parts":
        return {"homogeneous parts, or of vector fields"}
    if kind == "rescaled":
        return {"graphs" if on_graph else "vector fields"}
    if kind == "homogeneous-decay" and upper:
        return {"graphs as they are" if on_graph else "homogeneous parts, or of vector fields"}
    return set()


def is_written_out(certificate: dict, types: set, found: frozenset) -> bool:
    """Whether components of a graph are: by the kinds of proof, or by the flow, of which that of
    weight decay, or with rates, is not for proofs that rest on the system itself.
    """
    flow = certificate["system"].get("flow")
    kinds = {certificate[side]["kind"] for side in ("lower", "upper")}
    flows = flow not in (None, "natural", "weight-decay", "gradient")
    decays = flow == "weight-decay" and not kinds <= {"homogeneous-decay", "uneven-decay"}
    decays |= flow == "gradient" and kinds != {"rescaled"}
    graph = types & GRAPHS and "function" not in types
    return bool(graph) and ("systems.generators" in found or flows or decays)


def counted(certificate: dict) -> frozenset:
    """The modules that the page counts for what is in a certificate, and in no other."""
    others = {name: trust.reached(module) for name, module in trust.OTHERS.items()}
    types = named(certificate["system"], "type")
    found = others["chains, words f, ..., f, g with three f or more"] if chains(certificate) else ()
    for kind in types & {"family", "wide-family"}:
        return trust.of_family(f"`{kind}`").union(found)
    found = trust.kernel().union(found)
    for side in ("lower", "upper"):
        for proof in proofs(certificate[side]):
            found |= trust.of_kind(proof["kind"])
            for part in parts_in(proof, side == "upper", types):
                found |= trust.of_kind(proof["kind"], part)
            if proof["kind"] == "as-layered":  # its networks count as of type mlp
                found |= trust.of_type("mlp")
                if "rest" in proof:
                    found |= others["components in no part of `as-layered`"]
    if is_written_out(certificate, types, found):
        found |= others["a graph whose components are written out"]
    for kind in types & set(trust.TYPES):
        found |= trust.of_type(kind)
    flow = certificate["system"].get("flow")
    if flow in ("weight-decay", "gradient"):
        found |= others["`flow` `weight-decay`, or `gradient`"]
    if {"rates", "decay"} & certificate["system"].keys():
        found |= others["`rates` and `decay` of a `flow`"]
    return found | others.get(f"`flow` `{flow}`", frozenset())


# what is read with the kernel, whether or not it is loaded, and packages without code
READ = {"main", "__main__", "arithmetic", "brackets", "laws"}
# what a type or kind counts and not each has: flows without equations; decay where the laws inside
# say that they are homogeneous; networks of as-layered that are looked at by widths alone
NOT_ALWAYS = {
    "flow": {"systems.equations", "brackets.expanded", "brackets.polynomials"},
    "homogeneous-decay": {"systems.degrees_of_graphs"},
    "as-layered": {f"systems.{name}" for name in ("mlp", "forms", "graph", "layered", "programs")},
}


def test_no_more_is_counted_than_is_loaded():
    """Part by part: a certificate without symmetries is not charged with them."""
    for k, path in enumerate(GOLDEN):
        certificate = json.loads(path.read_bytes())
        names = named(certificate["system"], "type") | named(certificate["upper"], "kind")
        spare = READ.union(*(NOT_ALWAYS.get(name, ()) for name in names))
        more = counted(certificate) - loaded_by(path, f"checker_copy_{k}") - spare - {""}
        assert not more, (path.name, more)


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
