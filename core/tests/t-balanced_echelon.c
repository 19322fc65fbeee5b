/* A basis that grows by blocks of rows, on every instruction set, on one thread and on two: rows
   that raise the rank and pivots prescribed, the same however the rows are cut; what a target or a
   stop leaves behind. */
#include "ref_balanced.h"
#include "ref_poll.h"

/* Up to four ways to cut the rows: all at once, one by one, at random, in chunks of about 256. */
static size_t piece(int cut, size_t left)
{
    const size_t size[] = {left, 1, 1 + rnd_below(cut == 2 ? 40 : 1), 250 + rnd_below(20)};
    return least(size[cut], left);
}

/* The case at hand as the basis sees it: raised, by the prescribed rows. */
static void check_raised(const unsigned char *raised, size_t from, size_t until)
{
    for (size_t i = from; i < until; i++)
        CHECK(raised[i] == is_listed(i, row_pivot, rank), "row %zu of %zu: raised = %d", i, rows,
              raised[i]);
}

static size_t *first_pivot;             /* what the first path found */

static void grow_on(const pcl_balanced_how *how)
{
    size_t *pivot = numbers(rank), *before = numbers(rank);
    for (int cut = 0; cut < (rows > 200 ? 4 : 3); cut++) {
        pcl_balanced_echelon basis;
        unsigned char *raised = malloc(rows + 1);
        pcl_balanced_echelon_init(&basis, cols, p);
        for (size_t i = 0, m, known = 0; i < rows; i += m) {
            m = piece(cut, rows - i);
            uint64_t *block = copy(a + i * cols, m * cols);
            memset(raised + i, 99, m);
            CHECK(pcl_balanced_echelon_extend(raised + i, &basis, block, m, SIZE_MAX, how)
                      == PCL_OK,
                  "cut %d", cut);
            check_raised(raised, i, i + m);
            free(block);
            if (rnd_below(8) && i + m < rows)
                continue;
            pcl_balanced_echelon_pivots(pivot, &basis);
            CHECK(!known || !memcmp(pivot, before, known * sizeof *pivot),
                  "cut %d: pivots have changed", cut);
            known = basis.rank;
            memcpy(before, pivot, known * sizeof *pivot);
        }
        CHECK(basis.rank == rank, "%s, %u threads, cut %d: rank %zu", pcl_balanced_name(how->cpu),
              how->threads, cut, basis.rank);
        if (rows && cols) {
            pcl_balanced_echelon_pivots(pivot, &basis);
            if (first && !cut)
                check_minors(row_pivot, pivot, rank),
                    memcpy(first_pivot, pivot, rank * sizeof *pivot);
            CHECK(!memcmp(pivot, first_pivot, rank * sizeof *pivot),
                  "%s, %u threads, cut %d: other pivots", pcl_balanced_name(how->cpu), how->threads,
                  cut);
            memset(raised, 99, rows);               /* what is in the span adds nothing */
            CHECK(pcl_balanced_echelon_extend(raised, &basis, a, rows, SIZE_MAX, how) == PCL_OK,
                  "again");
            CHECK(!memchr(raised, 1, rows) && !memchr(raised, 99, rows) && basis.rank == rank,
                  "again, cut %d", cut);
        }
        pcl_balanced_echelon_clear(&basis);
        free(raised);
    }
    free(pivot), free(before);
}

/* Ends where it is told to, and goes on from there. */
static void target_on(const pcl_balanced_how *how)
{
    const size_t target[] = {0, 1, rank / 2, rank, SIZE_MAX};
    pcl_balanced_echelon basis;
    pcl_balanced_echelon_init(&basis, cols, p);
    unsigned char *raised = malloc(rows + 1);
    for (size_t k = 0, from = 0; k < 5; k++) {
        const size_t known = basis.rank;
        CHECK(pcl_balanced_echelon_extend(raised, &basis, a + from * cols, rows - from, target[k],
                                          how)
                  == PCL_OK,
              "target");
        CHECK(basis.rank >= least(rank, target[k]) && basis.rank <= rank, "target %zu: rank %zu",
              target[k], basis.rank);
        CHECK(known < target[k] || basis.rank == known, "target %zu was there: rank %zu", target[k],
              basis.rank);
        size_t found = 0;
        for (size_t i = 0; i < rows - from; i++)
            if (raised[i])
                CHECK(row_pivot[known + found++] == from + i, "target %zu: row %zu", target[k],
                      from + i);
        CHECK(known + found == basis.rank, "target %zu: %zu rows", target[k], found);
        from = basis.rank ? row_pivot[basis.rank - 1] + 1 : 0;
    }
    CHECK(basis.rank == rank, "rank %zu", basis.rank);
    pcl_balanced_echelon_clear(&basis);
    free(raised);
}

static void check_case(uint64_t modulo, size_t m, size_t n, size_t r)
{
    random_case(modulo, m, n, r);
    first_pivot = numbers(r);
    on_every_path(grow_on);
    on_every_path(target_on);
    free(first_pivot), free(a), free(row_pivot);
}

