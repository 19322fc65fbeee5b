/* Chains of brackets: against words, against each other where they are done in two ways; stops. */
#include "ref_program.h"

/* (ad_f)^k g by the flow of f against nested brackets, where the letters f are different copies of
   one probe. */
static void check_chain(void)
{
    enum { LENGTH = 5, SHORT = 2 };
    const size_t n = program.params;
    const pcl_probe copies[LENGTH + 1] = {probe[0], probe[0], probe[0],
                                          probe[0], probe[0], probe[1]};
    uint64_t value[(LENGTH + 1) * PARAMS] = {0}, word[PARAMS], tangent[2 * PARAMS],
                                  pair[2 * (SHORT + 1) * PARAMS];
    const size_t length = mod.p > LENGTH ? LENGTH : (size_t)mod.p - 1;
    CHECK(pcl_probe_chain(value, &program, probe, probe + 1, length, theta, 0, &mod, NULL)
              == PCL_OK,
          "chain");
    CHECK(pcl_probe_chain(value, &program, probe, probe + 1, (size_t)mod.p, theta, 0, &mod, NULL)
                  == PCL_LIMIT
              || mod.p > 1000,
          "a chain of p letters");
    for (size_t k = 0; k <= length; k++) {
        const uint32_t distinct[] = {0, 1, 2, 3, 4, 5}, same[] = {0, 0, 0, 0, 0, 5};
        const size_t ends[] = {LENGTH - k, LENGTH + 1};
        CHECK(pcl_probe_words(word, &program, copies, distinct, ends, 1, theta, &mod) == PCL_OK,
              "word");
        CHECK(!memcmp(word, value + k * n, n * sizeof *word), "(ad_f)^%zu g", k);
        CHECK(pcl_probe_words(word, &program, copies, same, ends, 1, theta, &mod) == PCL_OK,
              "word");
        CHECK(!memcmp(word, value + k * n, n * sizeof *word), "the word f ... f g, %zu times f", k);
    }
    /* one nilpotent number: at theta + e x, the e-part of a word is its derivative along x; take x
       = f(theta) */
    if (mod.p <= LENGTH)
        return;
    for (size_t i = 0; i < n; i++)
        tangent[2 * i] = theta[i];
    CHECK(pcl_probe_gradient(word, &program, probe, theta, 0, &mod) == PCL_OK, "gradient");
    for (size_t i = 0; i < n; i++)
        tangent[2 * i + 1] = word[i];
    CHECK(pcl_probe_chain(pair, &program, probe + 2, probe + 1, SHORT, tangent, 1, &mod, NULL)
              == PCL_OK,
          "chain over e");
    for (size_t i = 0; i < n; i++)            /* [f, w] = Dw f - Df w for w = (ad_h)^2 g */
        tangent[2 * i + 1] = pair[2 * (SHORT * n + i)];
    const uint32_t mixed[] = {0, 2, 2, 1};
    const size_t whole_word[] = {0, 4};
    uint64_t back[2 * PARAMS];
    CHECK(pcl_probe_gradient(back, &program, probe, tangent, 1, &mod) == PCL_OK, "gradient over e");
    CHECK(pcl_probe_words(word, &program, probe, mixed, whole_word, 1, theta, &mod) == PCL_OK,
          "word");
    for (size_t i = 0; i < n; i++)
        CHECK(word[i] == ref_sub(pair[2 * (SHORT * n + i) + 1], back[2 * i + 1], mod.p),
              "[f, [h, [h, g]]], entry %zu", i);
}

static int after_some(void *left)
{
    return --*(int *)left < 0;
}

/* Long chains modulo the primes next to 2^28, where sums are reduced now and then, against those
   with a nilpotent number, which are not done by the same function. Entries as large as can be. */
static void check_long_chain(void)
{
    enum { LONG = 300 };
    const uint64_t primes[] = {268435399, 268435367, 134217689, 8388593};
    const uint64_t p = primes[rnd_below(4)];
    random_program();
    mod = modulus(p);
    const size_t n = program.params;
    for (size_t i = 0; i < n; i++)
        theta[i] = p - 1 - rnd_below(3);
    for (int i = 0; i < 2; i++)
        for (size_t v = 0; v < program.nodes; v++) {
            source[i][v] = rnd_below(2) ? p - 1 : rnd_entry(p);
            gate[i][v] = rnd_below(2) ? 1 : p - 2;
            out[i][v] = p - 1;
        }
    for (size_t e = 0; e < program.edges; e++)
        edge_weight[e] = p - 1;
    const size_t length = rnd_below(2) ? LONG : rnd_below(LONG);
    uint64_t tangent[2 * PARAMS], *small = calloc((LONG + 1) * PARAMS, sizeof *small),
             *pairs = calloc(2 * (LONG + 1) * PARAMS, sizeof *pairs);
    for (size_t i = 0; i < n; i++) {
        tangent[2 * i] = theta[i];
        tangent[2 * i + 1] = 0;
    }
    CHECK(pcl_probe_chain(small, &program, probe, probe + 1, length, theta, 0, &mod, NULL)
              == PCL_OK,
          "chain");
    CHECK(pcl_probe_chain(pairs, &program, probe, probe + 1, length, tangent, 1, &mod, NULL)
              == PCL_OK,
          "chain over e");
    for (size_t i = 0; i < n * (length + 1); i++)
        CHECK(small[i] == pairs[2 * i], "%zu brackets of %zu, entry %zu", i / n, length, i % n);
    int left = (int)rnd_below(4);
    const pcl_poll poll = {after_some, &left};
    if (length > 4)
        CHECK(pcl_probe_chain(small, &program, probe, probe + 1, length, theta, 0, &mod, &poll)
                  == PCL_STOPPED,
              "stopped");
    left = (int)rnd_below(4);
    if (length > 4)
        CHECK(pcl_probe_chain_small(small, &program, probe, probe + 1, length, theta, &mod, &poll)
                  == PCL_STOPPED,
              "stopped");
    CHECK(pcl_probe_chain_small(small, &program, probe, probe + 1, length, theta, &mod, NULL)
              == PCL_OK,
          "not stopped");
    left = (int)rnd_below(4);
    if (length > 4)
        CHECK(pcl_probe_chain(pairs, &program, probe, probe + 1, length, tangent, 1, &mod, &poll)
                  == PCL_STOPPED,
              "stopped");
    CHECK(mod.p < PCL_SMALL_PRIME, "small");
    mod = modulus(2305843009213693951);
    CHECK(pcl_probe_chain_small(small, &program, probe, probe, 1, theta, &mod, NULL) == PCL_LIMIT,
          "a large prime");
    free(small);
    free(pairs);
}

int main(void)
{
    test_start();
    test_show = show;
    for (int i = 0; i < (test_small ? 400 : 4000); i++) {
        random_program();
        check_chain();
    }
    for (int i = 0; i < (test_small ? 2 : 8); i++)
        check_long_chain();
    clear_expansion();
    return 0;
}
