#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* Rows and columns of a block: so many products are summed between reductions. */
enum { BLOCK = PCL_BALANCED_TERMS };

/* Vectors over the minor: two rows, then two columns. */
typedef double *quad[4];

/* Both squares as panels, block after block; what else a row or a column is tested on, as rows of
   whole multiples of PCL_BALANCED_ROW floats. */
typedef struct {
    const pcl_balanced_loops *loops;
    float *inverse, *minor, *other[2];
    quad rest, digit, product;
    double *pairs, *beside, *sum[2];
    double *tested[2];          /* the rest of the first row and column on those */
    size_t r, width, others[2], wide[2];
    double p;
    void *memory[2];
} system_;

static void reduce(double *x, size_t n, double p)
{
    for (size_t i = 0; i < n; i++)
        x[i] -= p * pcl_balanced_quotient(x[i], 1 / p);
}

/* Returns the largest row sum of |a| over the minor's columns, column sum over its rows, and entry
   of the rests; sum: room for n. */
static double bound(const double *rows, const double *cols, const float *a, size_t m, size_t n,
                    size_t r, double *sum)
{
    double most = 0;
    for (size_t j = 0; j < n; j++)
        sum[j] = 0;
    for (size_t i = 0; i < m; i++) {
        double row = 0;
        for (size_t j = 0; j < r; j++)
            row += fabs((double)a[i * n + j]);
        for (size_t j = 0; j < n && i < r; j++)
            sum[j] += fabs((double)a[i * n + j]);
        pcl_balanced_raise(&most, row), pcl_balanced_raise(&most, fabs(cols[i]));
        if (i < r)
            pcl_balanced_raise(&most, fabs(cols[m + i]));
    }
    for (size_t j = 0; j < n; j++) {
        pcl_balanced_raise(&most, sum[j]), pcl_balanced_raise(&most, fabs(rows[j]));
        if (j < r)
            pcl_balanced_raise(&most, fabs(rows[n + j]));
    }
    return most;
}

/* Sets to[0..n-1] to k <= n floats, then zeros. */
static void copy(float *to, const float *from, size_t k, size_t n)
{
    memcpy(to, from, k * sizeof *to);
    memset(to + k, 0, (n - k) * sizeof *to);
}

/* Sets to to the square a, whose rows are `stride` floats apart. */
static void pack(float *to, const float *a, size_t stride, const system_ *s)
{
    const size_t panel = s->loops->panel;
    for (size_t t = 0; t < s->r; t += BLOCK)
        for (size_t j = 0; j < s->width; j += panel)
            for (size_t i = t; i < pcl_balanced_least(t + BLOCK, s->r); i++, to += panel)
                copy(to, a + i * stride + j, pcl_balanced_least(s->r - j, panel), panel);
}

static pcl_status allocate(system_ *s, const float *a, const float *inverse, size_t m, size_t n)
{
    const size_t r = s->r, square = pcl_balanced_whole(r * s->width, PCL_BALANCED_ROW),
                 wide = s->wide[0] + s->wide[1];
    s->inverse = pcl_balanced_alloc(s->memory, 1, 2 * square + r * wide, sizeof *s->inverse);
    s->pairs = pcl_balanced_alloc(s->memory + 1, 1,
                                  14 * s->width + 2 * BLOCK * s->loops->lanes + 2 * wide,
                                  sizeof *s->pairs);
    if (!s->inverse || !s->pairs)
        return PCL_NOMEM;
    memset(s->pairs, 0,
           (14 * s->width + 2 * BLOCK * s->loops->lanes + 2 * wide) * sizeof *s->pairs);
    s->minor = s->inverse + square, s->other[0] = s->minor + square,
    s->other[1] = s->other[0] + r * s->wide[0];
    double *next = s->pairs + 2 * s->width;
    for (size_t v = 0; v < 4; v++, next += 3 * s->width)
        s->rest[v] = next, s->digit[v] = next + s->width, s->product[v] = next + 2 * s->width;
    s->beside = next;
    s->sum[0] = s->beside + 2 * BLOCK * s->loops->lanes, s->tested[0] = s->sum[0] + s->wide[0];
    s->sum[1] = s->tested[0] + s->wide[0], s->tested[1] = s->sum[1] + s->wide[1];
    pack(s->inverse, inverse, r, s);
    pack(s->minor, a, n, s);
    for (size_t i = 0; i < r; i++) {
        copy(s->other[0] + i * s->wide[0], a + i * n + r, n - r, s->wide[0]);
        memset(s->other[1] + i * s->wide[1], 0, s->wide[1] * sizeof *a);
    }
    for (size_t j = r; j < m; j++)
        for (size_t i = 0; i < r; i++)
            s->other[1][i * s->wide[1] + j - r] = a[j * n + i];
    return PCL_OK;
}

/* Sets `to` to the products of the rows and columns `from` with a square: reduced, or exact where
   they are small. */
