#include <stdlib.h>
#include <string.h>

#include "pcl/fast.h"

typedef struct {
    uint64_t *to;
    const double *from;
    size_t ld, n;
    const pcl_fast_work *work;
} storing;

static void store_row(void *arg, size_t i)
{
    const storing *all = arg;
    all->work->loops->store_negated(all->to + i * all->n, all->from + i * all->ld, all->n, all->work->p);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

pcl_status pcl_matmul_fast(uint64_t *c, const uint64_t *a, const uint64_t *b, size_t m, size_t k, size_t n,
                           uint64_t p, const pcl_fast_how *how)
{
    /* one row distance for a chunk of rows of a and, next to them, of c */
    const size_t ldb = pcl_fast_stride(n), lda = pcl_fast_stride(k), ld = pcl_fast_stride(lda + ldb);
    const size_t width = (n + 7) / 8 * 8, most = least(m, PCL_FAST_TERMS);
    pcl_fast_work work;
    void *right_block = NULL, *chunk_block = NULL;
    pcl_status status = pcl_fast_work_init(&work, p, how);
    double *right = NULL, *chunk = NULL;
    if (status == PCL_OK) {
        right = pcl_fast_alloc(&right_block, k, ldb);
        chunk = pcl_fast_alloc(&chunk_block, most, ld);
        status = right && chunk ? PCL_OK : PCL_NOMEM;
    }
    if (status == PCL_OK)
        pcl_fast_load(right, ldb, b, k, n, &work);
    for (size_t row = 0; row < m && status == PCL_OK; row += most) {
        const size_t rows = least(m - row, most);
        double *sum = chunk + lda;
        pcl_fast_load(chunk, ld, a + row * k, rows, k, &work);      /* and zeros where sum begins */
        for (size_t j = 0; j < k; j += PCL_FAST_TERMS)
            pcl_fast_update(sum, chunk + j, right + j * ldb, ld, ldb,
                            rows, least(k - j, PCL_FAST_TERMS), width, &work);
        storing all = {c + row * n, sum, ld, n, &work};
        pcl_fast_team_run(work.team, store_row, &all, rows, 64 * n);
        if (pcl_fast_stopped(work.team))
            status = PCL_NONE;
    }
    pcl_fast_work_clear(&work);
    free(right_block);
    free(chunk_block);
    return status;
}
