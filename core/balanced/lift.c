#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* Matrices of floats with the pointers to their rows. inverse: of the minor mod p. moved: left
   times 1/p mod q. minus: the next digit times -1 mod p. check: the lower rows of rest, less those
   of left times the digit, mod p. */
enum { INVERSE, LEFT, MOVED, REST, MINUS, CHECK, MATRICES };

struct pcl_balanced_lift {
    uint64_t p, q;
    size_t m, r, c;
    float **row[MATRICES];
    void *memory[MATRICES];
    pcl_status ended;           /* what ended it, or PCL_OK */
};

/* x times factor mod q, for products below 2^52: see balanced.h. */
static void scale(float *to, const float *x, size_t n, double factor, double q)
{
    for (size_t j = 0; j < n; j++) {
        const double y = x[j] * factor;
        to[j] = (float)(y - pcl_balanced_quotient(y, 1 / q) * q);
    }
}

static pcl_balanced_part whole(const pcl_balanced_lift *lift, int of, size_t row, double sign)
{
    return (pcl_balanced_part){lift->row[of] + row, 0, sign};
}

static pcl_status allocate(pcl_balanced_lift *lift)
{
    const size_t m = lift->m, r = lift->r, c = lift->c;
    const size_t rows[MATRICES] = {r, m, m, m, r, m - r}, cols[MATRICES] = {r, r, r, c, c, c};
    for (int k = 0; k < MATRICES; k++) {
        const size_t ld = pcl_balanced_stride(cols[k]);
        float *w = pcl_balanced_alloc(lift->memory + k, rows[k], ld, sizeof *w);
        lift->row[k] = malloc((rows[k] + 1) * sizeof *lift->row[k]);
        if (!w || !lift->row[k])
            return PCL_NOMEM;
        for (size_t i = 0; i < rows[k]; i++)
            lift->row[k][i] = w + i * ld;
    }
    return PCL_OK;
}

void pcl_balanced_lift_free(pcl_balanced_lift *lift)
{
    for (int k = 0; lift && k < MATRICES; k++) {
        free(lift->row[k]);
        free(lift->memory[k]);
    }
    free(lift);
}

pcl_status pcl_balanced_lift_new(pcl_balanced_lift **to, const float *a, const float *inverse,
                                 size_t m, size_t n, size_t r, uint64_t p, uint64_t q)
{
    pcl_balanced_lift *lift = *to = calloc(1, sizeof *lift);
    if (!lift)
        return PCL_NOMEM;
    *lift = (pcl_balanced_lift){.p = p, .q = q, .m = m, .r = r, .c = n - r, .ended = PCL_LIMIT};
    double most = 0;
    for (size_t i = 0; i < m; i++) {
        double sum = 0;
        for (size_t j = 0; j < r; j++)
            sum += fabs((double)a[i * n + j]);
        for (size_t j = r; j < n; j++)
            pcl_balanced_raise(&most, fabs((double)a[i * n + j]));
        pcl_balanced_raise(&most, sum);
    }
    if (p < 3 || p >> 23 || q < 3 || q >> 23 || !(2 * most + 2 < (double)(p < q ? p : q)))
        return PCL_LIMIT;
    lift->ended = allocate(lift);
    if (lift->ended != PCL_OK)
        return lift->ended;
    const double factor = pcl_balanced_inverse((double)p, q);
    for (size_t i = 0; i < m; i++) {
        memcpy(lift->row[LEFT][i], a + i * n, r * sizeof *a);
        memcpy(lift->row[REST][i], a + i * n + r, lift->c * sizeof *a);
        scale(lift->row[MOVED][i], a + i * n, r, factor, (double)q);
        if (i < r)
            memcpy(lift->row[INVERSE][i], inverse + i * r, r * sizeof *inverse);
    }
    return PCL_OK;
}

/* One more digit; returns 0 if a lower row does not follow. */
static int step(pcl_balanced_lift *lift, const pcl_balanced_work *mod_p,
                const pcl_balanced_work *mod_q)
{
    const size_t m = lift->m, r = lift->r, c = lift->c;
    const double factor = pcl_balanced_inverse((double)lift->p, lift->q);
    for (size_t i = 0; i < r; i++)
        memset(lift->row[MINUS][i], 0, c * sizeof(float));
    pcl_balanced_update(whole(lift, MINUS, 0, 1), whole(lift, INVERSE, 0, 1),
                        whole(lift, REST, 0, 1), r, r, c, mod_p);
    for (size_t i = r; i < m; i++)
        memcpy(lift->row[CHECK][i - r], lift->row[REST][i], c * sizeof(float));
    pcl_balanced_update(whole(lift, CHECK, 0, -1), whole(lift, LEFT, r, 1),
                        whole(lift, MINUS, 0, 1), m - r, r, c, mod_p);
    for (size_t i = 0; i < m - r; i++)
        for (size_t j = 0; j < c; j++)
            if (lift->row[CHECK][i][j] != 0)
                return 0;
    for (size_t i = 0; i < m; i++)
        scale(lift->row[REST][i], lift->row[REST][i], c, factor, (double)lift->q);
    pcl_balanced_update(whole(lift, REST, 0, -1), whole(lift, MOVED, 0, 1),
                        whole(lift, MINUS, 0, 1), m, r, c, mod_q);
    return 1;
}

static int is_zero(const pcl_balanced_lift *lift)
{
    for (size_t i = 0; i < lift->m; i++)
        for (size_t j = 0; j < lift->c; j++)
            if (lift->row[REST][i][j] != 0)
                return 0;
    return 1;
}

pcl_status pcl_balanced_lift_steps(float *digits, size_t *done, int *finished,
                                   pcl_balanced_lift *lift, size_t steps,
                                   const pcl_balanced_how *how)
{
    const size_t r = lift->r, c = lift->c;
    pcl_balanced_work work;
    *done = 0, *finished = 0;
    if (lift->ended != PCL_OK)
        return lift->ended;
    pcl_status status = pcl_balanced_work_init(&work, lift->p, lift->m, c,
                                               (double)steps * (double)(2 * lift->m) * (double)r
                                                   * (double)c,
                                               how);
    pcl_balanced_work other = work;
    other.p = lift->q;
    for (; status == PCL_OK && *done < steps && !*finished; ++*done) {
        const int follows = step(lift, &work, &other);
        if (pcl_balanced_stopped(work.team) || !follows) {
            status = lift->ended = pcl_balanced_stopped(work.team) ? PCL_STOPPED : PCL_NONE;
            break;
        }
        for (size_t i = 0; i < r && digits; i++)
            for (size_t j = 0; j < c; j++)
                *digits++ = -lift->row[MINUS][i][j];
        *finished = is_zero(lift);
    }
    pcl_balanced_work_clear(&work);
    return status;
}
