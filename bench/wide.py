"""Wide and deep networks end to end: the count, its proof, the certificate and its check, one
line a network.
"""

import time

import click

from pyconslaw import analyze, certify, family, linear, mlp
from pyconslaw.verify import verify_bytes

NETWORKS = [
    linear([1000] * 11),
    linear([784, 512, 256, 10]),
    linear([2] * 61),
    linear([1, 20, 20, 2]),
    linear([2, 24, 24, 2]),
    linear([3, 30, 30, 3]),
    linear([5, 200, 200, 5]),
    linear([7, 300, 500, 11]),
    linear([10, 400, 400, 400, 10]),
    linear([2, 1000, 1000, 1000, 3]),
    linear([10, 1000, 1000, 10]),
    linear([1, 500, 500, 1]),
    linear([50] * 5),
    linear([60 - 3 * k for k in range(12)]),
    mlp([5, 300, 5], "linear", "all"),
    mlp([784, 512, 256, 10], ["linear", "relu"], "all"),
    mlp([100, 80, 80, 60, 10], ["linear", "relu", "linear"], True),
    mlp([10, 1000, 1000, 1000, 10], ["relu", "linear", "relu"]),
    mlp([1000] * 11, "relu"),
]
FAMILIES = [
    ("linear 1-2-2-1", linear([1, 2, 2, 1]), {}),
    ("linear 1-1-1-1-1-1-1-1-1-1-1", linear([1] * 11), {}),
    ("linear 5 --pyramid", linear([1] * 6), {"pyramid": True}),
    ("linear 3 --wide", linear([1] * 4), {"wide": True}),
    (
        "mlp 4 --activations linear,relu,linear --bias --wide",
        mlp([1] * 5, ["linear", "relu", "linear"], True),
        {"wide": True},
    ),
]
COLUMNS = "{:<58} {:>10} {:>9} {:>8} {:>12} {:>8}  {}"


def line(name, size, prove):
    """One line: prove() gives (laws, how, certificate) or what is known without a proof."""
    start = time.perf_counter()
    laws, how, certificate = prove()
    middle = time.perf_counter()
    if certificate is None:
        return COLUMNS.format(name, size, laws, f"{middle - start:.2f} s", "-", "-", how), False
    accepted = verify_bytes(certificate.bytes, name)
    end = time.perf_counter()
    right = accepted.laws in (None, laws)
    return COLUMNS.format(
        name,
        size,
        laws,
        f"{middle - start:.2f} s",
        f"{len(certificate.bytes)} bytes",
        f"{end - middle:.2f} s",
        how,
    ), right


def of_network(network):
    report = analyze(network)
    if report.verdict != "proved":
        return f"{report.laws_min}..{report.laws_max}", report.verdict, None
    how = report.method if len(report.method) < 60 else report.method[:57] + "..."
    return report.laws, how, certify(network, report=report)


def of_family(network, options):
    found = family(network, **options)
    return (
        "formula",
        found.formula if len(found.formula) < 60 else found.formula[:57] + "...",
        found.certificate(),
    )


@click.command()
def command():
    """Proves, certifies and checks all networks of a list: network, parameters, laws, seconds,
    size of the certificate, seconds of the check, method.
    """
    click.echo(
        COLUMNS.format("network", "parameters", "laws", "proved", "certificate", "check", "method")
    )
    failed = []
    cases = [(net.name, net.size, lambda net=net: of_network(net)) for net in NETWORKS]
    cases += [
        (f"family {name}", "all", lambda net=net, options=options: of_family(net, options))
        for name, net, options in FAMILIES
    ]
    for name, size, prove in cases:
        text, right = line(name, size, prove)
        click.echo(text)
        failed += [] if right else [name]
    if failed:
        raise click.ClickException("not proved and checked: " + ", ".join(failed))
