/* Watches what a process does to the files below one directory: a library to be preloaded.
 *
 * CRASH_DIRECTORY  the directory, an absolute path without a slash at the end
 * CRASH_CONTROL    a file of a page, mapped by both sides: struct control
 * CRASH_JOURNAL    where each change is recorded in its order; absent: nothing is recorded
 *
 * A change is made and recorded under one lock, so that the order of the records is the order of the changes. A sync
 * has two records, its begin and its end: what was written before the begin is safe once the end is recorded.
 * Files whose name ends in -shm hold nothing that outlives a process and are not recorded. Memory mappings are not
 * seen; the reader of the journal compares its outcome with the directory and would notice.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Offsets are known to Shim.cs. */
struct control {
    uint64_t records;       /* recorded so far */
    uint32_t sync_delay_ms; /* how long each sync takes */
    uint32_t error;         /* errno of every write and sync; 0: none */
    uint64_t failures;      /* errors given */
    uint64_t syncs;         /* syncs that went well */
    uint32_t frozen;        /* whoever wants to change something waits for ever */
    uint32_t waits;         /* somebody does, so nobody is between a change and its record */
};

enum kind {
    CREATE = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, UNLINK, RENAME, DIRECTORY_SYNC_BEGIN, DIRECTORY_SYNC_END,
};

/* Known to Journal.cs. */
struct record {
    uint32_t kind;
    uint32_t file;
    uint64_t offset;
    uint64_t length;
};

enum { FDS = 65536, FILES = 4096, NOT_OURS = 0, DIRECTORY = -1, UNRECORDED = -2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int fds[FDS];            /* number of the file, or one of the above */
static ino_t inodes[FILES];     /* by number of the file */
static uint32_t files;
static uint64_t tokens;
static int journal = -1;
static const char *directory;
static size_t directory_length;
static struct control *control;

#define REAL(result, name, ...)                              \
    static result (*real)(__VA_ARGS__);                      \
    if (!real)                                               \
        real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static void start(void)
{
    static int started;
    if (started)
        return;
    started = 1;
    const char *path = getenv("CRASH_DIRECTORY"), *shared = getenv("CRASH_CONTROL"), *to = getenv("CRASH_JOURNAL");
    if (!path || !shared)
        return;
    int fd = syscall(SYS_openat, AT_FDCWD, shared, O_RDWR | O_CLOEXEC, 0);
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (page == MAP_FAILED)
        abort();
    if (to)
        journal = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    control = page;
    directory = path;
    directory_length = strlen(path);
}

__attribute__((constructor)) static void on_load(void)
{
    pthread_mutex_lock(&lock);
    start();
    pthread_mutex_unlock(&lock);
}

static void put(const void *data, size_t length)
{
    while (length > 0) {
        ssize_t count = syscall(SYS_write, journal, data, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            abort(); /* a journal with a hole proves nothing */
        data = (const char *)data + count;
        length -= count;
    }
}

static void record(enum kind kind, int file, uint64_t offset, const void *data, size_t length)
{
    if (journal < 0)
        return;
    struct record head = { kind, file, offset, length };
    put(&head, sizeof head);
    put(data, length);
    __atomic_fetch_add(&control->records, 1, __ATOMIC_SEQ_CST);
}

/* The path behind the directory's; "" for itself, NULL for what is elsewhere. */
static const char *inside(const char *path)
{
    if (!directory || strncmp(path, directory, directory_length) != 0)
        return NULL;
    path += directory_length;
    if (*path != 0 && *path != '/')
        return NULL;
    while (*path == '/')
        path++;
    return path;
}

static int is_unrecorded(const char *name)
{
    size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, "-shm") == 0;
}

/* Called with the lock. True: this change fails, errno says why. */
static int fails(void)
{
    if (control && __atomic_load_n(&control->frozen, __ATOMIC_SEQ_CST)) {
        __atomic_store_n(&control->waits, 1, __ATOMIC_SEQ_CST);
        for (;;)
            pause();
    }
    uint32_t error = control ? __atomic_load_n(&control->error, __ATOMIC_SEQ_CST) : 0;
    if (error == 0)
        return 0;
    __atomic_fetch_add(&control->failures, 1, __ATOMIC_SEQ_CST);
    errno = error;
    return 1;
}

static int of(int fd)
{
    return fd >= 0 && fd < FDS ? fds[fd] : NOT_OURS;
}

/* Numbers begin with 1. A file that was created now is a new one, whatever inode it got. */
static int number_of(int fd, int is_new)
{
    struct stat status;
    fstat(fd, &status);
    for (uint32_t i = files; i >= 1 && !is_new; i--)
        if (inodes[i] == status.st_ino)
            return i;
    if (files + 1 >= FILES)
        abort();
    inodes[++files] = status.st_ino;
    return files;
}

static void opened(int fd, const char *name, int flags, int is_new)
{
    struct stat status;
    if (fd < 0 || fd >= FDS)
        return;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        fds[fd] = DIRECTORY;
    } else if (is_unrecorded(name)) {
        fds[fd] = UNRECORDED;
    } else {
        fds[fd] = number_of(fd, is_new);
        if (is_new)
            record(CREATE, fds[fd], 0, name, strlen(name));
        else if (flags & O_TRUNC)
            record(TRUNCATE, fds[fd], 0, NULL, 0);
    }
}

