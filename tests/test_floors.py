"""The house: who may import whom, what a bare import loads, how large files may grow,
and that stubs match.
"""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pyconslaw"
FILES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
FACES = ("report", "cli", "plots", "torch", "sweeps")
EXTRAS = {"torch", "sympy", "scipy", "matplotlib", "dask", "pandas", "networkx", "IPython"}


def imports(module):
    """Absolute names of everything a module imports, anywhere in its text."""
    path = FILES[module]
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            found |= {
                f"{name}.{alias.name}" if f"{name}.{alias.name}" in FILES else name
                for alias in node.names
            }
    return found


def room(name):
    """The part of pyconslaw a dotted name lies in: "laws", "trace", "" for the package itself,
    None elsewhere.
    """
    parts = name.split(".")
    return None if parts[0] != "pyconslaw" else parts[1] if len(parts) > 1 else ""


IMPORTS = {module: imports(module) for module in FILES}
ROOMS = {
    module: {r for name in names if (r := room(name)) is not None}
    for module, names in IMPORTS.items()
}

# floor by floor, lowest first: a room imports from rooms before it only (and from itself)
FLOORS = (
    ("errors", "output", "thresholds"),
    ("inputs", "records"),
    ("exact",),
    ("fields",),
    ("entries",),
    ("brackets",),
    ("flows",),
    ("networks", "laws"),
    ("blocks",),
    ("certificate",),
    ("reasons",),
    ("methods",),
    ("analysis",),
    ("experiments", "report", "torch"),
    ("sweeps",),
    ("cli",),
)
LEVEL = {name: k for k, floor in enumerate(FLOORS) for name in floor}
ALLOWED = {
    here: {"_core", *(room for room, k in LEVEL.items() if k < level)}
    for here, level in LEVEL.items()
}
# names stand beside what computes, and only what is public knows both
COMPUTE = {"exact", "fields", "entries", "brackets", "flows", "laws", "certificate"}
COMPUTE |= {"reasons", "methods"}
ALLOWED |= {here: ALLOWED[here] - {"networks", "blocks"} for here in COMPUTE}
ALLOWED |= {"": set(), "verify": set(), "old": {"analysis", "exact", "laws", "methods"}}
ALLOWED["cli"] |= {"verify", ""}
ALLOWED["sweeps"] |= {""}  # the version, which stores are keyed by
ALLOWED["records"] |= {""}  # the version, which files hold; the package itself imports nothing


def test_the_walk_sees_the_package():
    assert len(FILES) > 30 and {
        "pyconslaw",
        "pyconslaw.brackets.search",
        "pyconslaw.verify.kernel",
    } <= set(FILES)
    assert (
        "pyconslaw.exact.basis" in IMPORTS["pyconslaw.brackets.search"]
        and "numpy" in IMPORTS["pyconslaw.brackets.search"]
    )
    assert "pyconslaw.verify.kernel" in IMPORTS["pyconslaw.verify"]


@pytest.mark.parametrize("module", FILES)
def test_a_floor_imports_only_from_floors_below(module):
    here = room(module)
    assert here in ALLOWED, "a new room: give it a floor"
    assert ROOMS[module] - {here} <= ALLOWED[here]


@pytest.mark.parametrize("module", FILES)
def test_faces_and_the_checker_are_not_imported(module):
    if room(module) not in (*FACES, "experiments", "old"):
        assert not ROOMS[module] & {*FACES, "analysis"} - {room(module)}
    if room(module) not in ("verify", "cli"):
        assert "verify" not in ROOMS[module]


@pytest.mark.parametrize("module", [m for m in FILES if room(m) in COMPUTE])
def test_what_computes_takes_problems(module):
    """Never a network, a builder, or a look into the JSON form."""
    assert "networks" not in ROOMS[module]
    assert ".spec" not in FILES[module].read_text()


