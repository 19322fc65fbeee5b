"""The command line. Data goes to stdout or --output, messages to stderr; the exit status says how sure the answer is."""
from __future__ import annotations

import io
import json
import re
import sys
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import asdict
from functools import wraps
from time import perf_counter

import click

from pyconslaw import __version__
from pyconslaw.analysis.algebra import structure as structure_of
from pyconslaw.analysis.counting import analyze
from pyconslaw.analysis.counting import certify as make_certificate
from pyconslaw.analysis.families import family as prove_family
from pyconslaw.analysis.listing import find_laws, known_laws, polynomial_laws
from pyconslaw.errors import InputError, NotProvedError, PyconslawError
from pyconslaw.experiments.catalogue import catalogue_table
from pyconslaw.experiments.catalogue import run as run_catalogue
from pyconslaw.experiments.flows import TABLES, flows_table, run_flows, size_of
from pyconslaw.experiments.paper import GROUPS, architectures, run, seconds_of
from pyconslaw.flows.setting import FLOWS
from pyconslaw.laws.closed_forms.search import FORMS
from pyconslaw.laws.polynomial.ansatz import check_degrees
from pyconslaw.laws.polynomial.search import plan
from pyconslaw.methods.table import ALGEBRA_LIMIT, METHODS, estimate
from pyconslaw.networks.files import read_network, read_weights
from pyconslaw.networks.names import KINDS, network_of
from pyconslaw.networks.under import under_flow
from pyconslaw.output import write_whole
from pyconslaw.records.report import OPEN, PROBABLE, PROVED
from pyconslaw.report.claims import claim_json, judge
from pyconslaw.report.text import laws_text, point_text, report_text, structure_text
from pyconslaw.verify.main import main as verify_main

STATUS = {PROVED: 0, PROBABLE: 3, OPEN: 4}


def network_arguments(command):
    """KIND DIMS, or system FILE, and the options that say which network."""
    for decorate in reversed([
        click.argument("kind", type=click.Choice(KINDS), required=False),
        click.argument("size", metavar="DIMS|FILE", required=False),
        click.option("--file", "file", type=click.Path(), metavar="NET.JSON", help="a network or system from a file, instead of KIND DIMS"),
        click.option("--activations", metavar="A,B,...", help="mlp: linear, relu or leaky_relu per hidden layer"),
        click.option("--bias", is_flag=False, flag_value="hidden", type=click.Choice(["hidden", "all"]),
                     help="biases on hidden neurons (default of the flag), or on output neurons too"),
        click.option("--flow", metavar="FLOW", expose_value=False, callback=kept, help=f"another flow: {', '.join(FLOWS)}"),
        click.option("--tau", metavar="A/B|NAME", expose_value=False, callback=kept, help="friction of the flow: a rational number or a parameter"),
        click.option("--metric", metavar="M", expose_value=False, callback=kept, help="diagonal metric of the flow, such as entropic or W2=1/self"),
    ]):
        command = decorate(command)
    return command


def kept(context, option, value):
    """Leaves the words about the flow where `network_from` finds them."""
    context.meta[f"{__name__}.{option.name}"] = value


def output_options(command):
    """--json --quiet --seed --output."""
    for decorate in reversed([
        click.option("--json", "as_json", is_flag=True, help="print one JSON object"),
        click.option("--quiet", "-q", is_flag=True, help="no messages on stderr"),
        click.option("--seed", default=0, show_default=True, type=click.IntRange(0, 2**64 - 1)),
        click.option("--output", "-o", type=click.Path(dir_okay=False, writable=True), help="write data to a file"),
    ]):
        command = decorate(command)
    return command


def errors_to_status(command):
    """Wrong input is wrong usage (2), other refusals of the library are failures (1); both with one line on stderr."""
    @wraps(command)
    def wrapped(*args, **kwargs):
        try:
            return command(*args, **kwargs)
        except NotProvedError as error:
            click.echo(f"pyconslaw: {error}", err=True)
            sys.exit(STATUS[error.report.verdict if error.report else OPEN])
        except InputError as error:
            raise click.UsageError(str(error)) from None
        except (PyconslawError, OSError) as error:
            raise click.ClickException(str(error)) from None
        except MemoryError:
            pass                    # and say so below, when what filled the memory has been let go
        raise click.ClickException("out of memory")
    return wrapped


def emit(text: str, output: str | None) -> None:
    """Data to stdout, or to a file, whole or not at all."""
    if output is None:
        click.echo(text)
    else:
        write_whole(output, (text + "\n").encode())


