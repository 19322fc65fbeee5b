"""The one harness: rivals in turn on the same input, best and median, a table, and one results file.

A benchmark gives instances (a dict of what names them), and for each its rivals: under a name, the number of operations that
GF/s shall count, a function to be timed that returns an answer, and one to be called before without being timed, or None.
"""

import ctypes
import datetime
import json
import platform
import statistics
import subprocess
import time
from pathlib import Path

import click
import numpy as np

RESULTS = Path(__file__).parent / "results.json"


class Table:
    """The instances, and for each its rivals with their times and the ratios of the best ones to those of the first rival.

    cpu is the best processor time, of all threads together: where other programs run, the steadier one to compare single threads by.
    A rival that is expected to take longer than budget seconds (its last time times the growth of the operations) is left out.
    """

    def __init__(self, repeats, budget):
        self.repeats, self.budget = repeats, budget
        self.lines = []
        self.last = {}

    def measure(self, instance, rivals):
        """Runs all rivals in turn, `repeats` rounds, each until its budget is spent."""
        times = {name: [] for name in rivals}
        answers = {}
        for _ in range(self.repeats):
            for name, (cost, run, prepare) in rivals.items():
                before = self.last.get(name)
                if before and before[0] * cost / before[1] > self.budget or sum(t for t, _ in times[name]) > self.budget:
                    continue
                if prepare:
                    prepare()
                start, start_cpu = time.perf_counter(), time.process_time()
                answers[name] = run()
                times[name].append((time.perf_counter() - start, time.process_time() - start_cpu))
        line = []
        for name, taken in times.items():
            if taken:
                cost = rivals[name][0]
                wall, cpu = zip(*taken, strict=True)
                self.last[name] = (min(wall), cost)
                line.append({"rival": name, "best": min(wall), "median": statistics.median(wall), "cpu": min(cpu),
                             "repeats": len(taken), "gflops": cost / min(wall) / 1e9, "answer": answers[name]})
        self.lines.append({**instance, "results": line})
        show(self.lines[-1])

    def record(self, benchmark, **facts):
        """Appends the run to the results file."""
        runs = json.loads(RESULTS.read_text()) if RESULTS.exists() else []
        runs.append({"benchmark": benchmark, **machine(), **facts, "lines": self.lines})
        RESULTS.write_text(json.dumps(runs, indent=1) + "\n")
        click.echo(f"\nappended to {RESULTS.name}")


def show(line):
    label = ", ".join(f"{key} {value}" for key, value in line.items() if key != "results")
    click.echo(f"\n{label}\n{'':<34}{'best':>10}{'median':>10}{'cpu':>10}{'GF/s':>7}{'ratio':>8}{'of cpu':>8}  answer")
    first = line["results"][0]
    for entry in line["results"]:
        click.echo(f"  {entry['rival']:<32}{clock(entry['best']):>10}{clock(entry['median']):>10}{clock(entry['cpu']):>10}"
                   f"{entry['gflops']:7.1f}{entry['best'] / first['best']:8.2f}{entry['cpu'] / first['cpu']:8.2f}"
                   f"  {entry['answer']}")


def clock(seconds):
    return f"{seconds:.3f} s" if seconds >= 1 else f"{seconds * 1e3:.2f} ms"


def machine():
    """What a result must not be read without."""
    try:
        lines = (line.partition(":") for line in Path("/proc/cpuinfo").read_text().splitlines())
        facts = {key.strip(): value.strip() for key, _, value in lines}
        model = f"{facts['model name']}, family {facts['cpu family']}, model {facts['model']}"
    except (OSError, KeyError):
        model = platform.processor()
    return {"date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "machine": model, "system": f"{platform.system()} {platform.machine()}",
            "commit": commit(), "python": platform.python_version(), "numpy": np.__version__, "numpy_blas": numpy_blas()}


def commit():
    try:
        return subprocess.run(["git", "describe", "--always", "--dirty"], cwd=RESULTS.parent, capture_output=True,
                              text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def numpy_blas():
    """Name, version and kernel of the BLAS in NumPy; the kernel if it is the OpenBLAS of the wheels."""
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    kernel = "kernel unknown"
    for path in Path(np.__file__).parent.parent.glob("numpy.libs/libscipy_openblas*"):
        name = ctypes.CDLL(str(path)).scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        kernel = name().decode()
    return f"{blas['name']} {blas['version']} {kernel}"
