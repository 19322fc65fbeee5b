#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Elements are power series over (Z/p)[e_1, ..., e_level] / (e_i^2): entry S * order + i is the coefficient of t^i times
   the product of the e_i in S. All arrays hold elements of the full order. */
typedef struct {
    const pcl_program *program;
    const pcl_probe *probe;         /* of f */
    const pcl_mod *mod;
    const pcl_poll *poll;
    size_t order, sets, n;          /* full order, 2^level, order << level */
    uint64_t *theta, *g;            /* params: the solution of theta' = f(theta); G_k */
    uint64_t *along;                /* params: Df(theta) G_k */
    uint64_t *z, *signal;           /* nodes: values and gated signals of f along the solution */
    uint64_t *dz, *dsignal;         /* nodes: their derivatives along G_k */
    pcl_lazy *acc;                  /* one element */
    pcl_lazy *delta;                /* nodes */
} flow;

/* acc[S] += coefficient m of a * b, S-part. */
static inline void addmul_coefficient(pcl_lazy *acc, const uint64_t *a, const uint64_t *b, size_t m, const flow *x)
{
    for (size_t s = 0; s < x->sets; s++)
        for (size_t t = s;; t = (t - 1) & s) {
            pcl_lazy_convolve(acc + s, a + t * x->order, b + (s ^ t) * x->order, m + 1, x->mod);
            if (!t)
                break;
        }
}

/* acc += a * b mod t^m; acc has m coefficients a set. */
static inline void addmul(pcl_lazy *acc, const uint64_t *a, const uint64_t *b, size_t m, const flow *x)
{
    for (size_t s = 0; s < x->sets; s++)
        for (size_t t = s;; t = (t - 1) & s) {
            for (size_t i = 0; i < m; i++)
                pcl_lazy_convolve(acc + s * m + i, a + t * x->order, b + (s ^ t) * x->order, i + 1, x->mod);
            if (!t)
                break;
        }
}

/* acc += (weight of edge e) * b mod t^m. */
static inline void addmul_edge(pcl_lazy *acc, size_t e, const uint64_t *b, size_t m, const flow *x)
{
    const pcl_program *program = x->program;
    if (program->param[e] != PCL_FROZEN) {
        addmul(acc, x->theta + program->param[e] * x->n, b, m, x);
        return;
    }
    for (size_t s = 0; s < x->sets; s++)
        for (size_t i = 0; i < m; i++)
            pcl_lazy_addmul(acc + s * m + i, program->weight[e], b[s * x->order + i], x->mod);
}

/* acc[S] += coefficient m of (weight of edge e) * b. */
static inline void addmul_edge_coefficient(pcl_lazy *acc, size_t e, const uint64_t *b, size_t m, const flow *x)
{
    const pcl_program *program = x->program;
    if (program->param[e] != PCL_FROZEN) {
        addmul_coefficient(acc, x->theta + program->param[e] * x->n, b, m, x);
        return;
    }
    for (size_t s = 0; s < x->sets; s++)
        pcl_lazy_addmul(acc + s, program->weight[e], b[s * x->order + m], x->mod);
}

static inline void clear(pcl_lazy *acc, size_t n)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = (pcl_lazy){0, 0};
}

static inline uint64_t gated(const pcl_lazy *acc, uint64_t gate, const pcl_mod *mod)
{
    const uint64_t value = pcl_reduce(acc->hi, acc->lo, mod);
    return gate == 1 ? value : pcl_mul(gate, value, mod);
}

static inline int stopped(const flow *x)
{
    return x->poll && x->poll->stop(x->poll->arg);
}

/* Coefficient m of z, signal and f(theta), from the coefficients 0 .. m of theta; adds to theta' = f(theta) one more. */
static pcl_status solve_coefficient(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const pcl_probe *f = x->probe;
    const size_t sets = x->sets, order = x->order;
    for (size_t v = 0; v < program->nodes; v++) {
        clear(x->acc, sets);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            addmul_edge_coefficient(x->acc, e, x->z + program->tail[e] * x->n, m, x);
        for (size_t s = 0; s < sets; s++)
            x->z[v * x->n + s * order + m] = gated(x->acc + s, f->gate[v], x->mod);
        if (!m)
            x->z[v * x->n] = pcl_add(x->z[v * x->n], f->source[v], x->mod);
    }
    clear(x->delta, program->nodes * sets);
    uint64_t inverse = 0;
    const int more = m + 1 < order;
    if (more && pcl_inv(&inverse, (m + 1) % x->mod->p, x->mod) != PCL_OK)
        return PCL_LIMIT;
    for (size_t v = program->nodes; v-- > 0;) {
        if (program->ptr[v] == program->ptr[v + 1])
            continue;
        if (!m)
            pcl_lazy_addmul(x->delta + v * sets, f->out[v], 1 % x->mod->p, x->mod);
        for (size_t s = 0; s < sets; s++)
            x->signal[v * x->n + s * order + m] = gated(x->delta + v * sets + s, f->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e];
            addmul_edge_coefficient(x->delta + u * sets, e, x->signal + v * x->n, m, x);
            if (!more || program->param[e] == PCL_FROZEN)
                continue;
            clear(x->acc, sets);
            addmul_coefficient(x->acc, x->signal + v * x->n, x->z + u * x->n, m, x);
            uint64_t *to = x->along + program->param[e] * x->n;    /* edges may share a parameter: summed here first */
            for (size_t s = 0; s < sets; s++)
                to[s * order] = pcl_add(to[s * order], pcl_reduce(x->acc[s].hi, x->acc[s].lo, x->mod), x->mod);
        }
    }
    if (more)
        for (size_t i = 0; i < program->params; i++)
            for (size_t s = 0; s < sets; s++) {
                uint64_t *sum = x->along + i * x->n + s * order;
                x->theta[i * x->n + s * order + m + 1] = pcl_mul(*sum, inverse, x->mod);
                *sum = 0;
            }
    return PCL_OK;
}

