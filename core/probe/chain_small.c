#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Chains modulo a prime below 2^28: coefficients are 32-bit, a sum of FOLD products fits into a word, and a product of two power
   series is a few long loops that compilers turn into vector instructions. All arrays hold series of the full order. */
#define FOLD 255

typedef struct {
    const pcl_program *program;
    const pcl_probe *probe;         /* of f */
    const pcl_mod *mod;
    const pcl_poll *poll;
    size_t order;
    uint32_t *theta, *g, *along;    /* params: the solution of theta' = f(theta); G_k; Df(theta) G_k */
    uint32_t *z, *signal;           /* nodes: values and gated signals of f along the solution */
    uint32_t *dz, *dsignal;         /* nodes: their derivatives along G_k */
    uint64_t *acc, *delta;          /* one series; nodes: unreduced sums */
    uint32_t *terms;                /* nodes: products in each coefficient of delta since it was reduced */
} flow;

static inline uint32_t reduce(uint64_t x, const pcl_mod *mod)
{
    return (uint32_t)pcl_reduce(0, x, mod);
}

/* acc += a b mod t^m. The hottest loop. */
static inline void addmul_series(uint64_t *acc, const uint32_t *a, const uint32_t *b, size_t m)
{
    for (size_t i = 0; i < m; i++) {
        const uint64_t c = a[i];
        for (size_t j = 0; j < m - i; j++)
            acc[i + j] += c * b[j];
    }
}

static void fold(uint64_t *acc, size_t m, const pcl_mod *mod)
{
    for (size_t i = 0; i < m; i++)
        acc[i] = reduce(acc[i], mod);
}

/* acc += a b mod t^m, reduced before it could pass a word; terms counts the products in a coefficient. */
static inline void addmul(uint64_t *acc, uint32_t *terms, const uint32_t *a, const uint32_t *b, size_t m, const flow *x)
{
    for (size_t start = 0; start < m; start += FOLD - 1) {          /* a piece of a at a time */
        const size_t piece = m - start < FOLD - 1 ? m - start : FOLD - 1;
        if (*terms + piece > FOLD) {
            fold(acc, m, x->mod);
            *terms = 1;
        }
        if (piece == m)
            addmul_series(acc, a, b, m);
        else
            for (size_t i = start; i < start + piece; i++)
                for (size_t j = 0; j < m - i; j++)
                    acc[i + j] += (uint64_t)a[i] * b[j];
        *terms += (uint32_t)piece;
    }
}

/* acc += (weight of edge e) b mod t^m. */
static inline void addmul_edge(uint64_t *acc, uint32_t *terms, size_t e, const uint32_t *b, size_t m, const flow *x)
{
    const uint32_t param = x->program->param[e];
    if (param != PCL_FROZEN) {
        addmul(acc, terms, x->theta + param * x->order, b, m, x);
        return;
    }
    if (++*terms > FOLD) {
        fold(acc, m, x->mod);
        *terms = 2;
    }
    for (size_t i = 0; i < m; i++)
        acc[i] += x->program->weight[e] * b[i];
}

/* Returns coefficient m of a b. */
static inline uint64_t coefficient(const uint32_t *a, const uint32_t *b, size_t m, const pcl_mod *mod)
{
    uint64_t total = 0;
    for (size_t start = 0; start <= m; start += FOLD) {
        const size_t end = m + 1 - start < FOLD ? m + 1 : start + FOLD;
        uint64_t sum = 0;
        for (size_t i = start; i < end; i++)
            sum += (uint64_t)a[i] * b[m - i];
        total += reduce(sum, mod);
    }
    return reduce(total, mod);
}

/* Returns coefficient m of (weight of edge e) b. */
static inline uint64_t edge_coefficient(size_t e, const uint32_t *b, size_t m, const flow *x)
{
    const uint32_t param = x->program->param[e];
    return param == PCL_FROZEN ? pcl_mul(x->program->weight[e], b[m], x->mod)
                               : coefficient(x->theta + param * x->order, b, m, x->mod);
}

static inline uint32_t gated(uint64_t sum, uint64_t gate, const pcl_mod *mod)
{
    const uint64_t value = reduce(sum, mod);
    return (uint32_t)(gate == 1 ? value : pcl_mul(gate, value, mod));
}

static inline int stopped(const flow *x)
{
    return x->poll && x->poll->stop(x->poll->arg);
}

/* Coefficient m of z and signal, and, unless it is the last, coefficient m + 1 of theta. */
static pcl_status solve_coefficient(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t order = x->order;
    const int more = m + 1 < order;
    uint64_t inverse = 0;
    if (more && pcl_inv(&inverse, (m + 1) % x->mod->p, x->mod) != PCL_OK)
        return PCL_LIMIT;
    for (size_t v = 0; v < program->nodes; v++) {
        uint64_t sum = 0;                                           /* of reduced terms: no overflow below 2^36 edges */
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            sum += edge_coefficient(e, x->z + program->tail[e] * order, m, x);
        const uint64_t value = gated(sum, x->probe->gate[v], x->mod);
        x->z[v * order + m] = (uint32_t)(m ? value : pcl_add(value, x->probe->source[v], x->mod));
    }
    for (size_t v = 0; v < program->nodes; v++)
        x->delta[v] = m ? 0 : x->probe->out[v];
    for (size_t v = program->nodes; v-- > 0;) {
        if (program->ptr[v] == program->ptr[v + 1])
            continue;
        x->signal[v * order + m] = gated(x->delta[v], x->probe->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e], param = program->param[e];
            x->delta[u] += edge_coefficient(e, x->signal + v * order, m, x);
            if (more && param != PCL_FROZEN) {
                uint32_t *to = x->along + param * order;            /* edges may share a parameter: summed here first */
                *to = (uint32_t)pcl_add(*to, coefficient(x->signal + v * order, x->z + u * order, m, x->mod), x->mod);
            }
        }
    }
    for (size_t i = 0; more && i < program->params; i++) {
        x->theta[i * order + m + 1] = (uint32_t)pcl_mul(x->along[i * order], inverse, x->mod);
        x->along[i * order] = 0;
    }
    return PCL_OK;
}

