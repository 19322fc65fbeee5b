"""What an answer of today may have changed of an old one: more keys, more rows, not the values."""

import re

# times, random choices, and texts that say how something was found: the types only
FREE = {
    "seconds", "method", "memory", "primes", "prime", "point", "pivots", "generators", "searched",
    "error_bound", "hash",
}  # fmt: skip
# what follows from the method: free as well where `method` has changed
BY_METHOD = {"upper_by", "rank_by_round", "notes", "reason", "evidence"}
# of proofs, which depend on random choices throughout: the keys and the kinds
PROOFS = {"lower", "upper", "evidence"}
NUMBERS = re.compile(r"(?<=modulo )\d+|(?<=modulo the prime )\d+|\d+(\.\d+)?e-?\d+")


def differences(old, new, path: str = "answer", free: frozenset = frozenset(FREE)) -> list[str]:
    """Where `new` does not say what `old` said, in words; empty when it says that and perhaps more.

    Values of the keys in `free` need to be of the same type only.
    """
    if sort(old) != sort(new):
        return [f"{path}: {old!r} has become {new!r}"]
    if isinstance(old, dict):
        return of_objects(old, new, path, free)
    if isinstance(old, list):
        return of_lists(old, new, path, free)
    if isinstance(old, str):
        old, new = plain(old), plain(new)
    return [] if old == new else [f"{path}: {old!r} has become {new!r}"]


def of_objects(old: dict, new: dict, path: str, free: frozenset) -> list[str]:
    if old.get("method") != new.get("method"):
        free |= BY_METHOD
    found = [f"{path}.{key}: missing" for key in old if key not in new]
    for key in old.keys() & new.keys():
        here = f"{path}.{key}"
        if key in PROOFS and isinstance(old[key], dict) and isinstance(new[key], dict):
            found += of_proofs(old[key], new[key], here, key in free)
        elif key == "upper_by" and key not in free:  # the same numbers, perhaps by a better reason
            found += [f"{here}: {new[key]!r}"] * (numbers(old[key]) != numbers(new[key]))
        elif key in free:
            found += [f"{here}: another type"] * (sort(old[key]) != sort(new[key]))
        elif key == "right" and type(old[key]) is int:  # rows may be added to a table
            found += [f"{here}: fewer"] * (not new[key] >= old[key])
        else:
            found += differences(old[key], new[key], here, free)
    return found


def of_proofs(old: dict, new: dict, path: str, other: bool) -> list[str]:
    """Of a proof of the same kind the same keys; of another kind, where that may be, its kind."""
    if other and old.get("kind") != new.get("kind"):
        return [] if isinstance(new.get("kind"), str) else [f"{path}.kind: missing"]
    if old.get("kind") != new.get("kind"):
        return [f"{path}.kind: {old.get('kind')!r} has become {new.get('kind')!r}"]
    return [f"{path}.{key}: missing" for key in old if sort(old[key]) != sort(new.get(key))]


def of_lists(old: list, new: list, path: str, free: frozenset) -> list[str]:
    if old and all(isinstance(x, dict) and "network" in x for x in (*old, *new)):
        new = in_order(old, new)  # a table, to which rows may be added
    if len(old) != len(new):
        return [f"{path}: {len(old)} entries have become {len(new)}: {new!r}"]
    found = []
    for k, (a, b) in enumerate(zip(old, new)):
        found += differences(a, b, f"{path}[{k}]", free)
    return found


def in_order(old: list, new: list) -> list:
    """The rows of `new` that stand for those of `old`, in their order."""
    rest = list(new)
    found = []
    for row in old:
        same = next((r for r in rest if named(r) == named(row)), None)
        if same is not None:
            rest.remove(same)
            found.append(same)
    return found


def named(row: dict) -> tuple:
    return row.get("group"), row["network"]


# how many forms of laws were looked for in vain may grow, and estimates may become better
SEARCHED = re.compile(
    r"; at most \d+ laws are missing, beyond the forms that were searched: [^\n]*"
)
COSTS = re.compile(r"about [\d.e-]+ s and \d+ MB")


# nodes have the names of the user's file now, numbers before
NODES = re.compile(r"(?<=single neuron )\([^()]*\)")


def plain(text: str) -> str:
    """Without names of nodes, primes, probabilities, estimates, and what was searched in vain."""
    return NUMBERS.sub("#", COSTS.sub("#", NODES.sub("#", SEARCHED.sub("", text))))


def numbers(reasons: list) -> list:
    """How many reasons there are, and how many laws are independent by them."""
    return [re.findall(r"\((\d+) independent", reason) for reason in reasons]


def sort(value) -> str:
    """The JSON type."""
    names = {bool: "boolean", int: "number", float: "number", type(None): "null"}
    return names.get(type(value), type(value).__name__)