/* along = Df(theta) G mod t^m: the forward and the backward sweep of f, differentiated along G. */
static pcl_status derivative(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const pcl_probe *f = x->probe;
    const size_t sets = x->sets, order = x->order, n = x->n;
    for (size_t v = 0; v < program->nodes; v++) {
        if (stopped(x))
            return PCL_STOPPED;
        clear(x->acc, sets * m);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e] * n;
            addmul_edge(x->acc, e, x->dz + u, m, x);
            if (program->param[e] != PCL_FROZEN)
                addmul(x->acc, x->g + program->param[e] * n, x->z + u, m, x);
        }
        for (size_t s = 0; s < sets; s++)
            for (size_t i = 0; i < m; i++)
                x->dz[v * n + s * order + i] = gated(x->acc + s * m + i, f->gate[v], x->mod);
    }
    clear(x->delta, program->nodes * sets * m);
    memset(x->along, 0, program->params * n * sizeof *x->along);
    for (size_t v = program->nodes; v-- > 0;) {
        if (program->ptr[v] == program->ptr[v + 1])
            continue;
        if (stopped(x))
            return PCL_STOPPED;
        for (size_t s = 0; s < sets; s++)
            for (size_t i = 0; i < m; i++)
                x->dsignal[v * n + s * order + i] = gated(x->delta + (v * sets + s) * m + i, f->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e], param = program->param[e];
            pcl_lazy *below = x->delta + u * sets * m;
            addmul_edge(below, e, x->dsignal + v * n, m, x);
            if (param == PCL_FROZEN)
                continue;
            addmul(below, x->g + param * n, x->signal + v * n, m, x);
            clear(x->acc, sets * m);
            addmul(x->acc, x->dsignal + v * n, x->z + u * n, m, x);
            addmul(x->acc, x->signal + v * n, x->dz + u * n, m, x);
            for (size_t s = 0; s < sets; s++)
                for (size_t i = 0; i < m; i++) {
                    uint64_t *to = x->along + param * n + s * order + i;
                    const pcl_lazy sum = x->acc[s * m + i];
                    *to = pcl_add(*to, pcl_reduce(sum.hi, sum.lo, x->mod), x->mod);
                }
        }
    }
    return PCL_OK;
}

/* G = G' - Df(theta) G mod t^m. */
static pcl_status step(flow *x, size_t m)
{
    const pcl_status status = derivative(x, m);
    if (status != PCL_OK)
        return status;
    for (size_t i = 0; i < x->program->params * x->sets; i++) {
        uint64_t *g = x->g + i * x->order;
        for (size_t k = 0; k < m; k++)
            g[k] = pcl_sub(pcl_mul((k + 1) % x->mod->p, g[k + 1], x->mod), x->along[i * x->order + k], x->mod);
    }
    return PCL_OK;
}

pcl_status pcl_probe_chain(uint64_t *values, const pcl_program *program, const pcl_probe *f, const pcl_probe *g,
                           size_t length, const uint64_t *theta, unsigned level, const pcl_mod *mod, const pcl_poll *poll)
{
    if (level > 29)
        return PCL_LIMIT;
    if (length >= mod->p)
        return PCL_LIMIT;
    if (!level && mod->p < PCL_SMALL_PRIME)
        return pcl_probe_chain_small(values, program, f, g, length, theta, mod, poll);
    flow x = {.program = program, .probe = f, .mod = mod, .poll = poll, .order = length + 1, .sets = (size_t)1 << level};
    const size_t params = program->params, nodes = program->nodes, most = (params > nodes ? params : nodes) + 1;
    if (x.order > (SIZE_MAX >> level) / sizeof(pcl_lazy) / 8 / most)
        return PCL_NOMEM;
    x.n = x.order << level;
    uint64_t *words = calloc((3 * params + 4 * nodes + 1) * x.n, sizeof *words);
    pcl_lazy *sums = malloc((nodes + 1) * x.n * sizeof *sums);
    pcl_status status = words && sums ? PCL_OK : PCL_NOMEM;
    if (status == PCL_OK) {
        x.theta = words;
        x.g = x.theta + params * x.n;
        x.along = x.g + params * x.n;
        x.z = x.along + params * x.n;
        x.signal = x.z + nodes * x.n;
        x.dz = x.signal + nodes * x.n;
        x.dsignal = x.dz + nodes * x.n;
        x.acc = sums;
        x.delta = sums + x.n;
        for (size_t i = 0; i < params * x.sets; i++)
            x.theta[i * x.order] = theta[i];
    }
    for (size_t m = 0; m < x.order && status == PCL_OK; m++)
        status = solve_coefficient(&x, m);
    if (status == PCL_OK)
        status = pcl_probe_gradient_series(x.g, program, g, x.theta, x.order, level, mod);
    for (size_t k = 0; k <= length && status == PCL_OK; k++) {
        for (size_t i = 0; i < params * x.sets; i++)
            values[k * params * x.sets + i] = x.g[i * x.order];
        if (k < length)
            status = step(&x, length - k);
    }
    free(words);
    free(sums);
    return status;
}
