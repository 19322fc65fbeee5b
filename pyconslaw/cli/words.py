"""Which network the words of the command line name."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from pyconslaw.blocks.reading import BLOCKS, block_of_words
from pyconslaw.cli.answers import Answers
from pyconslaw.flows.setting import FLOWS
from pyconslaw.networks.files import read_network
from pyconslaw.networks.losses import under_loss
from pyconslaw.networks.names import KINDS, network_of
from pyconslaw.networks.network import Network
from pyconslaw.networks.under import under_flow


@dataclass(frozen=True)
class NetworkWords:
    """KIND DIMS, system FILE or --file, with the options that belong to them, as typed."""

    kind: str | None = None
    size: str | None = None
    file: str | None = None
    activations: str | None = None
    bias: str | None = None
    blocks: int | None = None
    steps: int | None = None
    loss: str | None = None
    flow: str | None = None
    tau: str | None = None
    metric: str | None = None
    decay: str | None = None
    rates: str | None = None

    def network(self, answers: Answers) -> Network:
        """The network of the words or of the file, under the flow of the words; a ReLU network
        without hidden layer is said to be linear. Errors: wrong usage when it is both or neither.
        """
        flow = {"flow": self.flow, "tau": self.tau, "metric": self.metric}
        flow |= {"decay": self.decay, "rates": self.rates}
        if self.file is not None:
            shape = self.activations, self.bias, self.blocks, self.steps
            if (self.kind, self.size, *shape) != (None,) * 6:
                raise click.UsageError(
                    "--file takes the place of KIND, DIMS, --activations, --bias, --blocks and "
                    "--steps"
                )
            return under_flow(under_loss(read_network(self.file), self.loss), **flow)
        if self.kind is None or self.size is None:
            raise click.UsageError(
                "expected KIND DIMS, such as linear 3-3-3, system FILE, or --file NET.JSON"
            )
        if self.kind in BLOCKS:
            return self._block(flow)
        more: dict[str, Any] = {"blocks": self.blocks, "steps": self.steps, "loss": self.loss}
        more |= flow
        given = {key: value for key, value in more.items() if value is not None}
        found = network_of(self.kind, self.size, self.activations, self.bias or False, **given)
        layers = (found.base or found).layers
        if self.kind == "relu" and layers is not None and len(layers.widths) == 2:
            answers.tell(
                f"relu {self.size} has no hidden layer, so no neuron is gated: it is {found.name}"
            )
        return found

    def _block(self, flow: dict[str, Any]) -> Network:
        """The block of the words. Errors: wrong usage with options of other networks."""
        shape = self.activations, self.bias, self.blocks, self.steps, self.loss
        if shape != (None,) * 5:
            raise click.UsageError(
                "--activations, --bias, --blocks, --steps and --loss belong to other networks; "
                f"{self.kind} has words such as bias or softmax in the place of DIMS"
            )
        return under_flow(block_of_words(str(self.kind), str(self.size)), **flow)


def network_arguments(command, kinds=KINDS):
    """KIND DIMS or WORDS, or system FILE, and the options that say which network: `words` of the
    command.
    """

    @wraps(command)
    def wrapped(*, kind, size, file, activations, bias, blocks, steps, **given):
        shape = kind, size, file, activations, bias, blocks, steps
        own = [given.pop(name) for name in ("loss", "flow", "tau", "metric")]
        own += [",".join(given.pop(name)) or None for name in ("decay", "rate")]
        return command(words=NetworkWords(*shape, *own), **given)

    for decorate in reversed(
        [
            click.argument(
                "kind", metavar="KIND", type=click.Choice((*kinds, *BLOCKS)), required=False
            ),
            click.argument("size", metavar="DIMS|WORDS|FILE", required=False),
            click.option(
                "--file",
                type=click.Path(allow_dash=True),
                metavar="NET.JSON",
                help="a network or system from a file, instead of KIND DIMS; - is stdin",
            ),
            click.option(
                "--activations",
                metavar="A,B,...",
                help="mlp: linear, relu, leaky_relu or abs per hidden layer; residual, recurrent, "
                "tied-autoencoder: one for all",
            ),
            click.option(
                "--bias",
                is_flag=False,
                flag_value="hidden",
                type=click.Choice(["hidden", "all"]),
                metavar="[hidden|all]",
                help="biases on hidden neurons (default of the flag), or on output neurons too",
            ),
            click.option(
                "--loss",
                metavar="LOSS",
                help="softmax (or cross_entropy): the loss sees differences of outputs only",
            ),
            click.option(
                "--blocks",
                type=click.IntRange(1),
                metavar="N",
                help="residual WIDTH-HIDDEN-OUTPUTS: how many blocks",
            ),
            click.option(
                "--steps",
                type=click.IntRange(1),
                metavar="N",
                help="recurrent INPUTS-HIDDEN-OUTPUTS: how many steps",
            ),
            click.option("--flow", metavar="FLOW", help=f"another flow: {', '.join(FLOWS)}"),
            click.option(
                "--tau",
                metavar="A/B|NAME",
                help="friction of the flow: a rational number or a parameter",
            ),
            click.option(
                "--metric",
                metavar="M",
                help="diagonal metric of the flow, such as entropic or W2=1/self",
            ),
            click.option(
                "--decay",
                metavar="[NAME=]A/B",
                multiple=True,
                help="weight decay, of all parameters or, again and again, by name",
            ),
            click.option(
                "--rate",
                metavar="NAME=A/B",
                multiple=True,
                help="how fast a parameter is trained, 1 by default; again and again",
            ),
        ]
    ):
        wrapped = decorate(wrapped)
    return wrapped
