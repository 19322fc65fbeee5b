/* Random small gated programs for the C tests, and their expansion over all paths. */
#ifndef PCL_TEST_PROGRAM_H
#define PCL_TEST_PROGRAM_H

#include "pcl/poly.h"
#include "pcl/probe.h"
#include "test.h"

enum { NODES = 5, EDGES = 9, PARAMS = 4, PROBES = 3 };

static pcl_mod mod;
static uint32_t ptr[NODES + 1], tail[EDGES], param[EDGES];
static uint64_t edge_weight[EDGES];       /* of the frozen edges */
static uint64_t source[PROBES][NODES], gate[PROBES][NODES], out[PROBES][NODES], theta[PARAMS];
static pcl_program program;
static pcl_probe probe[PROBES];

static inline void show(void)
{
    fprintf(stderr, "p=%" U ", %zu parameters\n", mod.p, program.params);
    for (size_t v = 0; v < program.nodes; v++) {
        fprintf(stderr, "node %zu:", v);
        for (int i = 0; i < PROBES; i++)
            fprintf(stderr, " source %" U " gate %" U " out %" U ";", source[i][v], gate[i][v],
                    out[i][v]);
        for (size_t e = ptr[v]; e < ptr[v + 1]; e++)
            fprintf(stderr, " from %" PRIu32 " by %" PRIu32 " (%" U ")", tail[e], param[e],
                    edge_weight[e]);
        fputc('\n', stderr);
    }
    for (size_t i = 0; i < program.params; i++)
        fprintf(stderr, "theta %" U "\n", theta[i]);
}

static inline uint64_t rnd_often(uint64_t often)
{
    return rnd_below(2) ? often % mod.p : rnd_entry(mod.p);
}

static inline void random_program(void)
{
    mod = modulus(rnd_prime());
    program = (pcl_program){1 + rnd_below(NODES), 0, 1 + rnd_below(PARAMS), ptr, tail, param, NULL};
    const uint64_t frozen = rnd_below(3);
    for (uint32_t v = 0; v < program.nodes; v++) {
        ptr[v] = (uint32_t)program.edges;
        for (uint64_t k = rnd_below(4); v && k && program.edges < EDGES; k--) {
            tail[program.edges] = rnd_below(3) ? v - 1 : (uint32_t)rnd_below(v);
            param[program.edges] = (uint32_t)rnd_below(program.params);
            edge_weight[program.edges] = rnd_entry(mod.p);
            if (rnd_below(4) < frozen) {
                param[program.edges] = PCL_FROZEN;
                program.weight = edge_weight;
            }
            program.edges++;
        }
    }
    ptr[program.nodes] = (uint32_t)program.edges;
    for (int i = 0; i < PROBES; i++) {
        for (size_t v = 0; v < program.nodes; v++) {
            source[i][v] = v ? rnd_often(0) : rnd_entry(mod.p);
            gate[i][v] = rnd_often(1);
            out[i][v] = v + 1 < program.nodes ? rnd_often(0) : rnd_entry(mod.p);
        }
        probe[i] = (pcl_probe){source[i], gate[i], out[i]};
    }
    for (size_t i = 0; i < program.params; i++)
        theta[i] = rnd_entry(mod.p);
    CHECK(pcl_program_is_valid(&program), "well formed");
}

/* Calls visit(parameters on the path, length, product of its numbers) for every path from a source
   to an output. */
typedef void visitor(const uint32_t *used, size_t length, uint64_t weight);

static inline void walk(const pcl_probe *f, size_t v, uint32_t *used, size_t length,
                        uint64_t weight, visitor *visit)
{
    visit(used, length, ref_mul(weight, f->source[v], mod.p));
    for (size_t e = ptr[v]; e < ptr[v + 1]; e++) {
        CHECK(length < NODES - 1, "a path is too long");
        const uint64_t gated = ref_mul(weight, f->gate[v], mod.p);
        used[length] = param[e];
        if (param[e] == PCL_FROZEN)
            walk(f, tail[e], used, length, ref_mul(gated, edge_weight[e], mod.p), visit);
        else
            walk(f, tail[e], used, length + 1, gated, visit);
    }
}

static inline void every_path(const pcl_probe *f, visitor *visit)
{
    uint32_t used[NODES];
    for (size_t v = 0; v < program.nodes; v++)
        walk(f, v, used, 0, f->out[v], visit);
}

/* The probes as polynomials in the parameters. */
static pcl_collect collected;
static pcl_poly whole[PROBES];

static inline void add_monomial(const uint32_t *used, size_t length, uint64_t weight)
{
    uint64_t factor[PARAMS] = {0};
    size_t n = 0;
    for (uint64_t k = 0; k < program.params; k++) {
        uint64_t e = 0;
        for (size_t i = 0; i < length; i++)
            e += used[i] == k;
        if (e)
            factor[n++] = k << 32 | e;
    }
    CHECK(pcl_collect_add(NULL, &collected, factor, n, weight) == PCL_OK, "path");
}

static inline void expand(void)
{
    for (int i = 0; i < PROBES; i++) {
        pcl_collect_init(&collected, &mod);
        every_path(probe + i, add_monomial);
        CHECK(pcl_collect_finish(whole + i, &collected) == PCL_OK, "expansion");
        pcl_collect_clear(&collected);
    }
}

static inline void clear_expansion(void)
{
    for (int i = 0; i < PROBES; i++)
        pcl_poly_clear(whole + i);
}

#endif
