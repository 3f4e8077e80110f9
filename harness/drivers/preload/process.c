/*
 * Processes that come into being: the harness is told, so that it can look for them.
 *
 * A child made by fork or posix_spawn is in the page before its parent goes on. vfork
 * is fork here, since a function cannot return twice.
 */
#define _GNU_SOURCE
#include "clock.h"

#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

EXPORT pid_t vfork(void)
{
    return fork();
}

EXPORT pid_t fork(void)
{
    REAL(pid_t, "fork", void);
    pid_t child = real();

    if (child > 0)
        note_process((uint32_t)child);
    return child;
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const arguments[],
                       char *const environment[])
{
    REAL(int, "posix_spawn", pid_t *, const char *, const posix_spawn_file_actions_t *,
         const posix_spawnattr_t *, char *const *, char *const *);
    pid_t child = 0;
    int result = real(&child, path, actions, attributes, arguments, environment);

    if (result == 0)
        note_process((uint32_t)child);
    note_birth();
    if (pid)
        *pid = child;
    return result;
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const arguments[],
                        char *const environment[])
{
    REAL(int, "posix_spawnp", pid_t *, const char *, const posix_spawn_file_actions_t *,
         const posix_spawnattr_t *, char *const *, char *const *);
    pid_t child = 0;
    int result = real(&child, file, actions, attributes, arguments, environment);

    if (result == 0)
        note_process((uint32_t)child);
    note_birth();
    if (pid)
        *pid = child;
    return result;
}

EXPORT int system(const char *command)
{
    REAL(int, "system", const char *);
    note_birth();
    return real(command);
}

EXPORT FILE *popen(const char *command, const char *mode)
{
    REAL(FILE *, "popen", const char *, const char *);
    FILE *made = real(command, mode);
    note_birth();
    return made;
}
