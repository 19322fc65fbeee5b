"""Small modules, one for each rule; few: why the structure finds fewer laws than there are."""

import torch
import torch.nn.functional as F
from torch import nn


class Run(nn.Module):
    """Parameters of given shapes, and a function of (parameters, inputs...)."""

    def __init__(self, function, *shapes, **inner):
        super().__init__()
        self.function = function
        self.p = nn.ParameterList([nn.Parameter(torch.randn(shape)) for shape in shapes])
        for name, module in inner.items():
            self.add_module(name, module)

    def forward(self, *x):
        return self.function(self, *self.p, *x)


def x(*shape):
    return torch.randn(shape, generator=torch.Generator().manual_seed(len(shape)))


def relu2(f, between=None):
    """Two linear maps 2-3-2 with f in between, and a function after it."""
    return Run(lambda s, a, b, x: F.linear(f(F.linear(x, a)), b), (3, 2), (2, 3))


def mixed(f, a=(3, 2), b=(2, 3)):
    return Run(lambda s, a, b, x: f(F.linear(x, a), b), a, b)


IN = (x(4, 2),)
# elementwise: name -> (module, inputs, why fewer)
ELEMENTWISE = {
    "relu": (relu2(torch.relu), IN),
    "leaky relu": (relu2(lambda h: F.leaky_relu(h, 0.2)), IN),
    "abs": (relu2(torch.abs), IN),
    "square": (relu2(torch.square), IN),
    "cube": (relu2(lambda h: h**3), IN),
    "root of absolute values": (relu2(lambda h: h.abs().sqrt()), IN),
    "inverse root": (relu2(lambda h: h.abs().rsqrt()), IN),
    "reciprocal": (relu2(lambda h: h.reciprocal()), IN),
    "clamp at 0": (relu2(lambda h: h.clamp(min=0)), IN),
    "clamp elsewhere": (relu2(lambda h: h.clamp(min=0.5)), IN),
    "clamp from above": (relu2(lambda h: h.clamp(max=0.0)), IN),
    "threshold elsewhere": (relu2(lambda h: F.threshold(h, 0.3, 0.0)), IN),
    "gelu": (relu2(F.gelu), IN),
    "silu": (relu2(F.silu), IN),
    "softmax": (relu2(lambda h: h.softmax(-1)), IN),
    "live exponent": (relu2(lambda h: (h.abs() + 0).pow(h)), IN),
    "plus one": (relu2(lambda h: h + 1), IN),
    "one minus": (relu2(lambda h: 1 - h), IN),
    "times a number": (relu2(lambda h: -3 * h), IN),
    "half rounded": (relu2(lambda h: torch.div(h, 1.0, rounding_mode="trunc") + h.sin()), IN),
    "times columns that differ": (relu2(lambda h: h * torch.tensor([1.0, 2.0, 2.0])), IN),
    "plus data": (relu2(lambda h: h + torch.tensor([0.3, 0.0, 0.1])), IN),
    "plus zeros": (relu2(lambda h: h + torch.zeros(3)), IN),
    "masked with 0": (relu2(lambda h: h.masked_fill(torch.tensor([1, 0, 0]).bool(), 0.0)), IN),
    "masked with 1": (relu2(lambda h: h.masked_fill(torch.tensor([1, 0, 0]).bool(), 1.0)), IN),
    "where of two": (
        Run(lambda s, a, b, c, x: F.linear(torch.where(x.sum(-1, True) > 0, F.linear(x, a),
                                                       F.linear(x, b)), c),
            (2, 2), (2, 2), (1, 2)), IN),
    "maximum": (Run(lambda s, a, b, c, x: F.linear(torch.maximum(F.linear(x, a), F.linear(x, b)),
                                                   c), (2, 2), (2, 2), (1, 2)), IN),
    "relu by comparison": (relu2(lambda h: h * (h > 0)), IN),
    "comparison elsewhere": (relu2(lambda h: h * (h > 0.2)), IN),
    "gain": (Run(lambda s, g, a, x: F.linear(g * x, a), (2,), (2, 2)), IN),
    "gain stored as 1 + w": (Run(lambda s, g, a, x: F.linear((1 + g) * x, a), (2,), (2, 2)), IN),
    "gain with and without a shift": (
        Run(lambda s, g, a, x: F.linear((1 + g) * x, a) + (g * x).sum(-1, True), (2,), (2, 2)), IN),
    "quotient": (Run(lambda s, g, a, x: F.linear(x / g, a), (2,), (2, 2)), IN),
    "product of two maps": (
        Run(lambda s, a, b, c, x: F.linear(F.linear(x, a) * F.linear(x, b), c),
            (2, 2), (2, 2), (2, 2)), IN),
    "glu": (Run(lambda s, a, b, x: F.linear(F.glu(F.linear(x, a)), b), (4, 2), (2, 2)), IN),
    "prelu": (Run(lambda s, a, b, c, x: F.linear(F.prelu(F.linear(x, a), b), c),
                  (2, 2), (2,), (2, 2)), IN),
    "detached gate": (relu2(lambda h: h * h.detach()), IN),
    "cast to integers": (relu2(lambda h: h + h.to(torch.int64)), IN),
    "type_as": (relu2(lambda h: h.type_as(torch.zeros(1, dtype=h.dtype))), IN),
    "cast and back": (relu2(lambda h: h.to(torch.float64).to(h.dtype)), IN),
    "residual": (Run(lambda s, a, b, c, x: F.linear((h := F.linear(x, a)) + F.linear(h.relu(), b),
                                                    c), (2, 2), (2, 2), (2, 2)), IN),
}  # fmt: skip


