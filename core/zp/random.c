#include "pcl/zp.h"

void pcl_random_init(pcl_random *rng, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        uint64_t z = (seed += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        rng->s[i] = z ^ (z >> 31);
    }
}

static uint64_t rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

uint64_t pcl_random_word(pcl_random *rng)
{
    uint64_t *s = rng->s;
    const uint64_t word = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 45);
    return word;
}

uint64_t pcl_random_below(pcl_random *rng, uint64_t bound)
{
    const uint64_t mask = bound > 1 ? ~(uint64_t)0 >> __builtin_clzll(bound - 1) : 0;
    uint64_t x;
    do
        x = pcl_random_word(rng) & mask;
    while (x >= bound);
    return x;
}
