/* p-adic solutions on every instruction set, on one thread and on two: digits put together solve
   the system modulo p^2, integer solutions end the lifting, lower rows that do not follow are found
   in the digit where they do not. */
#include <math.h>

#include "ref_balanced.h"

static const uint64_t OTHER = 8388587;
static size_t m, r, c;
static float *matrix, *inverse;         /* m x (r + c), left and rest; r x r */

static double small(int64_t size)
{
    return (double)((int64_t)rnd_below(2 * (uint64_t)size + 1) - size);
}

/* Unit lower times unit upper triangles, so that all leading minors are 1; the lower rows are sums
   of two upper ones, in rest too. */
static void random_system(int64_t size)
{
    const size_t n = r + c;
    matrix = calloc(m * n, sizeof *matrix), inverse = calloc(r * r, sizeof *inverse);
    for (size_t i = 0; i < r; i++) {
        for (size_t j = 0; j < r; j++)
            for (size_t t = 0; t <= least(i, j); t++)
                matrix[i * n + j] += (t == i ? 1 : (float)((i * 7 + t * 3) % 3) - 1)
                                     * (t == j ? 1 : (float)((j * 5 + t) % 3) - 1);
        for (size_t j = r; j < n; j++)
            matrix[i * n + j] = (float)small(size);
    }
    for (size_t i = r; i < m; i++) {
        const size_t x = rnd_below(r), y = rnd_below(r);
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = matrix[x * n + j] + matrix[y * n + j];
    }
    CHECK(pcl_balanced_invert(inverse, matrix, n, r, LARGEST, NULL) == PCL_OK, "inverse");
}

static void solves(const float *digit)
{
    const int64_t q = (int64_t)LARGEST;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < c; j++) {
            wide sum = -(wide)matrix[i * (r + c) + r + j];
            for (size_t t = 0; t < r; t++) {
                const int64_t x = (int64_t)digit[t * c + j] + q * (int64_t)digit[(r + t) * c + j];
                sum += (wide)matrix[i * (r + c) + t] * x;
            }
            CHECK(sum % ((wide)q * q) == 0, "%zu x %zu, %zu: entry %zu, %zu", m, r, c, i, j);
        }
}

static void lift_on(const pcl_balanced_how *how)
{
    pcl_balanced_lift *lift;
    size_t done;
    int finished;
    float *digit = malloc(3 * r * c * sizeof *digit);
    CHECK(pcl_balanced_lift_new(&lift, matrix, inverse, m, r + c, r, LARGEST, OTHER) == PCL_OK,
          "new");
    CHECK(pcl_balanced_lift_steps(digit, &done, &finished, lift, 3, how) == PCL_OK, "steps");
    if (done == 1)
        memset(digit + r * c, 0, r * c * sizeof *digit);
    CHECK(finished || done == 3, "%zu digits", done);
    solves(digit);

    pcl_balanced_lift_free(lift);
    for (int k = 0; k < 2 && m > r; k++) {      /* again; an entry of a lower row off by one */
        float *bad = malloc(m * (r + c) * sizeof *bad);
        memcpy(bad, matrix, m * (r + c) * sizeof *bad);
        bad[(r + rnd_below(m - r)) * (r + c) + r + rnd_below(c)] += k ? 1 : 0;
        CHECK(pcl_balanced_lift_new(&lift, bad, inverse, m, r + c, r, LARGEST, OTHER) == PCL_OK,
              "again");
        CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 2, how)
                  == (k ? PCL_NONE : PCL_OK),
              "lower rows");
        CHECK(k ? !done : done == 2 || finished, "%zu digits", done);
        if (k)
            CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 2, how) == PCL_NONE
                      && !done,
                  "after the end");
        pcl_balanced_lift_free(lift);
        free(bad);
    }
    free(digit);
}

/* Whether so many digits of the system of two rows in one unknown are found, and then the
   status. */
