"""Random `dag` systems: outputs that feed on, neurons that nothing reaches, ties, frozen edges."""

KINDS = ("linear", "linear", "relu", "leaky_relu", "abs")


def draw(rng, frozen=0.12, tied=0.13, weights=(1, 1, 2, -3), kinds=KINDS):
    """One to three inputs, perhaps a constant, one to six hidden neurons, one or two outputs,
    half the edges.

    A third of them have a neuron that nothing but, perhaps, edges from sources passes by: often one
    to split at.
    """
    nodes = ["input"] * rng.randint(1, 3) + ["constant"] * (rng.random() < 0.4)
    hidden = [rng.choice(kinds) for _ in range(rng.randint(1, 6))]
    last = [rng.choice(("linear", "linear", "linear", "relu")) for _ in range(rng.randint(1, 2))]
    nodes += hidden + last
    outputs = list(range(len(nodes) - len(last), len(nodes)))
    if rng.random() < 0.2:
        outputs.insert(0, rng.randrange(len(nodes) - len(last) - len(hidden), outputs[0]))
    if rng.random() < 0.2:  # a source after neurons
        place = rng.randrange(1, len(nodes))
        nodes.insert(place, "input")
        outputs = [v + (v >= place) for v in outputs]
    neurons = [v for v, kind in enumerate(nodes) if kind not in ("input", "constant")]
    narrow = rng.choice(neurons) if rng.random() < 0.35 else None
    passing = rng.random() < 0.5

    names, edges, constant = {}, [], []
    for h in neurons:
        for t in range(h):
            by = narrow is not None and t < narrow < h and (t in neurons or not passing)
            if rng.random() >= 0.5 and narrow not in (t, h) or by:
                continue
            at = narrow in (t, h)
            luck = rng.random()
            if luck < frozen and not at:
                constant.append([t, h, rng.choice(weights)])
            else:
                name = rng.choice("abc") if luck < frozen + tied and not at else (t, h)
                edges.append([t, h, names.setdefault(name, len(names))])
    if not edges:
        return draw(rng, frozen, tied, weights, kinds)
    return {"type": "dag", "nodes": nodes, "outputs": outputs, "edges": edges, "frozen": constant}


def network(system):
    """The system built with the library, which numbers the nodes in its own order."""
    import pyconslaw as P

    edges = [P.Edge(f"n{t}", f"n{h}", parameter=f"p{k}") for t, h, k in system["edges"]]
    edges += [P.Edge(f"n{t}", f"n{h}", frozen=w) for t, h, w in system["frozen"]]
    return P.dag(
        [(f"n{v}", kind) for v, kind in enumerate(system["nodes"])],
        edges,
        [f"n{v}" for v in system["outputs"]],
    )
