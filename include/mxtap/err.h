/*
 * err: what can go wrong, for every room.
 *
 * A function that can fail returns 0 or one of the negative values below; results go through ret_
 * parameters, which are untouched on failure. Hostile input is never an error: it is counted where
 * it is met. ERR_USAGE and ERR_CONFIG end a start-up with exit status 1.
 */
#ifndef MXTAP_ERR_H
#define MXTAP_ERR_H

enum err {
    ERR_NONE = 0,
    ERR_MEMORY = -1,  /* malloc said no */
    ERR_SYSTEM = -2,  /* a system call failed: errno says why */
    ERR_USAGE = -3,   /* the command line is wrong */
    ERR_CONFIG = -4,  /* the configuration is wrong */
    ERR_DAMAGED = -5, /* an input file cannot be read on from here */
    ERR_LIMIT = -6,   /* a ceiling was reached; the caller counts it and goes on */
    ERR_SUPPORT = -7, /* not built in, or an engine cannot honour the setting */
};

#define MXTAP_MUST_CHECK        __attribute__((warn_unused_result))
#define MXTAP_PRINTF(at, first) __attribute__((format(printf, at, first)))

/* A few English words for an error; static storage. */
const char *err_text(enum err err);

#endif
