"""What is found of a large transformer, written by hand: its sizes are free."""

import numpy as np
from hand import term

from pyconslaw.torch.found import Family, Found, ParameterInfo

KIND = "cross-entropy only"


def llama(*, layers=80, d=8192, hidden=28672, heads=64, kv=8, head=128, words=128256):
    """Norm gains, rotary heads, values, gated units, the stream and column sums of the head."""
    parameters = [ParameterInfo("embed_tokens.weight", shape=(words, d))]
    families = []
    every = np.arange(d)
    for k in range(layers):
        place = f"layers.{k}."
        sizes = {
            "input_layernorm.weight": (d,),
            "self_attn.q_proj.weight": (heads * head, d),
            "self_attn.k_proj.weight": (kv * head, d),
            "self_attn.v_proj.weight": (kv * head, d),
            "self_attn.o_proj.weight": (d, heads * head),
            "post_attention_layernorm.weight": (d,),
            "mlp.gate_proj.weight": (hidden, d),
            "mlp.up_proj.weight": (hidden, d),
            "mlp.down_proj.weight": (d, hidden),
        }
        parameters += [ParameterInfo(place + n, shape=s) for n, s in sizes.items()]
        families += layer(place, every, (hidden, heads, kv, head))
    parameters += [ParameterInfo("norm.weight", shape=(d,))]
    parameters += [ParameterInfo("lm_head.weight", shape=(words, d))]
    families.append(
        Family("diagonal", (term("norm.weight", 0, every), term("lm_head.weight", 1, every, -1)))
    )
    parts = [("embed_tokens.weight", 1)]
    for k in range(layers):
        parts += [
            (f"layers.{k}.self_attn.o_proj.weight", 0),
            (f"layers.{k}.mlp.down_proj.weight", 0),
        ]
    stream = tuple(term(name, axis, every.reshape(1, 1, -1)) for name, axis in parts)
    families.append(Family("diagonal", stream, False, ("eps 1e-06 of norm",)))
    sums = term("lm_head.weight", 0, np.arange(words).reshape(1, 1, -1))
    families.append(Family("linear", (sums,), condition=KIND))
    return Found(tuple(families), tuple(parameters), loss="cross_entropy")


def layer(place, every, sizes):
    hidden, heads, kv, head = sizes
    attention, half, group = place + "self_attn.", head // 2, heads // kv
    turns = np.arange(kv * half).reshape(kv, half)
    starts = turns // half * head + turns % half
    keys = np.stack([starts, starts + half], axis=-1).reshape(-1, 1, 2)
    offsets = np.arange(group) * head
    queries = (starts // head * (group - 1) * head + starts)[..., None] + offsets
    queries = np.stack([queries, queries + half], axis=-1).reshape(-1, 1, 2 * group)
    values = np.arange(kv * head).reshape(kv, head, 1)
    outputs = (values // head * group * head + values % head) + offsets
    ahead = [attention + f"{x}_proj.weight" for x in "qkv"]
    units = np.arange(hidden)
    before, after = (place + n for n in ("input_layernorm", "post_attention_layernorm"))
    return [
        Family(
            "diagonal",
            (term(before + ".weight", 0, every), *(term(name, 1, every, -1) for name in ahead)),
        ),
        Family("diagonal", (term(ahead[0], 0, queries), term(ahead[1], 0, keys, -1))),
        Family(
            "block", (term(ahead[2], 0, values), term(attention + "o_proj.weight", 1, outputs, -1))
        ),
        Family(
            "diagonal",
            (
                term(after + ".weight", 0, every),
                *(term(place + f"mlp.{x}_proj.weight", 1, every, -1) for x in ("gate", "up")),
            ),
        ),
        Family(
            "diagonal",
            (
                term(place + "mlp.up_proj.weight", 0, units),
                term(place + "mlp.down_proj.weight", 1, units, -1),
            ),
        ),
    ]
