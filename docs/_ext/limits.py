"""The limits of the library and of the checker in one table: what is limited, and what happens
beyond, in words; the values are read from the code when the page is built.

A limit that no row names is found by `unnamed`, which a test asks.
"""

from __future__ import annotations

from importlib import import_module
from numbers import Real

# A row: what is limited, the unit, the module and the name of the value, what happens beyond.
Row = tuple[str, str, str, str, str]

REFUSED = "refused (`LimitError`)"
FAILS = "refused, with the place (`InputError`)"
NOT_TRIED = "not tried; if nothing else answers, the verdict is `probable` or `open`"
OTHER_FIRST = "other methods come first"
DECLINED = "declined (`Declined`)"

TEXTS, FILES = "networks.texts", "networks.files"
ARCHIVES, ARRAYS = "networks.archives", "networks.arrays"
PARSE, QUOTIENTS = "entries.parse", "entries.quotients"
THRESHOLDS, READING = "thresholds", "verify.reading"

GAP = "\N{NO-BREAK SPACE}"
RULE = "| --- | --- | --- | --- |"

GROUPS: dict[str, list[Row]] = {
    "What is read": [
        ("a JSON file, a list of laws", "bytes", TEXTS, "FILE_LIMIT", REFUSED),
        ("values of a file", "lists, objects, entries", TEXTS, "VALUE_LIMIT", REFUSED),
        ("a TOML file", "bytes", TEXTS, "TOML_LIMIT", REFUSED),
        ("a dotted key of TOML", "parts", TEXTS, "DOTS", "refused (`InputError`)"),
        (
            "weights or data of a JSON file, where a network has no more parameters",
            "numbers",
            FILES,
            "EXACT_LIMIT",
            REFUSED,
        ),
        ("a list of laws", "lines", FILES, "LINE_LIMIT", REFUSED),
        ("a specification of a sweep", "bytes", "sweeps.specs", "LINE_LIMIT", REFUSED),
        ("an archive, as it is and unpacked", "bytes", ARCHIVES, "ARCHIVE_LIMIT", REFUSED),
        ("arrays of an archive; a graph as arrays", "entries", ARRAYS, "ARRAY_LIMIT", REFUSED),
        ("weights and data on which a function is asked", "digits", "networks.question", "DIGITS",
         REFUSED),
        ("an expression", "characters", PARSE, "LENGTH_LIMIT", FAILS),
        ("terms of an expression", "terms", QUOTIENTS, "TERM_LIMIT", FAILS),
        ("expanding an expression", "steps", QUOTIENTS, "WORK_LIMIT", FAILS),
        ("an exponent", "", QUOTIENTS, "EXPONENT_LIMIT", FAILS),
        ("nested parentheses", "", QUOTIENTS, "DEPTH_LIMIT", FAILS),
        ("a coefficient", "bits", QUOTIENTS, "BIT_LIMIT", FAILS),
    ],
    "Networks and systems": [
        ("a layered network", "parameters", "networks.builders", "PARAMETER_LIMIT",
         REFUSED),
        ("a layered network", "layers", "networks.builders", "LAYER_LIMIT",
         REFUSED),
        ("products of named matrices", "entries", "networks.products", "PARAMETER_LIMIT",
         REFUSED),
        ("a block whose phi is written out", "parameters", "blocks.trace", "PARAMETER_LIMIT",
         REFUSED),
        ("a block whose phi is written out", "terms", "blocks.trace", "TERM_LIMIT", REFUSED),
        ("writing out a block", "steps", "blocks.forms", "WORK_LIMIT", REFUSED),
        ("layers of a stack", "layers", "blocks.words", "LAYER_LIMIT", "refused (`InputError`)"),
        ("heads, hidden units, gains of a block", "of each", "blocks.sizes", "MATRIX_LIMIT",
         REFUSED),
        ("a graph that is written out edge by edge", "edges", "fields.graphs", "EDGE_LIMIT",
         "layered networks are counted by their widths; others are refused (`LimitError`)"),
        ("a frozen weight, absolute value", "", "networks.edges", "WEIGHT_LIMIT",
         "refused (`InputError`)"),
        ("a common denominator of weights before a neuron", "", "networks.plain", "SCALE_LIMIT",
         REFUSED),
        ("nodes that multiply, written out, all nodes", "terms", "networks.multiplied",
         "TERM_LIMIT", REFUSED),
        ("nodes that multiply, factors of all products", "steps", "networks.multiplied",
         "WORK_LIMIT", REFUSED),
        ("coefficients of nodes that multiply", "bits", "networks.multiplied", "BITS", REFUSED),
        ("a network under a flow that is written out", "paths", "networks.under", "FLOW_PATHS",
         "refused (`LimitError`); weight decay, rates, the natural gradient need no paths"),
        ("friction tau, numerator and denominator", "", "flows.setting", "TAU_LIMIT",
         "refused (`InputError`)"),
        ("rates and decays, numerators and common denominator", "", "flows.weights",
         "WEIGHT_LIMIT", "refused (`InputError`)"),
        ("products that are no layered group", "terms", "fields.products", "EXPANSION_LIMIT",
         REFUSED),
        ("other functions of named matrices", "variables", "networks.systems", "ENTRY_LIMIT",
         REFUSED),
        ("what such a function computes", "steps", "entries.symbols", "STEPS", FAILS),
        ("outputs on data, all nodes and examples", "terms", "fields.outputs", "TERM_LIMIT",
         "not written out: brackets of probes are tried"),
    ],
    "Which method answers": [
        ("effort unless `effort=` says more", "products modulo a prime", "records.budget",
         "DEFAULT_EFFORT", "the search ends, with the interval that it has"),
        ("brackets at a generic point", "coordinates", THRESHOLDS, "PARAMETER_LIMIT",
         "refused (`LimitError`), where no other method applies"),
        ("points with symmetry", "times the effort", THRESHOLDS, "SYMMETRIC_EFFORT",
         "the search ends, with the interval that it has"),
        ("growth, of large networks", "products", THRESHOLDS, "WIDENING_LIMIT", OTHER_FIRST),
        ("growth, of small networks", "products", THRESHOLDS, "QUICK", OTHER_FIRST),
        ("growth before points with symmetry", "products", THRESHOLDS, "DEEP", OTHER_FIRST),
        ("growth is looked at from", "parameters", THRESHOLDS, "GROWTH_FROM", OTHER_FIRST),
        ("wide methods come first from", "parameters", THRESHOLDS, "LAYERED_FROM", OTHER_FIRST),
        ("a rank of the laws of a layered network, below", "parameters", THRESHOLDS, "BY_WIDTHS",
         "the formula by widths takes its place"),
        ("laws of the whole beside a split at a neuron", "parameters", THRESHOLDS, "WHOLE_GRAPH",
         "the split alone"),
        ("a system is cut into its parts first from", "coordinates", THRESHOLDS, "PARTS_FROM",
         OTHER_FIRST),
        ("a system of several parts is looked at as a whole up to", "coordinates", THRESHOLDS,
         "WHOLE_TO", "the parts alone"),
        ("brackets written out for a certificate", "terms", THRESHOLDS, "WRITTEN_TERMS",
         "series of controls take their place"),
    ],
    "Laws that are searched": [
        ("a graph that is written out for a search", "paths", THRESHOLDS, "EXPANSION_PATHS",
         NOT_TRIED),
        ("laws of small degree, unasked", "seconds", THRESHOLDS, "LAW_SECONDS", NOT_TRIED),
        ("laws of small degree, unasked", "bytes", THRESHOLDS, "LAW_MEMORY", NOT_TRIED),
        ("coordinates that never move, searched with the others", "unknowns", THRESHOLDS,
         "TOGETHER", "searched without them"),
        ("laws of a flow", "unknowns", THRESHOLDS, "FLOW_ANSATZ", NOT_TRIED),
        ("laws of a flow", "unknowns times vector fields", THRESHOLDS, "FLOW_WORK", NOT_TRIED),
        ("laws of a flow", "coordinates", THRESHOLDS, "FLOW_SIZE", NOT_TRIED),
        ("all polynomial laws of a degree", "unknowns", "laws.polynomial.ansatz", "UNKNOWN_LIMIT",
         REFUSED),
        ("one class of them", "unknowns", "laws.polynomial.ansatz", "CLASS_LIMIT",
         REFUSED),
        ("laws beyond polynomials, unasked", "coordinates that move", THRESHOLDS, "FORMS_LIMIT",
         NOT_TRIED),
        ("degree of laws beyond polynomials, unasked", "", THRESHOLDS, "FORMS_DEGREE",
         "higher degrees when asked for"),
        ("laws beyond polynomials, unasked", "of the effort", THRESHOLDS, "FORMS_EFFORT",
         "the search ends"),
        ("degree of a rational law", "", "laws.closed_forms.rational", "LARGEST", NOT_TRIED),
        ("a frame over the rational functions", "coordinates that move", THRESHOLDS,
         "FRAME_LIMIT", NOT_TRIED),
        ("a closing Lie algebra", "dimensions", THRESHOLDS, "ALGEBRA_LIMIT", NOT_TRIED),
        ("checking a candidate", "products of terms", "laws.check", "WORK_LIMIT",
         REFUSED),
    ],
    "Estimates": [
        ("a search that is tried", "seconds", THRESHOLDS, "TRIAL", "one batch more at most"),
        ("a search that is tried", "bytes", THRESHOLDS, "TRIAL_MEMORY", "it is not tried"),
        ("laws that may not end", "times the trial", THRESHOLDS, "BEYOND",
         "the estimate is low: up to ten times as long"),
    ],
    "Sweeps": [
        ("laws of one network that are kept", "laws", "sweeps.questions", "KEPT",
         "the first ones, and how many there are"),
        ("tasks in one batch of a worker", "", "sweeps.loop", "MOST", "more batches"),
    ],
    "Integer matrices": [
        ("a dense matrix that a sparse one leaves", "entries", "exact.matrices", "DENSE_LIMIT",
         REFUSED),
        ("a side of a sparse matrix", "", "exact.matrices", "LARGEST_SIDE",
         "refused (`InputError`)"),
    ],
    "The checker": [
        ("a certificate", "bytes", READING, "BYTES", DECLINED),
        ("a certificate", "lists and objects", READING, "CONTAINERS", DECLINED),
        ("an integer", "digits", READING, "DIGITS", DECLINED),
        ("a system that is listed", "parameters", READING, "PARAMETERS",
         DECLINED + "; many proofs by widths have no such limit"),
        ("a graph", "nodes and edges", READING, "GRAPH", DECLINED),
        ("splits inside each other", "", READING, "SPLITS", DECLINED),
        ("paths that are written out", "paths", "verify.systems.expand", "PATHS", DECLINED),
        ("work", "multiplications", READING, "UNITS", DECLINED + "; `--units` allows more"),
        ("numbers in memory", "numbers", READING, "NUMBERS",
         DECLINED + "; in proportion to `--units`"),
        ("primes, exponents, coordinates of points", "", READING, "WORD", "refused (`Refused`)"),
        ("steps of growth", "neurons", "verify.brackets.growth", "STEPS", DECLINED),
        ("entries of `products` that are told apart", "entries", "verify.systems.products",
         "MEMBERS", DECLINED),
        ("matrices, products and factors", "", "verify.systems.products", "MATRICES", DECLINED),
        ("types of a family", "", "verify.claims.family", "TYPES", "refused (`Refused`)"),
    ],
}  # fmt: skip