def gather_last(h):
    return h.gather(-1, torch.tensor([[0, 2], [1, 1], [2, 0], [0, 1]]))


PLACES = {
    "view": (mixed(lambda h, b: F.linear(h.view(4, 2, 2), b), (4, 2), (2, 2)), IN),
    "flatten": (Run(lambda s, a, b, x: F.linear(F.linear(x[..., None], a).flatten(1), b),
                    (2, 1), (2, 4)), IN),
    "transpose": (Run(lambda s, a, b, x: F.linear((x.t() @ a.t()).t() if 0 else
                                                  F.linear(x, a.t().t()), b), (3, 2), (2, 3)), IN),
    "slice": (mixed(lambda h, b: F.linear(h[:, :2], b), (3, 2), (2, 2)), IN),
    "two slices": (mixed(lambda h, b: F.linear(h[:, :2], b) * F.linear(h[:, 1:].relu(), b),
                         (3, 2), (2, 2)), IN),
    "chunks": (Run(lambda s, a, b, c, x: torch.cat([
        F.linear((h := F.linear(x, a).chunk(2, -1))[0], b), F.linear(h[1].relu(), c)], -1),
        (4, 2), (2, 2), (1, 2)), IN),
    "select": (mixed(lambda h, b: h[:, 0:1] * b[0], (2, 2), (1, 2)), IN),
    "cat": (Run(lambda s, a, b, c, x: F.linear(torch.cat([F.linear(x, a), F.linear(x, b).relu()],
                                                         -1), c), (2, 2), (1, 2), (2, 3)), IN),
    "cat with itself": (mixed(lambda h, b: F.linear(torch.cat([h, h.flip(-1)], -1), b),
                              (2, 2), (2, 4)), IN, "equal columns"),
    "stack": (Run(lambda s, a, b, c, x: torch.stack([F.linear(x, a), F.linear(x, b)], -1) @ c,
                  (2, 2), (2, 2), (2, 2)), IN, "equal axes"),
    "expand": (mixed(lambda h, b: F.linear(h[:, None].expand(4, 3, 2), b), (2, 2), (2, 2)), IN),
    "repeat": (mixed(lambda h, b: F.linear(h.repeat(1, 2), b), (2, 2), (2, 4)), IN,
               "equal columns"),
    "repeat_interleave": (mixed(lambda h, b: F.linear(h.repeat_interleave(2, -1), b),
                                (2, 2), (2, 4)), IN, "equal columns"),
    "roll": (mixed(lambda h, b: F.linear(h.roll(1, -1), b)), IN),
    "unbind": (mixed(lambda h, b: F.linear(h.view(4, 2, 2).unbind(1)[0].relu(), b), (4, 2),
                     (2, 2)), IN),
    "pad with zeros": (mixed(lambda h, b: F.linear(F.pad(h, (1, 1)), b), (2, 2), (2, 4)), IN),
    "pad with ones": (mixed(lambda h, b: F.linear(F.pad(h, (1, 0), value=1.0), b), (2, 2),
                            (2, 3)), IN),
    "index by constants": (mixed(lambda h, b: F.linear(h[:, torch.tensor([2, 0])], b), (3, 2),
                                 (2, 2)), IN),
    "rows that data choose": (
        Run(lambda s, a, b, x, i: F.linear(F.linear(x, a)[i], b), (2, 2), (2, 2)),
        (x(4, 2), torch.tensor([0, 3, 3, 1]))),
    "gather": (mixed(lambda h, b: F.linear(gather_last(h), b), (3, 2), (2, 2)), IN),
    "tril": (mixed(lambda h, b: F.linear(h.tril(), b), (2, 2), (2, 2)), IN),
    "written into": (Run(lambda s, a, b, c, x: F.linear(written(F.linear(x, a), F.linear(x, b)),
                                                        c), (3, 2), (1, 2), (2, 3)), IN),
    "written where data choose": (
        Run(lambda s, a, b, c, x, i: F.linear(put(F.linear(x, a), i, F.linear(x[:2], b)), c),
            (2, 2), (2, 2), (1, 2)), (x(4, 2), torch.tensor([0, 2]))),
    "written into zeros": (
        Run(lambda s, a, c, x, i: F.linear(put(torch.zeros(4, 2, dtype=x.dtype), i,
                                               F.linear(x[:2], a)), c),
            (2, 2), (2, 2)), (x(4, 2), torch.tensor([0, 2]))),
    "diagonal": (mixed(lambda h, b: F.linear(h[:2].diagonal(), b), (2, 2), (2, 2)), IN),
}  # fmt: skip


