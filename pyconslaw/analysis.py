"""The whole way from a network to a report, and from there to laws and certificates; the one file that knows every stage."""
from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from time import monotonic

import numpy as np

from pyconslaw._core.zp import Random
from pyconslaw.bounds import balance_bound, function_bound, independent
from pyconslaw.certificate import Certificate, write_certificate
from pyconslaw.errors import InputError, LimitError, NotProvedError
from pyconslaw.fields.data import LOSSES, DataFields, activations, rational_array, reduced_graph
from pyconslaw.integrals.candidate import check_form, read_form
from pyconslaw.integrals.law import ClosedLaw, FoundLaws
from pyconslaw.integrals.search import FORMS, find_forms
from pyconslaw.laws.check import CheckResult, check_candidate, read_candidate
from pyconslaw.laws.data import data_laws
from pyconslaw.laws.law import Law, LawSet
from pyconslaw.laws.ansatz import check_degrees
from pyconslaw.laws.layered import BalanceLaws, balance_laws
from pyconslaw.laws.search import law_gradients, polynomial_laws as search_laws
from pyconslaw.networks.network import Network
from pyconslaw.parts import SummedBound, confirm_parts
from pyconslaw.planner import PARAMETER_LIMIT, SYMMETRIC_EFFORT, find_bounds, polynomial_bound_of_degree_2
from pyconslaw.records import OPEN, PROBABLE, PROVED, BracketWords, LowerBound, Report, UpperBound
from pyconslaw.special import PointReport, check_point, point_report
from pyconslaw.symmetric.family import Family, multiples, pyramids
from pyconslaw.trace import DEFAULT_EFFORT, confirm, trace_rank
from pyconslaw.widening.family import WideFamily, all_widths

SHOWN = 5                   # denominators that a report names


def checked(network, seed, effort=DEFAULT_EFFORT, limit: int | None = PARAMETER_LIMIT) -> Random:
    if not isinstance(network, Network):
        raise InputError(f"network: expected a Network (linear, mlp, product, ...), got {type(network).__name__}")
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed < 1 << 64:
        raise InputError(f"seed: expected an integer with 0 <= seed < 2^64, got {seed!r}")
    if isinstance(effort, bool) or not isinstance(effort, int | float | np.number) or not effort >= 0:
        raise InputError(f"effort: expected a number of products >= 0, got {effort!r}")
    if limit is not None and network.size > limit:
        raise LimitError(f"network: {network.name} has {network.size} parameters; what needs a generic point or a list of laws is "
                         f"limited to {limit}")
    return Random(seed)


def analyze(network: Network, *, seed: int = 0, effort: float = DEFAULT_EFFORT,
            method: str = "auto", budget: float | None = None, memory: float | None = None,
            progress: Callable[[int, int], bool | None] | None = None, at=None) -> Report | PointReport:
    """How many independent conservation laws the network has near a generic point, with two bounds as evidence.

    Every smooth conservation law of the gradient flow of any loss on any data, through phi, is counted: D minus the
    generic dimension of Lie(W)(theta), W = span{grad phi_i} (Marcotte, Gribonval and Peyre 2023, theorem 3.3 and corollary).
    verdict: "proved" (a count of spanning paths, or nested brackets at a point, reach an exact upper bound), "probable" (they stagnate below it,
    with the probability of error in error_bound), "open" (an interval). report.object says what phi is.

    seed: 0 .. 2^64-1, equal seeds give equal reports. effort: the products mod p the search may spend. progress(rank,
    target) is called now and then, and ends the search by returning True. budget: seconds after which the search ends with what it has.
    memory: bytes; LimitError when the method is estimated to take more. method: "paths" counts paths, in time linear in the edges, where no path passes through a linear neuron
    and no weights are tied (beyond 2 000 000 parameters by the widths: report.method "theorem"); "widening" shows that layered networks of these widths
    grow from a small one, where brackets are looked at; "symmetric" searches at points of layered
    networks that are a direct sum of copies of small ones (docs/mathematics.md); "generic" at a random point; "auto" tries
    what is cheap first, and report.method says which one it was. at: rational weights, as in `Network.flatten`: integers, fractions (also of python-flint), texts such as "1/2", or
    floats, which are taken as the binary fractions they are, with a note where that is not the decimal as written; then the answer is a `PointReport` about
    the dimension of the trace there, with the generic report inside. Errors: InputError, also where a denominator of the vector fields is 0 at that point;
    LimitError when the network is too large for every method.

    >>> from pyconslaw import analyze, linear
    >>> report = analyze(linear([3, 3, 3]))
    >>> report.laws, report.verdict, report.upper_by
    (6, 'proved', ('balance laws (6 independent)',))
    """
    rng = checked(network, seed, effort, limit=None)
    if at is not None:
        checked(network, seed)
        point, warnings = _rational_weights(network, at, "at")
        check_point(network, point)
    family, lower, upper = find_bounds(network, method, rng, effort, _until(budget, progress), memory)
    report = _report(network, seed, family, lower, upper, rng.spawn(), effort)
    return report if at is None else point_report(network, point, report, rng.spawn(), effort, warnings)


