"""Sweeps: the same results by every executor and in every order, continued without double work."""

import gc
import itertools
import json
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from swept import WORDS, Later, Refusing, alive, exported, fatal, large, slow

import pyconslaw as pcl
from pyconslaw.sweeps import keeper, loop
from pyconslaw.verify import verify_bytes


@pytest.fixture(autouse=True)
def closed():
    yield
    keeper.close()


@pytest.fixture(scope="module")
def wanted(tmp_path_factory):
    """The rows of all words, asked one by one in their order, by one process."""
    with ThreadPoolExecutor(1) as pool:
        found = pcl.sweep(WORDS, executor=pool, jobs=1)
        assert found.counts == {"proved": len(WORDS) - 2, "refused": 2}
        return exported(found, tmp_path_factory.mktemp("wanted") / "rows.jsonl")


def context(name):
    return lambda: ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(name))


EXECUTORS = {
    "threads": lambda: ThreadPoolExecutor(3),
    "spawned": context("spawn"),
    "from a server": context("forkserver"),
    "in another order": lambda: Later(7),
}


@pytest.mark.parametrize("name", EXECUTORS)
def test_results_do_not_depend_on_the_executor(name, wanted, tmp_path):
    with EXECUTORS[name]() as executor:
        store = tmp_path / "s.sqlite"
        found = pcl.sweep(iter(WORDS), executor=executor, jobs=2, store=store)
        assert exported(found, tmp_path / "rows.jsonl") == wanted
    assert exported(pcl.SweepResults.read(store), tmp_path / "rows.jsonl") == wanted


def test_results_of_this_machine(wanted, tmp_path):
    assert exported(pcl.sweep(WORDS, jobs=2), tmp_path / "rows.jsonl") == wanted
    assert not keeper.living


@settings(max_examples=8)
@given(
    st.permutations(WORDS),
    st.lists(st.integers(0, len(WORDS) - 1), max_size=6),
    st.tuples(st.integers(1, 5), st.integers(0, 100)),
)
def test_results_do_not_depend_on_the_order(wanted, tmp_path_factory, networks, repeated, drawn):
    jobs, seed = drawn
    networks = networks + [networks[k] for k in repeated]
    with Later(seed) as executor:
        found = pcl.sweep((x for x in networks), executor=executor, jobs=jobs)
        assert exported(found, tmp_path_factory.mktemp("o") / "rows.jsonl") == wanted
    # who was asked before may be asked again while nobody knows which network it is, not after
    assert len(executor.texts) <= len(networks)


def test_networks_and_their_words_are_one_task(tmp_path):
    networks = [pcl.linear([2, 2, 2]), "linear 2-2-2", "linear 2x2x2", '{"dims": [2, 2, 2]}']
    networks[-1] = '{"dims": [2, 2, 2], "activations": ["linear"]}'
    found = pcl.sweep(networks, jobs=1)
    (row,) = found
    assert (row["network"], row["laws"]) == ("linear 2-2-2", 3)


@pytest.mark.parametrize("first", ["objects", "words"])
def test_what_is_stored_is_not_asked_again(first, tmp_path):
    store = tmp_path / "s.sqlite"
    words = ["relu 2-3-1", "linear 2-2-2", "nonsense"]
    objects = [pcl.mlp([2, 3, 1]), pcl.linear([2, 2, 2])]
    pcl.sweep(words + objects if first == "words" else objects + words, jobs=1, store=store)
    again = pcl.sweep(
        words + objects, executor=Refusing(), jobs=1, store=store, resume=True, seed=0
    )
    assert len(again) == 3
    with pytest.raises(AssertionError, match="asked again"):
        pcl.sweep(words, executor=Refusing(), jobs=1, store=store, resume=True, seed=1)
    with pytest.raises(AssertionError, match="asked again"):
        options = {"budget": 5}
        pcl.sweep(words, executor=Refusing(), store=store, resume=True, options=options)
    with pytest.raises(pcl.InputError, match="resume=True"):
        pcl.sweep(words, jobs=1, store=store)


def test_several_questions_share_a_store(tmp_path):
    store = tmp_path / "s.sqlite"
    pcl.sweep(WORDS[:3], jobs=1, store=store)
    laws = pcl.sweep(WORDS[:2], "laws", jobs=1, store=store, resume=True)
    assert len(laws) == 2 and {row["question"] for row in laws} == {"laws"}
    both = pcl.SweepResults.read(store)
    assert len(both) == 5
    assert {(row["question"], row["version"]) for row in both} == {
        ("count", pcl.__version__),
        ("laws", pcl.__version__),
    }


