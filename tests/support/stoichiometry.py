"""Matrices as models of metabolism have them, drawn: few entries in a row, a few heavy rows."""

import numpy as np


def stoichiometry(reactions, metabolites, seed, heavy=4):
    """A row a reaction, of two to four entries 1, -1, 2; every twentieth is minus another one or a
    sum of two, every fiftieth metabolite is bound to others in a total that is conserved; heavy
    rows have up to 60 entries of up to 10^9. Metabolites are drawn from few common ones half the
    time.
    """
    rng = np.random.default_rng(seed)
    a = np.zeros((reactions, metabolites), dtype=np.int64)
    common = rng.choice(metabolites, max(4, metabolites // 40), replace=False)
    for row in a:
        places = rng.choice(metabolites, int(rng.integers(2, 5)), replace=False)
        if rng.random() < 0.5:
            places[0] = rng.choice(common)
        row[places] = rng.choice([-1, -1, -1, 1, 1, 1, 2], len(places))
    for k in range(reactions // 20):
        i, j, other = rng.choice(reactions, 3, replace=False)
        a[i] = -a[j] if k % 2 else a[j] + a[other]
    for _ in range(metabolites // 50):
        i, j, k = rng.choice(metabolites, 3, replace=False)
        a[:, i] = -a[:, j] - a[:, k]
    for i in rng.choice(reactions, heavy, replace=False):
        places = rng.choice(metabolites, min(60, metabolites), replace=False)
        a[i, places] = rng.integers(-(10**9), 10**9, len(places))
    return a


def two_heavy_rows(n, seed):
    """Rows of two entries along paths and of four across them, and two with 60 up to 10^9."""
    rng = np.random.default_rng(seed)
    a = np.zeros((3 * n // 2, n), dtype=np.int64)
    for i in range(n - 20):
        a[i, i], a[i, i + 1] = 1, -1
    for i in range(n, 3 * n // 2 - 2):
        j, k = rng.integers(0, n - 20, 2)
        a[i, j : j + 2] += [1, -1]
        a[i, k : k + 2] += [-1, 1]
    for i in (-2, -1):
        a[i, rng.choice(n, 60, replace=False)] = rng.integers(1, 10**9, 60)
    order = rng.permutation(len(a))
    return a[order][:, rng.permutation(n)]
