"""Families of equal blocks, collapsed: layers whose families have the same roles, axes,
coefficients and multiplicities are one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyconslaw.torch.found import BLOCK, LINEAR, Family, Found, Term
from pyconslaw.torch.written import signed

SHOWN = 4  # names of a side, and numbers that are no range


@dataclass(frozen=True)
class Row:
    """Families that are alike.

    Attributes
    ----------
    place : str
        The path that all their parameters share: "layers.0-79".
    title : str
        Parameters below it, those of each sign: "norm : q_proj, k_proj".
    form : str
        What is conserved of them.
    laws : int
        Independent laws of each family.
    alike : int
        How many families.
    kind : str
        "exact", what was ignored, or "linear", and under which condition.
    families : tuple of int
        Their numbers.
    """

    place: str
    title: str
    form: str
    laws: int
    alike: int
    kind: str
    families: tuple[int, ...]


def rows_of(found: Found, each: Sequence[int]) -> list[Row]:
    """One row for all families that are alike, in the order of the first ones."""
    groups: dict[tuple, list[int]] = {}
    shapes = {one.name: one.shape for one in found.parameters}
    for k, family in enumerate(found.families):
        if each[k]:
            key = (_role(family, shapes), each[k])
            groups.setdefault(key, []).append(k)
    return [_row(found, members, each[members[0]]) for members in groups.values()]


def _role(family: Family, shapes: dict[str, tuple[int, ...]]) -> tuple:
    terms: dict[tuple, int] = {}
    for t in family.terms:
        about = (folded(t.parameter), t.axes, t.coefficient, t.shift, t.shape)
        key = (*about, shapes[t.parameter])
        terms[key] = terms.get(key, 0) + 1
    ignored = tuple(sorted({folded(text.rpartition(" ")[2]) for text in family.ignored}))
    return (family.kind, family.exact, ignored, family.condition, frozenset(terms.items()))


def folded(name: str) -> str:
    """A path whose numbers are left out."""
    return ".".join("*" if word.isdigit() else word for word in name.split("."))


def _row(found: Found, members: list[int], laws: int) -> Row:
    families = [found.families[k] for k in members]
    first = families[0]
    shapes = {one.name: one.shape for one in found.parameters}
    sides: list[dict[str, list[str]]] = [{}, {}]
    for family in families:
        for term in family.terms:
            side = sides[term.coefficient < 0]
            side.setdefault(folded(term.parameter), []).append(term.parameter)
    named = [[ranged(names) for names in side.values()] for side in sides]
    place = _common([name for side in named for name in side])
    below = [_listed(_below(name, place) for name in side) for side in named if side]
    return Row(
        place,
        " : ".join(below),
        _form(first, shapes),
        laws,
        len(members),
        _kind(families),
        tuple(members),
    )


def ranged(names: list[str]) -> str:
    """Paths that differ in numbers only, as one.

    >>> ranged(["layers.0.norm", "layers.1.norm", "layers.2.norm"])
    'layers.0-2.norm'
    """
    words = []
    for column in zip(*(name.split(".") for name in names), strict=True):
        found = sorted({int(word) for word in column}) if column[0].isdigit() else []
        if len(found) < 2:
            words.append(column[0])
        elif found == list(range(found[0], found[-1] + 1)):
            words.append(f"{found[0]}-{found[-1]}")
        else:
            more = ",..." if len(found) > SHOWN else ""
            words.append("{" + ",".join(map(str, found[:SHOWN])) + more + "}")
    return ".".join(words)


def _common(names: list[str]) -> str:
    """The path of modules that all names begin with."""
    split = [name.split(".")[:-1] for name in names]
    common = []
    for column in zip(*split, strict=False):
        if len(set(column)) > 1:
            break
        common.append(column[0])
    if len(names) == 1 and common and not common[-1][0].isdigit():
        common.pop()  # a lone parameter: its module is the title
    return ".".join(common)


def _below(name: str, place: str) -> str:
    rest = name.removeprefix(place).removeprefix(".")
    return rest.removesuffix(".weight")


def _listed(names: Iterable[str]) -> str:
    """The first names; the path of the one before is not said again."""
    listed, before = [], ""
    for name in dict.fromkeys(names):
        parent = name.rpartition(".")[0]
        listed.append(name.removeprefix(f"{parent}.") if parent == before else name)
        before = parent
    more = f" and {len(listed) - SHOWN} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more


def _form(family: Family, shapes: dict[str, tuple[int, ...]]) -> str:
    if family.kind == BLOCK:
        blocks = "a block" if family.laws == 1 else f"{family.laws} blocks"
        return f"{blocks} of {family.rows} x {family.rows}"
    one_sign = len({term.coefficient > 0 for term in family.terms}) == 1
    pieces = []
    for term in family.terms:
        said = _slices(term, shapes[term.parameter], family.kind)
        pieces.append((abs(term.coefficient) if one_sign else term.coefficient, said))
    return signed(list(dict.fromkeys(pieces)))


def _slices(term: Term, shape: tuple[int, ...], kind: str) -> str:
    along, rest = term.extents(shape)
    if rest == 1:
        word = "entry"
    elif len(term.axes) > 1:
        word = f"slice of axes {', '.join(map(str, term.axes))}"
    elif len(shape) == 2:
        word = ("row", "column")[term.axes[0]]
    else:
        names = ("output channel", "input channel")
        word = names[term.axes[0]] if term.axes[0] < 2 else f"slice of axis {term.axes[0]}"
    if term.shape[2] == along > 1 and (kind != LINEAR or rest == 1):
        word = "all" if kind != LINEAR else "all entries"
    elif term.shape[2] > 1:
        word = f"{term.shape[2]} {word.replace('entry', 'entrie').replace('slice', 'slices')}"
        word += "" if "slices" in word else "s"
    if kind == LINEAR:
        return word if term.shape[2] == 1 else f"sum of {word}"
    shift = f"{term.shift} + " if term.shift else ""
    if word == "entry":
        return f"({shift}entry)^2" if shift else "entry^2"
    return f"|{shift}{word}|^2"


def _kind(families: list[Family]) -> str:
    first = families[0]
    said = ["linear"] if first.kind == LINEAR else []
    if first.exact and not said:
        said.append("exact")
    if not first.exact:
        ignored = list(dict.fromkeys(t for family in families for t in family.ignored))
        more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
        said.append(f"ignores {ignored[0]}{more}" if ignored else "approximate")
    if first.condition:
        said.append(first.condition)
    return ", ".join(said)
