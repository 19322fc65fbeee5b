"""The one harness: rivals in turn on the same input, their answers compared, best and median, a
table, one results file.

A benchmark gives instances (a dict of what names them), and for each its rivals under their names;
the first is ours.
"""

import datetime
import json
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from bench import isolated, machine

RESULTS = Path(__file__).parent / "results.json"
SHORT = 0.1  # seconds


def _same(answer):
    return answer


@dataclass(frozen=True)
class Rival:
    """run is timed and returns an answer, which finish (not timed) makes comparable; prepare is
    called before, not timed.

    cost: the operations, from which the time on the next instance is expected; None: unknown.
    exact: whether the answer must be that of the first rival; float ranks and runs for comparison
    need not agree.
    """

    run: Callable
    cost: float | None = None
    prepare: Callable | None = None
    finish: Callable = _same
    exact: bool = True


class Table:
    """The instances, and for each its rivals with their times and the ratios of the best ones to
    those of the first rival.

    cpu is the best processor time, of all threads together: where other programs run, the steadier
    one to compare single threads by. budget: seconds of processor time. A rival that is expected to
    take longer (its last time times the growth of the cost) is left out, and the table says so.
    apart: every run is a process of its own, ended when the budget is spent or beyond 4 GB; see
    timed_warm. gflops: show cost by time.
    """

    def __init__(self, repeats, budget, apart=False, gflops=False):
        self.repeats, self.budget, self.apart, self.gflops = repeats, budget, apart, gflops
        self.lines = []
        self.last = {}
        self.disagreements = []

    def measure(self, instance, rivals):
        """Runs all rivals in turn, `repeats` rounds, each until its budget is spent."""
        times, answers, left_out = {name: [] for name in rivals}, {name: [] for name in rivals}, {}
        for _ in range(self.repeats):
            for name, rival in rivals.items():
                if name in left_out or sum(cpu for _, cpu in times[name]) > self.budget:
                    continue
                if not times[name] and self._expected(name, rival.cost) > self.budget:
                    left_out[name] = f"expected above {self.budget:g} s"
                    continue
                done = isolated.run(timed_warm, rival, self.budget) if self.apart else timed(rival)
                if isinstance(done, isolated.Stopped):
                    left_out[name] = done.reason
                    continue
                *taken, answer = done
                times[name].append(taken)
                answers[name].append(answer)
        results = []
        for name, rival in rivals.items():
            if name in left_out:
                results.append({"rival": name, "left_out": left_out[name]})
            else:
                wall, cpu = zip(*times[name], strict=True)
                if rival.cost:
                    self.last[name] = min(cpu), rival.cost
                entry = {
                    "rival": name,
                    "best": min(wall),
                    "median": statistics.median(wall),
                    "cpu": max(min(cpu), 1e-6),
                    "repeats": len(wall),
                    "answer": answers[name][-1],
                }
                results.append(
                    entry | ({"gflops": rival.cost / min(wall) / 1e9} if self.gflops else {})
                )
        self.lines.append({**instance, "results": results})
        show(self.lines[-1])
        self._compare(instance, rivals, answers)

    def _expected(self, name, cost):
        seconds, before = self.last.get(name, (0, 1))
        return seconds * cost / before if cost else 0

    def _compare(self, instance, rivals, answers):
        """Exact rivals must give one answer, all of them, every time."""
        given = {
            name: answers[name] for name, rival in rivals.items() if rival.exact and answers[name]
        }
        first = next(iter(given.values()), [None])[0]
        for name, several in given.items():
            for answer in several:
                if answer != first:
                    self.disagreements.append(
                        f"{label(instance)}: {name} answers {answer}, not {first}"
                    )
                    click.echo(f"  DISAGREES: {name} answers {answer}, not {first}")
                    break

    def finish(self, benchmark, record, **facts):
        """Records the run, in place of the last one of this benchmark on this machine. Errors:
        ClickException if exact rivals disagree.
        """
        if self.disagreements:
            raise click.ClickException(
                "exact rivals disagree, nothing is recorded:\n" + "\n".join(self.disagreements)
            )
        if record:
            run = {
                "benchmark": benchmark,
                **described(),
                **facts,
                "budget": self.budget,
                "lines": self.lines,
            }
            kept = [
                old
                for old in recorded()
                if (old["benchmark"], old["machine"]) != (benchmark, run["machine"])
            ]
            RESULTS.write_text(text_of([*kept, run]))
            click.echo(f"\nrecorded in {RESULTS.name}")