/* Stopped at any poll, the basis is one of the rows it has marked. */
static void check_stop(void)
{
    enum { N = 1500 };
    caller = pthread_self();
    p = LARGEST;
    uint64_t *x = malloc(N * N * sizeof *x), *marked = malloc(N * N * sizeof *x);
    unsigned char raised[N];
    for (size_t i = 0; i < N * N; i++)
        x[i] = i / N % 3 == 2 ? (x[i - N] + x[i - 2 * N]) % p : rnd_below(p);
    int stops = 0;
    for (patience = 0; patience < 4; patience++) {
        const pcl_balanced_how how = {PCL_BALANCED_BEST, 1 + (unsigned)patience % 2, poll, &polls};
        pcl_balanced_echelon basis, other;
        pcl_balanced_echelon_init(&basis, N, p), pcl_balanced_echelon_init(&other, N, p);
        polls = 0;
        const pcl_status status = pcl_balanced_echelon_extend(raised, &basis, x, N, SIZE_MAX, &how);
        CHECK(status == (polls > patience ? PCL_STOPPED : PCL_OK) && polls <= patience + 1,
              "%d polls", polls);
        stops += status == PCL_STOPPED;
        size_t found = 0;
        for (size_t i = 0; i < N; i++)
            if (raised[i])
                memcpy(marked + N * found++, x + N * i, N * sizeof *x);
        CHECK(found == basis.rank && (status != PCL_STOPPED || found < N / 3 * 2),
              "rank %zu of %zu", basis.rank, found);
        CHECK(pcl_balanced_echelon_extend(raised, &basis, marked, found, SIZE_MAX, NULL) == PCL_OK,
              "the same rows");
        CHECK(basis.rank == found && !memchr(raised, 1, found), "a marked row is not in the span");
        CHECK(pcl_balanced_echelon_extend(raised, &other, marked, found, SIZE_MAX, NULL) == PCL_OK,
              "elsewhere");
        CHECK(other.rank == found, "marked rows of rank %zu", other.rank);
        CHECK(pcl_balanced_echelon_extend(raised, &basis, x, N, SIZE_MAX, NULL) == PCL_OK,
              "after a stop");
        CHECK(basis.rank == N / 3 * 2, "after a stop: rank %zu", basis.rank);
        pcl_balanced_echelon_clear(&basis), pcl_balanced_echelon_clear(&other);
    }
    CHECK(stops, "never stopped");
    free(x), free(marked);
}

static void check_refusals(void)
{
    const uint64_t one = 1, bad[] = {0, 1, (uint64_t)1 << 23, UINT64_MAX};
    unsigned char raised;
    size_t pivot;
    pcl_balanced_echelon basis;
    for (size_t i = 0; i < 4; i++) {
        pcl_balanced_echelon_init(&basis, 1, bad[i]);
        CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 1, NULL) == PCL_LIMIT
                  && !raised,
              "p=%" U, bad[i]);
        pcl_balanced_echelon_clear(&basis);
    }
    pcl_balanced_echelon_init(&basis, 1, 7);
    const pcl_balanced_how unknown = {(pcl_balanced_cpu)9, 1, NULL, NULL};
    CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 1, &unknown) == PCL_UNSUPPORTED
              && !raised,
          "instruction set");
    CHECK(pcl_balanced_echelon_extend(NULL, &basis, NULL, 0, SIZE_MAX, NULL) == PCL_OK
              && !basis.rank,
          "no rows");
    CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 0, NULL) == PCL_OK && !raised
              && !basis.rank,
          "target 0");
    CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 1, NULL) == PCL_OK && raised
              && basis.rank == 1,
          "1 x 1");
    pcl_balanced_echelon_pivots(&pivot, &basis);
    CHECK(pivot == 0, "1 x 1: pivot %zu", pivot);
    pcl_balanced_echelon_clear(&basis);
    pcl_balanced_echelon_clear(&basis);
    CHECK(!basis.rank && basis.cols == 1 && basis.p == 7, "cleared");
    pcl_balanced_echelon_init(&basis, 0, 7);
    CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 1, NULL) == PCL_OK && !raised,
          "no columns");
    pcl_balanced_echelon_init(&basis, SIZE_MAX, 7);
    CHECK(pcl_balanced_echelon_extend(&raised, &basis, &one, 1, 1, NULL) == PCL_NOMEM && !raised,
          "too many columns");
    pcl_balanced_echelon_clear(&basis);
}

int main(void)
{
    test_start();
    check_refusals();
    if (!test_small)
        check_stop();
    test_show = show;
    for (int i = 0; i < (test_small ? 40 : 150); i++) {
        const size_t m = rnd_below(i % 20 ? 30 : 150), n = rnd_below(i % 20 ? 30 : 150);
        check_case(prime[rnd_below(PRIMES)], m, n, rnd_below(1 + least(m, n)));
    }
    for (size_t i = 0; i < PRIMES && !test_small; i += 2)
        check_case(prime[i], 300, 280, rnd_below(2) ? 255 + rnd_below(4) : rnd_below(280));
    check_case(LARGEST, 700, 40, 33), check_case(3, 600, 40, 40);
    if (test_small)
        return 0;
    check_case(LARGEST, 450, 560, 430), check_case(LARGEST, 30, 1000, 29);
    return 0;
}
