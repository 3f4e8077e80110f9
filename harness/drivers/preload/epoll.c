/* epoll: the set itself is a descriptor that can be waited for beside the seat's FIFO. */
#define _GNU_SOURCE
#include "clock.h"

#include <signal.h>
#include <sys/epoll.h>

static int look(int epoll, struct epoll_event *events, int most, int ms, const sigset_t *mask)
{
    REAL(int, "epoll_pwait", int, struct epoll_event *, int, int, const sigset_t *);
    return real(epoll, events, most, ms, mask);
}

static int wait_until(int epoll, struct epoll_event *events, int most,
                      struct deadline deadline, const sigset_t *mask)
{
    if (deadline.ns == NEVER)
        return look(epoll, events, most, -1, mask);
    deadline = for_this_thread(deadline);
    for (;;) {
        int ready = look(epoll, events, most, 0, mask);
        if (ready != 0 || is_past(deadline))
            return ready;
        struct pollfd set = {epoll, POLLIN, 0};
        if (poll_until(&set, 1, deadline, mask) < 0)
            return -1;
    }
}

EXPORT int epoll_pwait(int epoll, struct epoll_event *events, int most, int ms,
                       const sigset_t *mask)
{
    struct deadline deadline = ms < 0 ? no_deadline : after_ns(ms * (SECOND / 1000));

    return wait_until(epoll, events, most, deadline, mask);
}

EXPORT int epoll_wait(int epoll, struct epoll_event *events, int most, int ms)
{
    return epoll_pwait(epoll, events, most, ms, NULL);
}

EXPORT int epoll_pwait2(int epoll, struct epoll_event *events, int most,
                        const struct timespec *span, const sigset_t *mask)
{
    if (span && (!is_valid(span) || span->tv_sec < 0)) {
        errno = EINVAL;
        return -1;
    }
    return wait_until(epoll, events, most, after_timespec(span), mask);
}
