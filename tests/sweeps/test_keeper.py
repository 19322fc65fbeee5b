"""The processes that compute: limits, deaths, replacement, and that they end with their worker."""

import json
import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread

import pytest
from swept import alive, fatal, harmful, large, slow

import pyconslaw as pcl
from pyconslaw.sweeps import keeper
from pyconslaw.sweeps.specs import carried


@pytest.fixture(autouse=True)
def closed():
    yield
    keeper.close()
    assert not keeper.living and not keeper.idle


def batch(networks, seconds=None, memory=None, patience=1000.0, **options):
    return {
        "question": "count",
        "options": options,
        "seed": 0,
        "certificates": False,
        "limits": {"seconds": seconds, "memory": memory},
        "patience": patience,
        "networks": [carried(one) for one in networks],
    }


def rows(found):
    return [json.loads(text)["row"] for text in found]


def statuses(found):
    return [row["status"] for row in rows(found)]


def test_answers_in_order_of_a_process_that_is_kept():
    found = rows(keeper.answers(batch(["relu 2-3-1", "nonsense", pcl.product(3)])))
    assert [(row["status"], row.get("laws")) for row in found] == [
        ("proved", 3),
        ("refused", None),
        ("proved", 2),
    ]
    (child,) = keeper.idle
    assert statuses(keeper.answers(batch(["relu 2-3-2"]))) == ["proved"]
    assert keeper.idle == [child] and child.answered == 4


def test_a_task_that_is_late_costs_itself_alone():
    tasks = ["relu 2-3-1", slow(3), "relu 2-3-2", slow(4), slow(5)]
    start = time.monotonic()
    found = keeper.answers(batch(tasks, seconds=0.7))
    assert time.monotonic() - start < 60
    assert statuses(found) == ["proved", "time", "proved", "time", "time"]
    late = rows(found)[1]
    assert late["message"] == "not answered within 0.7 s"
    assert json.loads(late["allowed"]) == {"seconds": 0.7, "memory": None}


def test_a_real_count_that_is_late_keeps_its_name():
    """The search is deep in C when its process is ended."""
    words = "mlp 70-80-80-70 --activations linear,relu"
    (row,) = rows(keeper.answers(batch([words], seconds=1.0, method="generic")))
    assert (row["status"], row["network"], row["parameters"]) == ("time", words, 17600)
    assert row["fingerprint"] == pcl.network_of(*words.split()[:2], "linear,relu").fingerprint


def test_a_process_that_dies_costs_its_task_alone():
    tasks = ["relu 2-3-1", fatal(3), fatal(4), "relu 2-3-2"]
    found = keeper.answers(batch(tasks))
    assert statuses(found) == ["proved", "died", "died", "proved"]
    assert rows(found)[1]["message"] == f"the process died: signal {signal.SIGABRT}"


def test_a_task_without_memory_costs_itself_alone():
    found = keeper.answers(batch(["relu 2-3-1", large(3), "relu 2-3-2"], memory=200e6))
    assert statuses(found) == ["proved", "memory", "proved"]
    assert rows(found)[1]["message"] == "more than 2e+08 bytes"


def test_a_real_count_without_memory():
    words = "mlp 60-80-80-60 --activations linear,relu"
    found = keeper.answers(batch([words, "relu 2-3-2"], memory=30e6, method="generic"))
    assert statuses(found) == ["memory", "proved"]
    assert rows(found)[0]["network"] == words


def test_only_a_fresh_process_is_believed(tmp_path):
    """What others have left in a process may be why it died: the task is tried in a new one."""
    mark = tmp_path / "mark"
    code = f"import os; new = os.path.exists({str(mark)!r}); open({str(mark)!r}, 'w'); "
    once = harmful(3, exec, code + "new or os.abort()")
    found = keeper.answers(batch(["relu 2-3-1", once]))
    assert statuses(found)[0] == "proved" and mark.exists()
    assert "died" not in statuses(found)


def test_what_a_library_prints_is_no_answer():
    loud = harmful(3, exec, "print('noise'); import os; os.write(1, b'noise\\n')")
    found = keeper.answers(batch([loud, "relu 2-3-2"]))
    assert statuses(found) == ["failed", "proved"]  # exec gives no network
    assert "AttributeError" in rows(found)[0]["message"]


def test_a_specification_longer_than_a_pipe():
    names = [f"x{k:060}" for k in range(2000)]
    text = json.dumps({"variables": names, "phi": [f"{names[0]}*{names[1]}"]})
    assert len(text) > 100_000
    tasks = [text, "relu 2-3-1", text, text, "relu 2-3-2"]
    found = rows(keeper.answers(batch(tasks)))
    assert [row["parameters"] for row in found] == [2000, 9, 2000, 2000, 12]
    assert {row["status"] for row in found} == {"proved"}


