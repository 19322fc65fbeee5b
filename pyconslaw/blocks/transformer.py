"""Blocks of transformers at real size, as products of matrices: attention, gated units, low-rank
adapters, gains, embeddings; and experts.
"""

from __future__ import annotations

from pyconslaw.blocks.families import LawFamily, Share
from pyconslaw.blocks.heads import Heads, heads_of
from pyconslaw.blocks.heads import attention as attend
from pyconslaw.blocks.layered import stack
from pyconslaw.blocks.layers import SMOOTH
from pyconslaw.blocks.sizes import few, flag, named, size
from pyconslaw.blocks.trace import Block, Trace, block_of
from pyconslaw.blocks.words import SIZE_LIMIT
from pyconslaw.errors import InputError, LimitError
from pyconslaw.networks.systems import System

SOFTMAX = "softmax of attention, over two positions or more: scores are seen up to a common shift"


def attention(
    width: int,
    heads: int = 1,
    *,
    kv_heads: int | None = None,
    head_dim: int | None = None,
    value_dim: int | None = None,
    context: int | None = None,
    rotary: bool = False,
    bias: bool = False,
) -> Block:
    """An attention layer with softmax: phi is Q^T K and O V of each head.

    Heads of one group share K and V. With rotary positions phi has the real and the imaginary part
    of conj(q) k for each frequency in the place of Q^T K; with biases, [Q b_Q]^T K (all of
    [Q b_Q]^T [K b_K] with rotary positions), O V, and the sum of O b_V and the output's bias. These
    two are written out, at small sizes; without them it is products of matrices, at any size.

    Parameters
    ----------
    width : int
        Of what the queries are made of, and of the output.
    heads : int
        Of queries.
    kv_heads : int, optional
        Of keys and values; a divisor of heads, which is the default.
    head_dim : int, optional
        Of queries and keys, by default width / heads.
    value_dim : int, optional
        Of the values of a head, by default head_dim.
    context : int, optional
        Width of what keys and values are made of, by default the same.
    rotary : bool
        Whether queries and keys are turned by their positions, pairs (i, i + head_dim / 2).
    bias : bool
        Whether the maps to queries, keys, values and the output have biases.

    Returns
    -------
    Block
        Parameters Q0, K0, V0, O0, Q1, ... of heads; written out, Q1, K1, V1, O1 of all.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When it has to be written out and is too large.

    References
    ----------
    Marcotte, Gribonval and Peyre 2025, section 4, for one head.

    Examples
    --------
    >>> from pyconslaw import count
    >>> net = attention(4096, 32, kv_heads=8)
    >>> net.size, count(net)
    (41943040, 132096)
    >>> net.families[0].text()
    'Q0 Q0^T + Q1 Q1^T + Q2 Q2^T + Q3 Q3^T - K0 K0^T'
    >>> count(attention(4, 2, rotary=True))
    8
    """
    given = {
        "heads": few(size(heads, "heads"), "heads"),
        **{
            key: None if value is None else size(value, key)
            for key, value in (
                ("kv_heads", kv_heads),
                ("head_dim", head_dim),
                ("value_dim", value_dim),
            )
        },
        "rotary": flag(rotary, "rotary"),
        "bias": flag(bias, "bias"),
    }
    width = size(width, "width")
    source = width if context is None else size(context, "context")
    spec = heads_of(width, given)
    name = named(
        "attention", width, **given | {"heads": heads if heads > 1 else None}, context=context
    )
    if rotary or bias:
        trace = Trace()
        trace.charge(width + source)
        z = trace.fresh(width)
        other = None if context is None else trace.fresh(source)
        trace.see(attend(trace, z, 1, spec, other).tolist())
        return trace.block(name)
    return _heads(name, width, source, spec)


def _heads(name: str, width: int, source: int, spec: Heads) -> Block:
    """Attention as products of matrices."""
    shapes: dict[str, tuple[int, ...]] = {}
    products: list[str] = []
    families: list[LawFamily] = []
    for g in range(spec.kv):
        shapes |= {f"K{g}": (spec.size, source), f"V{g}": (spec.value, source)}
        group = range(g * spec.group, (g + 1) * spec.group)
        for h in group:
            shapes |= {f"Q{h}": (spec.size, width), f"O{h}": (width, spec.value)}
            products += [f"Q{h}^T K{g}", f"O{h} V{g}"]
        queries = tuple(Share(1, f"Q{h}") for h in group)
        outputs = tuple(Share(-1, f"O{h}", columns=True) for h in group)
        total = spec.group * width + source
        if spec.size <= total:
            families.append(LawFamily("block", spec.size, (*queries, Share(-1, f"K{g}"))))
        if spec.value <= total:
            families.append(LawFamily("block", spec.value, (Share(1, f"V{g}"), *outputs)))
    return block_of(System(shapes, phi=products), name, [SOFTMAX], families)


