#include <stdlib.h>
#include <string.h>

#include "pcl/fast.h"
#include "pcl/zp.h"

/* Rows are pivot rows, in the order in which they came; their columns are in an order that changes: pivot t is moved to
   position t by swapping it with position swap[t]. The rows of a block are reduced among themselves, their columns in
   the order after the last swap of the block. The chunk is the rows at hand. */
typedef struct {
    pcl_fast_work work;
    pcl_mod mod;
    pcl_fast_echelon *basis;
    double *w;                  /* the chunk */
    size_t rows;
    unsigned char *raised;      /* for each of its rows */
} elimination;

enum { FEW = 32 };              /* rows of a chunk, though fewer would do for the target */
static const uint64_t ONE_THREAD = (uint64_t)1 << 22;   /* products: less is not worth starting a thread for */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sets m rows c less their entries at positions at .. at+k-1 times k rows b, which have their pivots there, from
   position at + k on. What stands before is never read again, so columns may start at a multiple of 8. */
static void update(elimination *e, double *c, size_t m, size_t at, size_t k, const double *b)
{
    const size_t ld = e->basis->ld, from = (at + k) / 8 * 8, width = (e->basis->cols + 7) / 8 * 8;
    if (m && k && from < width)
        pcl_fast_update(c + from, c + at, b + from, ld, ld, m, k, width - from, &e->work);
}

/* Moves the columns of m rows as pivots t .. end-1 require. */
static void swap_columns(const elimination *e, double *rows, size_t m, size_t t, size_t end)
{
    const size_t *swap = e->basis->swap;
    while (t < end && swap[t] == t)         /* as a rule, all of them */
        t++;
    for (size_t i = 0; i < m && t < end; i++) {
        double *row = rows + i * e->basis->ld;
        for (size_t s = t; s < end; s++) {
            const double x = row[s];
            row[s] = row[swap[s]];
            row[swap[s]] = x;
        }
    }
}

/* Makes row i of the chunk, reduced by all pivots before it, row and pivot number t, scaled; returns 0 if it is zero.
   Taking the last column when position t will not do leaves hopeless columns behind for good. */
static size_t reduce_row(elimination *e, size_t i, size_t t)
{
    const size_t cols = e->basis->cols, ld = e->basis->ld;
    double *row = e->w + i * ld;
    size_t found = t;
    if (row[t] == 0)
        for (found = cols - 1; found > t && row[found] == 0; found--)
            ;
    const int64_t p = (int64_t)e->mod.p, lead = (int64_t)row[found] % p;
    uint64_t inverse;
    if (pcl_inv(&inverse, (uint64_t)(lead < 0 ? lead + p : lead), &e->mod) != PCL_OK)
        return 0;
    e->raised[i] = 1;
    e->basis->swap[t] = found;
    swap_columns(e, e->w, e->rows, t, t + 1);

    const size_t from = t / 8 * 8;
    const uint64_t less = pcl_sub(1, inverse, &e->mod);
    const double factor = less > e->mod.p / 2 ? (double)less - (double)p : (double)less;
    pcl_fast_update(row + from, &factor, row + from, ld, ld, 1, 1, (cols + 7) / 8 * 8 - from, &e->work);
    return 1;
}

/* Reduces rows low .. high-1 of the chunk among themselves, pivots from number t on. Returns the number of pivots;
   their rows are left in order at low, zero in the pivot columns of each other. */
static size_t reduce_rows(elimination *e, size_t low, size_t high, size_t t)
{
    const size_t ld = e->basis->ld;
    if (t == e->basis->cols)
        return 0;
    if (high - low == 1)
        return reduce_row(e, low, t);
    const size_t half = (high - low) / 2, mid = high - (half > 8 ? half / 8 * 8 : half);
    const size_t above = reduce_rows(e, low, mid, t);
    update(e, e->w + mid * ld, high - mid, t, above, e->w + low * ld);
    const size_t below = reduce_rows(e, mid, high, t + above);
    update(e, e->w + low * ld, above, t + above, below, e->w + mid * ld);
    if (below && low + above < mid)
        memmove(e->w + (low + above) * ld, e->w + mid * ld, below * ld * sizeof *e->w);
    return above + below;
}

/* Reduces the chunk by the block, whose order of columns it takes over. */
static void reduce_by_block(elimination *e, const pcl_fast_block *b)
{
    swap_columns(e, e->w, e->rows, b->start, b->start + b->rank);
    update(e, e->w, e->rows, b->start, b->rank, b->w);
}

/* Lets the first `found` rows of the chunk join the last block if there is room, or be the next one. */
static void add_rows(elimination *e, size_t found)
{
    pcl_fast_echelon *basis = e->basis;
    pcl_fast_block *last = basis->block + basis->blocks;        /* the spare one, which holds the chunk */
    if (basis->blocks && last[-1].rank + found <= PCL_FAST_TERMS) {
        last--;
        double *to = last->w + last->rank * basis->ld;
        memcpy(to, e->w, found * basis->ld * sizeof *to);
        swap_columns(e, last->w, last->rank, basis->rank, basis->rank + found);
        update(e, last->w, last->rank, basis->rank, found, to);
        last->rank += found;
    } else if (found) {
        last->start = basis->rank;
        last->rank = found;
        basis->blocks++;
    }
    basis->rank += found;
}

