/* How passes over edges ask whether to go on. */
#ifndef PCL_GRAPH_POLL_H
#define PCL_GRAPH_POLL_H

#include "pcl/types.h"

/* Nonzero if a pass is to stop at its step number k: asked every 2^20 steps. */
static inline int is_stopped(const pcl_poll *poll, size_t k)
{
    return poll && !(k & (((size_t)1 << 20) - 1)) && poll->stop(poll->arg);
}

#endif
