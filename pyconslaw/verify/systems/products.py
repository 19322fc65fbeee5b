"""Products of matrices whose entries are variables; phi is all entries of all products.

The entries of a matrix are numbered row by row, one matrix after the other in the order of the
list. Products that have a matrix in common, directly or through others, are a group. A group is
layered if its products are, up to transposition, all L_i C R_j for some left factors L_i, one chain
C of factors, perhaps none, and some right factors R_j, where no matrix occurs in two places, or
both transposed and not in one. Then its components are the entries of

    [L_1; ...; L_p] C [R_1 ... R_q],

the product of a layered linear network whose parameters are these matrices in another order: with
widths (columns of all R_j, the inner dimensions from right to left, rows of all L_i). A matrix that
is alone in its group and in its product is a network of one layer. Sides are those of the first
product of the group as it is written.
"""

import re
from bisect import bisect_right
from itertools import chain, pairwise
from math import prod

from ..brackets.polynomials import gradient
from ..reading import WORD, Declined, Refused, integers, items, record, show

MEMBERS = 200_000  # most components that are told apart
MATRICES = 100_000  # most matrices, products, and factors, together
SHOWN = 3  # products in a name


class Products:
    """The system, its groups, and its components, which are written out one at a time."""

    layers, explicit, parts = None, True, "products"
    drift = ()

    def __init__(self, shapes: list, products: list):
        self.shapes, self.products = shapes, products
        self.starts = [0]
        for rows, columns in shapes:
            self.starts.append(self.starts[-1] + rows * columns)
        self.size = self.count = self.starts[-1]
        self.firsts = [0]  # of each product the number of its first component
        for p in products:
            self.firsts.append(self.firsts[-1] + self.rows(p[0]) * self.columns(p[-1]))

    @property
    def variables(self) -> set:
        return set(range(self.size))

    @property
    def generators(self) -> int:
        """The number of components, product by product, row by row."""
        if self.firsts[-1] > MEMBERS:
            raise Declined(f"{self.firsts[-1]} entries of products, the most is {MEMBERS}")
        return self.firsts[-1]

    def rows(self, factor: tuple) -> int:
        return self.shapes[factor[0]][factor[1]]

    def columns(self, factor: tuple) -> int:
        return self.shapes[factor[0]][1 - factor[1]]

    def variable(self, factor: tuple, i: int, j: int) -> int:
        """The number of an entry of a factor."""
        k, turned = factor
        return self.starts[k] + (j * self.shapes[k][1] + i if turned else i * self.shapes[k][1] + j)

    def member(self, i: int, budget) -> dict:
        """Generator i of W as a vector field."""
        return gradient(self.component(i, budget), budget)

    def component(self, i: int, budget) -> dict:
        """Entry number i of all, as a polynomial."""
        k = bisect_right(self.firsts, i) - 1
        factors = self.products[k]
        row, column = divmod(i - self.firsts[k], self.columns(factors[-1]))
        paths = prod(self.columns(factor) for factor in factors[:-1])
        budget.hold((paths + 1) * (len(factors) + 1) ** 2)
        partial = [(row, ())]
        for factor in factors[:-1]:
            partial = [
                (k, (*path, self.variable(factor, at, k)))
                for at, path in partial
                for k in range(self.columns(factor))
            ]
        total = {}
        for at, path in partial:
            exponents = {}
            for v in (*path, self.variable(factors[-1], at, column)):
                exponents[v] = exponents.get(v, 0) + 1
            monomial = tuple(sorted(exponents.items()))
            total[monomial] = total.get(monomial, 0) + 1
        return total

    def groups(self) -> tuple[list, list]:
        """The widths of the layered groups, in the order of their first products, and the products
        of the others.
        """
        widths, others = [], []
        for group in self.joined():
            found = self.widths([self.products[k] for k in group])
            if found is None:
                others += group
            else:
                widths.append(found)
        return widths, [self.products[k] for k in sorted(others)]

    def joined(self) -> list:
        """The numbers of the products of each group."""
        above = list(range(len(self.shapes)))

        def root(k):
            while above[k] != k:
                above[k] = k = above[above[k]]
            return k

        for factors in self.products:
            for k, _ in factors:
                above[root(k)] = root(factors[0][0])
        found = {}
        for number, factors in enumerate(self.products):
            found.setdefault(root(factors[0][0]), []).append(number)
        return list(found.values())

    def widths(self, group: list) -> list | None:
        """The widths of a group as a layered network; None if it is not layered."""
        first = group[0]
        if any(len(factors) != len(first) for factors in group):
            return None
        if len(first) == 1:
            same = all(factors[0][0] == first[0][0] for factors in group)
            return [self.columns(first[0]), self.rows(first[0])] if same else None
        group = turned(group)
        if group is None:
            return None
        middle = first[1:-1]
        left = dict.fromkeys(factors[0] for factors in group)
        right = dict.fromkeys(factors[-1] for factors in group)
        places = [k for k, _ in chain(left, middle, right)]
        if len(set(places)) < len(places):
            return None
        if len({(factors[0], factors[-1]) for factors in group}) < len(left) * len(right):
            return None
        inner = [self.columns(factor) for factor in first[:-1]]
        return [sum(map(self.columns, right)), *reversed(inner), sum(map(self.rows, left))]


