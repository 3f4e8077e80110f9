/*
 * The thread that fires timers: timerfd, POSIX timers, setitimer and alarm.
 *
 * It begins with the first timer that is set, waits like any other thread, and has all
 * signals blocked. The kernel's own timers do no more than carry the message.
 */
#define _GNU_SOURCE
#include "clock.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct alarm *alarms;
static pid_t owner; /* the process whose thread runs */

static struct alarm *earliest(void)
{
    struct alarm *found = NULL;
    int64_t least = NEVER;

    for (struct alarm *one = alarms; one; one = one->next) {
        if (one->due.ns != NEVER && left_ns(one->due) < least) {
            least = left_ns(one->due);
            found = one;
        }
    }
    return found;
}

static void fire(struct alarm *alarm)
{
    uint64_t times = 1;

    if (alarm->period_ns == 0) {
        alarm->due = no_deadline;
    } else {
        times += (uint64_t)((now_ns(alarm->due.clock) - alarm->due.ns) / alarm->period_ns);
        alarm->due.ns += (int64_t)times * alarm->period_ns;
    }
    alarm->fire(alarm, times);
}

static void *run(void *unused)
{
    pthread_setname_np(pthread_self(), "virtual timers");
    pthread_mutex_lock(&mutex);
    for (;;) {
        struct alarm *next = earliest();
        if (next && is_past(next->due)) {
            fire(next);
        } else if (next) {
            clockid_t id = next->due.clock == BY_WALL ? CLOCK_REALTIME : CLOCK_MONOTONIC;
            struct timespec instant = as_timespec(next->due.ns);
            pthread_cond_clockwait(&changed, &mutex, id, &instant);
        } else {
            pthread_cond_wait(&changed, &mutex);
        }
    }
    return unused;
}

static void begin(void)
{
    pthread_t thread;
    sigset_t all, before;

    if (owner == getpid())
        return;
    owner = getpid();
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, run, NULL) == 0)
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static struct alarm **place_of(struct alarm *alarm)
{
    struct alarm **place = &alarms;

    while (*place && *place != alarm)
        place = &(*place)->next;
    return place;
}

void alarm_set(struct alarm *alarm, struct deadline due, int64_t period_ns)
{
    pthread_mutex_lock(&mutex);
    if (!*place_of(alarm)) {
        alarm->next = alarms;
        alarms = alarm;
    }
    alarm->due = due;
    alarm->period_ns = period_ns;
    if (due.ns != NEVER)
        begin();
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
}

void alarm_get(struct alarm *alarm, int64_t *left, int64_t *period_ns)
{
    pthread_mutex_lock(&mutex);
    *left = alarm->due.ns == NEVER || !*place_of(alarm) ? 0 : left_ns(alarm->due);
    if (*left == 0 && alarm->due.ns != NEVER && *place_of(alarm))
        *left = 1; /* zero would say: not armed */
    *period_ns = alarm->period_ns;
    pthread_mutex_unlock(&mutex);
}

void alarm_forget(struct alarm *alarm)
{
    pthread_mutex_lock(&mutex);
    struct alarm **place = place_of(alarm);
    if (*place)
        *place = alarm->next;
    pthread_mutex_unlock(&mutex);
}

/* After a fork there is no thread, and POSIX says that there are no timers. */
static void in_child(void)
{
    mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    changed = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    alarms = NULL;
}

static __attribute__((constructor(102))) void watch_forks(void)
{
    pthread_atfork(NULL, NULL, in_child);
}
