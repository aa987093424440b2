/* What programs of POSIX ask of a C library and wasi-libc has not, for those that the tests build: users, modes of files, locks and processes, of which WASI knows none. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define F_RDLCK 0
#define F_WRLCK 1
#define F_UNLCK 2
#define F_GETLK 5
#define F_SETLK 6
#define F_SETLKW 7

static inline int fchmod(int file, mode_t mode) { return (void)file, (void)mode, 0; }
static inline int chmod(const char *path, mode_t mode) { return (void)path, (void)mode, 0; }
static inline int fchown(int file, uid_t user, gid_t group) { return (void)file, (void)user, (void)group, 0; }
static inline int chown(const char *path, uid_t user, gid_t group) { return (void)path, (void)user, (void)group, 0; }
static inline mode_t umask(mode_t mask) { return (void)mask, 022; }
static inline uid_t getuid(void) { return 0; }
static inline uid_t geteuid(void) { return 0; }
static inline FILE *popen(const char *command, const char *mode) { return (void)command, (void)mode, errno = ENOSYS, (FILE *)0; }
static inline int pclose(FILE *stream) { return (void)stream, errno = ENOSYS, -1; }
