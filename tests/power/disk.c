/* What a program asks of its disk, written down: loaded before libc (LD_PRELOAD), so that every write, cut, removal,
 * renaming and sync below POWER_FOLDER becomes a record at the end of POWER_LOG. tests/power/disk.py reads them and
 * tells what a disk would hold had the power gone at any of them.
 *
 * A record is logged before its call returns to the program, so that whoever relies on it comes later in the log. A
 * sync is logged before it begins: it answers for no write that was made beside it. It is not carried out: the disk of
 * the machine on which we test has nothing to do with it.
 *
 * A record: struct header, the path, for a renaming the new path, for a write its bytes.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct header {
    char kind; /* W write, T cut to a length, S sync, U removed, R renamed */
    char unused[3];
    uint32_t path, more; /* their lengths in bytes */
    char unused_too[4];
    int64_t at; /* where in the file; the new length of a cut */
};

static char folder[PATH_MAX];
static size_t folder_length;
static int journal = -1;
/* Signals are not expected to write files; threads are. One at a time: the order of the log is the order of the disk. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void)
{
    const char *below = getenv("POWER_FOLDER"), *into = getenv("POWER_LOG");
    if (below == NULL || into == NULL || realpath(below, folder) == NULL)
        return;
    folder_length = strlen(folder);
    journal = (int)syscall(SYS_openat, AT_FDCWD, into, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int is_watched(const char *path)
{
    return journal >= 0 && strncmp(path, folder, folder_length) == 0
        && (path[folder_length] == '/' || path[folder_length] == '\0');
}

/* The path of an open file, if it lies below our folder. */
static int named(int fd, char *path)
{
    char link[64];
    ssize_t length;
    if (journal < 0 || fd == journal)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return 0;
    path[length] = '\0';
    return is_watched(path);
}

static void note(char kind, const char *path, int64_t at, const void *more, size_t length)
{
    struct header head = {.kind = kind, .path = (uint32_t)strlen(path), .more = (uint32_t)length, .at = at};
    struct iovec pieces[] = {{&head, sizeof head}, {(void *)path, head.path}, {(void *)more, length}};
    ssize_t all = (ssize_t)(sizeof head + head.path + length);
    if (syscall(SYS_writev, journal, pieces, 3) != all)
        abort(); /* an account with a gap in it proves nothing */
}

#define TRUE_ONE(name) \
    static __typeof__(&name) true_##name; \
    if (true_##name == NULL) \
        true_##name = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at)
{
    char path[PATH_MAX];
    ssize_t done;
    TRUE_ONE(pwrite64);
    if (!named(fd, path))
        return true_pwrite64(fd, bytes, length, at);
    pthread_mutex_lock(&turn);
    done = true_pwrite64(fd, bytes, length, at);
    if (done > 0)
        note('W', path, at, bytes, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t write(int fd, const void *bytes, size_t length)
{
    char path[PATH_MAX];
    ssize_t done;
    TRUE_ONE(write);
    if (!named(fd, path))
        return true_write(fd, bytes, length);
    pthread_mutex_lock(&turn);
    done = true_write(fd, bytes, length);
    if (done > 0)
        note('W', path, lseek(fd, 0, SEEK_CUR) - done, bytes, (size_t)done);
    pthread_mutex_unlock(&turn);
    return done;
}

/* Many pieces as one write each: a disk may keep some and lose the others all the same. */
ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t at)
{
    ssize_t all = 0, done;
    char path[PATH_MAX];
    TRUE_ONE(pwritev);
    if (!named(fd, path))
        return true_pwritev(fd, pieces, count, at);
    for (int i = 0; i < count; i++) {
        done = pwrite64(fd, pieces[i].iov_base, pieces[i].iov_len, at + all);
        if (done < 0)
            return all > 0 ? all : done;
        all += done;
        if ((size_t)done < pieces[i].iov_len)
            break;
    }
    return all;
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t at) { return pwritev(fd, pieces, count, at); }

int ftruncate64(int fd, off64_t length)
{
    char path[PATH_MAX];
    int failed;
    TRUE_ONE(ftruncate64);
    if (!named(fd, path))
        return true_ftruncate64(fd, length);
    pthread_mutex_lock(&turn);
    failed = true_ftruncate64(fd, length);
    if (!failed)
        note('T', path, length, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int (*true_one)(int))
{
    char path[PATH_MAX];
    if (!named(fd, path))
        return true_one(fd);
    pthread_mutex_lock(&turn);
    note('S', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return 0;
}

int fsync(int fd)
{
    TRUE_ONE(fsync);
    return synced(fd, true_fsync);
}

int fdatasync(int fd)
{
    TRUE_ONE(fdatasync);
    return synced(fd, true_fdatasync);
}

/* Names are noted only where they are given in full: a program that goes by others has them noted as they are. */
int unlink(const char *path)
{
    int failed;
    TRUE_ONE(unlink);
    pthread_mutex_lock(&turn);
    failed = true_unlink(path);
    if (!failed && is_watched(path))
        note('U', path, 0, NULL, 0);
    pthread_mutex_unlock(&turn);
    return failed;
}

int rename(const char *from, const char *to)
{
    int failed;
    TRUE_ONE(rename);
    pthread_mutex_lock(&turn);
    failed = true_rename(from, to);
    if (!failed && is_watched(from) && is_watched(to))
        note('R', from, 0, to, strlen(to));
    pthread_mutex_unlock(&turn);
    return failed;
}
