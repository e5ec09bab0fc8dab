/* A disk that fails when told to: preloaded into a process, it makes one call go wrong, once or a few times.
 *
 * FAULT is "function:part:mode:errno:skip:times:mark": calls of this function on a path that holds `part` are counted;
 * after `skip` of them, `times` go wrong, in all processes that share the file `mark`, which counts them.
 * Modes: fail (nothing is done), lost (it is done, its answer is an error), short (half of it), kill (SIGKILL before),
 * killafter (SIGKILL behind it).
 *
 * UNKNOWN names calls that the file system does not know, as NFS knows no renameat2 with flags: each of them fails.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum mode { NONE, FAIL, LOST, SHORT, KILL, KILLAFTER };
static const char *const MODES[] = {"none", "fail", "lost", "short", "kill", "killafter"};

static struct { char function[24], part[128], mark[400]; enum mode mode; int error, skip, times, ready; } fault;
static volatile int *passed; /* shared between processes */

__attribute__((constructor)) static void read_fault(void)
{
    char mode[12] = "", *given = getenv("FAULT");
    if (!given || sscanf(given, "%23[^:]:%127[^:]:%11[^:]:%d:%d:%d:%399s", fault.function, fault.part, mode, &fault.error,
                         &fault.skip, &fault.times, fault.mark) != 7)
        return;
    for (int number = 0; number < 6; number++)
        if (!strcmp(mode, MODES[number])) fault.mode = number;
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, fault.mark, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0 || syscall(SYS_ftruncate, descriptor, sizeof(int))) return;
    passed = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    syscall(SYS_close, descriptor);
    fault.ready = passed != MAP_FAILED;
}

/* What a file system says that does not know this call; 0 where it does. */
static int unknown(const char *function)
{
    const char *named = getenv("UNKNOWN"), *found = named ? strstr(named, function) : NULL;
    if (!found || (found[strlen(function)] && found[strlen(function)] != ',')) return 0;
    return strcmp(function, "linkat") ? EINVAL : EPERM;
}

static enum mode now(const char *function, int folder, const char *path)
{
    if (!fault.ready || strcmp(function, fault.function)) return NONE;
    int kept = errno;
    char link[40], place[2100] = "";
    if (folder >= 0 && !(path && *path == '/')) {
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        ssize_t length = syscall(SYS_readlink, link, place, 1000);
        place[length > 0 ? length : 0] = 0;
    }
    if (path) { strcat(place, "/"); strncat(place, path, 1000); }
    errno = kept;
    if (!strstr(place, fault.part)) return NONE;
    int number = __atomic_fetch_add(passed, 1, __ATOMIC_SEQ_CST);
    return number >= fault.skip && number < fault.skip + fault.times ? fault.mode : NONE;
}

