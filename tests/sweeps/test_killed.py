"""A sweep that is killed at any moment and resumed: nothing stored is lost, or asked again."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from amounts import amount
from swept import alive, exported

import pyconslaw as pcl

WORDS = [f"relu {a}-{b}-{c}" for a in range(1, 7) for b in range(1, 9) for c in range(1, 6)]
WORDS += [f"linear {a}-{b}-{c}" for a in range(1, 5) for b in range(1, 5) for c in range(1, 5)]
PROGRAM = """
import sys
from concurrent.futures import ThreadPoolExecutor
import pyconslaw as pcl
from pyconslaw.sweeps import keeper, loop

class Listed(ThreadPoolExecutor):
    def submit(self, function, /, batch, **given):
        with open(sys.argv[3], "a") as file:
            file.writelines(one["text"] + "\\n" for one in batch["networks"])
        return super().submit(function, batch, **given)

class Own(loop.Threads):
    def __init__(self, jobs):
        super().__init__(jobs)
        self.pool = Listed(jobs)

loop.MOST = 3  # many batches
pcl.sweep.__globals__["Threads"] = Own
words = open(sys.argv[1]).read().split("\\n")

def told(done, total):
    print(*(child.process.pid for child in list(keeper.living)), flush=True)

pcl.sweep(words, jobs=2, store=sys.argv[2], resume=True, progress=told)
print("done")
"""


def stored(path):
    """What is in a store: rows by task, and the sources that are known."""
    if not path.exists():
        return {}, []
    base = sqlite3.connect(path)
    try:
        return dict(base.execute("SELECT task, report FROM results")), [
            source for (source,) in base.execute("SELECT source FROM sources")
        ]
    except sqlite3.OperationalError:  # not yet begun
        return {}, []
    finally:
        base.close()


def killed(folder, times, draw):
    """Runs until it is through, killed so many times on the way: (moments, pids of processes)."""
    specs, store, log = (folder / name for name in ("specs", "s.sqlite", "log"))
    specs.write_text("\n".join(WORDS))
    from pyconslaw.sweeps.specs import carried, source_of

    source = {source_of(carried(text)): text for text in WORDS}
    kills, pids, moments = 0, set(), []
    while True:
        before, sources = stored(store)
        log.write_text("")
        heard = ""
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, specs, store, log], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        if kills < times:
            lines = draw.randint(0, 8)  # of what it tells; without any, while it begins
            heard = "".join(process.stdout.readline() for _ in range(lines))
            time.sleep(draw.uniform(0, 0.03 if lines else 1.0))
            process.send_signal(signal.SIGKILL)
        printed = heard + process.communicate(timeout=300)[0]
        pids |= {int(word) for word in printed.split() if word.isdigit()}
        after, _ = stored(store)
        assert before.items() <= after.items(), "lost"
        asked = set(log.read_text().splitlines())
        assert not asked & {source[one] for one in sources}, "asked again"
        moments.append(len(after))
        if process.returncode == 0:
            assert printed.endswith("done\n")
            return moments, pids
        assert process.returncode == -signal.SIGKILL
        kills += 1


def check(folder, times, seed):
    moments, pids = killed(folder, times, random.Random(seed))
    found = pcl.SweepResults.read(folder / "s.sqlite")
    assert exported(found, folder / "a.jsonl") == exported(
        pcl.sweep(WORDS, jobs=1), folder / "b.jsonl"
    )
    end = time.monotonic() + 30
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert pids and not any(map(alive, pids)), "processes outlive their sweep"
    return moments


def test_killed_ten_times(tmp_path, fresh_seed):
    moments = check(tmp_path, 10, fresh_seed)
    assert moments[-1] == len(WORDS)
    assert any(0 < count < len(WORDS) for count in moments), "never in the middle"


@pytest.mark.long
def test_killed_two_hundred_times(tmp_path, fresh_seed):
    draw, kills, whole = random.Random(fresh_seed), 0, amount(200)
    while kills < whole:
        folder = Path(tmp_path, str(kills))
        folder.mkdir()
        kills += len(check(folder, min(10, whole - kills), draw.random())) - 1
