#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "inside.h"

/* LOOKS: for the next run, before a thread sleeps; runs follow each other closely. */
enum { MOST = 64, LOOKS = 256 };
static const uint64_t BETWEEN_POLLS = (uint64_t)1 << 30;
/* Products; waking a thread that sleeps costs about 2^19. */
static const uint64_t WORTH_SHARING = (uint64_t)1 << 17;

struct pcl_balanced_team {
    unsigned others;                    /* threads beside the calling one */
    pthread_t thread[MOST];
    pthread_mutex_t lock;               /* to change the next four */
    pthread_cond_t wake, done;
    atomic_uint round, busy;            /* the number of the run; other threads at work in it */
    atomic_int open, over;              /* the run may still be joined; threads are to end */

    void (*job)(void *arg, size_t i);   /* the run; set while nobody is busy */
    void *arg;
    size_t jobs;
    atomic_size_t next;                 /* the first job that nobody has taken */

    int (*poll)(void *arg);
    void *poll_arg;
    int quiet;
    uint64_t since_poll;                /* products */
    atomic_int stopped;
};

/* Does a job and returns its number, or returns jobs. */
static size_t take_job(pcl_balanced_team *team)
{
    if (atomic_load(&team->stopped))
        return team->jobs;
    const size_t i = atomic_fetch_add(&team->next, 1);
    if (i >= team->jobs)
        return team->jobs;
    team->job(team->arg, i);
    return i;
}

static int is_wanted(pcl_balanced_team *team, unsigned seen)
{
    return atomic_load(&team->over)
           || (atomic_load(&team->open) && atomic_load(&team->round) != seen);
}

/* A thread that wakes late finds the run closed and is not waited for: the others have done its
   share. */
static void *work(void *arg)
{
    pcl_balanced_team *team = arg;
    unsigned seen = 0;
    for (;;) {
        for (int looks = 0; looks < LOOKS && !is_wanted(team, seen); looks++)
            sched_yield();
        pthread_mutex_lock(&team->lock);
        while (!is_wanted(team, seen))
            pthread_cond_wait(&team->wake, &team->lock);
        if (team->over)
            break;
        seen = team->round;
        team->busy++;
        pthread_mutex_unlock(&team->lock);
        while (take_job(team) < team->jobs)
            ;
        pthread_mutex_lock(&team->lock);
        if (--team->busy == 0)
            pthread_cond_signal(&team->done);
        pthread_mutex_unlock(&team->lock);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

pcl_balanced_team *pcl_balanced_team_new(const pcl_balanced_how *how)
{
    pcl_balanced_team *team = calloc(1, sizeof *team);
    if (!team)
        return NULL;
    team->poll = how->poll;
    team->poll_arg = how->arg;
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->wake, NULL);
    pthread_cond_init(&team->done, NULL);
    const unsigned wanted = how->threads < MOST ? how->threads : MOST;
    while (team->others + 1 < wanted
           && pthread_create(team->thread + team->others, NULL, work, team) == 0)
        team->others++;
    return team;
}

void pcl_balanced_team_free(pcl_balanced_team *team)
{
    if (!team)
        return;
    pthread_mutex_lock(&team->lock);
    team->over = 1;
    pthread_cond_broadcast(&team->wake);
    pthread_mutex_unlock(&team->lock);
    while (team->others)
        pthread_join(team->thread[--team->others], NULL);
    pthread_cond_destroy(&team->done);
    pthread_cond_destroy(&team->wake);
    pthread_mutex_destroy(&team->lock);
    free(team);
}

static void set_open(pcl_balanced_team *team, int open)
{
    if (!team->others)
        return;
    pthread_mutex_lock(&team->lock);
    team->open = open;
    if (open) {
        team->round++;
        pthread_cond_broadcast(&team->wake);
    }
    pthread_mutex_unlock(&team->lock);
    if (open)
        return;
    for (int looks = 0; looks < LOOKS && atomic_load(&team->busy); looks++)
        sched_yield();
    pthread_mutex_lock(&team->lock);
    while (team->busy)
        pthread_cond_wait(&team->done, &team->lock);
    pthread_mutex_unlock(&team->lock);
}

void pcl_balanced_team_run(pcl_balanced_team *team, void (*job)(void *arg, size_t i), void *arg,
                           size_t jobs, size_t cost)
{
    team->job = job, team->arg = arg, team->jobs = jobs;
    atomic_store(&team->next, 0);
    const int share = jobs > 1 && jobs >= WORTH_SHARING / (cost + 1);
    if (share)
        set_open(team, 1);
    size_t seen = 0;                    /* jobs in since_poll, the other threads' among them */
    for (size_t i; (i = take_job(team)) < jobs; seen = i + 1) {
        team->since_poll += cost * (i + 1 - seen);
        if (team->poll && !team->quiet && team->since_poll >= BETWEEN_POLLS) {
            team->since_poll = 0;
            if (team->poll(team->poll_arg))
                atomic_store(&team->stopped, 1);
        }
    }
    team->since_poll += cost * (jobs - seen);
    if (share)
        set_open(team, 0);
}

void pcl_balanced_team_quiet(pcl_balanced_team *team, int quiet)
{
    team->quiet = quiet;
}

int pcl_balanced_stopped(const pcl_balanced_team *team)
{
    return atomic_load(&team->stopped);
}