@pytest.mark.parametrize("module", [m for m in FILES if room(m) not in ("networks", "verify")])
def test_nobody_else_looks_into_the_json_form(module):
    tree = ast.parse(FILES[module].read_text())
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "spec"]


REFLECTION = {"getattr", "hasattr", "setattr", "vars"}
FOREIGN = {  # of whom it is asked what they have
    "pyconslaw": "modules that are imported on first use",
    "pyconslaw.cli.group": "modules that are imported on first use",
    "pyconslaw.cli.start": "a module that is perhaps half imported",
    "pyconslaw.entries.foreign": "SymPy",
    "pyconslaw.entries.matrix_expressions": "SymPy",
    "pyconslaw.exact.basis": "the operating system",
    "pyconslaw.exact.matrices": "SciPy",
    "pyconslaw.inputs": "the operating system",
    "pyconslaw.networks.dag": "NetworkX",
    "pyconslaw.networks.systems": "SymPy",
    "pyconslaw.torch": "modules that are imported on first use",
    "pyconslaw.torch.typed": "modules of the user",
    "pyconslaw.verify.kernel": "the operating system",
}


@pytest.mark.parametrize("module", FILES)
def test_nobody_asks_what_an_object_of_ours_has(module):
    """Classes and protocols say it; nothing is copied field by field, for whatever fields."""
    tree = ast.parse(FILES[module].read_text())
    called = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert bool(called & REFLECTION) == (module in FOREIGN)
    taken = {
        alias.name
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.module == "dataclasses"
        for alias in n.names
    }
    assert not taken & {"fields", "asdict", "astuple"}


def test_no_module_takes_the_place_of_a_public_name():
    """Importing a module binds it in its package: every public name is what it was, here and in the
    module that it is documented in.
    """
    code = """
import importlib, importlib.util, pkgutil, types
import pyconslaw
torch = importlib.util.find_spec("torch")
from pyconslaw import analysis
before = {name: getattr(pyconslaw, name) for name in pyconslaw.__all__}
verbs = {name: value for name, value in vars(analysis).items() if callable(value)}
for found in pkgutil.walk_packages(pyconslaw.__path__, "pyconslaw."):
    needed = torch or not found.name.startswith("pyconslaw.torch.")
    if needed and not found.name.endswith("__main__"):
        importlib.import_module(found.name)
for name, value in before.items():
    assert getattr(pyconslaw, name) is value and not isinstance(value, types.ModuleType), name
for name, value in verbs.items():
    assert getattr(analysis, name) is value, name
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


OLD = {
    "analysis": ["analyze", "analyze_function", "count", "known_laws", "polynomial_laws"],
    "special": ["PointReport"],
    "algebra": ["LieAlgebra", "Structure", "structure"],
    "integrals.law": ["ClosedLaw", "FoundLaws"],
    "laws.nullspace": ["integer_nullspace", "integer_rank"],
    "laws.layered": ["BalanceLaws", "balance_laws"],
    "symmetric.family": ["Family"],
    "widening.family": ["WideFamily"],
    "records": ["Report", "Polynomial", "Parameter"],
}


@pytest.mark.parametrize("module", OLD)
def test_public_names_are_where_they_were(module):
    import pyconslaw

    for name in OLD[module]:
        assert getattr(importlib.import_module(f"pyconslaw.{module}"), name) is getattr(
            pyconslaw, name
        )


@pytest.mark.parametrize("module", [m for m in FILES if room(m) == "verify"])
def test_the_checker_needs_the_standard_library_only(module):
    for name in IMPORTS[module]:
        assert (
            name.startswith("pyconslaw.verify") or name.split(".")[0] in sys.stdlib_module_names
        ), name


@pytest.mark.parametrize("module", FILES)
def test_extras_stay_in_their_room(module):
    taken = {name.split(".")[0] for name in IMPORTS[module]} & EXTRAS
    if room(module) not in FACES:
        assert not taken
    assert "torch" not in taken or room(module) == "torch"


def test_the_border_imports_nothing_of_ours():
    sources = [
        *(ROOT / "core/bind").glob("*.pyx"),
        *(ROOT / "core/bind").glob("*.pxd"),
        *(ROOT / "core/bind").glob("*.py*"),
    ]
    assert len(sources) >= 9
    for path in {p for p in sources if p.suffix in (".pyx", ".pxd", ".py", ".pyi")}:
        lines = [line.strip() for line in path.read_text().splitlines()]
        assert not [
            line
            for line in lines
            if line.startswith(("import ", "from ", "cimport ")) and "pyconslaw" in line
        ], path


def modules_after(statement):
    code = f"import sys\n{statement}\nprint(*sorted(m.partition('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    [
        "import pyconslaw",
        "import pyconslaw.verify",
        "from pyconslaw.verify import verify_bytes",
        "import pyconslaw.verify.main",
        "import pyconslaw; dir(pyconslaw)",
    ],
)
def test_light_imports(statement):
    assert not modules_after(statement) & {"numpy", "flint", "click", *EXTRAS}


def test_no_extra_is_loaded_by_the_library():
    assert not modules_after("from pyconslaw import *") & EXTRAS
    assert "numpy" in modules_after("from pyconslaw import analyze")


@pytest.mark.parametrize(
    "path",
    [*PACKAGE.rglob("*.py"), *(ROOT / "core/bind").glob("*.py*")],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_files_stay_short(path):
    if path.suffix in (".py", ".pyx", ".pyi"):
        assert len(path.read_text().splitlines()) <= 400


def test_the_kernel_of_the_checker_can_be_read_in_one_sitting():
    files = list((PACKAGE / "verify").glob("*.py"))
    assert len(files) >= 4
    assert sum(len(path.read_text().splitlines()) for path in files) <= 600


def public(tree):
    """Names a stub or module defines or imports for others, without underscore."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname for alias in node.names if alias.asname}
    return {name for name in found if not name.startswith("_")}


