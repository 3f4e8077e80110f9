/*
 * Time-outs of sockets (SO_RCVTIMEO, SO_SNDTIMEO).
 *
 * The kernel measures them in real time. So they are kept here, and a call that may block
 * on such a socket waits for it by poll first. Splitting a blocking send is left alone: it
 * waits once for room.
 */
#define _GNU_SOURCE
#include "clock.h"
#include "raw.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 65536

/* Time-outs in ns, for receiving and for sending; 0: none. */
static _Atomic int64_t limits[MOST][2];
enum { RECEIVING, SENDING };

/* Whether a descriptor leads to another machine, or to another place on this one. */
static _Atomic bool is_remote[MOST];

/* Tell the harness that something may be under way, if *fd* is a way to anywhere. */
static void note_sending(int fd)
{
    if (fd >= MOST || (fd >= 0 && atomic_load(&is_remote[fd])))
        note_traffic();
}

static void note_peer(int fd, const struct sockaddr *to)
{
    if (fd >= 0 && fd < MOST && to && to->sa_family != AF_UNIX)
        atomic_store(&is_remote[fd], true);
    note_sending(fd);
}

static _Atomic int64_t *limit_of(int fd, int way)
{
    static _Atomic int64_t none;

    return fd >= 0 && fd < MOST ? &limits[fd][way] : &none;
}

void socket_closed(int fd)
{
    if (fd >= 0 && fd < MOST) {
        atomic_store(&limits[fd][RECEIVING], 0);
        atomic_store(&limits[fd][SENDING], 0);
        atomic_store(&is_remote[fd], false);
    }
}

/* The same on a duplicate; a descriptor that was there before is gone. */
static int duplicated(int from, int to)
{
    if (from >= 0 && from < MOST && to >= 0 && to < MOST && from != to) {
        atomic_store(&limits[to][RECEIVING], atomic_load(&limits[from][RECEIVING]));
        atomic_store(&limits[to][SENDING], atomic_load(&limits[from][SENDING]));
        atomic_store(&is_remote[to], atomic_load(&is_remote[from]));
    }
    return to;
}

/* Wait until *fd* is ready; false with errno if it is neither in time nor by *deadline*. */
static bool await_until(int fd, int way, int flags, struct deadline deadline)
{
    int64_t limit = atomic_load(limit_of(fd, way));
    struct pollfd ready = {fd, way == RECEIVING ? POLLIN : POLLOUT, 0};

    if (limit != 0 && limit < left_ns(deadline))
        deadline = after_ns(limit);
    if (deadline.ns == NEVER || flags & MSG_DONTWAIT ||
        raw(SYS_fcntl, fd, F_GETFL, 0, 0, 0, 0) & O_NONBLOCK)
        return true;
    int count = poll_until(&ready, 1, deadline, NULL);
    if (count == 0)
        errno = EAGAIN;
    return count > 0;
}

static bool await(int fd, int way, int flags)
{
    return await_until(fd, way, flags, no_deadline);
}

/*
 * Acknowledge what was read, at once. Else the kernel waits 40 ms of real time for something
 * to send along, and the harness with it, since until then the answer counts as under way.
 */
static ssize_t acknowledged(int fd, ssize_t size)
{
    int on = 1, kept = errno;

    if (size > 0 && fd < MOST && atomic_load(&is_remote[fd]))
        raw(SYS_setsockopt, fd, IPPROTO_TCP, TCP_QUICKACK, (long)&on, sizeof on, 0);
    errno = kept;
    return size;
}

static int way_of(int level, int name)
{
    if (level != SOL_SOCKET)
        return -1;
    return name == SO_RCVTIMEO ? RECEIVING : name == SO_SNDTIMEO ? SENDING : -1;
}

EXPORT int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
    int way = way_of(level, name);

    if (way < 0 || !is_virtual() || !value || size < sizeof(struct timeval) || fd >= MOST)
        return (int)raw(SYS_setsockopt, fd, level, name, (long)value, size, 0);
    struct timeval span, none = {0, 0};
    memcpy(&span, value, sizeof span);
    if (span.tv_usec < 0 || span.tv_usec >= 1000000) {
        errno = EDOM;
        return -1;
    }
    int result = (int)raw(SYS_setsockopt, fd, level, name, (long)&none, sizeof none, 0);
    if (result == 0)
        atomic_store(limit_of(fd, way), span.tv_sec * SECOND + span.tv_usec * 1000);
    return result;
}

EXPORT int getsockopt(int fd, int level, int name, void *restrict value,
                      socklen_t *restrict size)
{
    int way = way_of(level, name);
    int64_t limit = way < 0 ? 0 : atomic_load(limit_of(fd, way));

    if (limit == 0 || *size < sizeof(struct timeval))
        return (int)raw(SYS_getsockopt, fd, level, name, (long)value, (long)size, 0);
    struct timeval span = {limit / SECOND, limit % SECOND / 1000};
    memcpy(value, &span, sizeof span);
    *size = sizeof span;
    return 0;
}

EXPORT ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
    REAL(ssize_t, "recv", int, void *, size_t, int);
    return await(fd, RECEIVING, flags) ? acknowledged(fd, real(fd, bytes, size, flags)) : -1;
}

EXPORT ssize_t recvfrom(int fd, void *restrict bytes, size_t size, int flags,
                        __SOCKADDR_ARG from, socklen_t *restrict length)
{
    REAL(ssize_t, "recvfrom", int, void *, size_t, int, __SOCKADDR_ARG, socklen_t *);
    return await(fd, RECEIVING, flags) ? acknowledged(fd, real(fd, bytes, size, flags, from, length)) : -1;
}

EXPORT ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    REAL(ssize_t, "recvmsg", int, struct msghdr *, int);
    return await(fd, RECEIVING, flags) ? acknowledged(fd, real(fd, message, flags)) : -1;
}

