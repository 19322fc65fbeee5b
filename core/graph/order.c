#include "pcl/graph.h"

#include <stdlib.h>

/* Sets out to the entries of in (or to 0, 1, ... if in is NULL) sorted by key, stably; start has nodes + 1 entries. */
static void scatter(int64_t *out, const int64_t *in, const int64_t *key, size_t *start, size_t nodes, size_t edges)
{
    for (size_t v = 0; v <= nodes; v++)
        start[v] = 0;
    for (size_t e = 0; e < edges; e++)
        start[key[e] + 1]++;
    for (size_t v = 0; v < nodes; v++)
        start[v + 1] += start[v];
    for (size_t i = 0; i < edges; i++) {
        const int64_t e = in ? in[i] : (int64_t)i;
        out[start[key[e]]++] = e;
    }
}

pcl_status pcl_graph_order(int64_t *order, const int64_t *tail, const int64_t *head, size_t nodes, size_t edges)
{
    size_t *start = nodes < SIZE_MAX / sizeof *start - 1 ? malloc((nodes + 1) * sizeof *start) : NULL;
    int64_t *by_tail = edges < SIZE_MAX / sizeof *by_tail ? malloc(edges * sizeof *by_tail + !edges) : NULL;
    const pcl_status status = start && by_tail ? PCL_OK : PCL_NOMEM;
    if (status == PCL_OK) {
        scatter(by_tail, NULL, tail, start, nodes, edges);
        scatter(order, by_tail, head, start, nodes, edges);
    }
    free(start), free(by_tail);
    return status;
}
