"""Formulas as MathML, which browsers typeset by themselves: nothing is downloaded, no script runs.

LaTeX is translated by latex2mathml; a formula that it does not understand is a warning, which
stops the build. Then a little is put right: words are one identifier, names of functions have a
space before what they are applied to, brackets are operators, \\tag stands at the right.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
TAG = re.compile(r"\\tag\{([^{}]*)\}")
NAMESPACE = "{http://www.w3.org/1998/Math/MathML}"
FENCES = {"⟨": "prefix", "⟩": "postfix"}
# The translator knows the first name of the same thing only.
OTHER_NAMES = {"{aligned}": "{split}"}
ENVIRONMENT = re.compile(r"\\begin\{([^{}]*)\}")
ENVIRONMENTS = {"split", "cases", "array", "matrix", "pmatrix", "bmatrix"}


class FormulaError(Exception):
    """A formula that has no translation."""


def words_joined(row: ElementTree.Element) -> None:
    """Letters in upright type that stand beside each other become one identifier."""
    kept: list[ElementTree.Element] = []
    for child in row:
        before = kept[-1] if kept else None
        if (
            before is not None
            and child.tag == before.tag == "mi"
            and child.get("mathvariant") == before.get("mathvariant") == "normal"
        ):
            before.text = (before.text or "") + (child.text or "")
        else:
            kept.append(child)
    row[:] = kept


def is_word(node: ElementTree.Element) -> bool:
    """Whether it is a name of several letters, such as dim, perhaps alone in a row."""
    if node.tag == "mrow" and len(node) == 1:
        return is_word(node[0])
    return node.tag == "mi" and len(node.text or "") > 1 and (node.text or "").isalpha()


def words_spaced(row: ElementTree.Element) -> None:
    """A thin space between a name and an operand beside it."""
    spaced: list[ElementTree.Element] = []
    for child in row:
        before = spaced[-1] if spaced else None
        operands = before is not None and not {before.tag, child.tag} & {"mo", "mspace", "mtext"}
        if before is not None and operands and (is_word(before) or is_word(child)):
            spaced.append(ElementTree.Element("mspace", width="0.167em"))
        spaced.append(child)
    row[:] = spaced


def put_right(tree: ElementTree.Element) -> None:
    """Everything that the translator leaves rough, in place."""
    for node in tree.iter():
        node.tag = node.tag.removeprefix(NAMESPACE)
        text = node.text or ""
        if "\\" in text or (node.tag == "mi" and text in ("{", "}")):
            raise FormulaError(f"{text} is not known")
        if node.tag == "mo" and len(text) > 1 and text.isalpha():
            node.tag = "mi"
        elif text in FENCES:
            node.tag = "mo"
            node.attrib.update(form=FENCES[text], stretchy="false")
        elif node.tag == "mi" and text in ("±", "∓"):
            node.tag = "mo"
    for node in tree.iter():
        if node.tag in ("mrow", "mtd", "math", "mstyle"):
            words_joined(node)
            words_spaced(node)


def mathml(latex: str, display: str = "inline") -> str:
    """The formula as an element for HTML."""
    for name, known in OTHER_NAMES.items():
        latex = latex.replace(name, known)
    unknown = set(ENVIRONMENT.findall(latex)) - ENVIRONMENTS
    if unknown:  # the translator would take no notice
        raise FormulaError(f"environments {sorted(unknown)} are not known")
    try:
        tree = ElementTree.fromstring(convert(latex, display=display))
    except Exception as error:  # the translator raises many kinds of its own
        raise FormulaError(f"{type(error).__name__} {error}".strip()) from None
    put_right(tree)
    return ElementTree.tostring(tree, encoding="unicode")


def written(node: nodes.Element, display: str) -> tuple[str, str]:
    """The element for a node of Sphinx, and its tag."""
    latex = node.astext()
    tag = TAG.search(latex)
    try:
        made = mathml(TAG.sub("", latex), display)
    except FormulaError as error:
        LOGGER.warning("formula not understood: %s: %s", latex, error, location=node)
        made = f"<code>{nodes.unescape(latex)}</code>"
    described = quoteattr(" ".join(latex.split()))
    return made.replace("<math", f"<math alttext={described}", 1), tag[1] if tag else ""


def visit_math(translator, node: nodes.math) -> None:
    """A formula in a sentence."""
    translator.body.append(written(node, "inline")[0])
    raise nodes.SkipNode


def visit_math_block(translator, node: nodes.math_block) -> None:
    """A formula on lines of its own, which scrolls where it is wider than the page."""
    made, tag = written(node, "block")
    number = f'<span class="math-tag">({tag})</span>' if tag else ""
    translator.body.append(f'<div class="math-block"><div>{made}</div>{number}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    """Adds the renderer `mathml`."""
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
