"""The number of balance laws of a layered network that are independent at a generic point.

A neuron of layer k has e_k weights: from the layer below, from the constant neuron, to the layer
above. The laws of the layer are the entries of W_k W_k^T + b_k b_k^T - W_{k+1}^T W_{k+1}, the
diagonal ones if it has gates. At least

    n_k (n_k + 1) / 2 - g_k (g_k + 1) / 2,   g_k = max(0, n_k - e_k),   or n_k with gates,

of each layer, taken together, have independent gradients at a generic point. Without gaps g_k, by
induction on the widths: with hidden layers of width 1 and no weight 0 a combination with symmetric
S_k (see gaps) that vanishes has all S_k = 0. Add a neuron with small weights y in R^(e_k) to layer
k. To first order a combination that vanishes vanishes on the rest, so it is 0 there, and at the new
weights says that sum_u s_u u + s y = 0 for the weights u of the neurons of the layer; these and y
are independent if n_k < e_k (with gates there is s y alone), so it is 0, and rank is lower
semicontinuous. The widest hidden layer (with the neuron) allows the step: the others keep no gap
without it. A neuron that is added to a layer with n_k >= e_k, with weights 0, adds e_k to the rank:
its products with e_k independent neurons of the layer.
"""

from ..systems.layers import count


def independent_laws(layers) -> int:
    gaps = [
        0 if gates else max(0, n - e)
        for n, e, gates in zip(layers.dims[1:], layers.spaces, layers.gated)
    ]
    return count(layers.dims, layers.gated, [0, *gaps])
