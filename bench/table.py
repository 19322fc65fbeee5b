"""python -m bench table: the newest run of each benchmark in results.json as one Markdown table,
the one of README.md.
"""

from math import inf

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
        return f"{kind}{line['n']} x {line['n']}, rank {line['rank']}"
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
        else text + f", answers {entry['answer']}"
    )


def row(title, line, results, key="cpu"):
    """One line of the table: ours, the first of the results, and the best rival of each library."""
    first, *others = results
    ours = f"({first['left_out']})" if "left_out" in first else harness.clock(first[key])
    cells = []
    for prefix in LIBRARIES:
        found = [entry for entry in others if entry["rival"].startswith(prefix)]
        cells.append(
            cell(min(found, key=lambda entry: entry.get(key, inf)), first, key) if found else ""
        )
    return [title, f"`{name_of(line)}`", ours, *cells]


def markdown(runs):
    """The table, and under it what ran where."""
    rows = [["", "instance", "pyconslaw", *LIBRARIES.values()]]
    notes = {}
    for benchmark, run in newest(runs).items():
        title = TITLES.get(benchmark, benchmark)
        for line in run["lines"]:
            rows.append(row(title, line, line["results"]))
            threaded = [entry for entry in line["results"] if entry["rival"].endswith(THREADED)]
            if threaded:
                rows.append(row(title + THREADED, line, threaded + line["results"], "best"))
        place = (
            f"{run['machine']}, Python {run['python']}, python-flint {run['python_flint']}, "
            f"commit {run['commit']}"
        )
        if run.get("loops"):
            title += f" ({run['loops']} loops)"
        if run.get("fflas_blas"):
            title += f" (OpenBLAS kernel of FFLAS-FFPACK: {run['fflas_blas']})"
        notes.setdefault(place, []).append(title)
    used = [k for k in range(len(rows[0])) if k < 3 or any(row[k] for row in rows[1:])]
    lines = ["| " + " | ".join(row[k] for k in used) + " |" for row in rows]
    lines.insert(1, "| " + " | ".join("---" for _ in used) + " |")
    lines += ["", *(f"{'; '.join(titles)}: {place}." for place, titles in notes.items())]
    return "\n".join(lines)


@click.command()
def command():
    """Prints the newest run of each benchmark as a Markdown table: best processor times, ratios
    to ours in the same run; wall times where ours runs on two threads.
    """
    runs = harness.recorded()
    if not runs:
        raise click.ClickException(f"{harness.RESULTS.name} has no runs; run a benchmark first")
    click.echo(markdown(runs))
