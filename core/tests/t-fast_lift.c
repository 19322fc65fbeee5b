/* p-adic solutions on every instruction set, on one thread and on two: digits put together solve the system modulo p^2, integer solutions end the
   lifting, lower rows that do not follow are found in the digit where they do not. */
#include "ref_fast.h"

static const uint64_t OTHER = 8388587;
static size_t m, r, c;
static double *matrix, *rest;           /* m x r, m x c */

static double small(int64_t size) { return (double)((int64_t)rnd_below(2 * (uint64_t)size + 1) - size); }

/* Unit lower times unit upper triangles, so that all leading minors are 1; the lower rows are sums of two upper ones, in rest too. */
static void random_system(int64_t size)
{
    matrix = calloc(m * r, sizeof *matrix), rest = calloc(m * c, sizeof *rest);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++)
            for (size_t t = 0; t <= least(i, j); t++)
                matrix[i * r + j] += (t == i ? 1 : (double)((i * 7 + t * 3) % 3) - 1) * (t == j ? 1 : (double)((j * 5 + t) % 3) - 1);
    for (size_t i = 0; i < r * c; i++)
        rest[i] = small(size);
    for (size_t i = r; i < m; i++) {
        const size_t a = rnd_below(r), b = rnd_below(r);
        for (size_t j = 0; j < r; j++)
            matrix[i * r + j] = matrix[a * r + j] + matrix[b * r + j];
        for (size_t j = 0; j < c; j++)
            rest[i * c + j] = rest[a * c + j] + rest[b * c + j];
    }
}

static void solves(const float *digit)
{
    const int64_t q = (int64_t)LARGEST;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < c; j++) {
            wide sum = -(wide)rest[i * c + j];
            for (size_t t = 0; t < r; t++) {
                const int64_t x = (int64_t)digit[t * c + j] + q * (int64_t)digit[(r + t) * c + j];
                sum += (wide)matrix[i * r + t] * x;
            }
            CHECK(sum % ((wide)q * q) == 0, "%zu x %zu, %zu: entry %zu, %zu", m, r, c, i, j);
        }
}

static void lift_on(const pcl_fast_how *how)
{
    pcl_lift *lift;
    size_t done;
    int finished;
    float *digit = malloc(3 * r * c * sizeof *digit);
    CHECK(pcl_lift_new(&lift, matrix, rest, m, r, c, LARGEST, OTHER, how) == PCL_OK, "new");
    CHECK(pcl_lift_steps(digit, &done, &finished, lift, 3, how) == PCL_OK, "steps");
    if (done == 1)
        memset(digit + r * c, 0, r * c * sizeof *digit);
    CHECK(finished || done == 3, "%zu digits", done);
    solves(digit);

    if (m > r) {        /* again, and with an entry of a lower row off by one */
        double *bad = malloc(m * c * sizeof *bad);
        const size_t at = r * c + rnd_below((m - r) * c);
        for (int k = 0; k < 2; k++) {
            memcpy(bad, rest, m * c * sizeof *bad);
            bad[at] += k ? 1 : 0;
            CHECK(pcl_lift_restart(lift, bad) == PCL_OK, "restart");
            CHECK(pcl_lift_steps(NULL, &done, &finished, lift, 2, how) == (k ? PCL_NONE : PCL_OK), "lower rows");
            CHECK(k ? !done : done == 2 || finished, "%zu digits", done);
        }
        CHECK(pcl_lift_steps(NULL, &done, &finished, lift, 2, how) == PCL_NONE && !done, "after the end");
        free(bad);
    }
    pcl_lift_free(lift);
    free(digit);
}

/* Whether so many digits of the system of two rows in one unknown are found, and then the status. */
static void two_rows(double a, double b, double x, double y, uint64_t prime_, pcl_status expected, size_t digits)
{
    pcl_lift *lift;
    size_t done;
    int finished;
    CHECK(pcl_lift_new(&lift, (double[]){a, b}, (double[]){x, y}, 2, 1, 1, prime_, 1009, NULL) == PCL_OK, "new");
    CHECK(pcl_lift_steps(NULL, &done, &finished, lift, 3, NULL) == expected && done == digits, "%zu digits", done);
    CHECK(finished == (expected == PCL_OK && digits < 3), "finished = %d", finished);
    if (expected == PCL_NONE)
        CHECK(pcl_lift_steps(NULL, &done, &finished, lift, 3, NULL) == PCL_NONE && !done, "after the end");
    pcl_lift_free(lift);
}

static void check_by_hand(void)
{
    two_rows(2, 4, 6, 12, 179, PCL_OK, 1);      /* x = 3 */
    two_rows(2, 4, 1, 2, 179, PCL_OK, 3);       /* x = 1/2 = 90 mod 179, without end */
    two_rows(2, 5, 1, 86, 179, PCL_NONE, 0);    /* 5 * 90 = 92 mod 179 */
    two_rows(2, 5, 1, 92 - 179, 179, PCL_NONE, 1);      /* but 5/2 is not -87 */
    pcl_lift *lift;
    size_t done;
    int finished;
    const double one[] = {1, 1}, large[] = {1, 8388593}, zero[] = {0, 1, 1, 0};
    CHECK(pcl_lift_new(&lift, one, large, 2, 1, 1, LARGEST, OTHER, NULL) == PCL_OVERFLOW, "a large rest");
    pcl_lift_free(lift);
    CHECK(pcl_lift_new(&lift, large, one, 2, 1, 1, LARGEST, OTHER, NULL) == PCL_OVERFLOW, "a large factor");
    pcl_lift_free(lift);
    CHECK(pcl_lift_new(&lift, one, one, 2, 1, 1, (uint64_t)1 << 23, OTHER, NULL) == PCL_OVERFLOW, "a large prime");
    pcl_lift_free(lift);
    CHECK(pcl_lift_new(&lift, zero, one, 2, 2, 1, LARGEST, OTHER, NULL) == PCL_NONE, "a minor is zero");
    CHECK(pcl_lift_steps(NULL, &done, &finished, lift, 1, NULL) == PCL_NONE && !done, "a minor is zero");
    pcl_lift_free(lift);
    CHECK(pcl_lift_new(&lift, one, one, 2, 1, 1, LARGEST, OTHER, NULL) == PCL_OK, "ones");
    CHECK(pcl_lift_restart(lift, large) == PCL_OVERFLOW && pcl_lift_restart(lift, one) == PCL_OK, "restart");
    pcl_lift_free(lift);
    pcl_lift_free(NULL);
}

int main(void)
{
    test_start();
    check_by_hand();
    for (int i = 0; i < (test_small ? 20 : 120); i++) {
        r = 1 + rnd_below(i % 10 ? 40 : 90), m = r + rnd_below(20), c = 1 + rnd_below(30);
        random_system(i % 3 ? 1000 : 1);
        on_every_path(lift_on);
        free(matrix), free(rest);
    }
    return 0;
}
