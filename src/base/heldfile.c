/* heldfile: open(2), flock(2), rename(2). What another process renamed between the opening and the
 * lock is opened again. */
#include <mxtap/heldfile.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ATTEMPTS   5
#define NAMES_MOST 20 /* asides of one second */

static enum err fail(const char *path, const char *what, char *ret_message, size_t size)
{
    snprintf(ret_message, size, "%s: %s", path, what);
    return ERR_SYSTEM;
}

bool heldfile_is_at(const char *path, int fd)
{
    struct stat held, found;
    return fstat(fd, &held) == 0 && stat(path, &found) == 0 && held.st_dev == found.st_dev &&
           held.st_ino == found.st_ino;
}

/* NULL, or what is wrong with it. */
static const char *make_ours(int fd)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return strerror(errno);
    if (!S_ISREG(status.st_mode))
        return "is no regular file";
    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return errno == EWOULDBLOCK ? "another process has it" : strerror(errno);
    if ((status.st_mode & 07777) != 0600 && fchmod(fd, 0600) != 0)
        return "others may read it, and that cannot be changed";
    return NULL;
}

enum err heldfile_hold(const char *path, int *ret_fd, char *ret_message, size_t size)
{
    for (unsigned i = 0; i < ATTEMPTS; i++) {
        int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
        if (fd < 0)
            return fail(path, strerror(errno), ret_message, size);
        const char *problem = make_ours(fd);
        if (problem == NULL && heldfile_is_at(path, fd)) {
            *ret_fd = fd;
            return ERR_NONE;
        }
        close(fd);
        if (problem != NULL)
            return fail(path, problem, ret_message, size);
    }
    return fail(path, "is renamed again and again", ret_message, size);
}

/* A name that nothing has yet. */
static bool free_name(const char *path, char name[PATH_MAX])
{
    char when[32];
    struct tm parts;
    time_t now = time(NULL);
    strftime(when, sizeof when, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &parts));
    for (unsigned i = 1; i <= NAMES_MOST; i++) {
        char more[16] = "";
        if (i > 1)
            snprintf(more, sizeof more, ".%u", i);
        int len = snprintf(name, PATH_MAX, "%s.aside-%s%s", path, when, more);
        if (len < 0 || len >= PATH_MAX)
            return false;
        if (access(name, F_OK) != 0)
            return true;
    }
    return false;
}

/* The file of this name with something behind it; that there is none is fine. */
static bool move(const char *from, const char *to, const char *behind)
{
    char source[PATH_MAX], target[PATH_MAX];
    int len = snprintf(source, sizeof source, "%s%s", from, behind);
    int target_len = snprintf(target, sizeof target, "%s%s", to, behind);
    if (len >= PATH_MAX || target_len >= PATH_MAX)
        return false;
    return rename(source, target) == 0 || errno == ENOENT;
}

/* The file itself goes last: a journal left behind would be applied to the file that follows. */
enum err heldfile_set_aside(const char *path, const char *why, char *ret_message, size_t size)
{
    static const char *const parts[] = {"-journal", "-wal", "-shm", ""};
    char name[PATH_MAX];
    bool moved = free_name(path, name);
    for (size_t i = 0; moved && i < sizeof parts / sizeof *parts; i++)
        moved = move(path, name, parts[i]);
    if (!moved) {
        snprintf(ret_message, size, "%s: %s, and it cannot be set aside: %s", path, why,
                 strerror(errno));
        return ERR_SYSTEM;
    }
    snprintf(ret_message, size, "%s: %s: set aside as %s", path, why, name);
    return ERR_NONE;
}
