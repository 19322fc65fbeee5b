"""Closed-form laws by SymPy: whether a printed expression is constant along vector fields, at
random points with rational coordinates.
"""

import random
import re

import sympy


def expression(text):
    """What a printed law says."""
    return sympy.sympify(
        text.replace("^", "**").replace("arctan", "atan"),
        locals={
            name: sympy.Symbol(name)
            for name in set(re.findall(r"[A-Za-z]\w*", text)) - {"log", "arctan", "sqrt"}
        },
    )


def changes(text, variables, fields, points=3, seed=0):
    """The largest |<grad h, X>| over random points, to forty digits; exactly 0 where everything
    is rational.

    fields: mappings or sequences of texts.
    """
    draw, h, worst = random.Random(seed), expression(text), sympy.Integer(0)
    for field in fields:
        entries = field if isinstance(field, dict) else dict(zip(variables, field, strict=True))
        slope = sum(sympy.diff(h, sympy.Symbol(v)) * expression(str(f)) for v, f in entries.items())
        for _ in range(points):
            value = sympy.nan
            while not value.is_finite:  # at a pole
                point = {
                    sympy.Symbol(v): sympy.Rational(draw.randint(1, 60), draw.randint(1, 60))
                    for v in variables
                }
                value = slope.subs(point)
            worst = max(worst, abs(value if value.is_Rational else value.evalf(60)))
    return worst


def is_law(text, variables, fields):
    return changes(text, variables, fields) < sympy.Float("1e-40")


def gradient_rank(texts, variables, seed=1):
    """The rank of the gradients at a random rational point, by floats of 60 digits."""
    draw = random.Random(seed)
    point = {
        sympy.Symbol(v): sympy.Rational(draw.randint(1, 60), draw.randint(1, 60)) for v in variables
    }
    rows = [
        [sympy.diff(expression(t), sympy.Symbol(v)).subs(point).evalf(60) for v in variables]
        for t in texts
    ]
    return (
        sympy.Matrix(rows).rank(iszerofunc=lambda x: abs(x) < sympy.Float("1e-30")) if rows else 0
    )
