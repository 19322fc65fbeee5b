"""What `memory` allows is kept by upper bounds too: measured in processes of their own."""

import subprocess
import sys

import pytest

CODE = """
import resource
import pyconslaw as pcl

def peak():
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

NETWORKS = {
    "ties": lambda: pcl.recurrent(10, 20, 5, 30, "linear"),
    "dense laws": lambda: pcl.System(
        [f"x{i}" for i in range(110)],
        fields=[
            {f"x{i}": "+".join(f"{(i * j * k) % 7 + 1}*x{j}*x{(j + i) % 110}" for j in range(110))
             for i in range(110)}
            for k in (1, 2)
        ],
    ),
    "split": lambda: pcl.linear([2, 1, 100, 50, 50, 2]),
}
pcl.analyze(pcl.linear([2, 2, 2]))
pcl.analyze(pcl.System(["x", "y"], phi=["x*y", "x^2 + y"]))
network = NETWORKS["@name"]()
network.problem.family()
before = peak()
report = pcl.analyze(network, memory=@memory, budget=3, method="@method")
print(report.laws_min, report.laws_max, peak() - before)
"""


@pytest.mark.parametrize(
    ("name", "method", "memory"),
    [("ties", "auto", 1e8), ("dense laws", "auto", 1e8), ("split", "generic", 2e8)],
)
def test_memory_is_kept(name, method, memory):
    """Laws were looked for with no regard to it: these took 308, 147 and 246 MB or more."""
    code = CODE.replace("@name", name).replace("@memory", str(memory))
    done = subprocess.run(
        [sys.executable, "-c", code.replace("@method", method)],
        capture_output=True,
        text=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    least, most, taken = map(float, done.stdout.split())
    assert least <= most and taken <= memory
