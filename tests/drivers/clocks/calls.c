/*
 * One wait of 180 s by each of the C library's calls, for the tests of virtual time.
 *
 * calls NAME prints how many nanoseconds of its own clock the wait took. Those whose name
 * begins with "wake-" are woken by another thread after 60 s, before their time-out.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SPAN 180
static const struct timespec span = {SPAN, 0};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;
static uint32_t word;
static int ends[2];

static int64_t now(void)
{
    struct timespec found;

    clock_gettime(CLOCK_MONOTONIC, &found);
    return found.tv_sec * INT64_C(1000000000) + found.tv_nsec;
}

static struct timespec later(clockid_t id)
{
    struct timespec found;

    clock_gettime(id, &found);
    found.tv_sec += SPAN;
    return found;
}

#include "socket_calls.h"

static void use_sleep(void) { sleep(SPAN); }
static void use_usleep(void) { usleep(SPAN * 1000000u); }
static void use_nanosleep(void) { nanosleep(&span, NULL); }
static void use_clock_nanosleep(void) { clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL); }

static void use_clock_nanosleep_wall(void)
{
    struct timespec until = later(CLOCK_REALTIME);
    clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL);
}

static void use_poll(void)
{
    struct pollfd fd = {ends[0], POLLIN, 0};
    poll(&fd, 1, SPAN * 1000);
}

static void use_ppoll(void) { ppoll(NULL, 0, &span, NULL); }

static void use_select(void)
{
    struct timeval time = {SPAN, 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    select(ends[0] + 1, &set, NULL, NULL, &time);
}

static void use_pselect(void) { pselect(0, NULL, NULL, NULL, &span, NULL); }

static int watched(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
    return epoll;
}

static void use_epoll_wait(void)
{
    struct epoll_event event;
    epoll_wait(watched(), &event, 1, SPAN * 1000);
}

static void use_epoll_pwait(void)
{
    struct epoll_event event;
    epoll_pwait(watched(), &event, 1, SPAN * 1000, NULL);
}

static void use_epoll_pwait2(void)
{
    struct epoll_event event;
    epoll_pwait2(watched(), &event, 1, &span, NULL);
}

static void use_cond_timedwait(void)
{
    struct timespec until = later(CLOCK_REALTIME);
    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&cond, &mutex, &until);
    pthread_mutex_unlock(&mutex);
}

static void use_cond_clockwait(void)
{
    struct timespec until = later(CLOCK_MONOTONIC);
    pthread_mutex_lock(&mutex);
    pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&mutex);
}

static void use_cond_shared(void)
{
    pthread_condattr_t attributes;
    struct timespec until = later(CLOCK_REALTIME);
    pthread_condattr_init(&attributes);
    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_cond_init(&cond, &attributes);
    pthread_mutex_lock(&mutex);
    pthread_cond_timedwait(&cond, &mutex, &until);
    pthread_mutex_unlock(&mutex);
}

static void use_sem_timedwait(void)
{
    struct timespec until = later(CLOCK_REALTIME);
    sem_timedwait(&sem, &until);
}

static void use_sem_clockwait(void)
{
    struct timespec until = later(CLOCK_MONOTONIC);
    sem_clockwait(&sem, CLOCK_MONOTONIC, &until);
}

static void use_futex(void) { syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &span, NULL, 0); }

static void use_futex_bitset(void)
{
    struct timespec until = later(CLOCK_MONOTONIC);
    syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &until, NULL,
            FUTEX_BITSET_MATCH_ANY);
}

static void use_mutex_timedlock(void)
{
    struct timespec until = later(CLOCK_REALTIME);
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&held);
    pthread_mutex_timedlock(&held, &until);
}

/* Sixty in a row: between two of its naps such a wait has no deadline in the page. */
static void use_mutex_chain(void)
{
    pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
    struct timespec until;
    pthread_mutex_lock(&held);
    clock_gettime(CLOCK_MONOTONIC, &until);
    for (int i = 0; i < 60; i++) {
        until.tv_sec += SPAN / 60;
        pthread_mutex_clocklock(&held, CLOCK_MONOTONIC, &until);
    }
}

