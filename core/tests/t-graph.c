/* Paths of graphs: order, reachability and classes against slow searches, the counts against the
   rank of the listed paths. */
#include "pcl/graph.h"
#include "test.h"

enum { NODES = 9, EDGES = NODES * NODES, PATHS = 1 << NODES, PARAMS = EDGES };

static int64_t tail[EDGES], head[EDGES], param[EDGES];
static uint8_t given[NODES];
static pcl_graph graph;

static void show(void)
{
    for (size_t v = 0; v < graph.nodes; v++)
        fprintf(stderr, "node %zu: mark %d\n", v, given[v]);
    for (size_t e = 0; e < graph.edges; e++)
        fprintf(stderr, "edge %zu: %" PRId64 " -> %" PRId64 ", %" PRId64 "\n", e, tail[e], head[e],
                param[e]);
}

/* A random graph in order; frozen and tied edges in eighths. */
static void draw(size_t nodes, uint64_t density, uint64_t frozen, uint64_t tied, int gates)
{
    graph = (pcl_graph){.nodes = nodes, .tail = tail, .head = head, .param = param};
    for (size_t v = 0; v < nodes; v++) {
        given[v] = !rnd_below(3) || !v               ? PCL_SOURCE
                   : !rnd_below(3) || v == nodes - 1 ? PCL_OUTPUT
                                                     : 0;
        if (!(given[v] & PCL_SOURCE) && (gates || rnd_below(4)))
            given[v] |= PCL_GATED;
    }
    for (size_t v = 0; v < nodes; v++)
        for (size_t u = 0; u < v && !(given[v] & PCL_SOURCE); u++)
            if (rnd_below(8) < density) {
                const size_t e = graph.edges++;
                tail[e] = (int64_t)u, head[e] = (int64_t)v;
                param[e] = rnd_below(8) < frozen ? -1 : graph.params && rnd_below(8) < tied
                    ? (int64_t)rnd_below(graph.params) : (int64_t)graph.params++;
            }
}

/* Whether node b can be reached from node a. */
static int reaches(int64_t a, int64_t b)
{
    if (a == b)
        return 1;
    for (size_t e = 0; e < graph.edges; e++)
        if (tail[e] == a && reaches(head[e], b))
            return 1;
    return 0;
}

static int marked(int64_t v, int bit)
{
    for (int64_t u = 0; u < (int64_t)graph.nodes; u++)
        if (given[u] & bit && (bit == PCL_SOURCE ? reaches(u, v) : reaches(v, u)))
            return 1;
    return 0;
}

static int is_live(size_t e)
{
    return marked(tail[e], PCL_SOURCE) && marked(head[e], PCL_OUTPUT);
}

/* Sets rows to the exponents of all paths that end in v with what comes after it; returns 1 if one
   of them merges with another. */
static int walk(int64_t v, uint64_t *row, uint64_t (*rows)[PARAMS], size_t *count)
{
    int merge = 0;
    if (given[v] & PCL_SOURCE) {
        CHECK(*count < PATHS, "too many paths");
        memcpy(rows[(*count)++], row, PARAMS * sizeof *row);
        return 0;
    }
    for (size_t e = 0; e < graph.edges; e++)
        if (head[e] == v && marked(tail[e], PCL_SOURCE)) {
            if (param[e] >= 0)
                row[param[e]]++;
            merge |= !(given[tail[e]] & (PCL_SOURCE | PCL_GATED));
            merge |= walk(tail[e], row, rows, count);
            if (param[e] >= 0)
                row[param[e]]--;
        }
    return merge;
}

/* Rank mod a large prime; small entries, so it is the rank over Q almost surely. */
static size_t rank_of(uint64_t (*rows)[PARAMS], size_t count)
{
    const uint64_t p = 2305843009213693951u;
    size_t rank = 0;
    for (size_t c = 0; c < graph.params; c++) {
        size_t i = rank;
        while (i < count && !rows[i][c])
            i++;
        if (i == count)
            continue;
        for (size_t k = 0; k < graph.params; k++) {
            const uint64_t x = rows[i][k];
            rows[i][k] = rows[rank][k], rows[rank][k] = x;
        }
        const uint64_t inverse = ref_inv(rows[rank][c], p);
        for (size_t j = rank + 1; j < count; j++) {
            const uint64_t factor = ref_mul(rows[j][c], inverse, p);
            for (size_t k = c; factor && k < graph.params; k++)
                rows[j][k] = ref_sub(rows[j][k], ref_mul(factor, rows[rank][k], p), p);
        }
        rank++;
    }
    return rank;
}