def _until(budget: float | None, progress):
    """The progress callback that also ends the search after so many seconds. Errors: InputError."""
    if budget is None:
        return progress
    if isinstance(budget, bool) or not isinstance(budget, int | float) or not budget > 0:
        raise InputError(f"budget: expected seconds > 0, got {budget!r}")
    end = monotonic() + budget
    return lambda rank, target: monotonic() > end or (progress is not None and progress(rank, target) is True)


def _report(network, seed, family, lower: LowerBound, upper: UpperBound, rng, effort) -> Report:
    size = network.size
    if lower.rank > upper.dimension:
        raise AssertionError(f"{network.name}: rank {lower.rank} above the proved bound {upper.dimension}; please report")
    error, notes = None, ()
    if lower.rank == upper.dimension:
        verdict = PROVED
    else:
        error = (confirm(family, lower, rng, effort) if isinstance(lower, BracketWords) else
                 confirm_parts(lower, rng, effort) if isinstance(lower, SummedBound) else None)
        verdict = OPEN if error is None else PROBABLE
        missing = f"the known laws leave dim Lie(W) <= {upper.dimension}, brackets reach {lower.rank}"
        if upper.searched:
            missing += f"; at most {upper.dimension - lower.rank} laws are missing, beyond the forms that were searched: {'; '.join(upper.searched)}"
        notes = (missing, "a search at points with symmetry proves nothing by stagnating" if not isinstance(lower, BracketWords | SummedBound) else
                 "the search ended on its budget" if not lower.complete else
                 "every further bracket was tried and none raised the rank" if error is not None else
                 "a second look at a fresh point did not confirm that the rank stagnates")
    if network.phase is not None and network.phase.parameter is not None:
        notes += (f"the parameter {network.parameters[-1].name} never moves: it is one of the laws",)
    if network.poles:
        shown = [f"{Law(network, f)!s:.60}" for f in network.poles[:SHOWN]] + ["..."] * (len(network.poles) > SHOWN)
        notes += (f"about points where no denominator is 0: {', '.join(shown)}",)
    return Report(
        network=network.name, object=network.object, parameters=size,
        laws=None if verdict == OPEN else size - lower.rank, laws_min=size - upper.dimension,
        laws_max=size - lower.rank, verdict=verdict, upper_by=upper.reasons, rank_by_round=lower.rank_by_round,
        method=lower.method, seed=seed, primes=tuple(dict.fromkeys((*lower.primes, *upper.primes))), error_bound=error,
        notes=notes, system=network.fingerprint, lower=lower, upper=upper)


def family(network: Network, *, pyramid: bool = False, wide: bool = False, seed: int = 0, effort: float = DEFAULT_EFFORT,
           progress: Callable[[int, int], None] | None = None) -> Family | WideFamily:
    """The count, proved, for a whole family of layered networks at once, with a certificate.

    The family: all multiples m (n_0, ..., n_q), m >= 2, of the network's widths; with pyramid, all networks with as many layers of the
    same kinds and biases whose widths never grow, n_0 >= n_1 >= ... >= n_q >= 1; with wide, all of them with widths of at least 2. The result has the formula, the count for given copies, and
    `certificate()`. The theorem is in docs/mathematics.md. seed, effort, progress: as in `analyze`. Errors: InputError for networks that
    are not layered; NotProvedError when the bounds do not meet; LimitError.

    >>> from pyconslaw import family, linear
    >>> family(linear([1, 2, 2, 1])).formula
    '(8 m^2 + 4 m) / 2'
    """
    checked(network, seed, effort, limit=None)
    if network.layers is None or network.spec["type"] == "flow":
        raise InputError(f"network: expected a layered network, got {network.name}")
    if pyramid and wide:
        raise InputError("pyramid, wide: expected one of them at most")
    options = {"seed": seed, "effort": SYMMETRIC_EFFORT * effort, "progress": progress}
    if wide:
        return all_widths(network.layers.gated, network.layers.biased, **options)
    if pyramid:
        return pyramids(network.layers.gated, network.layers.biased, **options)
    return multiples(network.layers, **options)


