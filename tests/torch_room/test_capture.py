"""From a module to a graph, and what is left of the module."""

import copy
import logging
from dataclasses import dataclass

import pytest

torch = pytest.importorskip("torch", minversion="2.13")
import torch.nn.functional as F  # noqa: E402
from torch import nn  # noqa: E402

from pyconslaw.errors import InputError  # noqa: E402
from pyconslaw.torch.capture import capture  # noqa: E402
from pyconslaw.torch.derived import derive, derive_graph  # noqa: E402

X = torch.randn(4, 2, generator=torch.Generator().manual_seed(0))


class Of(nn.Module):
    """A function of (module, inputs...), with submodules."""

    def __init__(self, function, **inner):
        super().__init__()
        self.function = function
        for name, module in inner.items():
            self.add_module(name, module)

    def forward(self, *args, **kwargs):
        return self.function(self, *args, **kwargs)


def net():
    return nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))


def forms(found):
    return sorted((f.kind, f.laws, tuple(t.parameter for t in f.terms)) for f in found.families)


def test_the_module_is_left_as_it_was():
    model = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 2))
    model[0].eval()
    model[0].weight.grad = torch.ones(3, 2)
    before = copy.deepcopy(model.state_dict())
    random, level = torch.random.get_rng_state(), logging.root.manager.disable
    derive(model, (X,))
    assert [m.training for m in model] == [False, True, True, True]
    assert all(torch.equal(before[name], t) for name, t in model.state_dict().items())
    assert torch.equal(model[0].weight.grad, torch.ones(3, 2)) and model[3].weight.grad is None
    assert torch.equal(random, torch.random.get_rng_state())
    assert logging.root.manager.disable == level
    assert not any(m._forward_hooks or m._forward_pre_hooks for m in model.modules())


def test_a_failure_is_one_line_with_the_module():
    inner = Of(lambda s, x: s.a(x) if x.sum() > 0 else x, a=nn.Linear(2, 2))
    model = nn.Sequential(nn.Linear(2, 2), inner)
    with pytest.raises(InputError) as caught:
        derive(model, (X,))
    assert "\n" not in str(caught.value) and "GuardOnDataDependent" in str(caught.value)
    assert str(caught.value).endswith("in 1 (Of)")


def test_no_output_while_it_fails(capfd):
    with pytest.raises(InputError):
        derive(Of(lambda s, x: x if x.sum() > 0 else -x), (X,))
    assert capfd.readouterr() == ("", "")


def test_what_is_no_module():
    with pytest.raises(InputError, match="function, expected a torch.nn.Module"):
        derive(lambda x: x, (X,))
    with pytest.raises(InputError, match="loss: 'l1', expected None"):
        derive(net(), (X,), loss="l1")


def test_ties_are_found_on_the_module():
    model = Of(lambda s, i: s.b(s.a(i)), a=nn.Embedding(4, 2), b=nn.Linear(2, 4, bias=False))
    model.b.weight = model.a.weight
    found = derive(model, (torch.tensor([[0, 1, 3]]),))
    assert [(p.name, p.others) for p in found.parameters] == [("a.weight", ("b.weight",))]
    assert found.families == ()


def test_ties_on_meta():
    with torch.device("meta"):
        model = Of(lambda s, i: s.b(s.a(i)), a=nn.Embedding(4, 2), b=nn.Linear(2, 4, bias=False))
        model.b.weight = model.a.weight
        ids = torch.zeros(2, 3, dtype=torch.long)
    found = derive(model, (ids,), loss="cross_entropy")
    assert found.parameters[0].others == ("b.weight",) and found.families == ()


def test_frozen_and_unused_parameters():
    model = Of(lambda s, x: s.b(s.a(x).relu()), a=nn.Linear(2, 3), b=nn.Linear(3, 2),
               c=nn.Linear(2, 2))  # fmt: skip
    model.a.requires_grad_(False)
    found = derive(model, (X,))
    assert found.families == ()
    assert [p.name for p in found.parameters if not p.trainable] == ["a.weight", "a.bias"]
    assert [p.name for p in found.parameters if not p.used] == ["c.weight", "c.bias"]


def compiled(model):
    return torch.compile(model, backend="eager")


@pytest.mark.parametrize("wrap", [compiled, nn.DataParallel])
def test_prefixes_of_wrappers(wrap):
    model = net()
    assert forms(derive(wrap(model), (X,))) == forms(derive(model, (X,)))


