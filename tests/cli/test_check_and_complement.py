"""`check` and `complement` in process: statuses, texts, JSON, laws from files and pipes."""

import pytest
from commands import data, refused, run

from pyconslaw import check_law, complement, linear, mlp

NETWORK = ["relu", "1-2-1"]
FIRST, SECOND = "W1[0,0]^2 - W2[0,0]^2", "W1[1,0]^2 - W2[0,1]^2"


def test_a_law():
    found = data(run("check", *NETWORK, "--law", FIRST, "--json"))
    assert (found["network"], found["law"]) == ("relu 1-2-1", FIRST)
    assert (found["conserved"], found["verdict"], found["point"]) == (True, "proved", None)
    assert run("check", *NETWORK, "--law", FIRST).stdout == (
        "conserved, proved: a combination of balance laws (local identity at the neurons)\n"
    )


def test_no_law():
    found = data(run("check", *NETWORK, "--law", "-W1[0,0]^2/3", "--json"), 1)
    assert (found["conserved"], found["verdict"], found["derivative"]) == (False, "proved", "-2/3")
    moved = {name: x for name, x in found["point"].items() if x}
    assert moved == {"W1[0,0]": 1, "W2[0,0]": 1} and len(found["point"]) == 4
    text = run("check", *NETWORK, "--law", "-W1[0,0]^2/3")
    assert text.exit_code == 1 and text.stderr == ""
    assert text.stdout.splitlines()[1] == (
        "  its derivative is -2/3 at W1[0,0] = 1, W2[0,0] = 1, the others 0"
    )


def test_a_law_that_is_only_probable():
    """phi has too many paths to be written out, and the law is no combination of balance laws."""
    network = ["linear", "6-6-6-6-6-6-6"]
    law = "(W1[0,0]*W1[1,0] - W1[0,0]*W1[1,0])*W1[0,0] + 1"
    assert data(run("check", *network, "--law", law, "--json"))["verdict"] == "proved"
    balance = " + ".join(f"W1[0,{k}]^2 - W2[{k},0]^2" for k in range(6))
    found = data(run("check", *network, "--law", f"({balance})^2", "--json"), 3)
    assert (found["conserved"], found["verdict"]) == (True, "probable")
    assert 0 < found["error_bound"] < 1e-9
    text = run("check", *network, "--law", f"({balance})^2")
    assert text.exit_code == 3 and "wrong with probability at most" in text.stdout
    other = run("check", *network, "--law", f"({balance})^2 + W1[0,0]^2")
    assert other.exit_code == 1
    assert "its derivative is not 0 at W1[0,0] = " in other.stdout
    assert f" and {6 * 36 - 20} more" in other.stdout


@pytest.mark.parametrize("law", ["", "W1[0,0]^", "q", ".5*W1[0,0]", "W9[0,0]"])
def test_what_is_no_formula_is_wrong_usage(law):
    refused(run("check", *NETWORK, "--law", law), 2, "Error: law")


def test_what_is_missing():
    found = data(run("complement", *NETWORK, "--law", FIRST, "--json"))
    assert (found["laws"], found["dimension"], found["independent"]) == ([SECOND], 1, 1)
    assert found["complete"] is True
    text = run("complement", *NETWORK, "--law", FIRST).stdout.splitlines()
    assert text[0] == SECOND and text[1].startswith("# relu 1-2-1: beside the given laws 1")
    none = data(run("complement", *NETWORK, "--law", FIRST, "--law", SECOND, "--json"))
    assert (none["laws"], none["dimension"], none["complete"]) == ([], 0, True)


def test_more_is_missing_than_is_known():
    found = run("complement", "linear", "1-2-2-1", "--law", "W2[0,0]^2 + W2[0,1]^2 - W3[0,0]^2")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[-1] == (
        "# linear 1-2-2-1: beside the given laws 6 are missing, of which 5 are known; "
        "fewer than the proved count"
    )


def test_laws_as_they_are_printed_are_read(tmp_path):
    path = tmp_path / "laws.txt"
    assert run("laws", "linear", "2-2-2", "-o", path).exit_code == 0
    found = data(run("complement", "linear", "2-2-2", "--laws", path, "--json"))
    assert (found["laws"], found["complete"]) == ([], True)
    piped = run("laws", "linear", "2-2-2", "--limit", 2).stdout
    found = data(run("complement", "linear", "2-2-2", "--laws", "-", "--json", input=piped))
    assert found["laws"] == ["W1[1,0]^2 + W1[1,1]^2 - W2[0,1]^2 - W2[1,1]^2"]
    path.write_text("% all of it is a remark\n\n")
    assert len(data(run("complement", *NETWORK, "--laws", path, "--json"))["laws"]) == 2


def test_what_is_given_has_to_be_a_law():
    refused(run("complement", *NETWORK, "--law", FIRST, "--law", "W1[0,0]"), 2, "laws[1]: is not")
    refused(run("complement", *NETWORK), 2, "--law TEXT or --laws FILE")
    refused(run("complement", *NETWORK, "--laws", "absent.txt"), 2, "absent.txt")


def test_print_shows_what_the_commands_do():
    net = mlp([1, 2, 1])
    for law in (FIRST, "W1[0,0]^2"):
        assert f"{check_law(net, law)}\n" == run("check", *NETWORK, "--law", law).stdout
    assert f"{complement(net, [FIRST])}\n" == run("complement", *NETWORK, "--law", FIRST).stdout
    assert len(complement(linear([2, 2, 2]), [])) == 3
