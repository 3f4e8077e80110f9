/*
 * Condition variables of our own, since a time-out of the C library's cannot be steered.
 *
 * Each waiter is a node in the variable's list and blocks on its seat's word: a signal
 * takes the first node out and wakes it, the harness wakes who is due. The list lives in
 * the memory of the C library's variable, whose initialiser is all zeros.
 *
 * Variables that are shared between processes stay the C library's; a timed wait for one
 * of them is a chain of short real waits.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <threads.h>

#define SHORT_NS (SECOND / 100)
/* In less the harness does not see that anybody sleeps. */
#define LEAST_NS (SECOND / 200)

struct waiter {
    struct waiter *next;
    struct waiter *before;
    struct seat *seat;
    _Atomic bool is_signalled;
};

struct variable {
    struct waiter *first;
    struct waiter *last;
    _Atomic uint32_t lock; /* 0 free, 1 held, 2 held and wanted */
    uint32_t clock;
    uint8_t unused[12];
    uint32_t glibc_refs; /* bit 0: shared between processes */
};

_Static_assert(sizeof(struct variable) <= sizeof(pthread_cond_t), "fits");
_Static_assert(offsetof(struct variable, glibc_refs) == 36, "where glibc has it");

static bool is_shared(struct variable *variable)
{
    return variable->glibc_refs & 1;
}

static void lock(struct variable *variable)
{
    uint32_t found = 0;

    if (atomic_compare_exchange_strong(&variable->lock, &found, 1))
        return;
    while (atomic_exchange(&variable->lock, 2) != 0)
        real_futex((uint32_t *)&variable->lock, FUTEX_WAIT_PRIVATE, 2, NULL);
}

static void unlock(struct variable *variable)
{
    if (atomic_exchange(&variable->lock, 0) == 2)
        real_futex((uint32_t *)&variable->lock, FUTEX_WAKE_PRIVATE, 1, NULL);
}

static void append(struct variable *variable, struct waiter *waiter)
{
    waiter->before = variable->last;
    *(variable->last ? &variable->last->next : &variable->first) = waiter;
    variable->last = waiter;
}

static void unlink_waiter(struct variable *variable, struct waiter *waiter)
{
    *(waiter->before ? &waiter->before->next : &variable->first) = waiter->next;
    *(waiter->next ? &waiter->next->before : &variable->last) = waiter->before;
}

/* Take *waiter* out of the list unless it was signalled; tell whether it was. */
static bool leave(struct variable *variable, struct waiter *waiter)
{
    lock(variable);
    bool is_signalled = atomic_load(&waiter->is_signalled);
    if (!is_signalled)
        unlink_waiter(variable, waiter);
    unlock(variable);
    return is_signalled;
}

struct waiting {
    struct variable *variable;
    struct waiter *waiter;
    pthread_mutex_t *mutex;
};

static void cancelled(void *argument)
{
    struct waiting *waiting = argument;

    withdraw(waiting->waiter->seat);
    if (leave(waiting->variable, waiting->waiter))
        pthread_cond_signal((pthread_cond_t *)waiting->variable); /* it was for another */
    pthread_mutex_lock(waiting->mutex);
}

/*
 * The real moment at which a wait until *deadline* is given up, if it is that short.
 *
 * Interpreters hand their great lock from thread to thread by waits of some milliseconds.
 * Whoever holds it and computes lets no time pass, and would never be asked to let it go.
 * A program that waits on until its instant has come is not kept from sleeping by that.
 */
static int64_t last_moment(struct deadline deadline)
{
    int64_t left = left_ns(deadline);

    if (left > SHORT_NS)
        return NEVER;
    return real_ns(CLOCK_MONOTONIC) + (left > LEAST_NS ? left : LEAST_NS);
}

static void block(struct waiter *waiter, struct deadline deadline)
{
    int64_t last = last_moment(deadline);

    for (;;) {
        uint32_t seen = atomic_load(&waiter->seat->word);
        int64_t most = last == NEVER ? LONG_NS : last - real_ns(CLOCK_MONOTONIC);
        if (atomic_load(&waiter->is_signalled) || is_past(deadline) || most <= 0)
            return;
        int was;
        pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &was);
        park(waiter->seat, seen, deadline, most);
        pthread_setcanceltype(was, NULL);
    }
}

static int wait_until(struct variable *variable, pthread_mutex_t *mutex,
                      struct deadline deadline)
{
    struct waiter waiter = {.seat = own_seat()};
    struct waiting waiting = {variable, &waiter, mutex};
    int kept = errno;

    deadline = for_this_thread(deadline);
    pthread_testcancel();
    lock(variable);
    append(variable, &waiter);
    unlock(variable);
    int result = pthread_mutex_unlock(mutex);
    if (result) {
        leave(variable, &waiter);
        return result;
    }
    pthread_cleanup_push(cancelled, &waiting);
    block(&waiter, deadline);
    pthread_cleanup_pop(0);
    bool is_signalled = leave(variable, &waiter);
    result = pthread_mutex_lock(mutex);
    errno = kept;
    return result ? result : is_signalled ? 0 : ETIMEDOUT;
}

