"""The store: files of others, of other versions, damaged ones; two writers; what is kept."""

import json
import os
import sqlite3

import pytest

import pyconslaw as pcl
from pyconslaw.sweeps.rows import COLUMNS
from pyconslaw.sweeps.store import TABLES, VERSION, Store, asked_text

NONE = {"seconds": None, "memory": None}


def row(task="t", status="proved", **more):
    plain = {"task": task, "network": "n", "status": status}
    return {"row": plain | more, "report": "{}", "seconds": 1.0, "processor": 0.5}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "s.sqlite"


@pytest.fixture
def filled(path):
    store = Store(path, write=True)
    store.put(store.number_of(asked_text("{}")), [("source", row())])
    store.close()
    return path


def test_a_closed_store_is_one_file(filled):
    assert sorted(os.listdir(filled.parent)) == ["s.sqlite"]
    assert sqlite3.connect(filled).execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_store_that_is_there_is_not_begun_again(filled):
    with pytest.raises(pcl.InputError, match=r"is there already; resume=True \(--resume\)"):
        Store(filled, write=True, resume=False)
    assert filled.stat().st_size > 0


def test_what_is_known(filled):
    store = Store(filled, write=True)
    number = store.find(asked_text("{}"))
    assert number == store.number_of(asked_text("{}")) != store.number_of(asked_text('{"a":1}'))
    assert store.task_of(number, "source") == "t" and store.task_of(number, "other") is None
    assert store.done(number, "t", NONE, False)
    assert not store.done(number, "u", NONE, False)
    assert not store.done(number, "t", NONE, True)  # a certificate is wanted, and is not there
    assert not store.done(number + 1, "t", NONE, False)
    store.put(number, [("", row() | {"certificate": None, "certificate_message": "too large"})])
    assert store.done(number, "t", NONE, True)
    store.close()


def test_a_limit_that_has_grown(path):
    store = Store(path, write=True)
    number = store.number_of("{}")
    allowed = json.dumps({"seconds": 1.0, "memory": None})
    store.put(number, [("", row(status="time", allowed=allowed))])
    assert store.done(number, "t", NONE | {"seconds": 1.0}, False)
    assert not store.done(number, "t", NONE | {"seconds": 2.0}, False)
    store.put(number, [("", row(status="proved"))])
    store.put(number, [("", row(status="time", allowed=json.dumps(NONE)))])  # comes too late
    assert next(store.select("SELECT status, allowed FROM results")) == ("proved", None)
    store.close()


def test_statuses_that_are_asked_again(path):
    store = Store(path, write=True, again=["died"])
    number = store.number_of("{}")
    store.put(number, [("", row(status="died", allowed=json.dumps(NONE)))])
    assert not store.done(number, "t", NONE, False)
    store.put(number, [("", row(status="proved"))])
    assert store.done(number, "t", NONE, False)
    store.close()


def test_all_or_nothing(path):
    store = Store(path, write=True)
    number = store.number_of("{}")
    with pytest.raises(KeyError):
        store.put(number, [("", row("a")), ("", {"row": {}, "report": "{}"})])
    assert list(store.select("SELECT task FROM results")) == []
    store.put(number, [("", row("a"))])
    store.close()


def test_who_comes_later_takes_over(path):
    """One writer: what the other one finds is not stored twice, and it is told."""
    first = Store(path, write=True)
    number = first.number_of("{}")
    second = Store(path, write=True)
    second.put(number, [("", row("a"))])
    with pytest.raises(pcl.PyconslawError, match="another sweep has begun to write to it"):
        first.put(number, [("", row("b"))])
    assert list(second.select("SELECT task FROM results")) == [("a",)]
    first.close()
    second.close()


def test_it_is_read_while_it_is_written(path):
    writer = Store(path, write=True)
    writer.put(writer.number_of("{}"), [("", row("a"))])
    reader = Store(path, write=False)
    assert list(reader.select("SELECT task FROM results")) == [("a",)]
    writer.put(1, [("", row("b"))])
    assert len(list(reader.select("SELECT task FROM results"))) == 2
    with pytest.raises(OSError, match="s.sqlite: attempt to write a readonly"):
        reader.number_of("another")
    reader.close()
    writer.close()


def foreign(path):
    base = sqlite3.connect(path)
    base.execute("CREATE TABLE results (a)")
    base.commit()
    base.close()


def changed(statement):
    def change(path):
        store = Store(path, write=True)
        store.close()
        base = sqlite3.connect(path)
        base.execute(statement)
        base.commit()
        base.close()

    return change


def damaged(path):
    store = Store(path, write=True)
    number = store.number_of("{}")
    store.put(number, [(f"s{k}", row(f"t{k}", report="x" * 50)) for k in range(500)])
    store.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)


