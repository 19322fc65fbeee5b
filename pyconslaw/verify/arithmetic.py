"""Exact arithmetic: primes, elimination modulo a prime, sparse polynomials over Z.

A polynomial is {monomial: coefficient}, a monomial a tuple of pairs (variable, exponent) in order;
a vector field with polynomial components is {variable: polynomial}, what is absent being zero.
"""

from functools import lru_cache

from .reading import WORD, Budget, Refused, integer


def prime(value, where: str) -> int:
    """A prime q with 2 < q < 2^62."""
    q = integer(value, where, 3, WORD - 1)
    if not is_prime(q):
        raise Refused(f"{where}: {q} is not prime")
    return q


@lru_cache(maxsize=16)  # the proofs of a certificate name few primes
def is_prime(q: int) -> bool:
    """The strong test to the bases 2..37, for q > 2.

    It decides all q < 3.18 10^23 (Sorenson and Webster, Strong pseudoprimes to twelve prime bases,
    2017).
    """
    bases = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    if q in bases:
        return True
    twos = ((q - 1) & -(q - 1)).bit_length() - 1
    for base in bases:
        x = pow(base, (q - 1) >> twos, q)
        if x != 1 and all(pow(x, 1 << k, q) != q - 1 for k in range(twos)):
            return False
    return True


def check_rank(rows, pivots: list, size: int, q: int, budget: Budget, where: str) -> None:
    """Independence modulo q: a row, cleared by the rows before it, must not be 0 in its pivot
    column.

    A row is packed into one integer, `width` bytes an entry: to add a multiple of a row is one
    product and one sum of integers. Meanwhile entries are not reduced, they stay below q + r q^2
    for r rows.
    """
    budget.hold(len(pivots) * size)
    budget.spend(len(pivots) ** 2 * size // 8)
    width = (2 * q.bit_length() + len(pivots).bit_length()) // 8 + 1
    one, echelon = 256**width - 1, []

    def pack(row, factor):
        return int.from_bytes(
            b"".join((x * factor % q).to_bytes(width, "little") for x in row), "little"
        )

    for t, (row, pivot) in enumerate(zip(rows, pivots, strict=True)):
        packed = pack(row, 1)
        for column, known in echelon:
            c = (packed >> 8 * width * column & one) % q
            packed += (q - c) * known if c else 0
        entries = packed.to_bytes(width * size, "little")
        row = [
            int.from_bytes(entries[k : k + width], "little") % q
            for k in range(0, width * size, width)
        ]
        if not row[pivot]:
            raise Refused(f"{where}: row {t} has no pivot in column {pivot}")
        echelon.append((pivot, pack(row, pow(row[pivot], -1, q))))


def sizes(p: dict):
    """The sizes of the terms, in factors and words; a product of polynomials costs the product
    of sums.
    """
    return (1 + len(monomial) + c.bit_length() // 32 for monomial, c in p.items())


def gradient(p: dict, budget: Budget) -> dict:
    """The vector field grad p."""
    budget.hold(sum(len(monomial) * size for monomial, size in zip(p, sizes(p))))
    result = {}
    for monomial, c in p.items():
        for k, (v, e) in enumerate(monomial):
            lower = ((v, e - 1),) if e > 1 else ()
            result.setdefault(v, {})[monomial[:k] + lower + monomial[k + 1 :]] = c * e
    return result


def add_product(total: dict, a: dict, b: dict, budget: Budget, sign: int = 1) -> None:
    """total += sign a b; terms that cancel stay, as zeros (see `without_zeros`)."""
    budget.spend(sum(sizes(a)) * sum(sizes(b)))
    largest = max(sizes(b), default=0)
    for (m, c), size in zip(a.items(), sizes(a)):
        before = len(total)
        for n, d in b.items():
            exponents = dict(m)
            for v, e in n:
                exponents[v] = exponents.get(v, 0) + e
            monomial = tuple(sorted(exponents.items()))
            total[monomial] = total.get(monomial, 0) + sign * c * d
        budget.hold((len(total) - before) * (size + largest))


def times(a: dict, b: dict, budget: Budget) -> dict:
    """The product of two polynomials."""
    total = {}
    add_product(total, a, b, budget)
    return without_zeros(total)


def without_zeros(p: dict) -> dict:
    return {monomial: c for monomial, c in p.items() if c}


def bracket(x: dict, y: dict, budget: Budget) -> dict:
    """The vector field [X, Y] = DY X - DX Y."""
    total = {}
    budget.spend(400 * (len(x) + len(y)))
    with budget.temporary():
        for a, b, sign in ((x, y, 1), (y, x, -1)):
            for i, p in b.items():
                for j, derivative in gradient(p, budget).items():
                    if j in a:
                        add_product(total.setdefault(i, {}), derivative, a[j], budget, sign)
    total = {i: without_zeros(p) for i, p in total.items()}
    budget.hold(sum(sum(sizes(p)) for p in total.values()))
    return {i: p for i, p in total.items() if p}


def row_at(x: dict, at: list, q: int, budget: Budget) -> list:
    """The value modulo q of a vector field at a point, as a row with one entry per variable."""
    budget.spend(len(at) + 8 * sum(sum(sizes(p)) for p in x.values()))
    row = [0] * len(at)
    for i, p in x.items():
        for monomial, c in p.items():
            for v, e in monomial:
                c = c * pow(at[v], e, q) % q
            row[i] += c
    return row
