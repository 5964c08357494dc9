/*
 * know: what the correlator knows beside the event at hand.
 *
 * The site (home networks, local domains), the reply classes and the name classes. Owned by the
 * correlator, one thread; read by detectors and formats.
 */
#ifndef MXTAP_KNOW_H
#define MXTAP_KNOW_H

#include <mxtap/addr.h>
#include <mxtap/event.h>
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
    struct privacy privacy;
};

struct know;

/* ret_message (may be NULL) says what is wrong with the replies file. */
enum err know_new(const struct know_options *options, struct know **ret_know, char *ret_message,
                  size_t message_size) MXTAP_MUST_CHECK;
void know_free(struct know *know);

/* Home networks are configured at all? Where not, nobody is local and everybody is outside. */
bool know_has_home(const struct know *know);
bool know_is_home(const struct know *know, const struct addr *addr);
bool know_is_local_domain(const struct know *know, struct span domain);

struct replies *know_replies(struct know *know);
const struct privacy *know_privacy(const struct know *know);

/* Do two host names belong to one organisation, by the public suffix list (libpsl)? False where
 * either is no full name. */
bool know_same_organisation(const struct know *know, struct span a, struct span b);

/* Sets reply_class in every reply of the event. The correlator does this once for each event. */
void know_judge(struct know *know, struct event *event);

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
const char *know_os_name(enum know_os os);
/* p0f's raw notation: "4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0"; empty where no SYN was
 * seen. */
#define KNOW_SYN_TEXT 160
void know_syn_text(const struct addr *client, const struct stream_syn *syn,
                   char ret_text[KNOW_SYN_TEXT]);

/* The dialect as a short stable string, see docs/dialects.md; and the known software that speaks
 * so, or NULL. */
#define KNOW_DIALECT_TEXT 64
void know_dialect_text(uint32_t dialect, char ret_text[KNOW_DIALECT_TEXT]);
/* A mail server's way to speak: EHLO, upper case, exact syntax, the parameters that were offered.
 */
bool know_dialect_mta(uint32_t dialect);

/* The domain part of an address, or empty. */
struct span know_domain_of(struct span address);

#endif
