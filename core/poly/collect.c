#include <stdlib.h>
#include <string.h>

#include "pcl/poly.h"

void pcl_collect_init(pcl_collect *sum, const pcl_mod *mod)
{
    *sum = (pcl_collect){.mod = *mod};
    pcl_poly_init(&sum->sum);
}

void pcl_collect_clear(pcl_collect *sum)
{
    const pcl_mod mod = sum->mod;
    pcl_poly_clear(&sum->sum);
    free(sum->hash);
    free(sum->slot);
    free(sum->scratch);
    pcl_collect_init(sum, &mod);
}

void pcl_collect_reset(pcl_collect *sum)
{
    sum->sum.terms = sum->sum.factors = 0;
    if (sum->slots)
        memset(sum->slot, 0, sum->slots * sizeof *sum->slot);
}

static uint64_t hash_of(const uint64_t *factor, size_t size)
{
    uint64_t h = 0x9e3779b97f4a7c15u + size;
    for (size_t i = 0; i < size; i++) {
        h = (h ^ factor[i]) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    return h;
}

/* Doubles the table. The old one stays valid when memory is short. */
static pcl_status rehash(pcl_collect *sum)
{
    const size_t slots = sum->slots ? 2 * sum->slots : 16;
    size_t *slot = calloc(slots, sizeof *slot);
    if (!slot)
        return PCL_NOMEM;
    uint64_t *hash = realloc(sum->hash, slots / 2 * sizeof *hash);
    if (!hash) {
        free(slot);
        return PCL_NOMEM;
    }
    sum->hash = hash;
    for (size_t t = 0; t < sum->sum.terms; t++) {
        size_t i = hash[t] & (slots - 1);
        while (slot[i])
            i = (i + 1) & (slots - 1);
        slot[i] = t + 1;
    }
    free(sum->slot);
    sum->slot = slot;
    sum->slots = slots;
    return PCL_OK;
}

static int same(const pcl_poly *f, size_t t, const uint64_t *factor, size_t size)
{
    return f->start[t + 1] - f->start[t] == size
        && (!size || !memcmp(f->factor + f->start[t], factor, size * sizeof *factor));
}

pcl_status pcl_collect_add(size_t *term, pcl_collect *sum, const uint64_t *factor, size_t size,
                           uint64_t coef)
{
    pcl_poly *f = &sum->sum;
    if (2 * (f->terms + 1) > sum->slots && rehash(sum) != PCL_OK)
        return PCL_NOMEM;
    const uint64_t h = hash_of(factor, size);
    size_t i = h & (sum->slots - 1);
    for (; sum->slot[i]; i = (i + 1) & (sum->slots - 1)) {
        const size_t t = sum->slot[i] - 1;
        if (sum->hash[t] == h && same(f, t, factor, size)) {
            f->coef[t] = pcl_add(f->coef[t], coef, &sum->mod);
            if (term)
                *term = t;
            return PCL_OK;
        }
    }
    const size_t t = f->terms;
    if (pcl_poly_fit(f, t + 1, f->factors + size) != PCL_OK)
        return PCL_NOMEM;
    if (size)
        memcpy(f->factor + f->factors, factor, size * sizeof *factor);
    f->factors += size;
    f->coef[t] = coef;
    f->start[t + 1] = f->factors;
    f->terms = t + 1;
    sum->hash[t] = h;
    sum->slot[i] = t + 1;
    if (term)
        *term = t;
    return PCL_OK;
}

/* Order of the factor lists: lexicographic, a prefix first. */
static int compare(const pcl_poly *f, size_t a, size_t b)
{
    size_t i = f->start[a], j = f->start[b];
    for (; i < f->start[a + 1] && j < f->start[b + 1]; i++, j++)
        if (f->factor[i] != f->factor[j])
            return f->factor[i] < f->factor[j] ? -1 : 1;
    return (i < f->start[a + 1]) - (j < f->start[b + 1]);
}

typedef struct {
    uint64_t key;
    size_t term;
} ranked;

/* A number in the order of the factor lists, as far as the first four factors tell: comparing it
   stays in one place, where following the lists jumps about in memory. 12 bits a variable, 4 an
   exponent; what does not fit ends it. */
static uint64_t key_of(const pcl_poly *f, size_t t)
{
    uint64_t key = 0;
    size_t i = f->start[t];
    for (int shift = 48; shift >= 0 && i < f->start[t + 1]; shift -= 16, i++) {
        const uint64_t var = f->factor[i] >> 32, exp = f->factor[i] & 0xffffffffu;
        const uint64_t code = var >= 0xffe ? 0xffff : (var + 1) << 4 | (exp < 15 ? exp : 15);
        key |= code << shift;
        if (var >= 0xffe || exp >= 15)
            break;
    }
    return key;
}

static int before(const pcl_poly *f, const ranked *a, const ranked *b)
{
    return a->key != b->key ? a->key < b->key : compare(f, a->term, b->term) < 0;
}

/* Sorts by merging; buffer has half the size. Plain qsort has no room for a context. */
static void sort(ranked *list, ranked *buffer, size_t n, const pcl_poly *f)
{
    if (n < 2)
        return;
    const size_t half = n / 2;
    sort(list, buffer, half, f);
    sort(list + half, buffer, n - half, f);
    memcpy(buffer, list, half * sizeof *list);
    for (size_t i = 0, j = half, k = 0; i < half;)
        list[k++] = j < n && before(f, list + j, buffer + i) ? list[j++] : buffer[i++];
}

pcl_status pcl_collect_finish(pcl_poly *f, const pcl_collect *sum)
{
    const pcl_poly *g = &sum->sum;
    size_t n = 0;
    if (!g->terms) {                  /* as most components of a sparse vector field */
        f->terms = f->factors = 0;
        return PCL_OK;
    }
    ranked *list = malloc((g->terms + g->terms / 2 + 1) * sizeof *list);
    if (!list || pcl_poly_fit(f, g->terms, g->factors) != PCL_OK) {
        free(list);
        return PCL_NOMEM;
    }
    for (size_t t = 0; t < g->terms; t++)
        if (g->coef[t])
            list[n++] = (ranked){key_of(g, t), t};
    sort(list, list + g->terms, n, g);
    f->terms = f->factors = 0;
    for (size_t k = 0; k < n; k++) {
        const size_t t = list[k].term, size = g->start[t + 1] - g->start[t];
        if (size)
            memcpy(f->factor + f->factors, g->factor + g->start[t], size * sizeof *f->factor);
        f->factors += size;
        f->coef[f->terms++] = g->coef[t];
        f->start[f->terms] = f->factors;
    }
    free(list);
    return PCL_OK;
}
