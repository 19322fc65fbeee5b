/* Compiled once for every instruction set: this file includes itself. */
#ifndef PATH
#include "inside.h"

#define THIS_FILE "loops.c"
#define tile NAME(tile_)
#define tile_full NAME(tile_full_)
#define tile_part NAME(tile_part_)
#define edge NAME(edge_)
#define multiply NAME(multiply_)
#define multiply_few NAME(multiply_few_)
#define combine NAME(combine_)
#define cross NAME(cross_)
#define sweep NAME(sweep_)
#define FUNCTION TARGET static __attribute__((noinline)) void
#include "paths.h"
#else

/* The hottest loop: rows i .. i+rows-1 of VECS vectors from column j on of all parts of c, less the
   product of rows x k, packed, and k x VECS vectors; the reduction happens on the way to memory.
   `rows` is a constant wherever it is inlined; a may be packed for more rows. b: packed, or NULL,
   and then the factor is `from`. */
INLINE void tile(const pcl_balanced_sum *c, size_t i, size_t j, const double *a, const double *b,
                 const pcl_balanced_part *from, size_t k, double p, double inverse, const int rows)
{
    vec sum[ROWS][VECS];
    for (size_t d = 0; d < c->parts; d++)
        for (int h = 0; h < rows; h++) {
            const float *z = c->part[d].row[i + (size_t)h] + c->part[d].col + j;
            __builtin_prefetch(z, 1);
            __builtin_prefetch(z + COLS - 1, 1);
        }
    UNROLL for (int h = 0; h < rows; h++)
        UNROLL for (int v = 0; v < VECS; v++)
            sum[h][v] = (vec){0};
    for (size_t t = 0; t < k; t++, a += ROWS) {
        vec right[VECS];
        UNROLL for (int v = 0; v < VECS; v++)
            right[v] = b ? *(const vec *)(b + t * COLS + v * LANES)
                         : widened(from->row[t] + from->col + j + v * LANES);
        UNROLL for (int h = 0; h < rows; h++)
            UNROLL for (int v = 0; v < VECS; v++)
                sum[h][v] += a[h] * right[v];
    }
    for (size_t d = 0; d < c->parts; d++) {
        const pcl_balanced_part *to = c->part + d;
        UNROLL for (int h = 0; h < rows; h++)
            UNROLL for (int v = 0; v < VECS; v++) {
                float *z = to->row[i + (size_t)h] + to->col + j + v * LANES;
                narrow(z, reduced(widened(z) - to->sign * sum[h][v], p, inverse));
            }
    }
}

/* Functions of their own, for constants that wait for the end of the loop in registers would drive
   the sums out of them. */
FUNCTION tile_full(const pcl_balanced_sum *c, size_t i, size_t j, const double *a, const double *b,
                   size_t k, double p)
{
    tile(c, i, j, a, b, NULL, k, p, 1 / p, ROWS);
}

/* The last m < ROWS rows, or few rows altogether, by halves of a tile. */
FUNCTION tile_part(const pcl_balanced_sum *c, size_t i, size_t m, size_t j, const double *a,
                   const double *b, const pcl_balanced_part *from, size_t k, double p)
{
    if (ROWS > 4 && m & 4) {
        tile(c, i, j, a, b, from, k, p, 1 / p, 4);
        i += 4, a += 4;
    }
    if (m & 2) {
        tile(c, i, j, a, b, from, k, p, 1 / p, 2);
        i += 2, a += 2;
    }
    if (m & 1)
        tile(c, i, j, a, b, from, k, p, 1 / p, 1);
}

/* A tile of n < COLS columns, through one of full width. */
TARGET static void edge(const pcl_balanced_sum *c, size_t i, size_t rows, size_t j, size_t n,
                        const double *a, const double *b, size_t k, double p)
{
    float sum[ROWS][COLS] = {{0}}, *row[ROWS];
    for (size_t h = 0; h < ROWS; h++)
        row[h] = sum[h];
    const pcl_balanced_sum to = {{{row, 0, -1}}, 1};
    tile_full(&to, 0, 0, a, b, k, p);
    for (size_t d = 0; d < c->parts; d++)
        for (size_t h = 0; h < rows; h++) {
            float *z = c->part[d].row[i + h] + c->part[d].col + j;
            for (size_t v = 0; v < n; v++)
                z[v] = (float)reduced_one(z[v] - c->part[d].sign * sum[h][v], p, 1 / p);
        }
}