class Progress:
    """Rank so far, on a terminal only, once a computation has taken two seconds."""

    def __init__(self, quiet: bool, expected: float = 0.0):
        self.on, self.expected = not quiet and sys.stderr.isatty(), expected
        self.start, self.width = perf_counter(), 0

    def __call__(self, rank: int, target: int) -> None:
        if self.on and perf_counter() - self.start > 2:
            spent = perf_counter() - self.start
            text = f"rank {rank} of at most {target}, {spent:.0f} s"
            if self.expected > spent:
                text += f", about {self.expected - spent:.0f} s to go"
            self.width = max(self.width, len(text))
            click.echo("\r" + text.ljust(self.width), nl=False, err=True)

    def close(self) -> None:
        if self.width:
            click.echo("\r" + " " * self.width + "\r", nl=False, err=True)


def network_from(kind, size, file, activations, bias):
    """The network of the words or of the file, under the flow of the words. Errors: wrong usage when it is both or neither."""
    meta = click.get_current_context().meta
    flow = {key: meta.get(f"{__name__}.{key}") for key in ("flow", "tau", "metric")}
    if file is not None:
        if (kind, size, activations, bias) != (None,) * 4:
            raise click.UsageError("--file takes the place of KIND, DIMS, --activations and --bias")
        return under_flow(read_network(file), **flow)
    if kind is None or size is None:
        raise click.UsageError("expected KIND DIMS, such as linear 3-3-3, system FILE, or --file NET.JSON")
    return network_of(kind, size, activations, bias or False, **{key: value for key, value in flow.items() if value is not None})


def search_options(command):
    """--method --budget --memory: how the bounds are looked for."""
    for decorate in reversed([
        click.option("--method", type=click.Choice(["auto", *METHODS]), default="auto", show_default=True, help="how the bounds are looked for"),
        click.option("--budget", metavar="60s", callback=amount({"": 1, "s": 1, "m": 60, "h": 3600}),
                     help="time after which the search ends with the interval it has"),
        click.option("--memory", metavar="8G", callback=amount({"": 1, "K": 1e3, "M": 1e6, "G": 1e9}),
                     help="refuse methods that are estimated to take more memory"),
    ]):
        command = decorate(command)
    return command


def amount(units):
    """A click callback that reads a positive number with a unit."""
    def read(context, parameter, value):
        match = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?)([A-Za-z]?)", value or "", re.ASCII)
        if value is None:
            return None
        if not match or match[2] not in units or not float(match[1]):
            raise click.BadParameter(f"expected a positive number with a unit of {', '.join(filter(None, units))}, got {value!r}")
        return float(match[1]) * units[match[2]]
    return read


def report_of(network, seed, quiet, method="auto", budget=None, memory=None):
    """The report, with cost and progress on stderr when it takes long."""
    expected = estimate(network, method)
    if expected.seconds > 5 and not quiet:
        click.echo(f"{network.name}: {network.size} parameters, expected to take about {expected.seconds:.0f} s ({expected})", err=True)
    progress = Progress(quiet, expected.seconds)
    try:
        return analyze(network, seed=seed, method=method, budget=budget, memory=memory, progress=progress)
    finally:
        progress.close()


@click.group()
@click.version_option(__version__, prog_name="pyconslaw")
def cli():
    """Conservation laws of gradient flows: how many, which ones, and a proof.

    Exit status: 0 proved or accepted, 3 probable, 4 open, 1 failed or refused, 2 wrong usage, 130 interrupted.
    """


@cli.command()
@network_arguments
@click.option("--expect", type=click.IntRange(0), metavar="N", help="claim that there are N: 1 when a bound refutes it")
@click.option("--at", type=click.Path(), metavar="FILE", help="the dimension at these weights, a JSON file, beside the generic answer: 0 exact, 4 an interval")
@click.option("--estimate", "only_estimate", is_flag=True, help="print the method, time and memory it would take, and stop")
@search_options
@output_options
@errors_to_status
def count(kind, size, file, activations, bias, expect, at, only_estimate, method, budget, memory, as_json, quiet, seed, output):
    """Number of independent conservation laws, with both bounds."""
    start, network = perf_counter(), network_from(kind, size, file, activations, bias)
    if only_estimate:
        expected = estimate(network, method)
        emit(json.dumps({"network": network.name, **asdict(expected)}) if as_json else f"{network.name}: {expected}", output)
        return
    if at is not None:
        found = analyze(network, seed=seed, method=method, budget=budget, memory=memory, at=read_weights(at))
        emit(json.dumps({"network": network.name, **found.json()}, indent=2) if as_json else point_text(found), output)
        sys.exit(STATUS[OPEN if found.dimension is None else PROVED])
    report = report_of(network, seed, quiet, method, budget, memory)
    record = {**report.json(), "seconds": round(perf_counter() - start, 3)}
    if expect is not None:
        record["claim"] = claim_json(report, expect)
    emit(json.dumps(record, indent=2) if as_json else report_text(report), output)
    if expect is not None:
        judge(report, expect)
    sys.exit(STATUS[report.verdict])


