/* Timed waits for signals and for POSIX message queues, by way of poll. */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <mqueue.h>
#include <signal.h>
#include <sys/signalfd.h>

static const struct timespec nothing = {0, 0};

EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *span)
{
    REAL(int, "sigtimedwait", const sigset_t *, siginfo_t *, const struct timespec *);
    struct deadline deadline;
    int found;

    if (!span || !is_virtual())
        return real(set, info, span);
    deadline = after_timespec(span);
    int fd = signalfd(-1, set, SFD_CLOEXEC | SFD_NONBLOCK);
    while ((found = real(set, info, &nothing)) < 0 && errno == EAGAIN && !is_past(deadline)) {
        struct pollfd pending = {fd, POLLIN, 0};
        if (poll_until(&pending, 1, deadline, NULL) < 0)
            break;
    }
    int kept = errno;
    raw(SYS_close, fd, 0, 0, 0, 0, 0);
    errno = kept;
    return found;
}

/* Wait until queue *queue* has room or a message; returns -1 with errno if neither comes. */
static int await(mqd_t queue, short events, const struct timespec *instant)
{
    struct deadline deadline = at_timespec(BY_WALL, instant);
    struct pollfd ready = {queue, events, 0};
    struct mq_attr attributes;

    if (mq_getattr(queue, &attributes) < 0)
        return -1;
    if (attributes.mq_flags & O_NONBLOCK)
        return 0;
    int count = poll_until(&ready, 1, deadline, NULL);
    if (count == 0)
        errno = ETIMEDOUT;
    return count > 0 ? 0 : -1;
}

EXPORT ssize_t mq_timedreceive(mqd_t queue, char *text, size_t size, unsigned *priority,
                               const struct timespec *instant)
{
    REAL(ssize_t, "mq_timedreceive", mqd_t, char *, size_t, unsigned *,
         const struct timespec *);
    ssize_t result;

    if (!is_virtual())
        return real(queue, text, size, priority, instant);
    /* Another reader may have been quicker: then wait again. */
    do {
        if (await(queue, POLLIN, instant) < 0)
            return -1;
        result = real(queue, text, size, priority, &nothing);
    } while (result < 0 && errno == ETIMEDOUT && !is_past(at_timespec(BY_WALL, instant)));
    return result;
}

EXPORT int mq_timedsend(mqd_t queue, const char *text, size_t size, unsigned priority,
                        const struct timespec *instant)
{
    REAL(int, "mq_timedsend", mqd_t, const char *, size_t, unsigned, const struct timespec *);
    int result;

    if (!is_virtual())
        return real(queue, text, size, priority, instant);
    do {
        if (await(queue, POLLOUT, instant) < 0)
            return -1;
        result = real(queue, text, size, priority, &nothing);
    } while (result < 0 && errno == ETIMEDOUT && !is_past(at_timespec(BY_WALL, instant)));
    return result;
}
