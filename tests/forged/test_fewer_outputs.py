"""Graphs that read differences of outputs, which have as many laws as with one output less: each
condition broken alone, and whatever else a forger does.
"""

import copy
import itertools

import pytest

from pyconslaw import Edge, certify, dag, linear, under_loss
from pyconslaw.networks.dag import network_of_graph
from pyconslaw.reasons.fewer_outputs import with_fewer_outputs

from . import oracle
from .forge import DIFFERENCES, judge, real, reason_of, refused, sealed
from .test_many import a_few

COUNT, LAWS = {"kind": "spanning-paths"}, {"kind": "potentials"}


def differences(system, lower=COUNT, upper=LAWS, laws=0):
    """A claim about a graph by this kind of both bounds."""
    size = len({p for *_, p in system["edges"]})
    return {
        "format": "pyconslaw-certificate",
        "version": 1,
        "system": system,
        "claim": {"object": oracle.kind(system), "parameters": size, "laws": laws},
        "lower": {"kind": "fewer-outputs", "base": lower},
        "upper": {"kind": "fewer-outputs", "base": upper},
    }


def every_claim(system):
    """The reasons why numbers of laws are refused; what is accepted is true, says the judge."""
    reasons = []
    for laws in range(len({p for *_, p in system["edges"]}) + 1):
        body = differences(system, laws=laws)
        if not judge(body):
            reasons.append(reason_of(sealed(body)))
    return reasons


@pytest.mark.parametrize("name", DIFFERENCES)
def test_real_ones(name):
    body = real(name)
    assert judge(body)
    assert {body[half]["kind"] for half in ("lower", "upper")} == {"fewer-outputs"}
    size = body["claim"]["parameters"]
    assert len(every_claim(body["system"])) == size
    for change in ({"words": []}, {"prime": 7}, {"rank": 3}):
        for half in ("lower", "upper"):
            refused({**body, half: {**body[half], **change}})


NODES = {
    "x": "input",
    "h": "relu",
    "o": "linear",
    "p": "linear",
    "q": "linear",
    "d": "linear",
    "e": "linear",
}
READ = [("x", "h"), *((t, o) for o in "opq" for t in "xh")]
HEADS = [("o", "d", 1), ("q", "d", -1), ("p", "e", 1), ("q", "e", -1)]


def system_of(nodes=NODES, read=READ, heads=HEADS, outputs="de"):
    edges = [*read, *(Edge(u, v, frozen=w) for u, v, w in heads)]
    return dict(dag(nodes, edges, list(outputs)).spec)


def test_what_is_changed_is_true():
    assert judge(differences(system_of(), laws=3))


def without(edges, *ends):
    return [edge for edge in edges if tuple(edge[:2]) not in ends]


BROKEN = {
    "an output with a gate": (system_of(NODES | {"d": "relu"}), "without gates"),
    "a node with a gate": (system_of(NODES | {"o": "relu"}), "without gates"),
    "the last node with a gate": (system_of(NODES | {"q": "abs"}), "without gates"),
    "a sum": (system_of(heads=[("o", "d", 1), ("q", "d", 1), *HEADS[2:]]), "not the difference"),
    "twice": (system_of(heads=[("o", "d", 2), *HEADS[1:]]), "not the difference"),
    "twice less": (system_of(heads=[HEADS[0], ("q", "d", -2), *HEADS[2:]]), "not the difference"),
    "less alone": (system_of(heads=HEADS[1:]), "not the difference"),
    "three in one": (system_of(heads=[*HEADS, ("p", "d", 1)]), "not the difference"),
    "the input too": (system_of(read=[*READ, ("x", "d")]), "not the difference"),
    "a weight of its own": (
        system_of(read=[*READ, ("o", "d")], heads=HEADS[1:]),
        "not the difference",
    ),
    "an output that is read": (
        system_of(NODES | {"z": "linear"}, [*READ, ("d", "z")], outputs="dez"),
        "not the difference",
    ),
    "other last ones": (
        system_of(heads=[("o", "d", 1), ("q", "d", -1), ("o", "e", 1), ("p", "e", -1)]),
        "to one node",
    ),
    "one of them twice": (
        system_of(heads=[HEADS[0], HEADS[1], ("o", "e", 1), ("q", "e", -1)]),
        "to one node",
    ),
    "the others alone": (system_of(outputs="dep"), "not the difference"),
    "fed by others": (system_of(read=without(READ, ("x", "o"))), "not fed by the same"),
    "the last fed by others": (system_of(read=without(READ, ("h", "q"))), "not fed by the same"),
    "a frozen edge": (
        system_of(read=[*without(READ, ("x", "o")), Edge("x", "o", frozen=1)]),
        "no parameter of its own",
    ),
    "a tied edge": (
        system_of(
            read=[
                *without(READ, ("x", "o"), ("x", "p")),
                Edge("x", "o", "s"),
                Edge("x", "p", "s"),
            ]
        ),
        "no parameter of its own",
    ),
    "tied to another": (
        system_of(
            read=[
                *without(READ, ("x", "h"), ("h", "q")),
                Edge("x", "h", "s"),
                Edge("h", "q", "s"),
            ]
        ),
        "no parameter of its own",
    ),
    "read by another": (
        system_of(NODES | {"z": "linear"}, [*READ, ("o", "z")]),
        "read by others",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_condition(name):
    system, reason = BROKEN[name]
    reasons = every_claim(system)
    assert reasons and all(reason in found for found in reasons), reasons[0]


def test_chains_of_differences():
    """Differences of differences are none of nodes with weights of their own."""
    twice = under_loss(under_loss(linear([1, 3]), "softmax"), "softmax")
    reasons = every_claim(dict(twice.spec))
    assert all("no parameter of its own" in reason for reason in reasons)
    nested = differences(system_of(), differences({**system_of()})["lower"], laws=3)
    assert "not the difference" in refused(nested)


def test_other_proofs_inside():
    """Brackets and balance laws of the smaller graph, and of none else."""
    network = under_loss(linear([2, 2, 3]), "softmax")
    system = dict(network.spec)
    less = with_fewer_outputs(network.graph)
    base = certify(
        network_of_graph(less, network.spec.codes, network.parameters, network.make_node_names)
    ).json
    assert base["system"]["frozen"] == [] and base["system"]["nodes"] == system["nodes"]
    body = differences(system, base["lower"], base["upper"], base["claim"]["laws"])
    assert judge(body)
    assert {base["lower"]["kind"], base["upper"]["kind"]} == {"bracket-words", "balance-laws"}
    for half in ("lower", "upper"):
        bare = copy.deepcopy(body)
        bare[half] = bare[half]["base"]
        judge(bare)
        for inner, other in itertools.product([base["lower"], base["upper"]], repeat=2):
            judge(differences(system, inner, other, base["claim"]["laws"]))


def test_no_graph():
    for name in ("linear 2-2-2", "polynomial laws", "fields, laws", "product 6"):
        body = real(name)
        judge({**body, "lower": {"kind": "fewer-outputs", "base": body["lower"]}})
        judge({**body, "upper": {"kind": "fewer-outputs", "base": body["upper"]}})
        assert not judge({**body, "upper": {"kind": "fewer-outputs", "base": LAWS}})


def test_random_forgeries(fresh_seed):
    a_few("fewer-outputs", fresh_seed)
