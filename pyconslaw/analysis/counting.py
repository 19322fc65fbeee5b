"""How many laws there are: the whole way from a network to a report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any, overload

from pyconslaw._core.zp import Random
from pyconslaw.analysis.at_point import PointReport, check_point, point_report
from pyconslaw.analysis.checked import budget_of, checked, rational_weights
from pyconslaw.analysis.given import bound_of_laws, with_known_laws
from pyconslaw.blocks.trace import Block
from pyconslaw.brackets.confirm import confirm
from pyconslaw.brackets.control_series import SeriesBound
from pyconslaw.errors import NotProvedError
from pyconslaw.laws.law import Law
from pyconslaw.methods.interval import Interval
from pyconslaw.methods.table import Answer, Estimate, expected, find_bounds
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.network import Network
from pyconslaw.reasons.direct_sum import SummedBound, confirm_parts
from pyconslaw.reasons.homogeneous_decay import DecayBound
from pyconslaw.records.bounds import AtNode, Bounds, BracketWords, LowerBound, UpperBound
from pyconslaw.records.budget import DEFAULT_EFFORT, Budget, Ended
from pyconslaw.records.report import OPEN, PROBABLE, PROVED, Report
from pyconslaw.thresholds import TRIAL

LEFT_OUT = "not proved: the laws that were handed in, which take more than half of the time"
SHOWN = 5  # denominators that a report names


@overload
def analyze(
    network: Network,
    *,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    method: str = "auto",
    budget: float | None = None,
    memory: float | None = None,
    progress: Callable[[int, int], bool | None] | None = None,
    at: None = None,
    laws: Iterable[Any] | None = None,
    loss: str = "full",
) -> Report: ...


@overload
def analyze(
    network: Network,
    *,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    method: str = "auto",
    budget: float | None = None,
    memory: float | None = None,
    progress: Callable[[int, int], bool | None] | None = None,
    at: Any,
    laws: Iterable[Any] | None = None,
    loss: str = "full",
) -> PointReport: ...


def analyze(
    network: Network,
    *,
    seed: int = 0,
    effort: float = DEFAULT_EFFORT,
    method: str = "auto",
    budget: float | None = None,
    memory: float | None = None,
    progress: Callable[[int, int], bool | None] | None = None,
    at: Any = None,
    laws: Iterable[Any] | None = None,
    loss: str = "full",
) -> Report | PointReport:
    """How many independent conservation laws the network has near a generic point, with two bounds
    as evidence.

    Every smooth conservation law of the gradient flow of any loss on any data, through phi, is
    counted: D minus the generic dimension of Lie(W)(theta), W = span{grad phi_i}. report.object
    says what phi is.

    Parameters
    ----------
    network : Network
    seed : int
        0 .. 2^64-1; equal seeds give equal reports.
    effort : float
        The products modulo primes that the search may spend.
    method : str
        "auto" walks the table of methods, what is cheap first; report.found_by and report.method
        say which one it was. "paths" counts paths, in time linear in the edges, where no path
        passes through a linear neuron and no weights are tied (beyond 2 000 000 parameters by the
        widths: report.method "theorem"); "widening" shows that layered networks of these widths
        grow from a small one, where brackets are looked at; "symmetric" searches at points of
        layered networks that are a direct sum of copies of small ones (docs/mathematics.md);
        "generic" at a random point.
    budget : float, optional
        Seconds after which the search ends with the interval it has.
    memory : float, optional
        Bytes. Methods that are estimated to take more are not begun.
    progress : callable, optional
        progress(rank, target) is called now and then, and ends the search by returning True.
    at : array, mapping or sequence, optional
        Rational weights, as in `Network.flatten`: integers, fractions (also of python-flint), texts
        such as "1/2", or floats, which are taken as the binary fractions they are, with a note
        where that is not the decimal as written.
    laws : iterable, optional
        Laws that you have found, as `check_law` takes them, or the result of `find_laws` or
        `polynomial_laws`: each is proved once more, and together, and with the laws that are known
        anyway, they are one more bound. One that is refuted, or only probable, is an error.
    loss : str
        "full" sees all outputs; "softmax", or "cross_entropy", their differences: then the report
        is about `under_loss(network, loss)`.

    Returns
    -------
    Report
        verdict: "proved" (brackets at a point, or a count of spanning paths, reach an exact upper
        bound), "probable" (they stagnate below it, with the probability of error in error_bound),
        "open" (an interval).
    PointReport
        Where `at` is given: about the dimension of the trace there, with the generic report inside.

    Raises
    ------
    InputError
        Also where a denominator of the vector fields is 0 at that point, and for what is no law.
    LimitError
        When the network is too large for every method, or memory for all of them.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, theorem 3.3 and corollary.

    Examples
    --------
    >>> from pyconslaw import System, analyze, linear
    >>> report = analyze(linear([3, 3, 3]))
    >>> report.laws, report.verdict, report.upper_by
    (6, 'proved', ('balance laws (6 independent)',))
    >>> hidden = System(["x", "y"], fields=[["y^30", "-x^30"]])
    >>> analyze(hidden, laws=["x^31 + y^31"]).upper_by
    ('single generator',)
    """
    rng = checked(network, seed, effort, limit=None)
    network = under_loss(network, loss)
    if at is not None:
        checked(network, seed)
        point, warnings = rational_weights(network, at, "at")
        check_point(network, point)
    limits = budget_of(rng, effort, seconds=budget, memory=memory, progress=progress)
    given: UpperBound | None = None
    notes: tuple[str, ...] = ()
    if laws is not None:
        try:  # in half of the time, so that the methods have theirs
            ask = limits.share(part_of_time=0.5).ask
            given = bound_of_laws(network, laws, Random(seed), ask)
        except Ended:
            notes = (LEFT_OUT,)
    report = answered(network, seed, limits, method, given, notes=notes)
    if at is None:
        return report
    return point_report(network, point, report, rng.spawn(), limits, warnings=warnings)


def estimate(network: Network, method: str = "auto", *, trial: float = TRIAL) -> Estimate:
    """What `analyze` would do first, and roughly what that takes.

    Parameters
    ----------
    network : Network
    method : str
        As in `analyze`.
    trial : float
        Seconds for which a search is tried where it is not known beforehand how long it takes
        (brackets of an explicit system, of a small graph, of the network that a wide one grows
        from), and again for what comes after brackets; 0: nothing is tried, and no symmetric point
        is drawn.

    Returns
    -------
    Estimate
        method, in words; seconds of one core; memory, in bytes.

    Raises
    ------
    InputError
        For a method that is not for this network.
    LimitError
        When it is too large for every method.

    Examples
    --------
    >>> from pyconslaw import estimate, linear
    >>> estimate(linear([1000] * 11)).method
    'widening'
    """
    checked(network, 0, limit=None)
    return expected(network.problem, network.name, method, trial)


def answered(
    network: Network,
    seed: int,
    limits: Budget,
    method: str = "auto",
    given: UpperBound | None = None,
    *,
    notes: tuple[str, ...] = (),
) -> Report:
    """The report of the table of methods. given: one more upper bound. notes: for the report."""
    answer = find_bounds(network.problem, network.name, limits, seed, method)
    if given is not None and not answer.bounds.meet:
        answer = replace(answer, bounds=joined(network, answer.bounds, given, limits))
    error = looked_again(answer, limits)
    notes = notes_of(answer.bounds, error, limits) + left_out(answer) + notes + about(network)
    return concluded(network, seed, answer, error, notes)


def joined(network: Network, bounds: Bounds, given: UpperBound, limits: Budget) -> Bounds:
    """The bounds with that of laws that were handed in, alone, or where that is not enough together
    with known ones.
    """
    best = bounds.best(Bounds(bounds.lower, given, bounds.family))
    if best.meet:
        return best
    try:
        more = with_known_laws(network, given, bounds.upper, limits)
    except Ended:
        return best
    return best.best(Bounds(bounds.lower, more, bounds.family))


def looked_again(answer: Answer, limits: Budget) -> Fraction | None:
    """The probability that a search which stagnated is wrong; None where nothing can be said."""
    bounds = answer.bounds
    if bounds.meet or limits.over:
        return None
    lower = searched(bounds.lower)
    with suppress(Ended):
        if isinstance(lower, SummedBound):
            return confirm_parts(lower, answer.rng.spawn(), limits.effort, ask=limits.ask)
        if isinstance(lower, BracketWords) and bounds.family is not None:
            rng = answer.rng.spawn()
            return confirm(bounds.family, lower, rng, limits.effort, ask=limits.ask)
    return None


def searched(lower: LowerBound) -> LowerBound | None:
    """What was searched: under weight decay it has the dimension of the flow, less one, with rates
    alone the same.
    """
    return lower.base if isinstance(lower, DecayBound) else lower


def notes_of(bounds: Bounds, error: Fraction | None, limits: Budget) -> tuple[str, ...]:
    """Why the bounds do not meet."""
    lower, upper = bounds.lower, bounds.upper
    if bounds.meet:
        return ()
    missing = f"the known laws leave dim Lie(W) <= {upper.dimension}, brackets reach {lower.rank}"
    if upper.searched:
        missing += (
            f"; at most {upper.dimension - lower.rank} laws are missing, beyond the forms "
            f"that were searched: {'; '.join(upper.searched)}"
        )
    looked = searched(lower)
    if looked is not None and looked.method == Interval.name:
        return (missing,)
    if isinstance(lower, SeriesBound):
        why = "series of controls that stagnate prove nothing"
    elif looked is None:
        why = "phi has too many paths for its homogeneous parts to be searched"
    elif not isinstance(looked, BracketWords | SummedBound):
        why = "a search at points with symmetry proves nothing by stagnating"
    elif not lower.complete or (limits.over and error is None):
        why = "the search ended on its budget"
    elif error is not None:
        why = "every further bracket was tried and none raised the rank"
    else:
        why = "a second look at a fresh point did not confirm that the rank stagnates"
    return missing, why


def left_out(answer: Answer) -> tuple[str, ...]:
    """Which rows of the table the budget did not hold, where that may matter."""
    if answer.bounds.meet:
        return ()
    return tuple(f"not begun: method {name} would take {cost}" for name, cost in answer.left_out)


def about(network: Network) -> tuple[str, ...]:
    """What the answer is about, where that is not plain."""
    notes: tuple[str, ...] = ()
    if network.phase is not None and network.phase.parameter is not None:
        name = network.parameters[-1].name
        notes += (f"the parameter {name} never moves: it is one of the laws",)
    if isinstance(network, Block):
        notes += ("about phi of the block: that data see all of it is assumed", *network.cuts)
    if network.poles:
        shown = [f"{Law(network, f)!s:.60}" for f in network.poles[:SHOWN]]
        shown += ["..."] * (len(network.poles) > SHOWN)
        notes += (f"about points where no denominator is 0: {', '.join(shown)}",)
    return notes


def spoken(reasons: tuple[str, ...], network: Network) -> tuple[str, ...]:
    """Reasons with the names of the user's file in the place of numbers."""
    graph = network if network.base is None else network.base
    return tuple(
        reason.named(graph.node_names) if isinstance(reason, AtNode) else reason
        for reason in reasons
    )


