"""Formulas in running text: pages write them plainly (theta_uv, n_(k-1), R^D, <=), readers see
Greek letters, indices, exponents and signs. Nothing is computed and no word is changed; code,
headings and the list of references stay as they are written.

The pages are named in `running_formulas`; what is displayed is LaTeX and belongs to `mathml`.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch

from docutils import nodes
from sphinx.application import Sphinx

GREEK = {
    "beta": "β",
    "delta": "δ",
    "eps": "ε",
    "gamma": "γ",
    "kappa": "κ",
    "omega": "ω",
    "phi": "φ",
    "pi": "π",
    "psi": "ψ",
    "rho": "ρ",
    "tau": "τ",
    "theta": "θ",
}
# Longest first: what is one sign for a reader.
SIGNS = {"->": "→", "<=": "≤", ">=": "≥", "!=": "≠", "+-": "±", "[]": "□"}
UPRIGHT = {"ad", "dim", "exp", "log", "rank", "span", "sum", "trace"}

GREEK_WORD = rf"d?(?:{'|'.join(GREEK)})(?![a-z])"
SCRIPT = r"[_^](?:\{[^{}]*\}|\((?:[^()]|\([^()]*\))*\)|-?[A-Za-z0-9]+|\+(?=[\s,.)]))"
ALTERNATIVES = {
    "grad": r"\bgrad(?:(?=_)|\ )",
    "sum": r"\bsum(?=_)",
    "greek": rf"(?<![A-Za-z]){GREEK_WORD}",
    "times": r"(?<=\b(?P<side>[A-Za-z])\ )x(?=\ (?P=side)\b)"
    r"|(?<=\ )x(?=\ [A-Z]'?_)|(?<=\d\ )x(?=\ \d)",
    "script": rf"(?<=[\w)\]}}'~#+]){SCRIPT}",
    "base": rf"(?<![A-Za-z])[A-Za-z]{{1,3}}(?=['~#+]*{SCRIPT})",
    "differential": r"(?<![\w-])(?:d(?!o)[A-Za-z]|D[A-Z])(?![\w'-])",
    "letter": r"(?<![\w'’])(?<!\w-)(?<![a-z]\.)[A-Za-z](?![\w’]|-\w|'s|\.[A-Za-z])",
    "tilde": r"(?<=[A-Z])~",
    "prime": r"(?<=\))'(?![A-Za-z0-9])",
    "minus": r"(?<=\s)-(?=\s|$)|(?:(?<=[\s(=,<\[])|^)-(?=[A-Za-z0-9(])",
    "dot": r"(?<=\s)\*(?=\s)",
    "sign": "|".join(map(re.escape, SIGNS)),
}
TOKEN = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in ALTERNATIVES.items()))
LETTERS = re.compile(rf"{GREEK_WORD}|(?<![A-Za-z])[A-Za-z]{{1,2}}(?![A-Za-z])")  # of an index
FIXED = {
    "grad": "∇",
    "sum": "∑",
    "times": "×",
    "tilde": "\N{COMBINING TILDE}",
    "prime": "′",
    "minus": "−",
    "dot": "·",
}
PRIMES = re.compile(r"'+(?![A-Za-z0-9])")
LABEL = re.compile(r"(?:^|\s)\($")
NEAR = re.compile(rf"^(?: ?[=+<>,;)^|/]| -| x | {GREEK_WORD})")


def is_article(text: str, start: int) -> bool:
    """Whether the letter a, A or I there is a word, or a letter stands in a label such as (a)."""
    before, after = text[:start], text[start + 1 :]
    if LABEL.search(before) and after.startswith(")"):
        return True
    if text[start] not in "aAI":
        return False
    if re.match(rf" (?!{GREEK_WORD})(?:[A-Za-z]{{3}}|[A-Z]-)", after):
        return True
    return not (NEAR.match(after) or re.search(r"[=+<>(,|/-] ?$", before))


def typeset(text: str) -> list[nodes.Node]:
    """Text as nodes: variables, scripts and signs."""
    made: list[nodes.Node] = []
    end = 0
    for found in TOKEN.finditer(text):
        kind, token, start = found.lastgroup, found[0], found.start()
        if kind == "letter" and is_article(text, start):
            continue
        made += plain(text[end:start])
        end = found.end()
        if kind == "sign":
            made += plain(SIGNS[token])
        elif kind in FIXED:
            made += plain(FIXED[kind])
        else:
            made += script(token) if kind == "script" else variable(token)
            primes = PRIMES.match(text, end)
            if primes:
                made += plain("′" * len(primes[0]))
                end = primes.end()
    return made + plain(text[end:])


def plain(words: str) -> list[nodes.Node]:
    """Text as it is, if there is any."""
    return [nodes.Text(words)] if words else []


def script(token: str) -> list[nodes.Node]:
    """An index or exponent; in it letters are variables, longer words are not."""
    wrap = nodes.subscript if token[0] == "_" else nodes.superscript
    inner = token[2:-1] if token[1] in "({" else token[1:]
    if "_" in inner or "^" in inner:
        return [wrap("", "", *typeset(inner))]
    made: list[nodes.Node] = []
    end = 0
    for found in LETTERS.finditer(inner):
        made += [*plain(signs(inner[end : found.start()])), *variable(found[0])]
        end = found.end()
    return [wrap("", "", *made, *plain(signs(inner[end:])))]


def signs(text: str) -> str:
    """The signs of an index, where minus needs no spaces."""
    for written, shown in SIGNS.items():
        text = text.replace(written, shown)
    return text.replace("-", "−")


def variable(token: str) -> list[nodes.Node]:
    """A name in italics; Greek by its letter; names of functions upright."""
    if token in UPRIGHT:
        return [nodes.Text(token)]
    for word, letter in GREEK.items():
        if token.endswith(word) and len(token) <= len(word) + 1:
            token = token[: -len(word)] + letter
            break
    return [nodes.inline("", token, classes=["variable"])]


def left_alone(text: nodes.Text) -> bool:
    """Whether the text is code, a heading, a formula already, or among the references."""
    node = text.parent
    while node is not None:
        if isinstance(node, nodes.literal | nodes.math | nodes.FixedTextElement | nodes.title):
            return True
        if isinstance(node, nodes.section) and "references" in node["ids"]:
            return True
        node = node.parent
    return False


def read(app: Sphinx, doctree: nodes.document) -> None:
    """The event doctree-read: typesets the pages that are named."""
    if not any(fnmatch(app.env.docname, name) for name in app.config.running_formulas):
        return
    for text in list(doctree.findall(nodes.Text)):
        if not left_alone(text):
            made = typeset(text.astext())
            if len(made) != 1 or not isinstance(made[0], nodes.Text):
                text.parent.replace(text, made)


def setup(app: Sphinx) -> dict:
    """Adds the event."""
    app.add_config_value("running_formulas", [], "env", [list])
    app.connect("doctree-read", read)
    return {"parallel_read_safe": True, "version": "1"}
