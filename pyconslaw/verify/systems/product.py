"""phi = x_1 x_2 ... x_D, as a chain of D edges."""

from ..reading import WORD, integer, record
from .graph import Graph


def read(value: dict, agree) -> Graph:
    record(value, "system", "type size")
    size = integer(value["size"], "system.size", 1, WORD)
    agree(size)
    return Graph(size, [(k, k + 1, k) for k in range(size)], [0], [size], [])


def object_of(system: dict) -> str:
    return "system"


def name_of(system: dict) -> str:
    return f"product {system['size']}"