def test_the_stub_of_the_package_lists_what_is_public():
    import pyconslaw

    tree = ast.parse((PACKAGE / "__init__.pyi").read_text())
    assert public(tree) == set(pyconslaw.__all__)
    assert (PACKAGE / "py.typed").exists()


def test_type_checkers_and_python_read_one_list():
    """Each name is the object of the module that the stub names, and nothing is listed twice."""
    import pyconslaw

    text = (PACKAGE / "__init__.pyi").read_text()
    *imported, _version = ast.parse(text).body
    assert all(isinstance(node, ast.ImportFrom) for node in imported)
    pairs = [(node.module, alias) for node in imported for alias in node.names]
    assert [alias.name for _, alias in pairs] == [alias.asname for _, alias in pairs]
    assert len({alias.name for _, alias in pairs}) == len(pairs) == len(pyconslaw.__all__)
    for module, alias in pairs:
        found = getattr(pyconslaw, alias.name)
        assert found is getattr(importlib.import_module(module), alias.name)
        assert found.__module__ == module, "the module that defines it is the one to name"


@pytest.mark.parametrize("name", ["zp", "dense", "probe", "poly", "graph", "balanced", "sparse"])
def test_the_stubs_of_the_border_match(name):
    from importlib import import_module

    module = import_module(f"pyconslaw._core.{name}")
    tree = ast.parse((ROOT / f"core/bind/{name}.pyi").read_text())
    defined = {
        node.name: node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    own = {
        k
        for k, v in vars(module).items()
        if not k.startswith("_") and getattr(v, "__module__", None) == module.__name__
    }
    assert own == set(defined)
    for key, node in defined.items():
        if isinstance(node, ast.ClassDef):
            methods = {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
            kind = getattr(module, key)
            assert all(hasattr(kind, method) for method in methods)
            assert {m for m in vars(kind) if not m.startswith("_")} == {
                m for m in methods if not m.startswith("_")
            }