@cli.command()
@network_arguments
@click.option("--degree", type=click.IntRange(1), metavar="K", help="all homogeneous polynomial laws of degree K; neither with --up-to nor with --forms")
@click.option("--up-to", type=click.IntRange(1), metavar="K", help="all polynomial laws of degree at most K")
@click.option("--forms", metavar="A,B,...", help=f"independent laws of the forms {', '.join(FORMS)} (or all), built of polynomials of degree at most --up-to K, 2 by default")
@click.option("--latex", is_flag=True, help="print the laws in LaTeX")
@output_options
@errors_to_status
def laws(kind, size, file, activations, bias, degree, up_to, forms, latex, as_json, quiet, seed, output):
    """Independent laws by parameter name: all that are known, all of a degree, or those of several forms."""
    if degree is not None and forms is not None:
        raise click.UsageError("--forms looks for laws of all degrees up to one, which is --up-to K; --degree K is for homogeneous polynomials of one degree")
    if degree is not None and up_to is not None:
        raise click.UsageError("--degree excludes --up-to")
    network = network_from(kind, size, file, activations, bias)
    if forms is not None:
        wanted = FORMS if forms == "all" else [form.strip() for form in forms.split(",")]
        report = report_of(network, seed, quiet)
        found = find_laws(network, degree=up_to or 2, forms=wanted, seed=seed, report=report)
        emit(json.dumps(found.json(latex), indent=2) if as_json else laws_text(found, latex), output)
        sys.exit(STATUS[report.verdict])
    wanted = range(1, up_to + 1) if up_to else [degree] if degree else []
    check_degrees(wanted, network.size)
    report = report_of(network, seed, quiet)
    cost = plan(network.fields(), wanted) if wanted else None
    if cost and cost.unknowns > 20_000 and not quiet:
        click.echo(f"{network.name}: {cost}", err=True)
    found = (known_laws(network, seed=seed, report=report) if degree is None and up_to is None else
             polynomial_laws(network, degree or up_to, up_to=up_to is not None, seed=seed, report=report))
    emit(json.dumps(found.json(latex), indent=2) if as_json else laws_text(found, latex), output)
    sys.exit(STATUS[report.verdict])


@cli.command()
@network_arguments
@click.option("--limit", default=ALGEBRA_LIMIT, show_default=True, type=click.IntRange(1, 200), help="largest dimension of a Lie algebra that is looked for")
@output_options
@errors_to_status
def structure(limit, as_json, quiet, seed, output, **named):
    """The Lie algebra of W: rank by round, a frame, structure constants and Killing form, rank condition."""
    network = network_from(**named)
    report = report_of(network, seed, quiet)
    found = structure_of(network, limit=limit, seed=seed, report=report)
    emit(json.dumps(found.json(), indent=2) if as_json else structure_text(found), output)
    sys.exit(STATUS[report.verdict])


@cli.command()
@network_arguments
@search_options
@output_options
@errors_to_status
def certify(kind, size, file, activations, bias, method, budget, memory, as_json, quiet, seed, output):
    """Write a certificate of the proved count (it is JSON with or without --json)."""
    network = network_from(kind, size, file, activations, bias)
    report = report_of(network, seed, quiet, method, budget, memory)
    certificate = make_certificate(network, seed=seed, report=report)
    if output is None:
        click.echo(certificate.bytes, nl=False)
        return
    certificate.write(output)
    if not quiet:
        click.echo(f"{output}: {network.name}, {report.laws} laws, proved; check it with: pyconslaw verify {output}", err=True)


@cli.command()
@network_arguments
@click.option("--pyramid", is_flag=True, help="DIMS is the number of layers of weights: all widths that never grow")
@click.option("--wide", is_flag=True, help="DIMS is the number of layers of weights: all widths of at least 2")
@output_options
@errors_to_status
def family(kind, size, file, activations, bias, pyramid, wide, as_json, quiet, seed, output):
    """Prove the count for all multiples of DIMS at once (or all pyramids, or all widths from 2 on); --output writes the certificate."""
    if pyramid and wide:
        raise click.UsageError("--pyramid excludes --wide")
    if pyramid or wide:
        option = "--pyramid" if pyramid else "--wide"
        if file is not None or not (size or "").isdecimal() or not 1 <= int(size) <= 30:
            raise click.UsageError(f"{option}: expected KIND and a number of layers, 1 to 30, such as linear 3 {option}")
        size = "-".join(["1"] * (int(size) + 1))
    progress = Progress(quiet)
    try:
        found = prove_family(network_from(kind, size, file, activations, bias), pyramid=pyramid, wide=wide, seed=seed, progress=progress)
    finally:
        progress.close()
    if output is not None:
        found.certificate().write(output)
    text = f"{found.text}\n  independent conservation laws: {found.formula}, proved for all of them"
    click.echo(json.dumps(found.json(), indent=2) if as_json else text)


