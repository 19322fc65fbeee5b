"""Layers that small modules with known laws are made of."""

import math

import torch
import torch.nn.functional as F
from torch import nn


def freeze(module):
    """Not trained."""
    return module.requires_grad_(False)


class Apply(nn.Module):
    """A function as a module."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def mlp(sizes, function, bias=False):
    """Linear maps with a function between them."""
    layers = []
    for a, b in zip(sizes, sizes[1:]):
        layers += [nn.Linear(a, b, bias=bias), Apply(function)]
    return nn.Sequential(*layers[:-1])


class Gated(nn.Module):
    """down(act(gate x) * up x)"""

    def __init__(self, act, d=2, hidden=3):
        super().__init__()
        self.gate, self.up = nn.Linear(d, hidden, bias=False), nn.Linear(d, hidden, bias=False)
        self.down, self.act = nn.Linear(hidden, d, bias=False), act

    def forward(self, x):
        return self.down(self.act(self.gate(x)) * self.up(x))


class Residual(nn.Module):
    """x + inner(x)"""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


class Gain(nn.Module):
    """RMS norm with a gain, eps 0, as it is written by hand."""

    def __init__(self, d):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(d))

    def forward(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True)))


def rotate(x, angles):
    """Pairs (i, i + half) are turned by position times frequency."""
    half = x.shape[-1] // 2
    turned = torch.cat([-x[..., half:], x[..., :half]], dim=-1)
    both = torch.cat([angles, angles], dim=-1)
    return x * both.cos() + turned * both.sin()


class Attention(nn.Module):
    """Self- or cross-attention with heads, groups of them, rotary positions, biases."""

    def __init__(self, d=2, head=2, heads=1, *, kv=None, value=None, bias=False, rotary=False):
        super().__init__()
        self.heads, self.kv, self.head = heads, kv or heads, head
        self.value, self.rotary = value or head, rotary
        self.q = nn.Linear(d, heads * head, bias=bias)
        self.k = nn.Linear(d, self.kv * head, bias=bias)
        self.v = nn.Linear(d, self.kv * self.value, bias=bias)
        self.o = nn.Linear(heads * self.value, d, bias=bias)

    def probabilities(self, x, other):
        """Softmax of the scores, a matrix for each head."""
        q = self.q(x).unflatten(-1, (self.heads, self.head)).transpose(-2, -3)
        k = self.k(other).unflatten(-1, (self.kv, self.head)).transpose(-2, -3)
        if self.rotary:
            frequencies = 0.7 ** torch.arange(self.head // 2, dtype=x.dtype)
            angles = torch.arange(x.shape[-2], dtype=x.dtype)[:, None] * frequencies
            q, k = rotate(q, angles), rotate(k, angles)
        k = k.repeat_interleave(self.heads // self.kv, dim=-3)
        return torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(self.head), dim=-1)

    def forward(self, x, other=None):
        other = x if other is None else other
        v = self.v(other).unflatten(-1, (self.kv, self.value)).transpose(-2, -3)
        v = v.repeat_interleave(self.heads // self.kv, dim=-3)
        mixed = self.probabilities(x, other) @ v
        return self.o(mixed.transpose(-2, -3).flatten(-2))


class Scores(Attention):
    """Its probabilities alone: no values, no output map."""

    def __init__(self, **given):
        super().__init__(**given)
        del self.v, self.o

    def forward(self, x):
        return self.probabilities(x, x)


class Fused(nn.Module):
    """nn.MultiheadAttention, whose input maps are one parameter."""

    def __init__(self):
        super().__init__()
        self.inner = nn.MultiheadAttention(2, 2, batch_first=True)

    def forward(self, x):
        return self.inner(x, x, x, need_weights=False)[0]


class Lora(nn.Module):
    """A frozen map, or none, and a product of two thin ones beside it."""

    def __init__(self, d, out, rank, base=True):
        super().__init__()
        self.base = freeze(nn.Linear(d, out, bias=False)) if base else None
        self.a, self.b = nn.Linear(d, rank, bias=False), nn.Linear(rank, out, bias=False)

    def forward(self, x):
        thin = self.b(self.a(x))
        return thin if self.base is None else self.base(x) + thin


def lora_attention():
    """Thin maps on q and v, all else frozen."""
    module = freeze(Attention())
    module.q, module.v = Lora(2, 2, 1), Lora(2, 2, 1)
    return module


class Tied(nn.Module):
    """Logits of the embedding by itself."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(4, 2)
        self.head = nn.Linear(2, 4, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x):
        return self.head(self.embed(x))


class TiedAutoencoder(nn.Module):
    """W^T relu(W x)"""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(2, 3))

    def forward(self, x):
        return F.linear(torch.relu(F.linear(x, self.weight)), self.weight.T)


class Experts(nn.Module):
    """A softmax gate before two small networks."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(2, 2, bias=False)
        self.experts = nn.ModuleList(mlp((2, 2, 2), torch.relu) for _ in range(2))

    def forward(self, x):
        share = torch.softmax(self.gate(x), dim=-1)
        return sum(share[..., k, None] * e(x) for k, e in enumerate(self.experts))


class Stream(nn.Module):
    """A residual stream before norms: embedding, one block, head."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(2, 2, bias=False)
        self.block = Residual(nn.Sequential(Gain(2), *mlp((2, 2, 2), F.gelu)))
        self.norm, self.head = Gain(2), nn.Linear(2, 2, bias=False)

    def forward(self, x):
        return self.head(self.norm(self.block(self.embed(x))))


def sequence(*layers):
    """nn.Sequential."""
    return nn.Sequential(*layers)


def linear(a, b, bias=False):
    """nn.Linear."""
    return nn.Linear(a, b, bias=bias)
