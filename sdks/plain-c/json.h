/* As much of JSON as the SDK and its driver need. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>

/* Text that grows. */
struct text {
    char *bytes;
    size_t size;
    size_t room;
};

void text_add(struct text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Add *value* as a JSON string, or null. */
void text_add_string(struct text *text, const char *value);
void text_free(struct text *text);

/* Whether *json* is an object from its first byte to its last. */
bool json_is_object(const char *json);

/*
 * Each of these looks for the first field *name* anywhere in the object *json*, whose
 * names are few and known. A string is to be freed; NULL where there is none, or null.
 */
char *json_string(const char *json, const char *name);
bool json_bool(const char *json, const char *name);
long json_number(const char *json, const char *name, long otherwise);
/* The element *index* of the list *name* of strings, to be freed; NULL beyond its end. */
char *json_element(const char *json, const char *name, int index);

#endif
