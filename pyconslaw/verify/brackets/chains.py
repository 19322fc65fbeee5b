"""Values of g, [f, g], [f, [f, g]], ... at a point of a graph, at a cost polynomial in their
number.

Let theta(t) solve theta' = f(theta), theta(0) = the point, as a power series in t, and G_k(t) =
(ad_f^k g)(theta(t)). By the chain rule G_k' = D(ad_f^k g) f at theta(t), and [f, X] = DX f - Df X,
so G_{k+1} = G_k' - Df(theta(t)) G_k. Series are truncated at t^n and packed: sum x_i 2^(B i), one
large integer, so that one product of integers is a product of series. Df(theta) G is the e-part of
f(theta + e G), e^2 = 0: numbers are pairs (series, e-part), products those of nilpotent numbers.
"""

from ..reading import Refused
from .sweep import sweep

# bytes of a coefficient: below 2^(8 * 20) stay sums of 2^36 products of residues
SLOT = 20


def pack(series: list) -> int:
    return int.from_bytes(b"".join(x.to_bytes(SLOT, "little") for x in series), "little")


def unpack(packed: int, n: int, q: int) -> list:
    """The first n coefficients, reduced modulo q."""
    data = packed.to_bytes(max(SLOT * n, (packed.bit_length() + 7) // 8), "little")
    return [int.from_bytes(data[i : i + SLOT], "little") % q for i in range(0, SLOT * n, SLOT)]


def chains(graph, probes: list, longest: dict, at: list, q: int, budget) -> dict:
    """For each pair (f, g) the values of the chains up to the longest."""
    for k in longest.values():
        if k >= q:
            raise Refused("a chain of brackets is as long as the prime")
        budget.hold((graph.size + 4 * (len(graph.edges) + len(graph.sources))) * (k + 1))
    return {(f, g): chain(graph, probes[f], probes[g], k, at, q) for (f, g), k in longest.items()}


def chain(graph, f: list, g: list, length: int, at: list, q: int) -> list:
    """The rows g, [f, g], ..., ad_f^length g at a point, modulo a prime q > length."""

    def gradient(probe: list, theta: list, n: int) -> list:
        """Its gradient along theta, lists of packed series modulo t^n."""

        def reduced(number: list, factor: int) -> list:
            return [pack([factor * x % q for x in unpack(part, n, q)]) for part in number]

        rest = [0] * (len(theta[0]) - 1)
        return sweep(graph, probe, theta + [[c % q, *rest] for c in graph.frozen], reduced)[2]

    f, g = ([{v: c % q for v, c in numbers.items()} for numbers in probe] for probe in (f, g))
    theta = [[t % q] for t in at]
    # theta' = f(theta), one coefficient after the other
    for n in range(1, length + 1):
        slope = gradient(f, [[pack(x)] for x in theta], n)
        for x, (s,) in zip(theta, slope):
            x.append(unpack(s, n, q)[-1] * pow(n, -1, q) % q)
    along = gradient(g, [[pack(x)] for x in theta], length + 1)
    values = [unpack(x, length + 1, q) for (x,) in along]
    rows = [[x[0] for x in values]]
    # G_{k+1} = G_k' - Df(theta) G_k, modulo t^n
    for n in range(length, 0, -1):
        along = gradient(f, [[pack(x[:n]), pack(y[:n])] for x, y in zip(theta, values)], n)
        values = [
            [((i + 1) * y[i + 1] - s) % q for i, s in enumerate(unpack(e, n, q))]
            for y, (_, e) in zip(values, along)
        ]
        rows.append([x[0] for x in values])
    return rows
