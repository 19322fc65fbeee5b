"""`certify` and `verify` in process: certificates are written, accepted and refused."""

import sys
from functools import partial

from commands import data, refused, run

from pyconslaw.verify import Refused, verify_bytes


def test_certify_and_verify(tmp_path):
    path = tmp_path / "c.json"
    result = run("certify", "linear", "4-4-4-4", "-o", path)
    assert result.exit_code == 0 and result.stdout == ""
    assert "20 laws" in result.stderr and "pyconslaw verify" in result.stderr
    assert verify_bytes(path.read_bytes()).laws == 20
    result = run("verify", path)
    assert (
        result.exit_code == 0
        and result.stderr == ""
        and result.stdout.startswith("accepted: linear 4-4-4-4")
    )
    assert "exactly 20 independent conservation laws" in result.stdout
    assert run("verify", path, "--expect", "linear 4-4-4-4").exit_code == 0
    found = data(run("verify", path, "--json"))
    assert (found["accepted"], found["laws"], found["parameters"]) == (True, 20, 48)
    refused(run("verify", path, "--expect", "linear 4-4-4"), 1)
    refused(run("verify", path, "--expect", "tanh 4"), 2)


def test_certificate_on_stdout():
    result = run("certify", "product", 4, "--seed", 3)
    assert result.exit_code == 0 and result.stderr == ""
    assert verify_bytes(result.stdout_bytes).laws == 3
    assert run("certify", "product", 4, "--seed", 3, "--json").stdout == result.stdout
    assert run("certify", "product", 4, "--seed", 4).stdout != result.stdout


def test_a_certificate_that_the_usual_check_declines_says_so(tmp_path, monkeypatch):
    words = ["certify", "linear", "2-2-2", "-o", tmp_path / "c.json"]
    module = sys.modules["pyconslaw.cli.certify"]
    assert "usual limits" not in run(*words).stderr
    monkeypatch.setattr(module, "verify_bytes", partial(verify_bytes, units=10))
    result = run(*words)
    assert result.exit_code == 0 and "usual limits of the check are too small" in result.stderr
    assert "--units" in result.stderr and run(*words, "--quiet").stderr == ""


def test_a_certificate_that_the_checker_refuses_is_an_error(monkeypatch):
    def refusing(_):
        raise Refused("so it is")

    monkeypatch.setattr(sys.modules["pyconslaw.cli.certify"], "verify_bytes", refusing)
    refused(run("certify", "linear", "2-2-2"), 1, "the checker refuses the certificate: so it is")


def test_verify_refuses(tmp_path):
    path = tmp_path / "c.json"
    path.write_bytes(
        run("certify", "linear", "2-2-2").stdout_bytes.replace(b'"laws":3', b'"laws":4')
    )
    refused(run("verify", path), 1, "refused")
    assert data(run("verify", path, "--json"), 1)["accepted"] is False
    path.write_text("{")
    refused(run("verify", path), 1)
    path.write_bytes(b"")
    refused(run("verify", path), 1)
    refused(run("verify", tmp_path / "missing.json"), 2)
    refused(run("verify", tmp_path), 1)
    refused(run("verify"), 2)
    quiet = run("verify", path, "--quiet")
    assert (quiet.exit_code, quiet.stdout, quiet.stderr) == (1, "", "")


def test_verify_output_file(tmp_path):
    path, target = tmp_path / "c.json", tmp_path / "answer"
    path.write_bytes(run("certify", "linear", "2-2-2").stdout_bytes)
    expected = run("verify", path).stdout
    assert run("verify", path, "-o", target).stdout == "" and target.read_text() == expected
