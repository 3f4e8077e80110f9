/*
 * The virtual clock of one driver's processes, and how their threads wait by it.
 *
 * The harness and every thread of the driver share one page. It holds the time, which
 * stands still until the harness moves it, and one seat for each thread that has ever
 * waited with a deadline. Such a thread writes its deadline into its seat and blocks
 * without a time-out. The harness looks until nobody runs any more, moves the time to
 * the earliest deadline, and wakes whoever is due.
 */
#ifndef DLSCHECK_CLOCK_H
#define DLSCHECK_CLOCK_H

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#define PAGE_MAGIC 0x31534c44u /* "DLS1" */
#define SEATS 8192
#define PROCESSES 512
#define NEVER INT64_MAX
#define SECOND INT64_C(1000000000)

/* What a deadline is measured by; real time is never in a seat. */
enum { BY_MONOTONIC = 0, BY_WALL = 1, BY_REAL_TIME = 2 };
/* How whoever sits there is woken. */
enum { WAKE_FUTEX = 0, WAKE_FIFO = 1 };

/* One thread's place in the page; the harness reads this layout. */
struct seat {
    _Atomic uint32_t taken; /* process id; 0: free */
    _Atomic uint32_t word;  /* counts wake-ups */
    _Atomic int64_t deadline_ns;
    _Atomic uint32_t clock;
    _Atomic uint32_t kind;
    _Atomic uint32_t tid;
    uint32_t spare;
};

/* The page; the harness reads this layout. */
struct page {
    uint32_t magic;
    uint32_t seats;
    _Atomic int64_t monotonic_ns;
    _Atomic int64_t wall_offset_ns; /* wall clock = monotonic + this */
    _Atomic uint32_t births;        /* processes that were made, or may have been */
    _Atomic uint32_t used;          /* seats below this index were ever taken */
    _Atomic uint32_t full;          /* a thread found no seat */
    _Atomic uint32_t traffic;       /* connections, and what was sent over them */
    _Atomic uint32_t processes[PROCESSES];
    struct seat seat[SEATS];
};

/* A moment by one of the clocks; NEVER: no deadline. */
struct deadline {
    int64_t ns;
    uint32_t clock;
};

/* With a time-out, however long, a signal's handler ends a futex call for good. */
#define LONG_NS (360000 * SECOND)

static const struct deadline no_deadline = {NEVER, BY_MONOTONIC};

/* page.c */
extern struct page *clock_page;
bool is_virtual(void);
int64_t now_ns(uint32_t clock);
int64_t real_ns(clockid_t id);
struct seat *own_seat(void);
void note_birth(void);
void note_process(uint32_t pid);
void note_traffic(void);

/* deadline.c */
bool known_clock(clockid_t id, uint32_t *clock);
struct deadline after_ns(int64_t ns);
struct deadline after_timespec(const struct timespec *span);
struct deadline at_timespec(uint32_t clock, const struct timespec *instant);
bool is_past(struct deadline deadline);
int64_t left_ns(struct deadline deadline);
struct timespec as_timespec(int64_t ns);
bool is_valid(const struct timespec *span);

/* park.c */
struct deadline for_this_thread(struct deadline deadline);
void publish(struct seat *seat, struct deadline deadline, uint32_t kind);
void withdraw(struct seat *seat);
int park(struct seat *seat, uint32_t seen, struct deadline deadline, int64_t most_ns);
int park_beside(uint32_t *word, uint32_t seen, bool is_private, struct deadline deadline);
int wake(_Atomic uint32_t *word, int count);
int64_t slice_ns(struct deadline deadline);
int real_futex(uint32_t *word, int op, uint32_t value, const struct timespec *timeout);

/* poll.c */
int poll_until(struct pollfd *fds, nfds_t count, struct deadline deadline,
               const void *mask);

/* alarm.c: the thread that fires timers */
struct alarm {
    struct alarm *next;
    struct deadline due; /* NEVER: disarmed */
    int64_t period_ns;   /* 0: once */
    void (*fire)(struct alarm *self, uint64_t times);
};
void alarm_set(struct alarm *alarm, struct deadline due, int64_t period_ns);
void alarm_get(struct alarm *alarm, int64_t *left, int64_t *period_ns);
void alarm_forget(struct alarm *alarm);

/* timerfd.c, socket.c: told that a descriptor is closed */
void timerfd_closed(int fd);
void socket_closed(int fd);

/* The next definition of *name* after ours, looked up once. */
#define REAL(type, name, ...)                                          \
    static type (*real)(__VA_ARGS__);                                  \
    if (!real) {                                                       \
        *(void **)&real = dlsym(RTLD_NEXT, name);                      \
    }

#define EXPORT __attribute__((visibility("default")))

#endif