def analyze_function(network: Network, weights, inputs, *, loss: str = "full", slope=Fraction(1, 100), seed: int = 0,
                     effort: float = DEFAULT_EFFORT, progress: Callable[[int, int], None] | None = None) -> Report:
    """The laws of the function on given data, near given weights, instead of those of phi; report.object says so.

    weights fix on which examples each ReLU is on, which stays so nearby; W is then spanned by the gradients of the outputs on the
    examples (loss="softmax": of their differences, all that a softmax cross-entropy sees), and the number of laws is D minus the generic dimension of Lie(W) there. Dead
    neurons, neurons that are always on, few examples and data in a subspace add laws to those of `analyze`.

    weights: as in `Network.flatten`, rational: integers, fractions, texts such as "1/2" (floats are taken as the binary fractions they are).
    inputs: (examples, input width), of the same.
    slope: of leaky ReLU, rational. Source: Marcotte, Gribonval and Peyre 2023, section 2 (W_g); 2025, proposition 2.12 for the loss.
    Errors: InputError, also when a neuron is exactly at its kink; as `analyze`.

    >>> from pyconslaw import analyze_function, mlp
    >>> net = mlp([2, 2, 1])
    >>> report = analyze_function(net, [1, 1, -1, -1, 1, 1], [[1, 0], [0, 1], [2, 1]])    # second neuron dead
    >>> report.laws, report.verdict, report.object
    (4, 'proved', 'function on 3 examples')
    """
    rng = checked(network, seed, effort)
    if not network.has_graph or network.spec["type"] == "flow":
        raise InputError(f"network: expected a network with a graph, under the flow of the gradient, got {network.name}")
    if loss not in LOSSES:
        raise InputError(f"loss: expected one of {', '.join(LOSSES)}, got {loss!r}")
    graph, constants = network.graph, set(network.constants)
    theta, _ = _rational_weights(network, weights, "weights")
    data = rational_array(inputs, (None, len(graph.sources) - len(constants)), "inputs")
    if not len(data):
        raise InputError("inputs: expected at least one example")
    columns = iter(data.T)
    one = np.array([Fraction(1)] * len(data), dtype=object)
    sources = np.stack([one if s in constants else next(columns) for s in graph.sources], axis=1)
    slope = rational_array(slope, (), "slope").item()
    slopes = [slope if kind == "leaky_relu" else Fraction(0) for kind in network.gate_kinds]
    gates = activations(graph, theta, sources, slopes, network.node_names)
    best = function_bound(reduced_graph(graph, gates), data_laws(graph, sources, gates, loss), rng.spawn())
    family = DataFields(graph, sources, gates, loss)
    if not family.size:
        best = UpperBound(0, ("the loss sees no difference of outputs",), {})
    lower = trace_rank(family, rng.spawn(), target=best.dimension, effort=effort, progress=progress)
    report = _report(network, seed, family, lower, best, rng.spawn(), effort)
    return replace(report, object=f"function on {len(data)} example{'s' * (len(data) > 1)}")


def _rational_weights(network: Network, weights, name: str) -> tuple[np.ndarray, tuple[str, ...]]:
    """Weights as an object array of D Fractions; a warning when floats among them are not the decimals that they are written as."""
    rounded: list[float] = []

    def exact(value, place):
        a = np.asarray(value, dtype=object)
        fractions = rational_array(a, a.shape, place)
        floats = [float(x) for x in a.ravel().tolist() if isinstance(x, float | np.floating)]
        rounded.extend(x for x in floats if Fraction(x) != Fraction(str(x)))
        return fractions

    if isinstance(weights, Mapping):
        weights = {key: exact(value, f"{name}[{key!r}]") for key, value in weights.items()}
    elif isinstance(weights, list | tuple) and len(weights) and isinstance(weights[0], list | tuple | np.ndarray):
        weights = [exact(value, f"{name}[{k}]") for k, value in enumerate(weights)]
    else:
        weights = exact(weights, name)
    warning = tuple(f'{name}: floats are taken as the binary fractions they are, {x} as {Fraction(x)}; texts such as "1/10" are exact' for x in rounded[:1])
    return rational_array(network.flatten(weights, name), (network.size,), name), warning


def count(network: Network, *, seed: int = 0) -> int:
    """The number of independent conservation laws, when it is proved or probable.

    Errors: NotProvedError, with the report, when the answer is open; otherwise as `analyze`, which says
    how sure the number is.

    >>> from pyconslaw import count, mlp
    >>> count(mlp([2, 3, 1], bias=True))
    3
    """
    report = analyze(network, seed=seed)
    if report.laws is None:
        raise NotProvedError(f"{network.name}: open, between {report.laws_min} and {report.laws_max} laws", report)
    return report.laws


