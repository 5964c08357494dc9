/*
 * helper_learn: a know with its clock, and events that teach it: DNS answers, sessions, messages.
 */
#ifndef MXTAP_TEST_LEARN_H
#define MXTAP_TEST_LEARN_H

#include <mxtap/know.h>

#define LEARN_SERVER "192.0.2.25"

struct learn {
    struct know *know;
    struct event_builder *builder;
    int64_t now;
    struct dns_answer answer;
    struct dns_record records[DNS_RECORDS_MAX];
    struct flow_info flow;
    struct smtp_summary summary;
};

/* home may be NULL; names_file may be NULL. */
struct learn *learn_new(const char *home, const char *names_file, size_t memory);
void learn_free(struct learn *learn);
void learn_wait(struct learn *learn, int64_t seconds);

/* An answer in the making; learn_answer takes it in. */
void learn_asked(struct learn *learn, enum dns_type type, const char *name, enum dns_rcode rcode);
void learn_host(struct learn *learn, enum dns_type type, const char *owner, uint32_t ttl,
                const char *name);
void learn_addr(struct learn *learn, const char *owner, uint32_t ttl, const char *addr);
void learn_answer(struct learn *learn);
/* The reverse name of an IPv4 address. */
const char *learn_reverse(const char *addr);
/* Whole answers with one record; name NULL: NXDOMAIN. */
void learn_ptr(struct learn *learn, const char *addr, uint32_t ttl, const char *name);
void learn_a(struct learn *learn, const char *name, uint32_t ttl, const char *addr);

/* A session; its events follow, made now. helo_reply and greeting may be NULL. */
void learn_session(struct learn *learn, const char *client, const char *server, const char *helo,
                   const char *greeting, const char *helo_reply);
void learn_close(struct learn *learn);
/* A message to one recipient with these replies ("250"), and its Received lines, which are parsed.
 */
void learn_message(struct learn *learn, unsigned mail_code, unsigned rcpt_code,
                   const char *const *received, size_t count);

/* What know says now. */
struct know_host learn_find(struct learn *learn, const char *addr);
struct know_host learn_client(struct learn *learn);
/* "name class source confirmed", or "none" and what is known of that. */
const char *learn_text(const struct know_host *host);
bool learn_is_server(struct learn *learn, const char *addr);

#endif
