#include "pcl/probe.h"

int pcl_program_is_valid(const pcl_program *program)
{
    if (program->ptr[0] != 0 || program->ptr[program->nodes] != program->edges)
        return 0;
    for (size_t v = 0; v < program->nodes; v++) {
        if (program->ptr[v] > program->ptr[v + 1] || program->ptr[v + 1] > program->edges)
            return 0;
        for (size_t e = program->ptr[v]; e < program->ptr[v + 1]; e++)
            if (program->tail[e] >= v
                || (program->param[e] == PCL_FROZEN ? !program->weight
                                                    : program->param[e] >= program->params))
                return 0;
    }
    return 1;
}
