"""Architecture builders: linear, mlp, product, and two whose weights are positive: nmf, icnn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from operator import index

import numpy as np

from pyconslaw.errors import InputError, LimitError
from pyconslaw.fields.graphs import EDGE_LIMIT, layered_graph
from pyconslaw.fields.problem import Problem
from pyconslaw.flows.setting import ENTROPIC, METRIC
from pyconslaw.networks.network import Description, Network, given
from pyconslaw.networks.under import under_flow
from pyconslaw.records.graph import Graph, Layers, Parameter

ACTIVATIONS = ("linear", "relu", "leaky_relu", "abs")
BIASES = ("none", "hidden", "all")
PARAMETER_LIMIT = 1 << 48
LAYER_LIMIT = 10_000


def widths_of(dims) -> tuple[int, ...]:
    try:
        widths = tuple(index(n) for n in dims)
    except TypeError:
        raise InputError(f"dims: expected a sequence of integers, got {dims!r}") from None
    if len(widths) < 2 or min(widths) < 1 or any(isinstance(n, bool) for n in dims):
        raise InputError(f"dims: expected at least two widths, all >= 1, got {list(dims)}")
    return widths


def bias_of(bias) -> str:
    kind = {False: "none", True: "hidden"}.get(bias, bias) if isinstance(bias, bool) else bias
    if kind not in BIASES:
        raise InputError(
            'bias: expected False, True (hidden neurons) or "all" (output neurons too), '
            f"got {bias!r}"
        )
    return kind


def _activations(activations, hidden: int) -> tuple[str, ...]:
    if not isinstance(activations, Iterable):
        raise InputError(
            f"activations: expected a name or one per hidden layer, got {activations!r}"
        )
    names = (activations,) * hidden if isinstance(activations, str) else tuple(activations)
    for i, name in enumerate(names):
        if name not in ACTIVATIONS:
            raise InputError(
                f"activations[{i}]: expected one of {', '.join(ACTIVATIONS)}, got {name!r}"
            )
    if isinstance(activations, str) and activations not in ACTIVATIONS:
        raise InputError(
            f"activations: expected one of {', '.join(ACTIVATIONS)}, got {activations!r}"
        )
    if len(names) != hidden:
        raise InputError(f"activations: expected one per hidden layer, {hidden}, got {len(names)}")
    return names


def _name(widths, names, bias) -> str:
    dims = "-".join(map(str, widths))
    if all(a == "linear" for a in names):
        text = f"linear {dims}"
    elif all(a == "relu" for a in names):
        text = f"relu {dims}"
    else:
        text = f"mlp {dims} --activations {','.join(names)}"
    return text + {"none": "", "hidden": " --bias", "all": " --bias all"}[bias]


def _node_names(widths: tuple[int, ...], constant: bool) -> tuple[str, ...]:
    nodes = [f"x[{i}]" for i in range(widths[0])] + ["1"] * constant
    nodes += [f"h{k}[{i}]" for k, n in enumerate(widths[1:-1], 1) for i in range(n)]
    return (*nodes, *(f"y[{i}]" for i in range(widths[-1])))


def mlp(
    dims: Sequence[int],
    activations: str | Sequence[str] = "relu",
    bias: bool | str = False,
    *,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """A layered network z_k = act_k(W_k z_{k-1} + b_k), linear at the output.

    Its phi is the path-lifting when no hidden layer is linear, the matrix product when all are, and
    in between products of matrices between gated neurons (object "mixed"). The graph is made only
    when a method needs it.

    Parameters
    ----------
    dims : sequence of int
        Widths from input to output, n_0, ..., n_q.
    activations : str or sequence of str
        "relu", "leaky_relu", "abs" or "linear" for every hidden layer, or one name for each.
    bias : bool or "all"
        True puts biases on hidden neurons, as in the published experiments, "all" on outputs too.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        Parameters W1 (n_1 x n_0), b1 (n_1), W2, ...

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        Beyond 2^48 parameters or 10 000 layers.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, section 2; Stock and Gribonval 2022 for the path-lifting.

    Examples
    --------
    >>> net = mlp([2, 3, 1], bias=True)
    >>> net.name, net.size, [p.name for p in net.parameters]
    ('relu 2-3-1 --bias', 12, ['W1', 'b1', 'W2'])
    """
    widths, kind = widths_of(dims), bias_of(bias)
    names = _activations(activations, len(widths) - 2)
    if kind == "hidden" and not names:
        kind = "none"
    biased = [
        kind == "all" or (kind == "hidden" and k < len(names)) for k in range(len(widths) - 1)
    ]
    total = sum(m * (n + b) for n, m, b in zip(widths, widths[1:], biased, strict=False))
    if total > PARAMETER_LIMIT or len(widths) > LAYER_LIMIT:
        raise LimitError(
            f"dims: {total} parameters in {len(widths)} layers, more than "
            f"{PARAMETER_LIMIT} or {LAYER_LIMIT}"
        )
    parameters = []
    for k, (n, m) in enumerate(zip(widths, widths[1:], strict=False)):
        parameters.append(Parameter(f"W{k + 1}", (m, n)))
        parameters += [Parameter(f"b{k + 1}", (m,))] * biased[k]
    linear_layers = sum(a == "linear" for a in names)
    what = (
        "matrix product"
        if linear_layers == len(names)
        else "mixed"
        if linear_layers
        else "path-lifting"
    )
    spec = {"type": "mlp", "dims": list(widths), "activations": list(names), "bias": kind}
    layers = Layers(widths, tuple(a != "linear" for a in names), tuple(biased))
    network = Network(
        Description(
            _name(widths, names, kind),
            spec,
            tuple(parameters),
            what,
            partial(_node_names, widths, any(biased)),
        ),
        Problem(total, layers, partial(layered_graph, widths, names, biased)),
    )
    return under_flow(network, flow, tau=tau, metric=metric, decay=decay, rates=rates)


def linear(
    dims: Sequence[int],
    bias: bool | str = False,
    *,
    flow: str | None = None,
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """A deep linear network, phi = W_q ... W_1 (with biases: the affine map).

    Parameters
    ----------
    dims : sequence of int
        Widths from input to output, n_0, ..., n_q.
    bias : bool or "all"
        As in `mlp`.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        Parameters W1 (n_1 x n_0), b1 (n_1), W2, ...

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        As `mlp`.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, section 4.

    Examples
    --------
    >>> linear([3, 3, 3]).name
    'linear 3-3-3'
    """
    return mlp(dims, "linear", bias, flow=flow, tau=tau, metric=metric, decay=decay, rates=rates)


def nmf(
    dims: Sequence[int],
    *,
    flow: str | None = "mirror",
    tau=None,
    metric=None,
    decay=None,
    rates=None,
) -> Network:
    """Nonnegative matrix factorization W_q ... W_1, all weights positive, under the entropic mirror
    flow.

    Two layers have the laws sum_i W2[i,k] - sum_j W1[k,j].

    Parameters
    ----------
    dims : sequence of int
        Widths from input to output, n_0, ..., n_q.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    metric : str, mapping or sequence, optional
        As in `under_flow`; the default metric of mirror flows is the entropic one.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        Parameters W1 (n_1 x n_0), W2, ..., Wq.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When there are too many paths to be written out.

    References
    ----------
    Marcotte, Gribonval and Peyre 2024 ("Keep the Momentum").

    Examples
    --------
    >>> from pyconslaw import count
    >>> net = nmf([2, 3, 2])
    >>> net.name, count(net)
    ('linear 2-3-2 --flow mirror', 3)
    """
    return linear(dims, flow=flow, tau=tau, metric=metric, decay=decay, rates=rates)


def icnn(
    dims: Sequence[int],
    bias: bool | str = False,
    *,
    flow: str | None = "mirror",
    tau=None,
    decay=None,
    rates=None,
) -> Network:
    """A ReLU network that is convex in its input: positive weights W2, W3, ... under the entropic
    mirror, W1 and biases Euclidean.

    Two layers have the laws sum_i W2[i,k] - (1/2) |W1[k,:]|^2.

    Parameters
    ----------
    dims : sequence of int
        Widths from input to output, n_0, ..., n_q; at least one hidden layer.
    bias : bool or "all"
        As in `mlp`.
    flow : str, optional
        As in `under_flow`.
    tau : rational number or str, optional
        As in `under_flow`.
    decay : rational number, str or mapping, optional
        As in `under_flow`.
    rates : str or mapping, optional
        As in `under_flow`.

    Returns
    -------
    Network
        Parameters W1 (n_1 x n_0), b1 (n_1), W2, ...

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When there are too many paths to be written out.

    References
    ----------
    Marcotte, Gribonval and Peyre 2024 ("Keep the Momentum"), without edges that skip a layer.

    Examples
    --------
    >>> from pyconslaw import count
    >>> net = icnn([2, 3, 2])
    >>> net.name, count(net)
    ('relu 2-3-2 --flow mirror --metric W2=entropic', 3)
    """
    net = mlp(dims, bias=bias)
    if len(net.spec["dims"]) < 3:
        raise InputError(f"dims: expected at least one hidden layer, got {list(dims)}")
    positive = {p.name: "entropic" for p in net.parameters if p.name[0] == "W" and p.name != "W1"}
    metric = positive if METRIC.get(flow or "") == ENTROPIC else None
    return under_flow(net, flow, tau=tau, metric=metric, decay=decay, rates=rates)


def product(size: int) -> Network:
    """The product of all parameters, phi = x1 * x2 * ... * xD; it has D - 1 laws.

    Parameters
    ----------
    size : int
        D, at least 1.

    Returns
    -------
    Network
        Parameters x1, ..., xD.

    Raises
    ------
    InputError
        For a size that is no integer of at least 1.
    LimitError
        When there are too many parameters.

    References
    ----------
    Marcotte, Gribonval and Peyre 2023, example with D - 1 laws.

    Examples
    --------
    >>> product(3).entry_names
    ('x1', 'x2', 'x3')
    """
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
        raise InputError(f"size: expected an integer >= 1, got {size!r}")
    if size > EDGE_LIMIT:
        raise LimitError(
            f"size: {size} parameters, more than the {EDGE_LIMIT} that fit this method"
        )
    chain = np.arange(int(size))
    graph = Graph(
        nodes=int(size) + 1,
        params=int(size),
        tail=chain,
        head=chain + 1,
        param=chain,
        sources=(0,),
        outputs=(int(size),),
        gated=(),
    )
    parameters = tuple(Parameter(f"x{i + 1}", ()) for i in range(int(size)))
    nodes = ("1", *(f"x1...x{i + 1}" for i in range(int(size))))
    spec = {"type": "product", "size": int(size)}
    return Network(
        Description(f"product {size}", spec, parameters, "system", partial(given, nodes)),
        Problem(graph.params, make_graph=partial(given, graph)),
    )
