/*
 * know: what the correlator knows beside the event at hand.
 *
 * The site (home networks, local domains, a file of names and networks), the reply classes and the
 * name classes; and what the wire has told of hosts and domains: names of addresses, whether they
 * are confirmed, the MX and NS hosts of domains, who takes mail. All that is learned is remembered
 * for its TTL under a ceiling, in event time, under one budget. Nothing is ever looked up. Owned by
 * the correlator, one thread; read by detectors and formats.
 */
#ifndef MXTAP_KNOW_H
#define MXTAP_KNOW_H

#include <mxtap/addr.h>
#include <mxtap/event.h>
#include <mxtap/image.h>
#include <mxtap/names.h>
#include <mxtap/privacy.h>
#include <mxtap/replies.h>

#define KNOW_NETS_MAX    64
#define KNOW_DOMAINS_MAX 256

struct know_options {
    const struct addr_net *home_nets; /* copied */
    size_t home_net_count;
    const char *const *local_domains; /* copied, compared without case */
    size_t local_domain_count;
    const char *replies_file; /* rules tried before the built-in ones, or NULL */
    const char *names_file;   /* names and networks whose class is known, or NULL */
    size_t memory;            /* octets of what is learned; 0: the default, 8 MiB */
    int64_t ttl_min, ttl_max; /* what DNS says is kept for its TTL within these; nanoseconds; 0: the
                                 defaults, a minute and a day */
    struct privacy privacy;
};

struct know;

/* ret_message (may be NULL) says what is wrong with the replies or the names file. */
enum err know_new(const struct know_options *options, struct know **ret_know, char *ret_message,
                  size_t message_size) MXTAP_MUST_CHECK;
void know_free(struct know *know);
/* What was learned of hosts, names, domains and servers, and back into a know that has learned
 * nothing yet. */
void know_save(const struct know *know, struct image *image);
void know_load(struct know *know, const struct image *image);

/* Home networks are configured at all? Where not, nobody is local and everybody is outside. */
bool know_has_home(const struct know *know);
bool know_is_home(const struct know *know, const struct addr *addr);
bool know_is_local_domain(const struct know *know, struct span domain);
bool know_has_local_domains(const struct know *know); /* any configured? */

struct replies *know_replies(struct know *know);
const struct privacy *know_privacy(const struct know *know);

/* Do two host names belong to one organisation, by the public suffix list (libpsl)? UTF-8 and xn--
 * are the same name. False where either is no full name. */
bool know_same_organisation(const struct know *know, struct span a, struct span b);

/* The registrable domain of a full name in lower case and in ASCII (xn--), in copy, or empty. */
#define KNOW_NAME_MAX 255
struct span know_organisation(const struct know *know, struct span name,
                              char copy[KNOW_NAME_MAX + 1]);

/* Sets reply_class in every reply of the event. The correlator does this once for each event. */
void know_judge(struct know *know, struct event *event);

/* Takes in what the event tells of hosts and domains. The correlator does this once for each event,
 * after know_judge and before the detectors see it. */
void know_learn(struct know *know, const struct event *event);

/* Where the name of a host comes from, the most trusted first; saved by number. */
enum know_source {
    KNOW_FROM_NOWHERE,
    KNOW_FROM_FILE,     /* site.names_file: only its class is known, the name may be empty */
    KNOW_FROM_DNS,      /* a PTR answer on the wire */
    KNOW_FROM_SERVER,   /* the server's reply to HELO */
    KNOW_FROM_RECEIVED, /* a Received line that a server of ours wrote */
};

/* Does the name lead back to the address (forward confirmation, RFC 8601 3)? */
enum know_confirmed {
    KNOW_UNSEEN,    /* no A or AAAA answer of the name was seen */
    KNOW_CONFIRMED, /* one with the address was */
    KNOW_REFUTED,   /* all that were seen have other addresses, or the name does not exist */
};

struct know_host {
    struct span name; /* in lower case; lives until the next know_learn; empty: unknown or none */
    enum know_source source;
    enum name_class name_class; /* of the name with the address; of the file where it says so */
    enum know_confirmed confirmed;
    bool nameless; /* it was seen that the address has no name (NXDOMAIN, or an empty answer) */
};

/* What is known of an address at event time now. */
void know_host_of(struct know *know, const struct addr *addr, int64_t now,
                  struct know_host *ret_host);
