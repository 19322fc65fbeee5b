"""Values of words of explicit vector fields: brackets are expanded."""

from .expanded import bracket
from .polynomials import row_at


def values(system, words: list, letters: list, at: list, q: int, budget):
    """The values of the words at a point modulo q; brackets are expanded, once for each suffix
    of a word.
    """
    brackets, number = [], {}
    for word in words:
        budget.spend(len(word))
        suffix = None
        for letter in reversed(word):
            if suffix is not None and not brackets[suffix]:
                break  # [X, 0] = 0
            key = letter, suffix
            if key not in number:
                x = letters[letter]
                brackets.append(x if suffix is None else bracket(x, brackets[suffix], budget))
                number[key] = len(brackets) - 1
            suffix = number[key]
        yield row_at(brackets[suffix], at, q, budget)
