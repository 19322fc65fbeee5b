"""Which laws there are, and what a user's own candidates are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from pyconslaw.analysis.checked import checked
from pyconslaw.analysis.given import polynomials_of, proved_law
from pyconslaw.analysis.handed import report_of
from pyconslaw.blocks.trace import Block
from pyconslaw.errors import InputError, LimitError
from pyconslaw.laws.beside import BesideLaws
from pyconslaw.laws.check import CheckResult
from pyconslaw.laws.closed_forms.candidate import check_read, read_law
from pyconslaw.laws.closed_forms.forms import ClosedForm, gradients_of
from pyconslaw.laws.closed_forms.groups import check_apart
from pyconslaw.laws.closed_forms.law import ClosedLaw, FoundLaws
from pyconslaw.laws.closed_forms.ring import Ring
from pyconslaw.laws.closed_forms.search import FORMS, find_forms
from pyconslaw.laws.law import Law, LawSet
from pyconslaw.laws.lazy import LazyLaws
from pyconslaw.laws.polynomial.ansatz import check_degrees
from pyconslaw.laws.polynomial.search import law_gradients
from pyconslaw.laws.polynomial.search import polynomial_laws as search_laws
from pyconslaw.laws.stated.layered import BalanceLaws
from pyconslaw.laws.stated.parts import LaterLaws
from pyconslaw.networks.network import Network
from pyconslaw.reasons.balance_laws import balance_bound
from pyconslaw.reasons.independence import independent
from pyconslaw.reasons.small_degree import small_degree_bound
from pyconslaw.records.polynomial import Polynomial
from pyconslaw.records.report import PROVED, Report


def _law_set(network, listed, degree, dimension, independent_laws, report) -> LawSet:
    laws = listed if isinstance(listed, LazyLaws) else tuple(Law(network, h) for h in listed)
    complete = report.verdict == PROVED and independent_laws == report.laws
    return LawSet(network, laws, degree, dimension, independent_laws, complete, report.verdict)


def known_laws(network: Network, *, seed: int = 0, report: Report | None = None) -> LawSet:
    """All known independent laws, by parameter name: the balance laws of a network, degree <= 2
    laws of a system.

    Parameters
    ----------
    network : Network
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work.

    Returns
    -------
    LawSet
        dimension counts the known laws before dependent ones are left out. The laws of a layered
        network are made lazily, however many (see `balance_laws`).

    Raises
    ------
    InputError
        As `analyze`, and for a report about something else.
    LimitError
        As `analyze`, and for networks that are not layered beyond 20 000 parameters.

    References
    ----------
    Du, Hu and Lee 2018 and Arora, Cohen and Hazan 2018 for the balance laws.

    Examples
    --------
    >>> from pyconslaw import known_laws, mlp
    >>> for law in known_laws(mlp([1, 2, 1])): print(law)
    W1[0,0]^2 - W2[0,0]^2
    W1[1,0]^2 - W2[0,1]^2
    """
    rng = checked(network, seed, limit=None)
    report = report_of(network, report, seed)
    if network.layers is not None:
        laws = BalanceLaws(network)
        if report.upper.stated == len(laws) == network.size - report.upper.dimension:
            return _law_set(network, laws, 2 if len(laws) else None, len(laws), len(laws), report)
    if isinstance(network, Block) and report.verdict == PROVED:
        stated = network.stated
        if len(stated) == report.laws and stated:
            return _law_set(network, stated, stated.degree, len(stated), len(stated), report)
    checked(network, seed)
    problem, bound = network.problem, report.upper
    if not isinstance(bound.laws, LaterLaws):
        found = (
            max(balance_bound(problem.graph, rng), bound, key=lambda b: len(b.laws))
            if problem.has_graph
            else small_degree_bound(problem, rng)
        )
        if found is None:
            raise LimitError(
                f"network: {network.name} is too large for an unasked search; give a degree"
            )
        carried = problem.decays or problem.rescales  # laws of another system, as laws of this one
        bound = max(found, bound, key=lambda b: len(b.laws)) if carried else found
    degree = max((h.degree for h in bound.laws), default=None)
    return _law_set(network, bound.laws, degree, bound.stated, len(bound.laws), report)


def balance_laws(network: Network) -> BalanceLaws:
    """All balance laws of a layered network, listed lazily.

    Parameters
    ----------
    network : Network
        A layered one.

    Returns
    -------
    BalanceLaws
        In the order of layers, then of neurons i <= j.

    Raises
    ------
    InputError
        When the network is not layered.

    References
    ----------
    As of `BalanceLaws`.

    Examples
    --------
    >>> from pyconslaw import balance_laws, linear
    >>> laws = balance_laws(linear([2, 2, 1]))
    >>> [str(law) for law in laws.layer(1)][1], laws.values([[[1, 2], [3, 4]], [[5, 6]]]).tolist()
    ('W1[0,0]*W1[1,0] + W1[0,1]*W1[1,1] - W2[0,0]*W2[0,1]', [-20, -19, -11])
    """
    if not isinstance(network, Network):
        raise InputError(
            f"network: expected a Network (linear, mlp, ...), got {type(network).__name__}"
        )
    return BalanceLaws(network)


def polynomial_laws(
    network: Network,
    degree: int,
    *,
    up_to: bool = False,
    seed: int = 0,
    report: Report | None = None,
) -> LawSet:
    """A basis of all polynomial laws: homogeneous of that degree, or (up_to) of degree 1, ...,
    degree; exact over Q.

    By linear algebra on the full ansatz, split by parities; the paths of a network are listed only
    when it has laws beyond the products of those that can be read off it. Laws are in canonical
    form (see `pyconslaw.laws.polynomial.search`).

    Parameters
    ----------
    network : Network
    degree : int
        At least 1.
    up_to : bool
        Whether lower degrees are searched too.
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work: it says whether the laws are all there are.

    Returns
    -------
    LawSet
        dimension: of the space of these laws, of which `laws` is a basis. independent: the rank of
        their gradients at a generic point.

    Raises
    ------
    InputError
        For a degree below 1, and as `analyze`.
    LimitError
        When the ansatz has more than 10 000 000 unknowns or a class of more than 8 000 that do not
        split, or phi too many paths to prove such laws.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, section 2.3.

    Examples
    --------
    >>> from pyconslaw import polynomial_laws, product
    >>> laws = polynomial_laws(product(3), 2)
    >>> [str(law) for law in laws], laws.dimension, laws.independent, laws.complete
    (['x2^2 - x1^2', 'x3^2 - x1^2'], 2, 2, True)
    """
    rng = checked(network, seed)
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise InputError(f"degree: expected an integer >= 1, got {degree!r}")
    degrees = check_degrees(range(1, degree + 1) if up_to else [degree], network.size)
    problem = network.problem
    found = search_laws(
        problem.family() if problem.has_graph else problem.explicit().directions(), degrees
    )
    mask, _ = independent(lambda x, p: law_gradients(found, network.size, x, p), rng, network.size)
    report = report_of(network, report, seed)
    return _law_set(network, found, degree, len(found), int(mask.sum()), report)


def find_laws(
    network: Network,
    *,
    degree: int = 2,
    forms: Sequence[str] = FORMS,
    seed: int = 0,
    report: Report | None = None,
) -> FoundLaws:
    """Independent laws of several forms, exact, until as many are exhibited as the count allows.

    Each law is proved by multiplying out.

    Parameters
    ----------
    network : Network
    degree : int
        From 1 to 20: of the polynomials that are searched for in each form.
    forms : sequence of str
        Among "polynomial" (all of degree at most `degree`), "rational" (P / Q: those with P and Q
        of degree at most `degree`, and all that are coefficients of relations of that degree
        between monomials on a leaf, in the coordinates that move) and "logarithmic" (sums of c log
        P and angles over Darboux polynomials, c a number or a law, plus a quotient whose
        denominator is a product of Darboux polynomials).
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work.

    Returns
    -------
    FoundLaws
        It says what was searched, and how many laws are missing from the count: then there are
        others, of no form that was searched.

    Raises
    ------
    InputError
        For a degree or forms other than these, and as `analyze`.
    LimitError
        When phi has too many paths to be written out.

    References
    ----------
    Darboux 1878 for sums of logarithms.

    Examples
    --------
    >>> from pyconslaw import System, find_laws
    >>> tied = System(["a", "b"], phi=["a^2 + b^2"])       # one row: W^T W with W = (a, b)
    >>> laws = find_laws(tied)
    >>> str(laws[0]), laws[0].sort, laws.missing
    ('b/a', 'rational', 0)
    """
    rng = checked(network, seed)
    if isinstance(degree, bool) or not isinstance(degree, int) or not 1 <= degree <= 20:
        raise InputError(f"degree: expected an integer from 1 to 20, got {degree!r}")
    if (
        isinstance(forms, str)
        or not isinstance(forms, Collection)
        or not forms
        or any(form not in FORMS for form in forms)
    ):
        raise InputError(f"forms: expected some of {', '.join(FORMS)}, got {forms!r}")
    report = report_of(network, report, seed)
    known = (
        polynomials_of(known_laws(network, seed=seed, report=report))
        if network.has_graph and "polynomial" in forms
        else []
    )
    found = find_forms(network.explicit(), report.laws_max, degree, forms, rng, known)
    listed = tuple(ClosedLaw(network, form) for form in found.forms)
    complete = report.verdict == PROVED and len(listed) == report.laws
    return FoundLaws(
        network,
        listed,
        None,
        len(listed),
        len(listed),
        complete,
        report.verdict,
        found.searched,
        report.laws_max - len(listed),
    )


def check_law(network: Network, law, *, seed: int = 0) -> CheckResult:
    """Is this a conservation law? Conserved, or the component of phi and the point that refute it.

    Parameters
    ----------
    network : Network
    law : str, Law, Polynomial or sympy.Expr
        A text in the parameter names: a polynomial ("W1[0,0]^2 - W2[0,0]^2"), a quotient
        ("x/(x + y)"), or a sum with logarithms and arctangents, as `find_laws` prints it
        ("log(x) - a*arctan(sqrt(2)*y/x)/sqrt(2)"). Or a `Law` of this network, of any form, or a
        `records.Polynomial` in its flattened parameters, or a SymPy expression as of `to_sympy`.
    seed : int
        Of the points where a law that cannot be written out is looked at.

    Returns
    -------
    CheckResult
        Its truth value: whether the law is conserved. Exact either way; only when phi has too many
        paths to be written out and the law is no combination of balance laws is "conserved"
        probable, with its error bound.

    Raises
    ------
    InputError
        For a text that is no law of these parameters, for a law of another network, and where
        constants decide: arctangents that differ by constants, times what is no law.
    LimitError
        When the law has so many terms that it cannot be multiplied out.

    Examples
    --------
    >>> from pyconslaw import check_law, product
    >>> bool(check_law(product(2), "x1^2 - x2^2")), check_law(product(2), "x1 + x2").point
    (True, {'x1': 0, 'x2': 1})
    """
    rng = checked(network, seed)
    return check_read(network, *read_law(network, law), rng)


def complement(
    network: Network, laws: Iterable, *, seed: int = 0, report: Report | None = None
) -> LawSet:
    """What is missing from given laws: known laws independent of them and of each other.

    Parameters
    ----------
    network : Network
    laws : iterable
        Candidates, perhaps none, each as in `check_law`; each must be conserved.
    seed : int
        As in `analyze`.
    report : Report, optional
        One of `analyze`, to save the work.

    Returns
    -------
    LawSet
        dimension: the number of laws still missing from the proved or probable count (the upper end
        of the interval when open). independent: the number listed. complete: whether nothing is
        missing after them.

    Raises
    ------
    InputError
        Names the candidate that is not a law, or only probably one because phi has too many paths
        for a proof; for two laws with arctangents that differ by a constant, each times a law; for
        a report about something else.
    LimitError
        As `analyze`.

    Examples
    --------
    >>> from pyconslaw import complement, mlp
    >>> [str(law) for law in complement(mlp([1, 2, 1]), ["W1[0,0]^2 - W2[0,0]^2"])]
    ['W1[1,0]^2 - W2[0,1]^2']
    """
    rng = checked(network, seed)
    given = [proved_law(network, law, f"laws[{k}]", rng.spawn()) for k, law in enumerate(laws)]
    check_apart(Ring(network.size), [f for f in given if isinstance(f, ClosedForm)], "laws")
    report = report_of(network, report, seed)
    known = polynomials_of(known_laws(network, seed=seed, report=report))
    together = [*given, *known]
    polynomial = all(isinstance(law, Polynomial) for law in together)
    gradients = law_gradients if polynomial else gradients_of
    mask, _ = independent(lambda x, p: gradients(together, network.size, x, p), rng, network.size)
    added = [law for law, keep in zip(known, mask[len(given) :], strict=True) if keep]
    found = int(mask.sum())
    return BesideLaws(
        network,
        tuple(Law(network, h) for h in added),
        None,
        report.laws_max - int(mask[: len(given)].sum()),
        len(added),
        report.verdict == PROVED and found == report.laws,
        report.verdict,
    )
