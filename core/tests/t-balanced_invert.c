/* Inverses modulo a prime on every instruction set, on one thread and on two: times the matrix they
   are 1. */
#include <math.h>

#include "ref_balanced.h"

static size_t r, stride;
static float *square;           /* r rows, stride floats apart */

static void show_square(void)
{
    fprintf(stderr, "p=%" U ", %zu x %zu, rows %zu apart", p, r, r, stride);
    for (size_t i = 0; i < r && r <= 40; i++)
        for (size_t j = 0; j < r; j++)
            fprintf(stderr, "%s%g", j ? " " : "\n", (double)square[i * stride + j]);
    fputc('\n', stderr);
}

/* A unit lower triangle times an upper one with units on the diagonal, so that all leading minors
   are units. What is beside the square is not to be looked at. */
static void random_square(uint64_t modulo, size_t size)
{
    p = modulo, r = size, stride = r + rnd_below(3);
    uint64_t *lower = malloc(r * r * sizeof *lower), *upper = malloc(r * r * sizeof *upper);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++) {
            lower[i * r + j] = j < i ? entry() : j == i;
            upper[i * r + j] = j > i ? entry() : j == i ? rnd_nonzero(p) : 0;
        }
    uint64_t *product = ref_matmul(lower, upper, r, r, r);
    square = malloc(r * stride * sizeof *square);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < stride; j++) {
            const uint64_t x = j < r ? product[i * r + j] : 0;
            square[i * stride + j] = j >= r ? NAN : x > p / 2 ? (float)x - (float)p : (float)x;
        }
    free(lower), free(upper), free(product);
}

static void invert_on(const pcl_balanced_how *how)
{
    float *to = malloc(r * r * sizeof *to);
    CHECK(pcl_balanced_invert(to, square, stride, r, p, how) == PCL_OK, "%s, %u threads",
          pcl_balanced_name(how->cpu), how->threads);
    for (size_t i = 0; i < r; i++)
        for (size_t j = 0; j < r; j++) {
            int64_t sum = -(int64_t)(i == j);
            for (size_t t = 0; t < r; t++)
                sum += (int64_t)to[i * r + t] * (int64_t)square[t * stride + j];
            CHECK(sum % (int64_t)p == 0 && 2 * fabsf(to[i * r + j]) <= (float)(p + 1),
                  "%s, %u threads: entry %zu, %zu", pcl_balanced_name(how->cpu), how->threads, i,
                  j);
        }
    free(to);
}

static void check_by_hand(void)
{
    float to[4];
    const float zero[] = {0, 1, 1, 0}, late[] = {1, 1, 1, 1}, two[] = {2, 0, 0, 2};
    const float high[] = {51, 0, 0, 1}, low[] = {1, 0, -51, 1}, unknown[] = {1, 0, 0, NAN},
                endless[] = {1, INFINITY, 0, 1};
    const float *const minors[] = {zero, late}, *const over[] = {high, low, unknown, endless};
    const uint64_t primes[] = {0, 1, 2, 3, (uint64_t)1 << 23};
    for (size_t i = 0; i < 2; i++)
        CHECK(pcl_balanced_invert(to, minors[i], 2, 2, 101, NULL) == PCL_NONE,
              "a minor is zero: %zu", i);
    for (size_t i = 0; i < 4; i++)
        CHECK(pcl_balanced_invert(to, over[i], 2, 2, 101, NULL) == PCL_LIMIT, "entries: %zu", i);
    for (size_t i = 0; i < 5; i++)
        CHECK(pcl_balanced_invert(to, two, 2, 2, primes[i], NULL) == PCL_LIMIT, "p=%" U, primes[i]);
    CHECK(pcl_balanced_invert(to, two, 2, 2, 101, NULL) == PCL_OK && to[0] == -50 && to[1] == 0
              && to[2] == 0 && to[3] == -50,
          "1/2");
    CHECK(pcl_balanced_invert(to, two, 2, 2, 101,
                              &(pcl_balanced_how){(pcl_balanced_cpu)9, 1, NULL, NULL})
              == PCL_UNSUPPORTED,
          "unknown instruction set");
}

static void check_stop(void)
{
    int calls = 0;
    p = LARGEST, r = stride = 1400, square = calloc(r * r, sizeof *square);
    float *to = malloc(r * r * sizeof *to);
    for (size_t i = 0; i < r; i++)
        square[i * r + i] = 1;
    square[r * r - 1] = 0;      /* the last minor is zero: what a stop leaves is no answer */
    CHECK(pcl_balanced_invert(to, square, r, r, p,
                              &(pcl_balanced_how){PCL_BALANCED_BEST, 1, refuse, &calls})
                  == PCL_STOPPED
              && calls == 1,
          "%d polls", calls);
    free(to), free(square);
}

int main(void)
{
    test_start();
    check_by_hand();
    test_small ? (void)0 : check_stop();
    test_show = show_square;
    for (size_t e = 0; e < EDGES; e++)
        for (size_t i = 1; i < PRIMES && !(test_small && edge[e] > 40); i++) {
            random_square(prime[i], edge[e]);
            on_every_path(invert_on);
            free(square);
        }
    return 0;
}
