"""Networks of reactions with mass action whose conserved moieties are known by construction."""

import random

from pyconslaw import System

LARGEST = 8  # parts of a species


def reactions_of(species, moieties, count, draw):
    """(composition of each species, reactions (left, right) that keep it).

    The first species are the moieties themselves; every other one is made from earlier ones, by
    binding or as another form of one, so that there are no other linear laws than the moieties.
    """
    made = [tuple(int(i == k) for i in range(moieties)) for k in range(moieties)]
    listed, same = [], {c: [k] for k, c in enumerate(made)}
    while len(made) < species:
        a, b = draw.randrange(len(made)), draw.randrange(len(made))
        bound = tuple(x + y for x, y in zip(made[a], made[b], strict=True))
        left, new = ((a, b), bound) if sum(bound) <= LARGEST else ((a,), made[a])
        same.setdefault(new, []).append(len(made))
        listed.append((left, (len(made),)))
        made.append(new)
    while len(listed) < count:  # more ways, between what is there
        a, b = draw.randrange(species), draw.randrange(species)
        bound = tuple(x + y for x, y in zip(made[a], made[b], strict=True))
        other = draw.choice(same[made[a]])
        if bound in same:
            listed.append(((a, b), (draw.choice(same[bound]),)))
        elif other != a:
            listed.append(((a, b), (other, b)))
    return made, listed


def mass_action(species, moieties, count, rates=None, seed=0):
    """(system, compositions): a vector field for each rate, which drives its reactions both ways.

    rates: how many of them the reactions share; None: each has its own.
    """
    draw = random.Random(seed)
    made, listed = reactions_of(species, moieties, count, draw)
    fields = [{} for _ in range(rates or len(listed))]
    for k, (left, right) in enumerate(listed):
        field = fields[k % len(fields)]
        for before, after in ((left, right), (right, left)):
            speed = "*".join(f"x{v}" for v in before)
            for sign, side in (("-", before), ("+", after)):
                for v in side:
                    field[f"x{v}"] = field.get(f"x{v}", "0") + sign + speed
    return System([f"x{v}" for v in range(species)], fields=fields), made
