"""What the harness times, compares, leaves out and writes; no test looks at how long anything
took.
"""

import json
import os
import shutil
import subprocess

import click
import pytest

from bench import harness, isolated, table
from bench.harness import Rival, Table


def work(answer):
    """A run that takes some processor time."""

    def run():
        sum(range(20_000))
        return answer

    return run


def names_left_out(line):
    return {entry["rival"]: entry["left_out"] for entry in line["results"] if "left_out" in entry}


def test_a_rival_expected_over_the_budget_is_left_out_and_the_table_says_so(capsys):
    runs = Table(repeats=1, budget=60)
    small = {"ours": Rival(work(1), 1), "slow": Rival(work(1), 1)}
    runs.measure({"n": 1}, small)
    runs.measure({"n": 2}, {"ours": Rival(work(2), 1), "slow": Rival(pytest.fail, 1e15)})
    runs.measure({"n": 3}, {"ours": Rival(work(3), 1), "slow": Rival(work(3), 1)})
    assert [names_left_out(line) for line in runs.lines] == [
        {},
        {"slow": "expected above 60 s"},
        {},
    ]
    assert "left out: expected above 60 s" in capsys.readouterr().out


def test_a_rival_without_cost_is_never_left_out_unseen():
    runs = Table(repeats=2, budget=1e-9)  # spent after the first round
    for n in (1, 2):
        runs.measure({"n": n}, {"ours": Rival(work(n))})
    assert [line["results"][0]["repeats"] for line in runs.lines] == [1, 1]


def test_exact_rivals_must_agree_and_floats_need_not(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "results.json")
    runs = Table(repeats=1, budget=60)
    runs.measure(
        {"n": 1},
        {"ours": Rival(work(7)), "other": Rival(work(7)), "floats": Rival(work(8), exact=False)},
    )
    assert not runs.disagreements
    runs.finish("good", record=True)
    runs.measure({"n": 2}, {"ours": Rival(work(7)), "other": Rival(work(9))})
    assert runs.disagreements == ["n 2: other answers 9, not 7"]
    with pytest.raises(click.ClickException, match="other answers 9, not 7"):
        runs.finish("bad", record=True)
    assert [run["benchmark"] for run in harness.recorded()] == ["good"]
    assert "DISAGREES: other answers 9, not 7" in capsys.readouterr().out


def test_a_rival_must_agree_with_itself():
    answers = iter([1, 2])
    runs = Table(repeats=2, budget=60)
    runs.measure({"n": 1}, {"ours": Rival(lambda: next(answers))})
    assert runs.disagreements == ["n 1: ours answers 2, not 1"]


def test_finish_and_prepare_are_not_part_of_the_answer_alone():
    order = []
    taken = harness.timed(
        Rival(lambda: order.append("run") or 3, prepare=lambda: order.append("prepare"), finish=str)
    )
    assert taken[2] == "3" and order == ["prepare", "run"]


def test_the_newest_run_of_a_benchmark_and_machine_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "results.json")
    here = {"machine": "this", "date": "2026-01-01"}
    monkeypatch.setattr(harness, "described", lambda: here)
    old = [
        {"benchmark": "a", "machine": m, "date": "2025-01-01", "lines": []}
        for m in ("this", "that")
    ]
    harness.RESULTS.write_text(json.dumps(old))
    for benchmark in ("a", "b"):
        runs = Table(repeats=1, budget=60)
        runs.measure({"n": 1}, {"ours": Rival(work([1, 2]), 1e3)})
        runs.finish(benchmark, record=True, prime=7)
    found = harness.recorded()
    assert [(r["benchmark"], r["machine"], r["date"][:4]) for r in found] == [
        ("a", "that", "2025"),
        ("a", "this", "2026"),
        ("b", "this", "2026"),
    ]
    assert found[1]["prime"] == 7 and found[1]["lines"][0]["results"][0]["answer"] == [1, 2]


