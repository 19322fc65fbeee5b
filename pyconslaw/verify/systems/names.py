"""The system somebody expects, by its name on the command line of the library or by its
fingerprint.
"""

import re
from fractions import Fraction

from ..reading import PARAMETERS, Refused, WrongUsage, fingerprint
from . import name_of, of_type
from .forms import FLOWS, FRICTION, GATED, MIRRORS, normal

OPTIONS = ("--flow", "--tau", "--rate", "--decay")


def system_named(name: str):
    """The system of this name, or the string of digits when the name is `sha256 <hexadecimal
    digits>`.
    """
    wrong = WrongUsage(
        f"{name!a} is no system such as 'linear 4-4-4-4', 'relu 2-3-1 --bias', "
        "'product 6', 'mlp 5-6-4-3 --activations linear,relu', 'linear 2-2-2 --flow momentum' or "
        "'sha256 <16 digits or more>'"
    )
    words = [word for text in name.split() for word in split(text)]
    if words[:1] == ["family"]:
        return family_named(words[1:], wrong)
    if words[:1] in (["nmf"], ["icnn"]):
        return positive_named(words, wrong)
    if set(words) & set(OPTIONS):
        return flow_named(words, wrong)
    kind, numbers, options = (words + ["", ""])[0], (words + ["", ""])[1], words[2:]
    if kind == "sha256" and re.fullmatch("[0-9a-f]{16,64}", numbers) and not options:
        return numbers
    if not re.fullmatch("[1-9][0-9]{0,9}(-[1-9][0-9]{0,9})*", numbers):
        raise wrong
    dims = [int(n) for n in numbers.split("-")]
    if kind == "product" and len(dims) == 1 and not options:
        return {"type": "product", "size": dims[0]}
    activations, bias = [kind] * (len(dims) - 2), "none"
    while options:
        option = options.pop(0)
        if option == "--bias":
            bias = (
                options.pop(0) if options and options[0] in ("none", "hidden", "all") else "hidden"
            )
        elif option == "--activations" and options and kind == "mlp":
            activations = options.pop(0).split(",")
        else:
            raise wrong
    if (
        kind not in ("linear", "relu", "mlp")
        or len(dims) < 2
        or len(activations) != len(dims) - 2
        or not set(activations) <= {"linear", *GATED}
    ):
        raise wrong
    return normal({"type": "mlp", "dims": dims, "activations": activations, "bias": bias})


def split(word: str) -> list:
    """`--flow=mirror` is two words, `W1=2` is one."""
    return word.split("=", 1) if word.startswith("--") else [word]


def flow_named(words: list, wrong: WrongUsage) -> dict:
    """The flow of `linear 2-2-2 --flow momentum --tau 1/2`, with the flow's own metric; --rate and
    --decay by parameter, as W1=2,W2=1/3, or one decay for all.
    """
    options = {}
    for option in OPTIONS:
        if option in words[:-1]:
            at = words.index(option)
            options[option] = words[at + 1]
            words = words[:at] + words[at + 2 :]
    flow, tau = (
        options.get("--flow"),
        options.get("--tau", "3" if options.get("--flow") == "nesterov" else "1"),
    )
    network = system_named(" ".join(words)) if not set(words) & set(OPTIONS) else None
    if (
        flow not in FLOWS
        or type(network) is not dict
        or "of" in network
        or ("--tau" in options and flow not in FRICTION)
        or (flow == "gradient" and "--rate" not in options)
    ):
        raise wrong
    if flow not in FRICTION:
        tau = None
    elif re.fullmatch("[0-9]{1,10}(/[1-9][0-9]{0,9})?", tau):
        number = Fraction(tau)
        tau = [number.numerator, number.denominator]
    found = {"type": "flow", "flow": flow, "of": network, "tau": tau, "metric": None}
    return weighted(found, options, wrong) if {"--rate", "--decay"} & options.keys() else found


def weighted(system: dict, options: dict, wrong: WrongUsage) -> dict:
    """The flow with the rates and decays of the options, as the contract writes them."""
    modules, runs, decays = of_type("weights"), {}, system["flow"] == "weight-decay"
    if decays and {"--tau", "--decay"} <= options.keys():
        raise wrong
    if decays and "--decay" not in options and type(system["tau"]) is list:
        options |= {"--decay": options.get("--tau", "1")}
    for option, key, usual in (("--rate", "rates", 1), ("--decay", "decay", 0)):
        if option in options:
            listed = runs_named(options[option], system["of"], usual, wrong)
            runs[key] = modules.Runs(*zip(*listed))
    decay = runs.get("decay")
    if decay and decays:
        system["tau"] = modules.unit_of(modules.Weights(runs.get("rates"), decay, False).pull)
        if len(runs) == len(decay.values) == 1 or decay.values == (0,):
            del runs["decay"]
    for key, found in runs.items():
        starts = (0, *found.stops)
        system[key] = [
            [stop - start, x.numerator, x.denominator]
            for start, stop, x in zip(starts, found.stops, found.values)
        ]
    return system