static void counts(void)
{
    static uint64_t rows[PATHS][PARAMS], row[PARAMS];
    uint8_t mark[NODES];
    int64_t label[NODES];
    pcl_path_count count;
    memcpy(mark, given, sizeof mark);
    CHECK(pcl_graph_is_valid(&graph, mark), "good graph");
    CHECK(pcl_path_counts(&count, &graph, mark, NULL) == PCL_OK, "counts");
    size_t live = 0, frozen = 0, hidden = 0, paths = 0;
    int merged = 0, tied = 0, used[PARAMS] = {0};
    for (size_t v = 0; v < graph.nodes; v++) {
        CHECK(!(mark[v] & PCL_DOWN) == !marked((int64_t)v, PCL_SOURCE), "down %zu", v);
        CHECK(!(mark[v] & PCL_UP) == !marked((int64_t)v, PCL_OUTPUT), "up %zu", v);
        CHECK((mark[v] & 7) == given[v], "mark %zu", v);
        hidden += mark[v] >= (PCL_DOWN | PCL_UP) && !(mark[v] & (PCL_SOURCE | PCL_OUTPUT));
        if (given[v] & PCL_OUTPUT)
            merged |= walk((int64_t)v, row, rows, &paths);
    }
    size_t idle = graph.params;
    for (size_t e = 0; e < graph.edges; e++)
        if (is_live(e)) {
            live++, frozen += param[e] < 0;
            if (param[e] >= 0)
                tied |= used[param[e]], idle -= !used[param[e]], used[param[e]] = 1;
        }
    CHECK(count.live == live && count.frozen == frozen && count.hidden == hidden
              && count.idle == idle,
          "%zu %zu %zu %zu", count.live, count.frozen, count.hidden, count.idle);
    CHECK(count.tied == tied && count.merged == merged, "tied %d, merged %d", count.tied,
          count.merged);
    if (!tied)                  /* holds for merged paths too: exponents of the single paths */
        CHECK(rank_of(rows, paths) == live - frozen - count.classes, "%zu paths, classes %zu",
              paths, count.classes);

    CHECK(pcl_graph_join(label, &graph, mark, NULL) == PCL_OK, "join");
    for (size_t v = 0; v < graph.nodes; v++) {  /* the smallest member, by passes to the end */
        int member[NODES] = {0}, again = 1;
        for (member[v] = 1; again;) {
            again = 0;
            for (size_t e = 0; e < graph.edges; e++)
                if (param[e] < 0 && is_live(e) && member[tail[e]] != member[head[e]])
                    member[tail[e]] = member[head[e]] = again = 1;
        }
        int64_t smallest = 0;
        while (!member[smallest])
            smallest++;
        CHECK(label[v] == smallest, "label of %zu: %" PRId64, v, label[v]);
    }
}

/* Says yes when it is asked once more than patience. */
static int asked;
static int stop(void *patience)
{
    return asked++ >= *(int *)patience;
}

/* Every pass asks at its first edge, and a yes ends the function. */
static void stops(void)
{
    static int64_t sorted[EDGES];
    uint8_t mark[NODES];
    int64_t label[NODES];
    pcl_path_count count;
    int patience, passes = 3;
    const pcl_poll poll = {stop, &patience};
    if (!graph.edges)
        return;
    memcpy(mark, given, sizeof mark);
    if (pcl_path_counts(&count, &graph, mark, NULL) == PCL_OK)
        passes += count.frozen > 0;
    for (patience = 0; patience < 6; patience++) {
        asked = 0;
        CHECK(pcl_graph_order(sorted, tail, head, graph.nodes, graph.edges, &poll)
                  == (patience < 4 ? PCL_STOPPED : PCL_OK),
              "order, %d polls", asked);
        asked = 0;
        CHECK(pcl_graph_reach(mark, &graph, &poll) == (patience < 2 ? PCL_STOPPED : PCL_OK),
              "reach, %d polls", asked);
        asked = 0;
        CHECK(pcl_graph_join(label, &graph, mark, &poll) == (patience < 1 ? PCL_STOPPED : PCL_OK),
              "join, %d polls", asked);
        asked = 0;
        CHECK(pcl_path_counts(&count, &graph, mark, &poll)
                  == (patience < passes ? PCL_STOPPED : PCL_OK),
              "counts, %d polls of %d", asked, passes);
    }
}

