#include "pcl/graph.h"
#include "poll.h"

#include <stdlib.h>

static int is_hidden(uint8_t mark)
{
    return (mark & (PCL_DOWN | PCL_UP | PCL_SOURCE | PCL_OUTPUT)) == (PCL_DOWN | PCL_UP);
}

/* Sets live, frozen, idle, tied and merged; seen has params bytes, all 0. */
static pcl_status count_edges(pcl_path_count *count, const pcl_graph *graph, const uint8_t *mark,
                              uint8_t *seen, const pcl_poll *poll)
{
    for (size_t e = 0; e < graph->edges; e++) {
        if (is_stopped(poll, e))
            return PCL_STOPPED;
        const uint8_t tail = mark[graph->tail[e]];
        const int64_t k = graph->param[e];
        if (!(tail & PCL_DOWN) || !(mark[graph->head[e]] & PCL_UP))
            continue;
        count->live++;
        count->merged |= !(tail & (PCL_SOURCE | PCL_GATED));
        if (k < 0)
            count->frozen++;
        else {
            count->tied |= seen[k];
            count->idle -= !seen[k];
            seen[k] = 1;
        }
    }
    return PCL_OK;
}

/* Returns the number of classes that hold hidden nodes only; label is that of pcl_graph_join. Live
   ends are told to their class by a negative label. */
static size_t free_classes(int64_t *label, const pcl_graph *graph, const uint8_t *mark)
{
    size_t classes = 0;
    for (size_t v = graph->nodes; v--;) {
        const int64_t root = label[v] < 0 ? (int64_t)v : label[v];
        if (!is_hidden(mark[v]))
            label[root] = -1;
        classes += root == (int64_t)v && label[root] >= 0;      /* larger members have spoken */
    }
    return classes;
}

pcl_status pcl_path_counts(pcl_path_count *count, const pcl_graph *graph, uint8_t *mark,
                           const pcl_poll *poll)
{
    uint8_t *seen = calloc(graph->params + !graph->params, 1);
    if (!seen)
        return PCL_NOMEM;
    *count = (pcl_path_count){.idle = graph->params};
    pcl_status status = pcl_graph_reach(mark, graph, poll);
    if (status == PCL_OK)
        status = count_edges(count, graph, mark, seen, poll);
    free(seen);
    if (status != PCL_OK)
        return status;
    for (size_t v = 0; v < graph->nodes; v++)
        count->hidden += is_hidden(mark[v]);
    count->classes = count->hidden;
    if (!count->frozen)
        return PCL_OK;
    int64_t *label = graph->nodes < SIZE_MAX / sizeof *label ? malloc(graph->nodes * sizeof *label)
                                                             : NULL;
    if (!label)
        return PCL_NOMEM;
    status = pcl_graph_join(label, graph, mark, poll);
    if (status == PCL_OK)
        count->classes = free_classes(label, graph, mark);
    free(label);
    return status;
}