def runs_named(text: str, of: dict, usual: int, wrong: WrongUsage) -> list:
    """(end, value) of the runs of `W1=2,b1=1/3`; all others have the usual value."""
    pairs = [piece.rpartition("=")[::2] for piece in text.split(",")]
    values, number = dict(pairs), "[0-9]{1,10}(/[1-9][0-9]{0,9})?"
    if len(values) < len(pairs) or not all(re.fullmatch(number, x) for x in values.values()):
        raise wrong
    found, stop = list[tuple](), 0
    for name, size in blocks_of(of):
        stop += size
        value = Fraction(values.pop(name, values.get("", usual)))
        if found and found[-1][1] == value:
            found.pop()
        found.append((stop, value))
    if values.keys() - {""} or ("" in values and (usual or len(pairs) > 1)):
        raise wrong
    return found


def blocks_of(of: dict) -> list:
    """(name, size) of the parameters of a network that has a name."""
    if of["type"] == "product":
        return [(f"x{k + 1}", 1) for k in range(min(of["size"], PARAMETERS))]
    dims = of["dims"]
    biased = {"none": 0, "hidden": len(dims) - 2, "all": len(dims) - 1}[of["bias"]]
    found = []
    for k, (n, m) in enumerate(zip(dims, dims[1:])):
        found += [(f"W{k + 1}", n * m), *[(f"b{k + 1}", m)] * (k < biased)]
    return found


def positive_named(words: list, wrong: WrongUsage) -> dict:
    """`nmf 2-3-2`, linear, and `icnn 2-3-1 --bias`, ReLU with a hidden layer at least, under the
    mirror flow unless another is named. All weights of nmf have the entropic metric in flows
    that have one by default, of icnn those but of the first layer, and biases not.
    """
    if words[0] == "nmf" and "--bias" in words or "--activations" in words:
        raise wrong
    kind = {"nmf": "linear", "icnn": "relu"}[words[0]]
    system = flow_named(
        [kind, *words[1:], *([] if "--flow" in words else ["--flow", "mirror"])], wrong
    )
    if kind == "relu":
        dims, bias = system["of"]["dims"], system["of"]["bias"]
        if len(dims) < 3 or sum(m * (n + 1) for n, m in zip(dims, dims[1:])) > PARAMETERS:
            raise wrong
        positive = []
        for k, (n, m) in enumerate(zip(dims, dims[1:])):
            has = bias == "all" or (bias == "hidden" and k < len(dims) - 2)
            positive += [k > 0] * (n * m) + [False] * (m * has)
        if system["flow"] in MIRRORS:
            system["metric"] = [
                [[[1, []]], [[1, [[v, 1]] if entropic else []]]]
                for v, entropic in enumerate(positive)
            ]
    return system


def family_named(words: list, wrong: WrongUsage) -> dict:
    """The family of `family linear 1-2-2-1` (all multiples of these widths), `family linear 3
    --pyramid` (three layers, widths never grow) or `family linear 3 --wide` (three layers,
    widths from 2 on).
    """
    pyramid, wide = "--pyramid" in words, "--wide" in words
    rest = [word for word in words if word not in ("--pyramid", "--wide")]
    if pyramid and wide:
        raise wrong
    if (pyramid or wide) and len(rest) > 1 and re.fullmatch("[1-9][0-9]?", rest[1]):
        rest[1] = "-".join("1" * (int(rest[1]) + 1))
    network = system_named(" ".join(rest))
    if type(network) is not dict or network["type"] != "mlp":
        raise wrong
    q = len(network["dims"]) - 1
    biases = {"none": 0, "hidden": q - 1, "all": q}[network["bias"]]
    types = (
        [[1] * (stop + 1) + [0] * (q - stop) for stop in range(q, -1, -1)]
        if pyramid
        else [network["dims"]]
    )
    if wide:
        return {
            "type": "wide-family",
            "gated": [a != "linear" for a in network["activations"]],
            "biased": [k < biases for k in range(q)],
        }
    return {
        "type": "family",
        "types": types,
        "least": [1] + [0] * q if pyramid else [2],
        "gated": [a != "linear" for a in network["activations"]],
        "biased": [k < biases for k in range(q)],
    }


def usual(system: dict) -> dict:
    """The system in the form that its name stands for."""
    if system["type"] == "flow":
        return {key: item for key, item in system.items() if key != "region"} | {
            "of": usual(system["of"])
        }
    return normal(system) if system["type"] == "mlp" else system


def expect(system: dict, name: str) -> None:
    """Refuse a certificate that is of another system than the one named."""
    wanted = system_named(name)
    if type(wanted) is str:
        right = fingerprint(system).startswith(wanted)
    else:
        right = usual(system) == wanted
    if not right:
        named = "a family" if system["type"] in ("family", "wide-family") else name_of(system)
        found = f"{named} (sha256 {fingerprint(system)})"
        raise Refused(f"this is a certificate of {found}, not of {name}")
