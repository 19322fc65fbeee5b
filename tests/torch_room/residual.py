"""How far laws are from being kept: gradients in float64, written apart from the library."""

import copy

import torch


def leaves(output):
    """Floating tensors of an output, however nested."""
    if isinstance(output, torch.Tensor):
        return [output] if output.is_floating_point() else []
    if isinstance(output, dict):
        output = list(output.values())
    if isinstance(output, list | tuple):
        return [leaf for item in output for leaf in leaves(item)]
    return []


def gradients(model, args=(), kwargs=None, loss=None, seed=0):
    """Parameters and one gradient of a random function of the outputs, in double precision."""
    if any(p.is_floating_point() and p.dtype != torch.float64 for p in model.parameters()):
        model = copy.deepcopy(model).double()
    generator = torch.Generator().manual_seed(seed)

    def double(x):
        return x.double() if isinstance(x, torch.Tensor) and x.is_floating_point() else x

    args = tuple(double(x) for x in args)
    kwargs = {key: double(x) for key, x in (kwargs or {}).items()}
    outputs = leaves(model(*args, **kwargs))
    total = 0
    for k, out in enumerate(outputs):
        if loss == "cross_entropy" and k == 0:
            axis = 1 if out.ndim == 4 else -1
            classes = torch.randint(
                out.shape[axis], out.movedim(axis, -1).shape[:-1], generator=generator
            )
            out = torch.log_softmax(out, axis).movedim(axis, -1)
            out = out.gather(-1, classes[..., None])
        weights = torch.randn(out.shape, generator=generator, dtype=torch.float64)
        if out.requires_grad:
            total = total + (out * weights).sum()
    named = dict(model.named_parameters(remove_duplicate=False))
    trained = [p for p in dict.fromkeys(named.values()) if p.requires_grad]
    grads = torch.autograd.grad(total, trained, allow_unused=True)
    by_id = {id(p): g for p, g in zip(trained, grads)}
    found = {}
    for name, p in named.items():
        g = by_id.get(id(p))
        found[name] = (p.detach(), torch.zeros_like(p) if g is None else g)
    return found


def rows(tensor, axis):
    """The tensor with the chosen axes as one, in front, and the rest flat."""
    tensor = tensor.reshape(tensor.shape or (1,))
    axes = (axis,) if isinstance(axis, int) else axis
    tensor = tensor.movedim(axes, tuple(range(len(axes))))
    size = 1
    for k in range(len(axes)):
        size *= tensor.shape[k]
    return tensor.reshape(size, -1)


def residuals(found, pairs):
    """For each family the largest residual: derivative over sizes of law and whole gradient."""
    whole = sum(float((g**2).sum()) for _, g in pairs.values()) ** 0.5
    result = []
    for family in found.families:
        total, size = 0, 0
        for term in family.terms:
            w, g = pairs[term.parameter]
            at = torch.as_tensor(term.positions.copy())
            c = float(term.coefficient)
            x = rows(w, term.axis)[at] + float(term.shift)  # laws, r, m, rest
            y = rows(g, term.axis)[at]
            if family.kind == "linear":
                total = total + c * y.sum(dim=(1, 2))
                size = size + abs(c) * torch.ones_like(y).sum(dim=(1, 2))
                continue
            part = torch.einsum("kimn,kjmn->kij", x, y)
            total = total + c * (part + part.transpose(1, 2))
            size = size + c * c * (x**2).sum(dim=(1, 2, 3))[:, None, None]
        scale = torch.sqrt(size) * whole + 1e-300
        result.append(float((total.abs() / scale).max()))
    return result


def randomized(model, generator):
    """A copy in double precision with random trainable entries."""
    return redrawn(copy.deepcopy(model).double(), generator)


def redrawn(model, generator):
    """The module with new trainable entries."""
    with torch.no_grad():
        for p in model.parameters():
            if p.requires_grad:
                p.copy_(torch.randn(p.shape, generator=generator, dtype=torch.float64))
    return model


