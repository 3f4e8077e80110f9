#define _GNU_SOURCE
#include "store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

static void make_uuid(char uuid[40])
{
    unsigned char bytes[16];

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    bytes[6] = (bytes[6] & 0x0F) | 0x40;
    bytes[8] = (bytes[8] & 0x3F) | 0x80;
    for (int i = 0, at = 0; i < 16; i++)
        at += sprintf(uuid + at, i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x" : "%02x",
                      bytes[i]);
}

static void append(struct store *store, struct row *row)
{
    struct row **end = &store->rows;

    while (*end)
        end = &(*end)->next;
    *end = row;
}

static void read_row(struct store *store, const char *line)
{
    struct row *row = calloc(1, sizeof *row);
    int sealed = 0;

    if (sscanf(line, "row\t%ld\t%ld\t%d\t%ld\t%63[^\t]\t%299[^\n]", &row->report, &row->slot,
               &sealed, &row->count, row->type, row->account) != 6) {
        free(row);
        return;
    }
    row->is_sealed = sealed;
    append(store, row);
}

void store_open(struct store *store, const char *folder)
{
    char line[2048];

    memset(store, 0, sizeof *store);
    mkdir(folder, 0777);
    snprintf(store->path, sizeof store->path, "%s/state.tsv", folder);
    FILE *file = fopen(store->path, "re");
    while (file && fgets(line, sizeof line, file)) {
        sscanf(line, "uuid\t%39[^\n]", store->uuid);
        sscanf(line, "last\t%ld", &store->last);
        sscanf(line, "licence\t%ld\t%255[^\t]\t%599[^\n]", &store->valid_until, store->code,
               store->selector);
        read_row(store, line);
    }
    if (file)
        fclose(file);
    if (!store->uuid[0]) {
        make_uuid(store->uuid);
        store_save(store);
    }
}

/* Put it in place of what was there, in one step. */
void store_save(const struct store *store)
{
    char new[1040];

    snprintf(new, sizeof new, "%s.new", store->path);
    FILE *file = fopen(new, "we");
    if (!file)
        return;
    fprintf(file, "uuid\t%s\nlast\t%ld\n", store->uuid, store->last);
    if (store->selector[0])
        fprintf(file, "licence\t%ld\t%s\t%s\n", store->valid_until, store->code,
                store->selector);
    for (struct row *row = store->rows; row; row = row->next)
        fprintf(file, "row\t%ld\t%ld\t%d\t%ld\t%s\t%s\n", row->report, row->slot,
                row->is_sealed, row->count, row->type, row->account);
    fclose(file);
    rename(new, store->path);
}

static bool always(const struct row *row, void *with)
{
    return row || with;
}

void store_close(struct store *store)
{
    store_drop(store, always, NULL);
}

void store_count(struct store *store, time_t slot, const char *account, const char *type,
                 long count)
{
    long report = 0;

    for (struct row *row = store->rows; row; row = row->next) {
        if (row->is_sealed || row->slot != slot || strcmp(row->account, account) != 0)
            continue;
        report = row->report;
        if (strcmp(row->type, type) == 0) {
            row->count += count;
            store_save(store);
            return;
        }
    }
    struct row *row = calloc(1, sizeof *row);
    row->report = report ? report : ++store->last;
    row->slot = slot;
    row->count = count;
    snprintf(row->type, sizeof row->type, "%s", type);
    snprintf(row->account, sizeof row->account, "%s", account);
    append(store, row);
    store_save(store);
}

void store_drop(struct store *store, bool (*is_over)(const struct row *, void *), void *with)
{
    for (struct row **place = &store->rows; *place;) {
        struct row *row = *place;
        if (is_over(row, with)) {
            *place = row->next;
            free(row);
        } else {
            place = &row->next;
        }
    }
}
