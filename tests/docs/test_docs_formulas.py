"""Formulas of the pages: those in running text keep their words, those that are displayed have a
translation, and what has none is said.
"""

import re

import pytest
from pages import DOCS, extension

DISPLAYED = re.compile(r"^\$\$\n(.*?)\n\$\$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def extensions():
    return extension("mathml"), extension("running")


def shown(running, text):
    """A text as readers see it: variables in < >, indices and exponents in braces."""

    def one(node):
        kind = type(node).__name__
        inside = "".join(map(one, node.children)) or node.astext()
        marks = {"subscript": "_{%s}", "superscript": "^{%s}", "inline": "<%s>"}
        return marks.get(kind, "%s") % inside

    return "".join(map(one, running.typeset(text)))


@pytest.mark.parametrize(
    "text, expected",
    [
        ("theta_uv of n_(k-1)", "<θ>_{<uv>} of <n>_{<k>−1}"),
        ("phi: R^D -> R^d", "<φ>: <R>^{<D>} → <R>^{<d>}"),
        ("W_(N_p), P_j^(e_ij)", "<W>_{<N>_{<p>}}, <P>_{<j>}^{<e>_{<ij>}}"),
        ("e^{tau t} y_k' = -M^-1 g", "<e>^{<τ> <t>} <y>_{<k>}′ = −<M>^{−1} <g>"),
        ("E'_(j+1) x, r+_j", "<E>′_{<j>+1} <x>, <r>+_{<j>}"),
        ("sum_k c_k dh/dtheta_k != 0", "∑_{<k>} <c>_{<k>} <dh>/<dθ>_{<k>} ≠ 0"),
        ("<grad h, grad_x P_j>", "<∇<h>, ∇_{<x>} <P>_{<j>}>"),
        ("an r x r minor, 2^62 []", "an <r> × <r> minor, 2^{62} □"),
        ("X~_i at u -\nv", "<X>\N{COMBINING TILDE}_{<i>} at <u> −\n<v>"),
        ("S_0 x S_0, 1 x 1, M_1 x", "<S>_{0} × <S>_{0}, 1 × 1, <M>_{1} <x>"),
        ("h = s <w, A theta>, [X, Y] = DY X", "<h> = <s> <<w>, <A> <θ>>, [<X>, <Y>] = <DY> <X>"),
        ("Du, Hu and Lee do it", "Du, Hu and Lee do it"),
        ("-tau z_k", "−<τ> <z>_{<k>}"),
        ("q_out and J^+ b", "<q>_{out} and <J>^{+} <b>"),
        # words stay words
        ("a neuron's weights, e.g. in A", "a neuron's weights, e.g. in A"),
        ("so a minor, a polynomial (a graph)", "so a minor, a polynomial (a graph)"),
        ("(a) Give x a column", "(a) Give <x> a column"),
        ("values (a, m, b), a = 1", "values (<a>, <m>, <b>), <a> = 1"),
        ("p-adic, two-layer 1-2-2-1, W2 W1", "p-adic, two-layer 1-2-2-1, W2 W1"),
        ("I think that we do it", "I think that we do it"),
        ("", ""),
    ],
)
def test_running_text(extensions, text, expected):
    assert shown(extensions[1], text) == expected


def test_running_text_keeps_every_word(extensions):
    running = extensions[1]
    back = {letter: word for word, letter in running.GREEK.items()}
    for name in ("mathematics", "flows", "certificate"):
        for paragraph in (DOCS / f"{name}.md").read_text().split("\n\n"):
            made = "".join(node.astext() for node in running.typeset(paragraph))
            made = "".join(back.get(character, character) for character in made)
            longer = re.findall(r"[A-Za-z]{4,}", re.sub(r"[_^]", " ", paragraph))
            words = [word for word in longer if word not in ("grad", "sum")]
            kept = re.sub(r"[_^ ]", "", made)
            assert all(word in kept for word in words), paragraph


FORMULAS = [
    pytest.param(latex, id=f"{page.stem}-{k}")
    for page in sorted(DOCS.rglob("*.md"))
    for k, latex in enumerate(DISPLAYED.findall(page.read_text()))
]


def test_formulas_are_seen():
    assert len(FORMULAS) > 30


@pytest.mark.parametrize("latex", FORMULAS)
def test_displayed_formulas_have_a_translation(extensions, latex):
    mathml = extensions[0]
    made = mathml.mathml(mathml.TAG.sub("", latex), "block")
    assert made.startswith('<math display="block">') and "\\" not in made
    assert not re.search(r"^[-+=>#] ", latex, re.MULTILINE), "Markdown takes it for a list"


@pytest.mark.parametrize(
    "latex",
    [
        r"\foo", r"\frac{a}{", "a & b", r"\begin{nothing} a \end{nothing}", "a_b_c", "}", "{",
    ],
)  # fmt: skip
def test_what_has_no_translation_is_said(extensions, latex):
    mathml = extensions[0]
    with pytest.raises(mathml.FormulaError):
        mathml.mathml(latex)


def test_names_brackets_and_functions(extensions):
    made = extensions[0].mathml(r"\dim \mathrm{Lie}(W) = \langle a, b \rangle")
    assert '<mi>dim</mi><mspace width="0.167em" />' in made
    assert '<mi mathvariant="normal">Lie</mi>' in made
    assert '<mo form="prefix" stretchy="false">⟨</mo>' in made


PROSE = re.compile(r"^```.*?^```$|^\$\$\n.*?^\$\$$|`[^`]*`|\]\([^)]*\)", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_indices_are_no_emphasis(page):
    """After a sign, as in E'_k, Markdown takes an underscore for the beginning of emphasis, which
    ends in the next such index.
    """
    prose = PROSE.sub("", page.read_text(encoding="utf-8"))
    assert re.findall(r"\S*[^\w\s\\]_\S+", prose) == []
