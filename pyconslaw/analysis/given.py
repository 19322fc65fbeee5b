"""Laws that a user has found, proved once more, as a bound of the dimension."""

from __future__ import annotations

from collections.abc import Iterable

from pyconslaw.errors import InputError
from pyconslaw.laws.check import check_candidate, check_network, read_candidate
from pyconslaw.laws.closed_forms.candidate import check_form, read_form
from pyconslaw.laws.closed_forms.forms import ClosedForm
from pyconslaw.laws.law import LawSet
from pyconslaw.networks.network import Network
from pyconslaw.reasons.given_laws import given_laws_bound
from pyconslaw.records.bounds import UpperBound
from pyconslaw.records.budget import Ask, nobody
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROVED


def bound_of_laws(network: Network, laws, rng, ask: Ask = nobody) -> UpperBound | None:
    """The bound by laws, each as `check_law` takes it, or a set of them; None without laws.

    Errors: InputError names a law that is refuted, only probable, or of another network.
    """
    if isinstance(laws, LawSet):
        check_network(network, laws)
    if isinstance(laws, str | bytes) or not isinstance(laws, Iterable):
        raise InputError(f"laws: expected a sequence of laws, got {laws!r:.80}")
    proved = [proved_law(network, law, f"laws[{k}]", rng) for k, law in enumerate(laws)]
    return given_laws_bound(network.size, proved, rng, ask) if proved else None


def proved_law(network: Network, law, name: str, rng) -> Polynomial | ClosedForm:
    """The law as a polynomial with integer coefficients, or in closed form, once it is proved.
    Errors: InputError.
    """
    form = read_form(network, law)
    found = check_form(network, form) if form else check_candidate(network, law, rng.spawn())
    if not found:
        raise InputError(f"{name}: is not a conservation law of {network.name}: {law!s:.80}")
    if found.verdict != PROVED:
        raise InputError(
            f"{name}: phi has too many paths for a proof that {law!s:.80} is a law; it is probable"
        )
    return read_candidate(network, law)[0] if form is None else form
