// FFLAS-FFPACK's rank for bench/rank.py: compiled when its headers are there, loaded with ctypes.
#include <cstdint>
#include <vector>

#include <givaro/modular-balanced.h>
#include <fflas-ffpack/fflas-ffpack.h>

extern "C" char *openblas_get_corename();
extern "C" void openblas_set_num_threads(int);

extern "C" const char *rival_kernel()
{
    return openblas_get_corename();
}

static std::vector<double> b;

// Sets b to the n x n matrix a, entries < p.
extern "C" void rival_load(const std::uint64_t *a, std::size_t n, std::uint64_t p)
{
    const Givaro::ModularBalanced<double> field(p);
    openblas_set_num_threads(1);
    b.resize(n * n);
    for (std::size_t i = 0; i < n * n; i++)
        field.init(b[i], a[i]);
}

// Returns the rank of b, which is destroyed.
extern "C" std::size_t rival_rank(std::size_t n, std::uint64_t p)
{
    const Givaro::ModularBalanced<double> field(p);
    return FFPACK::Rank(field, n, n, b.data(), n);
}