def concluded(
    network: Network, seed: int, answer: Answer, error: Fraction | None, notes: tuple[str, ...]
) -> Report:
    """The report of what was found."""
    size, lower, upper = network.size, answer.bounds.lower, answer.bounds.upper
    if lower.rank > upper.dimension:
        raise AssertionError(
            f"{network.name}: rank {lower.rank} above the proved bound {upper.dimension}; "
            "please report"
        )
    verdict = PROVED if answer.bounds.meet else OPEN if error is None else PROBABLE
    return Report(
        network=network.name,
        object=network.object,
        parameters=size,
        laws=None if verdict == OPEN else size - lower.rank,
        laws_min=size - upper.dimension,
        laws_max=size - lower.rank,
        verdict=verdict,
        upper_by=spoken(upper.reasons, network),
        rank_by_round=lower.rank_by_round,
        method=lower.method,
        found_by=answer.by,
        seed=int(seed),
        primes=tuple(dict.fromkeys((*lower.primes, *upper.primes))),
        error_bound=error,
        notes=notes,
        system=network.fingerprint,
        lower=lower,
        upper=upper,
    )


def count(network: Network, *, seed: int = 0, loss: str = "full") -> int:
    """The number of independent conservation laws, when it is proved or probable.

    Parameters
    ----------
    network : Network
    seed : int
        As in `analyze`, whose report says how sure the number is.
    loss : str
        As in `analyze`.

    Returns
    -------
    int

    Raises
    ------
    NotProvedError
        With the report, when the answer is open.
    InputError, LimitError
        As `analyze`.

    References
    ----------
    As of `analyze`.

    Examples
    --------
    >>> from pyconslaw import count, mlp
    >>> count(mlp([2, 3, 1], bias=True))
    3
    """
    checked(network, seed, limit=None)
    network = under_loss(network, loss)
    report = analyze(network, seed=seed)
    if report.laws is None:
        raise NotProvedError(
            f"{network.name}: open, between {report.laws_min} and {report.laws_max} laws", report
        )
    return report.laws
