/*
 * event: what a worker tells the correlator.
 *
 * An event is one flat, self-contained record of octets: a fixed part, then the texts and lists
 * that its refs point at (offsets from the record's start, host byte order: a record never leaves
 * the process). It has no pointers, so it crosses a ring as it is. Records are made with the
 * builder (one for each worker, one record at a time) and read in place. Ceiling: EVENT_MAX octets;
 * what does not fit is cut and counted in cut, most important things first.
 *
 * Order: the correlator sees events in the order of (turn, serial). turn counts what the stream
 * engine has delivered and the seconds that have passed; as every worker runs the engine over the
 * same packets, it is the same for any number of them. serial counts the events of one turn.
 *
 * Kinds:
 *   EVENT_OPEN     a host of ours asks another for a connection (a SYN), answered or not: flow only
 *   EVENT_VERDICT  a RCPT, VRFY or EXPN has its reply, or will have none (code 0)
 *   EVENT_MESSAGE  a mail transaction is over, with a message or without one
 *   EVENT_AUTH     an AUTH exchange has its last reply, or will have none (code 0)
 *   EVENT_CLOSE    the session is over
 *   EVENT_DNS      an answer was seen on port 53; it has no flow and no session
 *   EVENT_TIME     nothing but event time: a second has passed
 *   EVENT_STATS    the worker's counters (struct stats, stats.h)
 */
#ifndef MXTAP_EVENT_H
#define MXTAP_EVENT_H

#include <mxtap/dns.h>
#include <mxtap/mail.h>
#include <mxtap/smtp.h>

#define EVENT_MAX       (128 * 1024) /* octets of a record */
#define EVENT_TEXT_MAX  1024         /* octets of one text */
#define EVENT_PATH_MAX  320          /* octets of one path (RFC 5321 4.5.3.1: 256, and a margin) */
#define EVENT_RCPTS_MAX 200          /* recipients in one record; total says how many there were */

enum event_kind {
    EVENT_VERDICT = 1,
    EVENT_MESSAGE,
    EVENT_CLOSE,
    EVENT_TIME,
    EVENT_STATS,
    EVENT_AUTH,
    EVENT_DNS,
    EVENT_OPEN,
    EVENT_KINDS, /* one more than the last kind */
};

/* A text or a list inside the record. at is 0 where there is none. */
struct event_ref {
    uint32_t at;
    uint32_t len; /* octets of a text; items of a list */
};

/* Which dialogue: cases keep a copy of it. No refs inside. */
struct event_flow {
    uint64_t flow_id;
    int64_t opened;
    const char *source; /* static for the run: the capture's name for it */
    struct addr client, server;
    uint16_t client_port, server_port;
    uint16_t vlan[DECODE_VLANS];
    uint8_t vlan_count;
};

/* Field by field, where they are to stand: a copy of a copy would wait for the first one. */
static inline void event_flow_set(struct event_flow *ret_flow, const struct flow_info *flow)
{
    ret_flow->flow_id = flow->flow_id;
    ret_flow->opened = flow->opened;
    ret_flow->source = flow->source;
    ret_flow->client = flow->client;
    ret_flow->server = flow->server;
    ret_flow->client_port = flow->client_port;
    ret_flow->server_port = flow->server_port;
    memcpy(ret_flow->vlan, flow->vlan, sizeof ret_flow->vlan);
    ret_flow->vlan_count = flow->vlan_count;
}

struct event_reply {
    uint16_t code;       /* 0: unseen */
    uint8_t reply_class; /* enum reply_class; set by the correlator */
    uint8_t reserved;
    struct event_ref enhanced, text;
};

struct event_rcpt {
    struct event_ref path;    /* as written */
    struct event_ref address; /* without brackets and source route, domain in lower case */
    struct event_reply reply;
};

struct event_received {
    struct event_ref raw, helo, name, addr_text, by, with, id, for_path;
    bool has_addr, impossible;
    struct addr addr;
};

/* What the session looked like when the event was made: in every event but EVENT_TIME, EVENT_STATS,
 * EVENT_DNS and EVENT_OPEN. */
struct event_session {
    uint64_t facts;                        /* bits of enum smtp_fact */
    struct event_ref helo;                 /* as written */
    struct event_ref helo_reply, greeting; /* the server's words */
    uint8_t helo_verb;                     /* enum smtp_verb */
    uint32_t transactions, messages;
    uint64_t octets[2]; /* by enum direction */
    uint64_t commands, unknown_commands, unseen_replies, auth_failed;
    uint64_t gaps, gap_octets;
    struct stream_syn syn;
    uint32_t dialect; /* bits of enum event_dialect: how the client speaks */
};

