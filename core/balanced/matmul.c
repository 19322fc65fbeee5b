#include <stdlib.h>

#include "inside.h"

enum { CHUNK = 2048 };          /* rows of the left factor at hand */

/* Matrices as rows of floats, with the pointers to them. */
typedef struct {
    float **row;
    void *memory;
} matrix;

static pcl_status matrix_init(matrix *a, size_t m, size_t n)
{
    const size_t ld = pcl_balanced_stride(n);
    float *w = pcl_balanced_alloc(&a->memory, m, ld, sizeof *w);
    a->row = m < SIZE_MAX / sizeof *a->row ? malloc((m + 1) * sizeof *a->row) : NULL;
    for (size_t i = 0; w && a->row && i < m; i++)
        a->row[i] = w + i * ld;
    return w && a->row ? PCL_OK : PCL_NOMEM;
}

static void matrix_clear(matrix *a)
{
    free(a->row);
    free(a->memory);
}

/* Rows between the caller's matrix and floats, in either direction. */
typedef struct {
    float *const *row;
    const uint64_t *from;
    uint64_t *to;
    size_t n;
    const pcl_balanced_work *work;
} copying;

static void load_row(void *arg, size_t i)
{
    const copying *all = arg;
    all->work->loops->load(all->row[i], all->from + i * all->n, all->n, all->work->p);
}

static void store_row(void *arg, size_t i)
{
    const copying *all = arg;
    all->work->loops->store_negated(all->to + i * all->n, all->row[i], all->n, all->work->p);
}

static void zero_row(void *arg, size_t i)
{
    const copying *all = arg;
    for (size_t j = 0; j < all->n; j++)
        all->row[i][j] = 0;
}

/* An entry from memory takes the time of some 64 products. */
static void each_row(void (*what)(void *, size_t), copying all, size_t m)
{
    pcl_balanced_team_run(all.work->team, what, &all, m, 64 * all.n);
}

pcl_status pcl_balanced_matmul(uint64_t *c, const uint64_t *a, const uint64_t *b, size_t m,
                               size_t k, size_t n, uint64_t p, const pcl_balanced_how *how)
{
    const size_t most = pcl_balanced_least(m, CHUNK);
    matrix right = {NULL, NULL}, left = right, sum = right;
    pcl_balanced_work work;
    pcl_status status = pcl_balanced_work_init(&work, p, most, n, (double)m * (double)k * (double)n,
                                               how);
    if (status == PCL_OK
        && (matrix_init(&right, k, n) != PCL_OK || matrix_init(&left, most, k) != PCL_OK
            || matrix_init(&sum, most, n) != PCL_OK))
        status = PCL_NOMEM;
    if (status == PCL_OK)
        each_row(load_row, (copying){right.row, b, NULL, n, &work}, k);
    for (size_t row = 0; row < m && status == PCL_OK; row += most) {
        const size_t rows = pcl_balanced_least(m - row, most);
        each_row(load_row, (copying){left.row, a + row * k, NULL, k, &work}, rows);
        each_row(zero_row, (copying){sum.row, NULL, NULL, n, &work}, rows);
        pcl_balanced_update((pcl_balanced_part){sum.row, 0, 1}, (pcl_balanced_part){left.row, 0, 1},
                            (pcl_balanced_part){right.row, 0, 1}, rows, k, n, &work);
        each_row(store_row, (copying){sum.row, NULL, c + row * n, n, &work}, rows);
        if (pcl_balanced_stopped(work.team))
            status = PCL_STOPPED;
    }
    pcl_balanced_work_clear(&work);
    matrix_clear(&right), matrix_clear(&left), matrix_clear(&sum);
    return status;
}
