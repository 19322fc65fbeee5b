"""Residuals of laws on one gradient: true ones pass, false ones are errors that say where."""

import copy

import numpy as np
import pytest

torch = pytest.importorskip("torch", minversion="2.13")
from hand import found, hidden, term  # noqa: E402
from modules import BY_NAME  # noqa: E402
from torch import nn  # noqa: E402

from pyconslaw.torch.found import Family  # noqa: E402
from pyconslaw.torch.selfcheck import WrongLawError, check, question_of  # noqa: E402


def checked(model, args, *families, memory=None, seed=0, **given):
    what = found(model, *families, **given)
    return check(question_of(model, args, {}, what, seed), memory)


def relu(bias=True):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(4, 3, bias=bias), nn.ReLU(), nn.Linear(3, 2))


ROWS = (torch.zeros(5, 4),)
RELU = hidden("0.weight", "2.weight", 3, bias="0.bias")


def test_a_true_law_in_double_precision():
    known = checked(relu(), ROWS, RELU)
    assert (known.way, known.laws, known.of) == ("double precision", 3, 3)
    assert known.worst < 1e-14 and known.tolerance == 1e-9


def test_dead_neurons_are_said_to_be_not_tried():
    model = relu()
    with torch.no_grad():
        model[0].bias[1] = -100
    known = checked(model, ROWS, RELU)
    assert known.idle and f"{known.idle} of them not tried" in str(known)
    assert checked(relu(), ROWS, RELU).idle == 0


@pytest.mark.parametrize("factor", [1, -2])
def test_a_wrong_sign_or_factor_is_an_error_of_ours(factor):
    wrong = hidden("0.weight", "2.weight", 3, factor, bias="0.bias")
    with pytest.raises(WrongLawError) as caught:
        checked(relu(), ROWS, wrong)
    text = str(caught.value)
    assert "a diagonal law of 0.weight, 2.weight, 0.bias has residual" in text
    assert "fault of pyconslaw" in text and "relu.default in 1" in text


def test_a_forgotten_bias_is_seen_although_it_is_zero():
    model = relu()
    nn.init.zeros_(model[0].bias)
    with pytest.raises(WrongLawError):
        checked(model, ROWS, hidden("0.weight", "2.weight", 3))


def test_blocks_and_their_entries_off_the_diagonal():
    model = nn.Sequential(nn.Linear(3, 2, bias=False), nn.Linear(2, 3, bias=False))
    both = np.array([[[0], [1]]])
    block = Family("block", (term("0.weight", 0, both), term("1.weight", 1, both, -1)))
    assert checked(model, (torch.zeros(4, 3),), block).laws == 3
    gated = nn.Sequential(model[0], nn.ReLU(), model[1])
    block = Family("block", (term("0.weight", 0, both), term("2.weight", 1, both, -1)))
    with pytest.raises(WrongLawError, match="a block law"):
        checked(gated, (torch.zeros(4, 3),), block)


def test_a_key_bias_is_measured_by_the_whole_gradient():
    case = BY_NAME["attention, 2 heads, biases"]
    keys = Family("linear", (term("k.bias", 0, range(2)),))
    known = checked(case.module(), (torch.zeros(2, 3, 2),), keys)
    assert known.laws == 2 and known.worst < 1e-14
    queries = Family("linear", (term("q.bias", 0, range(2)),))
    with pytest.raises(WrongLawError, match="a linear law of q.bias"):
        checked(case.module(), (torch.zeros(2, 3, 2),), queries)


def test_column_sums_hold_under_cross_entropy_only():
    model = nn.Linear(4, 3)
    sums = Family("linear", (term("weight", 0, [[[0, 1, 2]]]),), condition="cross-entropy only")
    assert checked(model, ROWS, sums, loss="cross_entropy").laws == 4
    with pytest.raises(WrongLawError):
        checked(model, ROWS, sums)


class Straight(torch.autograd.Function):
    """A sign whose gradient is that of the identity."""

    @staticmethod
    def forward(ctx, x):
        return x.relu()

    @staticmethod
    def backward(ctx, g):
        return g


class Through(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, 3, bias=False), nn.Linear(3, 2, bias=False)

    def forward(self, x):
        return self.b(Straight.apply(self.a(x)))


def test_a_custom_gradient_is_named():
    with pytest.raises(WrongLawError, match="Custom gradient functions: Straight"):
        checked(Through(), ROWS, hidden("a.weight", "b.weight", 3))


def batch_norm(eps):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, eps=eps), nn.Linear(3, 2))


def scale(**given):
    terms = (term("0.weight", 0, range(3)),)
    return Family("diagonal", terms, **{"exact": False, "ignored": ("eps of 1",)} | given)


