/* Vectors of one instruction set, and what balanced/pack.c has for it; no guard: see paths.h. */
typedef double vec __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
typedef float half __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef double pair __attribute__((vector_size(16), aligned(8), may_alias));
typedef uint64_t words __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

INLINE vec reduced(vec x, double p, double inverse)
{
    const double round = 0x1.8p52;
    const vec q = x * inverse + round - round;      /* see pcl/balanced.h */
    return x - q * p;
}

INLINE double reduced_one(double x, double p, double inverse)
{
    const double round = 0x1.8p52;
    const double q = x * inverse + round - round;
    return x - q * p;
}

INLINE vec widened(const float *x)
{
    return WIDER(*(const half *)x);
}

INLINE void narrow(float *to, vec x)
{
    *(half *)to = NARROWER(x);
}

TARGET void pack_left(double *to, const pcl_balanced_sum *a, size_t row, size_t m, size_t k,
                      double p);
TARGET void pack_right(double *to, const pcl_balanced_sum *b, size_t k, size_t col, size_t n,
                       double p);
TARGET void load(float *restrict to, const uint64_t *restrict from, size_t n, uint64_t p);
TARGET void store_negated(uint64_t *restrict to, const float *restrict from, size_t n, uint64_t p);
