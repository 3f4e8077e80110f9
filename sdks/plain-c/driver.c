/*
 * The driver of the plain SDK: it calls the SDK's public functions, and has no clock. Time
 * passes around it, so `advance` and `set_clock` have nothing to do.
 */
#define _GNU_SOURCE
#include "json.h"
#include "licence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct settings settings;

static const char *or_else(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value && *value ? value : otherwise;
}

static void forget_settings(void)
{
    free(settings.cache);
    free(settings.servers[0]);
    free(settings.servers[1]);
    free(settings.code);
    free(settings.organization);
    free(settings.password);
    free(settings.product_keys);
}

static void configure(const char *params)
{
    forget_settings();
    settings = (struct settings){
        .cache = json_string(params, "cacheDir"),
        .servers = {json_element(params, "servers", 0), json_element(params, "servers", 1)},
        .code = json_string(params, "handshakeCode"),
        .organization = json_string(params, "organizationId"),
        .password = json_string(params, "sessionPassword"),
        .product_keys = json_string(params, "productKeys"),
        .product = or_else("DLS_PRODUCT", "dbr"),
        .is_lts = strcmp(or_else("DLS_GENERATION", "dls"), "lts") == 0,
        .bug = or_else("PLAIN_BUG", ""),
    };
}

static void describe(struct text *answer)
{
    bool is_lts = strcmp(or_else("DLS_GENERATION", "dls"), "lts") == 0;

    text_add(answer,
             "{\"contract\":1,\"sdk\":{\"name\":\"plain-c\",\"version\":\"1.0.0\","
             "\"language\":\"c\"},\"product\":\"%s\",\"generation\":\"%s\",\"clock\":\"preload\","
             "\"capabilities\":[%s\"session-password\",\"standby-server\",\"product-keys\","
             "\"restart-in-process\"]}",
             or_else("DLS_PRODUCT", "dbr"), is_lts ? "lts" : "dls",
             is_lts ? "" : "\"organization-id\",");
}

static void tell(struct text *answer, const char *field, int code, const char *message)
{
    text_add(answer, "{\"%s\":%s,\"nextTimer\":null,\"error\":", field, code ? "false" : "true");
    if (code) {
        text_add(answer, "{\"code\":%d,\"message\":", code);
        text_add_string(answer, message);
        text_add(answer, "}}");
    } else {
        text_add(answer, "null}");
    }
}

static void start(struct text *answer, const char *params)
{
    char message[MESSAGE] = "";

    licence_stop();
    configure(params);
    int code = licence_start(&settings, message);
    tell(answer, "authorized", code, message);
}

static void operate(struct text *answer, const char *params)
{
    char message[MESSAGE] = "";
    char *type = json_string(params, "type");

    int code = licence_record(type, json_number(params, "count", 0),
                              json_bool(params, "success"), message);
    tell(answer, "performed", code, message);
    free(type);
}

/* Write what *method* answers; false: there is no such method. */
static bool answer_to(const char *method, const char *params, struct text *answer)
{
    if (strcmp(method, "describe") == 0) {
        describe(answer);
    } else if (strcmp(method, "start") == 0) {
        start(answer, params);
    } else if (strcmp(method, "operate") == 0) {
        operate(answer, params);
    } else if (strcmp(method, "stop") == 0) {
        licence_stop();
        text_add(answer, "{}");
    } else if (strcmp(method, "advance") == 0 || strcmp(method, "set_clock") == 0) {
        text_add(answer, "{\"nextTimer\":null}");
    } else {
        return false;
    }
    return true;
}

static void answer_line(const char *line)
{
    struct text result = {0};
    char *method = json_string(line, "method");
    const char *params = strstr(line, "\"params\"");
    long id = json_number(line, "id", 0);

    if (method && answer_to(method, params ? params : "{}", &result))
        printf("{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":%s}\n", id, result.bytes);
    else
        printf("{\"jsonrpc\":\"2.0\",\"id\":%ld,\"error\":{\"code\":-32601,"
               "\"message\":\"method not found\"}}\n",
               id);
    fflush(stdout);
    free(method);
    text_free(&result);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0)
        answer_line(line);
    licence_stop();
    forget_settings();
    free(line);
    return 0;
}
