#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* Columns are kept in an order that changes: that of pivot t is moved to position t, in all rows at
   hand. Pivots come in groups of at most PCL_BALANCED_SQUARE, reduced by each other (Gauss-Jordan),
   so that the triangular systems of what follows have unit blocks on the diagonal. The chunk is the
   rows at hand; at the positions of the pivots they hold what they are to be reduced by. */
typedef struct {
    pcl_balanced_work work;
    pcl_balanced_echelon *basis;
    float **row;                /* the chunk */
    size_t rows, known, target; /* known: pivots from earlier chunks */
    unsigned char *raised;      /* for each of its rows */
} elimination;

/* CHUNK, FEW: rows of a chunk at most, and though fewer would do for the target. */
enum { SQUARE = PCL_BALANCED_SQUARE, CHUNK = 2048, FEW = 32 };

/* Subtracts, at positions from .. until-1, pivot rows t .. end-1 from m rows as often as their
   entries at t .. end-1 say. */
static void subtract(const elimination *e, float **row, size_t m, size_t t, size_t end, size_t from,
                     size_t until)
{
    pcl_balanced_update((pcl_balanced_part){row, from, 1}, (pcl_balanced_part){row, t, 1},
                        (pcl_balanced_part){e->basis->row + t, from, 1}, m, end - t, until - from,
                        &e->work);
}

/* Solves for the entries at t .. end-1 of m rows: how often pivot rows t .. end-1 are to be
   subtracted. Whole groups. */
static void solve(const elimination *e, float **row, size_t m, size_t t, size_t end)
{
    const size_t *group = e->basis->group;
    size_t mid = group[t + (end - t) / 2];
    if (mid <= t)               /* the first group may have begun before t */
        for (mid = t; mid < end && group[mid] <= t; mid++)
            ;
    if (mid == end)
        return;
    solve(e, row, m, t, mid);
    subtract(e, row, m, t, mid, mid, end);
    solve(e, row, m, mid, end);
}

/* Reduces m rows by pivots t .. end-1. */
static void reduce(const elimination *e, float **row, size_t m, size_t t, size_t end)
{
    if (!m || t == end)
        return;
    solve(e, row, m, t, end);
    subtract(e, row, m, t, end, end, e->basis->cols);
}

static void swap_columns(float *const *row, size_t m, size_t a, size_t b)
{
    for (size_t i = 0; i < m; i++) {
        const float x = row[i][a];
        row[i][a] = row[i][b];
        row[i][b] = x;
    }
}

/* Puts a nonzero entry of a row, reduced by all pivots, at the position of the next one; returns 0
   if there is none. Taking the last column when that position will not do leaves hopeless columns
   behind for good. */
static int find_pivot(elimination *e, const float *row)
{
    pcl_balanced_echelon *basis = e->basis;
    const size_t t = basis->rank;
    size_t found = t;
    if (row[t] == 0)
        for (found = basis->cols - 1; found > t && row[found] == 0; found--)
            ;
    if (row[found] == 0)
        return 0;
    if (found > t) {
        const size_t column = basis->column[t];
        basis->column[t] = basis->column[found];
        basis->column[found] = column;
        basis->moved = 1;
        swap_columns(basis->row, e->known, t, found);
        swap_columns(e->row, e->rows, t, found);
    }
    return 1;
}

/* Lets the k new rows after the last pivot be pivots; they join the last group if there is room. */
static void add_pivots(elimination *e, size_t k)
{
    pcl_balanced_echelon *basis = e->basis;
    const size_t t = basis->rank, first = t ? basis->group[t - 1] : 0,
                 join = t && t - first + k <= SQUARE ? first : t;
    basis->rank += k;
    if (join < t)
        subtract(e, basis->row + join, t - join, t, t + k, t + k, basis->cols);
    for (size_t i = t; i < t + k; i++)
        basis->group[i] = join;
}

/* Pivots of rows low .. high-1 of the chunk, at most SQUARE, which are reduced by all pivots
   before. They are looked for in a square of as many columns; the other columns follow in one
   product. */
static void eliminate_few(elimination *e, size_t low, size_t high)
{
    pcl_balanced_echelon *basis = e->basis;
    while (low < high && basis->rank < e->target) {
        if (!find_pivot(e, e->row[low])) {
            low++;
            continue;
        }
        double square[SQUARE][SQUARE] = {{0}};
        float left[SQUARE][SQUARE], *line[SQUARE];
        const size_t t = basis->rank, m = high - low,
                     width = pcl_balanced_least(SQUARE, basis->cols - t);
        const size_t most = pcl_balanced_least(pcl_balanced_least(m, width), e->target - t);
        for (size_t i = 0; i < m; i++) {
            line[i] = left[i];
            for (size_t j = 0; j < width; j++)
                square[i][j] = e->row[low + i][t + j];
        }
        size_t k = 0;
        for (; k < most && square[k][k] != 0; k++)
            e->work.loops->sweep(square[0], m, k, pcl_balanced_inverse(square[k][k], basis->p),
                                 (double)basis->p);
        /* New rows are the old ones less (1 - M) times the k first ones, M now in the square. */
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < k; j++)
                left[i][j] = (float)((i == j) - square[i][j]);
        const pcl_balanced_sum c = {{{e->row + low, t + k, 1}}, 1}, a = {{{line, 0, 1}}, 1}, b = c;
        pcl_balanced_multiply(&c, &a, &b, m, k, basis->cols - t - k, &e->work);
        for (size_t i = 0; i < k; i++, low++) {
            basis->row[t + i] = e->row[low];
            e->raised[low] = 1;
        }
        add_pivots(e, k);
    }
}

