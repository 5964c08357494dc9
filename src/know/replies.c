/*
 * Reply classes (RFC 5321 4.2, RFC 3463): the code alone for what was accepted, else the first of
 * an ordered list of rules that matches the words of the reply, remembered in a small direct-mapped
 * table.
 */
#include <mxtap/hash.h>
#include <mxtap/replies.h>

#include "replies_builtin.h"
#include "replyrules.h"
#include "replytext.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

#define MEMORY_SLOTS 4096U      /* a power of two */
#define FILE_MAX     (1U << 20) /* octets of a user's rules */
#define KEY_SIZE     (16 + REPLYTEXT_SIZE)

/* A verdict by two hashes of what was asked: what shares both shares the verdict, which nobody can
 * aim at without the keys. */
struct slot {
    uint64_t hash[2];
    enum reply_class class;
    bool used;
};

struct replies {
    struct replyrules *rules;
    struct hash_key keys[2];
    struct slot slots[MEMORY_SLOTS];
};

static const char *const names[REPLY_CLASSES] = {
    [REPLY_ACCEPTED] = "accepted",
    [REPLY_UNKNOWN_USER] = "unknown_user",
    [REPLY_MAILBOX_FULL] = "mailbox_full",
    [REPLY_POLICY_BLOCK] = "policy_block",
    [REPLY_RELAY_DENIED] = "relay_denied",
    [REPLY_GREYLIST] = "greylist",
    [REPLY_RATE_LIMIT] = "rate_limit",
    [REPLY_SYNTAX] = "syntax",
    [REPLY_CASCADE] = "cascade",
    [REPLY_TEMP_FAILURE] = "temp_failure",
    [REPLY_OTHER] = "other",
};

const char *replies_name(enum reply_class class)
{
    return (unsigned)class < REPLY_CLASSES ? names[class] : "other";
}

static enum err file_problem(const char *path, const char *why, char *problem)
{
    snprintf(problem, REPLIES_PROBLEM_SIZE, "%.300s: %s", path, why);
    return ERR_SYSTEM;
}

static enum err rules_from_file(struct replyrules *rules, const char *path, char *problem)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return file_problem(path, strerror(errno), problem);
    enum err err = ERR_MEMORY;
    char *text = malloc(FILE_MAX + 1);
    if (text != NULL) {
        size_t len = fread(text, 1, FILE_MAX + 1, file);
        if (ferror(file) != 0)
            err = file_problem(path, strerror(errno), problem);
        else if (len > FILE_MAX)
            err = file_problem(path, "larger than 1 MiB", problem);
        else
            err = replyrules_add(rules, path, false, span_make(text, len), problem);
    }
    free(text);
    fclose(file);
    return err;
}

enum err replies_new(const char *path, struct replies **ret_replies,
                     char ret_problem[REPLIES_PROBLEM_SIZE])
{
    struct replies *replies = calloc(1, sizeof(*replies));
    if (replies == NULL)
        return ERR_MEMORY;
    enum err err = replyrules_new(&replies->rules);
    if (err == ERR_NONE && path != NULL)
        err = rules_from_file(replies->rules, path, ret_problem);
    if (err == ERR_NONE)
        err = replyrules_add(replies->rules, "replies.rules", true,
                             span_make(replies_builtin, replies_builtin_size), ret_problem);
    if (err == ERR_NONE && getrandom(replies->keys, sizeof(replies->keys), 0) < 0)
        err = file_problem("getrandom", strerror(errno), ret_problem);
    if (err != ERR_NONE) {
        replies_free(replies);
        return err;
    }
    *ret_replies = replies;
    return ERR_NONE;
}

void replies_free(struct replies *replies)
{
    if (replies == NULL)
        return;
    replyrules_free(replies->rules);
    free(replies);
}

static enum reply_class judge(struct replies *replies, unsigned code, struct span enhanced,
                              struct span text)
{
    /* The key is the codes in 16 octets, then the words. */
    char key[KEY_SIZE] = {(char)(code >> 8), (char)code};
    if (enhanced.len == 0)
        enhanced = replytext_enhanced(text);
    if (enhanced.len > 13)
        enhanced = SPAN_NULL;
    if (enhanced.len > 0)
        memcpy(key + 2, enhanced.at, enhanced.len);
    size_t len = replytext_words(text, key + 16);

    uint64_t first = hash_keyed(replies->keys[0], key, len + 16);
    uint64_t second = hash_keyed(replies->keys[1], key, len + 16);
    struct slot *slot = &replies->slots[first % MEMORY_SLOTS];
    if (!slot->used || slot->hash[0] != first || slot->hash[1] != second) {
        enum reply_class class =
            replyrules_match(replies->rules, code, enhanced, span_make(key + 16, len));
        *slot = (struct slot){{first, second}, class, true};
    }
    return slot->class;
}

enum reply_class replies_class(struct replies *replies, unsigned code, struct span enhanced,
                               struct span text)
{
    /* 252 is the answer of a server that will not say; 221 may tell why it ends the session. */
    if (code == 354 || (code >= 200 && code < 300 && code != 252 && code != 221))
        return REPLY_ACCEPTED;
    return judge(replies, code, enhanced, text);
}

enum reply_class replies_line(struct replies *replies, struct span line)
{
    uint64_t code = 0;
    line = span_trim(line);
    if (line.len < 3 || !span_number(span_head(line, 3), &code) || code < 200 || code > 599)
        return REPLY_OTHER;
    if (line.len > 3 && line.at[3] >= '0' && line.at[3] <= '9')
        return REPLY_OTHER;
    enum reply_class class = replies_class(replies, (unsigned)code, SPAN_NULL, span_skip(line, 3));
    return class == REPLY_CASCADE ? REPLY_SYNTAX : class;
}
