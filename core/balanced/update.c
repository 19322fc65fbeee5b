#include "inside.h"

enum {
    BAND = 96,                  /* columns of a job: whole tiles on every instruction set */
    BLOCK = 192,                /* rows of a job: their packed factor stays in the second cache */
    STRASSEN_FROM = 900         /* smallest of the three sizes */
};

/* A product of one packing: rows row .. row+m-1 and columns col .. col+n-1 of c. */
typedef struct {
    const pcl_balanced_sum *c, *a, *b;
    size_t row, m, k, col, n;
    size_t bands;               /* of columns; jobs go through them first */
    int direct;                 /* the right factor is not packed: rows too few for that */
    const pcl_balanced_work *work;
} product;

static void pack_rows(void *arg, size_t i)
{
    const product *x = arg;
    const size_t from = i * BLOCK;
    x->work->loops->pack_left(x->work->left + from * x->k, x->a, x->row + from,
                              pcl_balanced_least(x->m - from, BLOCK), x->k, (double)x->work->p);
}

static void pack_columns(void *arg, size_t i)
{
    const product *x = arg;
    const size_t from = i * BAND;
    x->work->loops->pack_right(x->work->right + from * x->k, x->b, x->k, x->col + from,
                               pcl_balanced_least(x->n - from, BAND), (double)x->work->p);
}

static void multiply_block(void *arg, size_t i)
{
    const product *x = arg;
    const size_t up = i / x->bands * BLOCK, from = i % x->bands * BAND,
                 n = pcl_balanced_least(x->n - from, BAND);
    if (x->direct)
        x->work->loops->multiply_few(x->c, x->work->left, x->b->part, x->m, x->col + from, n, x->k,
                                     (double)x->work->p);
    else
        x->work->loops->multiply(x->c, x->work->left + up * x->k, x->work->right + from * x->k,
                                 x->row + up, pcl_balanced_least(x->m - up, BLOCK), x->col + from,
                                 n, x->k, (double)x->work->p);
}

static pcl_balanced_sum shifted(const pcl_balanced_sum *a, size_t row, size_t col)
{
    pcl_balanced_sum to = *a;
    for (size_t s = 0; s < to.parts; s++) {
        to.part[s].row += row;
        to.part[s].col += col;
    }
    return to;
}

void pcl_balanced_multiply(const pcl_balanced_sum *c, const pcl_balanced_sum *a,
                           const pcl_balanced_sum *b, size_t m, size_t k, size_t n,
                           const pcl_balanced_work *work)
{
    if (!m || !k || !n)
        return;
    const size_t pieces = (k + PCL_BALANCED_TERMS - 1) / PCL_BALANCED_TERMS,
                 piece = (k + pieces - 1) / pieces;
    const int direct = m < work->loops->rows && b->parts == 1 && b->part->sign == 1
                       && b->part->row != c->part->row;
    for (size_t t = 0; t < k; t += piece) {
        const pcl_balanced_sum left = shifted(a, 0, t), right = shifted(b, t, 0);
        product x = {.c = c, .a = &left, .b = &right, .k = pcl_balanced_least(k - t, piece),
                     .direct = direct, .work = work};
        for (; x.col < n; x.col += x.n) {
            x.n = pcl_balanced_least(n - x.col, work->cols);
            x.bands = (x.n + BAND - 1) / BAND;
            if (!direct)
                pcl_balanced_team_run(work->team, pack_columns, &x, x.bands, 16 * x.k * BAND);
            for (x.row = 0; x.row < m; x.row += x.m) {
                x.m = pcl_balanced_least(m - x.row, work->rows);
                const size_t blocks = (x.m + BLOCK - 1) / BLOCK;
                if (x.col == 0 || m > work->rows)
                    pcl_balanced_team_run(work->team, pack_rows, &x, blocks, 16 * x.k * BLOCK);
                pcl_balanced_team_run(work->team, multiply_block, &x, blocks * x.bands,
                                      pcl_balanced_least(x.m, BLOCK) * x.k
                                          * pcl_balanced_least(x.n, BAND));
            }
        }
    }
}

/* Quarters of a factor, row by row, each with its sign in a product of Strassen's; 0 where it is
   not in it. */
typedef struct {
    signed char a[4], b[4], c[4];
} seventh;

static const seventh SEVENTHS[7] = {
    {{1, 0, 0, 1}, {1, 0, 0, 1}, {1, 0, 0, 1}},  {{0, 0, 1, 1}, {1, 0, 0, 0}, {0, 0, 1, -1}},
    {{1, 0, 0, 0}, {0, 1, 0, -1}, {0, 1, 0, 1}}, {{0, 0, 0, 1}, {-1, 0, 1, 0}, {1, 0, 1, 0}},
    {{1, 1, 0, 0}, {0, 0, 0, 1}, {-1, 1, 0, 0}}, {{-1, 0, 1, 0}, {1, 1, 0, 0}, {0, 0, 0, 1}},
    {{0, 1, 0, -1}, {0, 0, 1, 1}, {1, 0, 0, 0}},
};

static pcl_balanced_sum quarters(const pcl_balanced_sum *a, const signed char *sign, size_t m,
                                 size_t n)
{
    pcl_balanced_sum to = {.parts = 0};
    for (size_t q = 0; q < 4; q++)
        if (sign[q])
            to.part[to.parts++] = (pcl_balanced_part){a->part->row + q / 2 * m,
                                                      a->part->col + q % 2 * n, sign[q]};
    return to;
}

/* m, k and n are even. */
static void strassen(const pcl_balanced_sum *c, const pcl_balanced_sum *a,
                     const pcl_balanced_sum *b, size_t m, size_t k, size_t n,
                     const pcl_balanced_work *work)
{
    m /= 2, k /= 2, n /= 2;
    for (size_t s = 0; s < 7; s++) {
        const pcl_balanced_sum to = quarters(c, SEVENTHS[s].c, m, n),
                               left = quarters(a, SEVENTHS[s].a, m, k),
                               right = quarters(b, SEVENTHS[s].b, k, n);
        pcl_balanced_multiply(&to, &left, &right, m, k, n, work);
    }
}

void pcl_balanced_update(pcl_balanced_part c, pcl_balanced_part a, pcl_balanced_part b, size_t m,
                         size_t k, size_t n, const pcl_balanced_work *work)
{
    const pcl_balanced_sum to = {{c}, 1}, left = {{a}, 1}, right = {{b}, 1};
    if (pcl_balanced_least(m, pcl_balanced_least(k, n)) < STRASSEN_FROM) {
        pcl_balanced_multiply(&to, &left, &right, m, k, n, work);
        return;
    }
    const size_t height = 2 * work->loops->rows, width = 2 * work->loops->cols;
    const size_t rows = m / height * height, terms = k / 2 * 2, cols = n / width * width;
    strassen(&to, &left, &right, rows, terms, cols, work);
    const pcl_balanced_sum last_terms = shifted(&left, 0, terms),
                           their_rows = shifted(&right, terms, 0),
                           right_edge = shifted(&to, 0, cols),
                           right_cols = shifted(&right, 0, cols),
                           lower_edge = shifted(&to, rows, 0), lower_rows = shifted(&left, rows, 0);
    pcl_balanced_multiply(&to, &last_terms, &their_rows, rows, k - terms, cols, work);
    pcl_balanced_multiply(&right_edge, &left, &right_cols, rows, k, n - cols, work);
    pcl_balanced_multiply(&lower_edge, &lower_rows, &right, m - rows, k, n, work);
}