static void two_rows(float u, float v, float x, float y, uint64_t prime_, pcl_status expected,
                     size_t digits)
{
    pcl_balanced_lift *lift;
    size_t done;
    int finished;
    float half = (float)(prime_ / 2 + 1) - (float)prime_;        /* all begin with 2 */
    CHECK(pcl_balanced_lift_new(&lift, (float[]){u, x, v, y}, &half, 2, 2, 1, prime_, 1009)
              == PCL_OK,
          "new");
    CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 3, NULL) == expected
              && done == digits,
          "%zu digits", done);
    CHECK(finished == (expected == PCL_OK && digits < 3), "finished = %d", finished);
    if (expected == PCL_NONE)
        CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 3, NULL) == PCL_NONE && !done,
              "after the end");
    pcl_balanced_lift_free(lift);
}

static void check_by_hand(void)
{
    two_rows(2, 4, 6, 12, 179, PCL_OK, 1);      /* x = 3 */
    two_rows(2, 4, 1, 2, 179, PCL_OK, 3);       /* x = 1/2 = 90 mod 179, without end */
    two_rows(2, 5, 1, 86, 179, PCL_NONE, 0);    /* 5 * 90 = 92 mod 179 */
    two_rows(2, 5, 1, 92 - 179, 179, PCL_NONE, 1);      /* but 5/2 is not -87 */
    pcl_balanced_lift *lift;
    size_t done;
    int finished;
    const float one[] = {1, 1, 1, 1}, rest[] = {1, 8388593, 1, 1}, factor[] = {8388593, 1, 1, 1},
                unknown[] = {1, NAN, 1, 1}, unit = 1;
    const struct { const float *matrix; uint64_t p; } over[] = {
        {rest, LARGEST}, {factor, LARGEST}, {unknown, LARGEST},
        {one, (uint64_t)1 << 23}, {one, 2}, {one, 3}};
    for (size_t i = 0; i < sizeof over / sizeof *over; i++) {
        CHECK(pcl_balanced_lift_new(&lift, over[i].matrix, &unit, 2, 2, 1, over[i].p, OTHER)
                  == PCL_LIMIT,
              "too large: %zu", i);
        CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 1, NULL) == PCL_LIMIT && !done,
              "steps of none: %zu", i);
        pcl_balanced_lift_free(lift);
    }
    pcl_balanced_lift_free(NULL);
}

/* A poll that stops, and an instruction set that there is not; the latter ends nothing. */
static void check_stop(void)
{
    int calls = 0, finished;
    size_t done;
    pcl_balanced_lift *lift;
    m = r = 1100, c = 500, random_system(1);
    const pcl_balanced_how unknown = {(pcl_balanced_cpu)9, 1, NULL, NULL},
                           stop = {PCL_BALANCED_BEST, 1, refuse, &calls};
    CHECK(pcl_balanced_lift_new(&lift, matrix, inverse, m, r + c, r, LARGEST, OTHER) == PCL_OK,
          "new");
    CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 1, &unknown) == PCL_UNSUPPORTED
              && !done,
          "instruction set");
    CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 3, NULL) == PCL_OK && done,
          "after that");
    CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 3, &stop) == PCL_STOPPED
              && calls == 1,
          "%d polls", calls);
    CHECK(pcl_balanced_lift_steps(NULL, &done, &finished, lift, 3, NULL) == PCL_STOPPED && !done,
          "after a stop");
    pcl_balanced_lift_free(lift);
    free(matrix), free(inverse);
}

int main(void)
{
    test_start();
    check_by_hand();
    test_small ? (void)0 : check_stop();
    for (int i = 0; i < (test_small ? 20 : 120); i++) {
        r = 1 + rnd_below(i % 10 ? 40 : 90), m = r + rnd_below(20), c = 1 + rnd_below(30);
        random_system(i % 3 ? 1000 : 1);
        on_every_path(lift_on);
        free(matrix), free(inverse);
    }
    return 0;
}
