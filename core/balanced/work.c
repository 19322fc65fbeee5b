#include <stdlib.h>
#ifdef __linux__
#include <sys/mman.h>
#endif

#include "inside.h"

/* HIGHEST, WIDEST: whole jobs of update.c. */
enum { LANE = 16, LINE = 64, HUGE_PAGE = 1 << 21, HIGHEST = 576, WIDEST = 960 };
/* Terms of products: fewer are not worth starting a thread for. */
static const double ONE_THREAD = 1 << 22;

void *pcl_balanced_alloc(void **memory, size_t m, size_t n, size_t item)
{
    *memory = NULL;
    if (n && m > (SIZE_MAX / 2) / n / item)
        return NULL;
    const size_t size = m * n * item, align = size >= 2 * HUGE_PAGE ? HUGE_PAGE : LINE;
    *memory = malloc(size + align);
    if (!*memory)
        return NULL;
    char *start = (char *)*memory + (align - (uintptr_t)*memory % align);
#if defined __linux__ && defined MADV_HUGEPAGE
    if (align == HUGE_PAGE)             /* a hint: fewer page faults, fewer misses of the TLB */
        madvise(start, size / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
#endif
    return start;
}

size_t pcl_balanced_stride(size_t n)
{
    const size_t lanes = (n + LANE - 1) / LANE;
    return LANE * (lanes | 1);
}

pcl_status pcl_balanced_work_init(pcl_balanced_work *work, uint64_t p, size_t rows, size_t cols,
                                  double terms, const pcl_balanced_how *how)
{
    pcl_balanced_how used = how ? *how : (pcl_balanced_how){PCL_BALANCED_BEST, 1, NULL, NULL};
    if (terms < ONE_THREAD)
        used.threads = 1;
    *work = (pcl_balanced_work){.loops = pcl_balanced_find(used.cpu), .p = p};
    if (p < 2 || p >> 23)
        return PCL_LIMIT;
    if (!work->loops)
        return PCL_UNSUPPORTED;
    rows = rows < PCL_BALANCED_SQUARE ? PCL_BALANCED_SQUARE : pcl_balanced_least(rows, HIGHEST);
    work->rows = pcl_balanced_whole(rows, work->loops->rows);
    work->cols = pcl_balanced_whole(pcl_balanced_least(cols, WIDEST), work->loops->cols);
    work->team = pcl_balanced_team_new(&used);
    work->left = pcl_balanced_alloc(&work->memory, work->rows + work->cols, PCL_BALANCED_TERMS,
                                    sizeof(double));
    if (!work->team || !work->left)
        return PCL_NOMEM;
    work->right = work->left + work->rows * PCL_BALANCED_TERMS;
    return PCL_OK;
}

void pcl_balanced_work_clear(pcl_balanced_work *work)
{
    pcl_balanced_team_free(work->team);
    free(work->memory);
    work->team = NULL;
    work->memory = NULL;
}