def test_laws_that_ignore_an_eps_are_exact_without_it():
    known = checked(batch_norm(1e-5), ROWS, scale())
    assert 1e-8 < known.worst_approximate < 1e-2 and known.without_eps < 1e-12
    assert known.worst is None


def test_an_eps_is_taken_away_in_single_precision_too():
    known = checked(batch_norm(1e-2), ROWS, scale(), memory=400)
    assert known.way == "single precision" and known.without_eps < 1e-5 < known.worst_approximate
    false = Family("diagonal", (term("2.weight", 0, range(2)),), False, ("eps of 1",))
    with pytest.raises(WrongLawError):
        checked(batch_norm(1e-2), ROWS, false, memory=400)


class Root(nn.Module):
    """Finite where its weights are, not where they are moved below 0."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Parameter(torch.full((40,), 0.1)), nn.Parameter(torch.ones(1000))

    def forward(self, x):
        return x.sum() * self.a.sum() * (self.b * 1e-9).sum() + self.b.add(-0.9).sqrt().sum()


def test_what_is_not_finite_at_random_points_is_checked_where_it_is():
    difference = (term("a", 0, [0]), term("a", 0, [1], -1))
    known = checked(Root(), (torch.ones(2),), Family("linear", difference))
    assert known.way == "own precision, part by part" and "not finite" in known.why


def test_an_eps_does_not_excuse_a_false_law():
    false = Family("diagonal", (term("2.weight", 0, range(2)),), False, ("eps of 1",))
    with pytest.raises(WrongLawError):
        checked(batch_norm(1e-5), ROWS, false)


def test_a_law_that_ignores_an_eps_and_says_nothing_of_it_is_refused():
    with pytest.raises(WrongLawError):
        checked(batch_norm(1e-5), ROWS, scale(exact=True, ignored=()))


def test_statistics_that_a_law_hangs_on_are_told():
    """In eval mode with mean 0 a gain and the rows behind it balance the map before."""
    model = nn.Sequential(
        nn.Linear(4, 3, bias=False), nn.BatchNorm1d(3, affine=False), nn.ReLU(), nn.Linear(3, 2)
    ).eval()
    known = checked(model, ROWS, hidden("0.weight", "3.weight", 3))
    assert known.worst < 1e-12 and known.on_statistics >= 1


def test_little_memory_is_part_by_part_and_says_so():
    model = relu()
    known = checked(model, ROWS, RELU, memory=40)
    assert known.way == "own precision, part by part" and known.tolerance == 2e-4
    assert "take 552 bytes, 40 are allowed" in known.why and known.worst < 1e-5
    with pytest.raises(WrongLawError):
        checked(model, ROWS, hidden("0.weight", "2.weight", 3, 1, bias="0.bias"), memory=40)


def test_a_copy_in_single_precision_comes_before_that():
    assert checked(relu(), ROWS, RELU, memory=300).way == "single precision"


def test_sixteen_bits_are_not_judged():
    known = checked(relu().bfloat16(), (ROWS[0].bfloat16(),), RELU, memory=40)
    assert known.way == "none" and "16 bits" in known.why and known.worst is None


def test_no_values_on_meta():
    known = checked(relu().to("meta"), (ROWS[0].to("meta"),), RELU)
    assert known.way == "none" and known.why == "the weights are on the meta device"


def test_the_module_is_left_as_it_was():
    model = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 2))
    model[3].weight.grad = torch.ones(2, 3)
    model[2].eval()
    before, state = copy.deepcopy(model.state_dict()), torch.get_rng_state()
    for memory in (None, 10):
        checked(model, ROWS, Family("linear", (term("0.bias", 0, range(3)),)), memory=memory)
    assert all(torch.equal(v, before[k]) for k, v in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), state)
    assert [part.training for part in model] == [True, True, False, True]
    assert torch.equal(model[3].weight.grad, torch.ones(2, 3)) and model[0].weight.grad is None


def test_equal_seeds_give_equal_checks():
    assert checked(relu(), ROWS, RELU, seed=3) == checked(relu(), ROWS, RELU, seed=3)


def test_rows_of_padding_stay():
    model = nn.Sequential(nn.Embedding(4, 3, padding_idx=1), nn.Linear(3, 2))
    row = Family("linear", (term("0.weight", 0, [1]),))
    assert checked(model, (torch.tensor([0, 1, 2, 3]),), row).laws == 3


def test_large_blocks_are_sampled():
    from pyconslaw.torch.residuals import sample

    places = np.arange(6000).reshape(1, 6000, 1)
    large = Family("block", (term("a", 0, places), term("b", 1, places, -1)))
    small = sample(large, np.random.default_rng(0))
    assert small.rows == 256 and (small.terms[0].positions == small.terms[1].positions).all()