def gated_unit(inputs: int, hidden: int, outputs: int | None = None, gate: str = "silu") -> Block:
    """A gated feed-forward layer D (act(G x) * (U x)), entry by entry.

    Where act is smooth, all of G is seen, and phi is G and the products of the columns of D with
    the rows of U, at any size; else ("relu", "linear") phi is written out, at small sizes.

    Parameters
    ----------
    inputs : int
        Width of x.
    hidden : int
        The number of units.
    outputs : int, optional
        By default as many as inputs.
    gate : str
        act: "silu", "gelu", "sigmoid", "tanh", "relu", "leaky_relu", "abs" or "linear".

    Returns
    -------
    Block
        Parameters G, and for each unit k the row Uk and the column Dk; written out, G1, U1, W2.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When it has to be written out and is too large.

    Examples
    --------
    >>> from pyconslaw import count
    >>> net = gated_unit(4096, 11008)
    >>> net.size, count(net)
    (135266304, 11008)
    >>> count(gated_unit(2, 3, gate="relu"))
    6
    """
    n, h = size(inputs, "inputs"), size(hidden, "hidden")
    m = n if outputs is None else size(outputs, "outputs")
    sizes = (n, h) if m == n else (n, h, m)
    name = named("gated_unit", *sizes, gate=gate)
    if gate not in SMOOTH:
        made = stack(n, [f"gated {h} gate={gate}", f"linear {m}"])
        families = [
            LawFamily("diagonal", h, (Share(1, "G1"), Share(-1, "U1"))),
            LawFamily("diagonal", h, (Share(1, "U1"), Share(-1, "W2", columns=True))),
        ]
        return block_of(made, name, made.cuts, families if gate != "linear" else ())
    few(h, "hidden")
    shapes, products, families = {"G": (h, n)}, ["G"], []
    for k in range(h):
        shapes |= {f"U{k}": (1, n), f"D{k}": (m, 1)}
        products.append(f"D{k} U{k}")
        shares = Share(1, f"U{k}"), Share(-1, f"D{k}", columns=True)
        families.append(LawFamily("block", 1, shares))
    cut = f"{gate}: all of what is before it is seen"
    return block_of(System(shapes, phi=products), name, [cut], families)


def lora(inputs: int, outputs: int, rank: int) -> Block:
    """A low-rank adapter B A beside a frozen map: phi is B A.

    Beside gains, or where queries and values have one each, see `stack`.

    Parameters
    ----------
    inputs : int
        Columns of A.
    outputs : int
        Rows of B.
    rank : int
        Rows of A.

    Returns
    -------
    Block
        Parameters A (rank x inputs) and B (outputs x rank).

    Raises
    ------
    InputError
        Names the argument.

    Examples
    --------
    >>> from pyconslaw import count
    >>> count(lora(4096, 4096, 16)), count(lora(2, 2, 5))
    (136, 14)
    """
    n, m, r = size(inputs, "inputs"), size(outputs, "outputs"), size(rank, "rank")
    made = System({"A": (r, n), "B": (m, r)}, phi="B A")
    family = LawFamily("block", r, (Share(1, "A"), Share(-1, "B", columns=True)))
    return block_of(made, named("lora", n, m, r), (), [family] if r <= n + m else ())


def norm_gain(inputs: int, outputs: int, *, bias: bool = False) -> Block:
    """A gain behind an RMS norm, and the linear map that it feeds, or all maps that it feeds,
    stacked: phi is the products of each gain with its column.

    Parameters
    ----------
    inputs : int
        The number of gains.
    outputs : int
        Rows of the map, of all maps together.
    bias : bool
        Whether the map has a bias, which is seen.

    Returns
    -------
    Block
        Parameters, for each k, the number gk and the column Wk; and b.

    Raises
    ------
    InputError
        Names the argument.

    Examples
    --------
    >>> from pyconslaw import count
    >>> count(norm_gain(4096, 6144)), count(norm_gain(3, 2, bias=True))
    (4096, 3)
    """
    n, m = few(size(inputs, "inputs"), "inputs"), size(outputs, "outputs")
    shapes: dict[str, tuple[int, ...]] = {}
    products, families = [], []
    for k in range(n):
        shapes |= {f"g{k}": (), f"W{k}": (m,)}
        products.append(f"W{k} g{k}")
        shares = Share(1, f"g{k}"), Share(-1, f"W{k}", columns=True)
        families.append(LawFamily("block", 1, shares))
    if flag(bias, "bias"):
        shapes["b"] = (m,)
        products.append("b")
    made = System(shapes, phi=products)
    return block_of(made, named("norm_gain", n, m, bias=bias), (), families)


