"""The command line. Data goes to stdout or --output, messages to stderr; the exit status says how
sure the answer is.
"""

from __future__ import annotations

import click

from pyconslaw import __version__
from pyconslaw.cli.group import Commands, LazyGroup

COMMANDS = Commands(
    "pyconslaw.cli",
    {
        "catalogue": "Print how many laws some seventy networks have.",
        "certify": "Write a certificate of the proved count.",
        "check": "Tell whether a formula is a conservation law.",
        "complement": "List the laws that are missing beside given ones.",
        "count": "Count the independent conservation laws.",
        "family": "Prove the count for all widths at once.",
        "function": "Count the laws of a network on given data.",
        "laws": "List independent laws by parameter name.",
        "reproduce": "Run published experiments again.",
        "structure": "Describe the Lie algebra of W.",
        "sweep": "Ask one question about many networks.",
        "torch": "List the laws of a torch.nn.Module by parameter name.",
        "values": "Evaluate the known laws at given weights.",
        "verify": "Check a certificate.",
    },
)


@click.group(
    cls=LazyGroup,
    listed=COMMANDS,
    help="""Conservation laws of gradient flows: how many, which ones, and a proof.

    Exit status: 0 proved or accepted, 3 probable, 4 open, 1 failed or refused, 2 wrong usage, 130
    interrupted, 143 terminated, 141 the reader of a pipe has left.
    """,
    examples=(
        "pyconslaw count relu 2-3-1 --bias",
        "pyconslaw laws linear 3-3-3 --limit 5",
        "pyconslaw certify linear 784-512-256-10 -o c.json",
        "pyconslaw verify c.json",
        "pyconslaw count -h",
    ),
)
@click.version_option(__version__, prog_name="pyconslaw")
def cli() -> None:
    pass
