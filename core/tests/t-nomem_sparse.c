/* As t-nomem.c, for sparse rows: every allocation is refused in turn. */
#include "pcl/sparse.h"
#include "refusal.h"

enum { COLS = 20 };

static pcl_mod mod;

static void echelon(long k)
{
    const uint32_t column[COLS] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,
                                   10, 11, 12, 13, 14, 15, 16, 17, 18, 19};
    uint64_t a[COLS * COLS];
    pcl_sparse basis, plain;
    size_t work = 0;
    long left, seen;
    for (int i = 0; i < COLS * COLS; i++)
        a[i] = rnd_entry(mod.p);
    armed = k, refused = 0;
    pcl_status status = pcl_sparse_init(&basis, COLS, &mod);
    left = armed, armed = -1, seen = refused;
    CHECK(status == (seen ? PCL_NOMEM : PCL_OK), "init, refusal %ld: status %d", k, status);
    if (seen) {
        left = -1;
        pcl_sparse_clear(&basis);
        CHECK(pcl_sparse_init(&basis, COLS, &mod) == PCL_OK, "init after refusal %ld", k);
    }
    CHECK(pcl_sparse_init(&plain, COLS, &mod) == PCL_OK, "init");
    for (int i = 0; i < COLS; i++) {
        const pcl_status expected = pcl_sparse_add(&plain, &work, column, a + COLS * i, COLS);
        armed = left, refused = 0;
        status = pcl_sparse_add(&basis, &work, column, a + COLS * i, COLS);
        left = armed, armed = -1, seen += refused;
        if (refused) {
            CHECK(status == PCL_NOMEM, "row %d, refusal %ld: status %d", i, k, status);
            status = pcl_sparse_add(&basis, &work, column, a + COLS * i, COLS);
            left = -1;
        }
        CHECK(status == expected && basis.rank == plain.rank, "row %d, refusal %ld: status %d", i,
              k, status);
        CHECK(!memcmp(basis.start, plain.start, (basis.rank + 1) * sizeof *basis.start),
              "rows, refusal %ld", k);
        CHECK(!memcmp(basis.value, plain.value, basis.start[basis.rank] * sizeof *basis.value),
              "values, refusal %ld", k);
    }
    refused = seen;
    pcl_sparse_clear(&basis), pcl_sparse_clear(&plain);
}

int main(void)
{
    test_start();
    mod = modulus(4611686018427387847);
    refuse_in("echelon", echelon);
    return 0;
}
