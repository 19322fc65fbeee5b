"""Values of g, [f, g], [f, [f, g]], ... at a point of a graph, at a cost polynomial in their
number.

Let theta(t) solve theta' = f(theta), theta(0) = the point, as a power series in t, and G_k(t) =
(ad_f^k g)(theta(t)). By the chain rule G_k' = D(ad_f^k g) f at theta(t), and [f, X] = DX f - Df X,
so G_{k+1} = G_k' - Df(theta(t)) G_k. Series are truncated at t^n and packed: sum x_i 2^(B i), one
large integer, so that one product of integers is a product of series. Df(theta) G is the e-part of
f(theta + e G), e^2 = 0: numbers are pairs (series, e-part).
"""

# bytes of a coefficient: below 2^(8 * 20) stay sums of 2^36 products of residues
SLOT = 20


def pack(series: list) -> int:
    return int.from_bytes(b"".join(x.to_bytes(SLOT, "little") for x in series), "little")


def unpack(packed: int, n: int, q: int) -> list:
    """The first n coefficients, reduced modulo q."""
    data = packed.to_bytes(max(SLOT * n, (packed.bit_length() + 7) // 8), "little")
    return [int.from_bytes(data[i : i + SLOT], "little") % q for i in range(0, SLOT * n, SLOT)]


def product(a: tuple, b: tuple) -> tuple:
    """Of pairs of packed series (or of single series, as tuples of one)."""
    return (a[0] * b[0],) if len(a) == 1 else (a[0] * b[0], a[0] * b[1] + a[1] * b[0])


def gradient_series(graph, probe: list, theta: list, n: int, q: int) -> list:
    """grad f at theta, a list of tuples of packed series modulo t^n; as `probe_gradient` of
    bracket_words.
    """
    source, gate, out = probe
    parts = len(theta[0]) if theta else 1
    nil = (0,) * (parts - 1)

    def reduced(number, factor=1):
        return tuple(pack([factor * x % q for x in unpack(part, n, q)]) for part in number)

    weight = theta + [(c % q, *nil) for c in graph.frozen]
    z = {s: (c % q, *nil) for s, c in source.items()}
    for v in graph.order:
        total = (0,) * parts
        for u, k in graph.into[v]:
            if u in z:
                total = tuple(map(int.__add__, total, product(weight[k], z[u])))
        z[v] = reduced(total, gate.get(v, 1))
    back = {v: (out.get(v, 0) % q, *nil) for v in graph.order}
    result = [(0,) * parts] * len(weight)
    for v in reversed(graph.order):
        d = reduced(back[v], gate.get(v, 1))
        for u, k in graph.into[v]:
            if u in z:
                result[k] = tuple(map(int.__add__, result[k], product(z[u], d)))
            if u in back:
                back[u] = tuple(map(int.__add__, back[u], product(weight[k], d)))
    return [reduced(x) for x in result[: graph.size]]


def chain(graph, f: list, g: list, length: int, at: list, q: int) -> list:
    """The rows g, [f, g], ..., ad_f^length g at a point, modulo a prime q > length."""
    theta = [[t % q] for t in at]
    # theta' = f(theta), one coefficient after the other
    for n in range(1, length + 1):
        slope = gradient_series(graph, f, [(pack(x),) for x in theta], n, q)
        for x, (s,) in zip(theta, slope):
            x.append(unpack(s, n, q)[-1] * pow(n, -1, q) % q)
    values = [
        unpack(x, length + 1, q)
        for (x,) in gradient_series(graph, g, [(pack(x),) for x in theta], length + 1, q)
    ]
    rows = [[x[0] for x in values]]
    # G_{k+1} = G_k' - Df(theta) G_k, modulo t^n
    for n in range(length, 0, -1):
        number = [(pack(x[:n]), pack(y[:n])) for x, y in zip(theta, values)]
        along = gradient_series(graph, f, number, n, q)
        values = [
            [((i + 1) * y[i + 1] - s) % q for i, s in enumerate(unpack(e, n, q))]
            for y, (_, e) in zip(values, along)
        ]
        rows.append([x[0] for x in values])
    return rows