def experts(
    width: int, number: int, hidden: int, *, act: str = "relu", gate: str = "softmax"
) -> Block:
    """A mixture of feed-forward networks, weighted by the softmax of a linear map, or by sigmoids.

    phi is the differences of the rows of the router, and what data see of each expert. It is
    written out, at small sizes. Choosing the largest weights changes nothing where each expert is
    chosen somewhere.

    Parameters
    ----------
    width : int
        Of input and output.
    number : int
        Of experts.
    hidden : int
        Neurons of each.
    act : str
        "relu", "leaky_relu", "abs", "linear", "silu", "gelu", "tanh" or "sigmoid".
    gate : str
        "softmax" or "sigmoid".

    Returns
    -------
    Block
        Parameters R1, and U1x0, D1x0, ... of the experts.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When it is too large to be written out.

    Examples
    --------
    >>> from pyconslaw import count
    >>> count(experts(2, 2, 2)), count(experts(2, 2, 2, gate="sigmoid"))
    (6, 4)
    """
    n, e, h = size(width, "width"), few(size(number, "number"), "number"), size(hidden, "hidden")
    made = stack(n, f"experts {e} {h} act={act} gate={gate}")
    families = []
    if gate == "softmax":
        families.append(LawFamily("sums", n, (Share(1, "R1"),)))
    if act in ("relu", "leaky_relu", "abs", "linear"):
        kind = "block" if act == "linear" else "diagonal"
        families += [
            LawFamily(kind, h, (Share(1, f"U1x{k}"), Share(-1, f"D1x{k}", columns=True)))
            for k in range(e)
            if kind == "diagonal" or h <= 2 * n
        ]
    name = named("experts", n, e, h, act=act, gate=gate)
    return block_of(made, name, made.cuts, families)


def embedding(
    vocabulary: int,
    width: int,
    *,
    tied: bool = False,
    positions: int | None = None,
    loss: str | None = None,
) -> Block:
    """An embedding and a linear head with nothing between them: phi is the logits H E^T.

    Untied, without positions and losses, it is a product of matrices at any size; else written out.

    Parameters
    ----------
    vocabulary : int
        Rows of E.
    width : int
        Columns of E.
    tied : bool
        Whether the head is E too.
    positions : int, optional
        Rows of a trained embedding of positions that is added.
    loss : str, optional
        "cross_entropy" sees the logits up to a common shift.

    Returns
    -------
    Block
        Parameters E and H; written out E, P and W1.

    Raises
    ------
    InputError
        Names the argument.
    LimitError
        When it has to be written out and is too large.

    Examples
    --------
    >>> from pyconslaw import count
    >>> count(embedding(50000, 768)), count(embedding(4, 2, tied=True))
    (295296, 0)
    >>> count(embedding(4, 2, loss="cross_entropy"))                  # and 2 sums of columns
    5
    """
    v, n = size(vocabulary, "vocabulary"), size(width, "width")
    places = None if positions is None else size(positions, "positions")
    name = named("embedding", v, n, tied=flag(tied, "tied"), positions=places, loss=loss)
    if not tied and places is None and loss is None:
        made = System({"E": (v, n), "H": (v, n)}, phi="H E^T")
        family = LawFamily("block", n, (Share(1, "E", columns=True), Share(-1, "H", columns=True)))
        return block_of(made, name, (), [family] if n <= 2 * v else ())
    if max(v, n, places or 0) > SIZE_LIMIT:
        raise LimitError(f"vocabulary: sizes up to {SIZE_LIMIT} where phi is written out")
    source = f"tokens {v} {n}" + ("" if places is None else f" positions {places}")
    if loss not in (None, "cross_entropy"):
        raise InputError(f"loss: expected None or cross_entropy, got {loss!r:.80}")
    head = "unembed" if tied else f"linear {v}"
    written = stack(source, head if loss is None else f"{head}, softmax")
    if tied or places is not None:
        return block_of(written, name, written.cuts)
    both = Share(1, "E", columns=True), Share(-1, "W1", columns=True)
    stated = [LawFamily("block", n, both), LawFamily("sums", n, (Share(1, "W1"),))]
    return block_of(written, name, written.cuts, stated if n < v else ())