# Where every number by a capital name is a limit, and those that limit nothing for a user.
COMPLETE = (THRESHOLDS, READING, TEXTS, FILES, ARCHIVES, QUOTIENTS)
NO_LIMITS = {
    (THRESHOLDS, "COMPONENT_BYTES"),  # a size that estimates reckon with
    (READING, "SOON"),  # work that is announced
    (READING, "SLOWER"),  # a factor of the announcement
    (ARCHIVES, "AT_ONCE"),  # pieces that are read
    (ARCHIVES, "ITEM"),
    (ARCHIVES, "ARRAY_LIMIT"),  # those of other modules
    (FILES, "FILE_LIMIT"),
    (QUOTIENTS, "COPIED"),  # terms that are one step of work
    (QUOTIENTS, "MERGED"),
}


def value_of(module: str, name: str) -> Real:
    """The value, from the code."""
    return getattr(import_module(f"pyconslaw.{module}"), name)


def number(value: Real, unit: str = "") -> str:
    """A number as it is read: powers as powers, digits in groups of three."""
    whole = int(value)
    if whole != value:
        return f"{value:g} {unit}".rstrip()
    if unit == "bytes" and not whole % 2**20:
        return f"{whole >> 30} GiB" if not whole % 2**30 else f"{whole >> 20} MiB"
    if unit == "bytes" and not whole % 10**8:
        return f"{value / 1e9:g} GB"
    return f"{power(whole) or f'{whole:,}'.replace(',', GAP)} {unit}".rstrip()