def test_inputs_and_outputs_of_any_form():
    @dataclass
    class Out:
        logits: torch.Tensor
        hidden: torch.Tensor

    torch.export.register_dataclass(Out, serialized_type_name="tests.Out")
    model = Of(lambda s, batch, scale: Out(s.a(batch["x"] * scale), batch["x"]), a=nn.Linear(2, 3))
    graph = capture(model, ({"x": X},), {"scale": 2.0})
    assert [key.split(".")[-1] for key, _ in graph.outputs] == ["logits", "hidden"]
    found = derive_graph(graph, "cross_entropy")
    assert [(f.kind, f.condition) for f in found.families] == [("linear", "cross-entropy only")] * 2
    assert "other outputs are free" in found.notes[-1]


def test_what_no_grad_holds_is_data():
    def f(s, x):
        with torch.no_grad():
            scale = s.a.weight.norm()
        return s.a(x) / scale

    model = Of(f, a=nn.Linear(2, 3, bias=False))
    assert derive(model, (X,)).families == ()

    def whole(s, x):
        return s.a(x) / s.a.weight.norm()

    assert len(derive(Of(whole, a=nn.Linear(2, 3, bias=False)), (X,)).families) == 1


def test_no_grad_is_not_forgotten_where_something_mutates():
    """Functional graphs inline regions without gradients: what leaves them must not scale."""

    def f(s, x):
        with torch.no_grad():
            scale = s.a.weight.norm()
        y = s.a(x) / scale
        y[:, 0] = 0
        return y

    assert [x.kind for x in derive(Of(f, a=nn.Linear(2, 3, bias=False)), (X,)).families] in (
        [], ["linear"])  # fmt: skip


def test_copies_in_place_are_used():
    def f(s, x):
        y = torch.zeros(4, 3)
        y[:, :2] = s.a(x)
        return s.b(y.relu())

    model = Of(f, a=nn.Linear(2, 2), b=nn.Linear(3, 1))
    found = derive(model, (X,))
    assert all(p.used for p in found.parameters)
    assert forms(found) == [("diagonal", 2, ("a.weight", "a.bias", "b.weight"))]


def test_parametrizations():
    model = nn.Sequential(
        torch.nn.utils.parametrizations.weight_norm(nn.Linear(2, 3)), nn.ReLU(), nn.Linear(3, 1)
    )
    found = derive(model, (X,))
    assert [f.laws for f in found.families] == [3, 3]
    names = {t.parameter for f in found.families for t in f.terms}
    assert "0.parametrizations.weight.original0" in names


def test_autocast_regions_are_inlined():
    def f(s, x):
        with torch.autocast("cpu", enabled=False):
            y = s.a(x)
        return s.b(y.relu())

    model = Of(f, a=nn.Linear(2, 3), b=nn.Linear(3, 2))
    assert forms(derive(model, (X,))) == [("diagonal", 3, ("a.weight", "a.bias", "b.weight"))]


def test_an_operator_without_a_rule_is_named():
    model = Of(lambda s, x: s.b(torch.linalg.svdvals(s.a(x))), a=nn.Linear(2, 2),
               b=nn.Linear(2, 2))  # fmt: skip
    found = derive(model, (X,))
    assert [(u.operator, u.count) for u in found.unsupported] == [
        ("aten.linalg_svdvals.default", 1)
    ]
    assert found.unsupported[0].parameters == ("a.weight",) and found.families == ()


def test_padding_rows():
    """No gradient reaches them: no law with them, unless they are zero and stay so."""
    ids = torch.tensor([[0, 1, 2, 3]])
    model = Of(lambda s, i: s.b(s.a(i)), a=nn.Embedding(4, 2, padding_idx=0), b=nn.Linear(2, 2))
    assert len(derive(model, (ids,)).families) == 1
    with torch.no_grad():
        model.a.weight[0] = 1
    found = derive(model, (ids,))
    assert not any(t.parameter == "a.weight" for f in found.families for t in f.terms)
    assert any("padding row of a.weight" in note for note in found.notes)


def test_trained_masks_of_attention():
    def f(s, x, mask):
        q, k, v = s.q(x)[:, None], s.k(x)[:, None], s.v(x)[:, None]
        return s.o(F.scaled_dot_product_attention(q, k, v, attn_mask=s.m(mask)[..., 0])[:, 0])

    names = {n: nn.Linear(2, 2, bias=False) for n in "qkvo"}
    found = derive(Of(f, m=nn.Linear(1, 1), **names), (torch.randn(2, 3, 2), torch.randn(3, 3, 1)))
    assert not any(t.parameter.startswith("m.") for x in found.families for t in x.terms)
    assert [x.kind for x in found.families] == ["block", "block"]
