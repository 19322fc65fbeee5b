#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pcl/fast_inside.h"

/* Factors as floats, in rows of whole multiples of PCL_FAST_ROW entries: width is that of the inverse, length that of a. */
typedef struct {
    const pcl_fast_loops *loops;
    float *inverse, *a;
    double *digit, *sum, *rest;
    size_t r, n, width, length;
    double p;
    void *memory[2];
} system_;

static size_t whole(size_t n)
{
    return (n + PCL_FAST_ROW - 1) / PCL_FAST_ROW * PCL_FAST_ROW;
}

/* Returns the integer nearest to x / p, or next to it: see fast.h. */
static double quotient(double x, double p)
{
    const double round = 0x1.8p52;
    return x * (1 / p) + round - round;
}

/* Returns the largest column sum of |a| and entry of |rest|. */
static double bound(const double *a, const double *rest, size_t r, size_t n)
{
    double most = 0;
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < r; i++)
            sum += fabs(a[i * n + j]);
        most = most > sum ? most : sum;
        most = most > fabs(rest[j]) ? most : fabs(rest[j]);
    }
    return most;
}

static pcl_status allocate(system_ *s, const double *a, const float *inverse, const double *rest)
{
    s->inverse = pcl_fast_alloc(s->memory, s->r, s->width + s->length, sizeof *s->inverse);
    s->digit = pcl_fast_alloc(s->memory + 1, 1, 2 * (s->width + s->length), sizeof *s->digit);
    if (!s->inverse || !s->digit)
        return PCL_NOMEM;
    s->a = s->inverse + s->r * s->width, s->sum = s->digit + s->width, s->rest = s->sum + s->width + s->length;
    memset(s->inverse, 0, s->r * (s->width + s->length) * sizeof *s->inverse);
    for (size_t i = 0; i < s->r; i++) {
        memcpy(s->inverse + i * s->width, inverse + i * s->r, s->r * sizeof *inverse);
        for (size_t j = 0; j < s->n; j++)
            s->a[i * s->length + j] = (float)a[i * s->n + j];
    }
    memcpy(s->rest, rest, s->n * sizeof *rest);
    return PCL_OK;
}

/* The next digit; returns 0, and leaves the rest, if a column does not follow. */
static int step(system_ *s)
{
    memset(s->digit, 0, s->width * sizeof *s->digit);
    for (size_t t = 0; t < s->r; t += PCL_FAST_TERMS) {
        const size_t k = s->r - t < PCL_FAST_TERMS ? s->r - t : PCL_FAST_TERMS;
        s->loops->combine(s->sum, s->rest + t, s->inverse + t * s->width, k, s->width);
        for (size_t j = 0; j < s->r; j++)
            s->digit[j] += s->sum[j];
        for (size_t j = 0; j < s->r; j++)
            s->digit[j] -= s->p * quotient(s->digit[j], s->p);
    }
    s->loops->combine(s->sum, s->digit, s->a, s->r, s->length);
    for (size_t j = 0; j < s->n; j++) {
        const double left = s->rest[j] - s->sum[j];
        s->sum[j] = quotient(left, s->p);
        if (s->sum[j] * s->p != left)
            return 0;
    }
    memcpy(s->rest, s->sum, s->n * sizeof *s->rest);
    return 1;
}

pcl_status pcl_solve_fast(float *digits, size_t *done, double *rest, const double *a, const float *inverse, size_t r, size_t n, uint64_t p,
                          size_t steps, const pcl_fast_how *how)
{
    system_ s = {.loops = pcl_fast_find(how ? how->cpu : PCL_FAST_BEST), .r = r, .n = n, .width = whole(r), .length = whole(n), .p = (double)p};
    const double cost = (double)r * (double)(r + n);
    double since_poll = 0;
    *done = 0;
    if (p < 3 || p >> 23 || !(2 * bound(a, rest, r, n) + 2 < s.p))
        return PCL_OVERFLOW;
    pcl_status status = !s.loops ? PCL_NONE : allocate(&s, a, inverse, rest);
    for (; status == PCL_OK && *done < steps; ++*done) {
        since_poll += cost;
        if (how && how->poll && since_poll > 1e8) {
            since_poll = 0;
            status = how->poll(how->arg) ? PCL_NONE : PCL_OK;
        }
        if (status != PCL_OK || !step(&s)) {
            status = PCL_NONE;
            break;
        }
        for (size_t j = 0; j < r; j++)
            *digits++ = (float)s.digit[j];
    }
    if (s.rest)
        memcpy(rest, s.rest, n * sizeof *rest);
    free(s.memory[0]), free(s.memory[1]);
    return status;
}
