/*
 * privileges: what the process may do once its interfaces are open (libcap-ng).
 *
 * Called once by cmd_run, before any thread is made. Started as root it becomes the user with that
 * user's groups; started otherwise it stays who it is. In both cases it ends without a capability
 * in any set (bounding set too, where that may be cleared) and with no_new_privs. It checks that
 * there is no way back.
 */
#ifndef MXTAP_PRIVILEGES_H
#define MXTAP_PRIVILEGES_H

#include "config.h"

/* user: NULL or empty: nobody else. A user that does not exist is an error, in one line. */
enum err privileges_drop(const char *user, char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* May this process open an interface? For a good message before it fails. */
bool privileges_can_capture(void);

#endif
