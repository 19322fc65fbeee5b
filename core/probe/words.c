#include <stdlib.h>
#include <string.h>

#include "pcl/probe.h"

/* Buffers of one nesting level, over the algebra with that many nilpotent numbers. */
typedef struct {
    uint64_t *theta, *field, *word;
} level_space;

typedef struct {
    const pcl_program *program;
    const pcl_probe *probes;
    const pcl_mod *mod;
    level_space *space;
} context;

/* to = a + e b: a and b have n coefficients an element, to has 2n, e is the new top nilpotent
   number. */
static void join(uint64_t *to, const uint64_t *a, size_t a_stride, const uint64_t *b,
                 size_t b_stride, size_t n, size_t elements)
{
    for (size_t i = 0; i < elements; i++) {
        memcpy(to + 2 * n * i, a + a_stride * i, n * sizeof *to);
        memcpy(to + 2 * n * i + n, b + b_stride * i, n * sizeof *to);
    }
}

/* The number of letters f in an end f, ..., f, g of the word; 0 if there are fewer than CHAIN, or
   too many for p. */
#define CHAIN 3
static size_t chain_length(const uint32_t *letters, size_t m, const pcl_mod *mod)
{
    size_t k = 0;
    while (k + 2 <= m && letters[m - 2 - k] == letters[m - 2])
        k++;
    return k < CHAIN || k >= mod->p ? 0 : k;
}

/* out = (ad_f)^length g at theta. */
static pcl_status end_of_chain(uint64_t *out, const uint32_t *letters, size_t length,
                               const uint64_t *theta, unsigned level, const context *c)
{
    const size_t block = c->program->params << level;
    if (block && length + 1 > SIZE_MAX / sizeof(uint64_t) / block)
        return PCL_NOMEM;
    uint64_t *values = malloc((length + 1) * (block + 1) * sizeof *values);
    if (!values)
        return PCL_NOMEM;
    const pcl_status status = pcl_probe_chain(values, c->program, c->probes + letters[0],
                                              c->probes + letters[length], length, theta, level,
                                              c->mod, NULL);
    if (status == PCL_OK)
        memcpy(out, values + length * block, block * sizeof *out);
    free(values);
    return status;
}

/* out = value of the right-nested word of m letters at theta, over the algebra of the given
   level. */
static pcl_status evaluate(uint64_t *out, const uint32_t *letters, size_t m, const uint64_t *theta,
                           unsigned level, const context *c)
{
    const pcl_probe *g = c->probes + letters[0];
    if (m == 1)
        return pcl_probe_gradient(out, c->program, g, theta, level, c->mod);
    if (chain_length(letters, m, c->mod) == m - 1)
        return end_of_chain(out, letters, m - 1, theta, level, c);

    const size_t params = c->program->params, n = (size_t)1 << level;
    const level_space *up = c->space + level + 1;
    pcl_status status = pcl_probe_gradient(out, c->program, g, theta, level, c->mod);
    if (status != PCL_OK)
        return status;
    join(up->theta, theta, n, out, n, n, params);
    status = evaluate(up->word, letters + 1, m - 1, up->theta, level + 1, c);
    if (status != PCL_OK)
        return status;
    join(up->theta, theta, n, up->word, 2 * n, n, params);
    status = pcl_probe_gradient(up->field, c->program, g, up->theta, level + 1, c->mod);
    if (status != PCL_OK)
        return status;
    for (size_t i = 0; i < params; i++)
        for (size_t s = 0; s < n; s++)
            out[i * n + s] = pcl_sub(up->word[(2 * i + 1) * n + s], up->field[(2 * i + 1) * n + s],
                                     c->mod);
    return PCL_OK;
}

static void free_space(level_space *space, size_t levels)
{
    for (size_t k = 0; space && k < levels; k++) {
        free(space[k].theta);
        free(space[k].field);
        free(space[k].word);
    }
    free(space);
}

static level_space *new_space(size_t params, size_t levels)
{
    level_space *space = calloc(levels ? levels : 1, sizeof *space);
    for (size_t k = 1; space && k < levels; k++) {
        if (params > (SIZE_MAX >> k) / sizeof(uint64_t) - 1)
            goto fail;
        const size_t bytes = ((params + 1) << k) * sizeof(uint64_t);
        space[k].theta = malloc(bytes);
        space[k].field = malloc(bytes);
        space[k].word = malloc(bytes);
        if (!space[k].theta || !space[k].field || !space[k].word)
            goto fail;
    }
    return space;
fail:
    free_space(space, levels);
    return NULL;
}

pcl_status pcl_probe_words(uint64_t *values, const pcl_program *program, const pcl_probe *probes,
                           const uint32_t *letters, const size_t *start, size_t words,
                           const uint64_t *theta, const pcl_mod *mod)
{
    size_t longest = 0;
    for (size_t w = 0; w < words; w++) {
        if (start[w + 1] <= start[w])
            return PCL_LIMIT;
        const size_t m = start[w + 1] - start[w], chain = chain_length(letters + start[w], m, mod);
        const size_t nested = chain ? m - chain : m;    /* a chain takes one level, as a letter */
        if (nested > longest)
            longest = nested;
    }
    if (longest > 30)
        return PCL_LIMIT;
    level_space *space = new_space(program->params, longest);
    if (!space)
        return PCL_NOMEM;
    const context c = {program, probes, mod, space};
    pcl_status status = PCL_OK;
    for (size_t w = 0; w < words && status == PCL_OK; w++)
        status = evaluate(values + w * program->params, letters + start[w], start[w + 1] - start[w],
                          theta, 0, &c);
    free_space(space, longest);
    return status;
}