def power(whole: int) -> str:
    """A large power of 2, or a short number times a large power of 10, else nothing."""
    if whole >= 2**20 and not whole & (whole - 1):
        return f"2^{whole.bit_length() - 1}"
    digits = str(whole).rstrip("0")
    zeros = len(str(whole)) - len(digits)
    if zeros < 7:
        return ""
    return f"10^{zeros}" if digits == "1" else f"{digits} * 10^{zeros}"


def table() -> str:
    """All limits, in Markdown, a table for each group."""
    lines = []
    for title, rows in GROUPS.items():
        lines += [f"## {title}", "", "| what | limit | beyond | where |", RULE]
        for what, unit, module, name, beyond in rows:
            limit = number(value_of(module, name), unit)
            lines.append(f"| {what} | {limit} | {beyond} | `{module}.{name}` |")
        lines.append("")
    return "\n".join(lines)


def unnamed() -> list[str]:
    """Numbers by a capital name, of the modules that are complete, that no row has."""
    named = {(module, name) for rows in GROUPS.values() for _, _, module, name, _ in rows}
    return [
        f"{module}.{name}"
        for module in COMPLETE
        for name, value in vars(import_module(f"pyconslaw.{module}")).items()
        if name.isupper() and isinstance(value, Real) and (module, name) not in named | NO_LIMITS
    ]
