"""What people see of a network, beside what is computed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyconslaw.records.graph import Parameter
from pyconslaw.records.polynomial import Polynomial


@dataclass(frozen=True, eq=False)
class Description:
    """What people see of a network, and what stands in its certificates.

    name: as typed on the command line. spec: its JSON form. parameters: in the order in which they
    are flattened, row-major. object: what phi is, in words. make_node_names: makes the names of the
    nodes of its graph. labels: names of its vector fields, if they have their own. poles: the
    denominators that its vector fields were multiplied by.
    """

    name: str
    spec: Mapping[str, Any]
    parameters: tuple[Parameter, ...]
    object: str
    make_node_names: Callable[[], tuple[str, ...]] = tuple
    labels: Sequence[str] = ()
    poles: tuple[Polynomial, ...] = ()