TARGET static void multiply(const pcl_balanced_sum *c, const double *left, const double *right,
                            size_t row, size_t m, size_t col, size_t n, size_t k, double p)
{
    for (; n >= COLS; n -= COLS, col += COLS, right += COLS * k) {
        size_t i = 0;
        for (; i + ROWS <= m; i += ROWS)
            tile_full(c, row + i, col, left + i * k, right, k, p);
        tile_part(c, row + i, m - i, col, left + i * k, right, NULL, k, p);
    }
    for (size_t i = 0; i < m && n; i += ROWS)
        edge(c, row + i, m - i < ROWS ? m - i : ROWS, col, n, left + i * k, right, k, p);
}

TARGET static void multiply_few(const pcl_balanced_sum *c, const double *left,
                                const pcl_balanced_part *b, size_t m, size_t col, size_t n,
                                size_t k, double p)
{
    double right[PCL_BALANCED_TERMS * COLS];
    for (; n >= COLS; n -= COLS, col += COLS)
        tile_part(c, 0, m, col, left, NULL, b, k, p);
    if (n) {
        pack_right(right, &(pcl_balanced_sum){{*b}, 1}, k, col, n, p);
        edge(c, 0, m, col, n, left, right, k, p);
    }
}

TARGET static void combine(double *to, const double *x, const float *a, size_t k, size_t n)
{
    enum { N = 8 };             /* sums at a time: enough to hide the time that one takes */
    for (size_t j = 0; j < n; j += N * LANES) {
        vec sum[N];
        UNROLL for (int v = 0; v < N; v++)
            sum[v] = (vec){0};
        for (size_t i = 0; i < k; i++)
            UNROLL for (int v = 0; v < N; v++)
                sum[v] += x[i] * widened(a + i * n + j + v * LANES);
        UNROLL for (int v = 0; v < N; v++)
            *(vec *)(to + j + v * LANES) = sum[v];
    }
}

/* Each entry is read, and made a double, once for four products. */
TARGET static void cross(double *const below[2], double *beside, const double *x,
                         const double *const y[2], const float *a, size_t k)
{
    enum { N = PANEL / LANES };
    vec sum[2][N], right[2][N];
    UNROLL for (int s = 0; s < 2; s++)
        UNROLL for (int v = 0; v < N; v++) {
            sum[s][v] = *(const vec *)(below[s] + v * LANES);
            right[s][v] = *(const vec *)(y[s] + v * LANES);
        }
    for (size_t i = 0; i < k; i++, x += 2, a += PANEL, beside += 2 * LANES) {
        vec first = *(const vec *)beside, second = *(const vec *)(beside + LANES);
        UNROLL for (int v = 0; v < N; v++) {
            const vec z = widened(a + v * LANES);
            sum[0][v] += x[0] * z, sum[1][v] += x[1] * z;
            first += right[0][v] * z, second += right[1][v] * z;
        }
        *(vec *)beside = first, *(vec *)(beside + LANES) = second;
    }
    UNROLL for (int s = 0; s < 2; s++)
        UNROLL for (int v = 0; v < N; v++)
            *(vec *)(below[s] + v * LANES) = sum[s][v];
}

TARGET static void sweep(double *square, size_t m, size_t at, double inverse, double p)
{
    enum { N = PCL_BALANCED_SQUARE / LANES };
    vec *lead = (vec *)(square + at * PCL_BALANCED_SQUARE);
    square[at * PCL_BALANCED_SQUARE + at] = 1;
    for (size_t v = 0; v < N; v++)
        lead[v] = reduced(lead[v] * inverse, p, 1 / p);
    for (size_t i = 0; i < m; i++) {
        vec *row = (vec *)(square + i * PCL_BALANCED_SQUARE);
        const double factor = square[i * PCL_BALANCED_SQUARE + at];
        if (i == at)
            continue;
        square[i * PCL_BALANCED_SQUARE + at] = 0;
        for (size_t v = 0; v < N; v++)
            row[v] = reduced(row[v] - factor * lead[v], p, 1 / p);
    }
}

const pcl_balanced_loops NAME(pcl_balanced_) = {
    QUOTE(PATH), ROWS, COLS, LANES, PANEL, pack_left, pack_right, multiply, multiply_few, combine,
    cross, sweep, load, store_negated};

#endif
