#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "pcl/zp.h"

static uint64_t residue(double x, uint64_t p)
{
    const int64_t y = (int64_t)x % (int64_t)p;
    return (uint64_t)(y < 0 ? y + (int64_t)p : y);
}

static double balanced(uint64_t x, uint64_t p)
{
    return x > p / 2 ? (double)x - (double)p : (double)x;
}

double pcl_balanced_inverse(double x, uint64_t p)
{
    pcl_mod mod;
    uint64_t y = 0;
    pcl_mod_init(&mod, p);
    pcl_inv(&y, residue(x, p), &mod);
    return balanced(y, p);
}

/* Gauss-Jordan in place, PCL_BALANCED_SQUARE pivots at a time: all leading minors are units, so
   there are no exchanges. Returns PCL_NONE if one is not. */
static pcl_status invert(float **row, size_t r, const pcl_balanced_work *work)
{
    enum { SQUARE = PCL_BALANCED_SQUARE };
    float **column = malloc((r + 1) * sizeof *column),
          *entries = malloc((r + 1) * SQUARE * sizeof *entries);
    pcl_status status = column && entries ? PCL_OK : PCL_NOMEM;
    for (size_t i = 0; i < r && status == PCL_OK; i++)
        column[i] = entries + i * SQUARE;
    for (size_t t = 0, k; t < r && status == PCL_OK; t += k) {
        double square[SQUARE][SQUARE] = {{0}};
        float left[SQUARE][SQUARE], *line[SQUARE];
        k = r - t < SQUARE ? r - t : SQUARE;
        for (size_t i = 0; i < k; i++) {
            line[i] = left[i];
            for (size_t j = 0; j < k; j++)
                square[i][j] = row[t + i][t + j];
        }
        for (size_t i = 0; i < k; i++) {
            if (square[i][i] == 0)
                status = PCL_NONE;
            work->loops->sweep(square[0], k, i, pcl_balanced_inverse(square[i][i], work->p),
                               (double)work->p);
        }
        for (size_t i = 0; i < r; i++) {
            memcpy(column[i], row[i] + t, k * sizeof **row);
            memset(row[i] + t, 0, k * sizeof **row);
        }
        for (size_t i = 0; i < k; i++) {
            row[t + i][t + i] = 1;
            for (size_t j = 0; j < k; j++)
                left[i][j] = (float)((i == j) - square[i][j]);
        }
        const pcl_balanced_part pivots = {row + t, 0, 1};
        const pcl_balanced_sum c = {{pivots}, 1}, a = {{{line, 0, 1}}, 1};
        pcl_balanced_multiply(&c, &a, &c, k, k, r, work);
        pcl_balanced_update((pcl_balanced_part){row, 0, 1}, (pcl_balanced_part){column, 0, 1},
                            pivots, t, k, r, work);
        pcl_balanced_update((pcl_balanced_part){row + t + k, 0, 1},
                            (pcl_balanced_part){column + t + k, 0, 1}, pivots, r - t - k, k, r,
                            work);
    }
    free(column), free(entries);
    return status;
}

pcl_status pcl_balanced_invert(float *inverse, const float *a, size_t stride, size_t r, uint64_t p,
                               const pcl_balanced_how *how)
{
    const size_t ld = pcl_balanced_stride(r);
    void *memory = NULL;
    float *w, **row = NULL;
    pcl_balanced_work work = {.p = p};
    double most = 0;
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++)
            pcl_balanced_raise(&most, fabs((double)a[i * stride + j]));
    if (p < 3 || p >> 23 || !(2 * most < (double)p))
        return PCL_LIMIT;
    pcl_status status = pcl_balanced_work_init(&work, p, r, r, (double)r * (double)r * (double)r,
                                               how);
    if (status == PCL_OK
        && (!(w = pcl_balanced_alloc(&memory, r, ld, sizeof *w))
            || !(row = malloc((r + 1) * sizeof *row))))
        status = PCL_NOMEM;
    for (size_t i = 0; i < r && status == PCL_OK; i++) {
        row[i] = w + i * ld;
        memcpy(row[i], a + i * stride, r * sizeof *a);
    }
    if (status == PCL_OK)
        status = invert(row, r, &work);
    if ((status == PCL_OK || status == PCL_NONE) && pcl_balanced_stopped(work.team))
        status = PCL_STOPPED;   /* a zero may be work left undone */
    for (size_t i = 0; i < r && status == PCL_OK; i++)
        memcpy(inverse + i * r, row[i], r * sizeof *inverse);
    free(row), free(memory);
    pcl_balanced_work_clear(&work);
    return status;
}