def _report_of(network: Network, report: Report | None, seed: int) -> Report:
    """The report that was handed in, if it is about this network, or a new one."""
    if report is None:
        return analyze(network, seed=seed)
    if not isinstance(report, Report) or report.system != network.fingerprint:
        raise InputError(f"report: expected one of analyze about {network.name}, got {getattr(report, 'network', report)!r:.80}")
    return report


def _law_set(network, listed, degree, dimension, independent_laws, report) -> LawSet:
    laws = listed if isinstance(listed, BalanceLaws) else tuple(Law(network, h) for h in listed)
    complete = report.verdict == PROVED and independent_laws == report.laws
    return LawSet(network, laws, degree, dimension, independent_laws, complete, report.verdict)


def known_laws(network: Network, *, seed: int = 0, report: Report | None = None) -> LawSet:
    """All known independent laws, by parameter name: the balance laws of a network, degree <= 2 laws of a system.

    dimension counts the known laws before dependent ones are left out. report: one of `analyze`, to save the work. The laws of a layered network
    are made lazily, however many (see `balance_laws`). Errors: as `analyze`; LimitError for other networks beyond 20 000 parameters.

    >>> from pyconslaw import known_laws, mlp
    >>> for law in known_laws(mlp([1, 2, 1])): print(law)
    W1[0,0]^2 - W2[0,0]^2
    W1[1,0]^2 - W2[0,1]^2
    """
    rng = checked(network, seed, limit=None)
    report = _report_of(network, report, seed)
    if network.layers is not None:
        laws = balance_laws(network)
        if report.upper.stated == len(laws) == network.size - report.upper.dimension:
            return _law_set(network, laws, 2 if len(laws) else None, len(laws), len(laws), report)
    checked(network, seed)
    if network.has_graph:
        bound = max(balance_bound(network.graph, rng), report.upper, key=lambda b: len(b.laws))
    else:
        bound = polynomial_bound_of_degree_2(network, rng)
        if bound is None:
            raise LimitError(f"network: {network.name} is too large for an unasked search; give a degree")
    degree = max((h.degree for h in bound.laws), default=None)
    return _law_set(network, bound.laws, degree, bound.stated, len(bound.laws), report)


def polynomial_laws(network: Network, degree: int, *, up_to: bool = False, seed: int = 0,
                    report: Report | None = None) -> LawSet:
    """A basis of all polynomial laws: homogeneous of that degree, or (up_to) of degree 1, ..., degree; exact over Q.

    By linear algebra on the full ansatz (Marcotte, Gribonval and Peyre 2023, section 2.3), split by parities; the paths of a network are listed only
    when it has laws beyond the products of those that can be read off it. Laws are in canonical form (see `pyconslaw.laws.search`). Errors: InputError;
    LimitError when the ansatz has more than 10 000 000 unknowns or a class of more than 8 000 that do not split, or phi too many paths to prove such laws.

    >>> from pyconslaw import polynomial_laws, product
    >>> laws = polynomial_laws(product(3), 2)
    >>> [str(law) for law in laws], laws.dimension, laws.independent, laws.complete
    (['x2^2 - x1^2', 'x3^2 - x1^2'], 2, 2, True)
    """
    rng = checked(network, seed)
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise InputError(f"degree: expected an integer >= 1, got {degree!r}")
    degrees = check_degrees(range(1, degree + 1) if up_to else [degree], network.size)
    family = network.fields()
    found = search_laws(family if network.has_graph else family.directions(), degrees)
    mask, _ = independent(lambda x, p: law_gradients(found, network.size, x, p), rng, network.size)
    report = _report_of(network, report, seed)
    return _law_set(network, found, degree, len(found), int(mask.sum()), report)


