"""The command line. Data goes to stdout or --output, messages to stderr; the exit status says how
sure the answer is.
"""

from __future__ import annotations

import click

from pyconslaw import __version__
from pyconslaw.cli import catalogue, certify, count, family, laws, reproduce, structure, verify


@click.group()
@click.version_option(__version__, prog_name="pyconslaw")
def cli():
    """Conservation laws of gradient flows: how many, which ones, and a proof.

    Exit status: 0 proved or accepted, 3 probable, 4 open, 1 failed or refused, 2 wrong usage, 130
    interrupted.
    """


for command in (
    catalogue.catalogue,
    certify.certify,
    count.count,
    family.family,
    laws.laws,
    reproduce.reproduce,
    structure.structure,
    verify.verify,
):
    cli.add_command(command)