/* Makes room for a chunk: for its pivots, and for itself as a block. */
static pcl_status make_room(pcl_fast_echelon *basis)
{
    if (basis->cols > SIZE_MAX / 64)
        return PCL_NOMEM;
    const size_t most = least(basis->cols, basis->rank + PCL_FAST_TERMS);
    if (most > basis->swaps) {
        const size_t swaps = least(basis->cols, 2 * most);
        size_t *swap = realloc(basis->swap, swaps * sizeof *swap);
        if (!swap)
            return PCL_NOMEM;
        basis->swap = swap;
        basis->swaps = swaps;
    }
    if (basis->blocks == basis->alloc) {
        const size_t alloc = basis->alloc ? 2 * basis->alloc : 4;
        pcl_fast_block *block = realloc(basis->block, alloc * sizeof *block);
        if (!block)
            return PCL_NOMEM;
        memset(block + basis->alloc, 0, (alloc - basis->alloc) * sizeof *block);
        basis->block = block;
        basis->alloc = alloc;
    }
    pcl_fast_block *spare = basis->block + basis->blocks;
    if (!spare->w)
        spare->w = pcl_fast_alloc(&spare->memory, PCL_FAST_TERMS, basis->ld);
    return spare->w ? PCL_OK : PCL_NOMEM;
}

void pcl_fast_echelon_init(pcl_fast_echelon *basis, size_t cols, uint64_t p)
{
    *basis = (pcl_fast_echelon){.p = p, .cols = cols, .ld = pcl_fast_stride(cols)};
}

void pcl_fast_echelon_clear(pcl_fast_echelon *basis)
{
    for (size_t b = 0; b < basis->alloc; b++)
        free(basis->block[b].memory);
    free(basis->block);
    free(basis->swap);
    pcl_fast_echelon_init(basis, basis->cols, basis->p);
}

static pcl_status eliminate(elimination *e, const uint64_t *rows, size_t m, size_t target)
{
    pcl_fast_echelon *basis = e->basis;
    unsigned char *raised = e->raised;
    for (size_t row = 0; row < m && basis->rank < target; row += e->rows) {
        const pcl_status status = make_room(basis);
        if (status != PCL_OK)
            return status;
        const size_t wanted = target - basis->rank;
        e->rows = least(m - row, least(PCL_FAST_TERMS, wanted < FEW ? FEW : wanted));
        e->raised = raised + row;
        e->w = basis->block[basis->blocks].w;
        pcl_fast_load(e->w, basis->ld, rows + row * basis->cols, e->rows, basis->cols, &e->work);
        for (size_t b = 0; b < basis->blocks; b++)
            reduce_by_block(e, basis->block + b);
        const size_t found = reduce_rows(e, 0, e->rows, basis->rank);
        if (pcl_fast_stopped(e->work.team)) {
            memset(e->raised, 0, e->rows);
            return PCL_NONE;
        }
        pcl_fast_team_quiet(e->work.team, 1);       /* half of it done would spoil the basis */
        add_rows(e, found);
        pcl_fast_team_quiet(e->work.team, 0);
    }
    return PCL_OK;
}

pcl_status pcl_fast_echelon_extend(unsigned char *raised, pcl_fast_echelon *basis, const uint64_t *rows, size_t m,
                                   size_t target, const pcl_fast_how *how)
{
    elimination e = {.basis = basis, .raised = raised};
    pcl_fast_how few = how ? *how : (pcl_fast_how){PCL_FAST_BEST, 1, NULL, NULL};
    if ((double)m * (double)(basis->rank + m) * (double)basis->cols < (double)ONE_THREAD)
        few.threads = 1;
    pcl_status status = pcl_fast_work_init(&e.work, basis->p, &few);
    if (m)
        memset(raised, 0, m);
    if (status == PCL_OK && basis->cols) {
        pcl_mod_init(&e.mod, basis->p);
        status = eliminate(&e, rows, m, target);
    }
    pcl_fast_work_clear(&e.work);
    return status;
}

pcl_status pcl_fast_echelon_pivots(size_t *pivot, const pcl_fast_echelon *basis)
{
    size_t *place = basis->cols < SIZE_MAX / sizeof *place ? malloc((basis->cols + 1) * sizeof *place) : NULL;
    if (!place)
        return PCL_NOMEM;
    for (size_t j = 0; j < basis->cols; j++)
        place[j] = j;
    for (size_t t = 0; t < basis->rank; t++) {
        const size_t found = basis->swap[t];
        pivot[t] = place[found];
        place[found] = place[t];
    }
    free(place);
    return PCL_OK;
}
