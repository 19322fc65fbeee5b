/* p-adic solutions for two rows and two columns on every instruction set: the digits put together
   solve the systems modulo p^2, what is left of the rests is the quotient, vectors that do not
   follow are found in the digit where they do not. */
#include <math.h>

#include "ref_balanced.h"

static size_t r, m, n;
static double *across, *down;           /* 2 x n, 2 x m */
static float *matrix, *inverse;         /* m x n, r x r */

static double small(int64_t size)
{
    return (double)((int64_t)rnd_below(2 * (uint64_t)size + 1) - size);
}

/* Unit lower times unit upper triangles in front, so that all leading minors are 1; the other
   columns are sums of two of these, the other rows too, and the first rests follow. The corner and
   what the second rests have beyond the minor are not to be looked at. */
static void random_system(int64_t size)
{
    matrix = calloc(m * n, sizeof *matrix), inverse = calloc(r * r, sizeof *inverse);
    across = calloc(2 * n, sizeof *across), down = calloc(2 * m, sizeof *down);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++)
            for (size_t t = 0; t <= least(i, j); t++)
                matrix[i * n + j] += (t == i ? 1 : (float)((i * 7 + t * 3) % 3) - 1)
                                     * (t == j ? 1 : (float)((j * 5 + t) % 3) - 1);
    for (size_t k = 0; k < 2; k++) {
        for (size_t j = 0; j < r; j++)
            across[k * n + j] = small(size), down[k * m + j] = small(size);
        for (size_t j = r; k && j < n; j++)
            across[n + j] = NAN;
        for (size_t i = r; k && i < m; i++)
            down[m + i] = NAN;
    }
    for (size_t j = r; j < n; j++) {
        const size_t x = rnd_below(r), y = rnd_below(r);
        for (size_t i = 0; i < r; i++)
            matrix[i * n + j] = matrix[i * n + x] + matrix[i * n + y];
        across[j] = across[x] + across[y];
    }
    for (size_t i = r; i < m; i++) {
        const size_t x = rnd_below(r), y = rnd_below(r);
        for (size_t j = 0; j < n; j++)
            matrix[i * n + j] = j < r ? matrix[x * n + j] + matrix[y * n + j] : NAN;
        down[i] = down[x] + down[y];
    }
    CHECK(pcl_balanced_invert(inverse, matrix, n, r, LARGEST, NULL) == PCL_OK, "inverse");
}

static void clear(void) { free(matrix), free(inverse), free(across), free(down); }

static double *again(const double *x, size_t k)
{
    return memcpy(malloc(k * sizeof *x), x, k * sizeof *x);
}

/* left p^2 - rest + the product of the digits `which` with line j is zero. */
static void solves(const float *digit, size_t which, size_t j, double rest, double left)
{
    const wide q = (wide)LARGEST;
    wide sum = (wide)left * q * q - (wide)rest;
    for (size_t i = 0; i < r; i++) {
        const float entry = which < 2 ? matrix[i * n + j] : matrix[j * n + i];
        sum += (wide)entry * ((wide)digit[which * r + i] + q * (wide)digit[(4 + which) * r + i]);
    }
    CHECK(sum == 0, "%zu in %zu x %zu: vector %zu, entry %zu", r, m, n, which, j);
}

static void solve_on(const pcl_balanced_how *how)
{
    float *digit = malloc(12 * r * sizeof *digit);
    double *x = again(across, 2 * n), *y = again(down, 2 * m);
    size_t done;
    CHECK(pcl_balanced_solve(digit, &done, x, y, matrix, inverse, m, n, r, LARGEST, 2, how)
                  == PCL_OK
              && done == 2,
          "%zu digits", done);
    for (size_t k = 0; k < 2; k++) {
        for (size_t j = 0; j < (k ? r : n); j++)
            solves(digit, k, j, across[k * n + j], x[k * n + j]);
        for (size_t i = 0; i < (k ? r : m); i++)
            solves(digit, 2 + k, i, down[k * m + i], y[k * m + i]);
    }
    CHECK((n == r || isnan(x[n + r])) && (m == r || isnan(y[m + r])), "beyond the minor");
    for (int side = 0; side < 2; side++) {      /* off by one, in the first digit, the second */
        const double two[2] = {1, (double)LARGEST};
        for (size_t k = 0; k < 2 && (side ? m : n) > r; k++) {
            memcpy(x, across, 2 * n * sizeof *x), memcpy(y, down, 2 * m * sizeof *y);
            double *at = side ? y + r + rnd_below(m - r) : x + r + rnd_below(n - r);
            *at += two[k];
            if (2 * fabs(*at) + 2 >= (double)LARGEST)
                continue;
            CHECK(pcl_balanced_solve(digit, &done, x, y, matrix, inverse, m, n, r, LARGEST, 3, how)
                          == PCL_NONE
                      && done == k,
                  "%zu digits", done);
        }
    }
    free(digit), free(x), free(y);
}