static void use_timerfd(void)
{
    struct itimerspec once = {{0, 0}, {SPAN, 0}};
    uint64_t count;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    timerfd_settime(fd, 0, &once, NULL);
    if (read(fd, &count, sizeof count) != sizeof count || count != 1)
        abort();
}

static void use_timerfd_periods(void)
{
    struct itimerspec periods = {{SPAN / 3, 0}, {SPAN / 3, 0}};
    struct pollfd ready = {timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC), POLLIN, 0};
    uint64_t count;
    timerfd_settime(ready.fd, 0, &periods, NULL);
    for (int i = 0; i < 3; i++) {
        poll(&ready, 1, -1);
        if (read(ready.fd, &count, sizeof count) != sizeof count)
            abort();
    }
}

static void ignore(int number) { (void)number; }

/* Let SIGALRM come at the same moment as the end of a pause. */
static void await_signal(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigsuspend(&none);
}

static void block_signal(void)
{
    sigset_t set;
    signal(SIGALRM, ignore);
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static void use_timer_create(void)
{
    struct itimerspec once = {{0, 0}, {SPAN, 0}};
    timer_t timer;
    block_signal();
    timer_create(CLOCK_MONOTONIC, NULL, &timer);
    timer_settime(timer, 0, &once, NULL);
    await_signal();
    timer_delete(timer);
}

static void post(union sigval value)
{
    (void)value;
    sem_post(&sem);
}

static void use_timer_thread(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = post};
    struct itimerspec once = {{0, 0}, {SPAN, 0}};
    timer_t timer;
    timer_create(CLOCK_REALTIME, &event, &timer);
    timer_settime(timer, 0, &once, NULL);
    sem_wait(&sem);
}

static void use_setitimer(void)
{
    struct itimerval once = {{0, 0}, {SPAN, 0}};
    block_signal();
    setitimer(ITIMER_REAL, &once, NULL);
    await_signal();
}

static void use_alarm(void)
{
    block_signal();
    alarm(SPAN);
    await_signal();
}

static void use_sigtimedwait(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    sigtimedwait(&set, NULL, &span);
}

static void use_mq_timedreceive(void)
{
    char name[64], text[8192];
    struct timespec until = later(CLOCK_REALTIME);
    snprintf(name, sizeof name, "/dlscheck-%d", getpid());
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
    mq_unlink(name);
    if (queue == (mqd_t)-1 || mq_timedreceive(queue, text, sizeof text, NULL, &until) >= 0)
        abort();
}

static void use_semtimedop(void)
{
    struct sembuf take = {0, -1, 0};
    int set = semget(IPC_PRIVATE, 1, 0600);
    bool is_over = semtimedop(set, &take, 1, &span) == -1 && errno == EAGAIN;
    semctl(set, 0, IPC_RMID);
    if (!is_over)
        abort();
}

/* A timer of a nanosecond, after all others. */
static void use_timerfd_soon(void)
{
    struct timespec before = {SPAN - 1, 999999999};
    struct itimerspec soon = {{0, 0}, {0, 1}};
    uint64_t count;
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    nanosleep(&before, NULL);
    timerfd_settime(fd, 0, &soon, NULL);
    if (read(fd, &count, sizeof count) != sizeof count)
        abort();
}

/* Waiting until the instant is over, as Rust's Condvar::wait_timeout_while does. */
static void use_until_over(void)
{
    struct timespec until = later(CLOCK_MONOTONIC);
    int64_t due = until.tv_sec * INT64_C(1000000000) + until.tv_nsec;
    pthread_mutex_lock(&mutex);
    while (now() <= due)
        pthread_cond_clockwait(&cond, &mutex, CLOCK_MONOTONIC, &until);
    pthread_mutex_unlock(&mutex);
}

