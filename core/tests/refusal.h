/* An allocator that refuses, for the C tests: linked so that the calls to the allocator come
   here. */
#ifndef PCL_TEST_REFUSAL_H
#define PCL_TEST_REFUSAL_H

#include "test.h"

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *old, size_t size);
void __real_free(void *old);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __wrap_free(void *old);

/* Allocations until the next refusal; refusals; blocks in use. */
static long armed = -1, refused, live;
static int for_ever;                        /* refuse everything after the first refusal */

static int refuse(void)
{
    if (armed < 0 || armed-- > 0)
        return 0;
    armed = for_ever ? 0 : -1;
    refused++;
    return 1;
}

static void *counted(void *block)
{
    live += block != NULL;
    return block;
}

void *__wrap_malloc(size_t size)
{
    return refuse() ? NULL : counted(__real_malloc(size));
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refuse() ? NULL : counted(__real_calloc(n, size));
}

void *__wrap_realloc(void *old, size_t size)
{
    return refuse() ? NULL : old ? __real_realloc(old, size) : counted(__real_realloc(old, size));
}

void __wrap_free(void *old)
{
    live -= old != NULL;
    __real_free(old);
}

/* Runs call with the refusal due, then without; both statuses are seen to. The first may have done
   nothing, or half its work: what is between the two must be repaired by what comes with valid. */
#define TWICE(k, call, valid)                                                                   \
    do {                                                                                        \
        armed = (k), refused = 0;                                                               \
        pcl_status status_ = (call);                                                            \
        armed = -1;                                                                             \
        CHECK(status_ == (refused ? PCL_NOMEM : PCL_OK), "refusal %ld: status %d", k, status_); \
        if (refused) {                                                                          \
            valid;                                                                              \
            CHECK((call) == PCL_OK, "after refusal %ld", k);                                    \
        }                                                                                       \
    } while (0)

/* Runs a scenario with every allocation refused in turn, until none is left to refuse; then with
   all after it refused too. */
static inline void refuse_in(const char *name, void (*run)(long k))
{
    for (for_ever = 0; for_ever < 2; for_ever++) {
        long k = 0;
        do {
            refused = 0;
            run(k++);
            CHECK(live == 0, "%s, refusal %ld: %ld blocks leak", name, k - 1, live);
        } while (refused);
        CHECK(k > 2, "%s: nothing was refused", name);
    }
}

#endif
