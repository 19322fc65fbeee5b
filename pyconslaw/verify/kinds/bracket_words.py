"""Lower bound: r nested brackets of members of W with independent values at one integer point
modulo q.

The brackets have integer coefficients, so their values are integers, and reduction modulo q keeps
sums and products. A minor of the values that is not 0 modulo q is not 0 over Q, hence not the zero
polynomial in theta: the r brackets are independent at every theta outside its zeros, and dim
Lie(W)(theta) >= r there.

On a graph brackets are evaluated at the point (`brackets/words_of_graphs.py`), of explicit vector
fields they are expanded (`brackets/words_of_polynomials.py`); only one of the two is loaded.
"""

from importlib import import_module

from ..arithmetic import prime
from ..brackets.rows import check_rank
from ..reading import Refused, integers, items, point, record
from . import Bound


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    on_graph = system.explicit is False
    module = "words_of_graphs" if on_graph else "words_of_polynomials"
    brackets = import_module(f"..brackets.{module}", __package__)
    record(proof, where, "kind prime point words pivots" + " generators" * on_graph)
    q = prime(proof["prime"], f"{where}.prime")
    at = point(proof["point"], f"{where}.point", system.size)
    words = items(proof["words"], f"{where}.words", rank)
    pivots = integers(proof["pivots"], f"{where}.pivots", 0, system.size - 1, rank)
    generators = (
        brackets.read_generators(system, proof["generators"], where, budget)
        if on_graph
        else [system.member(i, budget) for i in range(system.generators)]
    )
    for k, word in enumerate(words):
        if not integers(word, f"{where}.words[{k}]", 0, len(generators) - 1):
            raise Refused(f"{where}.words[{k}]: the word is empty")
    if on_graph:
        budget.announce(
            brackets.cost(words, len(system.edges) + len(system.sources))
            + rank**2 * system.size // 8
        )
    rows = brackets.values(system, words, generators, at, q, budget)
    check_rank(rows, pivots, system.size, q, budget, f"{where}.words")
    many = f"{rank} independent bracket value{'' if rank == 1 else 's'}"
    return Bound(rank, (f"{many} at an integer point modulo the prime {q}",), q)
