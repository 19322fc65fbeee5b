"""True certificates are accepted, and said to be what they are."""

import hashlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import handmade_certificates as made  # noqa: E402
import handmade_polynomials as polys  # noqa: E402
import handmade_systems as systems  # noqa: E402
import handmade_truths as truths  # noqa: E402
import oracle  # noqa: E402

from pyconslaw.verify import Refused, verify_bytes, verify_file  # noqa: E402
from pyconslaw.verify.systems import name_of  # noqa: E402
from pyconslaw.verify.systems.names import WrongUsage, system_named  # noqa: E402


@pytest.mark.parametrize("name", truths.TRUE)
def test_true_certificate(name):
    system, laws, _ = truths.TRUE[name]
    found = verify_bytes(made.data(truths.true(name)))
    assert (found.laws, found.object, found.prime) == (laws, systems.objects(system), polys.Q)
    assert found.rank == found.parameters - laws
    assert f"exactly {laws} independent" in found.statement and found.system in found.statement
    assert found.system in name or system["type"] in ("polynomials", "dag")
    if system["type"] == "dag":
        assert laws == oracle.laws(system)


def test_statement_and_reasons():
    found = verify_bytes(made.data(truths.true("linear 2-2-2")))
    assert found.statement == (
        "linear 2-2-2 (matrix product, 8 parameters): exactly 3 independent conservation "
        "laws near a generic "
        "point; "
        "lower bound: 5 independent bracket values at an integer point modulo the prime "
        f"{polys.Q}; "
        "upper bound: 5 by balance laws (3 independent)"
    )
    found = verify_bytes(made.data(truths.true("product 4 by splits")))
    assert found.reasons == (
        "split at node 2",
        "  before node 2: split at node 1",
        "    before node 1: a single generator (at most 1)",
        "    after node 1: a single generator (at most 1)",
        "  after node 2: polynomial laws (1 independent)",
    )


def test_file(tmp_path):
    path = tmp_path / "c.json"
    path.write_bytes(made.data(truths.true("linear 2-2-2")))
    assert verify_file(path, "linear 2-2-2").laws == verify_file(str(path)).laws == 3


@pytest.mark.parametrize(
    "name, system",
    [
        ("linear 3-3-3", systems.mlp(3, 3, 3)),
        ("linear 3-2", systems.mlp(3, 2)),
        ("linear 3-2 --bias all", systems.mlp(3, 2, bias="all")),
        ("relu 2-3-1 --bias", systems.mlp(2, 3, 1, activations="relu", bias="hidden")),
        ("relu 2-3-1 --bias all", systems.mlp(2, 3, 1, activations="relu", bias="all")),
        (
            "mlp 5-6-4-3 --activations linear,relu",
            systems.mlp(5, 6, 4, 3, activations=["linear", "relu"]),
        ),
        (
            "mlp 5-6-3 --activations leaky_relu --bias all",
            systems.mlp(5, 6, 3, activations="leaky_relu", bias="all"),
        ),
        ("product 6", systems.product(6)),
    ],
)
def test_names_there_and_back(name, system):
    assert name_of(system) == name
    assert system_named(name) == system


@pytest.mark.parametrize(
    "name, canonical",
    [
        ("  relu   2-3-1  --bias hidden", "relu 2-3-1 --bias"),
        ("relu 2-3-1 --bias=all", "relu 2-3-1 --bias all"),
        ("relu 2-3-1 --bias none", "relu 2-3-1"),
        ("mlp 2-3-1 --bias --activations relu", "relu 2-3-1 --bias"),
        ("mlp 2-3-2-1 --activations=linear,linear", "linear 2-3-2-1"),
        ("relu 3-2 --bias", "linear 3-2"),
    ],
)
def test_other_ways_to_type(name, canonical):
    assert name_of(system_named(name)) == canonical


@pytest.mark.parametrize(
    "name",
    [
        "",
        "linear",
        "linear 3",
        "linear 3-0-3",
        "linear 03-3",
        "linear 3--3",
        "linear 3-3 3",
        "conv 3-3",
        "3-3-3",
        "linear 3-3 --activations linear",
        "mlp 3-3-3",
        "mlp 3-3-3 --activations",
        "mlp 3-3-3 --activations tanh",
        "mlp 3-3-3 --activations relu,relu",
        "product 2-2",
        "product 3 --bias",
        "relu 2-2 --verbose",
        "sha256 abc",
        "sha256 0123456789ABCDEF",
        "linear 3-3\x00",
        "linear \u0663-\u0663",
        "linear 99999999999-1",
        "system of 1 components in 3 variables",
    ],
)
def test_no_name_of_a_system(name):
    with pytest.raises(WrongUsage):
        system_named(name)


def test_single_layer_with_hidden_bias_has_none():
    system = systems.mlp(2, 1, bias="hidden")
    data = made.data(made.certificate(system, 0, made.none(2)))
    assert verify_bytes(data, "linear 2-1").system == "linear 2-1"
    assert verify_bytes(data, "relu 2-1 --bias").parameters == 2


def test_expected_system():
    data = made.data(truths.true("linear 2-2-2"))
    assert verify_bytes(data, "mlp 2-2-2 --activations linear").laws == 3
    for other in ("linear 2-2-2 --bias", "relu 2-2-2", "linear 2-2-2-2", "product 8"):
        with pytest.raises(
            Refused, match="this is a certificate of linear 2-2-2 .*, not of " + other
        ):
            verify_bytes(data, other)
    with pytest.raises(WrongUsage):
        verify_bytes(data, "something")


def test_expected_polynomials():
    certificate = truths.true("motion")
    digits = hashlib.sha256(made.text(certificate["system"]).encode()).hexdigest()
    for length in (16, 40, 64):
        assert digits in verify_bytes(made.data(certificate), f"sha256 {digits[:length]}").statement
    with pytest.raises(
        Refused, match="this is a certificate of system of 2 components in 4 variables"
    ):
        verify_bytes(made.data(certificate), "sha256 " + "0" * 16)
