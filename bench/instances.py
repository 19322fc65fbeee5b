"""The networks that are counted and searched, by name, with where each comes from."""

from dataclasses import dataclass
from importlib.metadata import version

import click

from bench import harness
from pyconslaw import mlp

PAPER = "Marcotte, Gribonval and Peyre 2023, experiments (pyconslaw/data/paper_architectures.json)"
EXAMPLE = "the example of README.md"
WIDE = "wide hidden layers between narrow ends: brackets close in six rounds only"
DEEPER = "Gonon et al. 2023, path-lifting of a ReLU network of two hidden layers"


@dataclass(frozen=True)
class Instance:
    """A layered network; known: the number of its independent laws that theory states (linear:
    all entries of the balance matrices).
    """

    kind: str
    dims: tuple[int, ...]
    bias: bool
    source: str

    @property
    def relu(self):
        return self.kind == "relu"

    @property
    def known(self):
        hidden = self.dims[1:-1]
        return sum(hidden) if self.relu else sum(n * (n + 1) // 2 for n in hidden)

    @property
    def name(self):
        return f"{self.kind} {'-'.join(map(str, self.dims))}{' --bias' * self.bias}"

    def network(self):
        return mlp(list(self.dims), self.kind, self.bias)


def instance(name, source):
    """The instance of such a name: linear 3-3-3, relu 2-3-1 --bias."""
    kind, dims, *bias = name.split()
    return Instance(kind, tuple(map(int, dims.split("-"))), bias == ["--bias"], source)


SEARCHES = [
    instance(name, source)
    for name, source in [
        ("relu 2-3-1 --bias", EXAMPLE),
        ("linear 3-2-3", PAPER),
        ("relu 3-3-3-4", PAPER),
        ("linear 3-3-3-3", PAPER),
        ("linear 4-4-4", PAPER),
        ("linear 3-4-3-4", PAPER),
        ("relu 9-7-2", PAPER),
        ("linear 4-5-5-5", PAPER),
        ("linear 3-5-5-5-5", PAPER),
    ]
]
COUNTS = [
    instance(name, source)
    for name, source in [
        ("relu 2-3-1 --bias", EXAMPLE),
        ("linear 3-3-3", PAPER),
        ("relu 3-4-4-2", DEEPER),
        ("linear 3-3-3-3", PAPER),
        ("relu 9-7-2", PAPER),
        ("linear 2-8-8-2", WIDE),
        ("linear 4-5-5-5", PAPER),
        ("linear 3-4-5-4-2", PAPER),
        ("linear 3-5-5-5-5", PAPER),
        ("relu 8-8-6-6-4", PAPER),
        ("relu 9-9-8-8-8 --bias", PAPER),
    ]
]


def chosen(instances, names):
    """All, or those of these names, separated by commas."""
    return [i for i in instances if not names or i.name in names.split(",")]


def command_of(name, instances, about, rivals, text):
    """The click command of a benchmark that goes from the widths of each instance to an answer,
    rivals in processes of their own.

    about(instance): what names it in the results, but for its source; rivals(instance): {name:
    Rival}; text: the help.
    """

    @click.command(help=text)
    @click.option(
        "--only",
        default="",
        help="Instances by name, separated by commas, such as: "
        f"{instances[1].name},{instances[-1].name}",
    )
    @click.option("--repeats", default=3, show_default=True)
    @click.option(
        "--budget",
        default=20.0,
        show_default=True,
        help="Seconds of processor time after which a rival is stopped.",
    )
    @click.option("--record/--no-record", default=True, show_default=True)
    def command(only, repeats, budget, record):
        for rival in rivals(instance("linear 2-2-2", "warm-up: lazy imports")).values():
            rival.run()
        table = harness.Table(repeats, budget, apart=True)
        for of in chosen(instances, only):
            table.measure({**about(of), "source": of.source}, rivals(of))
        table.finish(name, record, python_flint=version("python-flint"))

    return command
