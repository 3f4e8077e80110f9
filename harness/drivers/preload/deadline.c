/* Moments and spans, in nanoseconds by one of the two clocks. */
#define _GNU_SOURCE
#include "clock.h"

bool known_clock(clockid_t id, uint32_t *clock)
{
    switch (id) {
    case CLOCK_REALTIME:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_REALTIME_ALARM:
    case CLOCK_TAI:
        *clock = BY_WALL;
        return true;
    case CLOCK_MONOTONIC:
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_BOOTTIME:
    case CLOCK_BOOTTIME_ALARM:
        *clock = BY_MONOTONIC;
        return true;
    default: /* processor time is not virtual */
        return false;
    }
}

static int64_t as_ns(const struct timespec *span)
{
    if (span->tv_sec >= NEVER / SECOND)
        return NEVER;
    if (span->tv_sec < 0)
        return -1;
    return span->tv_sec * SECOND + span->tv_nsec;
}

bool is_valid(const struct timespec *span)
{
    return span->tv_nsec >= 0 && span->tv_nsec < SECOND;
}

struct deadline after_ns(int64_t ns)
{
    int64_t now = now_ns(BY_MONOTONIC);

    return (struct deadline){ns >= NEVER - now ? NEVER : now + ns, BY_MONOTONIC};
}

struct deadline after_timespec(const struct timespec *span)
{
    return span ? after_ns(as_ns(span)) : no_deadline;
}

struct deadline at_timespec(uint32_t clock, const struct timespec *instant)
{
    return (struct deadline){as_ns(instant), clock};
}

int64_t left_ns(struct deadline deadline)
{
    if (deadline.ns == NEVER)
        return NEVER;
    int64_t left = deadline.ns - now_ns(deadline.clock);
    return left > 0 ? left : 0;
}

bool is_past(struct deadline deadline)
{
    return deadline.ns != NEVER && now_ns(deadline.clock) >= deadline.ns;
}

struct timespec as_timespec(int64_t ns)
{
    return (struct timespec){ns / SECOND, ns % SECOND};
}
