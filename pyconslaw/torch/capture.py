"""From a module to a graph: export without a change of the module, functional, constants known."""

from __future__ import annotations

import contextlib
import logging
import operator
import warnings

import numpy as np
import torch
from torch import nn

from pyconslaw.errors import InputError

from .graph import Graph, Meta, Node, Parameter, Ref
from .inline import nodes_of, set_grad_off, wrapped

PRIMES = (97, 101, 103, 107, 109, 113, 127, 131)
LARGEST = 1 << 20  # entries of a constant that is computed


def capture(model, args=(), kwargs=None) -> Graph:
    """The functional graph of a module on example inputs; the module is left as it was found."""
    model = unwrapped(model)
    parameters, first = named(model)
    with as_found(model):
        exported = export(model, tuple(args), dict(kwargs or {}))
        notes = modes(model)
        return Builder(exported, parameters, first).graph(notes)


def unwrapped(model):
    """The module inside torch.compile and data parallel wrappers."""
    while isinstance(model, nn.Module):
        inner = model.__dict__.get("_modules", {})
        if "_orig_mod" in inner:
            model = inner["_orig_mod"]
        elif isinstance(model, nn.DataParallel | nn.parallel.DistributedDataParallel):
            model = model.module
        else:
            return model
    raise InputError(f"model: {type(model).__name__}, expected a torch.nn.Module")


def named(model):
    """Parameters by first name, ties found by identity, and the first name of every name."""
    names: dict[int, list[str]] = {}
    tensors = {}
    for name, tensor in model.named_parameters(remove_duplicate=False):
        names.setdefault(id(tensor), []).append(name)
        tensors[id(tensor)] = tensor
    found, first = [], {}
    for key, known in names.items():
        tensor = tensors[key]
        values = None if tensor.is_meta else tensor.detach()
        shape = tuple(tensor.shape)
        found.append(Parameter(known[0], tuple(known[1:]), shape, tensor.requires_grad, values))
        first |= dict.fromkeys(known, known[0])
    return tuple(found), first


