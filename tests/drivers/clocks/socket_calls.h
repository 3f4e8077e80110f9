/* Waits by the time-outs of sockets, for calls.c. */
static void use_socket_timeout(void)
{
    struct timeval time = {SPAN, 0};
    int pair[2];
    char byte;
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    if (recv(pair[0], &byte, 1, 0) != -1 || errno != EAGAIN)
        abort();
}

static void use_recvmmsg(void)
{
    struct timeval time = {SPAN, 0};
    char byte;
    struct iovec part = {&byte, 1};
    struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};
    struct mmsghdr messages[2] = {{head, 0}, {head, 0}};
    int pair[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    if (send(pair[1], "x", 1, 0) != 1 || recvmmsg(pair[0], messages, 2, 0, NULL) != 1)
        abort();
}

static void use_recvmmsg_span(void)
{
    struct timespec time = span;
    struct mmsghdr message = {0};
    int pair[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    if (recvmmsg(pair[0], &message, 1, 0, &time) != -1 || errno != EAGAIN)
        abort();
}

static void use_socket_duplicate(void)
{
    struct timeval time = {SPAN, 0};
    int pair[2];
    char byte;
    socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    if (recv(fcntl(pair[0], F_DUPFD_CLOEXEC, 0), &byte, 1, 0) != -1 || errno != EAGAIN)
        abort();
}
