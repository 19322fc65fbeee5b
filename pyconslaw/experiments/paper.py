"""`pyconslaw reproduce paper`: the published experiments of Marcotte, Gribonval and Peyre 2023,
again.
"""

from __future__ import annotations

import json
from importlib import resources
from time import perf_counter

from pyconslaw.analysis.counting import analyze
from pyconslaw.analysis.listing import polynomial_laws
from pyconslaw.networks.builders import mlp
from pyconslaw.records.report import PROVED

GROUPS = {
    "linear_count": "counts, linear",
    "relu_count": "counts, ReLU",
    "linear_poly": "degree-2 laws, linear",
    "relu_poly": "degree-2 laws, ReLU",
}


def architectures() -> dict:
    """The published architectures, with their source."""
    return json.loads(
        resources.files("pyconslaw.experiments").joinpath("paper_architectures.json").read_text()
    )


def _known(entry: dict, linear: bool) -> int:
    """The number of laws known from theory, for the entries of the law searches, which do not state
    it.
    """
    hidden = entry["dims"][1:-1]
    return sum(n * (n + 1) // 2 for n in hidden) if linear else sum(hidden)


def run(seed: int = 0):
    """Yields one row (a dict) for each of the 120 experiments: what was published beside what is
    found.

    The published number is only compared with; the engine never sees it.
    """
    data = architectures()
    for group in GROUPS:
        linear, search = group.startswith("linear"), group.endswith("poly")
        for entry in data[group]:
            start = perf_counter()
            network = mlp(entry["dims"], "linear" if linear else "relu", entry.get("bias", False))
            report = analyze(network, seed=seed)
            if search:
                laws = polynomial_laws(network, 2, seed=seed, report=report)
                ours, verdict = laws.independent, "complete" if laws.complete else "incomplete"
            else:
                ours, verdict = report.laws, report.verdict
            known = entry.get("known", None) if not search else _known(entry, linear)
            yield {
                "group": group,
                "network": network.name,
                "parameters": network.size,
                "known": known,
                "ours": ours,
                "verdict": verdict,
                "right": ours == known and verdict in (PROVED, "complete"),
                "seconds": perf_counter() - start,
            }


def seconds_of(clock: str) -> int:
    """Seconds of a time written h:mm:ss or mm:ss."""
    total = 0
    for part in clock.split(":"):
        total = 60 * total + int(part)
    return total


def shown(number: int | None) -> str:
    """A count, or a question mark where there is none."""
    return "?" if number is None else str(number)


def reproduction_table(rows, total, published) -> str:
    """The rows, then a line a group and the totals beside the published times."""
    lines = [f"{'architecture':<32}{'D':>5}{'known':>7}{'ours':>6}  {'verdict':<10}{'seconds':>8}"]
    lines += [
        f"{r['network']:<32}{r['parameters']:>5}{r['known']:>7}{shown(r['ours']):>6}  "
        f"{r['verdict']:<10}{r['seconds']:>8.3f}{'' if r['right'] else '  WRONG'}"
        for r in rows
    ]
    lines.append("")
    for group, title in GROUPS.items():
        mine = [r for r in rows if r["group"] == group]
        lines.append(
            f"{title:<24}{sum(r['right'] for r in mine):>3} of {len(mine)} right"
            f"{sum(r['seconds'] for r in mine):>9.2f} s   published {published[group]:>8}"
            f" ({published['machine']})"
        )
    hours = sum(seconds_of(published[group]) for group in GROUPS)
    lines.append(
        f"{'all':<24}{sum(r['right'] for r in rows):>3} of {len(rows)} right{total:>9.2f} s   "
        f"published {hours // 3600}:{hours // 60 % 60:02}:{hours % 60:02} ({published['machine']})"
    )
    return "\n".join(lines)
