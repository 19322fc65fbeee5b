"""Networks of many kinds of nodes as functions: outputs near given weights, by data.

Near weights where no node is at a kink the outputs on an example are polynomials in the parameters;
they are made here node by node, gates being decided by values in fractions, and nothing is known of
paths, of graphs that networks are rewritten to, or of pyconslaw. What many examples show spans W.

A model is {"nodes": {name: kind}, "edges": [(tail, head, parameter or None, factor)], "slopes":
{name: parameter}, "outputs": [names], "softmax": bool}; edges in any order, parallel ones too.
"""

from fractions import Fraction
from itertools import product

from .polynomials import add, evaluate, gradient, multiply, variable
from .ranks import MERSENNE, Span

LEAK = Fraction(1, 100)


def residue(x):
    x = Fraction(x)
    return x.numerator * pow(x.denominator, -1, MERSENNE) % MERSENNE


def scaled(f, factor):
    times = residue(factor)
    return {m: d for m, c in f.items() if (d := c * times % MERSENNE)}


def order_of(model):
    """The nodes, tails before heads."""
    done, waiting = [], list(model["nodes"])
    while waiting:
        ready = [v for v in waiting if all(t in done for t, h, *_ in model["edges"] if h == v)]
        assert ready
        done += ready
        waiting = [v for v in waiting if v not in ready]
    return done


def outputs(model, numbers, weights, example):
    """The outputs as polynomials modulo 2^61 - 1 near the weights, by the number of each parameter.

    weights {parameter: Fraction}, example {input: Fraction}. None at a kink.
    """
    value, poly = {}, {}
    for v in order_of(model):
        kind = model["nodes"][v]
        if kind in ("input", "constant"):
            value[v] = Fraction(example[v]) if kind == "input" else Fraction(1)
            poly[v] = scaled({0: 1}, value[v])
            continue
        arrivals = []
        for tail, head, parameter, factor in model["edges"]:
            if head == v:
                x, f = value[tail] * factor, scaled(poly[tail], factor)
                if parameter is not None:
                    x, f = x * weights[parameter], multiply(f, variable(numbers[parameter]))
                arrivals.append((x, f))
        slope = model["slopes"][v] if kind == "prelu" else None
        learned = (weights[slope], variable(numbers[slope])) if slope else None
        found = activated(kind, arrivals, learned)
        if found is None:
            return None
        value[v], poly[v] = found[0], {m: c % MERSENNE for m, c in found[1].items() if c % MERSENNE}
    seen = [poly[v] for v in model["outputs"]]
    return [add(f, seen[-1], -1) for f in seen[:-1]] if model.get("softmax") else seen


def activated(kind, arrivals, learned):
    """Value and polynomial of a node, None at a kink; learned: those of the slope of a PReLU."""
    if kind == "product":
        x, f = Fraction(1), {0: 1}
        for y, g in arrivals:
            x, f = x * y, multiply(f, g)
        return x, f
    if kind == "max":
        best = max((x for x, _ in arrivals), default=Fraction(0))
        tops = [(x, f) for x, f in arrivals if x == best]
        # equal values that are one polynomial, such as two neurons that are off, are no kink
        if any(f != tops[0][1] for _, f in tops):
            return None
        return tops[0] if tops else (best, {})
    x, f = sum((y for y, _ in arrivals), Fraction(0)), {}
    for _, g in arrivals:
        f = add(f, g)
    f = {m: c % MERSENNE for m, c in f.items() if c % MERSENNE}
    if kind == "linear":
        return x, f
    if x == 0:
        return None if f else (x, f)
    if kind == "squared_relu":
        return (x * x, multiply(f, f)) if x > 0 else (Fraction(0), {})
    if x > 0:
        return x, f
    if kind == "prelu":
        return x * learned[0], multiply(f, learned[1])
    slope = {"relu": Fraction(0), "leaky_relu": LEAK, "abs": Fraction(-1)}[kind]
    return x * slope, scaled(f, slope)


