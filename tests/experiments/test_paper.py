"""`reproduce paper`: the known and our numbers side by side, and what is wrong is said."""

from commands import data, run

from pyconslaw import network_of


def test_reproduce_paper():
    result = run("reproduce", "paper")
    assert result.exit_code == 0 and result.stderr == "", result.stdout
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["architecture", "D", "known", "ours", "verdict", "seconds"]
    rows = [line for line in lines[1:121] if line.strip()]
    assert len(rows) == 120 and "WRONG" not in result.stdout
    assert (
        sum(" proved " in row for row in rows) == 100
        and sum(" complete " in row for row in rows) == 20
    )
    assert lines[1].split()[:6] == ["linear", "5-3-2", "21", "6", "6", "proved"]
    assert "120 of 120 right" in lines[-1] and "2:29:49 (64 threads)" in lines[-1]
    for part in ("50 of 50 right", "10 of 10 right", "34:23", "1:53:11", "1:31", "0:44"):
        assert part in result.stdout


def test_reproduce_paper_json():
    found = data(run("reproduce", "paper", "--json", "--seed", 7))
    assert found["right"] == len(found["experiments"]) == 120
    for row in found["experiments"]:
        net = network_of(*row["network"].split()[:2], bias="--bias" in row["network"])
        assert (
            row["ours"] == row["known"] and row["right"] is True and row["parameters"] == net.size
        )
        assert row["verdict"] == ("complete" if row["group"].endswith("poly") else "proved")


def test_reproduce_says_what_is_wrong(monkeypatch):
    from pyconslaw.experiments import paper as reproduce

    data_of = reproduce.architectures()
    data_of["linear_count"][0]["known"] += 1
    monkeypatch.setattr(reproduce, "architectures", lambda: data_of)
    result = run("reproduce", "paper")
    assert (
        result.exit_code == 1
        and result.stdout.count("WRONG") == 1
        and "119 of 120 right" in result.stdout
    )
