"""The command line of the checker, also copied elsewhere, and what somebody expects a
certificate to be of.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import pyconslaw.verify
from pyconslaw.verify import verify_bytes
from pyconslaw.verify.main import main

from .forge import SINGLE, SMALL, file_of, fingerprint, real, reason_of, refused, sealed
from .prover import upper_body

FOLDER = Path(pyconslaw.verify.__file__).parent
NAMED = {
    "linear 2-2-2": [
        "linear 2-2-2",
        "mlp 2-2-2 --activations linear",
        "  linear   2-2-2 ",
        "linear 2-2-2 --bias none",
    ],
    "linear 1-2-2-1": ["linear 1-2-2-1"],
    "linear 2-1-2-2-1-2": ["linear 2-1-2-2-1-2"],
    "relu 2-3-1 --bias": [
        "relu 2-3-1 --bias",
        "relu 2-3-1 --bias hidden",
        "mlp 2-3-1 --activations relu --bias",
    ],
    "relu 2-1-2": ["relu 2-1-2", "mlp 2-1-2 --activations relu"],
    "mlp 2-2-2-1 --activations linear,leaky_relu": ["mlp 2-2-2-1 --activations linear,leaky_relu"],
    "product 6": ["product 6"],
    "polynomial laws": [],
    "single generator": [],
    "closing algebra": [],
    "dag, idle": [],
    "dag, pairs": [],
}
GARBAGE = [
    "",
    " ",
    "2-2-2",
    "linear",
    "linear 2",
    "linear 2-",
    "linear -2-2",
    "linear 2--2",
    "linear 02-2",
    "linear 2-0",
    "linear 2.0-2",
    "linear 2-2 2",
    "linear 2-2-2 --bias some",
    "linear 2-2-2 --bias 1",
    "linear 2-2-2 --width 3",
    "linear 2,2,2",
    "tanh 2-2-2",
    "Linear 2-2-2",
    "LINEAR 2-2-2",
    "mlp 2-2-2",
    "mlp 2-2-2 --activations",
    "mlp 2-2-2 --activations tanh",
    "mlp 2-2-2 --activations linear,relu",
    "mlp 2-2-2 --activations linear,",
    "linear 2-2-2 --activations linear",
    "linear 2-2-2 linear",
    "product",
    "product 0",
    "product -1",
    "product 6-6",
    "product 6 --bias",
    "product 6.0",
    "product six",
    "sha256",
    "sha256 ",
    "sha256 abc",
    "sha256 " + "0" * 15,
    "sha256 " + "0" * 65,
    "sha256 " + "G" * 64,
    "sha256 " + "A" * 64,
    "md5 " + "0" * 32,
    "dag",
    "dag of 9 nodes and 11 edges",
    "system of 3 components in 6 variables",
    "polynomials",
    "*",
    "any",
    "linear 2-2-2\x00",
    "linear 2-2-2; true",
    "linear ٢-٢",
    "линейная 2-2",
    "linear " + "1-" * 10 + "12345678901",
    "expect",
    "null",
    "{}",
    "[]",
    "'linear 2-2-2'",
    "relu",
    "--bias",
    "\ud800",
]


# -------------------------------------------------------------------------------------------------
# what is expected


@pytest.mark.parametrize("name", NAMED)
def test_expected(name):
    data = file_of(name)
    whole = fingerprint(real(name)["system"])
    right = [*NAMED[name], f"sha256 {whole}", f"sha256 {whole[:16]}", f"sha256 {whole[:-1]}"]
    for expect in right:
        assert verify_bytes(data, expect) == verify_bytes(data)
    wrong = [n for names in NAMED.values() for n in names if n not in NAMED[name]]
    wrong += [
        "linear 2-2",
        "linear 2-2-2-2",
        "relu 2-2-2",
        "linear 2-2-2 --bias",
        "linear 2-2-2 --bias all",
        "relu 2-3-1",
        "relu 2-3-1 --bias all",
        "linear 2-3-1 --bias",
        "relu 1-3-2 --bias",
        "mlp 2-3-1 --activations leaky_relu --bias",
        "product 5",
        "product 60",
        "mlp 2-2-2-1 --activations leaky_relu,linear",
        "mlp 2-2-2-1 --activations linear,relu",
        f"sha256 {whole[::-1]}",
        f"sha256 {whole[1:]}",
        f"sha256 {whole[:-1]}{(int(whole[-1], 16) + 1) % 16:x}",
        f"sha256 {real(name)['hash']}",
        "sha256 " + "0" * 16,
        "relu 1000000000-1000000000",
    ]
    for expect in wrong:
        reason = reason_of(data, expect)
        assert reason and expect in reason
    for garbage in GARBAGE:
        with pytest.raises(ValueError):
            verify_bytes(data, garbage)


def test_a_single_layer_has_no_hidden_bias():
    """Both spellings stand for the same network; a bias of the output does not."""
    for bias in ("none", "hidden"):
        body = upper_body({"type": "mlp", "dims": [1, 1], "activations": [], "bias": bias}, SINGLE)
        body["claim"]["laws"] = 0
        body["lower"] |= {
            "words": [[0]],
            "pivots": [0],
            "generators": [{"source": [1], "gate": [], "out": [1]}],
        }
        for expect in (
            "linear 1-1",
            "relu 1-1",
            "linear 1-1 --bias",
            "linear 1-1 --bias none",
            "mlp 1-1 --bias hidden",
        ):
            assert reason_of(sealed(body), expect) is None
        assert reason_of(sealed(body), "linear 1-1 --bias all")


def test_an_expectation_does_not_make_a_false_claim_true():
    body = real("linear 2-2-2")
    body["claim"]["laws"] = 4
    refused(body)
    for expect in ("linear 2-2-2", "relu 2-2-2", f"sha256 {fingerprint(body['system'])}"):
        assert reason_of(sealed(body), expect)


# -------------------------------------------------------------------------------------------------
# ways to run it


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Files by name, and the status they deserve."""
    folder = tmp_path_factory.mktemp("certificates")
    forged = real("relu 2-3-1 --bias")
    forged["claim"]["laws"] = 4
    contents = {
        "good.json": file_of("relu 2-3-1 --bias"),
        "forged.json": sealed(forged),
        "stale.json": file_of("relu 2-3-1 --bias").replace(b'"laws":3', b'"laws":4'),
        "empty.json": b"",
        "binary.json": bytes(range(256)),
        "folder.json": None,
        "absent.json": None,
        "big.json": b"[" * 10**6,
        "nul.json": b"\x00" * 1000,
        "text.json": b"accepted\n",
        "name with ' \" space.json": file_of("product 6"),
    }
    for name, data in contents.items():
        if data is not None:
            (folder / name).write_bytes(data)
    (folder / "folder.json").mkdir()
    accepted = contents["good.json"], file_of("product 6")
    return {
        str(folder / name): 2 if data is None else 0 if data in accepted else 1
        for name, data in contents.items()
    }


