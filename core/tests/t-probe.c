/* Checks of programs, values, and gradients over nilpotent numbers, against the expansion over all
   paths. */
#include "ref_program.h"

enum { ALGEBRA = 16 };

static void check_refusals(void)
{
    const struct {
        uint32_t start[5], tail[3], param[3];
        size_t nodes, edges, params;
        int valid, weighted;
    } given[] = {
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, 1}, 3, 3, 2, 1, 0},
        {{0, 0, 1, 3}, {0, 1, 1}, {0, 1, 0}, 3, 3, 9, 1, 0},    /* edges side by side */
        {{0, 0, 0, 0}, {0}, {0}, 3, 0, 0, 1, 0},
        {{0}, {0}, {0}, 0, 0, 0, 1, 0},
        {{0}, {0}, {0}, 0, 1, 1, 0, 0},                         /* an edge of no node */
        {{1, 1, 1, 3}, {0, 1, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},    /* does not start at 0 */
        {{0, 0, 1, 2}, {0, 1, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},    /* ends too early */
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, 1}, 3, 2, 2, 0, 0},    /* or too late */
        {{0, 0, 4, 3}, {0, 0, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},    /* too high in the middle */
        {{0, 0, UINT32_MAX, 3}, {0, 0, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},
        {{0, 0, 1, 0, 1}, {0}, {0}, 4, 1, 1, 0, 0},             /* decreases, one edge twice */
        {{0, 0, 2, 1}, {0, 0}, {0, 0}, 3, 1, 1, 0, 0},
        {{0, 1, 1, 1}, {0}, {0}, 3, 1, 1, 0, 0},                /* an edge into the first node */
        {{0, 0, 1, 3}, {0, 2, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},    /* from the node itself */
        {{0, 0, 1, 3}, {2, 1, 0}, {0, 1, 1}, 3, 3, 2, 0, 0},    /* from a later node */
        {{0, 0, 1, 3}, {0, 1, UINT32_MAX}, {0, 1, 1}, 3, 3, 2, 0, 0},
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, 2}, 3, 3, 2, 0, 0},    /* no such parameter */
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, 2}, 3, 3, 2, 0, 1},
        {{0, 0, 1, 3}, {0, 1, 0}, {UINT32_MAX - 1, 1, 1}, 3, 3, 2, 0, 1},
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, PCL_FROZEN}, 3, 3, 2, 1, 1},
        {{0, 0, 1, 3}, {0, 1, 0}, {0, 1, PCL_FROZEN}, 3, 3, 2, 0, 0},       /* no weight */
        {{0, 0, 1, 3}, {0, 2, 0}, {0, PCL_FROZEN, 1}, 3, 3, 2, 0, 1},
    };
    const uint64_t weight[3] = {0};
    for (size_t i = 0; i < sizeof given / sizeof *given; i++) {
        /* Exact sizes, for the sanitizer. */
        uint32_t *start = malloc((given[i].nodes + 1) * sizeof *start);
        uint32_t *from = malloc(given[i].edges * sizeof *from + !given[i].edges);
        uint32_t *which = malloc(given[i].edges * sizeof *which + !given[i].edges);
        CHECK(start && from && which, "out of memory");
        memcpy(start, given[i].start, (given[i].nodes + 1) * sizeof *start);
        memcpy(from, given[i].tail, given[i].edges * sizeof *from);
        memcpy(which, given[i].param, given[i].edges * sizeof *which);
        const pcl_program p = {given[i].nodes, given[i].edges, given[i].params, start, from, which,
                               given[i].weighted ? weight : NULL};
        CHECK(pcl_program_is_valid(&p) == given[i].valid, "program %zu", i);
        free(start), free(from), free(which);
    }
}

static uint64_t path_value;

static void add_value(const uint32_t *used, size_t length, uint64_t weight)
{
    while (length--)
        weight = ref_mul(weight, theta[used[length]], mod.p);
    path_value = ref_add(path_value, weight, mod.p);
}

/* Derivative of f by parameter i: the second components of dual numbers, forward. */
static uint64_t dual(const pcl_probe *f, size_t i)
{
    const uint64_t p = mod.p;
    uint64_t z[NODES], dz[NODES], sum = 0;
    for (size_t v = 0; v < program.nodes; v++) {
        z[v] = dz[v] = 0;
        for (size_t e = ptr[v]; e < ptr[v + 1]; e++) {
            const uint64_t x = param[e] == PCL_FROZEN ? edge_weight[e] : theta[param[e]],
                           y = z[tail[e]];
            z[v] = ref_add(z[v], ref_mul(x, y, p), p);
            dz[v] = ref_add(dz[v], ref_add(ref_mul(x, dz[tail[e]], p), param[e] == i ? y : 0, p),
                            p);
        }
        z[v] = ref_add(ref_mul(f->gate[v], z[v], p), f->source[v], p);
        dz[v] = ref_mul(f->gate[v], dz[v], p);
        sum = ref_add(sum, ref_mul(f->out[v], dz[v], p), p);
    }
    return sum;
}