static void order(void)
{
    enum { N = 40 };
    int64_t t[N] = {0}, h[N] = {0}, sorted[N];
    const size_t n = rnd_below(N + 1), nodes = 1 + rnd_below(6);
    for (size_t e = 0; e < n; e++)
        t[e] = (int64_t)rnd_below(nodes), h[e] = (int64_t)rnd_below(nodes);
    CHECK(pcl_graph_order(sorted, t, h, nodes, n, NULL) == PCL_OK, "order");
    int seen[N] = {0};
    for (size_t i = 0; i < n; i++) {
        CHECK(sorted[i] >= 0 && (size_t)sorted[i] < n && !seen[sorted[i]]++, "no permutation");
        if (i) {
            const int64_t a = sorted[i - 1], b = sorted[i];
            CHECK(h[a] < h[b] || (h[a] == h[b] && (t[a] < t[b] || (t[a] == t[b] && a < b))),
                  "place %zu", i);
        }
    }
}

static void refusals(void)
{
    uint8_t mark[NODES] = {PCL_SOURCE, 0, 0, PCL_OUTPUT};
    static const int64_t good[3][3] = {{0, 0, 1}, {1, 3, 3}, {0, -1, 1}};
    static const int64_t bad[][3] = {    /* which array, place, value */
        {0, 0, 2}, {0, 0, -1}, {0, 2, 0}, {1, 1, 0}, {1, 1, 1}, {1, 1, 4}, {1, 2, 2}, {2, 0, -2},
        {2, 2, 2}};
    graph = (pcl_graph){4, 3, 2, tail, head, param};
    for (size_t k = 0; k <= sizeof bad / sizeof *bad; k++) {
        memcpy(tail, good[0], sizeof good[0]), memcpy(head, good[1], sizeof good[1]),
            memcpy(param, good[2], sizeof good[2]);
        if (k)
            (bad[k - 1][0] == 0   ? tail
             : bad[k - 1][0] == 1 ? head
                                  : param)[bad[k - 1][1]] = bad[k - 1][2];
        CHECK(pcl_graph_is_valid(&graph, mark) == !k, "change %zu", k);
    }
    memcpy(head, good[1], sizeof good[1]), memcpy(param, good[2], sizeof good[2]);
    mark[1] = PCL_SOURCE;
    CHECK(!pcl_graph_is_valid(&graph, mark), "into a source");
    int64_t order[1] = {7};
    CHECK(pcl_graph_order(order, tail, head, (size_t)1 << 32, 1, NULL) == PCL_LIMIT
              && order[0] == 7,
          "nodes");
    CHECK(pcl_graph_order(order, tail, head, 1, (size_t)1 << 32, NULL) == PCL_LIMIT
              && order[0] == 7,
          "edges");
    graph = (pcl_graph){0, 0, 0, tail, head, param};
    pcl_path_count count;
    CHECK(pcl_graph_is_valid(&graph, mark) && pcl_path_counts(&count, &graph, mark, NULL) == PCL_OK
              && !count.live,
          "empty graph");
}

static void text(void)
{
    static const int64_t edge[3][2] = {{0, INT64_MAX}, {-1, INT64_MIN}, {10, 99}};
    char out[2 * PCL_EDGE_TEXT + 1] = {0};
    const size_t length = pcl_edges_text(out, edge[0], edge[1], edge[2], 2);
    CHECK(length == strlen(out)
              && !strcmp(out, "[0,-1,10],[9223372036854775807,-9223372036854775808,99]"),
          "%s", out);
    CHECK(pcl_edges_text(out, edge[0], edge[1], edge[2], 0) == 0, "no edges");
}

int main(void)
{
    test_start();
    test_show = show;
    for (int i = 0; i < 1500; i++) {
        draw(1 + rnd_below(NODES), 2 + rnd_below(6), rnd_below(4), rnd_below(3) / 2, i % 3);
        counts();
        stops();
        order();
    }
    refusals();
    text();
    return 0;
}
