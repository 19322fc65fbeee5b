#include "pcl/graph.h"
#include "poll.h"

#include <stdlib.h>

/* Sets start[x] (nodes + 1 entries) to the number of entries of key below x: where the first x
   goes. Returns nonzero if it was stopped. */
static int places(uint32_t *start, const int64_t *key, size_t nodes, size_t edges,
                  const pcl_poll *poll)
{
    for (size_t v = 0; v <= nodes; v++)
        start[v] = 0;
    for (size_t e = 0; e < edges; e++) {
        if (is_stopped(poll, e))
            return 1;
        start[key[e] + 1]++;
    }
    for (size_t v = 0; v < nodes; v++)
        start[v + 1] += start[v];
    return 0;
}

/* Sorts into order, by way of by_tail (edges); start has nodes + 1 entries. */
static pcl_status sort_edges(int64_t *order, uint32_t *by_tail, uint32_t *start,
                             const pcl_graph *graph, const pcl_poll *poll)
{
    const size_t nodes = graph->nodes, edges = graph->edges;
    if (places(start, graph->tail, nodes, edges, poll))
        return PCL_STOPPED;
    for (size_t e = 0; e < edges; e++) {
        if (is_stopped(poll, e))
            return PCL_STOPPED;
        by_tail[start[graph->tail[e]]++] = (uint32_t)e;
    }
    if (places(start, graph->head, nodes, edges, poll))
        return PCL_STOPPED;
    for (size_t i = 0; i < edges; i++) {
        if (is_stopped(poll, i))
            return PCL_STOPPED;
        order[start[graph->head[by_tail[i]]]++] = by_tail[i];
    }
    return PCL_OK;
}

pcl_status pcl_graph_order(int64_t *order, const int64_t *tail, const int64_t *head, size_t nodes,
                           size_t edges, const pcl_poll *poll)
{
    const pcl_graph graph = {.nodes = nodes, .edges = edges, .tail = tail, .head = head};
    if (edges > UINT32_MAX || nodes > UINT32_MAX)
        return PCL_LIMIT;
    uint32_t *start = malloc((nodes + 1) * sizeof *start),
             *by_tail = malloc((edges + 1) * sizeof *by_tail);
    const pcl_status status = start && by_tail ? sort_edges(order, by_tail, start, &graph, poll)
                                               : PCL_NOMEM;
    free(start), free(by_tail);
    return status;
}
