"""python -m bench NAME [OPTIONS]: every benchmark is a module of this folder with a click
command named `command`.
"""

import importlib
import os
from pathlib import Path

import click

# Rivals run at their best, on one thread: what the environment says to OpenBLAS (a lesser kernel,
# say) is dropped, before NumPy reads it.
for name in [name for name in os.environ if name.startswith("OPENBLAS_")]:
    del os.environ[name]
os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"

NO_BENCHMARKS = {"__init__", "__main__", "harness", "instances", "isolated", "machine"}


class Benchmarks(click.Group):
    def list_commands(self, ctx):
        return sorted({path.stem for path in Path(__file__).parent.glob("*.py")} - NO_BENCHMARKS)

    def get_command(self, ctx, name):
        if name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"bench.{name}").command


@click.group(cls=Benchmarks)
def main():
    """Rivals side by side in one run: times on a shared machine are compared as ratios of one
    line only.
    """


main(prog_name="python -m bench")
