/* err: English words for each error. */
#include <mxtap/err.h>

const char *err_text(enum err err)
{
    switch (err) {
    case ERR_NONE: return "no error";
    case ERR_MEMORY: return "out of memory";
    case ERR_SYSTEM: return "system call failed";
    case ERR_USAGE: return "wrong usage";
    case ERR_CONFIG: return "wrong configuration";
    case ERR_DAMAGED: return "damaged input";
    case ERR_LIMIT: return "limit reached";
    case ERR_SUPPORT: return "not supported";
    }
    return "unknown error";
}
