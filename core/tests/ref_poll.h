/* A poll for the tests of the balanced module, which stops after some calls. */
#ifndef PCL_REF_POLL_H
#define PCL_REF_POLL_H

#include <pthread.h>

#include "test.h"

static pthread_t caller;
static int polls, patience;

static inline int poll(void *arg)
{
    CHECK(arg == &polls && pthread_equal(caller, pthread_self()), "poll: argument or thread");
    return ++polls > patience;
}

#endif
