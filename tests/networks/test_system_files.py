"""Systems from JSON and TOML files: read strictly, refused with the file and the place."""

import json

import pytest

from pyconslaw import InputError, System, network_of, read_network

ROW = {"variables": ["x1", "x2", "x3"], "fields": [["x1/10", "2*x2/10", "-3*x3/10"]]}
TOML = """
variables = ["x", "y"]     # a rotation
fields = [["y", "-x"], {x = 0, y = "x^2/(1 + y)"}]
"""


def file(folder, text, name="sys.json"):
    path = folder / name
    path.write_text(text if isinstance(text, str) else json.dumps(text))
    return str(path)


def test_json(tmp_path):
    path = file(tmp_path, ROW)
    assert read_network(path).spec == network_of("system", path).spec == System(**ROW).spec
    phi = {"variables": ["x", "y"], "phi": ["x*y", "x^2/3"]}
    assert read_network(file(tmp_path, phi)).spec == System(**phi).spec


def test_toml(tmp_path):
    wanted = System(["x", "y"], fields=[["y", "-x"], {"y": "x^2/(1 + y)"}])
    assert network_of("system", file(tmp_path, TOML, "sys.toml")).spec == wanted.spec


def test_networks_are_read_from_toml_too(tmp_path):
    text = """
outputs = ["y"]
[[nodes]]
name = "x"
kind = "input"
[[nodes]]
name = "y"
kind = "linear"
[[edges]]
from = "x"
to = "y"
"""
    assert read_network(file(tmp_path, text, "net.toml")).entry_names == ("W[y,x]",)


BAD = {
    "duplicate key": ('{"variables": ["x"], "variables": ["y"], "phi": ["x"]}', "twice"),
    "duplicate in a field": ('{"variables": ["x"], "fields": [{"x": 1, "x": 2}]}', "twice"),
    "nan": ('{"variables": ["x"], "fields": [[NaN]]}', "NaN"),
    "infinity": ('{"variables": ["x"], "fields": [[-Infinity]]}', "Infinity"),
    "float": (
        '{"variables": ["x"], "fields": [[0.1]]}',
        r"fields\[0\]\[0\]: expected an exact number",
    ),
    "unknown key": ('{"variables": ["x"], "phi": ["x"], "name": "s"}', "'name'"),
    "both": ('{"variables": ["x"], "phi": ["x"], "fields": [["x"]]}', "either phi or fields"),
    "neither": ('{"variables": ["x"]}', "either phi or fields"),
    "null": ('{"variables": ["x"], "phi": null}', "phi: expected a list"),
    "text": ('{"variables": "x", "phi": ["x"]}', "variables: expected a list"),
    "entry": (
        '{"variables": ["x"], "fields": [["x*z"]]}',
        r"fields\[0\]\[0\]: unknown variable 'z' at character 2",
    ),
    "list entry": (
        '{"variables": ["x"], "fields": [[["x"]]]}',
        r"fields\[0\]\[0\]: expected a string",
    ),
    "true": ('{"variables": ["x"], "fields": [[true]]}', r"fields\[0\]\[0\]"),
    "empty": ("", "Expecting"),
    "not JSON": ("{", "Expecting"),
    "deep": ("[" * 100_000, "nested"),
    "digits": ('{"variables": ["x"], "phi": [' + "9" * 5000 + "]}", "digits"),
    "bits": ('{"variables": ["x"], "fields": [[' + "9" * 4000 + "]]}", "bits"),
}
BAD_TOML = {
    "duplicate key": ('variables = ["x"]\nvariables = ["y"]', "overwrite"),
    "nan": ('variables = ["x"]\nfields = [[nan]]', "exact"),
    "date": ('variables = ["x"]\nfields = [[1979-05-27]]', "date"),
    "not TOML": ("variables = [", "nvalid"),
    "network": ("a = 1", "nodes"),
}


@pytest.mark.parametrize("kind", [*BAD, *(f"toml {key}" for key in BAD_TOML)])
def test_refused(kind, tmp_path):
    toml = kind.startswith("toml ")
    text, what = BAD_TOML[kind[5:]] if toml else BAD[kind]
    path = file(tmp_path, text, "sys.toml" if toml else "sys.json")
    with pytest.raises(InputError, match=what) as caught:
        network_of("system", path)
    assert str(caught.value).startswith(path)


def test_other_refusals(tmp_path):
    net = file(
        tmp_path,
        {
            "nodes": [{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear"}],
            "edges": [{"from": "x", "to": "y"}],
        },
    )
    with pytest.raises(InputError, match="expected a system"):
        network_of("system", net)
    path = file(tmp_path, ROW)
    with pytest.raises(InputError, match="^bias: belongs to linear, .*, not to system"):
        network_of("system", path, bias=True)
    with pytest.raises(InputError, match="^activations: belongs to mlp, .*, not to system"):
        network_of("system", path, "relu")
    for wrong in (5, None, ["a"]):
        with pytest.raises(InputError, match="^path: expected"):
            network_of("system", wrong)
    with pytest.raises(InputError):
        network_of("system", "a\0b")
    with pytest.raises(OSError):
        network_of("system", str(tmp_path / "nothing.json"))
    broken = tmp_path / "latin.json"
    broken.write_bytes(b'{"variables": ["\xe9"]}')
    with pytest.raises(InputError, match="utf-8"):
        read_network(broken)
