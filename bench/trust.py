"""python -m bench trust: how many lines of the checker each kind of proof makes one trust, and each
type of system; the tables of docs/certificate.md.

Counted are lines that are not blank, comments and docstrings too, of the kernel (the files next to
kernel.py, `claims/one_system.py`, and the tables of names, `kinds/__init__.py` and
`systems/__init__.py`), and of all modules that the module of the kind, or of the type, reaches by
imports at their beginnings. What is chosen by name while a certificate is checked is counted in its
own line: the kinds of the proofs inside a proof, the types of systems inside a system, and what is
in `PARTS` and `OTHERS`. What has several theorems also has a line for each: `THEOREMS`.
"""

import ast
from functools import cache
from pathlib import Path

import click

from pyconslaw.verify.kinds import LOWER, UPPER
from pyconslaw.verify.systems import TYPES

FOLDER = Path(__file__).parents[1] / "pyconslaw/verify"
MODULES = {
    ".".join(p for p in path.relative_to(FOLDER).with_suffix("").parts if p != "__init__"): path
    for path in FOLDER.rglob("*.py")
}
KERNEL = {name for name, path in MODULES.items() if path.parent == FOLDER}

# kinds of proof that need another module for other systems: {kind: {of what: module}}
PARTS = {
    "as-layered": {
        "polynomials": "systems.parts_of_polynomials",
        "products": "systems.parts_of_products",
    },
    "balance-laws": {
        "neurons": "laws.neurons",
        "potentials": "laws.potential",
        "idle parameters": "laws.idle",
        "symmetries": "laws.symmetry",
    },
    "bracket-words": {
        "graphs": "brackets.words_of_graphs",
        "polynomials": "brackets.words_of_polynomials",
    },
    "homogeneous-decay": {
        "homogeneous parts, or of vector fields": "systems.degrees",
        "graphs as they are": "systems.degrees_of_graphs",
    },
    "rescaled": {
        "vector fields": "systems.degrees",
        "graphs": "systems.degrees_of_graphs",
    },
}
# what a module always loads by a constant name: as if it were imported at its beginning
LOADED = {"kinds.reciprocals": {"kinds.involutive"}, "systems.flow": {"systems.equations"}}
# claims without the part of the kernel that is about one system: {words: module}
FAMILIES = {"`family`": "claims.family", "`wide-family`": "claims.wide_family"}
# what is about systems or words and no type: {words: module}
OTHERS = {
    "a graph whose components are written out": "systems.expand",
    "components in no part of `as-layered`": "systems.parts",
    "`flow` `sign`": "systems.signs",
    "`flow` `weight-decay`, or `gradient`": "systems.decay",
    "`rates` and `decay` of a `flow`": "systems.weights",
    "chains, words f, ..., f, g with three f or more": "brackets.chains",
    "a system named by `--expect`": "systems.names",
}
# what several theorems say, each stated on the page and in its module, to be read by itself: the
# lines of one are those reached without entering the modules of the others
THEOREMS = {
    "symmetric-point": {
        "components": "brackets.components",
        "runs": "brackets.runs",
        "words": "brackets.words_of_graphs",
    },
    "widening": {
        "full networks": "brackets.full",
        "lifted brackets": "brackets.lifted",
        "growth": "brackets.growth",
        "generic balance": "brackets.generic",
    },
    "function": {"the basis": "systems.span"},
    "flow": {"the equations": "systems.equations"},
    "reciprocals": {"the frame": "kinds.involutive"},
    "`family`": {
        "components": "brackets.components",
        "runs": "brackets.runs",
        "words": "brackets.words_of_graphs",
        "gaps": "brackets.gaps",
    },
    "`wide-family`": {
        "full networks": "brackets.full",
        "lifted brackets": "brackets.lifted",
        "generic balance": "brackets.generic",
    },
}


@cache
def lines(module: str) -> int:
    return sum(bool(line.strip()) for line in MODULES[module].read_text().splitlines())