def test_the_results_file_round_trips_and_is_short():
    runs = harness.recorded()
    assert runs and json.loads(harness.text_of(runs)) == runs
    assert len({(r["benchmark"], r["machine"]) for r in runs}) == len(runs)
    for run in runs:
        assert {"date", "machine", "commit", "numpy_blas", "python_flint"} <= set(run)
        assert not run["commit"].endswith("dirty")


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_commit_ignores_the_results_and_their_pictures(monkeypatch, tmp_path):
    """In a repository of its own: what a run writes leaves the commit clean, any other change
    does not.
    """
    paths = [
        tmp_path / "bench/results.json",
        tmp_path / "docs/_static/bench/scaling.svg",
        tmp_path / "bench/rank.py",
    ]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    for words in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "all"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    monkeypatch.setattr(harness, "RESULTS", paths[0])
    for path in paths[:2]:
        path.write_text("after")
        assert not harness.commit().endswith("dirty")
    paths[2].write_text("after")
    assert harness.commit().endswith("-dirty")


def spin(_):
    while True:
        pass


def too_much(_):
    return len(bytearray(isolated.MEMORY))


def fails(_):
    raise ValueError("no such thing")


def test_a_process_apart():
    assert isolated.run(lambda x: x + 1, 2, budget=30) == 3
    assert isolated.run(spin, None, budget=1) == isolated.Stopped("stopped after 1 s")
    assert isolated.run(too_much, None, budget=30) == isolated.Stopped("stopped at 4 GB")
    with pytest.raises(RuntimeError, match="no such thing"):
        isolated.run(fails, None, budget=30)
    with pytest.raises(RuntimeError, match="exit code 3"):
        isolated.run(lambda _: os._exit(3), None, budget=30)


def test_a_stopped_rival_is_left_out_of_its_line(capsys):
    runs = Table(repeats=2, budget=1, apart=True)
    runs.measure({"n": 1}, {"ours": Rival(work(4)), "slow": Rival(lambda: spin(None))})
    assert names_left_out(runs.lines[0]) == {"slow": "stopped after 1 s"}
    assert "left out: stopped after 1 s" in capsys.readouterr().out


def run_of(benchmark, lines, date="2026-01-02", **facts):
    return {
        "benchmark": benchmark,
        "date": date,
        "machine": "M",
        "python": "3",
        "python_flint": "0",
        "commit": "c",
        "lines": lines,
        **facts,
    }


RUNS = [
    run_of("rank", [], date="2026-01-01"),
    run_of(
        "counts",
        [
            {
                "network": "linear 3-3-3",
                "source": "s",
                "results": [
                    {"rival": "pyconslaw analyze", "cpu": 0.5, "answer": 6},
                    {"rival": "SymPy rings", "left_out": "stopped after 8 s"},
                ],
            }
        ],
    ),
    run_of(
        "rank",
        [
            {
                "n": 4,
                "rank": 3,
                "results": [
                    {"rival": "pyconslaw fast", "cpu": 0.001, "answer": 3},
                    {"rival": "python-flint nmod_mat", "cpu": 0.01, "answer": 3},
                    {"rival": "NumPy matrix_rank (floats)", "cpu": 2.0, "answer": 4},
                ],
            }
        ],
        loops="avx2",
    ),
]


def test_the_markdown_table():
    assert table.markdown(RUNS) == (
        "| rank mod p | pyconslaw | python-flint | NumPy floats |\n"
        "| --- | --- | --- | --- |\n"
        "| `n = 4, rank 3` | 1 ms | 10 ms (10×) | 2 s (2e+03×), says 4 |\n"
        "\n"
        "| whole count | pyconslaw | SymPy rings |\n"
        "| --- | --- | --- |\n"
        "| `linear 3-3-3` | 500 ms | (stopped after 8 s) |\n"
        "\n"
        "rank mod p (avx2 loops); whole count: M, Python 3, python-flint 0, commit c."
    )


