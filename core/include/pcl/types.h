/* Structs and statuses shared by every module; no functions live here. */
#ifndef PCL_TYPES_H
#define PCL_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Outcomes, never an abort and never a message from the library. Each has one meaning, and a
   contract names those that can occur. Unless it says more, with all but PCL_OK outputs hold no
   result, but can be freed or used again. */
typedef enum {
    PCL_OK = 0,          /* done, every output is set */
    PCL_NONE = 1,        /* a mathematical answer: there is none (no inverse, a row in the span) */
    PCL_NOMEM = 2,       /* out of memory */
    PCL_LIMIT = 3,       /* beyond what the function is for: a size, exponent, entry or prime */
    PCL_STOPPED = 4,     /* the caller's poll asked to stop */
    PCL_UNSUPPORTED = 5  /* this machine or this build lacks what was asked for */
} pcl_status;

/* A word modulus 2 <= p < 2^62 with its precomputed inverse (zp/mod.c). */
typedef struct {
    uint64_t p;
    uint64_t pinv;     /* floor((2^128 - 1) / (p << shift)) - 2^64 */
    unsigned shift;    /* number of leading zero bits of p */
} pcl_mod;

/* Explicit random state (zp/random.c), xoshiro256**. */
typedef struct {
    uint64_t s[4];
} pcl_random;

/* A growing echelon basis of a subspace of (Z/p)^cols (dense/echelon.c).
   Row i has a 1 in column pivot[i] and zeros in columns pivot[0..i-1]. */
typedef struct {
    pcl_mod mod;
    size_t cols, rank, alloc;
    uint64_t *rows;    /* alloc x cols, row-major; the first rank rows are set */
    size_t *pivot;     /* alloc; the first rank entries are set */
} pcl_echelon;

/* A growing echelon basis modulo a prime below 2^23 (balanced/echelon.c). */
typedef struct {
    uint64_t p;
    size_t cols, rank;
    size_t ld;                      /* row distance */
    size_t *column;                 /* cols: position t, also of pivot t, stands for column[t] */
    int moved;                      /* whether any column is not at its own position */
    float **row;                    /* rows; the first rank are the basis, the others are spare */
    size_t *group;                  /* rows; of pivot t < rank: the first of those reduced by each
                                       other */
    size_t rows;
    void **memory;                  /* blocks; what the rows point into */
    size_t blocks;
} pcl_balanced_echelon;

/* A growing echelon basis of sparse rows (sparse/echelon.c). Row i has the entries start[i] ..
   start[i+1]-1, in increasing columns, the first of them a 1 in its pivot. */
typedef struct {
    pcl_mod mod;
    size_t cols, rank, rows_alloc, entries_alloc;
    size_t *start;                  /* rows_alloc + 1 */
    uint32_t *column;               /* entries_alloc */
    uint64_t *value;                /* entries_alloc */
    uint32_t *owner;                /* cols: the row with its pivot there + 1, or 0 */
    uint64_t *sum;                  /* cols, all 0 between calls: the accumulator */
    uint64_t *touched;              /* a bit for each column, all 0 between calls */
} pcl_sparse;

/* A polynomial mod p: terms in increasing order of their factor lists, coefficients in 1..p-1.
   Term t has the factors factor[start[t] .. start[t+1]-1], each var << 32 | exponent, with
   variables strictly increasing and exponents >= 1. */
typedef struct {
    size_t terms, factors;          /* in use */
    size_t terms_alloc, factors_alloc;
    uint64_t *coef;                 /* terms_alloc */
    size_t *start;                  /* terms_alloc + 1 */
    uint64_t *factor;               /* factors_alloc; not NULL if there are terms */
} pcl_poly;

/* A sum under construction: distinct monomials in order of arrival, found through a hash table
   (poly/poly.c). */
typedef struct {
    pcl_mod mod;
    pcl_poly sum;                   /* unsorted; coefficients may be 0 */
    uint64_t *hash;                 /* slots / 2: hash of each monomial */
    size_t *slot;                   /* slots: index of a term + 1, or 0 */
    size_t slots;                   /* 0 or a power of two, at least 2 * sum.terms */
    uint64_t *scratch;              /* room for one monomial */
    size_t scratch_alloc;
} pcl_collect;

/* A gated linear program on a directed acyclic graph. Nodes are in topological order; the edges
   into node v are ptr[v] .. ptr[v+1]-1, edge e comes from node tail[e] < v and carries the
   parameter param[e], or, if that is PCL_FROZEN, the constant weight[e]. Several edges may share a
   parameter. */
#define PCL_FROZEN UINT32_MAX
typedef struct {
    size_t nodes, edges, params;
    const uint32_t *ptr;            /* nodes + 1 */
    const uint32_t *tail;           /* edges */
    const uint32_t *param;          /* edges */
    const uint64_t *weight;         /* edges, entries < p, read at frozen ones; NULL if none is */
} pcl_program;

/* One probe of a program: three vectors over its nodes, entries in 0..p-1. */
typedef struct {
    const uint64_t *source;         /* nodes: value injected at the node (0 if none) */
    const uint64_t *gate;           /* nodes: multiplier of what the edges bring (1 if not gated) */
    const uint64_t *out;            /* nodes: weight of the node in the output (0 if none) */
} pcl_probe;

/* Asked now and then by long computations, in the calling thread; a nonzero answer stops them. */
typedef struct {
    int (*stop)(void *arg);
    void *arg;
} pcl_poll;

/* A directed acyclic graph: nodes in a topological order, edge e from tail[e] to head[e] > tail[e]
   with parameter param[e], or a constant weight where that is -1. Edges are sorted by head, then
   tail, and none are parallel. */
typedef struct {
    size_t nodes, edges, params;
    const int64_t *tail, *head, *param;     /* edges */
} pcl_graph;

/* Bits of the mark of a node. The first three are given, graph/reach.c sets the others. */
enum {
    PCL_SOURCE = 1,    /* paths start here */
    PCL_OUTPUT = 2,    /* paths end here (and may go on) */
    PCL_GATED = 4,     /* relu and the like */
    PCL_DOWN = 8,      /* a source reaches the node */
    PCL_UP = 16        /* the node reaches an output */
};

/* What the path-lifting of a graph counts with (graph/paths.c). A live edge, or node, lies on a
   path from a source to an output. */
typedef struct {
    size_t live;       /* live edges */
    size_t frozen;     /* those with a constant weight */
    size_t idle;       /* parameters on no live edge */
    size_t hidden;     /* live nodes that are neither sources nor outputs */
    size_t classes;    /* of hidden nodes, once live frozen edges join their ends; those that hold
                          a source or an output do not count */
    int tied;          /* a parameter is on two live edges */
    int merged;        /* a path passes through a node without gate */
} pcl_path_count;

#ifdef __cplusplus
}
#endif
#endif
