"""python -m bench table: the newest run of each benchmark in results.json as a Markdown table,
those of docs/performance.md; with --short the few lines of README.md.
"""

from math import inf
from textwrap import wrap

import click

from bench import harness

LIBRARIES = {
    "python-flint": "python-flint",
    "SymPy": "SymPy rings",
    "FFLAS": "FFLAS-FFPACK",
    "NumPy matrix_rank": "NumPy floats",
}
# ends the names of rivals whose wall times are compared, with those of all others
THREADED = ", 2 threads"
WIDTH = 100  # columns of a line
TITLES = {
    "rank": "rank mod p",
    "integer_rank": "rank over Q",
    "brackets": "Lie bracket",
    "search": "laws of degree 2",
    "counts": "whole count",
    "systems": "explicit system",
    "paths": "laws by paths",
    "scaling": "time against size",
}
SHORT = {  # the lines of README.md: one that is typical for each benchmark
    "rank": "n = 4000, rank 3200",
    "integer_rank": "factors, n = 500, rank 250",
    "brackets": "5-5-5-5 [f, [f, g]]",
    "search": "linear 3-4-3-4",
    "counts": "linear 4-5-5-5",
    "systems": "volterra 8, laws of degree 4",
}


def newest(runs):
    """{benchmark: its last run}, in the order of TITLES, others after them."""
    last = {}
    for run in sorted(runs, key=lambda run: run["date"]):
        last[run["benchmark"]] = run
    return {
        name: last[name] for name in [*TITLES, *sorted(set(last) - set(TITLES))] if name in last
    }


def name_of(line):
    """An instance in a few words: network, or product, or n and rank."""
    if "n" in line:
        kind = f"{line['kind']}, " if "kind" in line else ""
        return f"{kind}n = {line['n']}, rank {line['rank']}"
    if "edges" in line:
        return f"{line['edges']} edges"
    return str(next(value for key, value in line.items() if key not in ("results", "source")))


def cell(entry, first, key="cpu"):
    """Time and ratio of a rival to ours; in parentheses where it was stopped or left out."""
    if "left_out" in entry:
        return f"({entry['left_out']})"
    text = (
        f"{harness.clock(entry[key])} ({entry[key] / first[key]:.3g}×)"
        if key in first
        else harness.clock(entry[key])
    )
    return (
        text
        if "answer" not in first or entry["answer"] == first["answer"]
        else text + f", says {entry['answer']}"
    )


def row(line, results, key="cpu"):
    """One line of a table: ours, the first of the results, and the best rival of each library."""
    first, *others = results
    ours = f"({first['left_out']})" if "left_out" in first else harness.clock(first[key])
    cells = []
    for prefix in LIBRARIES:
        found = [entry for entry in others if entry["rival"].startswith(prefix)]
        cells.append(
            cell(min(found, key=lambda entry: entry.get(key, inf)), first, key) if found else ""
        )
    return [f"`{name_of(line)}`", ours, *cells]


def tables(run):
    """{title: rows} of a run: its lines, and once more those where ours runs on two threads."""
    title = TITLES.get(run["benchmark"], run["benchmark"])
    plain = [row(line, line["results"]) for line in run["lines"]]
    two = [
        row(line, threaded + line["results"], "best")
        for line in run["lines"]
        if (threaded := [e for e in line["results"] if e["rival"].endswith(THREADED)])
    ]
    return {title: plain, **({title + THREADED: two} if two else {})}


def written(head, rows):
    """The lines of one table, of the libraries that take part; of two where one is too wide."""
    used = [k for k in range(len(head)) if k < 2 or any(row[k] for row in rows)]
    lines = ["| " + " | ".join(row[k] for k in used) + " |" for row in (head, *rows)]
    lines.insert(1, "| " + " | ".join("---" for _ in used) + " |")
    if len(used) <= 3 or max(map(len, lines)) <= WIDTH:
        return lines
    left, right = used[2::2], used[3::2]
    first, second = (
        written([head[k] for k in (0, 1, *some)], [[row[k] for k in (0, 1, *some)] for row in rows])
        for some in (left, right)
    )
    return [*first, "", *second]


def origin(run):
    """(where a run was made, what was measured, with the loops that ran)."""
    title = TITLES.get(run["benchmark"], run["benchmark"])
    if run.get("loops"):
        title += f" ({run['loops']} loops)"
    if run.get("fflas_blas"):
        title += f" (OpenBLAS kernel of FFLAS-FFPACK: {run['fflas_blas']})"
    place = (
        f"{run['machine']}, Python {run['python']}, python-flint {run['python_flint']}, "
        f"commit {run['commit']}"
    )
    return place, title


def markdown(runs):
    """A table for each benchmark, and below them what ran where."""
    lines, notes = [], {}
    for run in newest(runs).values():
        for title, rows in tables(run).items():
            lines += [*written([title, "pyconslaw", *LIBRARIES.values()], rows), ""]
        place, title = origin(run)
        notes.setdefault(place, []).append(title)
    for place, titles in notes.items():
        note = f"{'; '.join(titles)}: {place}."
        lines += [*wrap(note, WIDTH, break_long_words=False, break_on_hyphens=False), ""]
    return "\n".join(lines).rstrip("\n")


def short(runs):
    """One table of a line of each benchmark, the rivals of NumPy floats left out."""
    last = newest(runs)
    rows = [
        [f"{TITLES[name]}, {instance}", *row(line, line["results"])[1:-1]]
        for name, instance in SHORT.items()
        for line in last[name]["lines"]
        if name_of(line) == instance
    ]
    return "\n".join(written(["", "pyconslaw", *list(LIBRARIES.values())[:-1]], rows))


@click.command()
@click.option("--short", "brief", is_flag=True, help="The few lines of README.md.")
def command(brief):
    """Prints the newest run of each benchmark as Markdown tables: best processor times, ratios
    to ours in the same run; wall times where ours runs on two threads.
    """
    runs = harness.recorded()
    if not runs:
        raise click.ClickException(f"{harness.RESULTS.name} has no runs; run a benchmark first")
    click.echo(short(runs) if brief else markdown(runs))
