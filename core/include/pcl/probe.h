/* Gated linear programs on a directed acyclic graph: value, gradient and nested brackets at a
   point.

   A probe f(theta) = sum_v out_v z_v, z_v = source_v + gate_v sum_{e: u -> v} w_e z_u with w_e =
   theta_{param(e)} or, on a frozen edge, a constant, is a linear combination of the components of
   the reparametrization of a network; its gradient is a vector field of the family W whose
   conservation laws are asked for. Nothing here knows what the network is. */
#ifndef PCL_PROBE_H
#define PCL_PROBE_H

#include "zp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns 1 if program is well formed (ptr starts at 0, ends at edges and never decreases; tails
   come before heads; parameters are below params or PCL_FROZEN, the latter only with weights), else
   0. Every other function here takes it for granted. */
int pcl_program_is_valid(const pcl_program *program);

/* Sets value to f(theta) mod p; theta has params entries < p. Workspace: nodes words. Cost: edges
   products. Returns PCL_OK, PCL_NOMEM. */
pcl_status pcl_probe_value(uint64_t *value, const pcl_program *program, const pcl_probe *probe,
                           const uint64_t *theta, const pcl_mod *mod);

/* Sets grad (params x 2^level, row-major) to the gradient of f at theta (params x 2^level) over the
   algebra A = (Z/p)[e_1, ..., e_level] / (e_i^2): entry S of an element is the coefficient of the
   product of the e_i with bit i-1 of S set. level 0 is the plain gradient. Workspace: 3 nodes
   2^level words. No aliasing. Algorithm: one forward and one backward sweep (reverse-mode
   differentiation). Cost: 3 * edges * 3^level products. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (level
   > 30). */
pcl_status pcl_probe_gradient(uint64_t *grad, const pcl_program *program, const pcl_probe *probe,
                              const uint64_t *theta, unsigned level, const pcl_mod *mod);

/* The same over the algebra A[t] / (t^order), order >= 1: entry S * order + i of an element is the
   coefficient of t^i times the product of the e_i in S; grad and theta are params x (order <<
   level). Cost: 3/2 * edges * 3^level * order^2 products. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT
   (order = 0, level > 30). */
pcl_status pcl_probe_gradient_series(uint64_t *grad, const pcl_program *program,
                                     const pcl_probe *probe, const uint64_t *theta, size_t order,
                                     unsigned level, const pcl_mod *mod);

/* Sets block k of values ((length + 1) blocks of params x 2^level) to (ad_f)^k g at theta (params x
   2^level) over A, for k = 0 .. length, where f and g are the gradients of two probes, ad_f g = [f,
   g] = Dg f - Df g. Workspace: (3 params + 6 nodes) (length + 1) 2^level words. Algorithm: along
   the solution of theta' = f(theta) as a power series in t, the series G_k(t) = ((ad_f)^k
   g)(theta(t)) satisfies G_{k+1} = G_k' - Df(theta(t)) G_k. Cost: length brackets take about edges
   * 3^level * length^3 products; poll (NULL: never) is asked about once a node in each of the
   length sweeps. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (level > 29, or length >= p), PCL_STOPPED.
   Not checked: p prime. */
pcl_status pcl_probe_chain(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                           const pcl_probe *g, size_t length, const uint64_t *theta, unsigned level,
                           const pcl_mod *mod, const pcl_poll *poll);

/* Primes below this make chains several times faster: pcl_probe_chain then leaves them to
   pcl_probe_chain_small. */
#define PCL_SMALL_PRIME ((uint64_t)1 << 28)

/* The same at level 0 for p < PCL_SMALL_PRIME, with 32-bit coefficients and unreduced sums.
   Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (p too large, or length >= p), PCL_STOPPED. */
pcl_status pcl_probe_chain_small(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                                 const pcl_probe *g, size_t length, const uint64_t *theta,
                                 const pcl_mod *mod, const pcl_poll *poll);

/* Sets row w of values (words x params, row-major) to the value at theta (params entries < p) of
   the right-nested bracket [g_i, [g_j, [..., g_l]]] with (i, j, ..., l) = letters[start[w] ..
   start[w+1]-1] and g_i the gradient of probes[i]; [X, Y] = DY X - DX Y. A word of one letter is
   the gradient itself. Workspace: 4 params 2^m words, with m letters in the longest word, or in
   front of its end f, ..., f, g. Algorithm: directional derivatives come from nilpotent numbers:
   [g, w](theta) is the e-part of w(theta + e g(theta)) less the e-part of g(theta + e w(theta)),
   nested; an end f, f, ..., f, g with at least three and fewer than p f is done by pcl_probe_chain.
   Cost: about 4 * edges * 3^m products (times length^3). Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (a
   word is empty or m > 30). Not checked: letters. */
pcl_status pcl_probe_words(uint64_t *values, const pcl_program *program, const pcl_probe *probes,
                           const uint32_t *letters, const size_t *start, size_t words,
                           const uint64_t *theta, const pcl_mod *mod);

#ifdef __cplusplus
}
#endif
#endif
