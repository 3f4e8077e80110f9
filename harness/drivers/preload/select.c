/* select and pselect, by way of poll. */
#define _GNU_SOURCE
#include "clock.h"

#include <stdlib.h>
#include <sys/select.h>

/* What poll tells where select would say readable, writable, exceptional. */
#define READABLE (POLLIN | POLLRDNORM | POLLRDBAND | POLLHUP | POLLERR)
#define WRITABLE (POLLOUT | POLLWRNORM | POLLWRBAND | POLLERR)
#define EXCEPTIONAL POLLPRI

static short wanted(int fd, fd_set *in, fd_set *out, fd_set *except)
{
    short events = 0;

    if (in && FD_ISSET(fd, in))
        events |= POLLIN | POLLRDNORM | POLLRDBAND;
    if (out && FD_ISSET(fd, out))
        events |= POLLOUT | POLLWRNORM | POLLWRBAND;
    if (except && FD_ISSET(fd, except))
        events |= POLLPRI;
    return events;
}

static int keep_if(fd_set *set, int fd, bool is_set)
{
    if (!set || !FD_ISSET(fd, set))
        return 0;
    if (!is_set)
        FD_CLR(fd, set);
    return is_set;
}

static int count_ready(struct pollfd *fds, nfds_t count, fd_set *in, fd_set *out,
                       fd_set *except)
{
    int ready = 0;

    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].revents & POLLNVAL) {
            errno = EBADF;
            return -1;
        }
    }
    for (nfds_t i = 0; i < count; i++) {
        ready += keep_if(in, fds[i].fd, fds[i].revents & READABLE);
        ready += keep_if(out, fds[i].fd, fds[i].revents & WRITABLE);
        ready += keep_if(except, fds[i].fd, fds[i].revents & EXCEPTIONAL);
    }
    return ready;
}

static int select_until(int end, fd_set *in, fd_set *out, fd_set *except,
                        struct deadline deadline, const sigset_t *mask)
{
    struct pollfd *fds = calloc((size_t)(end > 0 ? end : 1), sizeof *fds);
    nfds_t count = 0;

    if (!fds || end < 0) {
        free(fds);
        errno = end < 0 ? EINVAL : ENOMEM;
        return -1;
    }
    for (int fd = 0; fd < end; fd++) {
        short events = wanted(fd, in, out, except);
        if (events)
            fds[count++] = (struct pollfd){fd, events, 0};
    }
    int result = poll_until(fds, count, deadline, mask);
    if (result >= 0)
        result = count_ready(fds, count, in, out, except);
    free(fds);
    return result;
}

EXPORT int select(int end, fd_set *in, fd_set *out, fd_set *except, struct timeval *span)
{
    struct deadline deadline = no_deadline;

    if (span && (span->tv_sec < 0 || span->tv_usec < 0)) {
        errno = EINVAL;
        return -1;
    }
    if (span) {
        struct timespec whole = {span->tv_sec + span->tv_usec / 1000000,
                                 span->tv_usec % 1000000 * 1000};
        deadline = after_timespec(&whole);
    }
    int result = select_until(end, in, out, except, deadline, NULL);
    if (span) { /* Linux tells how much was left */
        struct timespec left = as_timespec(left_ns(deadline));
        *span = (struct timeval){left.tv_sec, left.tv_nsec / 1000};
    }
    return result;
}

EXPORT int pselect(int end, fd_set *in, fd_set *out, fd_set *except,
                   const struct timespec *span, const sigset_t *mask)
{
    if (span && (!is_valid(span) || span->tv_sec < 0)) {
        errno = EINVAL;
        return -1;
    }
    return select_until(end, in, out, except, after_timespec(span), mask);
}