def seen(model, numbers, rng, examples):
    """What examples show of the outputs near random weights, a basis of their span; the weights."""
    weights = {p: Fraction(rng.choice([-1, 1]) * rng.randint(1, 97), 8) for p in numbers}
    span, basis = Span(), []
    for _ in range(examples):
        example = {
            v: Fraction(rng.randint(-99, 99), 7)
            for v, kind in model["nodes"].items()
            if kind == "input"
        }
        for f in outputs(model, numbers, weights, example) or []:
            f = {m: c for m, c in f.items() if m}
            if f and span.add(f):
                basis.append(f)
    return basis, weights


def along(law, f, numbers, weights):
    """<grad h, grad f> at the weights modulo 2^61 - 1; the law [(coefficient, [(number, e)])]."""
    point = [residue(weights[p]) for p in numbers]
    slopes = {v: evaluate(g, point) for v, g in gradient(f).items()}
    total = 0
    for c, m in law:
        for v, e in m:
            part = residue(c) * e * slopes.get(v, 0)
            for w, d in m:
                part = part * pow(point[w], d - (w == v), MERSENNE) % MERSENNE
            total += part
    return total % MERSENNE


def components(model, numbers):
    """A basis of what all data can tell apart: for every pattern of gates, of neurons and of what a
    maximum is, the coefficients of the outputs as polynomials in the inputs.
    """
    ways = {"relu": 2, "leaky_relu": 2, "abs": 2, "prelu": 2, "squared_relu": 2}
    order, sources = order_of(model), {}
    arrive = {v: sum(h == v for _, h, *_ in model["edges"]) for v in order}
    choices = [
        [(v, way) for way in range(max(arrive[v], 1) if kind == "max" else ways[kind])]
        for v, kind in model["nodes"].items()
        if kind in ways or kind == "max"
    ]
    for v, kind in model["nodes"].items():
        if kind == "input":
            sources[v] = len(numbers) + len(sources)
    span, basis = Span(), []
    for pattern in product(*choices):
        for f in patterned(model, numbers, sources, dict(pattern)):
            for part in split(f, len(numbers)):
                if part and span.add(part):
                    basis.append(part)
    return basis


def patterned(model, numbers, sources, pattern):
    """The outputs as polynomials in parameters and inputs, gates being given."""
    poly = {}
    for v in order_of(model):
        kind = model["nodes"][v]
        if kind in ("input", "constant"):
            poly[v] = variable(sources[v]) if kind == "input" else {0: 1}
            continue
        arrivals = []
        for tail, head, parameter, factor in model["edges"]:
            if head == v:
                f = scaled(poly[tail], factor)
                arrivals.append(
                    f if parameter is None else multiply(f, variable(numbers[parameter]))
                )
        f = {0: 1} if kind == "product" else {}
        if kind == "max":
            f = arrivals[pattern[v]] if arrivals else {}
        else:
            for g in arrivals:
                f = multiply(f, g) if kind == "product" else add(f, g)
        off = pattern.get(v) == 1 and kind != "max"
        if kind == "squared_relu":
            f = {} if off else multiply(f, f)
        elif kind == "prelu" and off:
            f = multiply(f, variable(numbers[model["slopes"][v]]))
        elif off:
            f = scaled(f, {"relu": 0, "leaky_relu": LEAK, "abs": -1}[kind])
        poly[v] = {m: c % MERSENNE for m, c in f.items() if c % MERSENNE}
    ends = [poly[v] for v in model["outputs"]]
    return [add(f, ends[-1], -1) for f in ends[:-1]] if model.get("softmax") else ends


def split(f, size):
    """The coefficients of the monomials in the inputs, without constants."""
    parts = {}
    for m, c in f.items():
        parts.setdefault(m >> 8 * size, {})[m & (1 << 8 * size) - 1] = c % MERSENNE
    return [{m: c for m, c in part.items() if m and c} for part in parts.values()]
