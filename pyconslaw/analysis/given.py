"""Laws that a user has found, proved once more, as a bound of the dimension."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from pyconslaw.errors import InputError
from pyconslaw.laws.check import check_network
from pyconslaw.laws.closed_forms.candidate import check_read, read_law
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.law import Law, LawSet, PolynomialLaw
from pyconslaw.laws.stated.layered import BalanceLaws
from pyconslaw.networks.network import Network
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.given_laws import given_laws_bound, joined_bound
from pyconslaw.reasons.small_degree import small_degree_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, Budget, nobody
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROVED
from pyconslaw.thresholds import LAW_MEMORY

JOINED = 2000  # known laws that are written out, to be joined with those that were handed in


def bound_of_laws(network: Network, laws, rng, ask: Ask = nobody) -> UpperBound | None:
    """The bound by laws, each as `check_law` takes it, or a set of them; None without laws.

    Errors: InputError names a law that is refuted, only probable, or of another network; those of
    ask.
    """
    if isinstance(laws, LawSet):
        check_network(network, laws)
    if isinstance(laws, str | bytes) or not isinstance(laws, Iterable):
        raise InputError(f"laws: expected a sequence of laws, got {laws!r:.80}")
    proved = []
    for k, law in enumerate(laws):
        ask()
        proved.append(proved_law(network, law, f"laws[{k}]", rng))
    return given_laws_bound(network.size, proved, rng, ask) if proved else None


def with_known_laws(
    network: Network, given: UpperBound, upper: UpperBound, limits: Budget
) -> UpperBound:
    """The bound by laws that were handed in and by those that the table of methods has; the given
    one where these are too many, or none.
    """
    rng = limits.rng.spawn()
    known = known_beside(network, upper, rng, limits.ask, limits.memory)
    return joined_bound(network.size, given, known, rng, limits.ask) if known else given


def known_beside(
    network: Network, upper: UpperBound, rng, ask: Ask = nobody, memory: float = inf
) -> Sequence[Polynomial | ClosedForm]:
    """Laws that are proved anyway and few enough to be written out: those of the bound, balance
    laws, or laws of small degree; memory: bytes that looking for them may take.
    """
    if held := len(upper.laws) + len(upper.forms):
        return [*upper.laws, *upper.forms] if held <= JOINED else ()
    if network.layers is not None and network.flow == "gradient":
        listed = BalanceLaws(network)
        return polynomials_of(listed) if len(listed) <= JOINED else ()
    if network.graph is not None:
        if network.flow != "gradient":
            return ()
        return balance_bound(network.graph, rng, ask, memory=memory).laws
    found = small_degree_bound(network.problem, rng, ask, min(memory, LAW_MEMORY))
    return () if found is None else found.laws


def polynomials_of(laws: Iterable[Law]) -> list[Polynomial]:
    """Those laws that are polynomials, without their names."""
    return [law.polynomial for law in laws if isinstance(law, PolynomialLaw)]


def proved_law(network: Network, law, name: str, rng) -> Polynomial | ClosedForm:
    """The law as a polynomial with integer coefficients, or in closed form, once it is proved.
    Errors: InputError.
    """
    read, scale = read_law(network, law)
    own = rng if isinstance(read, ClosedForm) else rng.spawn()
    found = check_read(network, read, scale, own)
    if not found:
        raise InputError(f"{name}: is not a conservation law of {network.name}: {law!s:.80}")
    if found.verdict != PROVED:
        raise InputError(
            f"{name}: phi has too many paths for a proof that {law!s:.80} is a law; it is probable"
        )
    return read
