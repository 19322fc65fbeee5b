"""Seeds: integers of any make give what Python's do."""

import json

import numpy as np
import pytest

from pyconslaw import InputError, analyze, certify, family, linear

NET = linear([2, 2, 1])


@pytest.mark.parametrize("kind", [np.int64, np.uint8, np.uint64])
def test_integers_of_numpy(kind):
    assert json.dumps(analyze(NET, seed=kind(7)).json()) == json.dumps(analyze(NET, seed=7).json())
    assert certify(NET, seed=kind(7)).bytes == certify(NET, seed=7).bytes
    assert json.dumps(family(NET, seed=kind(7)).json()) == json.dumps(family(NET, seed=7).json())


@pytest.mark.parametrize("seed", [True, np.True_, 7.0, np.float64(7), "7", None, -1, 2**64])
def test_what_is_no_seed(seed):
    with pytest.raises(InputError, match="^seed: expected an integer with 0 <= seed < 2"):
        analyze(NET, seed=seed)