FOREIGN = {
    "a text": (lambda path: path.write_text("relu 2-3-1\n" * 100), "file is not a database"),
    "another database": (foreign, "is a database, but none of a sweep"),
    "a later version": (
        changed(f"PRAGMA user_version = {VERSION + 1}"),
        f"tables of version {VERSION + 1}, and this pyconslaw reads {VERSION}",
    ),
    "a trigger": (
        changed("CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM times; END"),
        "its tables are not those of a sweep",
    ),
    "a view": (changed("CREATE VIEW v AS SELECT 1"), "its tables are not those of a sweep"),
    "a column": (changed("ALTER TABLE times ADD COLUMN more"), "its tables are not those"),
    "a table less": (changed("DROP TABLE times"), "its tables are not those of a sweep"),
}


@pytest.mark.parametrize("write", [False, True])
@pytest.mark.parametrize("kind", FOREIGN)
def test_files_of_others_are_refused_and_left_alone(kind, write, path):
    make, words = FOREIGN[kind]
    make(path)
    before = path.read_bytes()
    with pytest.raises(pcl.InputError, match=words) as caught:
        Store(path, write=write)
    assert "s.sqlite" in str(caught.value) and path.read_bytes() == before


def test_a_damaged_store_is_an_error_of_ours(path):
    damaged(path)
    with pytest.raises(pcl.InputError, match="s.sqlite: .*malformed"):
        list(pcl.SweepResults.read(path))


@pytest.mark.parametrize("data", [b"", None])
def test_a_store_that_was_not_yet_begun(data, path):
    """Killed at the first moment: a file without anything in it is as good as none."""
    if data is None:
        base = sqlite3.connect(path)
        base.execute("PRAGMA journal_mode = WAL")
        base.close()
    else:
        path.write_bytes(data)
    store = Store(path, write=True)
    store.put(store.number_of("{}"), [("", row())])
    store.close()


def test_places(tmp_path):
    for write in (True, False):
        with pytest.raises(FileNotFoundError, match="no-such"):
            Store(tmp_path / "no-such" / "s.sqlite", write=write)
        with pytest.raises(IsADirectoryError):
            Store(tmp_path, write=write)
    with pytest.raises(FileNotFoundError):
        pcl.SweepResults.read(tmp_path / "s.sqlite")
    odd = tmp_path / "a ?#%41 b.sqlite"
    Store(odd, write=True).close()
    assert os.listdir(tmp_path) == [odd.name]


TEXTS = ["[]", "1", "null", "{", "[" * 10_000, '{"asked": 1}']


@pytest.mark.parametrize("column", ["report", "asked"])
@pytest.mark.parametrize("text", TEXTS)
def test_texts_that_no_sweep_wrote(column, text, filled):
    base = sqlite3.connect(filled)
    if column == "report":
        base.execute("UPDATE results SET report = ?", (text,))
    else:
        base.execute("UPDATE asked SET text = ?", (text,))
    base.commit()
    base.close()
    if (column, text) == ("report", TEXTS[-1]):
        return
    with pytest.raises(pcl.InputError, match="store: expected"):
        list(pcl.SweepResults.read(filled))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("network", b"\xff"),
        ("network", 1),
        ("laws", "three"),
        ("laws", 1.5),
        ("error_bound", "small"),
        ("status", "fine"),
        ("status", 7),
        ("report", b"{}"),
    ],
)
def test_values_that_no_sweep_wrote(column, value, filled):
    base = sqlite3.connect(filled)
    base.execute(f"UPDATE results SET {column} = ?", (value,))
    base.commit()
    base.close()
    found = pcl.SweepResults.read(filled)
    if column == "network" and value == 1:  # such a column makes a text of it
        assert next(iter(found))["network"] == "1"
        return
    with pytest.raises(pcl.InputError, match=r"store: (\w+: )?expected"):
        print(found, list(found))


@pytest.mark.parametrize("text", ["[]", "{", "[" * 10_000, b"\xff", '"a"'])
def test_limits_that_no_sweep_wrote(text, filled):
    base = sqlite3.connect(filled)
    base.execute("UPDATE results SET status = 'time', allowed = ?", (text,))
    base.commit()
    base.close()
    store = Store(filled, write=True)
    number = store.number_of(asked_text("{}"))
    with pytest.raises(pcl.InputError, match="store: expected what a task was allowed"):
        store.done(number, "t", NONE, False)
    with pytest.raises(pcl.InputError, match="store: expected what a task was allowed"):
        store.put(number, [("", row(status="time", allowed=json.dumps(NONE)))])
    store.close()


def test_tables_are_what_the_page_says():
    assert set(TABLES) == {"asked", "results", "sources", "certificates", "times", "writer"}
    assert all(f"{name} {kind}" in TABLES["results"] for name, kind in COLUMNS.items())