/* Whether so many digits of x (u, v) = (y, z) are found, then the status, and what is left; for
   columns the same. */
static void two_entries(float u, float v, double y, double z, float first_inverse,
                        pcl_status expected, size_t digits, double left)
{
    const float line[] = {u, v};
    float digit[12];
    size_t done;
    for (size_t side = 0; side < 2; side++) {
        double given[] = {y, z, 0, 0}, none[] = {0, 0};
        CHECK(pcl_balanced_solve(digit, &done, side ? none : given, side ? given : none, line,
                                 &first_inverse, 1 + side, 2 - side, 1, 179, 3, NULL)
                      == expected
                  && done == digits,
              "%zu digits", done);
        CHECK(given[0] == left, "%g left", given[0]);
    }
}

static void check_by_hand(void)
{
    two_entries(2, 4, 6, 12, -89, PCL_OK, 3, 0);        /* 3 */
    two_entries(2, 4, 1, 2, -89, PCL_OK, 3, 1);         /* 1/2 = -89 - 89 179 - ... */
    two_entries(2, 5, 1, 86, -89, PCL_NONE, 0, 1);      /* 5/2 = -87 mod 179 is not 86 */
    two_entries(2, 5, 1, -87, -89, PCL_NONE, 1, 1);     /* nor is it -87 */
    const float one[] = {1}, large[] = {1e30f}, unknown[] = {NAN};
    double x[] = {1, 0}, y[] = {0, 0}, high[] = {8388593, 0}, none[] = {0, NAN};
    float digit[4], unit = 1;
    size_t done;
    int calls = 0;
    const struct { double *x, *y; const float *matrix; uint64_t p; } over[] = {
        {x, y, large, LARGEST}, {x, y, unknown, LARGEST}, {high, y, one, LARGEST},
        {x, high, one, LARGEST}, {none, y, one, LARGEST},
        {x, none, one, LARGEST}, {x, y, one, (uint64_t)1 << 23}, {x, y, one, 2}};
    for (size_t i = 0; i < sizeof over / sizeof *over; i++)
        CHECK(pcl_balanced_solve(digit, &done, over[i].x, over[i].y, over[i].matrix, &unit, 1, 1, 1,
                                 over[i].p, 1, NULL)
                      == PCL_LIMIT
                  && !done,
              "too large: %zu", i);
    CHECK(pcl_balanced_solve(digit, &done, x, y, one, &unit, 1, 1, 1, LARGEST, 1,
                             &(pcl_balanced_how){(pcl_balanced_cpu)9, 1, NULL, NULL})
                  == PCL_UNSUPPORTED
              && !done,
          "unknown instruction set");
    CHECK(pcl_balanced_solve(digit, &done, x, y, one, &unit, 1, 1, 1, LARGEST, 0, NULL) == PCL_OK
              && !done && x[0] == 1,
          "no step");

    r = n = m = 90;
    random_system(1);
    float *digits = malloc(20000 * 4 * r * sizeof *digits);
    CHECK(pcl_balanced_solve(digits, &done, across, down, matrix, inverse, m, n, r, LARGEST, 20000,
                             &(pcl_balanced_how){PCL_BALANCED_BEST, 1, refuse, &calls})
              == PCL_STOPPED,
          "poll");
    CHECK(calls == 1 && done && done < 20000, "%zu digits, %d calls", done, calls);
    free(digits), clear();
}

/* Whole panels and blocks, one more and one less, with nothing beyond the minor or whole rows of
   it; rests of all the size there may be. */
static void edges(void)
{
    static const size_t sizes[] = {1, 3, 4, 8, 31, 32, 33, 64, 255, 256, 257, 513},
                        beyond[] = {0, 1, 64};
    for (size_t k = 0; k < (test_small ? 8 : sizeof sizes / sizeof *sizes); k++)
        for (size_t i = 0; i < 9; i++) {
            r = sizes[k], n = r + beyond[i / 3], m = r + beyond[i % 3];
            random_system(2000000);
            on_every_path(solve_on);
            clear();
        }
}

int main(void)
{
    test_start();
    check_by_hand(), edges();
    for (int i = 0; i < (test_small ? 20 : 120); i++) {
        r = 1 + rnd_below(i % 10 ? 70 : 600), n = r + rnd_below(80), m = r + rnd_below(80);
        random_system(i % 3 ? 1000 : 1);
        on_every_path(solve_on);
        clear();
    }
    return 0;
}
