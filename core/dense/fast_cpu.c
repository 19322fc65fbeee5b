#include "pcl/fast_inside.h"

static int has(pcl_fast_cpu cpu)
{
#ifdef __x86_64__
    __builtin_cpu_init();       /* the system's part, saved registers, is checked too */
    if (cpu == PCL_FAST_AVX2)
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (cpu == PCL_FAST_AVX512)
        return has(PCL_FAST_AVX2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl");
#endif
    return cpu == PCL_FAST_PORTABLE;
}

const pcl_fast_loops *pcl_fast_find(pcl_fast_cpu cpu)
{
    if (cpu == PCL_FAST_BEST)
        cpu = has(PCL_FAST_AVX512) ? PCL_FAST_AVX512 : has(PCL_FAST_AVX2) ? PCL_FAST_AVX2 : PCL_FAST_PORTABLE;
    if (!has(cpu))
        return NULL;
#ifdef __x86_64__
    if (cpu == PCL_FAST_AVX512)
        return &pcl_fast_avx512;
    if (cpu == PCL_FAST_AVX2)
        return &pcl_fast_avx2;
#endif
    return &pcl_fast_portable;
}

const char *pcl_fast_name(pcl_fast_cpu cpu)
{
    const pcl_fast_loops *loops = pcl_fast_find(cpu);
    return loops ? loops->name : NULL;
}