def test_a_worker_hands_back_what_it_has_not_begun():
    tasks = ["linear 3-3-3"] * 2000
    found = keeper.answers(batch(tasks, patience=0.05))
    assert 1 <= len(found) < 2000 and set(statuses(found)) == {"proved"}
    assert len(keeper.answers(batch(tasks[:1], patience=0.0))) == 1


def test_one_thread_whatever_the_environment_says():
    code = "import os, pyconslaw.exact.basis as b; raise LookupError("
    code += "[b.threads(), os.environ['OMP_NUM_THREADS'], os.environ['OPENBLAS_NUM_THREADS']])"
    (row,) = rows(keeper.answers(batch([harmful(3, exec, code)])))
    assert row["message"] == "LookupError: [1, '1', '1']"


def test_limits_have_processes_of_their_own():
    keeper.answers(batch(["relu 2-3-1"]))
    keeper.answers(batch(["relu 2-3-1"], memory=1e9))
    assert sorted(str(child.memory) for child in keeper.idle) == ["1000000000.0", "None"]


def test_an_idle_process_that_is_old_is_not_asked(monkeypatch):
    keeper.answers(batch(["relu 2-3-1"]))
    (old,) = keeper.idle
    monkeypatch.setattr(keeper, "STALE", 0.0)
    time.sleep(0.01)
    keeper.answers(batch(["relu 2-3-1"]))
    assert keeper.idle != [old] and not alive(old.process.pid)


def test_a_process_that_grows_is_replaced():
    """It says so, and answers what it has been sent."""
    grow = "import builtins; builtins.kept = bytearray(600 << 20)"
    tasks = [harmful(3, exec, grow), *["relu 2-3-1"] * 200]
    found = keeper.answers(batch(tasks))
    assert len(found) == 201 and set(statuses(found)[1:]) == {"proved"}
    assert all(child.answered < 150 for child in keeper.idle)


def test_it_stops_when_the_sweep_has_ended():
    stop, raised = Event(), []

    def work():
        try:
            keeper.answers(batch([slow(3)]), stop)
        except keeper.Gone as error:
            raised.append(error)

    keeper.answers(batch(["relu 2-3-1"]))
    thread = Thread(target=work)
    thread.start()
    time.sleep(0.3)
    stop.set()
    keeper.kill_all(stop)
    thread.join(30)
    assert not thread.is_alive() and len(raised) == 1
    work()  # whatever was begun meanwhile ends too
    assert len(raised) == 2 and not keeper.living


WORKER = """
import sys, time
from swept import slow
from test_keeper import batch
from pyconslaw.sweeps import keeper
keeper.answers(batch(["relu 2-3-1"]))
print(*(child.process.pid for child in keeper.living), flush=True)
keeper.answers(batch(SLOW))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    "task",
    ["[slow(3)]", "['mlp 70-80-80-70 --activations linear,relu'], method='generic'"],
    ids=["asleep", "in C"],
)
def test_processes_end_with_their_worker(number, task):
    text = WORKER.replace("SLOW", task)
    places = [str(os.path.dirname(__file__)), os.path.join(os.path.dirname(__file__), "../support")]
    paths = os.pathsep.join([*places, *sys.path])
    worker = subprocess.Popen(
        [sys.executable, "-c", text],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert worker.stdout is not None
    child = int(worker.stdout.readline())
    time.sleep(0.3)
    assert alive(child)
    worker.send_signal(number)
    worker.communicate(timeout=60)
    end = time.monotonic() + 20
    while alive(child) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(child)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_worker_has_processes_of_its_own():
    keeper.answers(batch(["relu 2-3-1"]))
    (ours,) = keeper.idle
    read, write = os.pipe()
    child = os.fork()
    if not child:
        found = keeper.answers(batch(["relu 2-3-2"]))
        pids = [one.process.pid for one in keeper.living]
        os.write(write, json.dumps([statuses(found), pids]).encode())
        keeper.kill_all()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        found, pids = json.loads(answer.read())
    os.waitpid(child, 0)
    assert found == ["proved"] and ours.process.pid not in pids and len(pids) == 1
    assert statuses(keeper.answers(batch(["relu 2-3-3"]))) == ["proved"]
    assert keeper.idle == [ours]


def test_what_cannot_start_is_said(monkeypatch):
    monkeypatch.setattr(keeper, "START", "raise SystemExit('no such thing')")
    with pytest.raises(RuntimeError, match="a process that computes did not start"):
        keeper.answers(batch(["relu 2-3-1"]))


def test_a_worker_loads_little():
    """It is imported by every worker of a pool that spawns."""
    code = (
        "import sys, pyconslaw.sweeps.keeper; print({'numpy', 'flint', 'click'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