/* Habits of the client, as far as seen: bits, and above them two fields with a reaction each. */
enum event_dialect {
    DIALECT_LOWER_VERB = 1 << 0,
    DIALECT_MIXED_VERB = 1 << 1,
    DIALECT_UPPER_VERB = 1 << 2,
    DIALECT_SPACE_AFTER_COLON = 1 << 3,
    DIALECT_NO_BRACKETS = 1 << 4,
    DIALECT_EHLO = 1 << 5,
    DIALECT_HELO = 1 << 6,
    DIALECT_SIZE_PARAM = 1 << 7,
    DIALECT_BODY_PARAM = 1 << 8,
    DIALECT_PIPELINED = 1 << 9,
    DIALECT_RSET = 1 << 10,
    DIALECT_QUIT = 1 << 11,
    DIALECT_OTHER_PARAM = 1 << 12, /* other ESMTP parameters */
    DIALECT_TRAILING_BLANK = 1 << 13,
    DIALECT_NOOP = 1 << 14,
    DIALECT_STARTTLS = 1 << 15,
    DIALECT_BARE_LF = 1 << 16,
    DIALECT_OTHER_KEYWORD = 1 << 17, /* FROM or TO in another case than its verb: MAIL From:<> */
    DIALECT_BDAT = 1 << 18,
    DIALECT_VRFY = 1 << 19,       /* VRFY or EXPN */
    DIALECT_DATA_AHEAD = 1 << 20, /* DATA or BDAT sent before the replies to its recipients */
    DIALECT_QUIT_AHEAD = 1 << 21, /* QUIT sent before the reply to the end of a message */
    DIALECT_RSET_FIRST = 1 << 22, /* RSET before the first MAIL */
    DIALECT_RSET_AFTER = 1 << 23, /* RSET as the next command after a message */
    DIALECT_FALLBACK = 1 << 24,   /* HELO after EHLO was refused */
    DIALECT_ON_4XX = 25,          /* where three bits of enum dialect_reaction begin */
    DIALECT_ON_5XX = 28,
};

/* What the client did next when it had seen a greeting, MAIL, RCPT, VRFY or EXPN refused; the
 * first time in the session. */
enum dialect_reaction {
    REACTION_UNSEEN,
    REACTION_RSET,
    REACTION_QUIT,
    REACTION_NEXT,   /* the next recipient, name or transaction */
    REACTION_AGAIN,  /* the same command once more */
    REACTION_IGNORE, /* what it would have said otherwise: RCPT after MAIL, DATA after RCPT */
    REACTION_CLOSE,  /* closed the connection without a word */
};

static inline enum dialect_reaction event_reaction(uint32_t dialect, enum event_dialect on)
{
    return (enum dialect_reaction)(dialect >> on & 7);
}

struct event_verdict {
    uint8_t verb; /* SMTP_RCPT, SMTP_VRFY, SMTP_EXPN */
    struct event_ref mail_path, mail_address;
    struct event_rcpt rcpt;
};

struct event_mail {
    uint32_t present, repeated; /* bits of enum mail_field */
    uint8_t id_state;           /* enum mail_id_state */
    bool header_complete, visible, holes, header_holes, header_malformed;
    struct event_ref from, subject, date, message_id, x_mailer, content_type;
    struct event_ref to, cc; /* lists of struct event_ref */
    uint64_t to_total, cc_total;
    struct event_ref received; /* list of struct event_received, topmost first */
    uint64_t received_total;
    struct event_ref dkim; /* list of struct event_ref */
    struct event_ref report_status, report_recipient, report_action, report_message_id;
    struct event_ref report_mta, report_from, report_subject; /* reporting MTA; quoted header */
    struct event_ref report_received; /* list of struct event_received of the quoted header */
    bool is_report;
    uint64_t header_octets, body_octets, field_count, parts;
    uint64_t shape, digest;
};

struct event_message {
    uint32_t tx_id;
    struct event_ref mail_path, mail_address, mail_params;
    struct event_reply mail_reply, data_reply, content_reply;
    struct event_ref rcpts; /* list of struct event_rcpt */
    uint64_t rcpt_total;
    uint8_t ended_by; /* enum smtp_verb */
    bool content, complete, bdat, holes, data_command;
    uint64_t octets, bare_lf, bare_cr, nul, long_lines, lookalikes, smuggled;
    bool has_mail; /* mail below is filled in: content was seen */
    struct event_mail mail;
};

