"""Writes the golden files that are not there yet: `python tests/golden/write.py`.

For new cases only. A file that exists is what an earlier version wrote, and the tests hold later
versions to it: it is never written again, neither by this script nor by hand. A wrong file is
removed together with its case, in a commit that says why.
"""

import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS), str(TESTS / "support")]

from golden.cases import ANSWERS, CERTIFICATES  # noqa: E402
from golden.running import HERE, answer, certificate  # noqa: E402


def add(path: Path, make) -> None:
    """A new file with the bytes of make(); an existing one is left alone."""
    if path.exists():
        return
    data = make()
    path.parent.mkdir(exist_ok=True)
    with open(path, "xb") as file:
        file.write(data)
    print(f"{path.relative_to(HERE)}: {len(data)} bytes")


def text(found: dict) -> bytes:
    """An answer with a line a key."""
    lines = (f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items())
    return ("{" + ",\n ".join(lines) + "}\n").encode()


def main() -> None:
    for name, words in CERTIFICATES.items():
        path = HERE / "certificates" / f"{name}.json"
        add(path, lambda words=words: certificate(words))
        checked = f"verify certificates/{name}.json --json"
        add(HERE / "accepted" / f"{name}.json", lambda words=checked: text(answer(words)))
    for name, words in ANSWERS.items():
        add(HERE / "answers" / f"{name}.json", lambda words=words: text(answer(words)))


if __name__ == "__main__":
    main()
