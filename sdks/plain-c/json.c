#include "json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void make_room(struct text *text, size_t more)
{
    if (text->size + more + 1 <= text->room)
        return;
    text->room = 2 * (text->size + more + 1);
    text->bytes = realloc(text->bytes, text->room);
    if (!text->bytes)
        abort();
}

void text_add(struct text *text, const char *format, ...)
{
    va_list list, again;

    va_start(list, format);
    va_copy(again, list);
    int size = vsnprintf(NULL, 0, format, list);
    make_room(text, (size_t)size);
    vsnprintf(text->bytes + text->size, (size_t)size + 1, format, again);
    text->size += (size_t)size;
    va_end(again);
    va_end(list);
}

void text_add_string(struct text *text, const char *value)
{
    if (!value) {
        text_add(text, "null");
        return;
    }
    text_add(text, "\"");
    for (; *value; value++) {
        unsigned char byte = (unsigned char)*value;
        if (byte == '"' || byte == '\\')
            text_add(text, "\\%c", byte);
        else if (byte < 0x20)
            text_add(text, "\\u%04x", byte);
        else
            text_add(text, "%c", byte);
    }
    text_add(text, "\"");
}

void text_free(struct text *text)
{
    free(text->bytes);
    *text = (struct text){0};
}

/* Behind the string that begins at *at*. */
static const char *behind_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        at += *at == '\\' && at[1];
    return *at ? at + 1 : at;
}

bool json_is_object(const char *json)
{
    const char *at = json + strspn(json, " \r\n");
    int depth = 0;

    if (*at != '{')
        return false;
    do {
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at = *at == '"' ? behind_string(at) : at + 1;
    } while (*at && depth > 0);
    return depth == 0 && at[strspn(at, " \r\n")] == '\0';
}

/* What stands behind `"name":`; NULL: there is no such field. */
static const char *value_of(const char *json, const char *name)
{
    size_t size = strlen(name);

    while (*json) {
        if (*json != '"') {
            json++;
            continue;
        }
        const char *end = behind_string(json);
        const char *next = end + strspn(end, " ");
        if ((size_t)(end - json) == size + 2 && strncmp(json + 1, name, size) == 0 && *next == ':')
            return next + 1 + strspn(next + 1, " ");
        json = end;
    }
    return NULL;
}

static void add_code_point(struct text *text, unsigned long point)
{
    if (point < 0x80) {
        text_add(text, "%c", (int)point);
    } else if (point < 0x800) {
        text_add(text, "%c%c", (int)(0xC0 | point >> 6), (int)(0x80 | (point & 0x3F)));
    } else if (point < 0x10000) {
        text_add(text, "%c%c%c", (int)(0xE0 | point >> 12), (int)(0x80 | (point >> 6 & 0x3F)),
                 (int)(0x80 | (point & 0x3F)));
    } else {
        text_add(text, "%c%c%c%c", (int)(0xF0 | point >> 18), (int)(0x80 | (point >> 12 & 0x3F)),
                 (int)(0x80 | (point >> 6 & 0x3F)), (int)(0x80 | (point & 0x3F)));
    }
}

static unsigned long hex(const char *at)
{
    char digits[5] = "";

    strncpy(digits, at, 4);
    return strtoul(digits, NULL, 16);
}

/* Add what the escape behind the backslash *at* stands for; returns its last byte. */
static const char *add_escaped(struct text *text, const char *at)
{
    static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
    const char *found = strchr(from, at[1]);

    if (at[1] != 'u') {
        text_add(text, "%c", found && *found ? to[found - from] : at[1]);
        return at + 1;
    }
    unsigned long point = hex(at + 2);
    at += 5;
    if (point >= 0xD800 && point < 0xDC00 && at[1] == '\\' && at[2] == 'u') {
        point = 0x10000 + ((point - 0xD800) << 10) + (hex(at + 3) - 0xDC00);
        at += 6;
    }
    add_code_point(text, point);
    return at;
}

static char *copy_of(const char *at)
{
    struct text text = {0};

    if (*at != '"')
        return NULL;
    text_add(&text, "%s", "");
    for (at++; *at && *at != '"'; at++) {
        if (*at == '\\' && at[1])
            at = add_escaped(&text, at);
        else
            text_add(&text, "%c", *at);
    }
    return text.bytes;
}

char *json_string(const char *json, const char *name)
{
    const char *value = value_of(json, name);

    return value ? copy_of(value) : NULL;
}

bool json_bool(const char *json, const char *name)
{
    const char *value = value_of(json, name);

    return value && strncmp(value, "true", 4) == 0;
}

long json_number(const char *json, const char *name, long otherwise)
{
    const char *value = value_of(json, name);
    char *end;

    if (!value)
        return otherwise;
    long number = strtol(value, &end, 10);
    return end == value ? otherwise : number;
}

char *json_element(const char *json, const char *name, int index)
{
    const char *at = value_of(json, name);

    if (!at || *at != '[')
        return NULL;
    for (at++; *at && *at != ']';) {
        if (*at != '"') {
            at++;
            continue;
        }
        if (index-- == 0)
            return copy_of(at);
        at = behind_string(at);
    }
    return NULL;
}
