/* The C library's `syscall`, by which Rust, C++ and others reach futexes and clocks. */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

static int fail(int code)
{
    errno = code;
    return -1;
}

/* A timed wait for a word; *op* without its flags is FUTEX_WAIT or FUTEX_WAIT_BITSET. */
static long futex_wait(uint32_t *word, int op, uint32_t seen, struct deadline deadline,
                       uint32_t bits)
{
    int kept = errno;

    deadline = for_this_thread(deadline);
    if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != seen)
        return fail(EAGAIN);
    while (!is_past(deadline)) {
        struct seat *seat = own_seat();
        uint32_t count = atomic_load(&seat->word);
        int result = 0;
        if (bits == FUTEX_BITSET_MATCH_ANY) {
            result = park_beside(word, seen, op & FUTEX_PRIVATE_FLAG, deadline);
        } else {
            struct timespec until = as_timespec(real_ns(CLOCK_MONOTONIC) + slice_ns(deadline));
            publish(seat, deadline, WAKE_FUTEX);
            result = (int)raw(SYS_futex, (long)word, op & ~FUTEX_CLOCK_REALTIME, seen,
                              (long)&until, 0, bits);
            withdraw(seat);
            if (result < 0 && errno == ETIMEDOUT)
                continue;
        }
        if (result < 0)
            return -1;
        errno = kept;
        /* Woken by the program, unless it was the harness who counted on. */
        if (count == atomic_load(&seat->word) && !is_past(deadline))
            return 0;
        if (__atomic_load_n(word, __ATOMIC_SEQ_CST) != seen)
            return 0;
    }
    return fail(ETIMEDOUT);
}

static long futex(uint32_t *word, long op, uint32_t value, long time, long word2, long bits)
{
    const struct timespec *span = (const struct timespec *)time;
    long plain = op & FUTEX_CMD_MASK;

    if (!is_virtual() || !span || (plain != FUTEX_WAIT && plain != FUTEX_WAIT_BITSET))
        return raw(SYS_futex, (long)word, op, value, time, word2, bits);
    if (!is_valid(span) || span->tv_sec < 0)
        return fail(EINVAL);
    if (plain == FUTEX_WAIT)
        return futex_wait(word, (int)op, value, after_timespec(span), FUTEX_BITSET_MATCH_ANY);
    uint32_t clock = op & FUTEX_CLOCK_REALTIME ? BY_WALL : BY_MONOTONIC;
    return futex_wait(word, (int)op, value, at_timespec(clock, span), (uint32_t)bits);
}

static long as_syscall(int code)
{
    return code ? fail(code) : 0;
}

EXPORT long syscall(long number, ...)
{
    va_list list;

    va_start(list, number);
    long a = va_arg(list, long), b = va_arg(list, long), c = va_arg(list, long);
    long d = va_arg(list, long), e = va_arg(list, long), f = va_arg(list, long);
    va_end(list);
    switch (number) {
    case SYS_futex:
        return futex((uint32_t *)a, b, (uint32_t)c, d, e, f);
    case SYS_clock_gettime:
        return clock_gettime((clockid_t)a, (struct timespec *)b);
    case SYS_clock_nanosleep:
        return as_syscall(clock_nanosleep((clockid_t)a, (int)b, (struct timespec *)c,
                                          (struct timespec *)d));
    case SYS_nanosleep:
        return nanosleep((struct timespec *)a, (struct timespec *)b);
    case SYS_ppoll:
        return ppoll((struct pollfd *)a, (nfds_t)b, (struct timespec *)c, (sigset_t *)d);
    case SYS_epoll_pwait:
        return epoll_pwait((int)a, (struct epoll_event *)b, (int)c, (int)d, (sigset_t *)e);
#ifdef SYS_epoll_pwait2
    case SYS_epoll_pwait2:
        return epoll_pwait2((int)a, (struct epoll_event *)b, (int)c, (struct timespec *)d,
                            (sigset_t *)e);
#endif
#ifdef SYS_poll
    case SYS_poll:
        return poll((struct pollfd *)a, (nfds_t)b, (int)c);
    case SYS_epoll_wait:
        return epoll_wait((int)a, (struct epoll_event *)b, (int)c, (int)d);
    case SYS_time:
        return time((time_t *)a);
#endif
    case SYS_close:
        timerfd_closed((int)a);
        socket_closed((int)a);
        return raw(number, a, b, c, d, e, f);
    default:
        note_traffic(); /* it may be a way to send */
        return raw(number, a, b, c, d, e, f);
    }
}
