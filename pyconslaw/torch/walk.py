"""The walk over a graph: each operator gives its relations; what has no rule is set to zero."""

from __future__ import annotations

from .graph import Graph, Meta, Node, Ref
from .rules import Call, NoRule, experts, rules
from .rules.call import flat
from .state import State, Stop, Value, Weight, value_of

UNKNOWN = object()  # a number that is not known, such as a size


def walk(graph: Graph) -> State:
    """All relations of a graph whose outputs are free."""
    state = State()
    table = rules()
    for parameter in graph.parameters:
        state.weights[parameter.name] = Weight(
            parameter.name, parameter.shape, parameter.trainable, values=parameter.values
        )
    for node in graph.nodes:
        state.values[node.name] = step(state, table, node)
    for _, name in graph.outputs:
        for value in flat(state.values[name]):
            state.vanish(state.parts(value))
    finish(state)
    return state


def step(state: State, table, node: Node):
    """The value of one node."""
    if node.op == "param":
        weight = state.weights.get(node.args[0])
        if weight is None:
            return value_of(node.out)
        return Value(weight.shape, node.out.kind, (), weight, gauge=True, live=weight.trainable)
    if node.op in ("input", "constant"):
        return value_of(node.out, const=node.value)
    if node.op == "getitem":
        return resolved(state, node.args[0])[node.args[1]]
    args, kwargs = resolved(state, node.args), resolved(state, node.kwargs)
    call = Call(state, node, args, kwargs)
    inputs = call.values()
    if node.op == "no_grad" or node.out is None or not any(value.live for value in inputs):
        return data(node)
    made = applied(call, table)
    for value in flat(made):
        value.live = True
    return made


def data(node: Node):
    """What no trained parameter reaches."""
    if isinstance(node.out, tuple):
        return tuple(value_of(meta) for meta in node.out)
    return value_of(node.out, const=node.value) if isinstance(node.out, Meta) else UNKNOWN


def applied(call: Call, table):
    """The result of a rule, or of none: then all that enters is zero."""
    rule = table.get(name_of(call.node.op))
    if rule is not None and not unknown_sizes(call):
        try:
            higher = experts.lifted(call)
            if higher is not None:
                return experts.settled(rule(higher[0]), call.node.out, higher[1])
            return rule(call)
        except (NoRule, IndexError, ValueError):
            pass  # arguments of a form that the rule does not know
    stopped(call)
    if isinstance(call.node.out, tuple):
        return tuple(value_of(meta) for meta in call.node.out)
    return value_of(call.node.out)


def unknown_sizes(call: Call):
    """Whether an operator makes sizes that depend on data, other than by choosing places."""
    metas = call.node.out if isinstance(call.node.out, tuple) else (call.node.out,)
    if not any(isinstance(meta, Meta) and meta.guessed for meta in metas):
        return False
    return name_of(call.node.op) not in ("index", "embedding", "detach") and not any(
        value.guessed for value in call.values()
    )


def stopped(call: Call):
    """Sets all that enters to zero, and remembers whose actions that stopped."""
    state = call.state
    parts = [part for value in call.values() for part in state.nonzero(state.parts(value))]
    if parts:
        state.stops.append(Stop(call.node.op, call.node.path, tuple(parts)))
    for value in call.values():
        state.vanish(state.parts(value))


def name_of(op):
    """The name of an operator without its overload, and without its library if that is torch's."""
    words = op.split(".")
    if len(words) < 3:
        return op
    return words[1] if words[0] == "aten" else ".".join(words[:2])


def resolved(state: State, argument):
    """Arguments with values in place of references."""
    if isinstance(argument, Ref):
        return state.values.get(argument.name)  # None for a subgraph
    if isinstance(argument, list):
        return [resolved(state, item) for item in argument]
    if isinstance(argument, tuple):
        return tuple(resolved(state, item) for item in argument)
    if isinstance(argument, dict):
        return {key: resolved(state, item) for key, item in argument.items()}
    return argument


def finish(state: State):
    """Settles relations; what stays unresolved is set to zero, and said."""
    relations = state.relations
    if not relations.settle():
        return
    dropped = relations.drop_helpers()
    if dropped:
        names = ", ".join(state.owners(dropped)[:6])
        state.note(f"a scale between two factors was set to zero: {names}")
        relations.settle()
    while relations.waiting and relations.eliminate():
        parts = relations.waiting.pop()
        names = ", ".join(state.owners(parts)[:6])
        state.note(f"a relation of more than two terms was not resolved: {names}")
        relations.forget(parts)
