/* Reading the clock. */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <string.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>

#define RESOLUTION_NS (SECOND / 1000000)

EXPORT int clock_gettime(clockid_t id, struct timespec *now)
{
    uint32_t clock;

    if (!known_clock(id, &clock))
        return (int)raw(SYS_clock_gettime, id, (long)now, 0, 0, 0, 0);
    *now = as_timespec(now_ns(clock));
    return 0;
}

/*
 * Event loops take what is due within the clock's resolution as due. Ours moves to a
 * deadline and no further. A loop that counts seconds in a double, as asyncio does, does
 * not see a nanosecond any more after half a year; it would ask for ever whether it is time.
 */
EXPORT int clock_getres(clockid_t id, struct timespec *resolution)
{
    uint32_t clock;

    if (!is_virtual() || !known_clock(id, &clock))
        return (int)raw(SYS_clock_getres, id, (long)resolution, 0, 0, 0, 0);
    if (resolution)
        *resolution = as_timespec(RESOLUTION_NS);
    return 0;
}

EXPORT int gettimeofday(struct timeval *now, void *zone)
{
    int64_t ns = now_ns(BY_WALL);

    *now = (struct timeval){ns / SECOND, ns % SECOND / 1000};
    if (zone)
        memset(zone, 0, sizeof(struct timezone));
    return 0;
}

EXPORT time_t time(time_t *now)
{
    time_t seconds = now_ns(BY_WALL) / SECOND;

    if (now)
        *now = seconds;
    return seconds;
}

EXPORT int timespec_get(struct timespec *now, int base)
{
    if (base != TIME_UTC)
        return 0;
    *now = as_timespec(now_ns(BY_WALL));
    return base;
}

EXPORT clock_t times(struct tms *used)
{
    REAL(clock_t, "times", struct tms *);
    clock_t result = real(used);

    if (result == (clock_t)-1 || !is_virtual())
        return result;
    return (clock_t)(now_ns(BY_MONOTONIC) / (SECOND / sysconf(_SC_CLK_TCK)));
}

static int not_permitted(void)
{
    errno = EPERM;
    return -1;
}

EXPORT int clock_settime(clockid_t id, const struct timespec *now)
{
    (void)id, (void)now;
    return not_permitted();
}

EXPORT int settimeofday(const struct timeval *now, const struct timezone *zone)
{
    (void)now, (void)zone;
    return not_permitted();
}