def flat(model, pairs, k):
    """Values (k = 0) or gradients (k = 1) of the trainable parameters as one vector."""
    return torch.cat([pairs[n][k].reshape(-1) for n, p in model.named_parameters()
                      if p.requires_grad])  # fmt: skip


def number_of_laws(model, args=(), loss=None):
    """How many affine-quadratic laws there are near a generic point: by the null space of
    <A theta + b, g> = 0 in symmetric A and b, over random points and gradients.
    """
    generator = torch.Generator().manual_seed(7)
    size = sum(p.numel() for p in model.parameters() if p.requires_grad)
    upper = torch.triu_indices(size, size)
    unknowns = upper.shape[1] + size
    rows, here = [], randomized(model, generator)
    for k in range(int(1.3 * unknowns) + 10):  # at one point the gradients span too little
        redrawn(here, generator)
        fresh = tuple(
            torch.randn(a.shape, generator=generator, dtype=torch.float64)
            if a.is_floating_point() else a for a in args
        )  # fmt: skip
        pairs = gradients(here, fresh, None, loss, k)
        theta, g = flat(here, pairs, 0), flat(here, pairs, 1)
        outer = torch.outer(g, theta)
        outer = outer + outer.T
        rows.append(torch.cat([outer[upper[0], upper[1]], g]) / (g.norm() + 1e-300))
    _, values, right = torch.linalg.svd(torch.stack(rows), full_matrices=True)
    rank = int((values > 1e-8 * values[0]).sum())
    null = right[rank:]
    theta = torch.randn(size, generator=generator, dtype=torch.float64)
    vectors = []
    for row in null:
        half = torch.zeros(size, size, dtype=torch.float64)
        half[upper[0], upper[1]] = row[: upper.shape[1]]
        # an entry of the row belongs to A + A^T; the diagonal was counted twice
        vectors.append((half + half.T) @ theta + row[upper.shape[1] :])
    return rank_of(vectors)


def rank_of(vectors):
    """The rank of vectors in doubles."""
    if not vectors:
        return 0
    values = torch.linalg.svdvals(torch.stack(vectors))
    return int((values > 1e-9 * (values[0] + 1e-300)).sum()) if values[0] > 0 else 0


def independent(found, model):
    """Independent laws of those that were found, near a generic point."""
    generator = torch.Generator().manual_seed(11)
    here = randomized(model, generator)
    named = {n: p.detach() for n, p in here.named_parameters() if p.requires_grad}
    starts, total = {}, 0
    for name, p in named.items():
        starts[name], total = total, total + p.numel()
    vectors = []
    for family in found.families:
        shape = family.terms[0].positions.shape
        rests = {rows(named[t.parameter], t.axis).shape[1] for t in family.terms}
        rest = max(rests) if family.kind == "linear" else 1
        for k in range(shape[0]):
            for i in range(shape[1]):
                for j in range(i, shape[1]):
                    for at in range(rest):
                        vectors.append(law_gradient(family, (k, i, j, at), named, starts, total))
    return rank_of(vectors)


def law_gradient(family, which, named, starts, total):
    """The gradient of one law as a vector."""
    k, i, j, at = which
    vector = torch.zeros(total, dtype=torch.float64)
    for term in family.terms:
        w = named[term.parameter]
        index = rows(torch.arange(w.numel()).reshape(w.shape), term.axis)
        values = rows(w, term.axis) + float(term.shift)
        c = float(term.coefficient)
        for m in range(term.positions.shape[2]):
            p, q = int(term.positions[k, i, m]), int(term.positions[k, j, m])
            if family.kind == "linear":
                vector[starts[term.parameter] + index[p, at]] += c
                continue
            vector.index_add_(0, starts[term.parameter] + index[p], c * values[q])
            vector.index_add_(0, starts[term.parameter] + index[q], c * values[p])
    return vector
