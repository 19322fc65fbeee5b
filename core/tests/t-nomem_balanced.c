/* Every allocation of the balanced module is refused in turn: see t-nomem.c. */
#include "pcl/balanced.h"
#include "refusal.h"

enum { COLS = 20 };

/* Blocks of rows, of rank COLS / 2, modulo a small prime. */
static void echelon(long k)
{
    uint64_t a[COLS * COLS];
    unsigned char raised[COLS];
    size_t pivot[COLS];
    long left = k, seen = 0;
    for (int i = 0; i < COLS * COLS; i++)
        a[i] = i / COLS % 2 ? a[i - COLS] * 2 % 101 : rnd() % 101;
    pcl_balanced_echelon basis;
    pcl_balanced_echelon_init(&basis, COLS, 101);
    for (int i = 0; i < COLS; i += 5) {
        const size_t rank = basis.rank;
        armed = left, refused = 0;
        pcl_status status = pcl_balanced_echelon_extend(raised, &basis, a + COLS * i, 5, SIZE_MAX,
                                                        NULL);
        left = armed, armed = -1, seen += refused;
        if (refused) {
            CHECK(status == PCL_NOMEM && basis.rank == rank && !memchr(raised, 1, 5),
                  "rows %d, refusal %ld", i, k);
            status = pcl_balanced_echelon_extend(raised, &basis, a + COLS * i, 5, SIZE_MAX, NULL);
            left = -1;
        }
        CHECK(status == PCL_OK && basis.rank == (size_t)(i + 6) / 2,
              "rows %d, refusal %ld: rank %zu", i, k, basis.rank);
    }
    pcl_balanced_echelon_pivots(pivot, &basis);
    refused = seen;
    pcl_balanced_echelon_clear(&basis);
}

static const float system_[] = {2, 1, 1, 1, 1, 1, 3, 2, 2};     /* 3 x (2 + 1) */
static const float system_inverse[] = {1, -1, -1, 2};

static void lifting(long k)
{
    pcl_balanced_lift *lift = NULL;
    TWICE(k, pcl_balanced_lift_new(&lift, system_, system_inverse, 3, 3, 2, 8388593, 8388587),
          pcl_balanced_lift_free(lift));
    pcl_balanced_lift_free(lift);
}

static void solving(long k)
{
    double rows[6] = {1, 1, 1}, cols[6] = {1, 1, 2};
    float digits[16];
    size_t done;
    TWICE(k,
          pcl_balanced_solve(digits, &done, rows, cols, system_, system_inverse, 3, 3, 2, 8388593,
                             2, NULL),
          CHECK(!done && rows[0] == 1 && cols[0] == 1, "%zu digits", done));
}

static void inverting(long k)
{
    float inverse[4] = {7};
    TWICE(k, pcl_balanced_invert(inverse, system_, 3, 2, 8388593, NULL),
          CHECK(inverse[0] == 7, "%g", (double)inverse[0]));
    CHECK(!memcmp(inverse, system_inverse, sizeof inverse), "inverse");
}

static void ranking(long k)
{
    size_t rank = 9, row[3], col[3];
    TWICE(k, pcl_balanced_rank_floats(&rank, row, col, system_, 3, 3, 8388593, SIZE_MAX, NULL),
          CHECK(rank == 9, "%zu", rank));
    CHECK(rank == 2, "%zu", rank);
}

static void residues(long k)
{
    const uint64_t a[4] = {1, 2, 3, 4};
    uint64_t c[4] = {77};
    size_t rank = 9, row[2], col[2];
    TWICE(k, pcl_balanced_matmul(c, a, a, 2, 2, 2, 5, NULL), CHECK(c[0] == 77, "%" U, c[0]));
    CHECK(c[0] == 2 && c[1] == 0 && c[2] == 0 && c[3] == 2, "product");
    const long first = refused;
    TWICE(k, pcl_balanced_rank(&rank, row, col, a, 2, 2, 5, SIZE_MAX, NULL),
          CHECK(rank == 9, "%zu", rank));
    CHECK(rank == 2, "%zu", rank);
    refused += first;
}

static void lifting_steps(long k)
{
    pcl_balanced_lift *lift;
    size_t done;
    int finished;
    CHECK(pcl_balanced_lift_new(&lift, system_, system_inverse, 3, 3, 2, 8388593, 8388587)
              == PCL_OK,
          "new");
    TWICE(k, pcl_balanced_lift_steps(NULL, &done, &finished, lift, 2, NULL),
          CHECK(!done, "%zu digits", done));
    pcl_balanced_lift_free(lift);
}

int main(void)
{
    test_start();
    refuse_in("echelon", echelon), refuse_in("lifting", lifting),
        refuse_in("lifting_steps", lifting_steps);
    refuse_in("solving", solving), refuse_in("inverting", inverting), refuse_in("ranking", ranking);
    refuse_in("residues", residues);
    return 0;
}
