"""Rows out of a store: JSON lines, CSV, Parquet, frames; equal for equal sweeps."""

import csv
import json

import pytest

import pyconslaw as pcl

WORDS = ["relu 2-3-1 --bias", "linear 2-2-2", "nonsense", '{"variables": ["x"], "phi": ["x^2"]}']


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    store = tmp_path_factory.mktemp("results") / "s.sqlite"
    return pcl.sweep(WORDS, jobs=1, seed=2**64 - 1, options={"budget": 60}, store=store)


def test_rows(found):
    rows = list(found)
    assert len(rows) == len(found) == 4 and rows == list(found.rows())
    assert [row["task"] for row in rows] == sorted(row["task"] for row in rows)
    for row in rows:
        assert (row["question"], row["seed"], row["version"]) == (
            "count",
            2**64 - 1,
            pcl.__version__,
        )
        assert row["options"] == {"budget": 60.0}
    timed = list(found.rows(times=True))
    assert all(row.pop("seconds") > 0 and row.pop("processor") >= 0 for row in timed)
    assert timed == rows


def test_text(found):
    assert str(found) == "4 networks: 3 proved, 1 refused"
    assert repr(found) == "<SweepResults 4 networks: 3 proved, 1 refused>"
    assert found.json() == {
        "networks": 4,
        "statuses": {"proved": 3, "refused": 1},
        "store": str(found.path),
    }


def test_json_lines(found, tmp_path):
    path = found.write(tmp_path / "r.jsonl")
    assert [json.loads(line) for line in path.read_text().splitlines()] == list(found)
    timed = found.write(tmp_path / "t.jsonl", times=True)
    assert "seconds" in json.loads(timed.read_text().splitlines()[0])


def test_csv(found, tmp_path):
    with open(found.write(tmp_path / "r.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["task"] for row in rows] == [row["task"] for row in found]
    for ours, theirs in zip(found, rows):
        assert json.loads(theirs["report"]) == ours["report"]
        assert theirs["laws"] == ("" if ours["laws"] is None else str(ours["laws"]))


def test_frames(found):
    frame = found.to_pandas(times=True)
    assert list(frame["task"]) == [row["task"] for row in found]
    assert str(frame["laws"].dtype) == "Int64" and frame["laws"].isna().sum() == 1
    assert int(frame["seed"][0]) == 2**64 - 1
    assert frame.groupby("status")["laws"].sum().to_dict() == {"proved": 6, "refused": 0}
    assert json.loads(frame["report"][0]) == next(iter(found))["report"]


def test_parquet(found, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: no Parquet was written")
    import pandas

    path = found.write(tmp_path / "r.parquet")
    back = pandas.read_parquet(path)
    assert list(back["task"]) == [row["task"] for row in found]
    assert back["laws"].tolist() == found.to_pandas()["laws"].tolist()


@pytest.mark.parametrize("name", ["r.txt", "r", "r.sqlite"])
def test_other_endings(name, found, tmp_path):
    with pytest.raises(pcl.InputError, match="expected a file that ends in .jsonl, .csv, .parq"):
        found.write(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_two_stores_of_one_sweep_are_equal(tmp_path):
    written = []
    for name, words in (("a", WORDS), ("b", WORDS[::-1])):
        store = tmp_path / f"{name}.sqlite"
        pcl.sweep(words[:2], jobs=1, store=store)
        found = pcl.sweep(words, jobs=2, store=store, resume=True)
        written.append(
            [found.write(tmp_path / f"{name}.{e}").read_bytes() for e in ("csv", "jsonl")]
        )
    assert written[0] == written[1]