def find_laws(network: Network, *, degree: int = 2, forms: Sequence[str] = FORMS, seed: int = 0, report: Report | None = None) -> FoundLaws:
    """Independent laws of several forms, exact, until as many are exhibited as the count allows.

    forms: among "polynomial" (all of degree at most `degree`), "rational" (P / Q: those with P and Q of degree at most `degree`, and all that are
    coefficients of relations of that degree between monomials on a leaf) and "logarithmic" (sums of c log P and angles over Darboux polynomials, plus a quotient;
    Darboux 1878). Each law is proved by multiplying out. The result says what was searched, and how many laws are missing from the count: then
    there are others, of no form that was searched. report: one of `analyze`, to save the work. Errors: InputError; LimitError when phi has too many paths to be written out.

    >>> from pyconslaw import System, find_laws
    >>> tied = System(["a", "b"], phi=["a^2 + b^2"])                      # one row: W^T W with W = (a, b)
    >>> laws = find_laws(tied)
    >>> str(laws[0]), laws[0].sort, laws.missing
    ('b/a', 'rational', 0)
    """
    rng = checked(network, seed)
    if isinstance(degree, bool) or not isinstance(degree, int) or not 1 <= degree <= 20:
        raise InputError(f"degree: expected an integer from 1 to 20, got {degree!r}")
    if isinstance(forms, str) or not isinstance(forms, Collection) or not forms or any(form not in FORMS for form in forms):
        raise InputError(f"forms: expected some of {', '.join(FORMS)}, got {forms!r}")
    report = _report_of(network, report, seed)
    known = [law.polynomial for law in known_laws(network, seed=seed, report=report)] if network.has_graph and "polynomial" in forms else []
    found = find_forms(network.explicit(), report.laws_max, degree, forms, rng, known)
    listed = tuple(ClosedLaw(network, form) for form in found.forms)
    complete = report.verdict == PROVED and len(listed) == report.laws
    return FoundLaws(network, listed, None, len(listed), len(listed), complete, report.verdict, found.searched,
                     report.laws_max - len(listed))


def check_law(network: Network, law, *, seed: int = 0) -> CheckResult:
    """Is this polynomial, or quotient, a conservation law? Conserved, or the component of phi and the point that refute it.

    law: a string in the parameter names ("W1[0,0]^2 - W2[0,0]^2", "x/(x + y)"), a `Law`, a `ClosedLaw`, or a `records.Polynomial`. Exact either
    way; only when phi has too many paths to be written out and the law is no combination of balance
    laws is "conserved" probable, with its error bound. Errors: InputError.

    >>> from pyconslaw import check_law, product
    >>> bool(check_law(product(2), "x1^2 - x2^2")), check_law(product(2), "x1 + x2").point
    (True, {'x1': 0, 'x2': 1})
    """
    rng = checked(network, seed)
    form = read_form(network, law)
    return check_candidate(network, law, rng) if form is None else check_form(network, form)


def complement(network: Network, laws: Iterable, *, seed: int = 0, report: Report | None = None) -> LawSet:
    """What is missing from given laws: known laws independent of them and of each other.

    laws: candidates as in `check_law`; each must be conserved. In the result, dimension is the number of laws still missing from the
    proved or probable count (the upper end of the interval when open), independent the number listed, and complete says that nothing is missing after
    them. Errors: InputError names the candidate that is not a law.

    >>> from pyconslaw import complement, mlp
    >>> [str(law) for law in complement(mlp([1, 2, 1]), ["W1[0,0]^2 - W2[0,0]^2"])]
    ['W1[1,0]^2 - W2[0,1]^2']
    """
    rng = checked(network, seed)
    given = []
    for k, law in enumerate(laws):
        if not check_candidate(network, law, rng.spawn()):
            raise InputError(f"laws[{k}]: is not a conservation law of {network.name}: {law}")
        given.append(read_candidate(network, law)[0])
    report = _report_of(network, report, seed)
    known = [law.polynomial for law in known_laws(network, seed=seed, report=report)]
    together = [*given, *known]
    mask, _ = independent(lambda x, p: law_gradients(together, network.size, x, p), rng, network.size)
    added = [law for law, keep in zip(known, mask[len(given):], strict=True) if keep]
    found = int(mask.sum())
    result = _law_set(network, added, None, report.laws_max - int(mask[:len(given)].sum()), len(added), report)
    return replace(result, complete=report.verdict == PROVED and found == report.laws)


def certify(network: Network, *, seed: int = 0, report: Report | None = None) -> Certificate:
    """The certificate of a proved count: self-contained, checked by `python -m pyconslaw.verify FILE`.

    report: one of `analyze` for this network, to save the work. Errors: NotProvedError, with the report, when the bounds do not meet.

    >>> from pyconslaw import certify, linear
    >>> from pyconslaw.verify import verify_bytes
    >>> verify_bytes(certify(linear([2, 2, 2])).bytes).laws
    3
    """
    report = _report_of(network, report, seed)
    if report.verdict != PROVED:
        known = (f"probable: {report.laws} laws" if report.verdict == PROBABLE
                 else f"open: between {report.laws_min} and {report.laws_max} laws")
        raise NotProvedError(f"{network.name}: nothing is proved, no certificate ({known})", report)
    return write_certificate(network, report)
