/* Compiles the file THIS_FILE once for every instruction set, with PATH and the tile sizes
   defined. */
#include <float.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include "inside.h"

#if defined __FAST_MATH__ || defined __ASSOCIATIVE_MATH__ || FLT_EVAL_METHOD != 0
#error "the reduction relies on IEEE doubles: no -ffast-math, no x87"
#endif

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(name, PATH)
#define QUOTE_(name) #name
#define QUOTE(name) QUOTE_(name)
#define INLINE TARGET static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 8")
#define COLS (LANES * VECS)     /* of a tile */
/* Columns of one `cross`: its sums and factors, 4 WIDE vectors, fill the registers. */
#define PANEL (LANES * WIDE)
#define vec NAME(vec_)
#define half NAME(half_)
#define pair NAME(pair_)
#define words NAME(words_)
#define reduced NAME(reduced_)
#define reduced_one NAME(reduced_one_)
#define widened NAME(widened_)
#define narrow NAME(narrow_)
#define pack_left NAME(pcl_balanced_pack_left_)
#define pack_right NAME(pcl_balanced_pack_right_)
#define load NAME(pcl_balanced_load_)
#define store_negated NAME(pcl_balanced_store_negated_)

#define WIDER(x) __builtin_convertvector(x, vec)
#define NARROWER(x) __builtin_convertvector(x, half)
#define PATH portable
#define TARGET
#define LANES 2                 /* doubles in a vector */
#define ROWS 4                  /* ROWS x VECS of a tile, VECS of b, one of a fill the registers */
#define VECS 2
#define WIDE 2
#include "path.h"

#ifdef __x86_64__
#define PATH avx2
#define TARGET __attribute__((target("avx2,fma")))
#define LANES 4
#define ROWS 6
#define VECS 2
#define WIDE 2
#include "path.h"

#undef WIDER
#undef NARROWER
/* GCC 12 makes three instructions of convertvector. */
#define WIDER(x) ((vec)_mm512_cvtps_pd((__m256)(x)))
#define NARROWER(x) ((half)_mm512_cvtpd_ps((__m512d)(x)))
#define PATH avx512
#define TARGET __attribute__((target("avx512f,avx512dq,avx512vl,avx2,fma")))
#define LANES 8
#define ROWS 8
#define VECS 3
#define WIDE 4
#include "path.h"
#endif
