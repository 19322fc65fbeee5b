/* Compiled once for every instruction set: this file includes itself. */
#ifndef PATH
#include "inside.h"

#define THIS_FILE "pack.c"
#define GROUP (4 * COLS)        /* a stretch of a row, tiles side by side */
#define add_up NAME(add_up_)
#define pack_group NAME(pack_group_)
#define EXPONENT 0x4330000000000000u
#include "paths.h"
#else

/* n entries of row i of a sum of parts, from entry j on. */
INLINE void add_up(double *to, const pcl_balanced_sum *a, size_t i, size_t j, size_t n, double p)
{
    const double inverse = 1 / p;
    const float *row[PCL_BALANCED_SUMMANDS] = {0};
    for (size_t s = 0; s < a->parts; s++)
        row[s] = a->part[s].row[i] + a->part[s].col + j;
    size_t t = 0;
    for (; t + LANES <= n; t += LANES) {
        vec x = a->part[0].sign * widened(row[0] + t);
        for (size_t s = 1; s < a->parts; s++)
            x += a->part[s].sign * widened(row[s] + t);
        *(vec *)(to + t) = a->parts > 1 ? reduced(x, p, inverse) : x;
    }
    for (; t < n; t++) {
        double x = 0;
        for (size_t s = 0; s < a->parts; s++)
            x += a->part[s].sign * row[s][t];
        to[t] = reduced_one(x, p, inverse);
    }
}

TARGET void pack_left(double *to, const pcl_balanced_sum *a, size_t row, size_t m, size_t k,
                      double p)
{
    enum { PIECE = 64 };
    double sum[ROWS][PIECE];
    for (size_t i = 0; i < m; i += ROWS)
        for (size_t j = 0; j < k; j += PIECE) {
            const size_t n = k - j < PIECE ? k - j : PIECE;
            for (size_t h = 0; h < ROWS; h++)
                if (i + h < m)
                    add_up(sum[h], a, row + i + h, j, n, p);
                else
                    memset(sum[h], 0, sizeof sum[h]);
            for (size_t t = 0; t < n; t++)
                UNROLL for (size_t h = 0; h < ROWS; h += 2, to += 2)
                    *(pair *)to = (pair){sum[h][t], sum[h + 1][t]};
        }
}

/* Rows of n <= GROUP entries, as many tiles wide. */
INLINE void pack_group(double *to, const pcl_balanced_sum *b, size_t k, size_t col, size_t n,
                       double p, const int plain)
{
    double sum[GROUP] = {0};
    for (size_t t = 0; t < k; t++) {
        const float *from = b->part->row[t] + b->part->col + col;
        if (!plain)
            add_up(sum, b, t, col, n, p);
        UNROLL for (size_t g = 0; g < GROUP; g += COLS)
            if (g < n)
                UNROLL for (size_t v = 0; v < COLS; v += LANES)
                    *(vec *)(to + g * k + t * COLS + v) = plain ? widened(from + g + v)
                                                                : *(const vec *)(sum + g + v);
    }
}

TARGET void pack_right(double *to, const pcl_balanced_sum *b, size_t k, size_t col, size_t n,
                       double p)
{
    const int plain = b->parts == 1 && b->part->sign == 1;
    for (; n >= GROUP; n -= GROUP, to += GROUP * k, col += GROUP)
        if (plain)
            pack_group(to, b, k, col, GROUP, p, 1);
        else
            pack_group(to, b, k, col, GROUP, p, 0);
    if (n)
        pack_group(to, b, k, col, n, p, 0);
}

/* An integer 0 <= x < 2^52 and the double 2^52 + x differ by these bits. */

TARGET void load(float *restrict to, const uint64_t *restrict from, size_t n, uint64_t p)
{
    const double modulus = (double)p, middle = (double)(p / 2);
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) {
        const vec x = (vec)(*(const words *)from | EXPONENT) - 0x1p52;
        narrow(to, x - (vec)((words)(x > middle) & (words)((vec){0} + modulus)));
    }
    for (; n; n--, to++, from++)
        *to = (float)(*from > p / 2 ? (double)*from - modulus : (double)*from);
}

TARGET void store_negated(uint64_t *restrict to, const float *restrict from, size_t n, uint64_t p)
{
    const double modulus = (double)p;
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) {
        const vec x = widened(from), lack = (vec)((words)(x > 0) & (words)((vec){0} + modulus));
        *(words *)to = (words)(lack - x + 0x1p52) ^ EXPONENT;
    }
    for (; n; n--, to++, from++)
        *to = (uint64_t)(*from > 0 ? modulus - (double)*from : -(double)*from);
}

#endif
