#define _GNU_SOURCE
#include "licence.h"
#include "http.h"
#include "json.h"
#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TICK = 180, REQUEST_LIMIT = 10, RETENTION = 30 * 86400, BATCH = 500, STANDING_BY = 100 };
enum { NO_LICENCE = -20000, UNREACHABLE_LTS = -20003, TWO_LICENCES = -20006 };
enum { UNREACHABLE_DLS = -20200 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ending = PTHREAD_COND_INITIALIZER;
static pthread_t ticker;
static bool is_open;
static struct settings *set;
static struct store store;
static const char *server;

static bool has_bug(const char *name)
{
    return set->bug && strcmp(set->bug, name) == 0;
}

static int refuse(char message[MESSAGE], int code, const char *text)
{
    snprintf(message, MESSAGE, "%s", text);
    return code;
}

/* ---- being authorised */

static void write_selector(char *selector, size_t size)
{
    snprintf(selector, size, "%s|%s|%s", set->code ? set->code : "",
             set->organization ? set->organization : "", set->product);
}

static void write_request(struct text *text)
{
    text_add(text, "{\"clientUuid\":\"%s\",\"handshakeCode\":", store.uuid);
    text_add_string(text, set->code);
    text_add(text, ",\"organizationId\":");
    text_add_string(text, set->organization);
    text_add(text, ",\"sessionPassword\":");
    text_add_string(text, set->password);
    text_add(text,
             ",\"product\":\"%s\",\"generation\":\"%s\",\"deploymentType\":\"desktop\","
             "\"binding\":{\"kind\":\"process-name\",\"value\":\"plain\"},"
             "\"chargeWay\":\"auto\",\"instances\":1,\"alias\":null}",
             set->product, set->is_lts ? "lts" : "dls");
}

static void keep_grant(const char *answer)
{
    struct tm until = {0};
    char *text = json_string(answer, "validUntil");
    char *code = json_string(answer, "handshakeCode");

    if (text && strptime(text, "%Y-%m-%dT%H:%M:%S", &until))
        store.valid_until = timegm(&until);
    snprintf(store.code, sizeof store.code, "%s", code ? code : "-");
    write_selector(store.selector, sizeof store.selector);
    store_save(&store);
    free(text);
    free(code);
}

/* Ask one server: 0 granted, 1 ask another one, or the error code for the application. */
static int ask(const char *url, char message[MESSAGE])
{
    struct text request = {0};
    char *answer;

    write_request(&request);
    int status = http_post(url, "/dls/authorization", request.bytes, REQUEST_LIMIT, &answer);
    text_free(&request);
    int result = 1;
    if (status && !json_is_object(answer))
        status = 0;
    if (status == 200 && json_bool(answer, "authorized")) {
        keep_grant(answer);
        result = 0;
    } else if (status && strstr(answer, "\"error\"")) {
        long code = json_number(answer, "code", STANDING_BY);
        char *text = json_string(answer, "message");
        if (code != STANDING_BY) {
            store.selector[0] = '\0';
            store_save(&store);
            result = refuse(message, (int)(NO_LICENCE - code), text ? text : "refused");
        }
        free(text);
    }
    free(answer);
    return result;
}

static int authorise(char message[MESSAGE])
{
    char selector[600];

    for (int i = 0; i < 2 && set->servers[i]; i++) {
        int result = ask(set->servers[i], message);
        if (result == 0)
            server = set->servers[i];
        if (result != 1)
            return result;
    }
    write_selector(selector, sizeof selector);
    if (strcmp(selector, store.selector) != 0 || time(NULL) >= store.valid_until)
        return refuse(message, set->is_lts ? UNREACHABLE_LTS : UNREACHABLE_DLS,
                      "The licence server cannot be reached.");
    server = set->servers[0];
    return 0;
}

/* ---- submitting */

static void write_label(struct text *text, time_t slot)
{
    struct tm parts;
    char label[32];

    strftime(label, sizeof label, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&slot, &parts));
    text_add(text, "{\"timeLabel\":\"%s\",", label);
}

/* One report: the rows that share the number of *row*. */
static void write_report(struct text *text, const struct row *row)
{
    bool is_first = true;

    write_label(text, row->slot);
    text_add(text, "\"%s\":", row->account[0] == 'c' ? "handshakeCode" : "organizationId");
    text_add_string(text, row->account + 1);
    text_add(text, ",\"clientUuid\":\"%s\",\"product\":\"%s\",\"usage\":[", store.uuid,
             set->product);
    for (const struct row *one = row; one; one = one->next) {
        if (one->report != row->report)
            continue;
        text_add(text, "%s{\"type\":", is_first ? "" : ",");
        text_add_string(text, one->type);
        text_add(text, ",\"count\":%ld}", one->count);
        is_first = false;
    }
    text_add(text, "]}");
}

