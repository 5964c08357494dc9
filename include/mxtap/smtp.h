/*
 * smtp: one dialogue (RFC 5321) out of two streams of octets.
 *
 * A worker makes a session for each flow, feeds it with what the stream engine delivers, and hears
 * back through a sink: each command with its reply, the content of each message, and the end.
 * Pipelining (RFC 2920), chunking (RFC 3030), AUTH (RFC 4954), STARTTLS (RFC 3207), XCLIENT and the
 * PROXY protocol are followed. Nothing is buffered that can be parsed where it lies: whole lines
 * are handed out as spans into the packet.
 *
 * Hostile input is never an error: it is a bit in facts or a count in the summary. What was not
 * seen is unseen: code 0. Spans in callbacks live until the callback returns; struct smtp_session
 * may be read by the sink through the accessors below. Credentials never leave this room: AUTH
 * exchanges and PASS are handed out as "[redacted]". One thread a session.
 */
#ifndef MXTAP_SMTP_H
#define MXTAP_SMTP_H

#include <mxtap/budget.h>
#include <mxtap/stream.h>

#define SMTP_LINE_MAX       4096 /* octets of a command or reply line that are kept */
#define SMTP_REPLY_TEXT_MAX 1024 /* octets of a reply's text, all its lines joined by a space */
#define SMTP_RECIPIENTS_MAX 1000 /* recipients remembered in a transaction; more are counted */
#define SMTP_PENDING_MAX    1024 /* commands waiting for their replies */
#define SMTP_SHELF          64   /* ended sessions whose memory is kept */

enum smtp_verb {
    SMTP_NONE = 0, /* no command: the greeting, an unsolicited reply */
    SMTP_HELO,
    SMTP_EHLO,
    SMTP_LHLO,
    SMTP_MAIL,
    SMTP_RCPT,
    SMTP_DATA,
    SMTP_BDAT,
    SMTP_RSET,
    SMTP_VRFY,
    SMTP_EXPN,
    SMTP_NOOP,
    SMTP_HELP,
    SMTP_QUIT,
    SMTP_AUTH,
    SMTP_STARTTLS,
    SMTP_XCLIENT,
    SMTP_XFORWARD,
    SMTP_ETRN,
    SMTP_TURN,
    SMTP_SEND,    /* SEND, SOML, SAML */
    SMTP_PROXY,   /* PROXY protocol header before the greeting */
    SMTP_CONTENT, /* the end of data: its reply is the message's verdict */
    SMTP_UNKNOWN,
    SMTP_VERBS,
};

