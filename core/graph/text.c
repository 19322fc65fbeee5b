#include "pcl/graph.h"

/* Writes x in decimal; returns what comes after it. */
static char *number(char *out, int64_t x)
{
    char digits[20];
    int n = 0;
    uint64_t rest = x < 0 ? -(uint64_t)x : (uint64_t)x;
    if (x < 0)
        *out++ = '-';
    do
        digits[n++] = (char)('0' + rest % 10);
    while (rest /= 10);
    while (n)
        *out++ = digits[--n];
    return out;
}

size_t pcl_edges_text(char *out, const int64_t *a, const int64_t *b, const int64_t *c, size_t edges)
{
    char *end = out;
    for (size_t e = 0; e < edges; e++) {
        if (e)
            *end++ = ',';
        *end++ = '[';
        end = number(end, a[e]);
        *end++ = ',';
        end = number(end, b[e]);
        *end++ = ',';
        end = number(end, c[e]);
        *end++ = ']';
    }
    return (size_t)(end - out);
}
