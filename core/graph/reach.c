#include "pcl/graph.h"
#include "poll.h"

int pcl_graph_is_valid(const pcl_graph *graph, const uint8_t *mark)
{
    const int64_t nodes = (int64_t)graph->nodes, params = (int64_t)graph->params;
    int64_t last_tail = -1, last_head = -1;
    for (size_t e = 0; e < graph->edges; e++) {
        const int64_t u = graph->tail[e], v = graph->head[e], k = graph->param[e];
        if (u < 0 || u >= v || v >= nodes || k < -1 || k >= params || mark[v] & PCL_SOURCE
            || v < last_head || (v == last_head && u <= last_tail))
            return 0;
        last_tail = u, last_head = v;
    }
    return 1;
}

pcl_status pcl_graph_reach(uint8_t *mark, const pcl_graph *graph, const pcl_poll *poll)
{
    for (size_t v = 0; v < graph->nodes; v++)
        mark[v] |= (mark[v] & PCL_SOURCE ? PCL_DOWN : 0) | (mark[v] & PCL_OUTPUT ? PCL_UP : 0);
    for (size_t e = 0; e < graph->edges; e++) {
        if (is_stopped(poll, e))
            return PCL_STOPPED;
        mark[graph->head[e]] |= mark[graph->tail[e]] & PCL_DOWN;
    }
    for (size_t e = graph->edges; e--;) {
        if (is_stopped(poll, e))
            return PCL_STOPPED;
        mark[graph->tail[e]] |= mark[graph->head[e]] & PCL_UP;
    }
    return PCL_OK;
}
