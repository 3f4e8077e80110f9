/* Sleeping. */
#define _GNU_SOURCE
#include "clock.h"

#include <pthread.h>
#include <unistd.h>

/* Sleep until *deadline*; returns 0, or EINTR. A cancellation point, as POSIX wants. */
static int sleep_until(struct deadline deadline)
{
    struct seat *seat = own_seat();
    int was;

    deadline = for_this_thread(deadline);
    pthread_testcancel();
    for (;;) {
        uint32_t seen = atomic_load(&seat->word);
        if (is_past(deadline))
            return 0;
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &was);
        int result = park(seat, seen, deadline, LONG_NS);
        pthread_setcanceltype(was, NULL);
        if (result < 0)
            return EINTR;
    }
}

static int sleep_and_tell(struct deadline deadline, struct timespec *left)
{
    int kept = errno;
    int result = sleep_until(deadline);

    errno = kept;
    if (result && left)
        *left = as_timespec(left_ns(deadline));
    return result;
}

EXPORT int clock_nanosleep(clockid_t id, int flags, const struct timespec *span,
                           struct timespec *left)
{
    uint32_t clock;

    if (!is_valid(span) || span->tv_sec < 0)
        return EINVAL;
    if (!known_clock(id, &clock)) {
        REAL(int, "clock_nanosleep", clockid_t, int, const struct timespec *, struct timespec *);
        return real(id, flags, span, left);
    }
    if (flags & TIMER_ABSTIME)
        return sleep_and_tell(at_timespec(clock, span), NULL);
    return sleep_and_tell(after_timespec(span), left);
}

EXPORT int nanosleep(const struct timespec *span, struct timespec *left)
{
    int result = clock_nanosleep(CLOCK_MONOTONIC, 0, span, left);

    if (result) {
        errno = result;
        return -1;
    }
    return 0;
}

EXPORT int usleep(useconds_t span)
{
    struct timespec whole = as_timespec((int64_t)span * 1000);

    return nanosleep(&whole, NULL);
}

EXPORT unsigned int sleep(unsigned int seconds)
{
    struct timespec span = {seconds, 0}, left = {0, 0};

    if (nanosleep(&span, &left) == 0)
        return 0;
    return (unsigned int)(left.tv_sec + (left.tv_nsec >= SECOND / 2));
}

EXPORT int thrd_sleep(const struct timespec *span, struct timespec *left)
{
    int result = clock_nanosleep(CLOCK_REALTIME, 0, span, left);

    if (result == 0)
        return 0;
    return result == EINTR ? -1 : -2;
}
