#define _GNU_SOURCE
#include "http.h"
#include "json.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct place {
    char host[256];
    char port[16];
    char prefix[512];
};

static bool read_url(const char *url, struct place *place)
{
    *place = (struct place){.port = "80"};
    if (sscanf(url, "http://%255[^:/]:%15[0-9]%511s", place->host, place->port,
               place->prefix) < 1)
        return false;
    size_t size = strlen(place->prefix);
    if (size && place->prefix[size - 1] == '/')
        place->prefix[size - 1] = '\0';
    return true;
}

static int connected(const struct place *place, int seconds)
{
    struct addrinfo wanted = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct timeval limit = {seconds, 0};

    if (getaddrinfo(place->host, place->port, &wanted, &found) != 0)
        return -1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    if (connect(fd, found->ai_addr, found->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(found);
    return fd;
}

static bool send_all(int fd, const struct text *text)
{
    for (size_t sent = 0; sent < text->size;) {
        ssize_t size = send(fd, text->bytes + sent, text->size - sent, MSG_NOSIGNAL);
        if (size <= 0)
            return false;
        sent += (size_t)size;
    }
    return true;
}

/* Everything until the other side closes; false if it ends in another way. */
static bool receive_all(int fd, struct text *text)
{
    char bytes[4096];
    ssize_t size;

    while ((size = recv(fd, bytes, sizeof bytes - 1, 0)) > 0) {
        bytes[size] = '\0';
        text_add(text, "%s", bytes);
    }
    return size == 0;
}

/* The status of a whole answer, or 0. */
static int read_answer(const struct text *got, char **answer)
{
    int status = 0;
    char *body = got->bytes ? strstr(got->bytes, "\r\n\r\n") : NULL;
    char *length = got->bytes ? strcasestr(got->bytes, "\r\ncontent-length:") : NULL;

    if (!body || sscanf(got->bytes, "HTTP/1.1 %d", &status) != 1)
        return 0;
    body += 4;
    if (length && length < body && strlen(body) < strtoul(length + 17, NULL, 10))
        return 0;
    *answer = strdup(body);
    return status;
}

int http_post(const char *server, const char *path, const char *body, int seconds,
              char **answer)
{
    struct text request = {0}, got = {0};
    struct place place;
    int status = 0;

    *answer = NULL;
    if (!read_url(server, &place))
        return 0;
    int fd = connected(&place, seconds);
    if (fd < 0)
        return 0;
    text_add(&request,
             "POST %s%s HTTP/1.1\r\nHost: %s:%s\r\nContent-Type: application/json\r\n"
             "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
             place.prefix, path, place.host, place.port, strlen(body), body);
    if (send_all(fd, &request) && receive_all(fd, &got))
        status = read_answer(&got, answer);
    close(fd);
    text_free(&request);
    text_free(&got);
    return status;
}
