"""Lower bound: rows of the series of controls, independent at one integer point modulo q.

Take integer polynomials u_i(t) and F = sum of u_i(t) X_i. On vector fields that depend on t let
T Y = dY/dt + [F, Y], [F, Y] = Y' F - F' Y, primes being derivatives by z. T maps combinations of
nested brackets of the X_i with coefficients in Z[t] to such, so T^k X_i at t = 0 is a member of
Lie(W), with integer coefficients: its value at an integer point is a row of integers. Ranks modulo
q are then lower bounds as for words of brackets.

The rows are not expanded. Let z(t), a series modulo q, have z' = F(t, z) and z(0) = the point. With
Y_k(t) = (T^k X_i)(t, z(t)) the chain rule gives Y_(k+1) = Y_k' - F'(t, z(t)) Y_k, and Y_k(0) is the
row. To know the rows up to order n - 1 all series are needed modulo t^n; z takes division by
1, ..., n - 1, which are units as q >= n.
"""

from itertools import pairwise
from operator import mul

from ..arithmetic import prime
from ..brackets.rows import check_rank
from ..reading import WORD, Declined, Refused, integer, integers, items, point, record
from ..systems.generators import members
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    if system.explicit is None:
        raise Declined("a network with so many parameters is not written out")
    record(proof, where, "kind prime point series pivots")
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", system.size)
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, rank)
    fields = [member() for member in members(system, budget)]
    runs = []
    for k, entry in enumerate(items(proof["series"], f"{where}.series")):
        runs.append(read_run(entry, f"{where}.series[{k}]", len(fields), q))
    if sum(len(rows) for _, rows, _ in runs) != rank:
        raise Refused(f"{where}.series: there are not {rank} rows")
    program = Program(fields, system.size, q, budget)
    work = sum(program.cost(order + 1, len({i for i, _ in rows})) for _, rows, order in runs)
    budget.announce(work + rank**2 * system.size // 8)
    listed = (row for run in runs for row in program.rows(at, *run, budget))
    check_rank(listed, pivots, system.size, q, budget, f"{where}.series")
    many = [f"{k} {noun}{'s' * (k != 1)}" for k, noun in ((rank, "row"), (len(runs), "control"))]
    reason = f"{many[0]} of the series of {many[1]}, independent modulo the prime {q}"
    return Bound(rank, (reason,), q)


def read_run(entry, where: str, generators: int, q: int) -> tuple:
    """The control of each generator, the rows (generator, order), and the largest order."""
    record(entry, where, "controls rows")
    rows = items(entry["rows"], f"{where}.rows")
    for k, row in enumerate(rows):
        i, order = integers(row, f"{where}.rows[{k}]", 0, WORD, 2)
        integer(i, f"{where}.rows[{k}][0]", 0, generators - 1)
        integer(order, f"{where}.rows[{k}][1]", 0, q - 1)
    if not rows:
        raise Refused(f"{where}.rows: there are none")
    most = max(order for _, order in rows)
    controls = items(entry["controls"], f"{where}.controls", generators)
    for k, control in enumerate(controls):
        if len(integers(control, f"{where}.controls[{k}]", 1 - WORD, WORD - 1)) > most:
            raise Refused(f"{where}.controls[{k}]: more coefficients than reach a row")
    return controls, rows, most


class Program:
    """The vector fields as sums of products of coordinates: values and slopes are term lists.

    A node is a product of two earlier ones; node v is coordinate v, the next one the number 1.
    """

    def __init__(self, fields: list, size: int, q: int, budget):
        self.size, self.q, self.products, self.number = size, q, [], {}
        self.moved = {v for x in fields for v in x}
        self.values: dict = {}  # of a generator: by component, terms (coefficient, node)
        self.slopes: dict = {}  # likewise, by component and direction
        held = 0
        for i, x in enumerate(fields):
            self.values[i], self.slopes[i] = {}, {}
            for v, p in x.items():
                budget.spend(
                    sum((2 + len(m)) * sum(10 + 4 * e.bit_length() for _, e in m) for m in p)
                )
                self.values[i][v] = [(c % q, self.node(m)) for m, c in p.items()]
                for m, c in p.items():
                    for k, (w, e) in enumerate(m):
                        if w in self.moved:
                            rest = m[:k] + (((w, e - 1),) if e > 1 else ()) + m[k + 1 :]
                            terms = self.slopes[i].setdefault((v, w), [])
                            terms.append((c * e % q, self.node(rest)))
                budget.hold(2 * sum(1 + len(m) for m in p) + len(self.products) - held)
                held = len(self.products)
        self.entries = len({key for own in self.slopes.values() for key in own})
        self.terms = sum(len(terms) for own in self.sums() for terms in own)

    def sums(self):
        """The lists of terms, generator by generator."""
        for table in (self.values, self.slopes):
            yield from (own.values() for own in table.values())

    def product(self, a: int, b: int) -> int:
        if (a, b) not in self.number:
            self.products.append((a, b))
            self.number[a, b] = self.size + len(self.products)
        return self.number[a, b]

    def power(self, v: int, e: int) -> int:
        if e == 1:
            return v
        half = self.power(v, e // 2)
        square = self.product(half, half)
        return self.product(square, v) if e % 2 else square

    def node(self, monomial: tuple) -> int:
        found = self.size
        for v, e in monomial:
            power = self.power(v, e)
            found = power if found == self.size else self.product(found, power)
        return found

    def cost(self, n: int, used: int) -> int:
        """What the rows of orders below n take, of so many generators."""
        sums = sum(map(len, self.sums()))
        chain = used * (self.entries + 4 * len(self.moved)) * (1 + self.q.bit_length() // 16)
        return (n * (self.terms + 5 * sums) + n**2 * (len(self.products) + sums + chain)) // 3

    def rows(self, at: list, controls: list, rows: list, order: int, budget):
        """The rows asked for, as lists over all variables."""
        n, used = order + 1, sorted({i for i, _ in rows})
        budget.spend(self.cost(n, len(used)))
        with budget.temporary():
            lists = self.size + len(self.products) + sum(map(len, self.values.values()))
            budget.hold(n * (lists + self.entries + 4 * len(self.moved)) + self.size * len(rows))
            series, along = self.curve(at, controls, n)
            slots = Slots(self.q, n * (len(self.moved) + 1))
            jacobian = self.jacobian(series, controls, n, slots)
            found = {}
            for i in used:
                wanted = {k for j, k in rows if j == i}
                found[i] = self.chain(along[i], jacobian, wanted, n, slots)
            yield from (found[i][k] for i, k in rows)

    def curve(self, at: list, controls: list, n: int) -> tuple:
        """Series modulo t^n along z' = F(t, z): of all nodes, and of the components of the X_i."""
        q = self.q
        series = [[x % q] for x in at] + [[1]] + [[] for _ in self.products]
        series[self.size] += [0] * (n - 1)
        along = {i: {v: [] for v in p} for i, p in self.values.items()}
        for k in range(n):
            for (a, b), total in zip(self.products, series[self.size + 1 :]):
                total.append(sum(map(mul, series[a], reversed(series[b]))) % q)
            slope: dict = {}
            for i, p in self.values.items():
                for v, terms in p.items():
                    x = along[i][v]
                    x.append(sum(c * series[node][k] for c, node in terms) % q)
                    u = controls[i][: k + 1]
                    slope[v] = slope.get(v, 0) + sum(map(mul, u, reversed(x[k + 1 - len(u) :])))
            if k + 1 < n:
                inverse = pow(k + 1, -1, q)
                for v in range(self.size):
                    series[v].append(slope.get(v, 0) * inverse % q)
        return series, along

    def jacobian(self, series: list, controls: list, n: int, slots: "Slots") -> dict:
        """By component the directions and entries of F' along the curve, packed."""
        packed: dict = {}
        for i, own in self.slopes.items():
            u = slots.pack([c % slots.q for c in controls[i]])
            for (v, w), terms in own.items() if u else ():
                sums = [sum(c * series[node][k] for c, node in terms) % slots.q for k in range(n)]
                entry = slots.unpack(u * slots.pack(sums), n)
                row = packed.setdefault(v, {})
                row[w] = [x + y for x, y in zip(row[w], entry)] if w in row else entry
        return {
            v: [(w, slots.pack([x % slots.q for x in entry])) for w, entry in row.items()]
            for v, row in packed.items()
        }

    def chain(self, y: dict, jacobian: dict, wanted: set, n: int, slots: "Slots") -> dict:
        """By order the rows that are wanted, from the series of a vector field along the curve."""
        found = {}
        for k in range(n):
            if k in wanted:
                row = [0] * self.size
                for v, x in y.items():
                    row[v] = x[0]
                found[k] = row
            if k == max(wanted):
                break
            m = n - 1 - k
            mask, packed = slots.mask(m), {w: slots.pack(x[:m]) for w, x in y.items()}
            after = {v: [j * c for j, c in enumerate(x[1:], 1)] for v, x in y.items()}
            for v, row in jacobian.items():
                total = sum((entry & mask) * packed[w] for w, entry in row if w in packed)
                if total:
                    less = slots.unpack(total, m)
                    after[v] = [a - b for a, b in zip(after.get(v, [0] * m), less)]
            y = {v: [c % slots.q for c in x] for v, x in after.items()}
        return found


class Slots:
    """Series packed into integers, a coefficient a slot: wide enough for sums of products."""

    def __init__(self, q: int, products: int):
        self.q, self.width = q, (2 * q.bit_length() + products.bit_length()) // 8 + 1

    def pack(self, series: list) -> int:
        return int.from_bytes(b"".join(x.to_bytes(self.width, "little") for x in series), "little")

    def unpack(self, packed: int, n: int) -> list:
        """The first n coefficients, reduced."""
        data = packed.to_bytes(max(self.width * n, (packed.bit_length() + 7) // 8), "little")
        ends = pairwise(range(0, self.width * (n + 1), self.width))
        return [int.from_bytes(data[a:b], "little") % self.q for a, b in ends]

    def mask(self, n: int) -> int:
        """All bits of the first n slots."""
        return (1 << 8 * self.width * n) - 1