def run(*command, **options):
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **options.pop("env", {})}
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        check=False,
        env=environment,
        **options,
    )
    return done.returncode, done.stdout, done.stderr


def in_process(arguments, capsys):
    status = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return status, out.encode(), err.encode()


def test_status(files, capsys):
    for path, status in files.items():
        for options in ([], ["--json"]):
            answer, out, err = in_process([path, *options], capsys)
            assert answer == status
            assert (
                (out.startswith(b"accepted: ") and not err) if not options and not status else True
            )
            if not options and status:
                assert (
                    err.startswith(b"refused: " if status == 1 else b"verify: the file cannot be")
                    and not out
                    and b"Traceback" not in err
                    and err.count(b"\n") == 1
                )
            if options and status == 2:
                assert not out and err.startswith(b"verify: the file cannot be read: ")
            elif options:
                said = json.loads(out)
                assert not err and said["accepted"] is (status == 0)
                assert ("reason" in said) == bool(status) and (said["laws"] is None) == bool(status)


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """The folder of the checker alone, elsewhere, under another name."""
    folder = tmp_path_factory.mktemp("elsewhere") / "some other name"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_copied_elsewhere(files, copied, tmp_path, capsys):
    """The same answers and words, whatever the directory and the environment."""
    junk = tmp_path / "junk"
    junk.mkdir()
    for name in (
        "json",
        "hashlib",
        "re",
        "reading",
        "kernel",
        "pyconslaw",
        "argparse",
        "systems",
        "kinds",
        "arithmetic",
        "main",
    ):
        (junk / f"{name}.py").write_text("raise SystemExit(0)\n")
    for path, status in files.items():
        expected = in_process([path], capsys)
        assert run("-I", "-S", copied, path, cwd=junk, env={"PYTHONPATH": str(junk)}) == expected
        assert expected[0] == status
    good = next(iter(files))
    for options in (
        ["--json"],
        ["--expect", "relu 2-3-1 --bias"],
        ["--expect", "relu 2-3-1"],
        ["--expect", "nonsense"],
        ["--json", "--expect=linear 2-2"],
        [],
        ["--nothing"],
        ["--expect"],
        ["extra", "--json"],
    ):
        expected = in_process([good, *options], capsys)
        assert (
            run("-I", "-S", copied, good, *options, cwd=junk, env={"PYTHONPATH": str(junk)})
            == expected
        )
    relative = os.path.relpath(good, tmp_path)
    assert run("-I", "-S", copied, relative, cwd=tmp_path)[0] == 0
    assert run("-I", "-S", copied / "__main__.py", good, cwd="/")[0] == 0
    assert run("-I", "-S", ".", good, cwd=copied)[0] == 0
    assert run("-I", "-S", copied, cwd=tmp_path)[0] == 2