static const char *name_of(int at, const char *path)
{
    if (!directory) { /* another library opens files before this one is set up */
        pthread_mutex_lock(&lock);
        start();
        pthread_mutex_unlock(&lock);
    }
    return at == AT_FDCWD || path[0] == '/' ? inside(path) : NULL;
}

static int do_open(int at, const char *path, int flags, mode_t mode)
{
    const char *name = name_of(at, path);
    if (!name) { /* without the lock: opening a named pipe waits for somebody else */
        int other = syscall(SYS_openat, at, path, flags, mode);
        if (other >= 0 && other < FDS)
            fds[other] = NOT_OURS;
        return other;
    }
    pthread_mutex_lock(&lock);
    int is_new = (flags & O_CREAT) && faccessat(AT_FDCWD, path, F_OK, 0) != 0;
    int fd = -1;
    if (!(is_new && fails()))
        fd = syscall(SYS_openat, at, path, flags, mode);
    int error = errno;
    opened(fd, name, flags, is_new);
    pthread_mutex_unlock(&lock);
    errno = error;
    return fd;
}

#define MODE(flags, mode)                                    \
    mode_t mode = 0;                                         \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                   \
        va_list list;                                        \
        va_start(list, flags);                               \
        mode = va_arg(list, mode_t);                         \
        va_end(list);                                        \
    }

