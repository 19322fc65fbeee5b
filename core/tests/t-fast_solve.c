/* p-adic solutions for one row on every instruction set: the digits put together solve the system modulo p^2, what is left of the rest
   is the quotient, columns that do not follow are found in the digit where they do not. */
#include <math.h>

#include "ref_fast.h"

static size_t r, n;
static double *matrix, *rest;           /* r x n, n */
static float *inverse;

/* Unit lower times unit upper triangles in front, so that all leading minors are 1; the other columns are sums of two of these. */
static void random_system(int64_t size)
{
    matrix = calloc(r * n, sizeof *matrix), rest = calloc(n, sizeof *rest), inverse = calloc(r * r, sizeof *inverse);
    double *minor = calloc(r * r, sizeof *minor), *zero = calloc(r, sizeof *zero);
    pcl_lift *lift;
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++)
            for (size_t t = 0; t <= least(i, j); t++)
                minor[i * r + j] += (t == i ? 1 : (double)((i * 7 + t * 3) % 3) - 1) * (t == j ? 1 : (double)((j * 5 + t) % 3) - 1);
    for (size_t j = 0; j < n; j++) {
        const size_t x = j < r ? j : rnd_below(r), y = rnd_below(r);
        for (size_t i = 0; i < r; i++)
            matrix[i * n + j] = minor[i * r + x] + (j < r ? 0 : minor[i * r + y]);
        rest[j] = j < r ? (double)((int64_t)rnd_below(2 * (uint64_t)size + 1) - size) : rest[x] + rest[y];
    }
    CHECK(pcl_lift_new(&lift, minor, zero, r, r, 1, LARGEST, 8388587, NULL) == PCL_OK, "new");
    pcl_lift_inverse(inverse, lift);
    pcl_lift_free(lift);
    free(minor), free(zero);
}

static void solve_on(const pcl_fast_how *how)
{
    const wide q = (wide)LARGEST;
    float *digit = malloc(3 * r * sizeof *digit);
    double *left = malloc(n * sizeof *left);
    size_t done;
    memcpy(left, rest, n * sizeof *left);
    CHECK(pcl_solve_fast(digit, &done, left, matrix, inverse, r, n, LARGEST, 2, how) == PCL_OK && done == 2, "%zu digits", done);
    for (size_t j = 0; j < n; j++) {
        wide sum = (wide)left[j] * q * q - (wide)rest[j];
        for (size_t i = 0; i < r; i++)
            sum += (wide)matrix[i * n + j] * ((wide)digit[i] + q * (wide)digit[r + i]);
        CHECK(sum == 0, "%zu x %zu: column %zu", r, n, j);
    }
    if (n > r) {        /* off by one, in the first digit and in the second */
        const size_t at = r + rnd_below(n - r);
        double two[2] = {1, (double)LARGEST};
        for (size_t k = 0; k < 2; k++) {
            memcpy(left, rest, n * sizeof *left);
            left[at] += two[k];
            if (2 * fabs(left[at]) + 2 >= (double)LARGEST)
                continue;
            CHECK(pcl_solve_fast(digit, &done, left, matrix, inverse, r, n, LARGEST, 3, how) == PCL_NONE && done == k, "%zu digits", done);
        }
    }
    free(digit), free(left);
}

static int refuse(void *arg)
{
    ++*(int *)arg;
    return 1;
}

/* Whether so many digits of x (u, v) = (y, z) are found, then the status, and what is left. */
static void two_columns(double u, double v, double y, double z, float first_inverse, pcl_status expected, size_t digits, double y_left)
{
    double row[] = {y, z};
    const double columns[] = {u, v};
    float digit[3];
    size_t done;
    CHECK(pcl_solve_fast(digit, &done, row, columns, &first_inverse, 1, 2, 179, 3, NULL) == expected && done == digits, "%zu digits", done);
    CHECK(row[0] == y_left, "%g left", row[0]);
}

static void check_by_hand(void)
{
    two_columns(2, 4, 6, 12, -89, PCL_OK, 3, 0);                /* 3 */
    two_columns(2, 4, 1, 2, -89, PCL_OK, 3, 1);                 /* 1/2 = -89 - 89 179 - ..., and 1 + 2 * 89 = 179 */
    two_columns(2, 5, 1, 86, -89, PCL_NONE, 0, 1);              /* 5/2 = -87 mod 179 is not 86 */
    two_columns(2, 5, 1, -87, -89, PCL_NONE, 1, 1);             /* nor is it -87 */
    const double one[] = {1}, large[] = {1e300};
    double row[] = {1}, high[] = {8388593};
    float digit[1], unit = 1;
    size_t done;
    int calls = 0;
    CHECK(pcl_solve_fast(digit, &done, row, large, &unit, 1, 1, LARGEST, 1, NULL) == PCL_OVERFLOW, "a large factor");
    CHECK(pcl_solve_fast(digit, &done, high, one, &unit, 1, 1, LARGEST, 1, NULL) == PCL_OVERFLOW, "a large rest");
    CHECK(pcl_solve_fast(digit, &done, row, one, &unit, 1, 1, (uint64_t)1 << 23, 1, NULL) == PCL_OVERFLOW, "a large prime");
    CHECK(pcl_solve_fast(digit, &done, row, one, &unit, 1, 1, 2, 1, NULL) == PCL_OVERFLOW, "two");
    CHECK(pcl_solve_fast(digit, &done, row, one, &unit, 1, 1, LARGEST, 0, NULL) == PCL_OK && !done && row[0] == 1, "no step");

    r = n = 90;
    random_system(1);
    float *digits = malloc(20000 * r * sizeof *digits);
    CHECK(pcl_solve_fast(digits, &done, rest, matrix, inverse, r, n, LARGEST, 20000, &(pcl_fast_how){PCL_FAST_BEST, 1, refuse, &calls}) == PCL_NONE,
          "poll");
    CHECK(calls == 1 && done && done < 20000, "%zu digits, %d calls", done, calls);
    free(digits), free(matrix), free(rest), free(inverse);
}

int main(void)
{
    test_start();
    check_by_hand();
    for (int i = 0; i < (test_small ? 20 : 120); i++) {
        r = 1 + rnd_below(i % 10 ? 70 : 600), n = r + rnd_below(80);
        random_system(i % 3 ? 1000 : 1);
        on_every_path(solve_on);
        free(matrix), free(rest), free(inverse);
    }
    return 0;
}
