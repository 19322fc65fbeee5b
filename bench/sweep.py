"""What a sweep costs beside its tasks: ten thousand small architectures on this machine.

python -m bench sweep                          10^4 architectures, two processes
"""

import itertools
import resource
import tempfile
import time
from pathlib import Path

import click

import pyconslaw as pcl

KINDS = ("relu {}", "linear {}", "relu {} --bias", "linear {} --bias all")


def words():
    """Architectures of two and three matrices, without end, no two alike."""
    for total in itertools.count(3):
        for a in range(1, total - 1):
            for b in range(1, total - a):
                dims = f"{a}-{b}-{total - a - b}"
                yield from (kind.format(dims) for kind in KINDS)
                yield f"mlp {a}-{b}-{total - a - b}-2 --activations relu,relu"


def processor(who) -> float:
    """Seconds of this process, or of all its children that have ended."""
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


@click.command()
@click.option("--networks", default=10_000, show_default=True)
@click.option("--jobs", default=2, show_default=True, help="Processes that compute.")
def command(networks, jobs):
    """Time of a sweep less that of its tasks, for each of them."""
    asked = list(itertools.islice(words(), networks))
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder, "s.sqlite")
        pcl.sweep(asked[:jobs], jobs=jobs)  # what is loaded once in a life
        whole, ours = time.perf_counter(), processor(resource.RUSAGE_SELF)
        theirs = processor(resource.RUSAGE_CHILDREN)
        found = pcl.sweep(asked, jobs=jobs, store=store)
        whole = time.perf_counter() - whole
        ours = processor(resource.RUSAGE_SELF) - ours
        theirs = processor(resource.RUSAGE_CHILDREN) - theirs
        rows = list(found.rows(times=True))
        again = time.perf_counter()
        pcl.sweep(asked, jobs=jobs, store=store, resume=True)
        again = time.perf_counter() - again
        size, said = store.stat().st_size, str(found)
    tasks = sum(row["seconds"] for row in rows)
    used = sum(row["processor"] for row in rows)
    click.echo(f"{said}, {jobs} processes, {whole:.1f} s")
    click.echo(
        f"a task takes {1e3 * tasks / networks:.2f} ms, {1e3 * used / networks:.2f} ms of a core"
    )
    click.echo(
        f"overhead of a task: {1e3 * (jobs * whole - tasks) / networks:.2f} ms ({jobs} x wall - "
        f"tasks), {1e3 * (ours + theirs - used) / networks:.2f} ms of a core, of which "
        f"{1e3 * ours / networks:.2f} ms in the process that asks"
    )
    click.echo(
        f"asked again, when all is stored: {again:.2f} s; {size / networks:.0f} bytes a task"
    )
