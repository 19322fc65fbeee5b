#include <stdlib.h>

#include "pcl/probe.h"

/* Inlined with their sizes known where those are small: a loop over one or two coefficients costs
   more than its products. */
#define INLINE static inline __attribute__((always_inline))

/* Elements of (Z/p)[e_1, ..., e_level][t] / (e_i^2, t^order): n = order << level coefficients. */
typedef struct {
    size_t order, n;
} shape;

/* acc += a * b for power series of the same order. */
INLINE void addmul_series(pcl_lazy *acc, const uint64_t *a, const uint64_t *b, size_t order,
                          const pcl_mod *mod)
{
    for (size_t i = 0; i < order; i++)
        pcl_lazy_convolve(acc + i, a, b, i + 1, mod);
}

/* acc += a * b. */
INLINE void addmul(pcl_lazy *acc, const uint64_t *a, const uint64_t *b, shape of,
                   const pcl_mod *mod)
{
    const size_t order = of.order, sets = of.n / order;
    for (size_t s = 0; s < sets; s++)
        for (size_t t = s;; t = (t - 1) & s) {
            addmul_series(acc + s * order, a + t * order, b + (s ^ t) * order, order, mod);
            if (!t)
                break;
        }
}

/* acc += c * b for a constant c. */
INLINE void addmul_constant(pcl_lazy *acc, uint64_t c, const uint64_t *b, size_t n,
                            const pcl_mod *mod)
{
    for (size_t s = 0; s < n; s++)
        pcl_lazy_addmul(acc + s, c, b[s], mod);
}

/* acc += w_e * b, w_e the weight of edge e. */
INLINE void addmul_edge(pcl_lazy *acc, const pcl_program *program, size_t e, const uint64_t *theta,
                               const uint64_t *b, shape of, const pcl_mod *mod)
{
    if (program->param[e] == PCL_FROZEN)
        addmul_constant(acc, program->weight[e], b, of.n, mod);
    else
        addmul(acc, theta + program->param[e] * of.n, b, of, mod);
}

INLINE void clear(pcl_lazy *acc, size_t n)
{
    for (size_t s = 0; s < n; s++)
        acc[s] = (pcl_lazy){0, 0};
}

/* to = gate * acc. */
INLINE void gated(uint64_t *to, const pcl_lazy *acc, uint64_t gate, size_t n, const pcl_mod *mod)
{
    for (size_t s = 0; s < n; s++) {
        const uint64_t x = pcl_reduce(acc[s].hi, acc[s].lo, mod);
        to[s] = gate == 1 ? x : pcl_mul(gate, x, mod);
    }
}

INLINE void forward(uint64_t *z, pcl_lazy *acc, const pcl_program *program, const pcl_probe *probe,
                    const uint64_t *theta, shape of, const pcl_mod *mod)
{
    const size_t n = of.n;
    for (size_t v = 0; v < program->nodes; v++) {
        clear(acc, n);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            addmul_edge(acc, program, e, theta, z + program->tail[e] * n, of, mod);
        gated(z + v * n, acc, probe->gate[v], n, mod);
        z[v * n] = pcl_add(z[v * n], probe->source[v], mod);
    }
}

INLINE void backward(uint64_t *grad, pcl_lazy *delta, uint64_t *signal, pcl_lazy *acc,
                     const uint64_t *z, const pcl_program *program, const pcl_probe *probe,
                     const uint64_t *theta, shape of, const pcl_mod *mod)
{
    const size_t n = of.n;
    clear(delta, program->nodes * n);
    for (size_t i = 0; i < program->params * n; i++)
        grad[i] = 0;
    for (size_t v = program->nodes; v-- > 0;) {
        if (program->ptr[v] == program->ptr[v + 1])
            continue;
        pcl_lazy_addmul(delta + v * n, probe->out[v], 1 % mod->p, mod);
        gated(signal, delta + v * n, probe->gate[v], n, mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e] * n, i = program->param[e] * n;
            addmul_edge(delta + u, program, e, theta, signal, of, mod);
            if (program->param[e] == PCL_FROZEN)
                continue;
            clear(acc, n);
            addmul(acc, signal, z + u, of, mod);
            for (size_t s = 0; s < n; s++)
                grad[i + s] = pcl_add(grad[i + s], pcl_reduce(acc[s].hi, acc[s].lo, mod), mod);
        }
    }
}