def test_as_a_module(files, capsys, tmp_path):
    """Each file in one run of its own: `python -m pyconslaw.verify`."""
    for path in list(files)[:4]:
        assert run("-m", "pyconslaw.verify", path, cwd=tmp_path) == in_process([path], capsys)
    good, bad = list(files)[:2]
    assert (
        run("-m", "pyconslaw.verify", good, "--expect", "relu 2-3-1 --bias", cwd=tmp_path)[0] == 0
    )
    assert (
        run("-m", "pyconslaw.verify", good, "--expect", "relu 2-3-2 --bias", cwd=tmp_path)[0] == 1
    )
    assert run("-m", "pyconslaw.verify", good, "--expect", "garbage", cwd=tmp_path)[0] == 2
    assert run("-m", "pyconslaw.verify", bad, "--expect", "garbage", cwd=tmp_path)[0] == 2
    assert run("-m", "pyconslaw.verify", cwd=tmp_path)[0] == 2


def test_the_library_is_not_needed(copied, files, tmp_path):
    """Nothing but the standard library is loaded, and none of it from the directory of the
    certificate.
    """
    code = (
        "import runpy, sys\nsys.argv = sys.argv[1:]\ntry:\n    runpy.run_path(sys.argv[0], "
        "run_name='__main__')\n"
        "except SystemExit as stop:\n    print(sorted(m for m in sys.modules))\n    raise\n"
    )
    status, out, _ = run("-I", "-S", "-c", code, copied, next(iter(files)), cwd=tmp_path)
    loaded = ast.literal_eval(out.decode().splitlines()[-1])
    outside = (
        {m.split(".")[0] for m in loaded}
        - set(sys.stdlib_module_names)
        - {"__main__", "__mp_main__", "certificate_checker"}
    )
    assert status == 0 and not outside


