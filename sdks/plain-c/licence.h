/*
 * A small licence SDK as an application would ship it: time(), a thread that waits on a
 * condition variable, plain sockets.
 */
#ifndef LICENCE_H
#define LICENCE_H

#include <stdbool.h>

struct settings {
    char *cache;
    char *servers[2];
    char *code;
    char *organization;
    char *password;
    char *product_keys;
    const char *product;
    bool is_lts;
    const char *bug; /* a mistake to make on purpose; empty: none */
};

#define MESSAGE 240

/* 0, or the error code that the application is told, with *message*. */
int licence_start(struct settings *settings, char message[MESSAGE]);
int licence_record(const char *type, long count, bool success, char message[MESSAGE]);
void licence_stop(void);

#endif
