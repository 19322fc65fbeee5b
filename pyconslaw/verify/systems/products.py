"""Products of matrices whose entries are variables; phi is all entries of all products.

The entries of a matrix are numbered row by row, one matrix after the other in the order of the
list.
"""

import re
from bisect import bisect_right
from itertools import pairwise
from math import prod

from ..brackets.polynomials import gradient
from ..reading import WORD, Declined, Refused, integers, items, record, show

MEMBERS = 200_000  # most components that are told apart
MATRICES = 100_000  # most matrices, products, and factors, together
SHOWN = 3  # products in a name


class Products:
    """The system, and its components, which are written out one at a time."""

    layers, explicit, parts, of = None, True, "products", None
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
        partial: list = [(row, ())]
        for factor in factors[:-1]:
            partial = [
                (k, (*path, self.variable(factor, at, k)))
                for at, path in partial
                for k in range(self.columns(factor))
            ]
        total: dict = {}
        for at, path in partial:
            exponents: dict = {}
            for v in (*path, self.variable(factors[-1], at, column)):
                exponents[v] = exponents.get(v, 0) + 1
            monomial = tuple(sorted(exponents.items()))
            total[monomial] = total.get(monomial, 0) + 1
        return total


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
