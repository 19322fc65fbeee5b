#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pcl/fast_inside.h"
#include "pcl/zp.h"

/* Matrices of floats with the pointers to their rows. inverse: of the minor mod p. moved: left times 1/p mod q. minus: the next digit
   times -1 mod p. check: the lower rows of rest, less those of left times the digit, mod p. */
enum { INVERSE, LEFT, MOVED, REST, MINUS, CHECK, MATRICES };

struct pcl_lift {
    uint64_t p, q;
    size_t m, r, c;
    double bound;               /* for row sums of |left|, and so for rest from then on */
    float **row[MATRICES];
    void *memory[MATRICES];
    int ready;
};

static uint64_t residue(double x, uint64_t p)
{
    const int64_t y = (int64_t)x % (int64_t)p;
    return (uint64_t)(y < 0 ? y + (int64_t)p : y);
}

static double balanced(uint64_t x, uint64_t p)
{
    return x > p / 2 ? (double)x - (double)p : (double)x;
}

static double inverse_of(double x, uint64_t p)
{
    pcl_mod mod;
    uint64_t y = 0;
    pcl_mod_init(&mod, p);
    pcl_inv(&y, residue(x, p), &mod);
    return balanced(y, p);
}

/* x times factor mod q, for products below 2^52: see fast.h. */
static void scale(float *to, const float *x, size_t n, double factor, double q)
{
    const double round = 0x1.8p52, inverse = 1 / q;
    for (size_t j = 0; j < n; j++) {
        const double y = x[j] * factor, quotient = y * inverse + round - round;
        to[j] = (float)(y - quotient * q);
    }
}

static pcl_fast_part whole(const pcl_lift *lift, int of, size_t row, double sign)
{
    return (pcl_fast_part){lift->row[of] + row, 0, sign};
}

/* Gauss-Jordan in place, PCL_FAST_SQUARE pivots at a time: all leading minors are units, so there are no exchanges. Returns
   PCL_NONE if one is not. */
static pcl_status invert(const pcl_lift *lift, const pcl_fast_work *work)
{
    enum { SQUARE = PCL_FAST_SQUARE };
    const size_t r = lift->r;
    float **row = lift->row[INVERSE], **column = malloc((r + 1) * sizeof *column), *entries = malloc((r + 1) * SQUARE * sizeof *entries);
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
            work->loops->sweep(square[0], k, i, inverse_of(square[i][i], lift->p), (double)lift->p);
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
        const pcl_fast_part pivots = {row + t, 0, 1};
        const pcl_fast_sum c = {{pivots}, 1}, a = {{{line, 0, 1}}, 1};
        pcl_fast_multiply(&c, &a, &c, k, k, r, work);
        pcl_fast_update((pcl_fast_part){row, 0, 1}, (pcl_fast_part){column, 0, 1}, pivots, t, k, r, work);
        pcl_fast_update((pcl_fast_part){row + t + k, 0, 1}, (pcl_fast_part){column + t + k, 0, 1}, pivots, r - t - k, k, r, work);
    }
    free(column), free(entries);
    return status;
}

static pcl_status allocate(pcl_lift *lift)
{
    const size_t m = lift->m, r = lift->r, c = lift->c;
    const size_t rows[MATRICES] = {r, m, m, m, r, m - r}, cols[MATRICES] = {r, r, r, c, c, c};
    for (int k = 0; k < MATRICES; k++) {
        const size_t ld = pcl_fast_stride(cols[k]);
        float *w = pcl_fast_alloc(lift->memory + k, rows[k], ld, sizeof *w);
        lift->row[k] = malloc((rows[k] + 1) * sizeof *lift->row[k]);
        if (!w || !lift->row[k])
            return PCL_NOMEM;
        for (size_t i = 0; i < rows[k]; i++)
            lift->row[k][i] = w + i * ld;
    }
    return PCL_OK;
}

void pcl_lift_inverse(float *inverse, const pcl_lift *lift)
{
    for (size_t i = 0; i < lift->r; i++)
        memcpy(inverse + i * lift->r, lift->row[INVERSE][i], lift->r * sizeof *inverse);
}

void pcl_lift_free(pcl_lift *lift)
{
    for (int k = 0; lift && k < MATRICES; k++) {
        free(lift->row[k]);
        free(lift->memory[k]);
    }
    free(lift);
}

pcl_status pcl_lift_restart(pcl_lift *lift, const double *rest)
{
    double largest = lift->bound;
    for (size_t i = 0; i < lift->m * lift->c; i++)
        if (!(fabs(rest[i]) <= largest))
            largest = fabs(rest[i]);
    if (!(2 * largest + 2 < (double)(lift->p < lift->q ? lift->p : lift->q)))
        return PCL_OVERFLOW;
    for (size_t i = 0; i < lift->m; i++)
        for (size_t j = 0; j < lift->c; j++)
            lift->row[REST][i][j] = (float)rest[i * lift->c + j];
    return PCL_OK;
}