/* Facts about a session, bits of a uint64_t. They only ever get set. */
enum smtp_fact {
    SMTP_FACT_EARLY_TALKER = 0,   /* the client spoke before the greeting */
    SMTP_FACT_PIPELINED,          /* commands sent before the reply to the last one */
    SMTP_FACT_PIPELINE_UNOFFERED, /* ... and PIPELINING was not offered (server side seen) */
    SMTP_FACT_EHLO,               /* greeted with EHLO */
    SMTP_FACT_HELO,               /* greeted with HELO */
    SMTP_FACT_EHLO_REFUSED,       /* EHLO got 5xx */
    SMTP_FACT_ESMTP_OFFERED,      /* ESMTP in the greeting or a multi-line reply to EHLO */
    SMTP_FACT_QUIT,               /* QUIT was seen */
    SMTP_FACT_LOOSE_SYNTAX,       /* blanks after the colon, missing brackets, odd spacing */
    SMTP_FACT_LOWER_CASE,         /* verbs in lower or mixed case */
    SMTP_FACT_BARE_LF,            /* command lines that end in LF alone */
    SMTP_FACT_BARE_CR,
    SMTP_FACT_NUL,       /* NUL octets in commands */
    SMTP_FACT_LONG_LINE, /* a line longer than SMTP_LINE_MAX */
    SMTP_FACT_STARTTLS,  /* STARTTLS was accepted */
    SMTP_FACT_TLS,       /* TLS records follow: the rest is counted, not parsed */
    SMTP_FACT_STARTTLS_REFUSED,
    SMTP_FACT_DECRYPTED,     /* plain text went on after STARTTLS was accepted */
    SMTP_FACT_AUTHENTICATED, /* AUTH got 235 */
    SMTP_FACT_AUTH_FAILED,
    SMTP_FACT_AUTH_CLEAR, /* AUTH PLAIN or LOGIN without TLS */
    SMTP_FACT_GAP_CLIENT, /* octets from the client are missing */
    SMTP_FACT_GAP_SERVER,
    SMTP_FACT_MIDSTREAM,         /* the beginning was not captured */
    SMTP_FACT_CLIENT_SEEN,       /* at least one octet from the client */
    SMTP_FACT_SERVER_SEEN,       /* at least one octet from the server */
    SMTP_FACT_NOT_SMTP,          /* recognised as something else and left alone */
    SMTP_FACT_HTTP,              /* ... HTTP or a header line as commands */
    SMTP_FACT_TLS_FIRST,         /* ... TLS from the first octet */
    SMTP_FACT_BINARY,            /* ... binary from the first octets */
    SMTP_FACT_DATA_REFUSED_SENT, /* a message was sent although DATA was refused */
    SMTP_FACT_BLIND,             /* the message was sent before the reply to DATA */
    SMTP_FACT_LOOKALIKE,         /* an end-of-data look-alike inside a message */
    SMTP_FACT_SMUGGLED,          /* ... followed by SMTP commands */
    SMTP_FACT_REPLY_MALFORMED, /* a reply line without a code, or codes that differ in one reply */
    SMTP_FACT_UNSOLICITED,     /* a reply that no command asked for */
    SMTP_FACT_SERVER_CLOSED,   /* 421 */
    SMTP_FACT_XCLIENT,
    SMTP_FACT_PROXY,
    SMTP_FACT_LMTP,
    SMTP_FACT_UNKNOWN_COMMAND,
    SMTP_FACT_CONFLICT,    /* TCP overlaps with other octets */
    SMTP_FACT_AUTH_UNSEEN, /* AUTH, whose reply was not captured */
    SMTP_FACTS,
};

#define SMTP_BIT(fact) (UINT64_C(1) << (fact))

/* The client may send for others, or stands for another: its address and HELO tell nothing of who
 * wrote the mail. */
#define SMTP_FACTS_EXCUSED                                                                         \
    (SMTP_BIT(SMTP_FACT_AUTHENTICATED) | SMTP_BIT(SMTP_FACT_XCLIENT) | SMTP_BIT(SMTP_FACT_PROXY) | \
     SMTP_BIT(SMTP_FACT_LMTP))

/* The short name of a fact, as in records ("early_talker"); NULL where it is no anomaly. */
const char *smtp_anomaly_name(enum smtp_fact fact);

struct smtp_reply {
    unsigned code;        /* 200 to 599; 0: unseen */
    struct span enhanced; /* "5.1.1" (RFC 3463), or empty */
    struct span text; /* after code and enhanced code, lines joined by a space, cut at the limit */
    unsigned lines;
    int64_t time; /* of its last octet */
};

struct smtp_command {
    enum smtp_verb verb;
    struct span line;     /* as written without its line end, credentials redacted */
    struct span argument; /* after the verb, trimmed */
    struct span path; /* MAIL, RCPT: as written with brackets ("<a@b>", "a@b"); VRFY, EXPN: name */
    struct span address; /* the path without brackets, blanks and source route ("a@b") */
    struct span params;  /* ESMTP parameters, or empty */
    bool ahead;          /* sent before the reply to the command before it */
    int64_t time;        /* of its last octet */
};

/* One recipient of a transaction, or one VRFY/EXPN name. */
struct smtp_recipient {
    struct span path, address;
    struct smtp_reply reply;
};

/* A mail transaction, from MAIL to its end; lives in the session until on_transaction returns. */
struct smtp_transaction {
    uint32_t tx_id; /* messages before it in the session */
    bool opened;    /* MAIL was seen, or a recipient in a midstream session */
    struct span mail_path, mail_address, mail_params; /* as the client wrote them */
    struct smtp_reply mail_reply;
    const struct smtp_recipient *recipients;
    size_t recipient_count;   /* remembered */
    uint64_t recipient_total; /* asked */
    bool data_command;        /* DATA or BDAT was sent */
    bool bdat;
    struct smtp_reply data_reply; /* to DATA */
    bool content;                 /* content began (354, BDAT, or sent blindly) */
    bool complete;                /* the end of data was seen */
    bool holes;                   /* octets of the content are missing: sizes are lower bounds */
    uint64_t octets;              /* of content after dot-unstuffing, without the end of data */
    uint64_t bare_lf, bare_cr, nul, long_lines, lookalikes, smuggled; /* counted in the content */
    struct smtp_reply content_reply; /* to the end of data; 0: unseen */
    enum smtp_verb ended_by;         /* SMTP_CONTENT, SMTP_RSET, SMTP_QUIT, SMTP_MAIL, SMTP_HELO..
                                        SMTP_NONE: the end */
};