def put(h, i, k):
    return h.index_put((i,), k)


def written(h, k):
    h = h.clone()
    h[:, 1:2] = k
    return h.relu()


REDUCE = {
    "sum of features": (Run(lambda s, a, x: F.linear(x, a).sum(-1), (3, 2)), IN,
                        "equal gradients of rows"),
    "sum, relu": (mixed(lambda h, b: h.relu().sum(-1, True) * b, (2, 2), (3,)), IN),
    "mean over places": (
        mixed(lambda h, b: F.linear(h.relu().view(2, 2, 3).mean(1), b)), IN),
    "largest": (mixed(lambda h, b: h.amax(-1, keepdim=True) * b, (2, 2), (2,)), IN),
    "norm": (mixed(lambda h, b: h.norm(dim=-1, keepdim=True) * b, (2, 2), (2,)), IN),
    "sum of absolute values": (
        mixed(lambda h, b: torch.linalg.vector_norm(h, 1, -1, True) * b, (2, 2), (2,)), IN),
    "variance": (mixed(lambda h, b: h.var(0) * b, (2, 2), (2,)), IN),
    "running sum": (mixed(lambda h, b: F.linear(h.relu().cumsum(0), b), (2, 2), (2, 2)), IN),
    "max pool": (Run(lambda s, a, b, x: F.linear(F.max_pool1d(F.conv1d(x[:, None], a), 2)[..., 0],
                                                 b), (2, 1, 1), (2, 2)), IN),
    "average pool": (Run(lambda s, a, b, x: F.linear(
        F.avg_pool1d(F.conv1d(x[:, None], a).relu(), 2)[..., 0], b), (2, 1, 1), (2, 2)), IN),
    "weight norm": (Run(lambda s, v, g, b, x: F.linear(F.linear(x, torch._weight_norm(v, g)).relu(),
                                                       b), (2, 2), (2, 1), (1, 2)), IN),
}  # fmt: skip
LINEAR = {
    "linear": (mixed(F.linear), IN),
    "matmul": (mixed(lambda h, b: h @ b, (3, 2), (3, 2)), IN),
    "einsum": (mixed(lambda h, b: torch.einsum("bi,ij->bj", h, b), (3, 2), (3, 2)), IN),
    "einsum of heads": (
        Run(lambda s, a, b, x: torch.einsum("bhk,hkj->bj", torch.einsum("bi,ihk->bhk", x, a), b),
            (2, 2, 2), (2, 2, 1)), IN, "heads mix"),
    "addmm": (Run(lambda s, a, b, x: torch.addmm(a, x, b).relu() @ b, (2,), (2, 2)), IN),
    "a bias": (Run(lambda s, a, b, c, x: F.linear(F.linear(x, a, b), c), (2, 2), (2,), (2, 2)), IN),
    "batches of maps": (
        Run(lambda s, a, b, x: torch.bmm(torch.bmm(x[None].expand(2, 4, 2), a), b),
            (2, 2, 2), (2, 2, 1)), IN),
    "tied": (Run(lambda s, a, x: F.linear(F.linear(x, a).relu(), a.t()), (3, 2)), IN),
    "a map of a map": (Run(lambda s, a, b, x: F.linear(x, b @ a), (2, 3), (2, 2)), (x(4, 3),)),
    "scores without softmax": (
        Run(lambda s, q, k, v, x: (F.linear(x, q) @ F.linear(x, k).transpose(-1, -2))
            @ F.linear(x, v), (2, 2), (2, 2), (2, 2)), (x(2, 3, 2),), "scales of factors"),
    "grouped convolution": (
        Run(lambda s, a, b, x: F.conv1d(F.conv1d(x, a, groups=2).relu(), b, groups=2),
            (4, 1, 2), (2, 2, 1)), (x(2, 2, 4),)),
    "depthwise": (Run(lambda s, a, b, x: F.conv1d(F.conv1d(x, a), b, groups=2),
                      (2, 1, 1), (4, 1, 2)), (x(2, 1, 4),)),
    "transposed convolution": (
        Run(lambda s, a, b, x: F.conv_transpose1d(F.conv1d(x, a), b), (2, 1, 2), (2, 2, 2)),
        (x(2, 1, 4),)),
    "embedding": (Run(lambda s, a, b, i: F.linear(F.embedding(i, a), b), (3, 2), (2, 2)),
                  (torch.tensor([[0, 1, 2], [2, 1, 1]]),)),
    "embedding with padding": (
        Run(lambda s, a, b, i: F.linear(F.embedding(i, a, 0), b), (3, 2), (2, 2)),
        (torch.tensor([[0, 1, 2], [2, 1, 1]]),), "the row"),
    "embedding scaled by counts": (
        Run(lambda s, a, b, i: F.linear(F.embedding(i, a, scale_grad_by_freq=True), b),
            (3, 2), (2, 2)), (torch.tensor([[0, 1, 2], [2, 1, 1]]),), "scaled rows"),
    "a bias twice": (Run(lambda s, a, b, x: F.linear(x, a) + b + b, (2, 2), (2,)), IN),
    "two biases": (Run(lambda s, a, b, c, x: F.linear(x, a, b) + c, (2, 2), (2,), (2,)), IN),
    "two biases, subtracted": (Run(lambda s, a, b, c, x: F.linear(x, a, b) - c,
                                   (2, 2), (2,), (2,)), IN),
    "table and positions": (
        Run(lambda s, a, b, i: F.gelu(F.embedding(i, a) + b), (3, 2), (3, 2)),
        (torch.tensor([[0, 1, 2], [2, 1, 1]]),)),
}  # fmt: skip
NORMS = {
    "layer norm": (Run(lambda s, a, x: F.layer_norm(F.linear(x, a), (3,), eps=0.0), (3, 2)), IN),
    "layer norm of two axes": (
        Run(lambda s, a, x: F.layer_norm(F.linear(x, a).view(2, 2, 3), (2, 3), eps=0.0), (3, 2)),
        IN),
    "layer norm, gain, bias": (
        Run(lambda s, a, g, b, c, x: F.linear(F.layer_norm(F.linear(x, a), (3,), g, b, 0.0), c),
            (3, 1), (3,), (3,), (2, 3)), (x(4, 1),)),
    "rms norm": (Run(lambda s, a, g, c, x: F.linear(F.rms_norm(F.linear(x, a), (3,), g, 1e-300), c),
                     (3, 2), (3,), (2, 3)), IN),
    "group norm": (
        Run(lambda s, a, g, b, c, x: F.conv1d(F.group_norm(F.conv1d(x, a), 2, g, b, 0.0), c),
            (4, 1, 1), (4,), (4,), (1, 4, 1)), (x(2, 1, 4),)),
    "instance norm": (
        Run(lambda s, a, b, c, x: F.conv1d(F.instance_norm(F.conv1d(x, a, b), eps=1e-300), c),
            (2, 1, 2), (2,), (1, 2, 1)), (x(2, 1, 6),)),
    "batch norm": (
        Run(lambda s, a, b, g, c, x: F.linear(F.batch_norm(
            F.linear(x, a, b), None, None, g, None, True, 0.1, 1e-300), c),
            (2, 2), (2,), (2,), (2, 2)), (x(6, 2),)),
    "batch norm in eval mode, means not zero": (
        Run(lambda s, a, b, g, c, x: F.linear(F.batch_norm(
            F.linear(x, a, b), torch.tensor([0.5, 0.0], dtype=x.dtype),
            torch.ones(2, dtype=x.dtype), g, None, False), c),
            (2, 2), (2,), (2,), (2, 2)), (x(6, 2),), "shifts by constants"),
}  # fmt: skip
FIRST, SECOND = torch.tensor([0, 1, 1, 0]), torch.tensor([1, 1, 0, 0])
EXPERTS = {
    "experts": (
        Run(
            lambda s, a, b, x, i, j: torch.bmm(torch.bmm(x[:, None], a[i]).relu(), b[i])[:, 0],
            (2, 2, 2), (2, 2, 1)), (x(4, 2), FIRST, SECOND)),
    "experts without gates": (
        Run(lambda s, a, b, x, i, j: torch.bmm(torch.bmm(x[:, None], a[i]), b[i])[:, 0],
            (2, 2, 2), (2, 2, 1)), (x(4, 2), FIRST, SECOND)),
    "experts by two indices": (
        Run(lambda s, a, b, x, i, j: torch.bmm(torch.bmm(x[:, None], a[i]).relu(), b[j])[:, 0],
            (2, 2, 2), (2, 2, 1)), (x(4, 2), FIRST, SECOND)),
    "a gain before experts": (
        Run(lambda s, g, a, b, x, i, j: torch.bmm(torch.bmm((g * x)[:, None], a[i]).relu(), b[i]),
            (2,), (2, 2, 2), (2, 2, 1)), (x(4, 2), FIRST, SECOND)),
    "experts and their sum": (
        Run(lambda s, a, b, x, i, j: (torch.bmm(x[:, None], a[i]).relu()[:, 0].sum(0) * b),
            (2, 2, 2), (2,)), (x(4, 2), FIRST, SECOND)),
}  # fmt: skip
ALL = ELEMENTWISE | PLACES | REDUCE | LINEAR | NORMS | EXPERTS

WHY = {
    "threshold elsewhere": "f = h f' where it is smooth",
    "plus one": "mixes that keep the constant",
    "one minus": "mixes that keep the constant",
    "plus data": "mixes that keep the data",
    "masked with 0": "unreached entries",
    "masked with 1": "unreached entries",
    "comparison elsewhere": "f = h f' where it is smooth",
    "gain with and without a shift": "a shift of both",
    "detached gate": "a detach counts as a stop",
    "two slices": "overlapping slices",
    "pad with zeros": "unreached entries",
    "pad with ones": "mixes that keep the ones",
    "index by constants": "unreached entries",
    "written into": "unreached entries",
    "diagonal": "unreached entries",
}
ALL |= {name: (*ALL[name][:2], why) for name, why in WHY.items()}
