"""What of the format of certificates a certificate is an example of, as words."""

import re


def features(certificate: dict) -> set[str]:
    """The types and kinds in it, wherever they are, and the shapes of what kinds list."""
    found = set()
    for place, value in objects(certificate, ""):
        for key in ("type", "kind"):
            if isinstance(value.get(key), str):
                found.add(f"{key} {value[key]}")
        if "kind" in value and place in ("lower", "upper"):
            found.add(f"{place} {value['kind']}")
        if value.get("type") == "flow":
            found |= of_flow(value)
        found |= of_lists(value)
    return found


def of_flow(system: dict) -> set[str]:
    tau = {list: "number", str: "parameter"}.get(type(system["tau"]), "none")
    found = {f"flow {system['flow']}", f"flow of {system['of']['type']}", f"friction {tau}"}
    return found | {"metric"} if system["metric"] is not None else found


def of_lists(value: dict) -> set[str]:
    """Laws, words and options that have several shapes."""
    shapes = ("neurons", "potential", "idle", "symmetry")
    found = {f"law {key}" for key in shapes if key in value and "polynomial" in value}
    if len(set(value.get("neurons", [0]))) == 2:
        found.add("law of two neurons")
    if "quotient" in value:
        shapes = {
            "logs": value["logs"],
            "quotient": value["quotient"][0],
            "angles": value["angles"],
        }
        found |= {f"form {key}" for key, terms in shapes.items() if terms}
    for word in value.get("words", ()):
        if len(word) > 3:
            chain = len(set(word[:-1])) == 1
            found.add("chain" if chain else "nested word")
    if type(value.get("copies")) is int and value["copies"] > 1:
        found.add("copies")
    if value.get("type") == "mlp":
        found |= {f"bias {value['bias']}"} | {f"activation {a}" for a in value["activations"]}
    found |= {key for key in ("frozen", "drift") if value.get(key)}
    return found


def objects(value, place: str):
    """Every object in a JSON value, with the last key on the way to it that is no number."""
    if isinstance(value, dict):
        yield place, value
    items = value.items() if isinstance(value, dict) else ((place, x) for x in value)
    for key, item in items:
        if isinstance(item, dict | list):
            yield from objects(item, key if isinstance(value, dict) else place)


def stated(page: str) -> set[str]:
    """The types and kinds that the page about certificates names."""
    return {f"{key} {word}" for key, word in re.findall(r'"(type|kind)": "([a-z-]+)"', page)}
