/* The shared page: mapping it, taking seats in it, telling it of processes. */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct page *clock_page;

static struct page *private_page; /* for waiting without a harness */
static bool has_harness;
static pthread_key_t seat_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static __thread struct seat *seat __attribute__((tls_model("initial-exec")));

int64_t real_ns(clockid_t id)
{
    struct timespec now = {0, 0};

    raw(SYS_clock_gettime, id, (long)&now, 0, 0, 0, 0);
    return now.tv_sec * SECOND + now.tv_nsec;
}

bool is_virtual(void)
{
    return has_harness;
}

static void map_page(void)
{
    const char *path = getenv("DLSCHECK_CLOCK");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd >= 0) {
        void *found = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        if (found != MAP_FAILED && ((struct page *)found)->magic == PAGE_MAGIC) {
            clock_page = found;
            has_harness = true;
            return;
        }
    }
    private_page = mmap(NULL, sizeof(struct page), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    clock_page = private_page;
}

static void leave_seat(void *taken)
{
    struct seat *left = taken;

    atomic_store(&left->deadline_ns, NEVER);
    atomic_store(&left->taken, 0);
    seat = NULL;
}

void note_birth(void)
{
    if (has_harness)
        atomic_fetch_add(&clock_page->births, 1);
}

void note_traffic(void)
{
    if (has_harness)
        atomic_fetch_add(&clock_page->traffic, 1);
}

void note_process(uint32_t pid)
{
    for (int i = 0; has_harness && i < PROCESSES; i++) {
        uint32_t empty = 0;
        if (atomic_load(&clock_page->processes[i]) == pid)
            return;
        if (atomic_compare_exchange_strong(&clock_page->processes[i], &empty, pid))
            return;
    }
}

static void in_child(void)
{
    /* The seat is the parent's; alarms do not outlive a fork. */
    seat = NULL;
    pthread_setspecific(seat_key, NULL);
    note_process((uint32_t)getpid());
    note_birth();
}

static void set_up(void)
{
    map_page();
    pthread_key_create(&seat_key, leave_seat);
    pthread_atfork(note_birth, note_birth, in_child);
    note_process((uint32_t)getpid());
}

static __attribute__((constructor(101))) void open_page(void)
{
    pthread_once(&once, set_up);
}

int64_t now_ns(uint32_t clock)
{
    if (!clock_page)
        open_page();
    if (clock == BY_REAL_TIME)
        return real_ns(CLOCK_MONOTONIC);
    if (!has_harness)
        return real_ns(clock == BY_WALL ? CLOCK_REALTIME : CLOCK_MONOTONIC);
    int64_t now = atomic_load(&clock_page->monotonic_ns);
    return clock == BY_WALL ? now + atomic_load(&clock_page->wall_offset_ns) : now;
}

static bool take(struct seat *free_one, uint32_t pid)
{
    uint32_t nobody = 0;

    if (!atomic_compare_exchange_strong(&free_one->taken, &nobody, pid))
        return false;
    atomic_store(&free_one->tid, (uint32_t)raw(SYS_gettid, 0, 0, 0, 0, 0, 0));
    atomic_store(&free_one->deadline_ns, NEVER);
    return true;
}

static void note_use(uint32_t count)
{
    uint32_t used = atomic_load(&clock_page->used);

    while (used < count && !atomic_compare_exchange_weak(&clock_page->used, &used, count))
        continue;
}

struct seat *own_seat(void)
{
    if (seat)
        return seat;
    if (!clock_page)
        open_page();
    uint32_t pid = (uint32_t)getpid();
    for (uint32_t i = 0; i < SEATS; i++) {
        if (take(&clock_page->seat[i], pid)) {
            note_use(i + 1);
            seat = &clock_page->seat[i];
            pthread_setspecific(seat_key, seat);
            return seat;
        }
    }
    /* The harness sees this and says so; nobody can wait without a seat. */
    atomic_store(&clock_page->full, 1);
    abort();
}