@contextlib.contextmanager
def as_found(model):
    """Random state, modes and logs as before, whatever happens inside."""
    state = torch.random.get_rng_state()
    training = [(module, module.training) for module in model.modules()]
    level = logging.root.manager.disable
    try:
        logging.disable(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        torch.random.set_rng_state(state)
        for module, mode in training:
            module.training = mode


def modes(model):
    """What is assumed of layers that differ in training."""
    kinds = {
        type(module).__name__ + (" in train mode" if module.training else " in eval mode")
        for module in model.modules()
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
        or (isinstance(module, nn.Dropout) and module.p > 0)
    }
    return tuple(sorted(kinds))


def export(model, args, kwargs):
    """The exported program, functional."""
    try:
        with (
            open_null() as sink,
            contextlib.redirect_stderr(sink),
            contextlib.redirect_stdout(sink),
        ):
            exported = torch.export.export(model, args, kwargs, strict=False)
            if not mutating(exported.graph_module, benign_of(exported)):
                return exported
            detach_no_grad(exported.graph_module)
            functional = exported.run_decompositions({})
    except Exception as error:  # whatever the module or torch raises
        raise InputError(message(model, error)) from None
    left = mutating(functional.graph_module, lambda node: False)
    if left:
        raise InputError(f"model: {place(left[0])} changes a tensor in place, and export keeps it")
    return functional


@contextlib.contextmanager
def open_null():
    """A file that swallows all."""
    with open("/dev/null", "w") as sink:
        yield sink


def message(model, error):
    """One line: what failed, and the innermost module that it was in."""
    text = next((line for line in str(error).splitlines() if line.strip()), "").strip()
    names = {id(module): name for name, module in model.named_modules()}
    where, trace = "", error.__traceback__
    while trace is not None:
        inner = trace.tb_frame.f_locals.get("self")
        name = trace.tb_frame.f_code.co_name
        if id(inner) in names and name == "forward":
            where = f", in {names[id(inner)] or 'its forward'} ({type(inner).__name__})"
        trace = trace.tb_next
    name = type(error).__name__
    return f"model: {type(model).__name__} was not exported: {name}: {text[:200]}{where}"


def place(node):
    """An operator and the path of its module."""
    stack = node.meta.get("nn_module_stack")
    path = list(stack.values())[-1][0] if stack else ""
    return f"{node.target} in {path or 'the model'}"


def mutating(module, benign):
    """Nodes that change a tensor in place, of a graph and its subgraphs."""
    found = []
    for part in module.modules():
        if isinstance(part, torch.fx.GraphModule):
            for node in part.graph.nodes:
                schema = (
                    node.target._schema if isinstance(node.target, torch._ops.OpOverload) else None
                )
                if schema is not None and schema.is_mutable and not benign(node):
                    found.append(node)
    return found


def benign_of(exported):
    """Whether a node only counts in a buffer of whole numbers that nothing else reads."""

    def benign(node):
        target = node.args[0] if node.args else None
        if not isinstance(target, torch.fx.Node) or target.op != "placeholder":
            return False
        value = target.meta.get("val")
        whole = isinstance(value, torch.Tensor) and not value.is_floating_point()
        return whole and not node.users and len(target.users) == 1

    return benign


def detach_no_grad(module):
    """Marks what leaves a region without gradients, which functional graphs forget."""
    for part in list(module.modules()):
        if not isinstance(part, torch.fx.GraphModule):
            continue
        for node in part.graph.nodes:
            if not set_grad_off(node):
                continue
            inner = wrapped(part, node)
            for last in [n for n in inner.graph.nodes if n.op == "output"]:
                with inner.graph.inserting_before(last):
                    detached = torch.fx.map_arg(
                        last.args,
                        lambda n, g=inner.graph: _detached(g, n),
                    )
                last.args = detached
            inner.recompile()


def _detached(graph, node):
    value = node.meta.get("val")
    if not (isinstance(value, torch.Tensor) and value.is_floating_point()):
        return node
    new = graph.call_function(torch.ops.aten.detach.default, (node,))
    new.meta = dict(node.meta)
    return new


class Builder:
    """Nodes of torch to nodes of ours; what depends on no input and no parameter is computed."""

    def __init__(self, exported, parameters, first):
        self.exported, self.parameters, self.first = exported, parameters, first
        self.known: dict[str, torch.Tensor] = {}
        self.nodes: list[Node] = []

    def graph(self, notes):
        """The whole graph."""
        inputs = {spec.arg.name: spec for spec in self.exported.graph_signature.input_specs}
        outputs = self.exported.graph_signature.output_specs
        changed = {s.target for s in outputs if "MUTATION" in s.kind.name}
        names = []
        for node in nodes_of(self.exported.graph_module):
            if node.op == "placeholder":
                self.placeholder(node, inputs.get(node.target), changed)
            elif node.op == "call_function":
                self.call(node)
            elif node.op == "output":
                names = list(node.args)
        ours = tuple(
            (str(k), ref.name)
            for k, (ref, spec) in enumerate(zip(names, outputs, strict=True))
            if "USER_OUTPUT" in spec.kind.name and isinstance(ref, Ref)
        )
        return Graph(tuple(self.nodes), keyed(ours, self.exported), self.parameters, notes)

    def placeholder(self, node, spec, changed):
        """A parameter, an input, or a buffer, which is constant unless it is changed."""
        kind = spec.kind.name if spec is not None else "USER_INPUT"
        meta = meta_of(node.meta.get("val"))
        if kind == "PARAMETER":
            name = self.first.get(spec.target, spec.target)
            self.nodes.append(Node(node.name, "param", (name,), {}, meta))
            return
        value = None
        if kind == "BUFFER" and spec.target not in changed:
            value = {**self.exported.state_dict, **self.exported.constants}.get(spec.target)
        elif kind == "CONSTANT_TENSOR":
            value = self.exported.constants.get(spec.target)
        self.store(node, "constant" if value is not None else "input", ((), {}), meta, value)

    def call(self, node):
        """An operator; its value where all its arguments are known."""
        op = node.op_name
        args, kwargs = node.args, node.kwargs
        meta = metas_of(node.meta.get("val"))
        value = self.compute(node) if op != "no_grad" else None
        self.store(node, op, (args, kwargs), meta, value)

    def store(self, node, op, arguments, meta, value):
        """Appends a node of ours."""
        plain = None
        if isinstance(value, torch.Tensor) and not value.is_meta:
            self.known[node.name] = value.detach()
            if value.numel() <= LARGEST and not value.is_complex():
                plain = numpy_of(value.detach())
        elif value is not None and not isinstance(value, torch.Tensor):
            self.known[node.name] = value
        args, kwargs = arguments
        self.nodes.append(Node(node.name, op, tuple(args), dict(kwargs), meta, node.path, plain))

    def compute(self, node):
        """The value of a constant node, or None."""
        target = node.target
        if target is not operator.getitem:
            if not isinstance(target, torch._ops.OpOverload):
                return None
            if torch.Tag.nondeterministic_seeded in target.tags or target._schema.is_mutable:
                return None
        meta = meta_of(node.out)
        if meta is not None and (meta.guessed or np.prod(meta.shape) > LARGEST):
            return None
        try:
            args, kwargs = self.actual((node.args, node.kwargs))
        except KeyError:
            return None
        if str(kwargs.get("device", "")).startswith("meta"):
            kwargs["device"] = torch.device("cpu")
        try:
            with torch.no_grad():
                return target(*args, **kwargs)
        except (RuntimeError, TypeError, ValueError, NotImplementedError):
            return None

    def actual(self, argument):
        """Arguments with known tensors in place of references."""
        if isinstance(argument, Ref):
            return self.known[argument.name]
        if isinstance(argument, list | tuple):
            return type(argument)(self.actual(item) for item in argument)
        if isinstance(argument, dict):
            return {key: self.actual(item) for key, item in argument.items()}
        return argument


def keyed(outputs, exported):
    """Outputs with the keys of a dictionary or the fields of a class, where there are some."""
    try:
        tree = exported.call_spec.out_spec
        order = torch.utils._pytree.tree_unflatten(list(range(tree.num_leaves)), tree)
        paths, _ = torch.utils._pytree.tree_flatten_with_path(order)
        words = [".".join(str(word) for word in path).strip(".[]'\"") for path, _ in paths]
    except (AttributeError, TypeError, ValueError):
        return outputs
    if len(words) != len(outputs):
        return outputs
    return tuple((word or key, name) for word, (key, name) in zip(words, outputs, strict=True))


def meta_of(value):
    """Shape and kind of a tensor."""
    if not isinstance(value, torch.Tensor):
        return None
    kind = "b" if value.dtype == torch.bool else "f" if value.dtype.is_floating_point else "i"
    if value.is_complex():
        kind = "c"
    guessed = any(not isinstance(n, int) and n.node.expr.free_symbols for n in value.shape)
    return Meta(tuple(size_of(n) for n in value.shape), kind, guessed)


def size_of(n):
    """A size as a number; one that depends on data stands as a large prime of its own."""
    if isinstance(n, int):
        return n
    if not n.node.expr.free_symbols:
        return int(n)
    symbols = sorted(n.node.expr.free_symbols, key=str)
    known = {s: PRIMES[int("".join(filter(str.isdigit, str(s))) or 0) % 8] for s in symbols}
    return max(1, int(n.node.expr.subs(known)))


def metas_of(value):
    """The same of what an operator returns."""
    if isinstance(value, list | tuple):
        return tuple(meta_of(item) for item in value)
    return meta_of(value)


def numpy_of(value):
    """A copy as an array; what NumPy has no type for becomes double."""
    if value.dtype in (torch.bfloat16, torch.float16):
        value = value.to(torch.float32)
    return np.array(value.cpu().numpy())
