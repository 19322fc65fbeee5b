"""Sums of what data see, times polynomials in the parameters: the values inside a block.

A block is cut at operators that are neither polynomial nor gates. What comes out of a cut, an
input, and whether a gate is open, is an atom: something that only data know. A value is a sum over
products of atoms, each times a polynomial in the parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pyconslaw.errors import LimitError

Poly = dict[tuple[int, ...], int]  # sorted variables with multiplicity -> coefficient
Key = tuple[int, ...]  # sorted atoms with multiplicity
Form = dict[Key, Poly]

WORK_LIMIT = 1_000_000  # products and sums of terms for one block
ONE: Poly = {(): 1}


class Forms:
    """Arithmetic of forms, which counts what it costs.

    tokens: atoms of which exactly one is 1 and the others 0, if the input is one of these. one: the
    form of the constant 1, which is their sum then.
    """

    def __init__(self, tokens: Iterable[int] = ()):
        self.tokens = frozenset(tokens)
        self.one: Form = {(a,): ONE for a in sorted(self.tokens)} or {(): ONE}
        self.work = 0

    def charge(self, terms: int) -> None:
        """Errors: LimitError beyond what one block may cost."""
        self.work += terms
        if self.work > WORK_LIMIT:
            raise LimitError(
                f"layers: the components of phi take more than {WORK_LIMIT} steps to be written "
                "out; take smaller sizes"
            )

    def times(self, f: Poly, g: Poly) -> Poly:
        self.charge(len(f) * len(g))
        out: Poly = {}
        for m, c in f.items():
            for n, d in g.items():
                key = tuple(sorted(m + n))
                out[key] = out.get(key, 0) + c * d
        return {m: c for m, c in out.items() if c}

    def plus(self, f: Poly, g: Poly, factor: int = 1) -> Poly:
        self.charge(len(f) + len(g))
        out = dict(f)
        for m, c in g.items():
            out[m] = out.get(m, 0) + factor * c
        return {m: c for m, c in out.items() if c}

    def add(self, f: Form, g: Form, factor: int = 1) -> Form:
        """f + factor * g."""
        out = dict(f)
        for key, p in g.items():
            out[key] = self.plus(out.get(key, {}), p, factor)
        return {key: p for key, p in out.items() if p}

    def scale(self, f: Form, p: Poly) -> Form:
        """A form times a polynomial in the parameters."""
        out = {key: self.times(q, p) for key, q in f.items()}
        return {key: q for key, q in out.items() if q}

    def total(self, products: Iterable[tuple[Poly, Form]]) -> Form:
        """The sum of forms, each times a polynomial."""
        out: Form = {}
        for p, f in products:
            out = self._into(out, f, p)
        return {key: p for key, p in out.items() if p}

    def _into(self, out: Form, f: Form, p: Poly) -> Form:
        for key, q in f.items():
            into = out.setdefault(key, {})
            self.charge(len(p) * len(q))
            for m, c in p.items():
                for n, d in q.items():
                    both = tuple(sorted(m + n))
                    into[both] = into.get(both, 0) + c * d
                    if not into[both]:
                        del into[both]
        return out

    def product(self, f: Form, g: Form) -> Form:
        """The product of two values."""
        out: Form = {}
        for a, p in f.items():
            for b, q in g.items():
                key = self._met(a, b)
                if key is not None:
                    out[key] = self.plus(out.get(key, {}), self.times(p, q))
        return {key: p for key, p in out.items() if p}

    def gated(self, f: Form, atom: int) -> Form:
        """A value times an atom of its own."""
        self.charge(len(f))
        return {tuple(sorted((*key, atom))): p for key, p in f.items()}

    def renamed(self, f: Form, names: Mapping[int, int]) -> Form:
        """A value elsewhere: with other atoms."""
        self.charge(len(f))
        return {tuple(sorted(names.get(a, a) for a in key)): p for key, p in f.items()}

    def _met(self, a: Key, b: Key) -> Key | None:
        """The product of products of atoms; None where it is zero: of two tokens."""
        here, there = self.tokens.intersection(a), self.tokens.intersection(b)
        if here and there:
            if here != there:
                return None
            b = tuple(x for x in b if x not in there)
        return tuple(sorted(a + b))
