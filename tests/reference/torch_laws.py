"""All affine-quadratic laws of a small module of torch, from sampled gradients in double precision,
and an upper bound of the number of laws of any form, from brackets of gradient fields.

Nothing here knows the library. A law h = theta.A.theta/2 + b.theta is one when g.(A theta + b) = 0
for every gradient g, at every theta: linear equations in A and b.
"""

import itertools
import warnings

import numpy as np
import torch
from torch.func import functional_call, grad, jvp
from torch.nn.attention import SDPBackend, sdpa_kernel

TOLERANCE = 1e-9  # of singular values, to the largest; none lies between it and 1e-6


class Fields:
    """Gradients of a module's trainable parameters, as vector fields on flat vectors."""

    def __init__(self, module, inputs, loss=None, seed=0):
        self.module, self.inputs, self.loss = module, inputs, loss
        self.random = torch.Generator().manual_seed(seed)
        self.shapes = {n: p.shape for n, p in module.named_parameters() if p.requires_grad}
        self.size = sum(s.numel() for s in self.shapes.values())

    def point(self):
        """A random point, gains away from 0."""
        return torch.randn(self.size, generator=self.random, dtype=torch.float64)

    def split(self, theta):
        """Parameters by name."""
        pieces = theta.split([s.numel() for s in self.shapes.values()])
        return {n: p.reshape(s) for (n, s), p in zip(self.shapes.items(), pieces)}

    def objective(self):
        """A random function of theta that training could follow: a loss on one random batch."""
        args = self.inputs(self.random)
        with torch.no_grad():
            out = self.module(*args)
        if self.loss == "cross_entropy":
            labels = torch.randint(out.shape[-1], out.shape[:-1], generator=self.random)
        else:  # outputs are free: the residuals of a squared loss are anything
            labels = torch.randn(out.shape, generator=self.random, dtype=torch.float64)

        def value(theta):
            found = functional_call(self.module, self.split(theta), args)
            if self.loss == "cross_entropy":
                logs = torch.log_softmax(found.reshape(-1, found.shape[-1]), dim=-1)
                return -logs.gather(1, labels.reshape(-1, 1)).sum()
            return (found * labels).sum()

        return value


def quadratic_laws(fields):
    """A basis (A, b) of all affine-quadratic laws, from the null space of sampled gradients."""
    size = fields.size
    rows, columns = np.triu_indices(size)
    unknowns = rows.size + size
    equations, points, effective = [], 0, 0
    while points < size + 6 or effective < 1.3 * unknowns + 20:
        theta = fields.point()
        gradients = _gradients(fields, theta, min(size, unknowns) + 2)
        points, effective = points + 1, effective + len(gradients)
        assert points < 20 * unknowns, "too few gradients that are not zero"
        for g in gradients:
            t = theta.numpy()
            mixed = g[rows] * t[columns] + g[columns] * t[rows]
            mixed[rows == columns] /= 2
            equations.append(np.concatenate([mixed, g]))
    equations = np.array(equations)
    equations /= np.linalg.norm(equations, axis=1, keepdims=True)
    triangle = np.linalg.qr(equations, mode="r")  # as many singular values as unknowns
    _, singular, basis = np.linalg.svd(triangle)
    gap = singular[(singular > TOLERANCE * singular[0]) & (singular < 1e-6 * singular[0])]
    assert not gap.size, f"singular values without a gap: {gap}"
    laws = []
    for vector in basis[singular <= TOLERANCE * singular[0]]:
        a = np.zeros((size, size))
        a[rows, columns] = vector[: rows.size]
        laws.append(((a + a.T) / (1 + np.eye(size)), vector[rows.size :]))
    return laws


def _gradients(fields, theta, most):
    """Orthogonal directions of the gradients at a point: random ones until they bring nothing."""
    basis, idle = np.zeros((0, fields.size)), 0
    while len(basis) < most and idle < 4:
        here = theta.clone().requires_grad_()
        (g,) = torch.autograd.grad(fields.objective()(here), here)
        g = g.numpy()
        size = np.linalg.norm(g)
        for _ in range(2):
            g = g - basis.T @ (basis @ g)
        if np.linalg.norm(g) > 1e-5 * size > 0:
            basis, idle = np.vstack([basis, g / np.linalg.norm(g)]), 0
        else:
            idle += 1
    return basis


def independent(laws, seed=1):
    """How many of them are independent functions near a generic point."""
    if not laws:
        return 0
    theta = np.random.default_rng(seed).normal(size=len(laws[0][1]))
    gradients = np.array([a @ theta + b for a, b in laws])
    return int(np.linalg.matrix_rank(gradients, tol=1e-7 * np.abs(gradients).max()))


def bracket(x, y):
    """The Lie bracket of two vector fields."""

    def field(theta):
        return jvp(y, (theta,), (x(theta),))[1] - jvp(x, (theta,), (y(theta),))[1]

    return field


def most_laws(fields, target=0, points=3, depth=3, patience=12):
    """At most so many independent laws of any form: D - the rank of gradients and brackets at the
    best of several points. The search ends when only `target` laws are left.
    """
    best = 0
    for _ in range(points):
        theta, basis = fields.point(), np.zeros((0, fields.size))
        with warnings.catch_warnings(), sdpa_kernel(SDPBackend.MATH):
            warnings.simplefilter("ignore")
            for word in itertools.islice(_words(fields, depth, patience), 6 * fields.size):
                vector = word(theta).detach().numpy()
                norm = np.linalg.norm(vector)
                if norm < 1e-12 or not np.isfinite(norm):
                    continue
                longer = np.vstack([basis, vector / norm])
                if np.linalg.matrix_rank(longer, tol=1e-7) > len(basis):
                    basis = longer
                if len(basis) == fields.size - target:
                    return target
        best = max(best, len(basis))
    return fields.size - best


def _words(fields, depth, patience):
    """Gradients first, then random brackets of rising depth."""
    for _ in range(2 * fields.size):
        yield grad(fields.objective())
    for level in itertools.cycle(range(2, depth + 1)):
        for _ in range(patience):
            word = grad(fields.objective())
            for _ in range(level - 1):
                word = bracket(grad(fields.objective()), word)
            yield word


def residuals(fields, quadratic, linear=None, tries=8):
    """How far a form theta.A.theta/2 + b.theta is from a law: the largest
    |<gradient of it, g>| / (|gradient of it| |g|) over random points and gradients.
    """
    linear = np.zeros(fields.size) if linear is None else linear
    worst = 0.0
    for _ in range(tries):
        theta = fields.point()
        here = theta.clone().requires_grad_()
        (g,) = torch.autograd.grad(fields.objective()(here), here)
        g, own = g.numpy(), quadratic @ theta.numpy() + linear
        size = np.linalg.norm(g) * np.linalg.norm(own)
        worst = max(worst, abs(own @ g) / size if size else 0.0)
    return worst
