"""Arrays with masked entries, which have no value, are refused wherever arrays are taken."""

import numpy as np
import pytest

from pyconslaw import (
    InputError,
    analyze,
    analyze_function,
    dag_from_arrays,
    known_laws,
    linear,
)

NET = linear([2, 2, 2])
MASKED = np.ma.masked_array([1] * 8, mask=[0, 1] + [0] * 6)
ASKED = {
    "at": lambda a: analyze(NET, at=a),
    "weights": lambda a: known_laws(NET).values(a),
    "data": lambda a: analyze_function(NET, [1] * 8, a.reshape(4, 2)),
    "function": lambda a: analyze_function(NET, a, [[1, 2]]),
    "kinds": lambda a: dag_from_arrays(a[:2] * [0, 2], [0], [1]),
    "tail": lambda a: dag_from_arrays([0, 2, 2], a[:2] - 1, [1, 2]),
}


@pytest.mark.parametrize("name", ASKED)
def test_masked_entries(name):
    with pytest.raises(InputError, match=r"^\w+: expected no masked entries$"):
        ASKED[name](MASKED)
    ASKED[name](np.ma.masked_array(MASKED.data))  # nothing masked: taken
