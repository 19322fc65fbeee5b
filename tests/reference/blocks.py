"""Blocks as functions in float64, written by hand, and two bounds of the number of their laws.

Gradients are by complex steps, brackets by central differences of these. A law is orthogonal to
all gradients at all points; brackets that are independent at a point leave room for no more.
"""

import numpy as np

STEP, TURN, CUT = 1e-30, 1e-6, 1e-6


def split(theta, shapes):
    """Arrays by name, of a flat vector."""
    out, place = {}, 0
    for name, shape in shapes:
        size = int(np.prod(shape))
        out[name] = theta[place : place + size].reshape(shape)
        place += size
    return out


def jacobian(f, theta):
    """Of all outputs on all data, by complex steps."""
    columns = []
    for k in range(len(theta)):
        moved = theta.astype(complex)
        moved[k] += 1j * STEP
        columns.append(np.imag(f(moved)).ravel() / STEP)
    return np.array(columns).T


def most_laws(f, theta, rng, rounds=1.2):
    """D less the rank of gradients and of brackets of two, at a point."""
    size = len(theta)
    rows = jacobian(f, theta)
    weights = rng.normal(size=(int(rounds * size), 2, len(rows)))
    found = [*rows]
    for a, b in weights / np.sqrt(len(rows)):
        first, second = a @ rows, b @ rows
        first, second = first / np.linalg.norm(first), second / np.linalg.norm(second)
        a, b = a / np.linalg.norm(a @ rows), b / np.linalg.norm(b @ rows)
        turned = b @ (jacobian(f, theta + TURN * first) - jacobian(f, theta - TURN * first))
        back = a @ (jacobian(f, theta + TURN * second) - jacobian(f, theta - TURN * second))
        found.append((turned - back) / (2 * TURN))
    values = np.linalg.svd(np.array(found), compute_uv=False)
    return size - int((values > CUT * values[0]).sum())


def residual(f, theta, gradients):
    """The largest cosine of gradients of laws and gradients of outputs."""
    rows = jacobian(f, theta)
    rows = rows / max(np.linalg.norm(rows, axis=1).max(), 1e-300)
    gradients = gradients / np.linalg.norm(gradients, axis=1, keepdims=True)
    return float(np.abs(gradients @ rows.T).max(initial=0))


# layers, on data (examples, features)


def relu(z):
    return np.where(z.real > 0, z, 0)


def silu(z):
    return z / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.real.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def rms(z):
    return z / np.sqrt((z * z).mean(axis=-1, keepdims=True))


def layer_norm(z):
    z = z - z.mean(axis=-1, keepdims=True)
    return z / np.sqrt((z * z).mean(axis=-1, keepdims=True))


def rotated(z, angle):
    """z: (..., positions, pairs 2 x half) turned by position times angle."""
    half = z.shape[-1] // 2
    turn = np.arange(z.shape[-2])[:, None] * angle / np.arange(1, half + 1)
    a, b = z[..., :half], z[..., half:]
    turned = a * np.cos(turn) - b * np.sin(turn), a * np.sin(turn) + b * np.cos(turn)
    return np.concatenate(turned, axis=-1)


def attention(x, p, n=1, *, heads=1, kv=None, context=None, angle=0.0):
    """x: (examples, positions, width); all heads in Qn, Kn, Vn, On, with biases if there are."""
    kv = kv or heads
    y = x if context is None else context
    q, k, v = (
        z @ p[name].T + p.get(f"b{name.lower()}", 0)
        for z, name in ((x, f"Q{n}"), (y, f"K{n}"), (y, f"V{n}"))
    )
    parts = []
    for h in range(heads):
        g = h // (heads // kv)
        dq, dv = q.shape[-1] // heads, v.shape[-1] // kv
        a, b = q[..., h * dq : (h + 1) * dq], k[..., g * dq : (g + 1) * dq]
        if angle:
            a, b = rotated(a, angle), rotated(b, angle)
        scores = softmax(np.einsum("xid,xjd->xij", a, b))
        parts.append(scores @ v[..., g * dv : (g + 1) * dv])
    return np.concatenate(parts, axis=-1) @ p[f"O{n}"].T + p.get(f"bo{n}", 0)
