"""What is found of small modules, written by hand."""

from fractions import Fraction

import numpy as np

from pyconslaw.torch.found import Family, Found, ParameterInfo, Term


def term(name, axis, positions, coefficient=1, shift=0):
    """A list of positions is one position for each law."""
    places = np.array(positions)
    places = places.reshape(-1, 1, 1) if places.ndim == 1 else places
    return Term(name, axis, places, Fraction(coefficient), Fraction(shift))


def found(model, *families, **given):
    """With the parameters of a module."""
    names = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(parameter, []).append(name)
    listed = tuple(
        ParameterInfo(known[0], tuple(known[1:]), tuple(p.shape), p.requires_grad)
        for p, known in names.items()
    )
    return Found(families, listed, **given)


def hidden(first, second, size, factor=-1, bias=None, **given):
    """Hidden neurons of a layer: rows of one map, columns of the next one."""
    terms = [term(first, 0, range(size)), term(second, 1, range(size), factor)]
    if bias:
        terms.append(term(bias, 0, range(size)))
    return Family("diagonal", tuple(terms), **given)