int open(const char *path, int flags, ...) { MODE(flags, mode) return do_open(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return do_open(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags, mode) return do_open(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags, mode) return do_open(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return do_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int close(int fd)
{
    if (of(fd) == NOT_OURS)
        return syscall(SYS_close, fd);
    pthread_mutex_lock(&lock);
    fds[fd] = NOT_OURS;
    int result = syscall(SYS_close, fd);
    pthread_mutex_unlock(&lock);
    return result;
}

/* One write of pieces; offset -1: at the file's position. */
static ssize_t do_write(int fd, const struct iovec *pieces, int count, off_t offset)
{
    int file = of(fd);
    if (file == NOT_OURS)
        return offset < 0 ? syscall(SYS_writev, fd, pieces, count) : syscall(SYS_pwritev, fd, pieces, count, offset, 0);
    pthread_mutex_lock(&lock);
    ssize_t written = -1;
    if (!fails()) {
        written = offset < 0 ? syscall(SYS_writev, fd, pieces, count)
                             : syscall(SYS_pwritev, fd, pieces, count, offset, 0);
        off_t at = offset < 0 ? lseek(fd, 0, SEEK_CUR) - written : offset;
        ssize_t rest = written;
        for (int i = 0; i < count && rest > 0 && file > 0; i++) {
            ssize_t length = rest < (ssize_t)pieces[i].iov_len ? rest : (ssize_t)pieces[i].iov_len;
            record(WRITE, file, at, pieces[i].iov_base, length);
            at += length;
            rest -= length;
        }
    }
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t write(int fd, const void *data, size_t length)
{
    if (of(fd) == NOT_OURS) { /* the way of nearly all calls: sockets, pipes */
        REAL(ssize_t, "write", int, const void *, size_t);
        return real(fd, data, length);
    }
    struct iovec piece = { (void *)data, length };
    return do_write(fd, &piece, 1, -1);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
    struct iovec piece = { (void *)data, length };
    return do_write(fd, &piece, 1, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) { return pwrite(fd, data, length, offset); }

ssize_t writev(int fd, const struct iovec *pieces, int count)
{
    if (of(fd) == NOT_OURS) {
        REAL(ssize_t, "writev", int, const struct iovec *, int);
        return real(fd, pieces, count);
    }
    return do_write(fd, pieces, count, -1);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset)
{
    return do_write(fd, pieces, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *pieces, int count, off64_t offset)
{
    return do_write(fd, pieces, count, offset);
}

int ftruncate(int fd, off_t length)
{
    int file = of(fd), result = -1;
    if (file == NOT_OURS)
        return syscall(SYS_ftruncate, fd, length);
    pthread_mutex_lock(&lock);
    if (!fails()) {
        result = syscall(SYS_ftruncate, fd, length);
        if (result == 0 && file > 0)
            record(TRUNCATE, file, length, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate64(int fd, off64_t length) { return ftruncate(fd, length); }

/* Space that is there before it is written: a larger size as far as anybody can see. */
int fallocate(int fd, int mode, off_t offset, off_t length)
{
    struct stat status;
    int file = of(fd), result = -1;
    if (file == NOT_OURS)
        return syscall(SYS_fallocate, fd, mode, offset, length);
    pthread_mutex_lock(&lock);
    if (!fails()) {
        result = syscall(SYS_fallocate, fd, mode, offset, length);
        if (result == 0 && file > 0 && fstat(fd, &status) == 0)
            record(TRUNCATE, file, status.st_size, NULL, 0);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }

int posix_fallocate(int fd, off_t offset, off_t length) { return fallocate(fd, 0, offset, length) == 0 ? 0 : errno; }

int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }

static int do_sync(int fd, long call)
{
    int file = of(fd);
    if (file == NOT_OURS || !control)
        return syscall(call, fd);
    uint32_t delay = __atomic_load_n(&control->sync_delay_ms, __ATOMIC_SEQ_CST);
    struct timespec time = { delay / 1000, (delay % 1000) * 1000000L };
    if (delay > 0)
        nanosleep(&time, NULL);
    pthread_mutex_lock(&lock);
    if (fails()) {
        pthread_mutex_unlock(&lock);
        return -1;
    }
    uint64_t token = ++tokens;
    if (file != UNRECORDED)
        record(file == DIRECTORY ? DIRECTORY_SYNC_BEGIN : SYNC_BEGIN, file > 0 ? file : 0, token, NULL, 0);
    pthread_mutex_unlock(&lock);
    int result = syscall(call, fd);
    pthread_mutex_lock(&lock);
    if (result == 0 && file != UNRECORDED)
        record(file == DIRECTORY ? DIRECTORY_SYNC_END : SYNC_END, file > 0 ? file : 0, token, NULL, 0);
    __atomic_fetch_add(&control->syncs, 1, __ATOMIC_SEQ_CST);
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) { return do_sync(fd, SYS_fsync); }
int fdatasync(int fd) { return do_sync(fd, SYS_fdatasync); }

static int do_unlink(int at, const char *path, int flags)
{
    const char *name = name_of(at, path);
    pthread_mutex_lock(&lock);
    int result = name && fails() ? -1 : syscall(SYS_unlinkat, at, path, flags);
    if (result == 0 && name && !is_unrecorded(name) && !(flags & AT_REMOVEDIR))
        record(UNLINK, 0, 0, name, strlen(name));
    pthread_mutex_unlock(&lock);
    return result;
}

int unlink(const char *path) { return do_unlink(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return do_unlink(at, path, flags); }

/* Both names are in the directory, or neither is. */
int rename(const char *from, const char *to)
{
    char names[8192];
    const char *source = name_of(AT_FDCWD, from), *target = name_of(AT_FDCWD, to);
    pthread_mutex_lock(&lock);
    int is_ours = source && target && !is_unrecorded(source);
    int result = is_ours && fails() ? -1 : syscall(SYS_renameat, AT_FDCWD, from, AT_FDCWD, to);
    if (result == 0 && is_ours)
        record(RENAME, 0, 0, names, snprintf(names, sizeof names, "%s%c%s", source, 0, target));
    pthread_mutex_unlock(&lock);
    return result;
}