@cli.command()
@click.argument("file", type=click.Path())
@click.option("--expect", metavar="SYSTEM", help='the system it must be of, such as "linear 4-4-4-4"')
@click.option("--units", metavar="N", type=click.IntRange(1), help="how many multiplications the check may take, beyond the usual 10^9")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option("--quiet", "-q", is_flag=True, help="no messages on stderr")
@click.option("--output", "-o", type=click.Path(dir_okay=False, writable=True), help="write data to a file")
@errors_to_status
def verify(file, expect, units, as_json, quiet, output):
    """Check a certificate with the independent checker (also: python -m pyconslaw.verify)."""
    arguments = [file, *(["--expect", expect] if expect is not None else []), *(["--units", str(units)] if units else []), *(["--json"] if as_json else [])]
    answer = io.StringIO()
    with ExitStack() as stack:
        if output is not None:
            stack.enter_context(redirect_stdout(answer))
        if quiet:
            stack.enter_context(redirect_stderr(io.StringIO()))
        status = verify_main(arguments)
    if answer.getvalue():
        write_whole(output, answer.getvalue().encode())
    sys.exit(status)


@cli.command()
@click.argument("what", type=click.Choice(["paper", *TABLES]))
@output_options
@errors_to_status
def reproduce(what, as_json, quiet, seed, output):
    """Run the published experiments: 50 + 50 counts and 10 + 10 degree-2 searches; or the counts under momentum or mirror flows."""
    start, rows = perf_counter(), []
    number = 120 if what == "paper" else size_of(what)
    for row in run(seed) if what == "paper" else run_flows(what, seed):
        rows.append(row)
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r{len(rows)} of {number}", nl=False, err=True)
    if not quiet and sys.stderr.isatty():
        click.echo("\r", nl=False, err=True)
    if what != "paper":
        good = all(row["right"] for row in rows)
        emit(json.dumps({"experiments": rows, "right": sum(row["right"] for row in rows)}, indent=2) if as_json else flows_table(rows), output)
        sys.exit(0 if good else 1)
    total, published = perf_counter() - start, architectures()["published_wall_time"]
    right = sum(row["right"] for row in rows)
    if as_json:
        text = json.dumps({"experiments": rows, "right": right, "seconds": total, "published": published}, indent=2)
    else:
        text = reproduction_table(rows, total, published)
    emit(text, output)
    sys.exit(0 if right == len(rows) else 1)


@cli.command()
@output_options
@errors_to_status
def catalogue(as_json, quiet, seed, output):
    """Print how many laws some seventy networks have, as Markdown."""
    rows = list(run_catalogue(seed))
    emit(json.dumps(rows, indent=2) if as_json else catalogue_table(rows), output)


def reproduction_table(rows, total, published) -> str:
    """The rows, then a line a group and the totals beside the published times."""
    lines = [f"{'architecture':<32}{'D':>5}{'known':>7}{'ours':>6}  {'verdict':<10}{'seconds':>8}"]
    lines += [f"{r['network']:<32}{r['parameters']:>5}{r['known']:>7}{r['ours'] if r['ours'] is not None else '?':>6}  "
              f"{r['verdict']:<10}{r['seconds']:>8.3f}{'' if r['right'] else '  WRONG'}" for r in rows]
    lines.append("")
    for group, title in GROUPS.items():
        mine = [r for r in rows if r["group"] == group]
        lines.append(f"{title:<24}{sum(r['right'] for r in mine):>3} of {len(mine)} right"
                     f"{sum(r['seconds'] for r in mine):>9.2f} s   published {published[group]:>8}"
                     f" ({published['machine']})")
    hours = sum(seconds_of(published[group]) for group in GROUPS)
    lines.append(f"{'all':<24}{sum(r['right'] for r in rows):>3} of {len(rows)} right{total:>9.2f} s   "
                 f"published {hours // 3600}:{hours // 60 % 60:02}:{hours % 60:02} ({published['machine']})")
    return "\n".join(lines)