@cache
def imported(module: str) -> frozenset:
    """The modules of the checker that one imports at its beginning; packages are run with them."""
    path = MODULES[module]
    found = set()
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        parents = module.split(".") if module else []
        above = node.level - (path.name == "__init__.py")
        base = parents[: len(parents) - above]
        base += node.module.split(".") if node.module else []
        found |= {".".join(base)} | {".".join([*base, alias.name]) for alias in node.names}
    return frozenset((found & MODULES.keys()) | LOADED.get(module, set()))


@cache
def reached(module: str, without: frozenset = frozenset()) -> frozenset:
    """The module and all that it imports, directly or through others; some are not entered."""
    seen, todo = set(), {module}
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo |= (imported(name) | ({name.rpartition(".")[0]} & MODULES.keys())) - without
    return frozenset(seen)


def start() -> frozenset:
    """The part of the kernel that is not about one system."""
    return frozenset().union(*map(reached, KERNEL))


def kernel() -> frozenset:
    return start() | reached("claims.one_system")


def of_kind(kind: str, part: str | None = None) -> frozenset:
    """The modules that a proof of this kind makes one trust, about such systems."""
    own = kernel() | reached(f"kinds.{kind.replace('-', '_')}")
    return own | reached(PARTS[kind][part]) if part else own


def of_type(kind: str) -> frozenset:
    """The modules that a certificate about a system of this type makes one trust."""
    return kernel() | reached(f"systems.{kind}")


def of_family(words: str) -> frozenset:
    """The modules that a claim about a family of this type makes one trust."""
    return start() | reached(FAMILIES[words])


def theorems(key: str, module: str, base: frozenset) -> dict:
    """{theorem: modules}, what is left first: the module itself, which believes the theorems."""
    found = THEOREMS.get(key, {})
    cut = frozenset(found.values())
    rest = {"the rest": module} if found else {}
    return {name: base | reached(one, cut - {one}) for name, one in (rest | found).items()}


def total(modules) -> int:
    return sum(map(lines, modules))


def rows():
    """(bound, if it is of a kind of proof; words; modules) for each line of the tables."""
    for kind in sorted({*LOWER, *UPPER}):
        bound = " and ".join(
            name for name, table in (("lower", LOWER), ("upper", UPPER)) if kind in table
        )
        for part in PARTS.get(kind, [None]):
            yield bound, f"`{kind}`" + (f", of {part}" if part else ""), of_kind(kind, part)
        own = theorems(kind, f"kinds.{kind.replace('-', '_')}", kernel())
        for name, modules in own.items():
            yield bound, f"`{kind}`: {name}", modules
    found = {f"`{kind}`": (of_type(kind), f"systems.{kind}", kernel()) for kind in TYPES}
    found |= {words: (of_family(words), FAMILIES[words], start()) for words in FAMILIES}
    for words, (modules, module, base) in found.items():
        yield None, words, modules
        key = words if words in FAMILIES else words.strip("`")
        for name, own in theorems(key, module, base).items():
            yield None, f"{words}: {name}", own
    for words, module in OTHERS.items():
        yield None, words, kernel() | reached(module)


def text() -> str:
    """The numbers in Markdown, as the page has them."""
    base, proofs, systems = total(kernel()), [], []
    for bound, words, modules in rows():
        numbers = f"{total(modules)} | {total(modules - kernel())} |"
        if bound:
            proofs.append(f"| {words} | {bound} | {numbers}")
        else:
            systems.append(f"| {words} | {numbers}")
    return "\n".join(
        [
            f"The kernel has {base} lines; {base - total(start())} of them are about one system, "
            "and not for families.",
            "",
            "| kind of proof | bound | lines | without the kernel |",
            "| --- | --- | --- | --- |",
            *proofs,
            "",
            "| system | lines | without the kernel |",
            "| --- | --- | --- |",
            *systems,
        ]
    )


@click.command()
def command():
    """Lines of the checker that each kind of proof makes one trust."""
    click.echo(text())