/* Waiting by whole milliseconds, and in vain for the rest. */
static void use_whole_milliseconds(void)
{
    int64_t due = now() + SPAN * INT64_C(1000000000) + 300000;
    while (now() < due)
        poll(NULL, 0, (int)((due - now()) / 1000000));
}

static void use_fork(void)
{
    pid_t child = fork();
    if (child == 0) {
        sleep(SPAN);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void use_exec(void)
{
    if (system("sleep 180"))
        abort();
}

static void *wake(void *unused)
{
    sleep(60);
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
    sem_post(&sem);
    __atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    if (write(ends[1], "!", 1) != 1)
        abort();
    return unused;
}

struct call {
    const char *name;
    void (*use)(void);
};

static const struct call calls[] = {
    {"sleep", use_sleep},
    {"usleep", use_usleep},
    {"nanosleep", use_nanosleep},
    {"clock_nanosleep", use_clock_nanosleep},
    {"clock_nanosleep-wall", use_clock_nanosleep_wall},
    {"poll", use_poll},
    {"ppoll", use_ppoll},
    {"select", use_select},
    {"pselect", use_pselect},
    {"epoll_wait", use_epoll_wait},
    {"epoll_pwait", use_epoll_pwait},
    {"epoll_pwait2", use_epoll_pwait2},
    {"cond_timedwait", use_cond_timedwait},
    {"cond_clockwait", use_cond_clockwait},
    {"cond-shared", use_cond_shared},
    {"sem_timedwait", use_sem_timedwait},
    {"sem_clockwait", use_sem_clockwait},
    {"futex", use_futex},
    {"futex-bitset", use_futex_bitset},
    {"mutex_timedlock", use_mutex_timedlock},
    {"mutex-chain", use_mutex_chain},
    {"timerfd", use_timerfd},
    {"timerfd-periods", use_timerfd_periods},
    {"timer_create", use_timer_create},
    {"timer-thread", use_timer_thread},
    {"setitimer", use_setitimer},
    {"alarm", use_alarm},
    {"sigtimedwait", use_sigtimedwait},
    {"mq_timedreceive", use_mq_timedreceive},
    {"socket-timeout", use_socket_timeout},
    {"recvmmsg", use_recvmmsg},
    {"recvmmsg-span", use_recvmmsg_span},
    {"socket-duplicate", use_socket_duplicate},
    {"semtimedop", use_semtimedop},
    {"timerfd-soon", use_timerfd_soon},
    {"until-over", use_until_over},
    {"whole-milliseconds", use_whole_milliseconds},
    {"fork", use_fork},
    {"exec", use_exec},
};

/* Leave a process behind that waits, and then writes into *path* how long that took. */
static int leave_behind(const char *path)
{
    if (fork() != 0)
        return 0;
    FILE *told = freopen(path, "w", stdout);
    int64_t begun = now();
    fclose(stderr);
    use_mutex_chain();
    fprintf(told, "%lld", (long long)(now() - begun));
    return fclose(told);
}

int main(int count, char **arguments)
{
    const char *name = count > 1 ? arguments[1] : "";
    bool is_woken = strncmp(name, "wake-", 5) == 0;
    pthread_t thread;

    if (name[0] == '/')
        return leave_behind(name);
    if (pipe(ends) != 0 || sem_init(&sem, 0, 0) != 0)
        return 1;
    if (strcmp(name, "resolution") == 0) {
        struct timespec resolution;
        clock_getres(CLOCK_MONOTONIC, &resolution);
        printf("%ld\n", resolution.tv_nsec);
        return 0;
    }
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        if (strcmp(name + (is_woken ? 5 : 0), calls[i].name) != 0)
            continue;
        int64_t begun = now();
        if (is_woken)
            pthread_create(&thread, NULL, wake, NULL);
        calls[i].use();
        printf("%lld\n", (long long)(now() - begun));
        return 0;
    }
    return 2;
}