def turned(group: list) -> list | None:
    """The products of a group, turned round where they have to be; None if that cannot be.

    Turned round, a product is its transpose, with the same entries. With a chain inside each has
    the chain of the first; without one, no matrix is on the left here and on the right there. The
    products come in any order: whoever has no matrix in common with those that are placed waits.
    """
    first = group[0]
    if len(first) > 2:
        found = [p if p[1:-1] == first[1:-1] else transpose(p) for p in group]
        return found if all(p[1:-1] == first[1:-1] for p in found) else None
    beside = {}
    for p in group:
        for k, _ in p:
            beside.setdefault(k, []).append(p)
    on_left, todo = {first[0][0]: True}, [first[0][0]]
    while todo:
        k = todo.pop()
        for p in beside[k]:
            other = p[1][0] if p[0][0] == k else p[0][0]
            if other not in on_left:
                on_left[other] = not on_left[k]
                todo.append(other)
    return [p if on_left[p[0][0]] else transpose(p) for p in group]


def transpose(factors: list) -> list:
    return [(k, not flag) for k, flag in reversed(factors)]


def read(value: dict, agree) -> Products:
    record(value, "system", "type matrices products")
    number, shapes, size = {}, [], 0
    for k, entry in enumerate(items(value["matrices"], "system.matrices")):
        place = f"system.matrices[{k}]"
        name, shape = items(entry, place, 2)
        if type(name) is not str or not re.fullmatch("[A-Za-z][A-Za-z0-9_]{0,99}", name):
            raise Refused(f"{place}: {show(name)} is not the name of a matrix")
        if name in number or len(integers(shape, place, 1, WORD)) > 2:
            raise Refused(f"{place}: a name occurs twice, or a shape has more than two numbers")
        number[name] = k
        shapes.append((*shape, 1, 1)[:2])
        size += prod(shape)
    agree(size)
    products = [
        factors_of(p, number, f"system.products[{k}]")
        for k, p in enumerate(items(value["products"], "system.products"))
    ]
    if len(shapes) + len(products) + sum(map(len, products)) > MATRICES:
        raise Declined(f"more than {MATRICES} matrices, products and factors")
    if not products or len(set(map(tuple, products))) < len(products):
        raise Refused("system.products: there must be products, none of them twice")
    found = Products(shapes, products)
    for k, factors in enumerate(products):
        if any(found.columns(a) != found.rows(b) for a, b in pairwise(factors)):
            raise Refused(f"system.products[{k}]: the shapes do not fit together")
    return found


def factors_of(value, number: dict, where: str) -> list:
    """Pairs of the number of a matrix, and whether it is transposed."""
    factors = []
    for k, entry in enumerate(items(value, where)):
        name, flag = items(entry, f"{where}[{k}]", 2)
        if type(name) is not str or name not in number or type(flag) is not bool:
            raise Refused(f"{where}[{k}]: expected the name of a matrix, and true or false")
        factors.append((number[name], flag))
    if not factors:
        raise Refused(f"{where}: a product without factors")
    return factors


def object_of(system: dict) -> str:
    return "system"


def name_of(system: dict) -> str:
    texts = [" ".join(k + "^T" * flag for k, flag in p) for p in system["products"][:SHOWN]]
    return f"products {', '.join(texts + ['...'] * (len(system['products']) > SHOWN))}"