def timed(rival):
    """(wall time, processor time, answer) of one run."""
    if rival.prepare:
        rival.prepare()
    start, start_cpu = time.perf_counter(), processor_time()
    answer = rival.run()
    wall, cpu = time.perf_counter() - start, processor_time() - start_cpu
    return wall, cpu, rival.finish(answer)


def timed_warm(rival):
    """The same, of a second run where the first was short: in a new process that one pays for
    fresh memory.
    """
    done = timed(rival)
    return timed(rival) if done[0] < SHORT else done


def processor_time():
    """Of all threads. Not time.process_time: under a limit of processor time, Linux lets that go
    by ticks of 4 ms.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def label(instance):
    return ", ".join(
        f"{key} {value}" for key, value in instance.items() if key not in ("results", "source")
    )


def show(line):
    first = line["results"][0]
    gflops = any("gflops" in entry for entry in line["results"])
    click.echo(
        f"\n{label(line)}\n{'':<34}{'best':>10}{'median':>10}{'cpu':>10}"
        f"{'  GF/s' if gflops else ''}"
        f"{'ratio':>9}{'of cpu':>9}"
        "  answer"
    )
    for entry in line["results"]:
        if "left_out" in entry:
            click.echo(f"  {entry['rival']:<32}  left out: {entry['left_out']}")
            continue
        ratios = [
            f"{entry[key] / first[key]:9.2f}" if "cpu" in first else f"{'':>9}"
            for key in ("best", "cpu")
        ]
        speed = f"{entry['gflops']:6.1f}" if gflops else ""
        times = "".join(f"{clock(entry[key]):>10}" for key in ("best", "median", "cpu"))
        click.echo(f"  {entry['rival']:<32}{times}{speed}{''.join(ratios)}  {entry['answer']}")


def clock(seconds):
    return f"{seconds:.3g} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"


def recorded():
    """All runs in the results file, oldest first."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else []


def text_of(runs):
    """JSON with one rival a line, times to four digits."""

    def short(value):
        if isinstance(value, float):
            return float(f"{value:.4g}")
        return {key: short(x) for key, x in value.items()} if isinstance(value, dict) else value

    def one_line(value):
        return json.dumps(short(value), ensure_ascii=False)

    parts = []
    for run in runs:
        lines = []
        for line in run["lines"]:
            head = one_line({key: value for key, value in line.items() if key != "results"})
            entries = ",\n".join("   " + one_line(entry) for entry in line["results"])
            lines.append(f'  {head[:-1]}, "results": [\n{entries}]}}')
        head = one_line({key: value for key, value in run.items() if key != "lines"})
        parts.append(f' {head[:-1]}, "lines": [\n' + ",\n".join(lines) + "]}")
    return "[\n" + ",\n".join(parts) + "\n]\n"


def described():
    """What a result must not be read without."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        **machine.facts(),
        "commit": commit(),
    }


def commit():
    """The commit that is measured; the results file and the pictures may have changed."""

    def git(*words):
        return subprocess.run(
            ["git", *words], cwd=RESULTS.parent, capture_output=True, text=True, check=True
        ).stdout.strip()

    try:
        outputs = (f":!{RESULTS.name}", ":(top,exclude)docs/_static/bench")
        changed = git("status", "--porcelain", "--untracked-files=no", "--", ":/", *outputs)
        return git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return None
