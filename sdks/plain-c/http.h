/* One POST over a plain socket. */
#ifndef HTTP_H
#define HTTP_H

/*
 * POST *body* to *path* below *server* (http://host:port/prefix). Returns the status, or 0
 * if no whole answer came within *seconds*; *answer* is its body, to be freed.
 */
int http_post(const char *server, const char *path, const char *body, int seconds,
              char **answer);

#endif