def test_no_line_of_the_tables_is_wide():
    """Libraries are put into two tables where one would be; notes are broken."""
    name = "linear " + "-".join(["1000"] * 7)
    rivals = ("pyconslaw", "python-flint", "SymPy rings", "FFLAS", "NumPy matrix_rank")
    results = [{"rival": r, "cpu": 0.123 * (k + 1), "answer": k} for k, r in enumerate(rivals)]
    run = run_of("counts", [{"network": name, "results": results}], machine="M " * 60)
    lines = table.markdown([run]).splitlines()
    assert max(map(len, lines)) <= table.WIDTH
    heads = [line for line in lines if line.startswith("| whole count")]
    assert heads == [
        "| whole count | pyconslaw | python-flint | FFLAS-FFPACK |",
        "| whole count | pyconslaw | SymPy rings | NumPy floats |",
    ]
    assert sum(f"| `{name}` | 123 ms |" in line for line in lines) == 2


def test_the_pictures(tmp_path):
    pytest.importorskip("matplotlib")
    from bench import plot

    for run in RUNS[1:]:
        plot.draw(run, tmp_path / "x.png")
        assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


def growing():
    """A run with exponents: two series, the second with a rival that was left out."""
    lines = [
        {
            "network": f"linear {n}-{n}",
            "parameters": n * n,
            "series": name,
            "results": [{"rival": "pyconslaw", "cpu": n**a / 1e3}],
        }
        for name, a in (("a, slow", 4), ("b, fast", 2))
        for n in (10, 20, 40)
    ]
    lines.append(
        {
            "network": "linear 80-80",
            "parameters": 6400,
            "series": "b, fast",
            "results": [{"rival": "pyconslaw", "left_out": "stopped"}],
        }
    )
    return {"benchmark": "scaling", "machine": "M", "commit": "c", "lines": lines}


def test_time_against_size(tmp_path):
    from bench import plot, scaling

    run = growing()
    assert scaling.exponents(run["lines"]) == {"a, slow": 2.0, "b, fast": 1.0}
    assert plot.curves(run)["b, fast"] == [(100, 0.1), (400, 0.4), (1600, 1.6)]
    pytest.importorskip("matplotlib")
    run["exponents"] = scaling.exponents(run["lines"])
    for name in ("x.svg", "y.svg"):
        plot.draw_growth(run, tmp_path / name)
    text = (tmp_path / "x.svg").read_text()
    assert (
        text == (tmp_path / "y.svg").read_text()
        and "a, slow: size^2.0" in text
        and "parameters" in text
    )


def test_a_short_run_apart_is_made_twice(monkeypatch):
    answers = iter(["first", "second", "third"])
    assert harness.timed_warm(Rival(lambda: next(answers)))[2] == "second"
    monkeypatch.setattr(harness, "SHORT", 0)
    assert harness.timed_warm(Rival(lambda: next(answers)))[2] == "third"


def test_two_threads_have_a_table_of_their_own():
    """It compares wall times, with the better of the rivals of a library."""

    def entry(rival, best, cpu):
        return {"rival": rival, "best": best, "median": best, "cpu": cpu, "repeats": 1, "answer": 3}

    line = {
        "n": 5,
        "rank": 3,
        "results": [
            entry("pyconslaw fast", 0.004, 0.004),
            entry("pyconslaw fast, 2 threads", 0.002, 0.004),
            entry("python-flint nmod_mat", 0.04, 0.03),
            entry("python-flint nmod_mat, 2 threads", 0.06, 0.12),
        ],
    }
    run = {
        "benchmark": "rank",
        "date": "1",
        "machine": "m",
        "python": "3",
        "python_flint": "1",
        "commit": "c",
        "lines": [line],
    }
    lines = table.markdown([run]).splitlines()
    assert [line for line in lines if line.startswith("| ") and "---" not in line] == [
        "| rank mod p | pyconslaw | python-flint |",
        "| `n = 5, rank 3` | 4 ms | 30 ms (7.5×) |",
        "| rank mod p, 2 threads | pyconslaw | python-flint |",
        "| `n = 5, rank 3` | 2 ms | 40 ms (20×) |",
    ]
