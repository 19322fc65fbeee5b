/* Compiled once for every instruction set: this file includes itself with PATH and the tile sizes defined. */
#ifndef PATH
#include <float.h>

#include "pcl/fast.h"

#if defined __FAST_MATH__ || defined __ASSOCIATIVE_MATH__ || FLT_EVAL_METHOD != 0
#error "the reduction relies on IEEE doubles: no -ffast-math, no x87"
#endif

#define PATH portable
#define TARGET
#define LANES 2                 /* doubles in a vector */
#define ROWS 4                  /* a tile of ROWS x VECS vectors, VECS of b and one of a fill the registers */
#define VECS 2
#include "fast_loops.c"

#ifdef __x86_64__
#define PATH avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define ROWS 4
#define VECS 3
#include "fast_loops.c"

#define PATH avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#define LANES 8
#define ROWS 8
#define VECS 3
#include "fast_loops.c"
#endif

#else

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, PATH)
#define QUOTE_(name) #name
#define QUOTE(name) QUOTE_(name)
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")
#define vec NAME(vec_)
#define words NAME(words_)
#define tile NAME(tile_)
#define tiles NAME(tiles_)
#define update NAME(update_)
#define load NAME(load_)
#define store_negated NAME(store_negated_)

typedef double vec __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef uint64_t words __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

/* The hottest loop: c (rows x vecs vectors) less the product of rows x k, packed, and k x vecs vectors; the
   reduction happens on the way to memory. rows and vecs are constants wherever it is inlined; a may be packed for
   more rows. */
INLINE void tile(double *c, size_t ldc, const double *a, const double *b, size_t ldb, size_t k,
                 double p, double inverse, const int rows, const int vecs)
{
    const double round = 0x1.8p52;
    vec sum[ROWS][VECS];
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            sum[i][j] = (vec){0};
            __builtin_prefetch(c + (size_t)i * ldc + j * LANES, 1);
        }
    for (; k; k--, a += ROWS, b += ldb) {
        vec y[VECS];
        UNROLL for (int j = 0; j < vecs; j++)
            y[j] = *(const vec *)(b + j * LANES);
        UNROLL for (int i = 0; i < rows; i++)
            UNROLL for (int j = 0; j < vecs; j++)
                sum[i][j] += a[i] * y[j];
    }
    UNROLL for (int i = 0; i < rows; i++)
        UNROLL for (int j = 0; j < vecs; j++) {
            vec *z = (vec *)(c + (size_t)i * ldc + j * LANES);
            const vec x = *z - sum[i][j], q = x * inverse + round - round;      /* see pcl/fast.h */
            *z = x - q * p;
        }
}

/* A column of tiles; what is left of the rows goes by halves of a tile. */
INLINE void tiles(double *c, size_t ldc, const double *a, const double *b, size_t ldb, size_t m, size_t k,
                  double p, double inverse, const int vecs)
{
    for (; m >= ROWS; m -= ROWS, c += ROWS * ldc, a += ROWS * k)
        tile(c, ldc, a, b, ldb, k, p, inverse, ROWS, vecs);
    if (ROWS > 4 && m & 4) {
        tile(c, ldc, a, b, ldb, k, p, inverse, 4, vecs);
        c += 4 * ldc, a += 4;
    }
    if (m & 2) {
        tile(c, ldc, a, b, ldb, k, p, inverse, 2, vecs);
        c += 2 * ldc, a += 2;
    }
    if (m & 1)
        tile(c, ldc, a, b, ldb, k, p, inverse, 1, vecs);
}

TARGET static void update(double *c, size_t ldc, const double *a, const double *b, size_t ldb,
                          size_t m, size_t k, size_t n, double p)
{
    const double inverse = 1 / p;
    for (; n >= LANES * VECS; n -= LANES * VECS, c += LANES * VECS, b += LANES * VECS)
        tiles(c, ldc, a, b, ldb, m, k, p, inverse, VECS);
    for (; n; n -= LANES, c += LANES, b += LANES)
        tiles(c, ldc, a, b, ldb, m, k, p, inverse, 1);
}

/* An integer 0 <= x < 2^52 and the double 2^52 + x differ by these bits. */
#define EXPONENT 0x4330000000000000u

TARGET static void load(double *restrict to, const uint64_t *restrict from, size_t n, uint64_t p)
{
    const double modulus = (double)p, half = (double)(p / 2);
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) {
        const vec x = (vec)(*(const words *)from | EXPONENT) - 0x1p52;
        *(vec *)to = x - (vec)((words)(x > half) & (words)((vec){0} + modulus));
    }
    for (; n; n--, to++, from++)
        *to = *from > p / 2 ? (double)*from - modulus : (double)*from;
}

TARGET static void store_negated(uint64_t *restrict to, const double *restrict from, size_t n, uint64_t p)
{
    const double modulus = (double)p;
    for (; n >= LANES; n -= LANES, to += LANES, from += LANES) {
        const vec x = *(const vec *)from, lack = (vec)((words)(x > 0) & (words)((vec){0} + modulus));
        *(words *)to = (words)(lack - x + 0x1p52) ^ EXPONENT;
    }
    for (; n; n--, to++, from++)
        *to = (uint64_t)(*from > 0 ? modulus - *from : -*from);
}

const pcl_fast_loops NAME(pcl_fast_) = {QUOTE(PATH), ROWS, update, load, store_negated};

#undef PATH
#undef TARGET
#undef LANES
#undef ROWS
#undef VECS
#undef JOIN_
#undef JOIN
#undef NAME
#undef QUOTE_
#undef QUOTE
#undef INLINE
#undef UNROLL
#undef vec
#undef words
#undef EXPONENT
#undef tile
#undef tiles
#undef update
#undef load
#undef store_negated
#endif