static int wait_shared(pthread_cond_t *cond, pthread_mutex_t *mutex, struct deadline deadline)
{
    REAL(int, "pthread_cond_clockwait", pthread_cond_t *, pthread_mutex_t *, clockid_t,
         const struct timespec *);
    struct seat *seat = own_seat();
    int result = ETIMEDOUT;

    deadline = for_this_thread(deadline);
    while (result == ETIMEDOUT && !is_past(deadline)) {
        struct timespec until = as_timespec(real_ns(CLOCK_MONOTONIC) + slice_ns(deadline));
        publish(seat, deadline, WAKE_FUTEX);
        result = real(cond, mutex, CLOCK_MONOTONIC, &until);
        withdraw(seat);
    }
    return result;
}

static void wake_first(struct variable *variable, bool all)
{
    lock(variable);
    while (variable->first) {
        struct waiter *waiter = variable->first;
        _Atomic uint32_t *word = &waiter->seat->word;
        unlink_waiter(variable, waiter);
        atomic_store(&waiter->is_signalled, true); /* the node may be gone from here on */
        atomic_fetch_add(word, 1);
        wake(word, 1);
        if (!all)
            break;
    }
    unlock(variable);
}

EXPORT int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *attributes)
{
    struct variable *variable = (struct variable *)cond;
    int shared = PTHREAD_PROCESS_PRIVATE;
    clockid_t clock = CLOCK_REALTIME;

    if (attributes) {
        pthread_condattr_getpshared(attributes, &shared);
        pthread_condattr_getclock(attributes, &clock);
    }
    if (shared == PTHREAD_PROCESS_SHARED) {
        REAL(int, "pthread_cond_init", pthread_cond_t *, const pthread_condattr_t *);
        return real(cond, attributes);
    }
    memset(cond, 0, sizeof *cond);
    variable->clock = clock == CLOCK_MONOTONIC; /* zero is the wall clock */
    return 0;
}

EXPORT int pthread_cond_destroy(pthread_cond_t *cond)
{
    struct variable *variable = (struct variable *)cond;

    if (is_shared(variable)) {
        REAL(int, "pthread_cond_destroy", pthread_cond_t *);
        return real(cond);
    }
    /* Whoever was signalled needs it no more; whoever signals may still be in it. */
    lock(variable);
    unlock(variable);
    return 0;
}

EXPORT int pthread_cond_signal(pthread_cond_t *cond)
{
    struct variable *variable = (struct variable *)cond;

    if (is_shared(variable)) {
        REAL(int, "pthread_cond_signal", pthread_cond_t *);
        return real(cond);
    }
    wake_first(variable, false);
    return 0;
}

EXPORT int pthread_cond_broadcast(pthread_cond_t *cond)
{
    struct variable *variable = (struct variable *)cond;

    if (is_shared(variable)) {
        REAL(int, "pthread_cond_broadcast", pthread_cond_t *);
        return real(cond);
    }
    wake_first(variable, true);
    return 0;
}

EXPORT int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    if (is_shared((struct variable *)cond)) {
        REAL(int, "pthread_cond_wait", pthread_cond_t *, pthread_mutex_t *);
        return real(cond, mutex);
    }
    return wait_until((struct variable *)cond, mutex, no_deadline);
}

EXPORT int pthread_cond_clockwait(pthread_cond_t *cond, pthread_mutex_t *mutex, clockid_t id,
                                  const struct timespec *instant)
{
    uint32_t clock;

    if (!is_valid(instant) || !known_clock(id, &clock))
        return EINVAL;
    struct deadline deadline = at_timespec(clock, instant);
    if (is_shared((struct variable *)cond))
        return wait_shared(cond, mutex, deadline);
    return wait_until((struct variable *)cond, mutex, deadline);
}

static clockid_t clock_of(struct variable *variable)
{
    bool is_monotonic = is_shared(variable) ? variable->glibc_refs & 2 : variable->clock;

    return is_monotonic ? CLOCK_MONOTONIC : CLOCK_REALTIME;
}

EXPORT int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                                  const struct timespec *instant)
{
    return pthread_cond_clockwait(cond, mutex, clock_of((struct variable *)cond), instant);
}

static int as_thrd(int result)
{
    return result == 0 ? thrd_success : result == ETIMEDOUT ? thrd_timedout : thrd_error;
}

EXPORT int cnd_init(cnd_t *cond)
{
    return as_thrd(pthread_cond_init((pthread_cond_t *)cond, NULL));
}

EXPORT void cnd_destroy(cnd_t *cond)
{
    pthread_cond_destroy((pthread_cond_t *)cond);
}

EXPORT int cnd_signal(cnd_t *cond)
{
    return as_thrd(pthread_cond_signal((pthread_cond_t *)cond));
}

EXPORT int cnd_broadcast(cnd_t *cond)
{
    return as_thrd(pthread_cond_broadcast((pthread_cond_t *)cond));
}

EXPORT int cnd_wait(cnd_t *cond, mtx_t *mutex)
{
    return as_thrd(pthread_cond_wait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex));
}

EXPORT int cnd_timedwait(cnd_t *cond, mtx_t *mutex, const struct timespec *instant)
{
    return as_thrd(
        pthread_cond_timedwait((pthread_cond_t *)cond, (pthread_mutex_t *)mutex, instant));
}
