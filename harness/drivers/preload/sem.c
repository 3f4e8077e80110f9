/*
 * Timed waits for semaphores.
 *
 * The semaphores stay the C library's, so that all of its other functions, named and
 * shared ones included, work as they are. A timed wait counts itself among the waiters,
 * as the library does, and blocks on the value and on its seat's word at once.
 *
 * Those of System V live in the kernel: a timed wait is a chain of short real ones.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/sem.h>

#if !defined(__GLIBC__) || !defined(__LP64__)
#error "virtual time needs the GNU C library on a 64-bit machine"
#endif

/* glibc since 2.21, 64 bit, little endian. */
struct semaphore {
    _Atomic uint64_t data; /* value in the lower half, waiters in the upper one */
    int private;           /* 0: not shared between processes */
};

#define ONE_WAITER (UINT64_C(1) << 32)

static void block(struct semaphore *semaphore, struct deadline deadline)
{
    atomic_fetch_add(&semaphore->data, ONE_WAITER);
    park_beside((uint32_t *)&semaphore->data, 0, semaphore->private == 0, deadline);
    atomic_fetch_sub(&semaphore->data, ONE_WAITER);
}

EXPORT int sem_clockwait(sem_t *sem, clockid_t id, const struct timespec *instant)
{
    uint32_t clock;

    if (!known_clock(id, &clock)) {
        errno = EINVAL;
        return -1;
    }
    pthread_testcancel();
    if (sem_trywait(sem) == 0)
        return 0;
    if (!is_valid(instant)) {
        errno = EINVAL;
        return -1;
    }
    struct deadline deadline = for_this_thread(at_timespec(clock, instant));
    for (;;) {
        if (sem_trywait(sem) == 0)
            return 0;
        if (is_past(deadline)) {
            errno = ETIMEDOUT;
            return -1;
        }
        errno = 0;
        block((struct semaphore *)sem, deadline);
        if (errno == EINTR)
            return -1;
    }
}

EXPORT int sem_timedwait(sem_t *sem, const struct timespec *instant)
{
    return sem_clockwait(sem, CLOCK_REALTIME, instant);
}

/* Whether one of *operations* would rather fail than wait. */
static bool is_impatient(const struct sembuf *operations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (operations[i].sem_flg & IPC_NOWAIT)
            return true;
    }
    return false;
}

EXPORT int semtimedop(int set, struct sembuf *operations, size_t count,
                      const struct timespec *span)
{
    struct seat *seat = own_seat();
    int result;

    if (!span || !is_virtual() || !is_valid(span) || is_impatient(operations, count))
        return (int)raw(SYS_semtimedop, set, (long)operations, (long)count, (long)span, 0, 0);
    struct deadline deadline = for_this_thread(after_timespec(span));
    for (;;) {
        bool was_past = is_past(deadline);
        struct timespec slice = as_timespec(slice_ns(deadline));
        publish(seat, deadline, WAKE_FUTEX);
        result = (int)raw(SYS_semtimedop, set, (long)operations, (long)count, (long)&slice, 0, 0);
        withdraw(seat);
        if (result == 0 || errno != EAGAIN || was_past)
            return result;
    }
}