struct event_stats {
    struct event_ref stats; /* a list of one struct stats */
};

struct event_auth {
    struct event_reply reply;   /* 235: accepted */
    struct event_ref mechanism; /* "PLAIN", as written; credentials never leave the parser */
    bool clear;                 /* PLAIN or LOGIN without TLS */
};

struct event_dns_record {
    uint16_t type; /* enum dns_type */
    uint16_t preference;
    uint32_t ttl; /* seconds */
    struct event_ref owner, name;
    struct addr addr;
};

struct event_dns {
    uint16_t qtype; /* enum dns_type */
    uint8_t rcode;  /* enum dns_rcode */
    uint32_t negative_ttl;
    struct event_ref qname;
    struct event_ref records; /* list of struct event_dns_record */
};

struct event_close {
    uint8_t reason; /* enum close_reason */
};

struct event {
    uint32_t size; /* octets of the whole record */
    uint8_t kind;  /* enum event_kind */
    uint16_t cut;  /* things that did not fit */
    uint32_t serial;
    uint64_t number; /* of the packet */
    uint64_t turn;
    int64_t time;
    struct event_flow flow;
    struct event_session session;
    union {
        struct event_verdict verdict;
        struct event_message message;
        struct event_close close;
        struct event_auth auth;
        struct event_dns dns;
        struct event_stats stats;
    };
};

/* The order of events. */
static inline bool event_before(const struct event *a, const struct event *b)
{
    return a->turn != b->turn ? a->turn < b->turn : a->serial < b->serial;
}

/* Reading. A list ref is read with event_item: item size and index. */
static inline struct span event_text(const struct event *event, struct event_ref ref)
{
    return span_make((const uint8_t *)event + ref.at, ref.at == 0 ? 0 : ref.len);
}

static inline const struct event_rcpt *event_rcpts(const struct event *event, struct event_ref ref)
{
    return (const struct event_rcpt *)(const void *)((const uint8_t *)event + ref.at);
}

static inline const struct event_received *event_received(const struct event *event,
                                                          struct event_ref ref)
{
    return (const struct event_received *)(const void *)((const uint8_t *)event + ref.at);
}

static inline const struct event_dns_record *event_dns_records(const struct event *event,
                                                               struct event_ref ref)
{
    return (const struct event_dns_record *)(const void *)((const uint8_t *)event + ref.at);
}

static inline const struct event_ref *event_refs(const struct event *event, struct event_ref ref)
{
    return (const struct event_ref *)(const void *)((const uint8_t *)event + ref.at);
}

/* Was a message sent whole? One that is sent although DATA was refused is none. For EVENT_MESSAGE.
 */
static inline bool event_is_message(const struct event *event)
{
    return event->message.complete && event->message.data_reply.code < 400;
}

/* Making: begin, fill in the fixed part through ret_event, add texts and lists, end. The pointer
 * stays valid until the next event_begin. */
struct event_builder;

enum err event_builder_new(struct event_builder **ret_builder) MXTAP_MUST_CHECK;
void event_builder_free(struct event_builder *builder);
struct event *event_begin(struct event_builder *builder, enum event_kind kind);
struct event_ref event_add_text(struct event_builder *builder, struct span text, size_t max);
/* The same with the domain part (after the last @), in lower case. */
struct event_ref event_add_address(struct event_builder *builder, struct span address);
/* Room for a list of count items of size octets, zeroed; at is 0 where it does not fit. */
struct event_ref event_add_list(struct event_builder *builder, size_t size, size_t count,
                                void **ret_items);
/* Gives the record its size; the record. */
const struct event *event_end(struct event_builder *builder);

/* Filling in, from the rooms before. */
void event_put_session(struct event_builder *builder, struct event *event,
                       const struct smtp_summary *summary, uint32_t dialect);
void event_put_transaction(struct event_builder *builder, struct event *event,
                           const struct smtp_transaction *transaction);
void event_put_mail(struct event_builder *builder, struct event *event,
                    const struct mail_summary *summary);
void event_put_verdict(struct event_builder *builder, struct event *event,
                       const struct smtp_command *command, const struct smtp_reply *reply,
                       const struct smtp_transaction *transaction);
void event_put_auth(struct event_builder *builder, struct event *event,
                    const struct smtp_command *command, const struct smtp_reply *reply,
                    uint64_t facts);
/* Fills in time and flow of an EVENT_OPEN from its SYN. */
void event_put_asked(struct event *event, const struct ip_info *ip);
void event_put_dns(struct event_builder *builder, struct event *event,
                   const struct dns_answer *answer);

#endif
