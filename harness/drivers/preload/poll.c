/*
 * Waiting for descriptors.
 *
 * The kernel cannot wait for descriptors and for a word in memory at once. So each seat
 * that needs one has a FIFO beside the page, which is one more descriptor to wait for;
 * the harness writes a byte into it.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOWEST_FD 700

/* The descriptor of this thread's FIFO, and which file it is. */
static __thread struct {
    struct seat *seat;
    int fd;
    dev_t device;
    ino_t inode;
} bell __attribute__((tls_model("initial-exec")));

static bool rings(void)
{
    struct stat found;

    /* A program may have closed it, as daemons do, and opened something else there. */
    return bell.seat && bell.seat == own_seat() && fstat(bell.fd, &found) == 0 &&
           found.st_dev == bell.device && found.st_ino == bell.inode;
}

static int hang_up(const char *path)
{
    int low = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    int high = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, LOWEST_FD);

    if (high < 0)
        return low;
    raw(SYS_close, low, 0, 0, 0, 0, 0);
    return high;
}

static int open_bell(void)
{
    char path[4200];
    struct stat found;

    if (rings())
        return bell.fd;
    struct seat *seat = own_seat();
    snprintf(path, sizeof path, "%s.%ld", getenv("DLSCHECK_CLOCK") ?: "",
             (long)(seat - clock_page->seat));
    mkfifo(path, 0600);
    int fd = hang_up(path);
    if (fd < 0 || fstat(fd, &found) != 0)
        return -1;
    bell.seat = seat;
    bell.fd = fd;
    bell.device = found.st_dev;
    bell.inode = found.st_ino;
    return fd;
}

static void silence(int fd)
{
    char bytes[64];

    while (raw(SYS_read, fd, (long)bytes, sizeof bytes, 0, 0, 0) > 0)
        continue;
}

static int real_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *span,
                      const void *mask)
{
    REAL(int, "ppoll", struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
    return real(fds, count, span, mask);
}

static int poll_in_real_time(struct pollfd *fds, nfds_t count, struct deadline deadline,
                             const void *mask)
{
    struct timespec span = as_timespec(left_ns(deadline));

    return real_ppoll(fds, count, deadline.ns == NEVER ? NULL : &span, mask);
}

static int poll_with_bell(struct pollfd *fds, nfds_t count, int fd, struct deadline deadline,
                          const void *mask)
{
    struct pollfd *all = malloc((count + 1) * sizeof *all);
    int result;

    if (!all) {
        errno = ENOMEM;
        return -1;
    }
    memcpy(all, fds, count * sizeof *fds);
    all[count] = (struct pollfd){fd, POLLIN, 0};
    silence(fd);
    publish(own_seat(), deadline, WAKE_FIFO);
    /* Published before we look: who moves the time later rings. */
    if (is_past(deadline)) {
        struct timespec none = {0, 0};
        result = real_ppoll(all, count, &none, mask);
    } else {
        result = real_ppoll(all, count + 1, NULL, mask);
        result -= result > 0 && all[count].revents;
    }
    withdraw(own_seat());
    for (nfds_t i = 0; result >= 0 && i < count; i++)
        fds[i].revents = all[i].revents;
    free(all);
    return result;
}

/*
 * As ppoll, until *deadline*; *mask* is a signal mask or NULL. A thread that is cancelled
 * in it leaks the copy of *fds*.
 */
int poll_until(struct pollfd *fds, nfds_t count, struct deadline deadline, const void *mask)
{
    int fd;

    deadline = for_this_thread(deadline);
    if (deadline.ns == NEVER || is_past(deadline) || deadline.clock == BY_REAL_TIME ||
        (fd = open_bell()) < 0)
        return poll_in_real_time(fds, count, deadline, mask);
    for (;;) {
        int result = poll_with_bell(fds, count, fd, deadline, mask);
        if (result != 0 || is_past(deadline))
            return result;
    }
}

static struct deadline after_ms(int ms)
{
    return ms < 0 ? no_deadline : after_ns(ms * (SECOND / 1000));
}

EXPORT int poll(struct pollfd *fds, nfds_t count, int ms)
{
    return poll_until(fds, count, after_ms(ms), NULL);
}

EXPORT int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *span,
                 const sigset_t *mask)
{
    if (span && (!is_valid(span) || span->tv_sec < 0)) {
        errno = EINVAL;
        return -1;
    }
    return poll_until(fds, count, after_timespec(span), mask);
}

EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int ms, size_t size)
{
    if (size / sizeof *fds < count)
        abort();
    return poll(fds, count, ms);
}

EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *span,
                       const sigset_t *mask, size_t size)
{
    if (size / sizeof *fds < count)
        abort();
    return ppoll(fds, count, span, mask);
}
