"""Small modules with known numbers of laws: every row of the published and measured table.

D is the number of trainable entries; laws are independent near a generic point, with the outputs
free unless a loss is said. No biases unless said; d is the width, dh the size of a head.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from layers import (
    Attention,
    Experts,
    Fused,
    Gain,
    Gated,
    Lora,
    Residual,
    Scores,
    Stream,
    Tied,
    TiedAutoencoder,
    freeze,
    linear,
    lora_attention,
    mlp,
    sequence,
)
from torch import nn

TINY = 1e-300  # an eps that vanishes: batch norm refuses 0


@dataclass(frozen=True)
class Case:
    """A module by name, its inputs, and what is known of its laws."""

    name: str
    make: Callable
    inputs: Callable
    size: int
    laws: int
    loss: str | None = None
    few: str = field(default="")  # why the structure finds fewer, if it does

    def module(self):
        """In double precision, in training mode, of fixed weights."""
        torch.manual_seed(0)
        with torch.no_grad():
            return self.make().double().train()


def normal(*shape):
    """Inputs of this shape, drawn anew each time."""

    def draw(random):
        return (torch.randn(*shape, generator=random, dtype=torch.float64),)

    return draw


def ids(size, *shape):
    """Indices below size."""

    def draw(random):
        return (torch.randint(size, shape, generator=random),)

    return draw


def frozen_first():
    module = mlp((2, 3, 2), torch.relu)
    freeze(module[0])
    return module


def batch_norm():
    norm = nn.BatchNorm1d(2, eps=TINY, track_running_stats=False)
    norm.weight.normal_()
    norm.bias.normal_()
    return sequence(nn.Conv1d(1, 2, 2), norm, nn.ReLU(), nn.Conv1d(2, 1, 2, bias=False))


def convolutions(kind, sizes, kernel, act=nn.Identity, *, bias=False, groups=1):
    a, b, c = sizes
    return sequence(
        kind(a, b, kernel, bias=bias, groups=groups),
        act(),
        kind(b, c, kernel, bias=bias, groups=groups),
    )


def squared_relu(x):
    return torch.relu(x).square()


ROWS, TOKENS = normal(5, 2), normal(2, 3, 2)
COMMUTE = "maps of one channel commute, so more mixes than the structure sees"
TABLE = (
    Case("relu 2-3-2", lambda: mlp((2, 3, 2), torch.relu, True), ROWS, 17, 3),
    Case("prelu 2-3-2", lambda: sequence(linear(2, 3), nn.PReLU(3), linear(3, 2)), ROWS, 15, 3),
    Case("squared relu 2-3-2", lambda: mlp((2, 3, 2), squared_relu), ROWS, 12, 3),
    Case("gelu 2-3-2", lambda: mlp((2, 3, 2), F.gelu, True), ROWS, 17, 0),
    Case("swiglu 2-3-2", lambda: Gated(F.silu), ROWS, 18, 3),
    Case("relu gate 2-3-2", lambda: Gated(F.relu), ROWS, 18, 6),
    Case("relu 2-3-2, first map frozen", frozen_first, ROWS, 6, 0),
    Case("x + relu 2-3-2", lambda: Residual(mlp((2, 3, 2), torch.relu)), ROWS, 12, 3),
    Case("x + linear 2-2-2", lambda: Residual(sequence(linear(2, 2), linear(2, 2))), ROWS, 8, 3),
    Case(
        "conv1d relu 1-2-1",
        lambda: convolutions(nn.Conv1d, (1, 2, 1), 2, nn.ReLU, bias=True),
        normal(2, 1, 5),
        11,
        2,
    ),
    Case(
        "conv2d relu 1-2-1",
        lambda: convolutions(nn.Conv2d, (1, 2, 1), 2, nn.ReLU),
        normal(2, 1, 4, 4),
        16,
        2,
    ),
    Case(
        "conv1d linear 2-2-2",
        lambda: convolutions(nn.Conv1d, (2, 2, 2), 2),
        normal(2, 2, 5),
        16,
        3,
    ),
    Case(
        "grouped conv 2-4-2",
        lambda: convolutions(nn.Conv1d, (2, 4, 2), 1, groups=2),
        normal(4, 2, 3),
        8,
        6,
        few=COMMUTE,
    ),
    Case(
        "depthwise, relu, pointwise 2-3",
        lambda: sequence(
            nn.Conv1d(2, 2, 2, groups=2, bias=False),
            nn.ReLU(),
            nn.Conv1d(2, 3, 1, bias=False),
        ),
        normal(2, 2, 4),
        10,
        2,
    ),
    Case(
        "conv 1-2, average pool, flatten, linear",
        lambda: sequence(
            nn.Conv1d(1, 2, 2, bias=False), nn.AvgPool1d(2), nn.Flatten(), linear(4, 2)
        ),
        normal(3, 1, 5),
        12,
        3,
    ),
    Case("conv, batch norm, relu, conv", batch_norm, normal(5, 1, 4), 14, 6),
    Case("rms gain, linear 3-2", lambda: sequence(Gain(3), linear(3, 2)), normal(5, 3), 9, 3),
    Case(
        "rms gain, linear 3-2, bias",
        lambda: sequence(Gain(3), linear(3, 2, True)),
        normal(5, 3),
        11,
        3,
    ),
    Case(
        "linear 2-3, layer norm",
        lambda: sequence(linear(2, 3, True), nn.LayerNorm(3, eps=TINY, elementwise_affine=False)),
        ROWS,
        9,
        4,
    ),
    Case("attention, 1 head", Attention, TOKENS, 16, 6),
    Case("attention, 2 heads, biases", lambda: Attention(2, 1, 2, bias=True), TOKENS, 24, 6),
    Case("nn.MultiheadAttention", Fused, TOKENS, 24, 6),
    Case("cross-attention", Attention, lambda r: (*TOKENS(r), *normal(2, 4, 2)(r)), 16, 6),
    Case("4 heads 2 kv", lambda: Attention(2, 1, 4, kv=2), TOKENS, 24, 4),
    Case(
        "4 heads 2 kv, q and k only",
        lambda: Scores(d=3, head=2, heads=4, kv=2),
        normal(2, 4, 3),
        36,
        6,
    ),
    Case(
        "2 heads 1 kv, q and k only",
        lambda: Scores(d=1, head=2, heads=2, kv=1),
        normal(2, 3, 1),
        6,
        3,
    ),
    Case("rotary", lambda: Attention(rotary=True), TOKENS, 16, 4),
    Case("rotary, biases", lambda: Attention(value=1, bias=True, rotary=True), TOKENS, 19, 2),
    Case(
        "rms gain, attention, residual",
        lambda: Residual(sequence(Gain(2), Attention())),
        TOKENS,
        18,
        8,
    ),
    Case("lora 3-2 r2", lambda: Lora(3, 2, 2), normal(5, 3), 10, 3),
    Case("lora 2-2 r5", lambda: Lora(2, 2, 5), ROWS, 20, 14),
    Case("lora r1 on q and v", lora_attention, TOKENS, 8, 2),
    Case(
        "rms gain, lora r1 alone 3-2",
        lambda: sequence(Gain(3), Lora(3, 2, 1, base=False)),
        normal(5, 3),
        8,
        4,
    ),
    Case(
        "rms gain, lora r2 alone 3-3",
        lambda: sequence(Gain(3), Lora(3, 3, 2, base=False)),
        normal(5, 3),
        15,
        6,
    ),
    Case("tied embedding and head", Tied, ids(4, 5), 8, 0),
    Case("tied embedding and head, cross-entropy", Tied, ids(4, 5), 8, 0, "cross_entropy"),
    Case("tied autoencoder", TiedAutoencoder, normal(5, 3), 6, 0),
    Case("2 experts, softmax gate", Experts, ROWS, 20, 6),
    Case("softmax head 2-3", lambda: linear(2, 3, True), ROWS, 9, 3, "cross_entropy"),
    Case(
        "leaky relu, linear, rms, linear",
        lambda: sequence(
            linear(2, 2), nn.LeakyReLU(0.1), linear(2, 2), linear(2, 2), Gain(2), linear(2, 2)
        ),
        ROWS,
        18,
        8,
    ),
    Case("pre-norm stream", Stream, ROWS, 20, 5),
)
BY_NAME = {case.name: case for case in TABLE}
