"""Rows that are independent modulo a prime, by the pivots that the file names."""

from ..reading import Budget, Refused


def check_rank(rows, pivots: list, size: int, q: int, budget: Budget, where: str) -> None:
    """Independence modulo q: a row, cleared by the rows before it, must not be 0 in its pivot
    column.

    A row is packed into one integer, `width` bytes an entry: to add a multiple of a row is one
    product and one sum of integers. Meanwhile entries are not reduced, they stay below q + r q^2
    for r rows.
    """
    budget.hold(len(pivots) * size)
    budget.spend(len(pivots) ** 2 * size // 8)
    width = (2 * q.bit_length() + len(pivots).bit_length()) // 8 + 1
    one, echelon = 256**width - 1, list[tuple]()

    def pack(row, factor):
        return int.from_bytes(
            b"".join((x * factor % q).to_bytes(width, "little") for x in row), "little"
        )

    for t, (row, pivot) in enumerate(zip(rows, pivots, strict=True)):
        packed = pack(row, 1)
        for column, known in echelon:
            c = (packed >> 8 * width * column & one) % q
            packed += (q - c) * known if c else 0
        entries = packed.to_bytes(width * size, "little")
        row = [
            int.from_bytes(entries[k : k + width], "little") % q
            for k in range(0, width * size, width)
        ]
        if not row[pivot]:
            raise Refused(f"{where}: row {t} has no pivot in column {pivot}")
        echelon.append((pivot, pack(row, pow(row[pivot], -1, q))))
