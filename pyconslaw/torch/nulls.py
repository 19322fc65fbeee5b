"""Changes of a tensor that nobody sees: constant along some axes, free along others.

A change has a spec for each axis: FREE, SAME, or labels: equal where labels are, zero where -1.
"""

from __future__ import annotations

import numpy as np

from .parts import chunks

FREE, SAME = "free", "same"
LARGEST = 1 << 22  # entries of labels over several axes
MOST = 6  # kinds of changes that are followed for one tensor


def is_free(spec):
    """Whether a spec is FREE."""
    return isinstance(spec, str) and spec == FREE


def is_same(spec):
    """Whether a spec is SAME."""
    return isinstance(spec, str) and spec == SAME


def labels(spec, n):
    """A spec as an array."""
    if isinstance(spec, str):
        return np.arange(n) if spec == FREE else np.zeros(n, dtype=np.int64)
    return spec


def plain(array):
    """A spec in its shortest form; None if it is zero everywhere."""
    array = np.asarray(array)
    if (array < 0).all():
        return None
    if (array >= 0).all():
        classes = len(np.unique(array))
        if classes == len(array):
            return FREE
        if classes == 1:
            return SAME
    return array


def meet(a, b, n):
    """Changes of an axis that both specs allow."""
    if n == 1 or is_free(a):
        return b
    if is_free(b):
        return a
    x, y = labels(a, n) + 1, labels(b, n) + 1
    group = np.arange(n)
    while True:
        before = group
        for part in (x, y):
            least = np.full(int(part.max()) + 1, n, dtype=np.int64)
            np.minimum.at(least, part, group)
            group = least[part]
        if np.array_equal(before, group):
            break
    dead = np.zeros(n + 1, dtype=bool)
    dead[group[(x == 0) | (y == 0)]] = True
    return plain(np.where(dead[group], -1, group))


def meets(one, two, shape):
    """All changes that one of each list allows, without those that others hold."""
    found = []
    for a in one:
        for b in two:
            both = []
            for s, t, n in zip(a, b, shape, strict=True):
                spec = meet(s, t, n)
                if spec is None:
                    break
                both.append(spec)
            else:
                found.append(tuple(both))
    return pruned(found, shape)


def equal(a, b):
    """Whether two changes are written alike."""
    return all(
        s == t if isinstance(s, str) and isinstance(t, str)
        else not isinstance(s, str) and not isinstance(t, str) and np.array_equal(s, t)
        for s, t in zip(a, b, strict=True)
    )  # fmt: skip


def holds(a, b, shape):
    """Whether the changes of a hold those of b."""
    both = []
    for s, t, n in zip(a, b, shape, strict=True):
        spec = meet(s, t, n)
        spec = None if spec is None else plain(labels(spec, n))
        if spec is None:
            return False
        both.append(spec)
    mine = [plain(labels(s, n)) for s, n in zip(b, shape, strict=True)]
    return equal([canonical(s) for s in both], [canonical(s) for s in mine])


def canonical(spec):
    """Labels numbered by their first place."""
    if isinstance(spec, str):
        return spec
    _, first, which = np.unique(spec, return_index=True, return_inverse=True)
    return np.where(spec < 0, -1, first[np.asarray(which).ravel()])


def pruned(found, shape):
    """Changes that no other holds, at most MOST."""
    kept: list = []
    for null in found:
        if any(holds(other, null, shape) for other in kept):
            continue
        kept = [other for other in kept if not holds(null, other, shape)]
        kept.append(null)
    return kept[:MOST]


def everything(shape):
    """Any change."""
    return [(FREE,) * len(shape)]


def singles(spec, n):
    """Changes of single places: what is left of a spec where entries are scaled apart."""
    if n == 1 or is_free(spec):
        return spec
    array = labels(spec, n)
    names, counts = np.unique(array, return_counts=True)
    many = names[counts > 1]
    return plain(np.where(np.isin(array, many), -1, array))


def masked(null, shape, axes):
    """Changes that stay unseen after a product with something that varies along axes; or None."""
    specs = [
        singles(s, n) if k in axes else s for k, (s, n) in enumerate(zip(null, shape, strict=True))
    ]
    return None if any(s is None for s in specs) else tuple(specs)


def holds_constants(spec, n):
    """Whether constants along the axis are allowed."""
    return n == 1 or isinstance(spec, str) or bool((spec >= 0).all())


def lowered(null, out_shape, shape):
    """Changes of a tensor before it is broadcast; or None."""
    lead = len(out_shape) - len(shape)
    for k, n in enumerate(out_shape):
        if (k < lead or shape[k - lead] == 1) and not holds_constants(null[k], n):
            return None
    return tuple(FREE if n == 1 else null[lead + k] for k, n in enumerate(shape))


def joint(specs, sizes):
    """Labels over several axes."""
    result = np.zeros((), dtype=np.int64)
    dead = np.zeros((), dtype=bool)
    for spec, n in zip(specs, sizes, strict=True):
        array = labels(spec, n)
        result = result[..., None] * (n + 1) + array
        dead = dead[..., None] | (array < 0)
    return np.where(dead, -1, result)


def reshaped(null, old, new):
    """Changes of a tensor of shape `new` that is read as one of shape `old`; or None."""
    found: list = []
    for (a, b), (c, d) in chunks(old, new):
        specs, sizes = null[a:b], old[a:b]
        if d - c == 1 and b - a == 1:
            found.append(specs[0])
            continue
        known = [s for s, n in zip(specs, sizes, strict=True) if n > 1]
        if all(is_free(s) for s in known):
            found += [FREE] * (d - c)
            continue
        if all(is_same(s) for s in known):
            found += [SAME if new[k] > 1 else FREE for k in range(c, d)]
            continue
        spec = factored(specs, sizes, new[c:d])
        if spec is None:
            return None
        found += spec
    return tuple(found)


def pulled(spec, source, n):
    """Changes of an axis of size n whose copies, out[k] = in[source[k]], have a spec."""
    array = labels(spec, len(source)) + 1
    group = np.arange(n)
    while True:
        before = group.copy()
        least = np.full(int(array.max()) + 1, n, dtype=np.int64)
        np.minimum.at(least, array, group[source])
        np.minimum.at(group, source, least[array])
        group = group[group]
        if np.array_equal(before, group):
            break
    dead = np.zeros(n, dtype=bool)
    dead[group[source[array == 0]]] = True
    return plain(np.where(dead[group], -1, group))


def factored(specs, sizes, new):
    """Labels over some axes as labels of others, one by one; or None."""
    if np.prod(sizes) > LARGEST:
        return None
    flat = joint(specs, sizes).ravel()
    if len(new) == 1:
        return [plain(flat)]
    big = [k for k, n in enumerate(new) if n > 1]
    if len(big) == 1:
        return [plain(flat) if k in big else FREE for k in range(len(new))]
    wanted = canonical(flat)
    for bits in range(1 << len(big)):
        trial = [FREE] * len(new)
        for k, axis in enumerate(big):
            if bits >> k & 1:
                trial[axis] = SAME
        if np.array_equal(canonical(joint(trial, new).ravel()), wanted):
            return trial
    return None