def test_another_version_is_asked_again(tmp_path, monkeypatch):
    store = tmp_path / "s.sqlite"
    pcl.sweep(WORDS[:1], jobs=1, store=store)
    monkeypatch.setattr("pyconslaw.sweeps.store.__version__", "0.0.9")
    with pytest.raises(AssertionError, match="asked again"):
        pcl.sweep(WORDS[:1], executor=Refusing(), store=store, resume=True)


def test_networks_are_taken_as_there_is_room():
    taken = itertools.count()

    def endless():
        while True:
            yield f"relu 1-{next(taken) % 90 + 1}-1"

    with Later() as executor:
        pcl.sweep(endless(), executor=executor, jobs=3, progress=lambda done, total: done >= 300)
        assert executor.largest <= loop.WINDOW * 3
        assert next(taken) <= 300 + loop.MOST * (loop.WINDOW * 3 + 1)


def test_ten_thousand_are_never_submitted_at_once():
    with Later() as executor:
        words = (f"product {k % 40 + 1}" for k in range(10_000))
        found = pcl.sweep(words, executor=executor, jobs=2)
        assert len(found) == 40 and executor.largest <= loop.WINDOW * 2


def test_progress():
    told = []
    pcl.sweep(WORDS[:5], jobs=1, progress=lambda done, total: told.append((done, total)))
    assert told[0] == (0, 5) and told[-1] == (5, 5) and told == sorted(told)
    told.clear()
    pcl.sweep(iter(WORDS[:2]), jobs=1, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (2, None)


def test_a_listener_that_has_enough(tmp_path):
    store = tmp_path / "s.sqlite"
    stopped = pcl.sweep(WORDS, jobs=1, store=store, progress=lambda done, total: done >= 5 and True)
    assert 5 <= len(stopped) < len(WORDS) and not keeper.living
    whole = pcl.sweep(WORDS, jobs=1, store=store, resume=True)
    assert len(whole) == len(WORDS)


@pytest.mark.parametrize("place", ["progress", "networks"])
def test_what_has_come_is_kept_when_something_is_raised(place, tmp_path):
    def failing(done, total):
        if done >= 8:
            raise KeyboardInterrupt

    def networks():
        yield from WORDS[:12]
        raise KeyboardInterrupt

    store = tmp_path / "s.sqlite"
    with pytest.raises(KeyboardInterrupt):
        if place == "progress":
            pcl.sweep(WORDS, jobs=2, store=store, progress=failing)
        else:
            pcl.sweep(networks(), jobs=2, store=store)
    assert not keeper.living
    assert place == "networks" or len(pcl.SweepResults.read(store)) >= 8
    found = pcl.sweep(WORDS, jobs=2, store=store, resume=True)
    assert len(found) == len(WORDS)


def test_limits_and_deaths_are_results(tmp_path):
    store = tmp_path / "s.sqlite"
    harm = [slow(3), fatal(4), large(5)]
    given = {"jobs": 2, "store": store, "limit_memory": 300e6}
    found = pcl.sweep([*WORDS[:4], *harm], **given, limit_seconds=2.0)
    assert found.counts == {"proved": 4, "time": 1, "memory": 1, "died": 1}
    rows = {row["status"]: row for row in found}
    assert [rows[s]["network"] for s in ("time", "died", "memory")] == [
        "product 3",
        "product 4",
        "product 5",
    ]
    assert rows["time"]["fingerprint"] == pcl.product(3).fingerprint
    assert json.loads(rows["time"]["allowed"]) == {"seconds": 2.0, "memory": 300e6}
    # they are answers: not asked again within these limits, nor within smaller ones
    given |= {"executor": Refusing(), "resume": True}
    networks = [*WORDS[:4], pcl.product(3), pcl.product(4), pcl.product(5)]
    for seconds in (2.0, 1.0):
        assert len(pcl.sweep(networks, **given, limit_seconds=seconds)) == 7
    # what met a limit that has grown is asked again, what died when that is wanted
    given |= {"executor": None}
    found = pcl.sweep(networks, **given, limit_seconds=100.0)
    assert found.counts == {"proved": 5, "memory": 1, "died": 1}
    found = pcl.sweep(networks, **given | {"limit_memory": None}, again=["died"])
    assert found.counts == {"proved": 7}
    assert {row["allowed"] for row in found} == {None}


def test_certificates(tmp_path):
    store = tmp_path / "s.sqlite"
    net = pcl.mlp([2, 3, 1], bias=True)
    assert pcl.sweep([net], jobs=1, store=store).certificate(net) is None
    # they are not part of the question: only what lacks one is asked again
    found = pcl.sweep([net, "nonsense"], jobs=1, store=store, resume=True, certificates=True)
    for one in (net, "relu 2-3-1 --bias"):
        certificate = found.certificate(one)
        assert verify_bytes(certificate.bytes).laws == 3
    assert found.certificate("relu 2-3-2") is None
    given = {"executor": Refusing(), "store": store, "resume": True, "certificates": True}
    assert len(pcl.sweep([net], **given)) == 2
    (row,) = (row for row in found if row["status"] == "proved")
    report = row["report"]["report"]
    assert certificate.bytes == pcl.certify(net, seed=report["seed"]).bytes


def test_estimates(tmp_path):
    store = tmp_path / "s.sqlite"
    words = ["linear 300-300-300", "relu 2-3-1", "relu 2-3-1", "nonsense"]
    found = pcl.sweep(words, jobs=1, dry=True, store=store)
    costs = [pcl.estimate(pcl.network_of(*w.split()), trial=0) for w in words[:2]]
    assert isinstance(found, pcl.SweepEstimate) and not store.exists()
    assert (found.networks, found.refused, found.largest) == (3, 1, "linear 300-300-300")
    assert found.seconds == pytest.approx(sum(cost.seconds for cost in costs))
    assert found.memory == max(cost.memory for cost in costs)
    pcl.sweep(words[1:], jobs=1, store=store)
    left = pcl.sweep(words, jobs=1, dry=True, store=store, resume=True)
    assert (left.networks, left.refused) == (1, 0)
    assert str(left).startswith("1 network to ask: about ")


def test_a_pool_that_breaks_leaves_the_store_whole(tmp_path):
    """It is of the user: what came before is kept, and the sweep continued with another."""

    def broken(batch, stop=None):
        raise BrokenProcessPool("a worker is gone")

    class Breaking(Later):
        def submit(self, function, /, *args, **given):
            few = len(self.calls) < 4
            return super().submit(function if few else broken, *args, **given)

    store = tmp_path / "s.sqlite"
    with Breaking() as executor, pytest.raises(BrokenProcessPool):
        pcl.sweep(WORDS, executor=executor, jobs=1, store=store)
    assert 1 <= len(pcl.SweepResults.read(store)) < len(WORDS)
    assert len(pcl.sweep(WORDS, jobs=1, store=store, resume=True)) == len(WORDS)


def test_two_sweeps_in_one_process(wanted, tmp_path):
    found = {}

    def work(name):
        found[name] = exported(
            pcl.sweep(WORDS, jobs=1, store=tmp_path / name), tmp_path / f"{name}.jsonl"
        )

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {"a": wanted, "b": wanted} and not keeper.living


def test_no_process_is_left_behind():
    with ThreadPoolExecutor(2) as pool:
        pcl.sweep(WORDS[:8], executor=pool, jobs=2)
        pids = [child.process.pid for child in keeper.idle]
        assert pids and all(map(alive, pids))
    keeper.close()
    assert not any(map(alive, pids))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"networks": "relu 2-3-1"}, "networks: expected an iterable, got str"),
        ({"networks": pcl.product(2)}, "networks: expected an iterable, got Network"),
        ({"networks": {}}, "networks: expected an iterable, got dict"),
        ({"networks": [3]}, "networks: expected networks, texts such as"),
        ({"question": "size"}, "question: expected one of"),
        ({"jobs": 0}, "jobs: expected an integer from 1"),
        ({"jobs": True}, "jobs: expected an integer from 1"),
        ({"limit_seconds": 0}, "limit_seconds: expected a positive number, got 0"),
        ({"limit_memory": "2G"}, "limit_memory: expected a positive number, got '2G'"),
        ({"again": ["lost"]}, "again: expected some of proved"),
        ({"executor": 2}, "executor: expected an Executor, got int"),
    ],
)
def test_wrong_arguments(given, words, tmp_path):
    store = tmp_path / "s.sqlite"
    with pytest.raises(pcl.InputError, match=words):
        pcl.sweep(**{"networks": [], "store": store, "jobs": 1} | given)
    assert given.get("networks") == [3] or not store.exists()


def test_nothing_to_ask():
    found = pcl.sweep([], executor=Refusing())
    assert str(found) == "0 networks" and list(found) == [] and found.json()["statuses"] == {}
    assert len(found.to_pandas()) == 0


def test_another_thread_may_let_results_go():
    """As a collection of garbage does, in whichever thread it happens."""
    held = [pcl.sweep(WORDS[:1], jobs=1)]
    thread = threading.Thread(target=held.clear)
    thread.start()
    thread.join()
    gc.collect()  # every warning is an error
    assert not held


def test_results_in_memory_close_themselves():
    found = pcl.sweep(WORDS[:1], jobs=1)
    assert len(found) == 1
    del found
    gc.collect()  # every warning is an error
