#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "pcl/fast.h"

enum { LANE = 8, LINE = 64, BAND = 96, HUGE_PAGE = 1 << 21 };

double *pcl_fast_alloc(void **block, size_t m, size_t n)
{
    *block = NULL;
    if (n && m > (SIZE_MAX / 2) / n / sizeof(double))
        return NULL;
    const size_t size = m * n * sizeof(double), align = size >= 2 * HUGE_PAGE ? HUGE_PAGE : LINE;
    *block = malloc(size + align);
    if (!*block)
        return NULL;
    char *start = (char *)*block + (align - (uintptr_t)*block % align);
#if defined __linux__ && defined MADV_HUGEPAGE
    if (align == HUGE_PAGE)             /* a hint: fewer page faults, fewer misses of the TLB */
        madvise(start, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return (double *)(void *)start;
}

size_t pcl_fast_stride(size_t n)
{
    const size_t lanes = (n + LANE - 1) / LANE;
    return LANE * (lanes | 1);
}

pcl_status pcl_fast_work_init(pcl_fast_work *work, uint64_t p, const pcl_fast_how *how)
{
    static const pcl_fast_how plain = {PCL_FAST_BEST, 1, NULL, NULL};
    if (!how)
        how = &plain;
    *work = (pcl_fast_work){.loops = pcl_fast_find(how->cpu), .p = p};
    if (p < 2 || p >> 23)
        return PCL_OVERFLOW;
    if (!work->loops)
        return PCL_NONE;
    work->team = pcl_fast_team_new(how);
    work->packed = pcl_fast_alloc(&work->block, PCL_FAST_TERMS, PCL_FAST_TERMS);
    return work->team && work->packed ? PCL_OK : PCL_NOMEM;
}

void pcl_fast_work_clear(pcl_fast_work *work)
{
    pcl_fast_team_free(work->team);
    free(work->block);
    work->team = NULL;
    work->block = NULL;
}

typedef struct {
    double *to;
    const uint64_t *from;
    size_t ld, cols;
    const pcl_fast_work *work;
} loading;

static void load_row(void *arg, size_t i)
{
    const loading *all = arg;
    double *to = all->to + i * all->ld;
    all->work->loops->load(to, all->from + i * all->cols, all->cols, all->work->p);
    memset(to + all->cols, 0, (all->ld - all->cols) * sizeof *to);
}

void pcl_fast_load(double *to, size_t ld, const uint64_t *from, size_t m, size_t cols, const pcl_fast_work *work)
{
    loading all = {to, from, ld, cols, work};
    pcl_fast_team_run(work->team, load_row, &all, m, 64 * cols);      /* an entry from memory: the time of 64 products */
}

typedef struct {
    double *c;
    const double *b;
    size_t ldc, ldb, m, k, n;
    const pcl_fast_work *work;
} updating;

static void update_band(void *arg, size_t i)
{
    const updating *all = arg;
    const size_t from = i * BAND, n = all->n - from < BAND ? all->n - from : BAND;
    all->work->loops->update(all->c + from, all->ldc, all->work->packed, all->b + from, all->ldb, all->m, all->k, n,
                             (double)all->work->p);
}

/* Every so many rows after each other, column by column; the last rows are followed by zeros. */
static void pack(double *to, const double *a, size_t lda, size_t m, size_t k, size_t height)
{
    size_t i = 0;
    for (; i + height <= m; i += height, a += height * lda)
        for (size_t j = 0; j < k; j++)
            for (size_t h = 0; h < height; h++)
                *to++ = a[h * lda + j];
    for (size_t j = 0; j < k && i < m; j++)
        for (size_t h = 0; h < height; h++)
            *to++ = i + h < m ? a[h * lda + j] : 0;
}

void pcl_fast_update(double *c, const double *a, const double *b, size_t ldc, size_t ldb,
                     size_t m, size_t k, size_t n, const pcl_fast_work *work)
{
    pack(work->packed, a, ldc, m, k, work->loops->rows);
    updating all = {c, b, ldc, ldb, m, k, n, work};
    pcl_fast_team_run(work->team, update_band, &all, (n + BAND - 1) / BAND, m * k * BAND);
}
