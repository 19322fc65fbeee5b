/* Nested brackets of the gradient fields of probes, against brackets of polynomials and of
   matrices, and the laws of a Lie algebra. */
#include "ref_program.h"

enum { LETTERS = 4, WORDS = 6, MANY = 10 };

static pcl_poly field[PROBES][PARAMS], nest[LETTERS + 1][PARAMS];

/* Values of n words of the same length, the letters one after the other; rows of params entries. */
static void words(uint64_t *to, const uint32_t *letters, size_t length, size_t n)
{
    const size_t size = n * program.params;
    size_t start[WORDS + 1];
    for (size_t w = 0; w <= n; w++)
        start[w] = w * length;
    uint64_t *value = copy(to, size);
    CHECK(pcl_probe_words(value, &program, probe, letters, start, n, theta, &mod) == PCL_OK,
          "%zu words", n);
    memcpy(to, value, size * sizeof *to);
    free(value);
}

static const pcl_poly *word_field(const uint32_t *letters, size_t m)
{
    if (m == 1)
        return field[letters[0]];
    const pcl_poly *inner = word_field(letters + 1, m - 1);
    CHECK(pcl_poly_bracket(nest[m], field[letters[0]], inner, program.params, &mod) == PCL_OK,
          "bracket");
    return nest[m];
}

/* A few words of 1 to 4 letters at once, in the middle of a string of letters. */
static void check_polynomials(void)
{
    for (int i = 0; i < PROBES; i++)
        for (uint32_t k = 0; k < program.params; k++)
            CHECK(pcl_poly_derivative(&field[i][k], whole + i, k, &mod) == PCL_OK, "field");
    uint32_t letters[WORDS * LETTERS + 2];
    size_t start[WORDS + 1] = {2};
    uint64_t *value = calloc(WORDS * program.params, sizeof *value);
    for (int w = 0; w < WORDS; w++)
        start[w + 1] = start[w] + (w < LETTERS ? (size_t)w + 1 : 1 + rnd_below(LETTERS));
    for (size_t k = 0; k < start[WORDS]; k++)
        letters[k] = (uint32_t)rnd_below(PROBES);
    CHECK(pcl_probe_words(value, &program, probe, letters, start, WORDS, theta, &mod) == PCL_OK,
          "words");
    for (int w = 0; w < WORDS; w++) {
        const uint32_t *word = letters + start[w];
        const pcl_poly *expected = word_field(word, start[w + 1] - start[w]);
        for (size_t k = 0; k < program.params; k++)
            CHECK(value[(size_t)w * program.params + k]
                      == pcl_poly_evaluate(expected + k, theta, &mod),
                  "word %zu: %u %u ..., parameter %zu", start[w + 1] - start[w], word[0], word[1],
                  k);
    }
    free(value);
}

static void check_laws(void)
{
    const size_t n = program.params;
    const uint64_t p = mod.p, x = rnd_entry(p), y = rnd_entry(p);
    uint64_t v[WORDS * PARAMS] = {0};
    words(v, (const uint32_t[]){0, 1, 1, 0, 2, 2}, 2, 3);
    for (size_t k = 0; k < n; k++) {
        CHECK(v[k] == ref_sub(0, v[n + k], p), "[f, g] = -[g, f], parameter %zu", k);
        CHECK(!v[2 * n + k], "[f, f] = 0, parameter %zu", k);
    }
    words(v, (const uint32_t[]){0, 1, 2, 1, 2, 0, 2, 0, 1}, 3, 3);
    for (size_t k = 0; k < n; k++)
        CHECK(!ref_add(v[k], ref_add(v[n + k], v[2 * n + k], p), p), "Jacobi, parameter %zu", k);

    /* probes 0 and 1 and their combination x, y share source and gate: as first, as inner and as
       last letter */
    memcpy(source[1], source[0], sizeof source[0]), memcpy(gate[1], gate[0], sizeof gate[0]);
    uint64_t mixed[NODES];
    for (size_t i = 0; i < program.nodes; i++)
        mixed[i] = ref_add(ref_mul(x, out[0][i], p), ref_mul(y, out[1][i], p), p);
    const pcl_probe keep = probe[0];
    const uint32_t zero[9] = {0, 2, 2, 2, 0, 2, 2, 2, 0}, one[9] = {1, 2, 2, 2, 1, 2, 2, 2, 1};
    uint64_t a[3 * PARAMS] = {0}, b[3 * PARAMS] = {0}, c[3 * PARAMS] = {0};
    words(a, zero, 3, 3), words(b, one, 3, 3);
    probe[0].out = mixed;
    words(c, zero, 3, 3);
    probe[0] = keep;
    for (size_t k = 0; k < 3 * n; k++)
        CHECK(c[k] == ref_add(ref_mul(x, a[k], p), ref_mul(y, b[k], p), p), "x f + y g, entry %zu",
              k);
}

