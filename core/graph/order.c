#include "pcl/graph.h"

#include <stdlib.h>

/* Sets start[x] (nodes + 1 entries) to the number of entries of key below x: where the first x
   goes. */
static void places(uint32_t *start, const int64_t *key, size_t nodes, size_t edges)
{
    for (size_t v = 0; v <= nodes; v++)
        start[v] = 0;
    for (size_t e = 0; e < edges; e++)
        start[key[e] + 1]++;
    for (size_t v = 0; v < nodes; v++)
        start[v + 1] += start[v];
}

pcl_status pcl_graph_order(int64_t *order, const int64_t *tail, const int64_t *head, size_t nodes,
                           size_t edges)
{
    if (edges > UINT32_MAX || nodes > UINT32_MAX)
        return PCL_LIMIT;
    uint32_t *start = malloc((nodes + 1) * sizeof *start),
             *by_tail = malloc((edges + 1) * sizeof *by_tail);
    const pcl_status status = start && by_tail ? PCL_OK : PCL_NOMEM;
    if (status == PCL_OK) {
        places(start, tail, nodes, edges);
        for (size_t e = 0; e < edges; e++)
            by_tail[start[tail[e]]++] = (uint32_t)e;
        places(start, head, nodes, edges);
        for (size_t i = 0; i < edges; i++)
            order[start[head[by_tail[i]]]++] = by_tail[i];
    }
    free(start), free(by_tail);
    return status;
}