/* The algebra of nilpotent numbers: elements and gradients of paths. */
static size_t algebra;
static uint64_t at[PARAMS][ALGEBRA], path_grad[PARAMS][ALGEBRA];

static void add_gradient(const uint32_t *used, size_t length, uint64_t weight)
{
    for (size_t skip = 0; skip < length; skip++) {
        uint64_t x[ALGEBRA] = {weight};
        for (size_t k = 0; k < length; k++) {
            uint64_t y[ALGEBRA] = {0};
            for (size_t s = 0; s < algebra && k != skip; s++)
                for (size_t t = 0; t < algebra; t++)
                    if (!(s & t))
                        y[s | t] = ref_add(y[s | t], ref_mul(x[s], at[used[k]][t], mod.p), mod.p);
            if (k != skip)
                memcpy(x, y, sizeof x);
        }
        for (size_t s = 0; s < algebra; s++)
            path_grad[used[skip]][s] = ref_add(path_grad[used[skip]][s], x[s], mod.p);
    }
}

static void check_gradients(const pcl_probe *f)
{
    uint64_t value;
    path_value = 0;
    every_path(f, add_value);
    CHECK(pcl_probe_value(&value, &program, f, theta, &mod) == PCL_OK && value == path_value,
          "value %" U, value);
    for (unsigned level = 0; level < 5; level++) {
        algebra = (size_t)1 << level;
        memset(path_grad, 0, sizeof path_grad);
        const size_t n = program.params * algebra;
        uint64_t flat[PARAMS * ALGEBRA];
        for (size_t i = 0; i < n; i++)
            flat[i] = at[i / algebra][i % algebra] = level ? rnd_entry(mod.p) : theta[i];
        every_path(f, add_gradient);
        uint64_t *point = copy(flat, n), *grad = copy(flat, n);
        CHECK(pcl_probe_gradient(grad, &program, f, point, level, &mod) == PCL_OK, "level %u",
              level);
        for (size_t i = 0; i < n; i++)
            CHECK(grad[i] == path_grad[i / algebra][i % algebra], "level %u, entry %zu: %" U, level,
                  i, grad[i]);
        for (size_t i = 0; i < program.params && !level; i++)
            CHECK(grad[i] == dual(f, i), "parameter %zu", i);
        free(point), free(grad);
    }
}

/* Coefficient S of the gradient at theta + sum e_i d_i is the derivative of the gradient along the
   d_i, i in S. */
static void check_directions(void)
{
    uint64_t flat[PARAMS * 8] = {0}, grad[PARAMS * 8];
    pcl_poly component, partial;
    for (size_t i = 0; i < program.params; i++) {
        flat[8 * i] = theta[i];
        for (int d = 0; d < 3; d++)
            flat[8 * i + (1u << d)] = rnd_entry(mod.p);
    }
    pcl_poly_init(&component), pcl_poly_init(&partial);
    pcl_collect_init(&collected, &mod);
    CHECK(pcl_probe_gradient(grad, &program, probe, flat, 3, &mod) == PCL_OK, "level 3");
    for (uint32_t i = 0; i < program.params; i++)
        for (unsigned set = 0; set < 8; set++) {
            CHECK(pcl_poly_derivative(&component, whole, i, &mod) == PCL_OK, "derivative");
            for (int d = 0; d < 3; d++) {
                if (!(set >> d & 1))
                    continue;
                pcl_collect_reset(&collected);
                for (uint32_t k = 0; k < program.params; k++)
                    CHECK(pcl_poly_derivative(&partial, &component, k, &mod) == PCL_OK
                              && pcl_collect_poly(&collected, &partial, flat[8 * k + (1u << d)])
                                     == PCL_OK,
                          "direction");
                CHECK(pcl_collect_finish(&component, &collected) == PCL_OK, "direction");
            }
            CHECK(grad[8 * i + set] == pcl_poly_evaluate(&component, theta, &mod),
                  "parameter %u, set %u", i, set);
        }
    pcl_poly_clear(&component), pcl_poly_clear(&partial);
    pcl_collect_clear(&collected);
}

int main(void)
{
    test_start();
    check_refusals();
    test_show = show;
    for (int i = 0; i < 5000; i++) {
        random_program();
        for (int k = 0; k < PROBES; k++)
            check_gradients(probe + k);
        expand();
        check_directions();
    }
    uint64_t grad[PARAMS] = {77}, value = 77;
    CHECK(pcl_probe_gradient(grad, &program, probe, theta, 31, &mod) == PCL_LIMIT && grad[0] == 77,
          "level 31");
    program.nodes = program.edges = 0;
    CHECK(pcl_probe_value(&value, &program, probe, theta, &mod) == PCL_OK && value == 0,
          "the empty program");
    CHECK(pcl_probe_gradient(grad, &program, probe, theta, 0, &mod) == PCL_OK && grad[0] == 0,
          "the empty program");
    clear_expansion();
    return 0;
}
