/*
 * namesfile: the operator's file of names and networks whose class is known (docs/hosts.md).
 *
 * One entry a line, "class what": class is dynamic, static, mail or hosting; what is a network or
 * address, a host name, or ".suffix" for all names below it. The most specific entry decides: the
 * longest prefix, the exact name before suffixes, the longest suffix. '#' begins a comment. Read
 * once, constant after that; any thread. Failures: ERR_MEMORY, ERR_SYSTEM (errno), and ERR_CONFIG
 * with a line that says where and what.
 */
#ifndef MXTAP_NAMESFILE_H
#define MXTAP_NAMESFILE_H

#include <mxtap/addr.h>
#include <mxtap/names.h>

#define NAMESFILE_LINES  65536
#define NAMESFILE_OCTETS (16 * 1024 * 1024)

struct namesfile;

enum err namesfile_new(const char *path, struct namesfile **ret_file, char *ret_message,
                       size_t message_size) MXTAP_MUST_CHECK;
void namesfile_free(struct namesfile *file);
/* False where the file says nothing of it. */
bool namesfile_addr(const struct namesfile *file, const struct addr *addr,
                    enum name_class *ret_class);
bool namesfile_name(const struct namesfile *file, struct span name, enum name_class *ret_class);

#endif