@pytest.mark.parametrize("garbage", GARBAGE)
def test_wrong_usage(garbage, files, capsys):
    """Garbage is not what somebody expects: status 2, whether the certificate is good, forged or
    absent.
    """
    for path in files:
        for arguments in ([path, "--expect", garbage], [f"--expect={garbage}", path, "--json"]):
            status, out, err = in_process(arguments, capsys)
            assert status == 2 and not out and err and b"Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--json"],
        ["--expect", "linear 2-2"],
        ["a", "b"],
        ["a", "--expect"],
        ["a", "-x"],
        ["a", "--js"],
        ["a", "--exp", "linear 2-2"],
        ["a", "--json=1"],
        ["--", "--json", "--json"],
    ],
)
def test_wrong_arguments(arguments, capsys):
    assert in_process(arguments, capsys)[0] == 2


def test_names_that_are_no_files(capsys, tmp_path):
    for path in (
        "",
        "/",
        ".",
        "..",
        "\x00",
        "a\x00b",
        "/dev/null",
        "/proc/self/mem",
        str(tmp_path),
        str(tmp_path / ("x" * 5000)),
        "file:///etc/passwd",
        "http://localhost/c.json",
        "-",
        "\ud800",
        str(tmp_path / "\udcff"),
    ):
        if path == "\ud800":
            continue
        status, out, err = in_process(["--", path], capsys)
        begin = b"refused: " if path == "/dev/null" else b"verify: the file cannot be read: "
        assert status == (1 if path == "/dev/null" else 2) and not out and err.startswith(begin)


def test_messages_are_harmless():
    """Escapes of a terminal and very long texts from the file do not reach the message."""
    for text in ("\x1b[2J\x07", "a" * 10**6, "\n\r\naccepted: linear 2-2-2", "\u202e", "\ud800"):
        for path in (
            ["system", "type"],
            ["claim", "object"],
            ["lower", "kind"],
            ["upper", "kind"],
            ["format"],
            ["lower", "prime"],
        ):
            body = target = real("linear 2-2-2")
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = text
            reason = refused(body)
            assert reason.isascii() and reason.isprintable() and len(reason) < 500
        reason = refused(real("linear 2-2-2") | {text: 1})
        assert reason.isascii() and reason.isprintable() and len(reason) < 500


# -------------------------------------------------------------------------------------------------
# independence


def test_standard_library_only():
    sources = sorted(FOLDER.rglob("*.py"))
    assert len(sources) > 5
    for path in sources:
        depth = len(path.relative_to(FOLDER).parts)
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level <= depth, f"{path} imports from above the checker"
                names = [] if node.level else [node.module]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert (
                    node.func.id not in ("eval", "exec", "__import__", "compile", "open")
                    or path.name == "kernel.py"
                )
            assert all(name.split(".")[0] in sys.stdlib_module_names for name in names), (
                path,
                names,
            )


def test_the_kernel_is_short():
    assert sum(len(path.read_text().splitlines()) for path in FOLDER.glob("*.py")) <= 600


def test_it_reads_and_never_writes():
    """One file is opened, to read it; nothing is run, loaded, sent or deserialized but JSON."""
    text = "\n".join(path.read_text() for path in FOLDER.rglob("*.py"))
    assert text.count("open(") == 2 and "os.open(path, flags | " in text
    assert 'open(path, "rb", opener=opened)' in text
    for word in (
        "pickle",
        "marshal",
        "socket",
        "subprocess",
        "eval(",
        "exec(",
        "ctypes",
        "urllib",
        "shelve",
        "literal_eval",
    ):
        assert word not in text


@pytest.mark.parametrize("name", SMALL)
def test_statements(name):
    """The sentence names the system, the object, the numbers and the bounds of the claim."""
    found, claim = verify_bytes(file_of(name)), real(name)["claim"]
    assert str(claim["laws"]) in found.statement and claim["object"] in found.statement
    if real(name)["system"]["type"] in ("polynomials", "fields", "dag"):
        assert fingerprint(real(name)["system"]) in found.statement
    else:
        assert found.system == name and found.statement.startswith(
            f"{name} ({claim['object']}, {claim['parameters']} parameters): "
            f"exactly {claim['laws']} "
        )
