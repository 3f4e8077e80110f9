/* POSIX timers, setitimer and alarm: a signal, or a new thread, at a virtual instant. */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

/* A timer's id is its address with the lowest bit set, so no kernel's id is like it. */
struct timer {
    struct alarm alarm; /* first: an alarm is its timer */
    struct sigevent event;
    uint32_t clock;
    int overrun;
};

static void signal_process(const struct timer *timer)
{
    if (timer->event.sigev_notify == SIGEV_THREAD_ID) {
        siginfo_t info = {.si_signo = timer->event.sigev_signo, .si_code = SI_TIMER};
        info.si_value = timer->event.sigev_value;
        if (raw(SYS_rt_tgsigqueueinfo, getpid(), timer->event.sigev_notify_thread_id,
                timer->event.sigev_signo, (long)&info, 0, 0) < 0)
            raw(SYS_tgkill, getpid(), timer->event.sigev_notify_thread_id,
                timer->event.sigev_signo, 0, 0, 0);
    } else {
        sigqueue(getpid(), timer->event.sigev_signo, timer->event.sigev_value);
    }
}

static void *call(void *argument)
{
    struct sigevent *event = argument;
    void (*function)(union sigval) = event->sigev_notify_function;
    union sigval value = event->sigev_value;

    free(event);
    function(value);
    return NULL;
}

static void begin_thread(const struct timer *timer)
{
    pthread_t thread;
    struct sigevent *event = malloc(sizeof *event);

    if (!event)
        return;
    *event = timer->event;
    if (pthread_create(&thread, timer->event.sigev_notify_attributes, call, event) == 0)
        pthread_detach(thread);
    else
        free(event);
}

static void fire(struct alarm *alarm, uint64_t times)
{
    struct timer *timer = (struct timer *)alarm;

    timer->overrun = (int)times - 1;
    if (timer->event.sigev_notify == SIGEV_THREAD)
        begin_thread(timer);
    else if (timer->event.sigev_notify != SIGEV_NONE)
        signal_process(timer);
}

static struct timer *maybe_ours(timer_t id)
{
    return (uintptr_t)id & 1 && is_virtual() ? (struct timer *)((uintptr_t)id & ~UINT64_C(1))
                                             : NULL;
}

static int64_t as_ns(const struct timespec *span)
{
    return span->tv_sec >= NEVER / SECOND ? NEVER : span->tv_sec * SECOND + span->tv_nsec;
}

EXPORT int timer_create(clockid_t id, struct sigevent *event, timer_t *made)
{
    REAL(int, "timer_create", clockid_t, struct sigevent *, timer_t *);
    uint32_t clock;

    if (!is_virtual() || !known_clock(id, &clock))
        return real(id, event, made);
    struct timer *timer = calloc(1, sizeof *timer);
    if (!timer) {
        errno = EAGAIN;
        return -1;
    }
    timer->alarm.fire = fire;
    timer->alarm.due = no_deadline;
    timer->clock = clock;
    if (event) {
        timer->event = *event;
    } else {
        timer->event.sigev_notify = SIGEV_SIGNAL;
        timer->event.sigev_signo = SIGALRM;
    }
    *made = (timer_t)((uintptr_t)timer | 1);
    return 0;
}

static void tell(struct alarm *alarm, struct itimerspec *told)
{
    int64_t left, period;

    alarm_get(alarm, &left, &period);
    *told = (struct itimerspec){as_timespec(period), as_timespec(left)};
}

EXPORT int timer_gettime(timer_t id, struct itimerspec *now)
{
    REAL(int, "timer_gettime", timer_t, struct itimerspec *);
    struct timer *timer = maybe_ours(id);

    if (!timer)
        return real(id, now);
    tell(&timer->alarm, now);
    return 0;
}

EXPORT int timer_settime(timer_t id, int flags, const struct itimerspec *next,
                         struct itimerspec *before)
{
    REAL(int, "timer_settime", timer_t, int, const struct itimerspec *, struct itimerspec *);
    struct timer *timer = maybe_ours(id);
    struct deadline due = no_deadline;

    if (!timer)
        return real(id, flags, next, before);
    if (!is_valid(&next->it_value) || !is_valid(&next->it_interval)) {
        errno = EINVAL;
        return -1;
    }
    if (before)
        tell(&timer->alarm, before);
    int64_t value = as_ns(&next->it_value);
    if (value != 0)
        due = flags & TIMER_ABSTIME ? (struct deadline){value, timer->clock} : after_ns(value);
    alarm_set(&timer->alarm, due, as_ns(&next->it_interval));
    return 0;
}

EXPORT int timer_getoverrun(timer_t id)
{
    REAL(int, "timer_getoverrun", timer_t);
    struct timer *timer = maybe_ours(id);

    return timer ? timer->overrun : real(id);
}

EXPORT int timer_delete(timer_t id)
{
    REAL(int, "timer_delete", timer_t);
    struct timer *timer = maybe_ours(id);

    if (!timer)
        return real(id);
    alarm_forget(&timer->alarm);
    free(timer);
    return 0;
}

static void interrupt(struct alarm *alarm, uint64_t times)
{
    (void)alarm, (void)times;
    kill(getpid(), SIGALRM);
}

static struct alarm interval = {.due = {NEVER, BY_MONOTONIC}, .fire = interrupt};

static struct timeval as_timeval(int64_t ns)
{
    return (struct timeval){ns / SECOND, (ns % SECOND + 999) / 1000};
}

EXPORT int getitimer(__itimer_which_t which, struct itimerval *now)
{
    int64_t left, period;

    if (which != ITIMER_REAL || !is_virtual())
        return (int)raw(SYS_getitimer, which, (long)now, 0, 0, 0, 0);
    alarm_get(&interval, &left, &period);
    *now = (struct itimerval){as_timeval(period), as_timeval(left)};
    return 0;
}

EXPORT int setitimer(__itimer_which_t which, const struct itimerval *next,
                     struct itimerval *before)
{
    if (which != ITIMER_REAL || !is_virtual())
        return (int)raw(SYS_setitimer, which, (long)next, (long)before, 0, 0, 0);
    if (before)
        getitimer(which, before);
    int64_t value = next->it_value.tv_sec * SECOND + next->it_value.tv_usec * 1000;
    int64_t period = next->it_interval.tv_sec * SECOND + next->it_interval.tv_usec * 1000;
    alarm_set(&interval, value ? after_ns(value) : no_deadline, period);
    return 0;
}

EXPORT unsigned int alarm(unsigned int seconds)
{
    struct itimerval next = {{0, 0}, {seconds, 0}}, before = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &next, &before);
    return (unsigned int)(before.it_value.tv_sec + (before.it_value.tv_usec > 0));
}

EXPORT useconds_t ualarm(useconds_t value, useconds_t period)
{
    struct itimerval next = {{period / 1000000, period % 1000000},
                             {value / 1000000, value % 1000000}};
    struct itimerval before = {{0, 0}, {0, 0}};

    setitimer(ITIMER_REAL, &next, &before);
    return (useconds_t)(before.it_value.tv_sec * 1000000 + before.it_value.tv_usec);
}
