"""Both bounds of a system whose parts are layered linear networks with other names of parameters.

A part is a network of the widths n_0, ..., n_q, and for each of its parameters, in their order, a
variable of the system; no variable is in two places. The entries of the product of its matrices
W_q ... W_1 are then polynomials in the system. The components in these variables, constants left
out, must be linear combinations of the entries of all parts, independent in that they have the
rank of all of them: as a rule each is one entry times a number. All other components are the rest;
they have no variable of a part, and are a system of their own in the variables that they have.

Then W is the sum of the spans of the gradients of the entries of each part, and of the rest. The
permutation of the coordinates is an isometry, so it takes the gradients of the entries of the
network to those of the entries in the system, and brackets to brackets: near generic points the
trace has the dimension that it has for the network. Parts without a common variable add up (see
direct_sum), and variables that no component has add nothing.

In a system of products of matrices the parts are its layered groups, which are read off the names.
"""

from collections import Counter

from ..reading import PARAMETERS, WORD, Refused, integer, integers, items, record
from ..systems import of_type
from ..systems.layers import Layers
from . import COUNTED, Bound, lower_bound, upper_bound

LAYERS = 1_000  # most layers of a part
SHOWN = 4  # lines of the reason


def check(system, proof: dict, where: str, rank: int | None, budget) -> Bound:
    total, lines = added_up(system, proof, where, rank, budget)
    if rank is None:
        return Bound(total, lines)
    if total < rank:
        raise Refused(f"{where}: the parts have the dimension {total}, the claim needs {rank}")
    return Bound(rank, (f"{rank} by {'; '.join(lines)}",))


def added_up(system, proof: dict, where: str, claimed: int | None, budget) -> tuple:
    """The sum of the bounds, from below if a dimension is claimed, and the reason in lines."""
    has_rest = type(proof) is dict and "rest" in proof
    record(proof, where, "kind bounds parts" + " rest" * has_rest)
    keys = "bound" + " rank" * (claimed is not None)
    shapes = []
    for k, entry in enumerate(items(proof["bounds"], f"{where}.bounds")):
        record(entry, f"{where}.bounds[{k}]", f"{keys} widths")
        widths = integers(entry["widths"], f"{where}.bounds[{k}].widths", 1, WORD)
        if not 2 <= len(widths) <= LAYERS:
            raise Refused(f"{where}.bounds[{k}].widths: expected 2 to {LAYERS} widths")
        shapes.append(widths)
    parts = items(proof["parts"], f"{where}.parts")
    if not parts:
        raise Refused(f"{where}.parts: there are none")
    budget.hold(20 * len(parts))
    if system.parts is None:
        raise Refused(f"{where}.parts: only components, without a drift, are those of a network")
    reader = of_type(f"parts_of_{system.parts}")
    uses, others = reader.read_parts(system, parts, shapes, f"{where}.parts", budget)
    if has_rest != bool(others):
        raise Refused(
            f"{where}: what is in no part is the rest, and there is none if all is in one"
        )
    times_of = Counter(uses)
    listed = [(f"{where}.bounds[{k}]", e, times_of[k]) for k, e in enumerate(proof["bounds"])]
    if has_rest:
        record(proof["rest"], f"{where}.rest", keys)
        rest = of_type("parts").alone(others, budget)
        listed.append((f"{where}.rest", proof["rest"], 1))
    total, lines, told = 0, [], []
    for k, (place, entry, times) in enumerate(listed):
        if not times:
            raise Refused(f"{place}: no part has this bound")
        with budget.temporary():
            own = network(shapes[k], entry["bound"], budget) if k < len(shapes) else rest
            dimension, reasons = one(own, entry, place, claimed, budget)
        total += times * dimension
        often = f"{times} times " * (times > 1)
        told.append(often + "-".join(map(str, shapes[k])) if k < len(shapes) else "and the rest")
        lines += [often + line for line in reasons] if len(lines) < SHOWN else ()
    told = [*told[:SHOWN], *["..."] * (len(told) > SHOWN)]
    lines = [*lines[:SHOWN], *["..."] * (len(lines) > SHOWN)]
    return total, (f"linear networks in other variables, {', '.join(told)}", *lines)


def one(system, entry: dict, place: str, claimed: int | None, budget) -> tuple:
    """The bound of one network, or of the rest, and the reason in lines."""
    if claimed is None:
        return upper_bound(system, entry["bound"], f"{place}.bound", budget)
    rank = integer(entry["rank"], f"{place}.rank", 0, system.size)
    _, reason = lower_bound(system, entry["bound"], rank, budget, f"{place}.bound")
    return rank, (reason,)


def network(widths: list, proof, budget):
    """The linear network of these widths; edge by edge if the proof needs that, and it is small."""
    flags = [False] * (len(widths) - 1)
    layers = Layers(widths, flags[1:], flags)
    counted = type(proof) is dict and proof.get("kind") in COUNTED
    if counted or layers.size > PARAMETERS:
        return layers
    budget.hold(8 * layers.size)
    graph = of_type("graph").Graph(*of_type("layered").layered(widths, flags[1:], flags))
    graph.layers = layers
    return graph
