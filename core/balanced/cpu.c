#include "inside.h"

static int has(pcl_balanced_cpu cpu)
{
#ifdef __x86_64__
    __builtin_cpu_init();       /* the system's part, saved registers, is checked too */
    if (cpu == PCL_BALANCED_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (cpu == PCL_BALANCED_AVX512)
        return has(PCL_BALANCED_AVX2) && __builtin_cpu_supports("avx512f")
               && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    return cpu == PCL_BALANCED_PORTABLE;
}

const pcl_balanced_loops *pcl_balanced_find(pcl_balanced_cpu cpu)
{
    if (cpu == PCL_BALANCED_BEST)
        cpu = has(PCL_BALANCED_AVX512) ? PCL_BALANCED_AVX512
              : has(PCL_BALANCED_AVX2) ? PCL_BALANCED_AVX2
                                       : PCL_BALANCED_PORTABLE;
    if (!has(cpu))
        return NULL;
#ifdef __x86_64__
    if (cpu == PCL_BALANCED_AVX512)
        return &pcl_balanced_avx512;
    if (cpu == PCL_BALANCED_AVX2)
        return &pcl_balanced_avx2;
#endif
    return &pcl_balanced_portable;
}

const char *pcl_balanced_name(pcl_balanced_cpu cpu)
{
    const pcl_balanced_loops *loops = pcl_balanced_find(cpu);
    return loops ? loops->name : NULL;
}
