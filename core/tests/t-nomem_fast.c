/* Every allocation of the fast module is refused in turn: see t-nomem.c. */
#include "pcl/fast.h"
#include "refusal.h"

enum { COLS = 20 };

/* Blocks of rows, of rank COLS / 2, modulo a small prime. */
static void fast_echelon(long k)
{
    uint64_t a[COLS * COLS];
    unsigned char raised[COLS];
    size_t pivot[COLS];
    long left = k, seen = 0;
    for (int i = 0; i < COLS * COLS; i++)
        a[i] = i / COLS % 2 ? a[i - COLS] * 2 % 101 : rnd() % 101;
    pcl_fast_echelon basis;
    pcl_fast_echelon_init(&basis, COLS, 101);
    for (int i = 0; i < COLS; i += 5) {
        const size_t rank = basis.rank;
        armed = left, refused = 0;
        pcl_status status = pcl_fast_echelon_extend(raised, &basis, a + COLS * i, 5, SIZE_MAX, NULL);
        left = armed, armed = -1, seen += refused;
        if (refused) {
            CHECK(status == PCL_NOMEM && basis.rank == rank && !memchr(raised, 1, 5), "rows %d, refusal %ld", i, k);
            status = pcl_fast_echelon_extend(raised, &basis, a + COLS * i, 5, SIZE_MAX, NULL);
            left = -1;
        }
        CHECK(status == PCL_OK && basis.rank == (size_t)(i + 6) / 2, "rows %d, refusal %ld: rank %zu", i, k, basis.rank);
    }
    refused = 0;
    TWICE(left, pcl_fast_echelon_pivots(pivot, &basis), (void)0);
    refused += seen;
    pcl_fast_echelon_clear(&basis);
}

static const double lift_left[] = {2, 1, 1, 1, 3, 2}, lift_rest[] = {1, 1, 2};

static void lifting(long k)
{
    pcl_lift *lift = NULL;
    TWICE(k, pcl_lift_new(&lift, lift_left, lift_rest, 3, 2, 1, 8388593, 8388587, NULL), pcl_lift_free(lift));
    pcl_lift_free(lift);
}

static void solving(long k)
{
    const double left[] = {2, 1, 1, 1};
    const float inverse[] = {1, -1, -1, 2};
    double rest[] = {1, 1};
    float digits[4];
    size_t done;
    TWICE(k, pcl_solve_fast(digits, &done, rest, left, inverse, 2, 2, 8388593, 2, NULL), CHECK(!done && rest[0] == 1, "%zu digits", done));
}

static void lifting_steps(long k)
{
    pcl_lift *lift;
    size_t done;
    int finished;
    CHECK(pcl_lift_new(&lift, lift_left, lift_rest, 3, 2, 1, 8388593, 8388587, NULL) == PCL_OK, "new");
    TWICE(k, pcl_lift_steps(NULL, &done, &finished, lift, 2, NULL), CHECK(!done, "%zu digits", done));
    pcl_lift_free(lift);
}

int main(void)
{
    test_start();
    refuse_in("fast_echelon", fast_echelon), refuse_in("lifting", lifting), refuse_in("lifting_steps", lifting_steps);
    refuse_in("solving", solving);
    return 0;
}