static bool is_due(const struct row *row, time_t now)
{
    return !row->is_tried && (row->is_sealed || row->slot <= now - TICK);
}

/* All rows of report *number* go out now, and never grow again. */
static void send_along(long number)
{
    for (struct row *row = store.rows; row; row = row->next) {
        if (row->report == number)
            row->is_sealed = row->is_tried = row->is_under_way = true;
    }
}

/* Write the next batch into *text*, oldest first; returns how many reports are in it. */
static int next_batch(struct text *text, time_t now)
{
    int count = 0;

    text_add(text, "{\"reports\":[");
    for (struct row *row = store.rows; row && count < BATCH; row = row->next) {
        if (is_due(row, now)) {
            text_add(text, "%s", count++ ? "," : "");
            write_report(text, row);
            send_along(row->report);
        }
    }
    text_add(text, "]}");
    return count;
}

static bool is_under_way(const struct row *row, void *unused)
{
    return row->is_under_way || unused;
}

static void submit_batch(const char *body)
{
    char *answer;

    store_save(&store);
    int status = http_post(server, "/dls/usage", body, REQUEST_LIMIT, &answer);
    if (status == 200 && json_is_object(answer) && json_bool(answer, "accepted")) {
        store_drop(&store, is_under_way, NULL);
        store_save(&store);
    }
    free(answer);
    for (struct row *row = store.rows; row; row = row->next)
        row->is_under_way = false;
}

static void submit(void)
{
    time_t now = time(NULL);
    int count;

    do {
        struct text body = {0};
        count = next_batch(&body, now);
        if (count)
            submit_batch(body.bytes);
        text_free(&body);
    } while (count == BATCH);
}

static void forget_tries(void)
{
    for (struct row *row = store.rows; row; row = row->next)
        row->is_tried = false;
}

/* Every three minutes, counted from the start, until the session ends. */
static void *tick(void *begun)
{
    struct timespec due = *(struct timespec *)begun;

    free(begun);
    pthread_mutex_lock(&lock);
    while (is_open) {
        due.tv_sec += has_bug("ticks-early") ? 120 : TICK;
        while (is_open && pthread_cond_timedwait(&ending, &lock, &due) == 0)
            continue;
        if (is_open && has_bug("retries"))
            forget_tries();
        if (is_open)
            submit();
    }
    pthread_mutex_unlock(&lock);
    return NULL;
}

/* ---- what the application calls */

static bool is_too_old(const struct row *row, void *now)
{
    return row->slot + TICK < *(time_t *)now - RETENTION;
}

static void purge(void)
{
    time_t now = time(NULL);

    if (!set->is_lts) {
        store_drop(&store, is_too_old, &now);
        store_save(&store);
    }
}

static int check(char message[MESSAGE])
{
    bool is_tracked = set->code || set->organization;

    if (is_tracked && set->product_keys)
        return refuse(message, TWO_LICENCES, "Product keys exclude other licences.");
    return is_tracked ? 0 : refuse(message, NO_LICENCE, "No licence is configured.");
}

static void begin_ticks(void)
{
    pthread_condattr_t attributes;
    struct timespec *begun = malloc(sizeof *begun);

    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&ending, &attributes);
    pthread_condattr_destroy(&attributes);
    clock_gettime(CLOCK_MONOTONIC, begun);
    is_open = true;
    pthread_create(&ticker, NULL, tick, begun);
}

int licence_start(struct settings *settings, char message[MESSAGE])
{
    licence_stop();
    set = settings;
    int result = check(message);
    if (result)
        return result;
    store_open(&store, set->cache);
    result = authorise(message);
    if (result) {
        store_close(&store);
        return result;
    }
    pthread_mutex_lock(&lock);
    purge();
    begin_ticks();
    submit();
    pthread_mutex_unlock(&lock);
    return 0;
}

static time_t slot_now(void)
{
    int first = set->is_lts && !has_bug("wrong-grid") ? 1 : 0;

    return (time(NULL) - first) / TICK * TICK + first;
}

int licence_record(const char *type, long count, bool success, char message[MESSAGE])
{
    char account[300];

    if (!is_open)
        return refuse(message, NO_LICENCE, "There is no session.");
    if (count <= 0 || !(success || has_bug("counts-failures")))
        return 0;
    const char *code = set->code ? set->code : store.code[0] != '-' ? store.code : NULL;
    snprintf(account, sizeof account, "%c%s", code ? 'c' : 'o', code ? code : set->organization);
    pthread_mutex_lock(&lock);
    store_count(&store, slot_now(), account, type, count);
    pthread_mutex_unlock(&lock);
    return 0;
}

void licence_stop(void)
{
    if (!is_open)
        return;
    pthread_mutex_lock(&lock);
    is_open = false;
    pthread_cond_broadcast(&ending);
    pthread_mutex_unlock(&lock);
    pthread_join(ticker, NULL);
    store_close(&store);
}
