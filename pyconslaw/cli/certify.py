"""pyconslaw certify: the proof, as a file."""

from __future__ import annotations

from functools import partial

import click

from pyconslaw.analysis.certified import certify as certificate_of
from pyconslaw.certificate import Certificate
from pyconslaw.cli.answers import Answers, output_options
from pyconslaw.cli.function import on_data
from pyconslaw.cli.group import command
from pyconslaw.cli.search import SearchWords, report_of, search_options
from pyconslaw.cli.words import NetworkWords, network_arguments
from pyconslaw.networks.names import KINDS
from pyconslaw.networks.network import Network
from pyconslaw.records.report import Report
from pyconslaw.verify.kernel import verify_bytes
from pyconslaw.verify.reading import Declined, Refused

FUNCTION = "function"


@command(
    "Write a certificate of the proved count. It is JSON with or without --json. function FILE is "
    "about a network on given data.",
    "pyconslaw certify linear 784-512-256-10 --output c.json",
    "pyconslaw certify relu 2-3-1 --bias",
    "pyconslaw certify system sys.json --budget 60s",
    "pyconslaw certify function data.json --output data-c.json",
)
@partial(network_arguments, kinds=(*KINDS, FUNCTION))
@search_options
@output_options
def certify(words, search, answers):
    network, report, name = _counted(words, search, answers)
    certificate = certificate_of(network, seed=answers.seed, report=report)
    declined = "" if answers.quiet else _declined(certificate)
    answers.write(certificate.bytes)
    if answers.file is not None:
        answers.tell(
            f"{answers.output}: {name}, {report.laws} laws, proved; check it with: "
            f"pyconslaw verify {answers.output}"
        )
    if declined:
        answers.tell(f"The usual limits of the check are too small for it: {declined}")


def _declined(certificate: Certificate) -> str:
    """Why the checker would decline it with its usual limits; or nothing, when it accepts it."""
    try:
        verify_bytes(certificate.bytes)
    except Declined as reason:
        return str(reason)
    except Refused as reason:
        raise click.ClickException(f"the checker refuses the certificate: {reason}") from None
    return ""


def _counted(
    words: NetworkWords, search: SearchWords, answers: Answers
) -> tuple[Network, Report, str]:
    """The network, its report, and what that is about."""
    if words.kind != FUNCTION:
        network = words.network(answers)
        return network, report_of(network, answers, search), network.name
    if words.size is None or words != NetworkWords(FUNCTION, words.size) or search != SearchWords():
        raise click.UsageError("expected function FILE, without options of networks and searches")
    network, report = on_data(words.size, answers)
    return network, report, report.question.text