static void die(void)
{
    syscall(SYS_kill, (int)syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

#define CALL(type, name, folder, path, parameters, whole, half)                  \
    type name parameters                                                         \
    {                                                                            \
        static type (*real) parameters;                                          \
        if (!real) real = (type (*) parameters)dlsym(RTLD_NEXT, #name);          \
        int refused = unknown(PLAIN(name));                                      \
        if (refused) { errno = refused; return -1; }                             \
        enum mode mode = now(PLAIN(name), folder, path);                         \
        if (mode == FAIL) { errno = fault.error; return -1; }                    \
        if (mode == KILL) die();                                                 \
        type result = mode == SHORT ? real half : real whole;                    \
        if (mode == KILLAFTER) die();                                            \
        if (mode == LOST && result >= 0) { errno = fault.error; return -1; }     \
        return result;                                                           \
    }

/* The 64-bit names of glibc are the same calls. */
static const char *plain(const char *name)
{
    static __thread char short_name[24];
    size_t length = strlen(name);
    snprintf(short_name, sizeof short_name, "%s", name);
    if (length > 2 && !strcmp(name + length - 2, "64")) short_name[length - 2] = 0;
    return short_name;
}
#define PLAIN(name) plain(#name)

CALL(int, rename, -1, from, (const char *from, const char *to), (from, to), (from, to))
CALL(int, renameat, one, from, (int one, const char *from, int two, const char *to), (one, from, two, to), (one, from, two, to))
CALL(int, renameat2, one, from, (int one, const char *from, int two, const char *to, unsigned flags),
     (one, from, two, to, flags), (one, from, two, to, flags))
CALL(int, linkat, one, from, (int one, const char *from, int two, const char *to, int flags), (one, from, two, to, flags),
     (one, from, two, to, flags))
CALL(int, unlinkat, folder, path, (int folder, const char *path, int flags), (folder, path, flags), (folder, path, flags))
CALL(int, unlink, -1, path, (const char *path), (path), (path))
CALL(int, mkdirat, folder, path, (int folder, const char *path, mode_t mode_), (folder, path, mode_), (folder, path, mode_))
CALL(int, mkdir, -1, path, (const char *path, mode_t mode_), (path, mode_), (path, mode_))
CALL(int, fsync, descriptor, NULL, (int descriptor), (descriptor), (descriptor))
CALL(int, fdatasync, descriptor, NULL, (int descriptor), (descriptor), (descriptor))
CALL(int, ftruncate64, descriptor, NULL, (int descriptor, off64_t length), (descriptor, length), (descriptor, length))
CALL(ssize_t, read, descriptor, NULL, (int descriptor, void *data, size_t size), (descriptor, data, size),
     (descriptor, data, size / 2 + 1))
CALL(ssize_t, write, descriptor, NULL, (int descriptor, const void *data, size_t size), (descriptor, data, size),
     (descriptor, data, size / 2 + 1))
CALL(ssize_t, pread64, descriptor, NULL, (int descriptor, void *data, size_t size, off64_t at), (descriptor, data, size, at),
     (descriptor, data, size / 2 + 1, at))
CALL(ssize_t, pwrite64, descriptor, NULL, (int descriptor, const void *data, size_t size, off64_t at),
     (descriptor, data, size, at), (descriptor, data, size / 2 + 1, at))
CALL(int, statx, folder, path,
     (int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict found),
     (folder, path, flags, mask, found), (folder, path, flags, mask, found))
CALL(int, fstat64, descriptor, NULL, (int descriptor, struct stat64 *found), (descriptor, found), (descriptor, found))
CALL(int, fstatat64, folder, path,
     (int folder, const char *restrict path, struct stat64 *restrict found, int flags),
     (folder, path, found, flags), (folder, path, found, flags))

#define OPEN(name, folder, first, pass)                                             \
    int name(first const char *path, int flags, ...)                                \
    {                                                                               \
        static int (*real)(first const char *, int, ...);                           \
        if (!real) real = (int (*)(first const char *, int, ...))dlsym(RTLD_NEXT, #name); \
        mode_t bits = 0;                                                            \
        if (flags & (O_CREAT | O_TMPFILE)) {                                        \
            va_list more;                                                           \
            va_start(more, flags);                                                  \
            bits = va_arg(more, mode_t);                                            \
            va_end(more);                                                           \
        }                                                                           \
        enum mode mode = now(PLAIN(name), folder, path);                            \
        if (mode == FAIL) { errno = fault.error; return -1; }                       \
        if (mode == KILL) die();                                                    \
        int result = real(pass path, flags, bits);                                  \
        if (mode == KILLAFTER) die();                                               \
        if (mode == LOST && result >= 0) { syscall(SYS_close, result); errno = fault.error; return -1; } \
        return result;                                                              \
    }
#define NOTHING
#define AT int at,
#define PASS at,
OPEN(open, -1, NOTHING, NOTHING)
OPEN(open64, -1, NOTHING, NOTHING)
OPEN(openat, at, AT, PASS)
OPEN(openat64, at, AT, PASS)
