"""The command line of the checker: status 0 accepted, 1 refused or declined, 2 wrong usage."""

import argparse
import json
import sys

from .kernel import Unreadable, verify_file
from .reading import UNITS, Refused, WrongUsage
from .systems import of_type


def tell(text) -> None:
    print(f"verify: {text}", file=sys.stderr, flush=True)


def main(argv: list[str]) -> int:
    """Check one certificate: accepted goes to stdout, refused to stderr, with --json to stdout."""
    parser = argparse.ArgumentParser(
        "verify", allow_abbrev=False, description="Check a certificate."
    )
    parser.add_argument("certificate", help="a JSON file")
    parser.add_argument(
        "--expect", metavar="SYSTEM", help='the system it must be of, as "relu 2-3-1 --bias"'
    )
    units = "how many multiplications it may take (default: %(default)s)"
    parser.add_argument("--units", metavar="N", type=int, default=UNITS, help=units)
    parser.add_argument("--json", action="store_true", help="print an object instead of a sentence")
    try:
        options = parser.parse_args(argv)
        if options.units < 1:
            parser.error(f"--units: expected a positive number, found {options.units}")
    except SystemExit as stop:  # argparse has said what is wrong, or printed the help
        return 2 if stop.code else 0
    answer: dict = {"accepted": False, "system": None, "parameters": None, "laws": None}
    try:
        if options.expect is not None:
            of_type("names").system_named(options.expect)
        found = verify_file(options.certificate, options.expect, options.units, tell)
    except (WrongUsage, Unreadable) as error:
        tell(error if isinstance(error, Refused) else f"--expect: {error}")
        return 2
    except Refused as reason:
        answer["reason"] = str(reason)
        words, stream = f"refused: {reason}", sys.stderr
    else:
        answer |= {"accepted": True, "statement": found.statement, "system": found.system}
        answer |= {"parameters": found.parameters, "laws": found.laws}
        words, stream = f"accepted: {found.statement}", sys.stdout
    if options.json:
        words, stream = json.dumps(answer, sort_keys=True), sys.stdout
    print(words, file=stream)
    return 0 if answer["accepted"] else 1