/* Probes sum m[i][j] theta_i theta_j have linear gradients X = (m + m^T) theta; [X, Y] is then
   minus the commutator of the matrices. Words of many letters. */
static void check_matrices(void)
{
    enum { N = 3 };
    static const uint32_t start[1 + N + N * N + 1] = {0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const uint32_t from[N + N * N] = {0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3};
    static const uint32_t by[N + N * N] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    const pcl_program forms = {1 + N + N * N, N + N * N, N, start, from, by, NULL};
    const uint64_t p = mod.p, point[N] = {rnd_entry(p), rnd_entry(p), rnd_entry(p)};
    uint64_t weight[2][1 + N + N * N] = {{0}}, input[1 + N + N * N] = {1}, ones[1 + N + N * N];
    uint64_t form[2][N][N], m[N][N], value[N];
    uint32_t letters[MANY];
    for (int i = 0; i < 1 + N + N * N; i++)
        ones[i] = 1;
    for (int f = 0; f < 2; f++)
        for (int i = 0; i < N * N; i++)
            weight[f][1 + N + i] = rnd_entry(p);
    for (int f = 0; f < 2; f++)
        for (int i = 0; i < N * N; i++)
            form[f][i / N][i % N] = ref_add(weight[f][1 + N + i],
                                            weight[f][1 + N + i % N * N + i / N], p);
    const pcl_probe two[2] = {{input, ones, weight[0]}, {input, ones, weight[1]}};
    for (int i = 0; i < MANY; i++)
        letters[i] = i < MANY - 2 ? (uint32_t)rnd_below(2) : (uint32_t)i % 2;
    memcpy(m, form[letters[MANY - 1]], sizeof m);
    for (int w = MANY - 2; w >= 0; w--) {
        uint64_t next[N][N];
        for (int i = 0; i < N * N; i++) {
            next[i / N][i % N] = 0;
            for (int k = 0; k < N; k++) {
                const uint64_t ma = ref_mul(m[i / N][k], form[letters[w]][k][i % N], p);
                const uint64_t am = ref_mul(form[letters[w]][i / N][k], m[k][i % N], p);
                next[i / N][i % N] = ref_add(next[i / N][i % N], ref_sub(ma, am, p), p);
            }
        }
        memcpy(m, next, sizeof m);
    }
    const size_t ends[] = {0, MANY};
    CHECK(pcl_probe_words(value, &forms, two, letters, ends, 1, point, &mod) == PCL_OK,
          "%d letters", MANY);
    for (int i = 0; i < N; i++) {
        uint64_t sum = 0;
        for (int k = 0; k < N; k++)
            sum = ref_add(sum, ref_mul(m[i][k], point[k], p), p);
        CHECK(value[i] == sum, "p=%" U ", commutator, entry %d", p, i);
    }
}

static void check_refusals(void)
{
    uint32_t letters[40];
    uint64_t value[2 * PARAMS] = {77, 77};
    for (uint32_t i = 0; i < 40; i++)
        letters[i] = i % 2;
    const size_t empty[] = {0, 0}, second[] = {0, 1, 1}, backwards[] = {3, 1};
    const size_t longest[] = {0, 31}, both[] = {0, 1, 32};
    CHECK(pcl_probe_words(value, &program, probe, letters, empty, 1, theta, &mod) == PCL_LIMIT,
          "an empty word");
    CHECK(pcl_probe_words(value, &program, probe, letters, second, 2, theta, &mod) == PCL_LIMIT,
          "an empty word");
    CHECK(pcl_probe_words(value, &program, probe, letters, backwards, 1, theta, &mod) == PCL_LIMIT,
          "a negative word");
    CHECK(pcl_probe_words(value, &program, probe, letters, longest, 1, theta, &mod) == PCL_LIMIT,
          "31 letters");
    CHECK(pcl_probe_words(value, &program, probe, letters, both, 2, theta, &mod) == PCL_LIMIT,
          "31 letters");
    CHECK(pcl_probe_words(value, &program, probe, letters, empty, 0, theta, &mod) == PCL_OK,
          "no word");
    CHECK(value[0] == 77 && value[1] == 77, "values were touched");
}

int main(void)
{
    test_start();
    test_show = show;
    for (int i = 0; i < 4000; i++) {
        random_program();
        expand();
        check_polynomials();
        check_laws();
        if (i % 40 == 0)
            check_matrices();
    }
    check_refusals();
    clear_expansion();
    for (int k = 0; k < PARAMS; k++) {
        for (int i = 0; i < PROBES; i++)
            pcl_poly_clear(&field[i][k]);
        for (int m = 0; m <= LETTERS; m++)
            pcl_poly_clear(&nest[m][k]);
    }
    return 0;
}
