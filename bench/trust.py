"""python -m bench trust: how many lines of the checker each kind of proof makes one trust, and each
type of system; the tables of docs/certificate.md.

Counted are lines that are not blank, comments and docstrings too, of the kernel (the files next to
kernel.py and the tables of names, `kinds/__init__.py` and `systems/__init__.py`), and of all
modules that the module of the kind, or of the type, reaches by imports at their beginnings. What is
chosen by name while a certificate is checked is counted in its own line: the kinds of the proofs
inside a proof, the types of systems inside a system, and what is in `PARTS` and `OTHERS`.
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
    "bracket-words": {
        "graphs": "brackets.words_of_graphs",
        "polynomials": "brackets.words_of_polynomials",
    },
}
# what is about systems and no type: {words: module}
OTHERS = {
    "`family`": "claims.family",
    "`wide-family`": "claims.wide_family",
    "a graph whose components are written out": "systems.expand",
    "a system named by `--expect`": "systems.names",
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
    return frozenset(found & MODULES.keys())


@cache
def reached(module: str) -> frozenset:
    """The module and all that it imports, directly or through others."""
    seen, todo = set(), {module}
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo |= imported(name) | ({name.rpartition(".")[0]} & MODULES.keys())
    return frozenset(seen)


def kernel() -> frozenset:
    return frozenset().union(*map(reached, KERNEL))


def of_kind(kind: str, part: str | None = None) -> frozenset:
    """The modules that a proof of this kind makes one trust, about such systems."""
    own = kernel() | reached(f"kinds.{kind.replace('-', '_')}")
    return own | reached(PARTS[kind][part]) if part else own


def of_type(kind: str) -> frozenset:
    """The modules that a certificate about a system of this type makes one trust."""
    return kernel() | reached(f"systems.{kind}")


def total(modules) -> int:
    return sum(map(lines, modules))


def text() -> str:
    """The numbers in Markdown, as the page has them."""
    base = total(kernel())
    text = [f"The kernel has {base} lines.", ""]
    text += ["| kind of proof | bound | lines | without the kernel |", "| --- | --- | --- | --- |"]
    for kind in sorted({*LOWER, *UPPER}):
        bound = " and ".join(
            name for name, table in (("lower", LOWER), ("upper", UPPER)) if kind in table
        )
        for part in PARTS.get(kind, [None]):
            number = total(of_kind(kind, part))
            name = f"`{kind}`" + (f", of {part}" if part else "")
            text.append(f"| {name} | {bound} | {number} | {number - base} |")
    text += ["", "| system | lines | without the kernel |", "| --- | --- | --- |"]
    found = {f"`{kind}`": of_type(kind) for kind in TYPES}
    found |= {words: kernel() | reached(module) for words, module in OTHERS.items()}
    text += [f"| {key} | {total(own)} | {total(own) - base} |" for key, own in found.items()]
    return "\n".join(text)


@click.command()
def command():
    """Lines of the checker that each kind of proof makes one trust."""
    click.echo(text())
