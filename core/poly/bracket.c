#include "pcl/poly.h"

/* sum += scale * Dg f for one component g, the derivative of g along f. */
static pcl_status along(pcl_collect *sum, const pcl_poly *g, const pcl_poly *f, uint64_t scale)
{
    pcl_status status = PCL_OK;
    for (size_t t = 0; t < g->terms; t++)
        for (size_t k = 0; k < g->start[t + 1] - g->start[t]; k++) {
            const size_t var = g->factor[g->start[t] + k] >> 32;
            status = pcl_collect_derivative_product(sum, g, t, k, f + var, scale);
            if (status != PCL_OK)
                return status;
        }
    return status;
}

pcl_status pcl_poly_bracket(pcl_poly *out, const pcl_poly *f, const pcl_poly *g, size_t n,
                            const pcl_mod *mod)
{
    const uint64_t one = 1 % mod->p;
    pcl_collect sum;
    pcl_status status = PCL_OK;
    pcl_collect_init(&sum, mod);
    for (size_t i = 0; i < n && status == PCL_OK; i++) {
        pcl_collect_reset(&sum);
        status = along(&sum, g + i, f, one);
        if (status == PCL_OK)
            status = along(&sum, f + i, g, pcl_neg(one, mod));
        if (status == PCL_OK)
            status = pcl_collect_finish(out + i, &sum);
    }
    pcl_collect_clear(&sum);
    return status;
}
