/* What is kept on disk: the client UUID, licences, and usage not submitted yet. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <time.h>

/* Units of one type in one slot; rows of one report share their number. */
struct row {
    struct row *next;
    long report;
    time_t slot;
    bool is_sealed;
    bool is_tried;    /* in this session; not on disk */
    bool is_under_way; /* in the request that is being sent; not on disk */
    long count;
    char type[64];
    char account[300]; /* c and a handshake code, or o and an organization */
};

struct store {
    char path[1024];
    char uuid[40];
    char selector[600]; /* of the only licence that is kept */
    time_t valid_until;
    char code[256];
    long last;
    struct row *rows; /* oldest first */
};

void store_open(struct store *store, const char *folder);
void store_save(const struct store *store);
void store_close(struct store *store);
void store_count(struct store *store, time_t slot, const char *account, const char *type,
                 long count);
/* Remove the rows for which *is_over* is true. */
void store_drop(struct store *store, bool (*is_over)(const struct row *, void *), void *with);

#endif