/* Both sweeps; acc and signal have room for one element more than there are nodes. */
INLINE void sweep(uint64_t *grad, pcl_lazy *acc, uint64_t *signal, const pcl_program *program,
                  const pcl_probe *probe, const uint64_t *theta, shape of, const pcl_mod *mod)
{
    forward(signal + of.n, acc, program, probe, theta, of, mod);
    backward(grad, acc + of.n, signal, acc, signal + of.n, program, probe, theta, of, mod);
}

static void sweep_1(uint64_t *grad, pcl_lazy *acc, uint64_t *signal, const pcl_program *program,
                    const pcl_probe *probe, const uint64_t *theta, const pcl_mod *mod)
{
    sweep(grad, acc, signal, program, probe, theta, (shape){1, 1}, mod);
}

static void sweep_2(uint64_t *grad, pcl_lazy *acc, uint64_t *signal, const pcl_program *program,
                    const pcl_probe *probe, const uint64_t *theta, const pcl_mod *mod)
{
    sweep(grad, acc, signal, program, probe, theta, (shape){1, 2}, mod);
}

static void sweep_any(uint64_t *grad, pcl_lazy *acc, uint64_t *signal, const pcl_program *program,
                      const pcl_probe *probe, const uint64_t *theta, shape of, const pcl_mod *mod)
{
    sweep(grad, acc, signal, program, probe, theta, of, mod);
}

pcl_status pcl_probe_gradient_series(uint64_t *grad, const pcl_program *program,
                                     const pcl_probe *probe, const uint64_t *theta, size_t order,
                                     unsigned level, const pcl_mod *mod)
{
    if (level > 30 || !order)
        return PCL_LIMIT;
    const size_t nodes = program->nodes + 1;
    if (order > (SIZE_MAX >> level) / sizeof(pcl_lazy) / 2 / nodes)
        return PCL_NOMEM;
    const shape of = {order, order << level};
    pcl_lazy *lazy = malloc(nodes * of.n * sizeof *lazy);
    uint64_t *word = malloc(nodes * of.n * sizeof *word);
    pcl_status status = PCL_NOMEM;
    if (lazy && word) {
        if (order == 1 && level == 0)
            sweep_1(grad, lazy, word, program, probe, theta, mod);
        else if (order == 1 && level == 1)
            sweep_2(grad, lazy, word, program, probe, theta, mod);
        else
            sweep_any(grad, lazy, word, program, probe, theta, of, mod);
        status = PCL_OK;
    }
    free(lazy);
    free(word);
    return status;
}

pcl_status pcl_probe_gradient(uint64_t *grad, const pcl_program *program, const pcl_probe *probe,
                              const uint64_t *theta, unsigned level, const pcl_mod *mod)
{
    return pcl_probe_gradient_series(grad, program, probe, theta, 1, level, mod);
}

pcl_status pcl_probe_value(uint64_t *value, const pcl_program *program, const pcl_probe *probe,
                           const uint64_t *theta, const pcl_mod *mod)
{
    uint64_t *z = malloc((program->nodes + 1) * sizeof *z);
    pcl_lazy acc;
    if (!z)
        return PCL_NOMEM;
    forward(z, &acc, program, probe, theta, (shape){1, 1}, mod);
    acc = (pcl_lazy){0, 0};
    for (size_t v = 0; v < program->nodes; v++)
        pcl_lazy_addmul(&acc, probe->out[v], z[v], mod);
    *value = pcl_reduce(acc.hi, acc.lo, mod);
    free(z);
    return PCL_OK;
}
