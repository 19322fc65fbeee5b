/* Paths of a directed acyclic graph from its sources to its outputs: what they reach and how many
   are independent. Nothing here lists paths: every function is a constant number of passes over the
   edges. poll may be NULL; it is asked every 2^20 edges or so of a pass, and what it stopped has
   left its result unspecified (PCL_STOPPED). */
#ifndef PCL_GRAPH_H
#define PCL_GRAPH_H

#include "types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Returns 1 if graph is well formed (0 <= tail < head < nodes, edges strictly increasing by head,
   then tail, parameters in -1 .. params-1, no edge into a node whose mark (nodes) has PCL_SOURCE),
   else 0. pcl_graph_reach, _join and pcl_path_counts take it for granted. One pass. */
int pcl_graph_is_valid(const pcl_graph *graph, const uint8_t *mark);

/* Sets order (edges) to the permutation that sorts edges by head, then tail, equal ones in their
   order. Workspace: nodes + edges half-words. Algorithm: counting sort, first by tail, then by
   head; two passes each. Returns PCL_OK, PCL_NOMEM, PCL_LIMIT (more than 2^32 - 1 nodes or edges),
   PCL_STOPPED. Not checked: entries of tail and head (edges) in 0 .. nodes-1. */
pcl_status pcl_graph_order(int64_t *order, const int64_t *tail, const int64_t *head, size_t nodes,
                           size_t edges, const pcl_poll *poll);

/* Adds to mark (nodes) PCL_DOWN at every node that a PCL_SOURCE reaches and PCL_UP at every node
   that reaches a PCL_OUTPUT; an edge is live if its tail is down and its head is up. One pass
   forward, one backward: in the order by heads all edges into a node come before all edges out of
   it. Returns PCL_OK, PCL_STOPPED. */
pcl_status pcl_graph_reach(uint8_t *mark, const pcl_graph *graph, const pcl_poll *poll);

/* Sets label[v] (nodes) to the smallest node of the class of v, where live edges with a constant
   weight join their ends; mark is that of pcl_graph_reach. Algorithm: union-find with path halving,
   the larger root below the smaller: at most edges * log(nodes) steps (R. E. Tarjan, J. van
   Leeuwen, Worst-case analysis of set union algorithms, 1984), in practice a pass. Returns PCL_OK,
   PCL_STOPPED. */
pcl_status pcl_graph_join(int64_t *label, const pcl_graph *graph, const uint8_t *mark,
                          const pcl_poll *poll);

/* Sets count to the numbers of graph that the rank of its paths rests on; mark (nodes) gives
   sources, outputs and gates and is completed by pcl_graph_reach. If merged and tied are 0, the
   matrix with a row for each path from a source to an output and the exponents of the parameters in
   it has rank live - frozen - classes (docs/mathematics.md, "Spanning paths"). Workspace: params
   bytes, and nodes words if a live edge has a constant weight. A few passes. Returns PCL_OK,
   PCL_NOMEM, PCL_STOPPED. */
pcl_status pcl_path_counts(pcl_path_count *count, const pcl_graph *graph, uint8_t *mark,
                           const pcl_poll *poll);

/* Room of pcl_edges_text for one edge. */
#define PCL_EDGE_TEXT 64

/* Sets out to the JSON text of edges, "[a,b,c],[a,b,c],...", a, b and c being the entries of three
   columns (edges); no brackets around the whole, no white space, no final 0. Returns its length, at
   most PCL_EDGE_TEXT * edges. */
size_t pcl_edges_text(char *out, const int64_t *a, const int64_t *b, const int64_t *c,
                      size_t edges);

#ifdef __cplusplus
}
#endif
#endif
