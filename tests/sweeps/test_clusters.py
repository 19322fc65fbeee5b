"""Executors of clusters: Dask with two worker processes, which are daemons, and MPI."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from swept import WORDS, exported, fatal, slow

import pyconslaw as pcl

pytestmark = pytest.mark.long
DASK = """
from dask.distributed import Client, LocalCluster

def executor():
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    )
    client = Client(cluster)
    assert len(client.scheduler_info()["workers"]) == 2
    return client.get_executor(), lambda: (client.close(), cluster.close())
"""
MPI = """
from mpi4py.futures import MPIPoolExecutor

def executor():
    return MPIPoolExecutor(2), lambda: None
"""
PROGRAM = """
import os, sys
import pyconslaw as pcl
from pyconslaw.sweeps import keeper
from swept import WORDS, exported, fatal, slow

if __name__ == "__main__":
    pool, close = executor()
    with pool:
        networks = [*WORDS, fatal(3), slow(4)]
        found = pcl.sweep(
            networks, executor=pool, jobs=2, store="s.sqlite", limit_seconds=3.0, certificates=True
        )
        assert found.certificate("relu 2-3-1") is not None
        with open("pids", "w") as file:
            print(*{pool.submit(os.getpid).result() for _ in range(20)}, os.getpid(), file=file)
    close()
    assert not keeper.living, "this process has only asked"
    exported(found, "rows.jsonl")
"""


def run(words, text, folder):
    """Runs the program with this executor; its rows."""
    (folder / "program.py").write_text(text + PROGRAM)
    support = str(Path(__file__).parents[1] / "support")
    paths = [support, str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "OMPI_ALLOW_RUN_AS_ROOT": "1",
        "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
        "OMPI_MCA_rmaps_base_oversubscribe": "1",
    }
    done = subprocess.run(
        [*words, "program.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return (folder / "rows.jsonl").read_bytes()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    networks = [*WORDS, fatal(3), slow(4)]
    found = pcl.sweep(networks, jobs=2, limit_seconds=3.0)
    assert found.counts == {"proved": len(WORDS) - 2, "refused": 2, "time": 1, "died": 1}
    return exported(found, tmp_path_factory.mktemp("wanted") / "rows.jsonl")


def test_dask(wanted, tmp_path):
    if find_spec("distributed") is None:
        pytest.skip("Dask is not installed (pip install 'pyconslaw[sweep]'): NO CLUSTER WAS TRIED")
    assert run([sys.executable], DASK, tmp_path) == wanted
    pids = (tmp_path / "pids").read_text().split()
    assert len(set(pids)) >= 2, "another process has computed"


def test_mpi(wanted, tmp_path):
    beside = Path(sys.executable).with_name("mpiexec")
    mpiexec = str(beside) if beside.exists() else shutil.which("mpiexec")
    if find_spec("mpi4py") is None or mpiexec is None:
        pytest.skip("no MPI (pip install mpi4py mpich): ITS EXECUTOR WAS NOT TRIED")
    words = [mpiexec, "-n", "3", sys.executable, "-m", "mpi4py.futures"]
    assert run(words, MPI, tmp_path) == wanted
    pids = (tmp_path / "pids").read_text().split()
    assert len(set(pids)) >= 2, "another process has computed"
