"""What the checker does is charged before it is done, in places where it once was not."""

import pytest

from pyconslaw.verify.brackets.copies import Copies
from pyconslaw.verify.brackets.gaps import unreached
from pyconslaw.verify.brackets.runs import dimension
from pyconslaw.verify.kinds import involutive
from pyconslaw.verify.reading import Budget, Declined, Refused
from pyconslaw.verify.systems.explicit import Fields
from pyconslaw.verify.systems.layers import Layers

Q = 163749907


@pytest.mark.parametrize("widths", [[10**9, 0], [50_000, 1], [1, 0, 0, 10**6]])
def test_unit_vectors_of_wide_ends(widths):
    """A type without parameters may have any number of inputs, each with a vector of its own."""
    matrices: list = [[[0] * 50_000]] if widths[1] else [[] for _ in widths[1:]]
    with pytest.raises(Declined):
        unreached(Copies(widths, 1, matrices), [False] * (len(widths) - 2), Q, Budget())


def test_rows_of_words_with_the_part_of_all_types():
    """It is made for each row, of types that the run has not, too."""
    large = Copies([40, 40], 1, [[[1] * 40 for _ in range(40)]])
    types, count = [Copies([1, 1], 1, [[[1]]]), large], 30
    run = {
        "copies": [0],
        "generators": [{"source": [0], "gate": [], "out": [1]}],
        "words": [[0]] * count,
    }
    budget = Budget()
    assert dimension(Layers([41, 41], [], [False]), types, [run], "runs", Q, budget) == 0
    assert budget.units > count * sum(t.size for t in types)


def test_pivots_of_a_frame():
    """All of them are looked up in each member."""
    n = 300
    system = Fields(n, [{0: {(): 1}}])
    frame = [[[k, [[1, []]]]] for k in range(n)]
    budget = Budget()
    proof = {"kind": "involutive", "frame": frame, "pivots": list(range(n))}
    assert involutive.check(system, proof, "upper", None, budget).dimension == n
    assert budget.units > 2 * n**2
    with pytest.raises(Refused, match="declined"):
        involutive.check(system, proof, "upper", None, Budget(n**2))
