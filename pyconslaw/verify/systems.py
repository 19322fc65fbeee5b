"""The systems a certificate may be about: gated graphs and explicit polynomials; and their names in words."""

import re

from .reading import WORD, Refused, choice, fingerprint, integer, integers, items, polynomial, record, show


class WrongUsage(ValueError):
    """The expected system is not the name of a system."""


class Polynomials:
    """Explicit components phi_i; generator i of W is grad phi_i."""

    def __init__(self, size: int, phi: list):
        self.size = self.count = size
        self.variables, self.phi = set(range(size)), phi


class Graph:
    """A gated linear program on an acyclic graph, or a part of one.

    Edges are (tail, head, parameter) with tail < head; no two are parallel or share a parameter, and none
    ends in a source. Parameters keep their numbers in a part: `size` counts those of the whole, `count` and
    `variables` are those of the part.
    """

    def __init__(self, size: int, edges: list, sources, outputs, gated):
        nodes = {v for edge in edges for v in edge[:2]}
        self.size, self.edges, self.count = size, edges, len(edges)
        self.sources, self.outputs, self.gated = (nodes & set(s) for s in (sources, outputs, gated))
        self.variables = {p for _, _, p in edges}
        self.into, self.out = {}, {}
        for u, v, p in edges:
            self.into.setdefault(v, []).append((u, p))
            self.out.setdefault(u, []).append((v, p))
        self.order = sorted(self.into)
        if not (len(self.variables) == len({edge[:2] for edge in edges}) == len(edges)
                and all(u < v for u, v, _ in edges) and not self.sources & self.into.keys()):
            raise Refused("parallel edges, a shared parameter, a cycle or an edge into a source")

    def reached(self, start, steps: dict) -> set:
        """The nodes of `start` and all that can be reached from them by `steps` (self.out or self.into)."""
        seen, todo = set(start), list(start)
        while todo:
            for v, _ in steps.get(todo.pop(), ()):
                if v not in seen:
                    seen.add(v)
                    todo.append(v)
        return seen


def read_system(value, parameters: int):
    """The system as a Graph or Polynomials; nothing is built unless it has this number of parameters."""
    def agree(size):
        if size != parameters:
            raise Refused(f"claim.parameters: the system has {size} parameters, not {parameters}")

    kind = value.get("type") if type(value) is dict else None
    choice(kind, "system.type", "mlp", "product", "polynomials")
    if kind == "product":
        record(value, "system", "type size")
        agree(integer(value["size"], "system.size", 1, WORD))
        return Graph(parameters, [(k, k + 1, k) for k in range(parameters)], [0], [parameters], [])
    if kind == "polynomials":
        record(value, "system", "type variables phi")
        names = items(value["variables"], "system.variables")
        for name in names:
            if type(name) is not str or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_\[\],]*", name):
                raise Refused(f"system.variables: {show(name)} is not the name of a variable")
        if len(set(names)) < len(names):
            raise Refused("system.variables: a name occurs twice")
        agree(len(names))
        phi = [polynomial(p, f"system.phi[{k}]", parameters)
               for k, p in enumerate(items(value["phi"], "system.phi"))]
        if not phi or any(not any(p) for p in phi):
            raise Refused("system.phi: there must be components, none of them constant")
        return Polynomials(parameters, phi)
    record(value, "system", "type dims activations bias")
    dims = integers(value["dims"], "system.dims", 1, WORD)
    if len(dims) < 2:
        raise Refused("system.dims: expected at least two widths")
    for activation in items(value["activations"], "system.activations", len(dims) - 2):
        choice(activation, "system.activations", "linear", "relu", "leaky_relu")
    layers = {"none": 0, "hidden": len(dims) - 2, "all": len(dims) - 1}
    biased = layers[choice(value["bias"], "system.bias", *layers)]  # the first so many layers have biases
    agree(sum(n * m for n, m in zip(dims, dims[1:])) + sum(dims[1:1 + biased]))
    return mlp(dims, value["activations"], biased)