/* One message after the other, each within the socket's time-out, and all within *span*. */
EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags,
                    struct timespec *span)
{
    REAL(int, "recvmmsg", int, struct mmsghdr *, unsigned, int, struct timespec *);
    struct deadline deadline = after_timespec(span);
    int got = 0;

    if (!is_virtual() || (!span && atomic_load(limit_of(fd, RECEIVING)) == 0))
        return real(fd, messages, count, flags, span);
    while ((unsigned)got < count && await_until(fd, RECEIVING, flags, deadline) &&
           real(fd, messages + got, 1, flags, NULL) == 1) {
        got++;
        flags |= flags & MSG_WAITFORONE ? MSG_DONTWAIT : 0;
    }
    return got || !count ? got : -1;
}

EXPORT ssize_t read(int fd, void *bytes, size_t size)
{
    REAL(ssize_t, "read", int, void *, size_t);
    return await(fd, RECEIVING, 0) ? acknowledged(fd, real(fd, bytes, size)) : -1;
}

EXPORT ssize_t readv(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, "readv", int, const struct iovec *, int);
    return await(fd, RECEIVING, 0) ? acknowledged(fd, real(fd, parts, count)) : -1;
}

/* What a program compiled with _FORTIFY_SOURCE calls. */
EXPORT ssize_t __read_chk(int fd, void *bytes, size_t size, size_t room)
{
    if (size > room)
        abort();
    return read(fd, bytes, size);
}

EXPORT ssize_t __recv_chk(int fd, void *bytes, size_t size, size_t room, int flags)
{
    if (size > room)
        abort();
    return recv(fd, bytes, size, flags);
}

EXPORT int accept(int fd, __SOCKADDR_ARG from, socklen_t *restrict length)
{
    REAL(int, "accept", int, __SOCKADDR_ARG, socklen_t *);
    return await(fd, RECEIVING, 0) ? real(fd, from, length) : -1;
}

EXPORT int accept4(int fd, __SOCKADDR_ARG from, socklen_t *restrict length, int flags)
{
    REAL(int, "accept4", int, __SOCKADDR_ARG, socklen_t *, int);
    return await(fd, RECEIVING, 0) ? real(fd, from, length, flags) : -1;
}

EXPORT ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
    REAL(ssize_t, "send", int, const void *, size_t, int);
    note_sending(fd);
    return await(fd, SENDING, flags) ? real(fd, bytes, size, flags) : -1;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t size)
{
    REAL(ssize_t, "write", int, const void *, size_t);
    note_sending(fd);
    return await(fd, SENDING, 0) ? real(fd, bytes, size) : -1;
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count)
{
    REAL(ssize_t, "writev", int, const struct iovec *, int);
    note_sending(fd);
    return await(fd, SENDING, 0) ? real(fd, parts, count) : -1;
}

EXPORT ssize_t sendto(int fd, const void *bytes, size_t size, int flags,
                      __CONST_SOCKADDR_ARG to, socklen_t length)
{
    REAL(ssize_t, "sendto", int, const void *, size_t, int, __CONST_SOCKADDR_ARG, socklen_t);
    note_sending(fd);
    return await(fd, SENDING, flags) ? real(fd, bytes, size, flags, to, length) : -1;
}

EXPORT ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    REAL(ssize_t, "sendmsg", int, const struct msghdr *, int);
    note_sending(fd);
    return await(fd, SENDING, flags) ? real(fd, message, flags) : -1;
}

EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    REAL(int, "sendmmsg", int, struct mmsghdr *, unsigned, int);
    note_sending(fd);
    return await(fd, SENDING, flags) ? real(fd, messages, count, flags) : -1;
}

EXPORT int connect(int fd, __CONST_SOCKADDR_ARG to, socklen_t length)
{
    REAL(int, "connect", int, __CONST_SOCKADDR_ARG, socklen_t);
    note_peer(fd, to.__sockaddr__);
    return real(fd, to, length);
}

EXPORT int shutdown(int fd, int how)
{
    REAL(int, "shutdown", int, int);
    note_sending(fd);
    return real(fd, how);
}

EXPORT int close(int fd)
{
    REAL(int, "close", int);
    /* Nothing that comes of this can wake anybody here. */
    timerfd_closed(fd);
    socket_closed(fd);
    return real(fd);
}

EXPORT int dup(int fd)
{
    return duplicated(fd, (int)raw(SYS_dup, fd, 0, 0, 0, 0, 0));
}

EXPORT int dup3(int fd, int to, int flags)
{
    REAL(int, "dup3", int, int, int);
    int made = real(fd, to, flags);

    if (made >= 0) {
        timerfd_closed(to);
        socket_closed(to);
    }
    return duplicated(fd, made);
}

static int duplicate_above(int fd, int command, long lowest)
{
    return duplicated(fd, (int)raw(SYS_fcntl, fd, command, lowest, 0, 0, 0));
}

/* Whatever the argument is, it comes as a long. */
EXPORT int fcntl(int fd, int command, ...)
{
    va_list list;

    va_start(list, command);
    long argument = va_arg(list, long);
    va_end(list);
    if (command == F_DUPFD || command == F_DUPFD_CLOEXEC)
        return duplicate_above(fd, command, argument);
    REAL(int, "fcntl", int, int, ...);
    return real(fd, command, argument);
}

EXPORT int fcntl64(int fd, int command, ...)
{
    va_list list;

    va_start(list, command);
    long argument = va_arg(list, long);
    va_end(list);
    return fcntl(fd, command, argument);
}

EXPORT int dup2(int fd, int to)
{
    REAL(int, "dup2", int, int);

    if (fd == to)
        return real(fd, to);
    return dup3(fd, to, 0);
}
