"""What symmetry makes of the trace at a point of copies (see copies), and of a vector in it.

Let e flip the signs of all neurons of one copy (inputs and outputs too), or of the constant neuron,
or let it exchange two copies of one type. It acts on the parameters, fixes the point, and maps
probes to probes, so W and Lie(W) to themselves: the trace is invariant. Signs split it into the
parts between two copies i != j (in the blocks ij and ji), the biases of each copy, and the diagonal
blocks together; exchanges split these further, into the components below, each of which occurs as
often as its multiplicity says. So the dimension of the trace is the sum of multiplicity times rank
over the components.

The trace has all projections of its members: for copies a, b of one type those to the blocks aa and
bb in sum and difference, to ab and ba likewise; for types t < u to the blocks between a copy of
each; to the biases of a copy. The multiplicity of the diagonal part ("one") is 1: types are taken
together there, each scaled by its number of copies, which does not change the rank.
"""

from itertools import combinations
from operator import add, sub


def components(types: list, biased: list) -> dict:
    """(size, multiplicity) of each component: of the trace at the point, in the order and for
    the reasons of docs/mathematics.md.
    """
    found: dict = {("one",): (sum(t.size for t in types), 1)}
    for i, t in enumerate(types):
        pairs = t.copies * (t.copies - 1) // 2
        if pairs:
            found |= {
                ("diagonal", i): (t.size, t.copies - 1),
                ("symmetric", i): (t.size, pairs),
                ("skew", i): (t.size, pairs),
            }
        found["bias", i] = sum(n for n, has in zip(t.widths[1:], biased) if has), t.copies
    for (i, t), (j, u) in combinations(enumerate(types), 2):
        found["pair", i, j] = block_size(t, u) + block_size(u, t), t.copies * u.copies
    return {key: entry for key, entry in found.items() if entry[0]}


def block_size(head, tail) -> int:
    return sum(n * m for n, m in zip(head.widths[1:], tail.widths))


def projections(types: list, copies: list, blocks: list, row: list) -> dict:
    """The part that a row, in the order of the parameters, has in each component they see."""
    block: dict = {}
    for key, x in zip(blocks, row):
        block.setdefault(key, []).append(x)
    first: dict = {}
    second: dict = {}
    for k, t in enumerate(copies):
        (second if t in first else first)[t] = k
    one: list = []
    found: dict = {}
    for t, kind in enumerate(types):
        a, b = first.get(t), second.get(t)
        here, there = (block.get((c, c), [0] * kind.size) for c in (a, b))
        one += map(add, here, there)
        if a is not None:
            found["diagonal", t] = list(map(sub, here, there))
            found["bias", t] = block.get((a, None), [])
        if b is not None:
            across, back = block.get((a, b), []), block.get((b, a), [])
            found["symmetric", t] = list(map(add, across, back))
            found["skew", t] = list(map(sub, across, back))
    for head, tail in block:
        if tail is not None and copies[head] != copies[tail]:
            t, u = sorted((copies[head], copies[tail]))
            a, b = first[t], first[u]
            found["pair", t, u] = block.get((a, b), []) + block.get((b, a), [])
    return found | {("one",): one}
