/* Chains of brackets along the flow of f, the same for every kind of coefficient; no guard. Before
   this stand chain_flow.h and

     SETS(x)  2^level: the parts of an element, one for each product of the e_i;
     reduced  the coefficient that a sum is;
     plus     adds a coefficient to a sum;
     addmul, addmul_constant        acc += a b or c b mod t^m: SETS(x) times m sums. *terms belongs
              to them: 0 where acc is cleared, then what they have had since they were reduced;
     addmul_at, addmul_constant_at  the same for coefficient m alone: SETS(x) sums;
     start    sets G_0 to the gradient of a probe along the solution. */

/* acc += (weight of edge e) b mod t^m. */
static inline void addmul_edge(total *acc, uint32_t *terms, size_t e, const coef *b, size_t m,
                               const flow *x)
{
    const uint32_t param = x->program->param[e];
    if (param == PCL_FROZEN)
        addmul_constant(acc, terms, x->program->weight[e], b, m, x);
    else
        addmul(acc, terms, x->theta + param * x->n, b, m, x);
}

/* acc[S] += part S of coefficient m of (weight of edge e) b. */
static inline void addmul_edge_at(total *acc, size_t e, const coef *b, size_t m, const flow *x)
{
    const uint32_t param = x->program->param[e];
    if (param == PCL_FROZEN)
        addmul_constant_at(acc, x->program->weight[e], b, m, x);
    else
        addmul_at(acc, x->theta + param * x->n, b, m, x);
}

static inline void clear(total *acc, size_t n)
{
    for (size_t i = 0; i < n; i++)
        acc[i] = (total){0};
}

static inline coef gated(const total *acc, uint64_t gate, const pcl_mod *mod)
{
    const coef value = reduced(acc, mod);
    return gate == 1 ? value : (coef)pcl_mul(gate, value, mod);
}

static inline void add(coef *to, const total *acc, const pcl_mod *mod)
{
    *to = (coef)pcl_add(*to, reduced(acc, mod), mod);
}

static inline int stopped(const flow *x)
{
    return x->poll && x->poll->stop(x->poll->arg);
}

static inline int is_source(const pcl_program *program, size_t v)
{
    return program->ptr[v] == program->ptr[v + 1];
}

/* Coefficient m of z. */
static void solve_values(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t sets = SETS(x), order = x->order, n = x->n;
    for (size_t v = 0; v < program->nodes; v++) {
        coef *z = x->z + v * n + m;
        clear(x->acc, sets);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            addmul_edge_at(x->acc, e, x->z + program->tail[e] * n, m, x);
        for (size_t s = 0; s < sets; s++)
            z[s * order] = gated(x->acc + s, x->probe->gate[v], x->mod);
        if (!m)
            *z = (coef)pcl_add(*z, x->probe->source[v], x->mod);
    }
}

/* Coefficient m of signal, and, unless it is the last, of f(theta), in the first places of along:
   edges may share a parameter. */
static void solve_signals(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t sets = SETS(x), order = x->order, n = x->n;
    const int more = m + 1 < order;
    clear(x->delta, program->nodes * sets);
    for (size_t v = program->nodes; v-- > 0;) {
        if (is_source(program, v))
            continue;
        coef *signal = x->signal + v * n;
        if (!m)
            plus(x->delta + v * sets, x->probe->out[v], x->mod);
        for (size_t s = 0; s < sets; s++)
            signal[s * order + m] = gated(x->delta + v * sets + s, x->probe->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e], param = program->param[e];
            addmul_edge_at(x->delta + u * sets, e, signal, m, x);
            if (!more || param == PCL_FROZEN)
                continue;
            clear(x->acc, sets);
            addmul_at(x->acc, signal, x->z + u * n, m, x);
            for (size_t s = 0; s < sets; s++)
                add(x->along + param * n + s * order, x->acc + s, x->mod);
        }
    }
}

/* Coefficient m of z and signal from those of theta up to m, and, unless it is the last,
   coefficient m + 1 of theta by theta' = f(theta). */
static pcl_status solve_coefficient(flow *x, size_t m)
{
    uint64_t inverse = 0;
    const int more = m + 1 < x->order;
    if (more && pcl_inv(&inverse, (m + 1) % x->mod->p, x->mod) != PCL_OK)
        return PCL_LIMIT;
    solve_values(x, m);
    solve_signals(x, m);
    for (size_t i = 0; more && i < x->program->params * SETS(x); i++) {
        x->theta[i * x->order + m + 1] = (coef)pcl_mul(x->along[i * x->order], inverse, x->mod);
        x->along[i * x->order] = 0;
    }
    return PCL_OK;
}

/* dz mod t^m: the forward sweep of f, differentiated along G. */
static pcl_status derive_values(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t sets = SETS(x), order = x->order, n = x->n;
    for (size_t v = 0; v < program->nodes; v++) {
        if (stopped(x))
            return PCL_STOPPED;
        uint32_t terms = 0;
        clear(x->acc, sets * m);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++) {
            const size_t u = program->tail[e] * n, param = program->param[e];
            addmul_edge(x->acc, &terms, e, x->dz + u, m, x);
            if (param != PCL_FROZEN)
                addmul(x->acc, &terms, x->g + param * n, x->z + u, m, x);
        }
        for (size_t s = 0; s < sets; s++)
            for (size_t i = 0; i < m; i++)
                x->dz[v * n + s * order + i] = gated(x->acc + s * m + i, x->probe->gate[v], x->mod);
    }
    return PCL_OK;
}

