"""The commands in process, and what they have to answer."""

import json

from click.testing import CliRunner

from pyconslaw.cli import main


def run(*arguments, **options):
    return CliRunner().invoke(
        main.cli, [str(a) for a in arguments], prog_name="pyconslaw", **options
    )


def data(result, status=0):
    assert result.exit_code == status and result.stderr == "", (
        result.exit_code,
        result.stderr,
        result.exception,
    )
    return json.loads(result.stdout)


def refused(result, status, *words):
    """Nothing on stdout, the reason on stderr, no traceback."""
    assert result.exit_code == status, (result.exit_code, result.output, result.exception)
    assert result.stdout == "" and "Traceback" not in result.stderr
    assert isinstance(result.exception, SystemExit)
    for word in words:
        assert word in result.stderr
    return result.stderr
