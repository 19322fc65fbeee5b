"""python -m bench plot: the newest run of each benchmark, one picture each: bars of time by
instance, or time against size.
"""

from pathlib import Path

import click

from bench import harness
from bench.table import TITLES, name_of, newest

COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999"]


def draw(run, path):
    """Writes the picture: for each instance a group of bars, one for each rival; log scale; what
    was left out is written in its place.
    """
    from matplotlib.figure import Figure

    lines = run["lines"]
    names = list(dict.fromkeys(entry["rival"] for line in lines for entry in line["results"]))
    height = 0.8 / len(names)
    figure = Figure(figsize=(9, 1.2 + 0.22 * len(names) * len(lines)), layout="constrained")
    axes = figure.subplots()
    times = [entry["cpu"] for line in lines for entry in line["results"] if "cpu" in entry]
    floor, ceiling = min(times, default=1) / 2, max(times, default=1) * 8
    for k, name in enumerate(names):
        places, lengths = [], []
        for group, line in enumerate(lines):
            place = group - 0.4 + (k + 0.5) * height
            for entry in line["results"]:
                if entry["rival"] == name:
                    if "cpu" in entry:
                        places.append(place)
                        lengths.append(entry["cpu"])
                        text = harness.clock(entry["cpu"])
                        axes.text(entry["cpu"] * 1.1, place, text, va="center", fontsize=7)
                    else:
                        axes.text(
                            floor * 1.1,
                            place,
                            f"{name}: {entry['left_out']}",
                            va="center",
                            fontsize=7,
                            style="italic",
                            color=COLOURS[k % len(COLOURS)],
                        )
        axes.barh(
            places,
            [x - floor for x in lengths],
            height,
            left=floor,
            color=COLOURS[k % len(COLOURS)],
            label=name,
        )
    axes.set_xscale("log")
    axes.set_xlim(floor, ceiling)
    axes.set_yticks(range(len(lines)), [name_of(line) for line in lines])
    axes.set_ylim(len(lines) - 0.5, -0.5)
    axes.set_xlabel("best processor time, seconds (log scale)")
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"{TITLES.get(run['benchmark'], run['benchmark'])} — {run['machine']}, commit "
        f"{run['commit']}",
        fontsize=10,
    )
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    figure.savefig(path, dpi=150)


def size_of(line):
    """What a line grows in, and how large it is."""
    key = "edges" if "edges" in line else "parameters"
    return key, line[key]


def curves(run):
    """{name: [(size, processor time)]}: of a series, or, where lines are of one kind, of each
    rival.
    """
    found = {}
    for line in run["lines"]:
        for entry in line["results"]:
            if "cpu" in entry:
                found.setdefault(line.get("series", entry["rival"]), []).append(
                    (size_of(line)[1], entry["cpu"])
                )
    return {name: sorted(points) for name, points in found.items()}


def draw_growth(run, path):
    """Writes the picture of a run with exponents: time against size, both on log scales, and the
    slope fitted to each curve.
    """
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for k, (name, points) in enumerate(curves(run).items()):
        sizes, times = zip(*points, strict=True)
        slope = next((a for key, a in run["exponents"].items() if key in name), None)
        label = name if slope is None else f"{name}: size^{slope}"
        axes.plot(sizes, times, "o-", color=COLOURS[k % len(COLOURS)], label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(size_of(run["lines"][0])[0])
    axes.set_ylabel("best processor time, seconds")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_title(
        f"{TITLES.get(run['benchmark'], run['benchmark'])} — {run['machine']}, commit "
        f"{run['commit']}",
        fontsize=9,
    )
    axes.legend(fontsize=8, frameon=False)
    with matplotlib.rc_context({"svg.hashsalt": "pyconslaw", "svg.fonttype": "none"}):
        figure.savefig(path, dpi=150, metadata={"Date": None} if path.suffix == ".svg" else None)


@click.command()
@click.option(
    "--folder",
    default="build/bench",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "--growth",
    type=click.Path(file_okay=False, path_type=Path),
    help="Another folder, for the pictures of time against size alone, as SVG.",
)
def command(folder, growth):
    """Draws the newest run of each benchmark to FOLDER/NAME.png (needs matplotlib: pip install
    'pyconslaw[plots]'): bars of time by instance, or time against size with fitted exponents.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise click.ClickException(
            "matplotlib is not installed: pip install 'pyconslaw[plots]'"
        ) from None
    folder.mkdir(parents=True, exist_ok=True)
    for name, run in newest(harness.recorded()).items():
        grows = bool(run.get("exponents"))
        paths = [folder / f"{name}.png", *([growth / f"{name}.svg"] if grows and growth else [])]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            (draw_growth if grows else draw)(run, path)
            click.echo(path)
