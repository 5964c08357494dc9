/*
 * notify: telling the service manager (sd_notify of libsystemd, CMake option MXTAP_SYSTEMD).
 *
 * Without a service manager, or without libsystemd, all do nothing. Main thread only.
 */
#ifndef MXTAP_NOTIFY_H
#define MXTAP_NOTIFY_H

#include <stdint.h>

/* How often notify_alive is to be called, nanoseconds; 0: no watchdog. Called once at the start,
 * before the privileges are dropped. */
int64_t notify_start(void);
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);
void notify_alive(void);
/* One line for systemctl status. */
void notify_status(const char *text);

#endif
