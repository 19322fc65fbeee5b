/* THIS_FILE for one instruction set; no guard: see paths.h. */
#include "vectors.h"
#include THIS_FILE

#undef PATH
#undef TARGET
#undef LANES
#undef ROWS
#undef VECS
#undef WIDE