static void multiply(quad to, const quad from, const float *a, int reduced, const system_ *s)
{
    const size_t r = s->r, lanes = s->loops->lanes, panel = s->loops->panel;
    for (size_t i = 0; i < r; i++)
        s->pairs[2 * i] = from[0][i], s->pairs[2 * i + 1] = from[1][i];
    for (size_t v = 0; v < 4; v++)
        memset(to[v], 0, s->width * sizeof **to);
    for (size_t t = 0; t < r; t += BLOCK)
        for (size_t j = 0; j < s->width; j += BLOCK) {
            const size_t k = pcl_balanced_least(BLOCK, r - t),
                         n = pcl_balanced_least(BLOCK, s->width - j);
            memset(s->beside, 0, 2 * k * lanes * sizeof *s->beside);
            for (size_t h = j; h < j + n; h += panel, a += k * panel) {
                double *const below[2] = {to[0] + h, to[1] + h};
                const double *const y[2] = {from[2] + h, from[3] + h};
                s->loops->cross(below, s->beside, s->pairs + 2 * t, y, a, k);
            }
            for (size_t i = 0; i < 2 * k; i++) {
                double sum = 0;
                for (size_t v = 0; v < lanes; v++)
                    sum += s->beside[i * lanes + v];
                to[2 + i % 2][t + i / 2] += sum;
            }
            for (size_t v = 0; v < 2 && reduced; v++) {
                reduce(to[v] + j, n, s->p);
                reduce(to[2 + v] + t, k, s->p);
            }
        }
}

/* Sets quotients to (rest - product) / p; returns 0 where one is not an integer. */
static int divide(double *quotients, const double *rest, const double *product, size_t n, double p)
{
    int wrong = 0;
    for (size_t j = 0; j < n; j++) {
        const double left = rest[j] - product[j];
        quotients[j] = pcl_balanced_quotient(left, 1 / p);
        wrong |= quotients[j] * p != left;
    }
    return !wrong;
}

/* The next digits; returns 0, and leaves the rests, if a vector does not follow. */
static int step(system_ *s)
{
    int follows = 1;
    multiply(s->digit, s->rest, s->inverse, 1, s);
    multiply(s->product, s->digit, s->minor, 0, s);
    for (size_t v = 0; v < 4; v++)
        follows &= divide(s->product[v], s->rest[v], s->product[v], s->r, s->p);
    for (size_t k = 0; k < 2; k++) {
        s->loops->combine(s->sum[k], s->digit[2 * k], s->other[k], s->r, s->wide[k]);
        follows &= divide(s->sum[k], s->tested[k], s->sum[k], s->others[k], s->p);
    }
    for (size_t v = 0; v < 4 && follows; v++)
        memcpy(s->rest[v], s->product[v], s->r * sizeof **s->rest);
    for (size_t k = 0; k < 2 && follows; k++)
        memcpy(s->tested[k], s->sum[k], s->others[k] * sizeof **s->tested);
    return follows;
}

/* Copies the rests from rows (2 x n) and cols (2 x m), or back. */
static void exchange(double *rows, double *cols, size_t m, size_t n, int back, const system_ *s)
{
    double *const user[4] = {rows, rows + n, cols, cols + m};
    double *const beyond[2] = {rows + s->r, cols + s->r};
    for (size_t v = 0; v < 4; v++)
        memcpy(back ? user[v] : s->rest[v], back ? s->rest[v] : user[v], s->r * sizeof *rows);
    for (size_t k = 0; k < 2; k++)
        memcpy(back ? beyond[k] : s->tested[k], back ? s->tested[k] : beyond[k],
               s->others[k] * sizeof *rows);
}

pcl_status pcl_balanced_solve(float *digits, size_t *done, double *rows, double *cols,
                              const float *a, const float *inverse, size_t m, size_t n, size_t r,
                              uint64_t p, size_t steps, const pcl_balanced_how *how)
{
    system_ s = {.loops = pcl_balanced_find(how ? how->cpu : PCL_BALANCED_BEST),
                 .r = r,
                 .others = {n - r, m - r},
                 .p = (double)p};
    const double cost = (double)r * (double)(6 * r + m + n);
    double since_poll = 0;
    *done = 0;
    if (!s.loops)
        return PCL_UNSUPPORTED;
    double *sum = malloc(n * sizeof *sum);
    if (!sum)
        return PCL_NOMEM;
    const double most = bound(rows, cols, a, m, n, r, sum);
    free(sum);
    if (p < 3 || p >> 23 || !(2 * most + 2 < s.p))
        return PCL_LIMIT;
    s.width = pcl_balanced_whole(r, s.loops->panel),
    s.wide[0] = pcl_balanced_whole(n - r, PCL_BALANCED_ROW),
    s.wide[1] = pcl_balanced_whole(m - r, PCL_BALANCED_ROW);
    pcl_status status = allocate(&s, a, inverse, m, n);
    if (status == PCL_OK)
        exchange(rows, cols, m, n, 0, &s);
    for (; status == PCL_OK && *done < steps; ++*done) {
        since_poll += cost;
        if (how && how->poll && since_poll > 1e8) {
            since_poll = 0;
            status = how->poll(how->arg) ? PCL_STOPPED : PCL_OK;
        }
        if (status == PCL_OK && !step(&s))
            status = PCL_NONE;
        if (status != PCL_OK)
            break;
        for (size_t v = 0; v < 4; v++)
            for (size_t j = 0; j < r; j++)
                *digits++ = (float)s.digit[v][j];
    }
    if (status != PCL_NOMEM)
        exchange(rows, cols, m, n, 1, &s);
    free(s.memory[0]), free(s.memory[1]);
    return status;
}
