#include <stdlib.h>
#include <string.h>

#include "pcl/fast.h"
#include "pcl/zp.h"

/* Rows of w are pivot rows, in the order in which they are read; its columns are in an order that changes: pivot t
   is moved to position t by swapping it with position swap[t]. Rows start[b] .. start[b+1]-1 make block b: they are
   reduced among themselves, their columns in the order after the last swap of the block. */
typedef struct {
    pcl_fast_work work;
    pcl_mod mod;
    double *w;
    size_t ld, cols, rank;
    size_t first, chunk;        /* rows first .. first+chunk-1 of the input are now rows rank .. of w */
    size_t *row;                /* of the input, in which pivot t was found */
    size_t *swap, *start, blocks;
} elimination;

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Sets rows c .. c+m-1 less their entries at positions at .. at+k-1 times rows b .. b+k-1, which have their pivots
   there, from position at + k on. What stands before is never read again, so columns may start at a multiple of 8. */
static void update(elimination *e, size_t c, size_t m, size_t at, size_t k, size_t b)
{
    const size_t from = (at + k) / 8 * 8, width = (e->cols + 7) / 8 * 8;
    if (m && k && from < width)
        pcl_fast_update(e->w + c * e->ld + from, e->w + c * e->ld + at, e->w + b * e->ld + from, e->ld, e->ld, m, k,
                        width - from, &e->work);
}

/* Moves the columns of rows low .. high-1 as pivots t .. end-1 require. */
static void swap_columns(elimination *e, size_t low, size_t high, size_t t, size_t end)
{
    while (t < end && e->swap[t] == t)      /* as a rule, all of them */
        t++;
    for (size_t i = low; i < high && t < end; i++) {
        double *row = e->w + i * e->ld;
        for (size_t s = t; s < end; s++) {
            const double x = row[s];
            row[s] = row[e->swap[s]];
            row[e->swap[s]] = x;
        }
    }
}

/* Makes row i of the chunk, reduced by all pivots before it, row and pivot number t, scaled; returns 0 if it is zero.
   Taking the last column when position t will not do leaves hopeless columns behind for good. */
static size_t reduce_row(elimination *e, size_t i, size_t t)
{
    double *row = e->w + i * e->ld;
    size_t found = t;
    if (row[t] == 0)
        for (found = e->cols - 1; found > t && row[found] == 0; found--)
            ;
    const int64_t p = (int64_t)e->mod.p, lead = (int64_t)row[found] % p;
    uint64_t inverse;
    if (pcl_inv(&inverse, (uint64_t)(lead < 0 ? lead + p : lead), &e->mod) != PCL_OK)
        return 0;
    e->row[t] = e->first + (i - e->rank);
    e->swap[t] = found;
    swap_columns(e, e->rank, e->rank + e->chunk, t, t + 1);

    const size_t from = t / 8 * 8;
    const uint64_t less = pcl_sub(1, inverse, &e->mod);
    const double factor = less > e->mod.p / 2 ? (double)less - (double)p : (double)less;
    pcl_fast_update(row + from, &factor, row + from, e->ld, e->ld, 1, 1, (e->cols + 7) / 8 * 8 - from, &e->work);
    return 1;
}

/* Reduces rows low .. high-1 of the chunk among themselves, pivots from number t on. Returns the number of pivots;
   their rows are left in order at low, zero in the pivot columns of each other. */
static size_t reduce_rows(elimination *e, size_t low, size_t high, size_t t)
{
    if (t == e->cols)
        return 0;
    if (high - low == 1)
        return reduce_row(e, low, t);
    const size_t half = (high - low) / 2, mid = high - (half > 8 ? half / 8 * 8 : half);
    const size_t above = reduce_rows(e, low, mid, t);
    update(e, mid, high - mid, t, above, low);
    const size_t below = reduce_rows(e, mid, high, t + above);
    update(e, low, above, t + above, below, mid);
    if (below && low + above < mid)
        memmove(e->w + (low + above) * e->ld, e->w + mid * e->ld, below * e->ld * sizeof *e->w);
    return above + below;
}

/* Reduces the chunk by the block, whose order of columns it takes over. */
static void reduce_by_block(elimination *e, size_t b)
{
    const size_t from = e->start[b], until = e->start[b + 1];
    swap_columns(e, e->rank, e->rank + e->chunk, from, until);
    update(e, e->rank, e->chunk, from, until - from, from);
}

/* Lets the next `found` rows be a block, or join the last one if there is room. */
static void add_block(elimination *e, size_t found)
{
    const size_t end = e->rank + found;
    if (e->blocks && end - e->start[e->blocks - 1] <= PCL_FAST_TERMS) {
        const size_t from = e->start[e->blocks - 1];
        swap_columns(e, from, e->rank, e->rank, end);
        update(e, from, e->rank - from, e->rank, found, e->rank);
    } else if (found)
        e->blocks++;
    e->start[e->blocks] = e->rank = end;
}

static pcl_status eliminate(elimination *e, const uint64_t *a, size_t rows, size_t target)
{
    e->start[0] = 0;
    for (size_t row = 0; row < rows && e->rank < target; row = e->first + e->chunk) {
        const size_t wanted = target - e->rank;
        e->first = row;
        e->chunk = least(rows - row, least(PCL_FAST_TERMS, wanted < 32 ? 32 : wanted));
        pcl_fast_load(e->w + e->rank * e->ld, e->ld, a + row * e->cols, e->chunk, e->cols, &e->work);
        for (size_t b = 0; b < e->blocks; b++)
            reduce_by_block(e, b);
        add_block(e, reduce_rows(e, e->rank, e->rank + e->chunk, e->rank));
        if (pcl_fast_stopped(e->work.team))
            return PCL_NONE;
    }
    return PCL_OK;
}

/* Sets col_pivot from the swaps, with room for cols numbers in place. */
static void name_columns(size_t *col_pivot, size_t *place, const elimination *e, size_t rank)
{
    for (size_t j = 0; j < e->cols; j++)
        place[j] = j;
    for (size_t t = 0; t < rank; t++) {
        const size_t found = place[e->swap[t]];
        place[e->swap[t]] = place[t];
        col_pivot[t] = found;
    }
}

pcl_status pcl_rank_fast(size_t *rank, size_t *row_pivot, size_t *col_pivot,
                         const uint64_t *a, size_t rows, size_t cols, uint64_t p,
                         size_t target, const pcl_fast_how *how)
{
    elimination e = {.cols = cols, .ld = pcl_fast_stride(cols)};
    const size_t most = least(rows, cols);
    target = least(target, most);
    void *block = NULL;
    size_t *numbers = NULL;
    pcl_status status = pcl_fast_work_init(&e.work, p, how);
    if (status == PCL_OK && target) {
        pcl_mod_init(&e.mod, p);
        /* the last chunk may find more than the target, and has rows to spare */
        e.w = pcl_fast_alloc(&block, least(rows, most + PCL_FAST_TERMS), e.ld);
        numbers = cols < SIZE_MAX / 64 ? malloc((3 * most + cols + 1) * sizeof *numbers) : NULL;
        e.row = numbers, e.swap = numbers + most, e.start = numbers + 2 * most;
        status = e.w && numbers ? eliminate(&e, a, rows, target) : PCL_NOMEM;
    }
    if (status == PCL_OK)
        *rank = least(e.rank, target);
    if (status == PCL_OK && target) {
        memcpy(row_pivot, e.row, *rank * sizeof *row_pivot);
        name_columns(col_pivot, numbers + 2 * most, &e, *rank);
    }
    pcl_fast_work_clear(&e.work);
    free(block);
    free(numbers);
    return status;
}
