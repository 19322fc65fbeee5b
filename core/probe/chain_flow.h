/* What a chain of brackets is computed in, with coefficients `coef` and unreduced sums `total`; no
   guard. Elements are power series over (Z/p)[e_1, ..., e_level] / (e_i^2): entry S * order + i is
   the coefficient of t^i times the product of the e_i in S. All arrays of coefficients hold
   elements of the full order. */
typedef struct {
    const pcl_program *program;
    const pcl_probe *probe;         /* of f */
    const pcl_mod *mod;
    const pcl_poll *poll;
    size_t order, sets, n;          /* full order, 2^level, order << level */
    unsigned level;
    coef *theta, *g;                /* params: the solution of theta' = f(theta); G_k */
    coef *along;                    /* params: Df(theta) G_k */
    coef *z, *signal;               /* nodes: values and gated signals of f along the solution */
    coef *dz, *dsignal;             /* nodes: their derivatives along G_k */
    total *acc, *delta;             /* one element; nodes */
    uint32_t *terms;                /* nodes: see addmul */
} flow;
