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
