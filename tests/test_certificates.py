"""Certificates: what they hold, of every kind, and reports of something else beside them."""

import hashlib
import json

import pytest
from named import COUNTS, build

from pyconslaw import (
    InputError,
    analyze,
    certify,
    linear,
    polynomial_system,
    product,
    tied_autoencoder,
)
from pyconslaw.verify import verify_bytes


def test_a_report_of_another_network_is_refused():
    with pytest.raises(InputError, match="^report: "):
        certify(linear([2, 2, 2]), report=analyze(linear([3, 3, 3])))


def test_a_report_of_another_system_of_the_same_shape_is_refused():
    """Both are called `system of 1 components in 2 variables`: the certificate would prove
    nothing.
    """
    first, second = (
        polynomial_system(["x", "y"], ["x*y"]),
        polynomial_system(["x", "y"], ["x^2*y + y"]),
    )
    with pytest.raises(InputError, match="^report: "):
        certify(first, report=analyze(second))


@pytest.mark.parametrize(
    "name",
    ["linear 3-3-3", "mlp 5-6-4-3 --activations linear,relu", "linear 2-1-2-2-1-2", "product 6"],
)
def test_certificates_hold_what_the_schema_says(name):
    net = build(name)
    certificate = certify(net)
    value = certificate.json
    assert set(value) == {"format", "version", "system", "claim", "lower", "upper", "hash"}
    assert value["claim"] == {"object": net.object, "parameters": net.size, "laws": COUNTS[name]}
    assert value["system"] == net.spec
    body = {k: v for k, v in value.items() if k != "hash"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    assert value["hash"] == hashlib.sha256(text.encode()).hexdigest()
    assert (
        certificate.bytes
        == json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    )
    assert len(value["lower"]["words"]) == len(value["lower"]["pivots"]) == net.size - COUNTS[name]


@pytest.mark.parametrize(
    ("variables", "phi", "laws", "kind"),
    [
        ("xyz", ["x^2*y + z/3"], 2, "single-generator"),
        ("xyz", ["x*y", "y*z"], 1, "polynomial-laws"),
        # letters are 0 and 3
        ("xyz", ["x*y", "3*x*y", "x*y/7", "y*z", "y*z + x*y"], 1, "polynomial-laws"),
        ("xyz", ["x^3*y + z", "x*z^2 - y^3"], 0, "polynomial-laws"),
        ("abcde", ["a^2*b + c^3", "d^2*e"], 3, "closing-algebra"),
        ("abcde", ["2*a^2*b + 2*c^3", "a^2*b + c^3", "d^2*e"], 3, "closing-algebra"),
    ],
)
def test_certificates_of_systems(variables, phi, laws, kind):
    net = polynomial_system(variables, phi)
    certificate = certify(net)
    assert certificate.json["upper"]["kind"] == kind
    accepted = verify_bytes(certificate.bytes)
    assert (accepted.laws, accepted.object, accepted.parameters) == (laws, "system", len(variables))


@pytest.mark.parametrize(("dims", "laws"), [([2, 3], 2), ([3, 4], 3), ([2, 5], 6)])
def test_the_algebra_of_a_graph_closes(dims, laws):
    """Tied linear autoencoders: phi = W^T W with W tall moves a plane by gl(n), and what is
    conserved is the plane.
    """
    net = tied_autoencoder(dims, "linear")
    certificate = certify(net)
    assert certificate.json["upper"]["kind"] == "closing-algebra"
    accepted = verify_bytes(certificate.bytes)
    assert (accepted.laws, accepted.object, accepted.rank) == (laws, "matrix product", dims[0] ** 2)


def test_certificate_files(tmp_path):
    certificate = certify(product(3))
    path = certificate.write(tmp_path / "c.json")
    assert path.read_bytes() == certificate.bytes
