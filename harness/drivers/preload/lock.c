/*
 * Timed waits for mutexes, read-write locks and the end of threads. They stay the C
 * library's: a timed wait is a chain of short real ones, with the deadline published.
 */
#define _GNU_SOURCE
#include "clock.h"

#include <pthread.h>
#include <threads.h>

typedef int (*attempt)(void *lock, const struct timespec *until);

/* Try again and again, each time for a moment of real time, until *deadline*. */
static int try_until(attempt attempt, void *lock, struct deadline deadline)
{
    struct seat *seat = own_seat();
    int result;

    deadline = for_this_thread(deadline);
    do {
        bool was_past = is_past(deadline);
        struct timespec until = as_timespec(real_ns(CLOCK_MONOTONIC) + slice_ns(deadline));
        publish(seat, deadline, WAKE_FUTEX);
        result = attempt(lock, &until);
        withdraw(seat);
        if (was_past)
            return result;
    } while (result == ETIMEDOUT);
    return result;
}

static int lock_mutex(void *lock, const struct timespec *until)
{
    REAL(int, "pthread_mutex_clocklock", void *, clockid_t, const struct timespec *);
    return real(lock, CLOCK_MONOTONIC, until);
}

static int lock_to_read(void *lock, const struct timespec *until)
{
    REAL(int, "pthread_rwlock_clockrdlock", void *, clockid_t, const struct timespec *);
    return real(lock, CLOCK_MONOTONIC, until);
}

static int lock_to_write(void *lock, const struct timespec *until)
{
    REAL(int, "pthread_rwlock_clockwrlock", void *, clockid_t, const struct timespec *);
    return real(lock, CLOCK_MONOTONIC, until);
}

struct joining {
    pthread_t thread;
    void **result;
};

static int join(void *lock, const struct timespec *until)
{
    REAL(int, "pthread_clockjoin_np", pthread_t, void **, clockid_t, const struct timespec *);
    struct joining *joining = lock;
    return real(joining->thread, joining->result, CLOCK_MONOTONIC, until);
}

static int timed(attempt attempt, void *lock, clockid_t id, const struct timespec *instant)
{
    uint32_t clock;

    if (!known_clock(id, &clock) || !is_valid(instant))
        return EINVAL;
    return try_until(attempt, lock, at_timespec(clock, instant));
}

EXPORT int pthread_mutex_clocklock(pthread_mutex_t *lock, clockid_t id,
                                   const struct timespec *instant)
{
    return timed(lock_mutex, lock, id, instant);
}

EXPORT int pthread_mutex_timedlock(pthread_mutex_t *lock, const struct timespec *instant)
{
    return timed(lock_mutex, lock, CLOCK_REALTIME, instant);
}

EXPORT int mtx_timedlock(mtx_t *lock, const struct timespec *instant)
{
    int result = timed(lock_mutex, lock, CLOCK_REALTIME, instant);

    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}

EXPORT int pthread_rwlock_clockrdlock(pthread_rwlock_t *lock, clockid_t id,
                                      const struct timespec *instant)
{
    return timed(lock_to_read, lock, id, instant);
}

EXPORT int pthread_rwlock_timedrdlock(pthread_rwlock_t *lock, const struct timespec *instant)
{
    return timed(lock_to_read, lock, CLOCK_REALTIME, instant);
}

EXPORT int pthread_rwlock_clockwrlock(pthread_rwlock_t *lock, clockid_t id,
                                      const struct timespec *instant)
{
    return timed(lock_to_write, lock, id, instant);
}

EXPORT int pthread_rwlock_timedwrlock(pthread_rwlock_t *lock, const struct timespec *instant)
{
    return timed(lock_to_write, lock, CLOCK_REALTIME, instant);
}

EXPORT int pthread_clockjoin_np(pthread_t thread, void **result, clockid_t id,
                                const struct timespec *instant)
{
    struct joining joining = {thread, result};

    if (!instant)
        return pthread_join(thread, result);
    return timed(join, &joining, id, instant);
}

EXPORT int pthread_timedjoin_np(pthread_t thread, void **result,
                                const struct timespec *instant)
{
    return pthread_clockjoin_np(thread, result, CLOCK_REALTIME, instant);
}
