"""Public docstrings have the sections of numpydoc that apply, and name every parameter."""

import builtins
import dataclasses
import inspect
import re
from functools import cached_property

import pytest

import pyconslaw
from pyconslaw.errors import PyconslawError

ORDER = ["Parameters", "Attributes", "Returns", "Yields", "Raises", "References", "Examples"]
CLASSES = [v for v in map(pyconslaw.__getattr__, pyconslaw.__all__) if isinstance(v, type)]
FUNCTIONS = [n for n in pyconslaw.__all__ if not isinstance(getattr(pyconslaw, n), type)]
UNDERLINE = re.compile(r"-{3,}")
ENTRY = re.compile(r"(\w+) : (\S.*)")
# They take any network that there is, and no function of theirs refuses it.
REFUSE_NOTHING = {"count_formula"}


def sections(text: str) -> dict[str, list[str]]:
    """Lines of each section by title; "" is what stands before the first."""
    found: dict[str, list[str]] = {"": []}
    title, lines = "", text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if UNDERLINE.fullmatch(following):
            assert len(line) == len(following), f"{line}: underlined by {following}"
            assert line in ORDER and line not in found, f"section {line}"
            title = line
            found[title] = []
        elif not UNDERLINE.fullmatch(line):
            found[title].append(line)
    return found


def entries(lines: list[str]) -> dict[str, str]:
    """Names with types of a section that lists them, one a line, what they are being indented."""
    named = [ENTRY.fullmatch(line) for line in lines if line.strip() and line[0] != " "]
    assert all(named), lines
    assert len({m[1] for m in named if m}) == len(named)
    return {m[1]: m[2] for m in named if m}


def terms(lines: list[str]) -> list[str]:
    """Types or exceptions of a section that lists them without names."""
    return [line for line in lines if line.strip() and line[0] != " "]


def check(text: str | None, parameters: list[str], returns: bool, attributes=()) -> dict:
    """The sections of a docstring, when it says what it has to."""
    assert text and text.strip()
    found = sections(inspect.cleandoc(text))
    assert found[""] and found[""][0].strip()
    assert list(found)[1:] == [title for title in ORDER if title in found]
    for title in list(found)[1:]:
        assert "".join(found[title]).strip(), f"{title} is empty"
    assert list(entries(found.get("Parameters", []))) == parameters
    assert list(entries(found.get("Attributes", []))) == list(attributes)
    assert ("Returns" in found or "Yields" in found) == returns
    for line in terms(found.get("Returns", [])):
        assert re.fullmatch(r"[\w.]+( of [\w.]+)*( or [\w.]+)*", line), line
    for line in terms(found.get("Raises", [])):
        for name in line.split(", "):
            known = getattr(builtins, name, None) or getattr(pyconslaw, name)
            assert isinstance(known, type) and issubclass(known, Exception), name
    assert ">>>" not in "\n".join(found[""])
    return found


def names_of(function) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name not in ("self", "cls")]


def gives(function) -> bool:
    return inspect.signature(function).return_annotation not in (None, "None")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_public_functions(name):
    function = getattr(pyconslaw, name)
    found = check(inspect.getdoc(function), names_of(function), returns=True)
    assert ">>>" in "\n".join(found["Examples"])
    assert ("Raises" in found) == (name not in REFUSE_NOTHING)


@pytest.mark.parametrize("made", CLASSES, ids=lambda made: made.__name__)
def test_public_classes(made):
    text = made.__doc__
    if issubclass(made, PyconslawError):
        by_hand = "__init__" in vars(made)
        check(text, [], False, names_of(made.__init__)[1:] if by_hand else [])
    elif made.__name__ == "Edge":  # users make them
        check(text, [f.name for f in dataclasses.fields(made)], False)
    elif dataclasses.is_dataclass(made) and made.__name__ != "System":
        inherited = {
            f.name
            for b in made.__mro__[1:]
            if dataclasses.is_dataclass(b)
            for f in dataclasses.fields(b)
        }
        own = [f.name for f in dataclasses.fields(made) if f.name not in inherited]
        check(text, [], False, own)
    elif made.__name__ == "Law":
        check(text, [], False, list(made.__annotations__))
    else:
        check(text, names_of(made.__init__), False)


METHODS = [
    (made, name, value)
    for made in CLASSES
    for name, value in vars(made).items()
    if not name.startswith("_")
    and (
        inspect.isfunction(value)
        or isinstance(value, staticmethod | classmethod | property)
        or isinstance(value, cached_property)
    )
]


@pytest.mark.parametrize(
    ("made", "name", "value"), METHODS, ids=[f"{made.__name__}.{name}" for made, name, _ in METHODS]
)
def test_methods_of_public_classes(made, name, value):
    if isinstance(value, property | cached_property):
        check(value.__doc__, [], False)  # it is read like an attribute
        return
    function = getattr(value, "__func__", value)
    check(inspect.getdoc(function), names_of(function), gives(function))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Says.\n\nParameters\n----------\na : int\n\nReturns\n-------\nint", None),
        ("Says.\n\nReturns\n-------\nint", "Parameters"),
        ("Says.\n\nParameters\n----------\nb : int\n\nReturns\n-------\nint", "b"),
        ("Says.\n\nParameters\n----------\na: int\n\nReturns\n-------\nint", "a: int"),
        ("Says.\n\nParameters\n----------\na : int", "Returns"),
        ("Says.\n\nReturns\n-------\nint\n\nParameters\n----------\na : int", "order"),
        ("Says.\n\nParameters\n---------\na : int\n\nReturns\n-------\nint", "underlined"),
        ("Says.\n\nParameters\n----------\na : int\n\nReturns\n-------\nthe int, big", "big"),
        ("", "nothing"),
    ],
)
def test_the_check_itself(text, words):
    if words is None:
        check(text, ["a"], True)
    else:
        with pytest.raises(AssertionError):
            check(text, ["a"], True)