pcl_status pcl_lift_new(pcl_lift **to, const double *left, const double *rest, size_t m, size_t r, size_t c, uint64_t p, uint64_t q,
                        const pcl_fast_how *how)
{
    pcl_lift *lift = *to = calloc(1, sizeof *lift);
    if (!lift)
        return PCL_NOMEM;
    *lift = (pcl_lift){.p = p, .q = q, .m = m, .r = r, .c = c};
    for (size_t i = 0; i < m; i++) {
        double sum = 0;
        for (size_t j = 0; j < r; j++)
            sum += fabs(left[i * r + j]);
        if (!(sum <= lift->bound))
            lift->bound = sum;
    }
    if (p < 3 || p >> 23 || q < 3 || q >> 23 || !(2 * lift->bound + 2 < (double)(p < q ? p : q)))
        return PCL_OVERFLOW;
    pcl_status status = allocate(lift);
    if (status == PCL_OK)
        status = pcl_lift_restart(lift, rest);
    if (status != PCL_OK)
        return status;
    const double factor = inverse_of((double)p, q);
    for (size_t i = 0; i < m; i++) {
        for (size_t j = 0; j < r; j++)
            lift->row[LEFT][i][j] = (float)left[i * r + j];
        scale(lift->row[MOVED][i], lift->row[LEFT][i], r, factor, (double)q);
        if (i < r)
            memcpy(lift->row[INVERSE][i], lift->row[LEFT][i], r * sizeof(float));
    }
    pcl_fast_work work;
    status = pcl_fast_work_init(&work, p, r < PCL_FAST_SQUARE ? PCL_FAST_SQUARE : r, r, how);
    if (status == PCL_OK)
        status = invert(lift, &work);
    if (status == PCL_OK && pcl_fast_stopped(work.team))
        status = PCL_NONE;
    lift->ready = status == PCL_OK;
    pcl_fast_work_clear(&work);
    return status;
}

/* One more digit; returns 0 if a lower row does not follow. */
static int step(pcl_lift *lift, const pcl_fast_work *mod_p, const pcl_fast_work *mod_q)
{
    const size_t m = lift->m, r = lift->r, c = lift->c;
    const double factor = inverse_of((double)lift->p, lift->q);
    for (size_t i = 0; i < r; i++)
        memset(lift->row[MINUS][i], 0, c * sizeof(float));
    pcl_fast_update(whole(lift, MINUS, 0, 1), whole(lift, INVERSE, 0, 1), whole(lift, REST, 0, 1), r, r, c, mod_p);
    for (size_t i = r; i < m; i++)
        memcpy(lift->row[CHECK][i - r], lift->row[REST][i], c * sizeof(float));
    pcl_fast_update(whole(lift, CHECK, 0, -1), whole(lift, LEFT, r, 1), whole(lift, MINUS, 0, 1), m - r, r, c, mod_p);
    for (size_t i = 0; i < m - r; i++)
        for (size_t j = 0; j < c; j++)
            if (lift->row[CHECK][i][j] != 0)
                return 0;
    for (size_t i = 0; i < m; i++)
        scale(lift->row[REST][i], lift->row[REST][i], c, factor, (double)lift->q);
    pcl_fast_update(whole(lift, REST, 0, -1), whole(lift, MOVED, 0, 1), whole(lift, MINUS, 0, 1), m, r, c, mod_q);
    return 1;
}

static int is_zero(const pcl_lift *lift)
{
    for (size_t i = 0; i < lift->m; i++)
        for (size_t j = 0; j < lift->c; j++)
            if (lift->row[REST][i][j] != 0)
                return 0;
    return 1;
}

pcl_status pcl_lift_steps(float *digits, size_t *done, int *finished, pcl_lift *lift, size_t steps, const pcl_fast_how *how)
{
    const size_t r = lift->r, c = lift->c;
    pcl_fast_work work;
    *done = 0, *finished = 0;
    if (!lift->ready)
        return PCL_NONE;
    pcl_status status = pcl_fast_work_init(&work, lift->p, lift->m < PCL_FAST_SQUARE ? PCL_FAST_SQUARE : lift->m, c, how);
    pcl_fast_work other = work;
    other.p = lift->q;
    for (; status == PCL_OK && *done < steps && !*finished; ++*done) {
        const int follows = step(lift, &work, &other);
        if (pcl_fast_stopped(work.team) || !follows) {
            lift->ready = 0;
            status = pcl_fast_stopped(work.team) ? PCL_OVERFLOW : PCL_NONE;
            break;
        }
        for (size_t i = 0; i < r && digits; i++)
            for (size_t j = 0; j < c; j++)
                *digits++ = -lift->row[MINUS][i][j];
        *finished = is_zero(lift);
    }
    pcl_fast_work_clear(&work);
    return status;
}
