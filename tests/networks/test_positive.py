"""nmf and icnn: which weights are entropic; by name on the command line."""

import pytest

from pyconslaw import InputError, icnn, known_laws, linear, mlp, network_of, nmf, under_flow


def test_nmf():
    net = nmf([3, 2, 2])
    assert net.spec == linear([3, 2, 2], flow="mirror").spec == network_of("nmf", "3-2-2").spec
    assert [str(law) for law in known_laws(net)] == [
        f"W2[0,{k}] + W2[1,{k}] - W1[{k},0] - W1[{k},1] - W1[{k},2]" for k in range(2)
    ]
    assert (
        nmf([3, 2, 2], flow="dual-momentum", tau=2).spec
        == network_of("nmf", "3-2-2", flow="dual-momentum", tau="2").spec
    )
    assert (
        nmf([2, 2, 2], flow=None).spec == linear([2, 2, 2]).spec
        and nmf([2, 2, 2], metric="1").spec["metric"] is not None
    )


def test_icnn():
    net = icnn([2, 2, 1, 1], True)
    assert (
        net.spec
        == under_flow(
            mlp([2, 2, 1, 1], bias=True), "mirror", metric={"W2": "entropic", "W3": "1/self"}
        ).spec
    )
    assert net.spec == network_of("icnn", "2-2-1-1", bias=True).spec
    assert (
        icnn([2, 2, 1], flow="momentum").spec
        == mlp([2, 2, 1], flow="momentum").spec
        == network_of("icnn", "2-2-1", flow="momentum").spec
    )
    assert sorted(str(law) for law in known_laws(icnn([2, 1, 1], bias=True))) == [
        "W1[0,0]^2 + W1[0,1]^2 + b1[0]^2 - 2*W2[0,0]"
    ]


@pytest.mark.parametrize(
    "words, message",
    [
        ({"kind": "icnn", "size": "2-1"}, "^dims: expected at least one hidden layer"),
        ({"kind": "nmf", "size": "2-2-2", "bias": True}, "^bias: belongs"),
        ({"kind": "nmf", "size": "2-2-2", "activations": "relu"}, "^activations: belongs"),
        ({"kind": "icnn", "size": "2-2-2", "metric": "1"}, "^metric: belongs"),
        ({"kind": "nmf", "size": "2-x"}, "^dims: "),
        ({"kind": "nmf", "size": "2-2-2", "flow": "adam"}, "^flow: "),
    ],
)
def test_refusals(words, message):
    with pytest.raises(InputError, match=message):
        network_of(**words)