/* The same for the event's client, with the words of its own session; a name that lived when the
 * session began lives as long as the session. */
void know_client(struct know *know, const struct event *event, struct know_host *ret_host);
/* Does any name lead to the address, by A and AAAA answers seen? */
enum know_confirmed know_leads_to(const struct know *know, struct span name,
                                  const struct addr *addr, int64_t now);
const char *know_source_name(enum know_source source);          /* "dns" */
const char *know_confirmed_name(enum know_confirmed confirmed); /* "confirmed" */

/* Is host an MX or NS host of the domain, or of the registrable domain above it, by answers seen?
 */
enum know_role { KNOW_ROLE_NONE, KNOW_ROLE_MX, KNOW_ROLE_NS };
enum know_role know_domain_role(struct know *know, struct span domain, struct span host,
                                int64_t now);
/* Were MX or NS records of the domain, or of the one above it, seen at all? */
bool know_domain_seen(struct know *know, struct span domain, int64_t now);
const char *know_role_name(enum know_role role); /* "MX" */

/* Is it known as a mail server: by the file, as an MX host's address in an answer, or because it
 * was seen to take mail as a server? */
bool know_is_mail_server(struct know *know, const struct addr *addr, int64_t now);

struct know_stats {
    uint64_t hosts, domains, names; /* remembered now */
    uint64_t learned, evicted;
    size_t memory, memory_peak;
};

void know_stats(const struct know *know, struct know_stats *ret_stats);

/* The name of the client as the server's own words tell it ("250 mx Hello lindsay@xx.fmp.com
 * [204.244.177.31]"), or empty. */
struct span know_client_name(const struct event *event);

/* The class of a host name (names_class), remembered: the same names come again and again. */
enum name_class know_name_class(struct know *know, struct span name);

/* How the client called itself. */
enum know_helo {
    KNOW_HELO_NONE, /* no HELO seen */
    KNOW_HELO_FULL, /* a full name */
    KNOW_HELO_SINGLE_LABEL,
    KNOW_HELO_LOCALHOST,     /* localhost, localhost.localdomain */
    KNOW_HELO_BARE_IP,       /* 192.0.2.1 without brackets */
    KNOW_HELO_LITERAL,       /* [192.0.2.1], the client's own address */
    KNOW_HELO_OTHER_LITERAL, /* [198.51.100.1], another address */
    KNOW_HELO_DYNAMIC,       /* a full name that looks dynamic */
    KNOW_HELO_SERVER_NAME,   /* the server's own name, or the recipient's domain */
    KNOW_HELO_MALFORMED,     /* no domain and no literal */
};

enum know_helo know_helo_class(struct know *know, const struct event *event);
const char *know_helo_name(enum know_helo helo); /* "single_label" */

/* What the client's SYN says of its system. */
enum know_os { KNOW_OS_UNKNOWN, KNOW_OS_DESKTOP, KNOW_OS_SERVER };
enum know_os know_syn_class(const struct stream_syn *syn);
enum know_os know_client_os(struct know *know,
                            const struct event *event); /* the same, remembered */
/* Which one: "Linux", a row of syns.def, or NULL. */
const char *know_syn_system(const struct stream_syn *syn);
const char *know_os_name(enum know_os os);
/* p0f's raw notation: "4:63+1:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0"; empty where no SYN was
 * seen. */
#define KNOW_SYN_TEXT 256
void know_syn_text(const struct addr *client, const struct stream_syn *syn,
                   char ret_text[KNOW_SYN_TEXT]);

/* The dialect as a short stable string, see docs/dialects.md. */
#define KNOW_DIALECT_TEXT 64
void know_dialect_text(uint32_t dialect, char ret_text[KNOW_DIALECT_TEXT]);
/* What of it depends on the client alone, and not on what its messages were or what became of them:
 * for comparing clients. */
uint32_t know_dialect_core(uint32_t dialect);
/* The known software that speaks so ("Postfix"; "swaks or a plain client" where others do too), or
 * NULL: a row of dialects.def. */
const char *know_dialect_software(uint32_t dialect);
/* A mail server's way to speak: a known one's, or EHLO, upper case, exact syntax and SIZE. */
bool know_dialect_mta(uint32_t dialect);

/* The domain part of an address, or empty. */
struct span know_domain_of(struct span address);
/* Is that its domain part? The domain is not empty. */
bool know_is_domain_of(struct span address, struct span domain);

#endif