struct smtp_session;

/* Every callback may be NULL. reply->code is 0 where the reply was not seen. */
struct smtp_sink {
    /* The server's first reply. */
    void (*on_greeting)(void *arg, struct smtp_session *session, const struct smtp_reply *reply);
    /* A command has its reply (or will never have one). In the order of the commands. */
    void (*on_exchange)(void *arg, struct smtp_session *session, const struct smtp_command *command,
                        const struct smtp_reply *reply);
    /* Content of a message, dot-unstuffed, in pieces of any size. */
    void (*on_content_begin)(void *arg, struct smtp_session *session);
    void (*on_content)(void *arg, struct smtp_session *session, struct span data);
    void (*on_content_gap)(void *arg, struct smtp_session *session, uint64_t length);
    void (*on_content_end)(void *arg, struct smtp_session *session);
    /* A transaction is over: its message has its verdict, or it was given up. */
    void (*on_transaction)(void *arg, struct smtp_session *session,
                           const struct smtp_transaction *transaction);
    /* For people who watch: what each side said, line by line as it was sent (NULL in replay).
     * Content is not shown: kind says so. */
    void (*on_line)(void *arg, struct smtp_session *session, enum direction direction,
                    struct span line, int64_t time);
    /* The session is over; after this it is freed. */
    void (*on_end)(void *arg, struct smtp_session *session, enum close_reason reason, int64_t time);
    void *arg;
};

/* Read by the sink at any time; lives in the session. */
struct smtp_summary {
    const struct flow_info *flow;
    uint64_t facts;
    struct span helo; /* the argument of the last HELO/EHLO/LHLO, as written */
    struct span
        helo_reply;       /* text of the server's reply to it, first line: often names the client */
    struct span greeting; /* text of the server's greeting, first line */
    struct span xclient;  /* the argument of XCLIENT, or the PROXY header's source, or empty */
    enum smtp_verb helo_verb;
    uint64_t commands, replies, unseen_replies, unknown_commands;
    uint64_t vrfy, auth_failed;
    uint32_t transactions, messages; /* messages: end of data seen */
    uint64_t octets[2];              /* seen, by direction */
    uint64_t gaps, gap_octets;
    int64_t now;     /* time of the octets being parsed */
    uint64_t number; /* of the packet being parsed */
};

/* The memory of sessions that have ended, for the next ones: {0} to begin with, the owner's, one
 * thread. It is charged to nobody, for it is little: SMTP_SHELF times 4 kB. */
struct smtp_shelf {
    struct smtp_session *sessions[SMTP_SHELF];
    unsigned count;
};
void smtp_shelf_done(struct smtp_shelf *shelf);

/* flow must live as long as the session. Memory is charged to the budget if there is one, and taken
 * from the shelf if there is one, which outlives the session. */
enum err smtp_session_new(const struct flow_info *flow, const struct smtp_sink *sink,
                          struct budget *budget, struct smtp_shelf *shelf,
                          struct smtp_session **ret_session) MXTAP_MUST_CHECK;
void smtp_session_data(struct smtp_session *session, enum direction direction, struct span data,
                       int64_t time, uint64_t number);
void smtp_session_gap(struct smtp_session *session, enum direction direction, uint64_t length,
                      int64_t time, uint64_t number);
/* Ends it: pending commands are given out as unseen, on_end is called, the session is no more. */
void smtp_session_end(struct smtp_session *session, enum close_reason reason, int64_t time,
                      uint64_t number);

const struct smtp_summary *smtp_session_summary(const struct smtp_session *session);
const struct smtp_transaction *smtp_session_transaction(const struct smtp_session *session);
/* A place for the sink's own pointer. */
void smtp_session_attach(struct smtp_session *session, void *own);
void *smtp_session_own(const struct smtp_session *session);

const char *smtp_verb_name(enum smtp_verb verb); /* "RCPT" */

#endif
