"""Networks and systems from files and arrays: JSON, TOML, and NumPy archives for large graphs.
docs/files.md has the schemas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any

from pyconslaw.entries.foreign import read_rational
from pyconslaw.errors import InputError, LimitError
from pyconslaw.inputs import read_whole
from pyconslaw.networks.archives import read_arrays, read_weight_arrays
from pyconslaw.networks.arrays import dag_from_arrays as dag_from_arrays
from pyconslaw.networks.builders import mlp
from pyconslaw.networks.dag import dag
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.network import Network
from pyconslaw.networks.systems import System
from pyconslaw.networks.texts import FILE_LIMIT, read_text
from pyconslaw.networks.under import under_flow
from pyconslaw.records.graph import Parameter

EXACT_LIMIT = 4_000_000  # entries of a JSON file that become fractions, where weights are no more
LINE_LIMIT = 1_000_000  # lines of a list of laws
LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")  # as str.splitlines has them


def read_network(path) -> Network:
    """A network from a file: JSON, or TOML that says the same, or a NumPy archive.

    A network is {"nodes": [{"name", "kind"}, ...], "edges": [{"from", "to", ...}, ...], "outputs":
    [...]}, nodes and edges as in `dag`; "outputs" may be left out; a node may have "bias": true,
    which adds an edge from a constant node called "1", and "parameter" or "frozen" belong to edges.
    {"variables": [...], "phi": [...]} and {"variables": [...], "fields": [...]} are systems, as in
    `System`, perhaps with "drift"; {"matrices": {"Q": [128, 4096], "K": ...}, "products": ["Q^T K",
    ...]} is one of named matrices. All may have "flow", with "tau", "metric", "decay" and "rates",
    as in `under_flow`, networks "loss", as in `under_loss`. docs/files.md has the schema.

    Parameters
    ----------
    path : str or path
        A file that ends in .npz holds the arguments of `dag_from_arrays` as arrays; one that ends
        in .toml is read as TOML, all others as JSON.

    Returns
    -------
    Network

    Raises
    ------
    InputError
        Names the file and the place (also for malformed JSON, duplicate keys, NaN).
    LimitError
        For a file that is larger than what is read.
    OSError
        When the file cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
    ...     nodes = '{"name": "x", "kind": "input"}, {"name": "y", "kind": "linear", "bias": true}'
    ...     _ = file.write(f'{{"nodes": [{nodes}], "edges": [{{"from": "x", "to": "y"}}]}}')
    ...     file.flush()
    ...     read_network(file.name).entry_names
    ('W[y,x]', 'b[y]')
    """
    if not isinstance(path, str | PathLike):
        raise InputError(f"path: expected the path of a file, got {path!r:.80}")
    with _place(path):
        if str(path).endswith(".npz"):
            return dag_from_arrays(**read_arrays(path))
        return network_from_json(read_text(path))


@contextmanager
def _place(path) -> Iterator[None]:
    """Errors name the file. Errors: InputError, LimitError."""
    try:
        yield
    except (InputError, LimitError) as error:
        raise type(error)(f"{path}: {error}") from None
    except RecursionError:
        raise InputError(f"{path}: nested too deeply") from None
    # malformed JSON or TOML, wrong encoding, too many digits
    except ValueError as error:
        raise InputError(f"{path}: {error}") from None


def read_weights(path, parameters: Sequence[Parameter] | None = None, times: bool = True) -> Any:
    """Weights from a JSON or TOML file: a list of all entries, or an object {parameter: nested
    lists}, entries integers or texts such as "-2/3"; or arrays by name from an .npz archive.

    As `Network.flatten` takes them, with exact entries but where an archive has floats. parameters:
    whose weights they must be; arrays that are not are refused before they are unpacked. times:
    whether arrays may have leading axes. Errors: InputError, LimitError name the file; OSError when
    it cannot be read.
    """
    with _place(path):
        if str(path).endswith(".npz"):
            return read_weight_arrays(path, parameters, times)
        return _weights(read_text(path), parameters)


def _weights(value: Any, parameters: Sequence[Parameter] | None) -> Any:
    size = sum(p.size for p in parameters or ())
    entries = list(value.values()) if isinstance(value, dict) else value
    _check_count(entries, max(size, EXACT_LIMIT), "weights")
    if isinstance(value, dict):
        return {key: _exact(entries, "weights") for key, entries in value.items()}
    return _exact(value, "weights")


def _exact(value: Any, name: str) -> Any:
    if isinstance(value, list):
        return [_exact(entry, name) for entry in value]
    return read_rational(value, name)


def _check_count(value: Any, limit: int, name: str) -> None:
    """Errors: LimitError for more entries, which are counted before they take a fraction each."""
    count = _count(value)
    if count > limit:
        raise LimitError(f"{name}: {count} entries, more than {limit}")


def _count(value: Any) -> int:
    return sum(map(_count, value)) if isinstance(value, list) else 1


def read_question(path) -> tuple[Network, dict[str, Any]]:
    """A network and the other arguments of `analyze_function` from a JSON or TOML file.

    Errors: as of `read_weights`.
    """
    with _place(path):
        value = read_text(path)
        asked = {"network", "weights", "inputs"}
        if not isinstance(value, dict) or not asked <= set(value) <= asked | {"loss", "slope"}:
            raise InputError(
                "expected an object with network, weights, inputs and perhaps loss and slope"
            )
        network = layered_or_graph(value["network"])
        _check_count(value["inputs"], EXACT_LIMIT, "inputs")
        given = {
            "weights": _weights(value["weights"], network.parameters),
            "inputs": _exact(value["inputs"], "inputs"),
        }
        given |= {"loss": value["loss"]} if "loss" in value else {}
        if "slope" in value:
            _check_count(value["slope"], 1, "slope")
            given["slope"] = _exact(value["slope"], "slope")
        return network, given


def layered_or_graph(value: Any) -> Network:
    """The network of an object with dims, activations and bias, as of `mlp`, or of a file."""
    if not isinstance(value, dict) or "dims" not in value:
        return network_from_json(value)
    if not set(value) <= {"dims", "activations", "bias"} or not isinstance(value["dims"], list):
        raise InputError("network: expected dims, a list, and perhaps activations and bias")
    return mlp(**value)


def read_lines(path) -> list[str]:
    """The lines of a text that are neither empty nor begin with # or %. Errors: as of
    `read_weights`.
    """
    with _place(path):
        listed: list[str] = []
        for count, found in enumerate(LINE.finditer(read_whole(path, FILE_LIMIT).decode()), 1):
            if count > LINE_LIMIT:
                raise LimitError(f"more than {LINE_LIMIT} lines")
            line = found[0].strip()
            listed += [line] if line and line[0] not in "#%" else []
    return listed


FLOW_KEYS = ("flow", "tau", "metric", "decay", "rates")


def network_from_json(value: Any) -> Network:
    """The network or system of a parsed JSON object, as in `read_network`."""
    if isinstance(value, Mapping) and "variables" in value:
        return system_from_json(value)
    if isinstance(value, Mapping) and "matrices" in value:
        return products_from_json(value)
    if isinstance(value, Mapping) and set(value) & set(FLOW_KEYS):
        plain = {key: item for key, item in value.items() if key not in FLOW_KEYS}
        return under_flow(network_from_json(plain), **_flow(value))
    if isinstance(value, Mapping) and "loss" in value:
        if value["loss"] is None:
            raise InputError("loss: expected no null")
        plain = {key: item for key, item in value.items() if key != "loss"}
        return under_loss(network_from_json(plain), value["loss"])
    if not isinstance(value, Mapping) or not {"nodes", "edges"} <= set(value) <= {
        "nodes",
        "edges",
        "outputs",
    }:
        raise InputError(
            "expected an object with nodes, edges and perhaps outputs (and loss, flow, tau, "
            "metric, decay, rates), or with variables and phi or fields, or with matrices and "
            "products"
        )
    for key in value:
        if not isinstance(value[key], list):
            raise InputError(f"{key}: expected a list, got {type(value[key]).__name__}")
    nodes, biased = [], []
    for k, node in enumerate(value["nodes"]):
        if not isinstance(node, Mapping) or not {"name", "kind"} <= set(node) <= {
            "name",
            "kind",
            "bias",
            "parameter",
        }:
            raise InputError(
                f"nodes[{k}]: expected an object with name, kind and perhaps bias or parameter"
            )
        if not isinstance(node.get("bias", False), bool):
            raise InputError(f"nodes[{k}].bias: expected true or false, got {node['bias']!r}")
        nodes.append((node["name"], node["kind"], node.get("parameter")))
        biased += [node["name"]] if node.get("bias") else []
    edges = [*value["edges"], *({"from": "1", "to": name} for name in biased)]
    if biased and ("1", "constant", None) not in nodes:
        nodes.append(("1", "constant", None))
    return dag(nodes, edges, value.get("outputs"))


def system_from_json(value: Mapping) -> System:
    """The system of a parsed JSON object with variables, phi or fields, perhaps drift, and perhaps
    a flow; entries are strings or integers.
    """
    if set(value) - {"drift", *FLOW_KEYS} not in ({"variables", "phi"}, {"variables", "fields"}):
        raise InputError(
            "expected an object with variables and either phi or fields, perhaps drift, "
            "and perhaps flow, tau, metric, decay and rates, got "
            f"{', '.join(sorted(map(repr, value)))}"
        )
    for key in set(value) - {"drift", *FLOW_KEYS}:
        if not isinstance(value[key], list):
            raise InputError(f"{key}: expected a list, got {type(value[key]).__name__}")
    if not isinstance(value.get("drift", []), list | Mapping):
        raise InputError(
            f"drift: expected a list or an object, got {type(value['drift']).__name__}"
        )
    plain = {key: item for key, item in value.items() if key not in FLOW_KEYS}
    return System(**plain, **_flow(value))


def products_from_json(value: Mapping) -> System:
    """The system of a parsed JSON object with matrices, names and their shapes, and products, texts
    such as "Q^T K", and perhaps a flow.
    """
    if set(value) - set(FLOW_KEYS) != {"matrices", "products"}:
        raise InputError(
            "expected an object with matrices and products, and perhaps flow, tau, metric, decay "
            "and rates, got "
            f"{', '.join(sorted(map(repr, value)))}"
        )
    for key, kind in (("matrices", Mapping), ("products", list)):
        if not isinstance(value[key], kind):
            raise InputError(f"{key}: expected {'a list' if kind is list else 'an object'}")
    for name, shape in value["matrices"].items():
        if not isinstance(shape, list):
            raise InputError(f"matrices.{name:.80}: expected a list such as [128, 4096]")
    return System(value["matrices"], phi=value["products"], **_flow(value))


def _flow(value: Mapping) -> dict[str, Any]:
    """The keys of a flow, which may not be null."""
    given = {key: value[key] for key in FLOW_KEYS if key in value}
    for key, item in given.items():
        if item is None:
            raise InputError(f"{key}: expected no null")
    return given if "flow" in given else {"flow": None, **given}