/* Pivots of rows low .. high-1 of the chunk, reduced by all pivots before, by halves. */
static void eliminate_rows(elimination *e, size_t low, size_t high)
{
    if (high - low <= SQUARE) {
        pcl_balanced_team_quiet(e->work.team, 1);       /* half of it done would spoil the basis */
        eliminate_few(e, low, high);
        pcl_balanced_team_quiet(e->work.team, 0);
        return;
    }
    const size_t mid = low + ((high - low) / 2 + SQUARE - 1) / SQUARE * SQUARE, t = e->basis->rank;
    eliminate_rows(e, low, mid);
    if (e->basis->rank == e->target || pcl_balanced_stopped(e->work.team))
        return;
    reduce(e, e->row + mid, high - mid, t, e->basis->rank);
    if (!pcl_balanced_stopped(e->work.team))
        eliminate_rows(e, mid, high);
}

typedef struct {
    const elimination *e;
    pcl_balanced_rows from;
} loading;

static void load_row(void *arg, size_t i)
{
    const loading *all = arg;
    const pcl_balanced_echelon *basis = all->e->basis;
    const size_t at = i * basis->cols;
    const uint64_t half = basis->p / 2;
    float *to = all->e->row[i];
    if (all->from.balanced)
        for (size_t j = 0; j < basis->cols; j++)
            to[j] = all->from.balanced[at + basis->column[j]];
    else if (!basis->moved)
        all->e->work.loops->load(to, all->from.words + at, basis->cols, basis->p);
    else
        for (size_t j = 0; j < basis->cols; j++) {
            const uint64_t x = all->from.words[at + basis->column[j]];
            to[j] = (float)(x > half ? (double)x - (double)basis->p : (double)x);
        }
}

/* A chunk: its pivot rows move to the basis, the others are spare again. */
static pcl_status eliminate_chunk(elimination *e, pcl_balanced_rows rows)
{
    pcl_balanced_echelon *basis = e->basis;
    pcl_status status = pcl_balanced_echelon_room(basis, e->rows);
    if (status != PCL_OK)
        return status;
    e->known = basis->rank;
    memcpy(e->row, basis->row + basis->rank, e->rows * sizeof *e->row);
    loading all = {e, rows};
    /* An entry from memory takes the time of 64 products. */
    pcl_balanced_team_run(e->work.team, load_row, &all, e->rows, 64 * basis->cols);
    reduce(e, e->row, e->rows, 0, basis->rank);
    if (!pcl_balanced_stopped(e->work.team))
        eliminate_rows(e, 0, e->rows);
    float **spare = basis->row + basis->rank;
    for (size_t i = 0; i < e->rows; i++)
        if (!e->raised[i])
            *spare++ = e->row[i];
    return pcl_balanced_stopped(e->work.team) ? PCL_STOPPED : PCL_OK;
}

pcl_status pcl_balanced_echelon_take(unsigned char *raised, pcl_balanced_echelon *basis,
                                     pcl_balanced_rows rows, size_t m, size_t target,
                                     const pcl_balanced_how *how)
{
    const size_t cols = basis->cols, most = pcl_balanced_least(m, CHUNK);
    elimination e = {.basis = basis,
                     .target = pcl_balanced_least(target, cols),
                     .row = malloc((most + 1) * sizeof *e.row)};
    pcl_status status = pcl_balanced_work_init(&e.work, basis->p, most, cols,
                                               (double)m * (double)(basis->rank + m) * (double)cols,
                                               how);
    if (status == PCL_OK && !e.row)
        status = PCL_NOMEM;
    if (m)
        memset(raised, 0, m);
    for (size_t row = 0; row < m && basis->rank < e.target && status == PCL_OK; row += e.rows) {
        const size_t wanted = e.target - basis->rank;
        e.rows = pcl_balanced_least(pcl_balanced_least(m - row, CHUNK),
                                    wanted < FEW ? FEW : wanted);
        e.raised = raised + row;
        status = eliminate_chunk(&e, rows.words
                                         ? (pcl_balanced_rows){rows.words + row * cols, NULL}
                                         : (pcl_balanced_rows){NULL, rows.balanced + row * cols});
    }
    pcl_balanced_work_clear(&e.work);
    free(e.row);
    return status;
}

pcl_status pcl_balanced_echelon_extend(unsigned char *raised, pcl_balanced_echelon *basis,
                                       const uint64_t *rows, size_t m, size_t target,
                                       const pcl_balanced_how *how)
{
    return pcl_balanced_echelon_take(raised, basis, (pcl_balanced_rows){rows, NULL}, m, target,
                                     how);
}