def mlp(dims: list, activations: list, biased: int) -> Graph:
    """The graph of a multilayer network, its nodes and parameters numbered as the contract says."""
    constant, first = dims[0], dims[0] + (biased > 0)
    edges, gated, sources, before = [], [], range(first), range(dims[0])
    for k, width in enumerate(dims[1:]):
        layer = range(first, first + width)
        pairs = [(u, v) for v in layer for u in before] + [(constant, v) for v in layer if k < biased]
        edges += [(u, v, p) for p, (u, v) in enumerate(pairs, len(edges))]
        gated += layer if k < len(activations) and activations[k] != "linear" else ()
        before, first = layer, first + width
    return Graph(len(edges), edges, sources, before, gated)


def object_of(system: dict) -> str:
    """What the laws are laws of."""
    if system["type"] != "mlp":
        return "system"
    linear = system["activations"].count("linear")
    return "matrix product" if linear == len(system["activations"]) else "mixed" if linear else "path-lifting"


def normal(system: dict) -> dict:
    """A single layer has no hidden neurons to bias."""
    alone = system["type"] == "mlp" and len(system["dims"]) == 2 and system["bias"] == "hidden"
    return {**system, "bias": "none"} if alone else system


def name_of(system: dict) -> str:
    """The name of a system, as typed on the command line of the library if it has such a name."""
    if system["type"] == "product":
        return f"product {system['size']}"
    if system["type"] == "polynomials":
        return f"system of {len(system['phi'])} components in {len(system['variables'])} variables"
    activations, dims = system["activations"], "-".join(map(str, system["dims"]))
    uniform = set(activations) in (set(), {"linear"}, {"relu"})
    name = f"{activations[0] if activations else 'linear'} {dims}" if uniform else (
        f"mlp {dims} --activations {','.join(activations)}")
    return name + {"none": "", "hidden": " --bias", "all": " --bias all"}[normal(system)["bias"]]


def system_named(name: str):
    """The system of this name, or the string of digits when the name is `sha256 <hexadecimal digits>`."""
    wrong = WrongUsage(f"{ascii(name)} is no system such as 'linear 4-4-4-4', 'relu 2-3-1 --bias', "
                       "'product 6', 'mlp 5-6-4-3 --activations linear,relu' or 'sha256 <16 digits or more>'")
    words = name.replace("=", " ").split()
    kind, numbers, options = (words + ["", ""])[0], (words + ["", ""])[1], words[2:]
    if kind == "sha256" and re.fullmatch("[0-9a-f]{16,64}", numbers) and not options:
        return numbers
    if not re.fullmatch("[1-9][0-9]{0,9}(-[1-9][0-9]{0,9})*", numbers):
        raise wrong
    dims = [int(n) for n in numbers.split("-")]
    if kind == "product" and len(dims) == 1 and not options:
        return {"type": "product", "size": dims[0]}
    activations, bias = [kind] * (len(dims) - 2), "none"
    while options:
        option = options.pop(0)
        if option == "--bias":
            bias = options.pop(0) if options and options[0] in ("none", "hidden", "all") else "hidden"
        elif option == "--activations" and options and kind == "mlp":
            activations = options.pop(0).split(",")
        else:
            raise wrong
    if (kind not in ("linear", "relu", "mlp") or len(dims) < 2 or len(activations) != len(dims) - 2
            or not set(activations) <= {"linear", "relu", "leaky_relu"}):
        raise wrong
    return normal({"type": "mlp", "dims": dims, "activations": activations, "bias": bias})


def expect(system: dict, name: str) -> None:
    """Refuse a certificate that is of another system than the one named."""
    wanted = system_named(name)
    if fingerprint(system).startswith(wanted) if type(wanted) is str else normal(system) == wanted:
        return
    raise Refused(f"this is a certificate of {name_of(system)} (sha256 {fingerprint(system)}), not of {name}")
