/* privileges: users and groups by credentials(7), capabilities by capabilities(7) through
 * libcap-ng. The bounding set can only be cleared with CAP_SETPCAP, so it goes first. */
#include "privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Other people's mail is in our memory: no core file, and no other process looks into it, unless it
 * is the sanitizer's, which looks for leaks at the end. */
#ifdef __SANITIZE_ADDRESS__
#define DUMPABLE 1
#else
#define DUMPABLE 0
#endif

struct identity {
    uid_t uid;
    gid_t gid;
};

static enum err say_errno(char ret_message[CONFIG_MESSAGE], const char *what)
{
    snprintf(ret_message, CONFIG_MESSAGE, "privileges: %s: %s", what, strerror(errno));
    return ERR_SYSTEM;
}

static enum err find_user(const char *user, struct identity *ret_identity,
                          char ret_message[CONFIG_MESSAGE])
{
    errno = 0;
    const struct passwd *entry = getpwnam(user);
    if (!entry) {
        bool looked = errno == 0 || errno == ENOENT || errno == ESRCH;
        snprintf(ret_message, CONFIG_MESSAGE,
                 "service.user: there is no user \"%s\"%s%s: create it (useradd --system %s), or "
                 "name another, or set service.user: \"\" to stay who you are",
                 user, looked ? "" : ", ", looked ? "" : strerror(errno), user);
        return ERR_CONFIG;
    }
    *ret_identity = (struct identity){entry->pw_uid, entry->pw_gid};
    return ERR_NONE;
}

/* Groups before the user: afterwards nobody may change them. */
static enum err become(const char *user, const struct identity *who,
                       char ret_message[CONFIG_MESSAGE])
{
    if (initgroups(user, who->gid) != 0)
        return say_errno(ret_message, "cannot take the user's groups");
    if (setresgid(who->gid, who->gid, who->gid) != 0)
        return say_errno(ret_message, "cannot take the user's group");
    if (setresuid(who->uid, who->uid, who->uid) != 0)
        return say_errno(ret_message, "cannot become the user");
    return ERR_NONE;
}

/* Of the system calls that libcap-ng makes, those that fail say so in errno only. */
static enum err clear_bounding(char ret_message[CONFIG_MESSAGE])
{
    if (capng_get_caps_process() != 0)
        return say_errno(ret_message, "cannot read the capabilities");
    if (!capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP))
        return ERR_NONE; /* not ours to clear; no_new_privs makes it useless */
    capng_clear(CAPNG_SELECT_BOUNDS);
    if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
        return say_errno(ret_message, "cannot clear the bounding set");
    return ERR_NONE;
}

static enum err clear_capabilities(char ret_message[CONFIG_MESSAGE])
{
    capng_clear(CAPNG_SELECT_CAPS);
    capng_clear(CAPNG_SELECT_AMBIENT);
    if (capng_apply(CAPNG_SELECT_AMBIENT) != 0 || capng_apply(CAPNG_SELECT_CAPS) != 0)
        return say_errno(ret_message, "cannot give up the capabilities");
    return ERR_NONE;
}

/* The kernel's own word, not ours: what was given up must not be had, and not be had back. */
static enum err check_no_way_back(const struct identity *who, char ret_message[CONFIG_MESSAGE])
{
    const char *left = NULL;
    if (capng_get_caps_process() != 0)
        return say_errno(ret_message, "cannot read the capabilities");
    if (capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE ||
        capng_have_capabilities(CAPNG_SELECT_AMBIENT) != CAPNG_NONE)
        left = "capabilities are left";
    else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        left = "no_new_privs is not set";
    else if (who && (getuid() != who->uid || geteuid() != who->uid || getgid() != who->gid))
        left = "the user is another one";
    else if (who && who->uid != 0 && (setuid(0) == 0 || seteuid(0) == 0))
        left = "root can be had back";
    else if (who && who->gid != 0 && who->uid != 0 && setgid(0) == 0)
        left = "the group of root can be had back";
    if (!left)
        return ERR_NONE;
    snprintf(ret_message, CONFIG_MESSAGE, "privileges: %s although they were given up", left);
    return ERR_SYSTEM;
}

/* What leads back is asked for by check_no_way_back, which must not be fooled by what it tries. */
enum err privileges_drop(const char *user, char ret_message[CONFIG_MESSAGE])
{
    struct identity who;
    bool other = geteuid() == 0 && user && *user;
    enum err err = other ? find_user(user, &who, ret_message) : ERR_NONE;
    if (!err)
        err = clear_bounding(ret_message);
    if (!err && other)
        err = become(user, &who, ret_message);
    if (!err)
        err = clear_capabilities(ret_message);
    if (err)
        return err;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return say_errno(ret_message, "cannot set no_new_privs");
    if (prctl(PR_SET_DUMPABLE, DUMPABLE, 0, 0, 0) != 0)
        return say_errno(ret_message, "cannot switch core files off");
    return check_no_way_back(other ? &who : NULL, ret_message);
}

bool privileges_can_capture(void)
{
    return capng_get_caps_process() == 0 && capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW);
}
