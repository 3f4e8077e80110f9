/*
 * timerfd: the descriptor is a real one that is never armed by the program. When its
 * virtual time has come it is armed to go off at once, and the kernel does the rest.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>

#define MOST 4096

struct descriptor {
    struct alarm alarm; /* first: an alarm is its descriptor */
    int fd;
    uint32_t clock;
};

static _Atomic(struct descriptor *) descriptors[MOST];

static void ring(struct alarm *alarm, uint64_t times)
{
    struct itimerspec at_once = {{0, 0}, {0, 1}};
    int fd = ((struct descriptor *)alarm)->fd;

    (void)times;
    raw(SYS_timerfd_settime, fd, 0, (long)&at_once, 0, 0, 0);
}

static struct descriptor *find(int fd)
{
    return fd >= 0 && fd < MOST ? atomic_load(&descriptors[fd]) : NULL;
}

EXPORT int timerfd_create(int id, int flags)
{
    uint32_t clock;
    int fd = (int)raw(SYS_timerfd_create, CLOCK_MONOTONIC, flags, 0, 0, 0, 0);
    bool is_known = known_clock(id, &clock);

    if (fd < 0 || !is_virtual() || fd >= MOST || !is_known) {
        if (fd >= 0)
            raw(SYS_close, fd, 0, 0, 0, 0, 0);
        return (int)raw(SYS_timerfd_create, id, flags, 0, 0, 0, 0);
    }
    struct descriptor *made = calloc(1, sizeof *made);
    if (!made)
        return fd;
    made->fd = fd;
    made->clock = clock;
    made->alarm.fire = ring;
    made->alarm.due = no_deadline;
    atomic_store(&descriptors[fd], made);
    return fd;
}

static int64_t as_ns(const struct timespec *span)
{
    return span->tv_sec >= NEVER / SECOND ? NEVER : span->tv_sec * SECOND + span->tv_nsec;
}

EXPORT int timerfd_gettime(int fd, struct itimerspec *now)
{
    struct descriptor *found = find(fd);
    int64_t left, period;

    if (!found)
        return (int)raw(SYS_timerfd_gettime, fd, (long)now, 0, 0, 0, 0);
    alarm_get(&found->alarm, &left, &period);
    *now = (struct itimerspec){as_timespec(period), as_timespec(left)};
    return 0;
}

EXPORT int timerfd_settime(int fd, int flags, const struct itimerspec *next,
                           struct itimerspec *before)
{
    struct descriptor *found = find(fd);
    struct itimerspec none = {{0, 0}, {0, 0}};

    if (!found)
        return (int)raw(SYS_timerfd_settime, fd, flags, (long)next, (long)before, 0, 0);
    if (!is_valid(&next->it_value) || !is_valid(&next->it_interval)) {
        errno = EINVAL;
        return -1;
    }
    if (before)
        timerfd_gettime(fd, before);
    raw(SYS_timerfd_settime, fd, 0, (long)&none, 0, 0, 0); /* forget what was not read */
    int64_t value = as_ns(&next->it_value);
    struct deadline due = no_deadline;
    if (value != 0)
        due = flags & TFD_TIMER_ABSTIME ? (struct deadline){value, found->clock}
                                        : after_ns(value);
    alarm_set(&found->alarm, due, as_ns(&next->it_interval));
    return 0;
}

void timerfd_closed(int fd)
{
    if (fd < 0 || fd >= MOST)
        return;
    struct descriptor *found = atomic_exchange(&descriptors[fd], NULL);
    if (found) {
        alarm_forget(&found->alarm);
        free(found);
    }
}
