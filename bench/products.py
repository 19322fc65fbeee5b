"""Products of named matrices and products typed out, end to end: reading, the count, its proof, the
certificate and its check, one line a system.
"""

import time

import click

from pyconslaw import System, analyze, certify
from pyconslaw.verify import verify_bytes


def head(dh: int, dim: int) -> System:
    """One attention head without its values."""
    return System({"Q": (dh, dim), "K": (dh, dim)}, phi=lambda Q, K: Q.T @ K)


def model(layers: int, keys: int, queries: int, dh: int, dim: int) -> System:
    """Layers of attention, so many keys in each, shared by so many query heads; likewise values
    and outputs.
    """
    shapes, products = {}, []
    for here in (f"{layer}_{key}" for layer in range(layers) for key in range(keys)):
        shapes |= {f"K{here}": (dh, dim), f"V{here}": (dh, dim)}
        for q in range(queries):
            shapes |= {f"Q{here}_{q}": (dh, dim), f"O{here}_{q}": (dim, dh)}
            products += [f"Q{here}_{q}^T K{here}", f"O{here}_{q} V{here}"]
    return System(shapes, phi=products)


def typed_out(n: int, m: int, r: int) -> System:
    """phi = A B with A n x r and B r x m, as polynomials."""
    names = [f"a{i}_{k}" for i in range(n) for k in range(r)]
    names += [f"b{k}_{j}" for k in range(r) for j in range(m)]
    phi = ["+".join(f"a{i}_{k}*b{k}_{j}" for k in range(r)) for i in range(n) for j in range(m)]
    return System(names, phi=phi)


CASES = {
    "Q^T K, 128 x 4096": lambda: head(128, 4096),
    "Q^T K, 4096 x 128": lambda: head(4096, 128),
    "12 layers of 12 heads, 64 x 768": lambda: model(12, 12, 1, 64, 768),
    "32 layers of 8 groups of 4, 128 x 4096": lambda: model(32, 8, 4, 128, 4096),
    "A B C, 1000 x 1000": lambda: System(
        dict.fromkeys("ABC", (1000, 1000)), phi=lambda A, B, C: A @ B @ C
    ),
    "typed out, 7 x 7 x 7": lambda: typed_out(7, 7, 7),
    "typed out, 8 x 8 x 8": lambda: typed_out(8, 8, 8),
    "typed out, 32 x 32 x 32": lambda: typed_out(32, 32, 32),
    "typed out, 5 x 5 x 200": lambda: typed_out(5, 5, 200),
    "typed out, 200 x 200 x 1": lambda: typed_out(200, 200, 1),
}
COLUMNS = "{:<40} {:>11} {:>8} {:>8} {:>8} {:>9} {:>14} {:>8}"


def line(name: str, make) -> tuple[str, bool]:
    """One line, and whether the count was proved and the checker says the same."""
    start = time.perf_counter()
    net = make()
    read = time.perf_counter()
    report = analyze(net)
    counted = time.perf_counter()
    if report.verdict != "proved":
        return f"{name}: {report.verdict}", False
    certificate = certify(net, report=report)
    written = time.perf_counter()
    accepted = verify_bytes(certificate.bytes, f"sha256 {net.fingerprint}")
    end = time.perf_counter()
    seconds = (read - start, counted - read, written - counted, end - written)
    read_in, proved, certified, checked = (f"{x:.2f} s" for x in seconds)
    size = f"{len(certificate.bytes)} bytes"
    text = COLUMNS.format(name, net.size, report.laws, read_in, proved, certified, size, checked)
    return text, accepted.laws == report.laws


@click.command()
def command():
    """Reads, proves, certifies and checks all systems of a list: parameters, laws, seconds of each
    step, size of the certificate.
    """
    click.echo(
        COLUMNS.format(
            "system", "parameters", "laws", "read", "proved", "written", "certificate", "checked"
        )
    )
    failed = []
    for name, make in CASES.items():
        text, right = line(name, make)
        click.echo(text)
        failed += [] if right else [name]
    if failed:
        raise click.ClickException("not proved and checked: " + ", ".join(failed))
