#include "pcl/graph.h"
#include "poll.h"

/* The root of v; on the way every other node is hung higher. A parent is never larger than its
   child. */
static int64_t root(int64_t *parent, int64_t v)
{
    while (parent[v] != v) {
        parent[v] = parent[parent[v]];
        v = parent[v];
    }
    return v;
}

pcl_status pcl_graph_join(int64_t *label, const pcl_graph *graph, const uint8_t *mark,
                          const pcl_poll *poll)
{
    for (size_t v = 0; v < graph->nodes; v++)
        label[v] = (int64_t)v;
    for (size_t e = 0; e < graph->edges; e++) {
        if (is_stopped(poll, e))
            return PCL_STOPPED;
        if (graph->param[e] < 0 && mark[graph->tail[e]] & PCL_DOWN
            && mark[graph->head[e]] & PCL_UP) {
            const int64_t u = root(label, graph->tail[e]), v = root(label, graph->head[e]);
            if (u < v)
                label[v] = u;
            else
                label[u] = v;
        }
    }
    for (size_t v = 0; v < graph->nodes; v++)
        label[v] = label[label[v]];             /* the parent is smaller and has its root already */
    return PCL_OK;
}