/* along = Df(theta) G mod t^m: the forward and the backward sweep of f, differentiated along G. */
static pcl_status derivative(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t order = x->order;
    for (size_t v = 0; v < program->nodes; v++) {
        if (stopped(x))
            return PCL_STOPPED;
        uint32_t terms = 0;
        memset(x->acc, 0, m * sizeof *x->acc);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e] * order;
            addmul_edge(x->acc, &terms, e, x->dz + u, m, x);
            if (program->param[e] != PCL_FROZEN)
                addmul(x->acc, &terms, x->g + program->param[e] * order, x->z + u, m, x);
        }
        for (size_t i = 0; i < m; i++)
            x->dz[v * order + i] = gated(x->acc[i], x->probe->gate[v], x->mod);
    }
    memset(x->delta, 0, program->nodes * order * sizeof *x->delta);
    memset(x->terms, 0, program->nodes * sizeof *x->terms);
    memset(x->along, 0, program->params * order * sizeof *x->along);
    for (size_t v = program->nodes; v-- > 0;) {
        if (program->ptr[v] == program->ptr[v + 1])
            continue;
        if (stopped(x))
            return PCL_STOPPED;
        for (size_t i = 0; i < m; i++)
            x->dsignal[v * order + i] = gated(x->delta[v * order + i], x->probe->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e], param = program->param[e];
            addmul_edge(x->delta + u * order, x->terms + u, e, x->dsignal + v * order, m, x);
            if (param == PCL_FROZEN)
                continue;
            addmul(x->delta + u * order, x->terms + u, x->g + param * order, x->signal + v * order, m, x);
            uint32_t terms = 0;
            memset(x->acc, 0, m * sizeof *x->acc);
            addmul(x->acc, &terms, x->dsignal + v * order, x->z + u * order, m, x);
            addmul(x->acc, &terms, x->signal + v * order, x->dz + u * order, m, x);
            for (size_t i = 0; i < m; i++) {
                uint32_t *to = x->along + param * order + i;
                *to = (uint32_t)pcl_add(*to, reduce(x->acc[i], x->mod), x->mod);
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
    for (size_t i = 0; i < x->program->params; i++) {
        uint32_t *g = x->g + i * x->order;
        for (size_t k = 0; k < m; k++)
            g[k] = (uint32_t)pcl_sub(pcl_mul((k + 1) % x->mod->p, g[k + 1], x->mod), x->along[i * x->order + k], x->mod);
    }
    return PCL_OK;
}

pcl_status pcl_probe_chain_small(uint64_t *values, const pcl_program *program, const pcl_probe *f, const pcl_probe *g,
                                 size_t length, const uint64_t *theta, const pcl_mod *mod, const pcl_poll *poll)
{
    if (mod->p >= PCL_SMALL_PRIME)
        return PCL_LIMIT;
    if (length >= mod->p)
        return PCL_LIMIT;
    flow x = {.program = program, .probe = f, .mod = mod, .poll = poll, .order = length + 1};
    const size_t params = program->params, nodes = program->nodes, order = x.order;
    if (order > SIZE_MAX / sizeof(uint64_t) / (4 * params + 5 * nodes + 2))
        return PCL_NOMEM;
    uint32_t *words = calloc((3 * params + 4 * nodes + 1) * order + nodes, sizeof *words);
    uint64_t *sums = malloc(((nodes + 1) * order + 1) * sizeof *sums), *wide = malloc((params + 1) * order * sizeof *wide);
    pcl_status status = words && sums && wide ? PCL_OK : PCL_NOMEM;
    if (status == PCL_OK) {
        x.theta = words;
        x.g = x.theta + params * order;
        x.along = x.g + params * order;
        x.z = x.along + params * order;
        x.signal = x.z + nodes * order;
        x.dz = x.signal + nodes * order;
        x.dsignal = x.dz + nodes * order;
        x.terms = x.dsignal + nodes * order;
        x.acc = sums;
        x.delta = sums + order;
        for (size_t i = 0; i < params; i++)
            x.theta[i * order] = (uint32_t)theta[i];
    }
    for (size_t m = 0; m < order && status == PCL_OK; m++)
        status = solve_coefficient(&x, m);
    if (status == PCL_OK) {                                         /* G_0 = g(theta(t)) */
        for (size_t i = 0; i < params * order; i++)
            wide[i] = x.theta[i];
        uint64_t *gradient = malloc((params + 1) * order * sizeof *gradient);
        status = gradient ? pcl_probe_gradient_series(gradient, program, g, wide, order, 0, mod) : PCL_NOMEM;
        for (size_t i = 0; status == PCL_OK && i < params * order; i++)
            x.g[i] = (uint32_t)gradient[i];
        free(gradient);
    }
    for (size_t k = 0; k <= length && status == PCL_OK; k++) {
        for (size_t i = 0; i < params; i++)
            values[k * params + i] = x.g[i * order];
        if (k < length)
            status = step(&x, length - k);
    }
    free(words);
    free(sums);
    free(wide);
    return status;
}