/* What edge e into node v adds to the sums of its tail and to along, mod t^m. */
static inline void derive_edge(flow *x, size_t v, size_t e, size_t m)
{
    const size_t sets = SETS(x), order = x->order, n = x->n;
    const size_t u = x->program->tail[e], param = x->program->param[e];
    const coef *signal = x->signal + v * n, *dsignal = x->dsignal + v * n;
    total *below = x->delta + u * sets * m;
    addmul_edge(below, x->terms + u, e, dsignal, m, x);
    if (param == PCL_FROZEN)
        return;
    addmul(below, x->terms + u, x->g + param * n, signal, m, x);
    uint32_t terms = 0;
    clear(x->acc, sets * m);
    addmul(x->acc, &terms, dsignal, x->z + u * n, m, x);
    addmul(x->acc, &terms, signal, x->dz + u * n, m, x);
    for (size_t s = 0; s < sets; s++)
        for (size_t i = 0; i < m; i++)
            add(x->along + param * n + s * order + i, x->acc + s * m + i, x->mod);
}

/* along = Df(theta) G mod t^m: the backward sweep likewise, after the forward one. */
static pcl_status derive_signals(flow *x, size_t m)
{
    const pcl_program *program = x->program;
    const size_t sets = SETS(x), order = x->order, n = x->n;
    clear(x->delta, program->nodes * sets * m);
    memset(x->terms, 0, program->nodes * sizeof *x->terms);
    memset(x->along, 0, program->params * n * sizeof *x->along);
    for (size_t v = program->nodes; v-- > 0;) {
        const total *delta = x->delta + v * sets * m;
        coef *dsignal = x->dsignal + v * n;
        if (is_source(program, v))
            continue;
        if (stopped(x))
            return PCL_STOPPED;
        for (size_t s = 0; s < sets; s++)
            for (size_t i = 0; i < m; i++)
                dsignal[s * order + i] = gated(delta + s * m + i, x->probe->gate[v], x->mod);
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            derive_edge(x, v, e, m);
    }
    return PCL_OK;
}

/* G = G' - Df(theta) G mod t^m. */
static pcl_status step(flow *x, size_t m)
{
    pcl_status status = derive_values(x, m);
    if (status == PCL_OK)
        status = derive_signals(x, m);
    for (size_t i = 0; status == PCL_OK && i < x->program->params * SETS(x); i++) {
        coef *g = x->g + i * x->order;
        for (size_t k = 0; k < m; k++)
            g[k] = (coef)pcl_sub(pcl_mul((k + 1) % x->mod->p, g[k + 1], x->mod),
                                 x->along[i * x->order + k], x->mod);
    }
    return status;
}

/* Points into the two blocks. */
static void lay_out(flow *x, coef *words, total *sums, uint32_t *terms)
{
    const size_t params = x->program->params * x->n, nodes = x->program->nodes * x->n;
    x->theta = words;
    x->g = x->theta + params;
    x->along = x->g + params;
    x->z = x->along + params;
    x->signal = x->z + nodes;
    x->dz = x->signal + nodes;
    x->dsignal = x->dz + nodes;
    x->acc = sums;
    x->delta = sums + x->n;
    x->terms = terms;
}

/* Blocks 0 .. order - 1 of values. */
static pcl_status follow(uint64_t *values, flow *x, const pcl_probe *g, const uint64_t *theta)
{
    const size_t entries = x->program->params * SETS(x);
    pcl_status status = PCL_OK;
    for (size_t i = 0; i < entries; i++)
        x->theta[i * x->order] = (coef)theta[i];
    for (size_t m = 0; m < x->order && status == PCL_OK; m++)
        status = solve_coefficient(x, m);
    if (status == PCL_OK)
        status = start(x, g);
    for (size_t m = x->order; m && status == PCL_OK; values += entries) {
        for (size_t i = 0; i < entries; i++)
            values[i] = x->g[i * x->order];
        if (--m)
            status = step(x, m);
    }
    return status;
}

/* As pcl_probe_chain, whatever p and level. */
static pcl_status chain(uint64_t *values, const pcl_program *program, const pcl_probe *f,
                        const pcl_probe *g, size_t length, const uint64_t *theta, unsigned level,
                        const pcl_mod *mod, const pcl_poll *poll)
{
    if (length >= mod->p)
        return PCL_LIMIT;
    flow x = {.program = program, .probe = f, .mod = mod, .poll = poll, .order = length + 1};
    const size_t params = program->params, nodes = program->nodes;
    const size_t most = (params > nodes ? params : nodes) + 1;
    if (x.order > (SIZE_MAX >> level) / sizeof(total) / 8 / most)
        return PCL_NOMEM;
    x.level = level, x.sets = (size_t)1 << level, x.n = x.order << level;
    coef *words = calloc((3 * params + 4 * nodes + 1) * x.n, sizeof *words);
    total *sums = malloc((nodes + 1) * x.n * sizeof *sums);
    uint32_t *terms = malloc((nodes + 1) * sizeof *terms);
    pcl_status status = words && sums && terms ? PCL_OK : PCL_NOMEM;
    if (status == PCL_OK) {
        lay_out(&x, words, sums, terms);
        status = follow(values, &x, g, theta);
    }
    free(words), free(sums), free(terms);
    return status;
}
