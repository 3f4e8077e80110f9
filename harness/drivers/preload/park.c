/*
 * Blocking until somebody wakes us or virtual time has come.
 *
 * Waking is counting: whoever wakes adds one to the seat's word first. A thread reads the
 * word before it looks whether it is due, so nothing gets lost in between.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <linux/futex.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define WAITV_32 2

#define SLICE (SECOND / 1000)

/* So many waits for what is past, at one instant, are no accident; and how far it helps. */
#define MANY 200
#define LONGEST_STEP (SECOND / 500)

struct waitv {
    uint64_t value;
    uint64_t address;
    uint32_t flags;
    uint32_t reserved;
};

/*
 * Threads with which a runtime keeps house, by the beginning of their names. They wake
 * many times a second, and nothing that they do is the program's. They wait in real time.
 */
static const char *const housekeepers[] = {
    "VM Periodic", "VM Thread",   "GC Thread",   "G1 ",          "Monitor Defl",
    "C1 Compiler", "C2 Compiler", "Sweeper",     "Common-Clean", "Service Thr",
    "ZDirector",   "ZStat",       "Shenandoah",
};

static bool keeps_house(void)
{
    char name[17] = "";

    prctl(PR_GET_NAME, name);
    for (size_t i = 0; i < sizeof housekeepers / sizeof *housekeepers; i++) {
        if (strncmp(name, housekeepers[i], strlen(housekeepers[i])) == 0)
            return true;
    }
    return false;
}

/*
 * A deadline of the past, but for a thread that comes with one again and again at the same
 * instant. Some wait until their instant is behind them, or drop a part of a millisecond of
 * what is left. Where time stands still they would for ever: let a moment pass for them, then
 * a longer one. Whoever is still not content looks at the clock without waiting.
 */
static struct deadline past(struct deadline deadline)
{
    static __thread struct {
        int64_t instant;
        int64_t step;
        int times;
    } row;
    int64_t now = now_ns(BY_MONOTONIC);

    if (now != row.instant) {
        row.instant = now;
        row.step = 1;
        row.times = 0;
    }
    if (++row.times < MANY || row.step > LONGEST_STEP)
        return deadline;
    row.instant = now + row.step;
    row.step *= 4;
    row.times = 0;
    return (struct deadline){row.instant, BY_MONOTONIC};
}

/*
 * What *deadline* is for the thread that asks: mostly the same. If the thread lives in real
 * time, it is as long from now there.
 */
struct deadline for_this_thread(struct deadline deadline)
{
    if (deadline.ns == NEVER || deadline.clock == BY_REAL_TIME)
        return deadline;
    if (is_virtual() && !keeps_house())
        return is_past(deadline) ? past(deadline) : deadline;
    return (struct deadline){real_ns(CLOCK_MONOTONIC) + left_ns(deadline), BY_REAL_TIME};
}

void publish(struct seat *seat, struct deadline deadline, uint32_t kind)
{
    if (deadline.ns == NEVER || deadline.clock == BY_REAL_TIME)
        return;
    atomic_store(&seat->clock, deadline.clock);
    atomic_store(&seat->kind, kind);
    atomic_store(&seat->deadline_ns, deadline.ns);
}

void withdraw(struct seat *seat)
{
    atomic_store(&seat->deadline_ns, NEVER);
}

int wake(_Atomic uint32_t *word, int count)
{
    return (int)raw(SYS_futex, (long)word, FUTEX_WAKE, count, 0, 0, 0);
}

int real_futex(uint32_t *word, int op, uint32_t value, const struct timespec *timeout)
{
    return (int)raw(SYS_futex, (long)word, op, value, (long)timeout, 0,
                    FUTEX_BITSET_MATCH_ANY);
}

/* How long to block in real time by *deadline*, and at most. */
static struct timespec patience(struct deadline deadline, int64_t most_ns)
{
    if (deadline.clock != BY_REAL_TIME || left_ns(deadline) > most_ns)
        return as_timespec(most_ns);
    return as_timespec(left_ns(deadline));
}

/*
 * Block until *seat* is woken after *seen* was read from its word, a signal comes, or
 * *deadline* or *most_ns* of real time has passed. Returns 0, or -1 with errno EINTR; may
 * return early.
 */
int park(struct seat *seat, uint32_t seen, struct deadline deadline, int64_t most_ns)
{
    struct timespec timeout = patience(deadline, most_ns);
    int kept = errno;

    publish(seat, deadline, WAKE_FUTEX);
    long result = raw(SYS_futex, (long)&seat->word, FUTEX_WAIT, seen, (long)&timeout, 0, 0);
    withdraw(seat);
    if (result < 0 && errno == EINTR)
        return -1;
    errno = kept;
    return 0;
}

int64_t slice_ns(struct deadline deadline)
{
    int64_t left = left_ns(deadline);

    return deadline.clock == BY_REAL_TIME || left == 0 ? left : SLICE;
}

/* For kernels that cannot wait for two words: real naps, with the deadline in the seat. */
static int nap(uint32_t *word, uint32_t seen, bool is_private, struct deadline deadline)
{
    struct seat *seat = own_seat();
    int op = is_private ? FUTEX_WAIT_PRIVATE : FUTEX_WAIT;
    long result;

    do {
        struct timespec timeout = as_timespec(slice_ns(deadline));
        publish(seat, deadline, WAKE_FUTEX);
        result = raw(SYS_futex, (long)word, op, seen, (long)&timeout, 0, 0);
        withdraw(seat);
    } while (result < 0 && errno == ETIMEDOUT && !is_past(deadline));
    return result < 0 && errno == ETIMEDOUT ? 0 : (int)result;
}

/*
 * Block while the program's own *word* holds *seen*, until *deadline*. Returns 0 (woken,
 * by either side), or -1 with errno EAGAIN (it holds something else) or EINTR.
 */
int park_beside(uint32_t *word, uint32_t seen, bool is_private, struct deadline deadline)
{
    static _Atomic bool cannot;
    struct seat *seat = own_seat();
    uint32_t count = atomic_load(&seat->word);

    if (is_past(deadline))
        return 0;
    if (deadline.clock == BY_REAL_TIME || atomic_load(&cannot))
        return nap(word, seen, is_private, deadline);
    struct waitv both[] = {
        {seen, (uintptr_t)word, WAITV_32 | (is_private ? FUTEX_PRIVATE_FLAG : 0), 0},
        {count, (uintptr_t)&seat->word, WAITV_32, 0},
    };
    publish(seat, deadline, WAKE_FUTEX);
    long result = raw(SYS_futex_waitv, (long)both, 2, 0, 0, CLOCK_MONOTONIC, 0);
    withdraw(seat);
    if (result >= 0)
        return 0;
    if (errno != ENOSYS && errno != EPERM)
        return -1;
    atomic_store(&cannot, true);
    return nap(word, seen, is_private, deadline);
}
