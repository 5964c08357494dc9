/*
 * session: the state of one dialogue, shared by the files of this room.
 *
 *   client.c   the client's octets: commands, content, chunks, what is none of these
 *   judge.c    is it text of a message or a command?
 *   opening.c  where the client's octets are no lines yet, or not any more
 *   server.c   the server's octets: replies
 *   pair.c     which command a reply answers; doubt.c the same where octets are missing
 *   effect.c   what an answered command changes
 *   message.c  content: its beginning, its end, its place in the transaction
 *   start.c    what the first octets say; proxy.c the PROXY protocol
 *   session.c  making, feeding, ending
 */
#ifndef SMTP_SESSION_H
#define SMTP_SESSION_H

#include "auth.h"
#include "content.h"
#include "lines.h"
#include "names.h"
#include "queue.h"
#include "reply.h"
#include "transact.h"

/* What the client's next octets are. */
enum mode {
    MODE_START,    /* the first of all: what protocol is it? */
    MODE_PROXY,    /* a binary PROXY header */
    MODE_COMMAND,  /* lines */
    MODE_FOOTING,  /* after a gap: lines, of which only plausible commands are believed */
    MODE_JUDGE,    /* after DATA: a command, or content that did not wait? */
    MODE_CONTENT,  /* up to the end of data */
    MODE_CHUNK,    /* BDAT */
    MODE_TLS_WAIT, /* STARTTLS was accepted: TLS, or plain text in a decrypted capture */
    MODE_LEFT,     /* counted, not parsed */
};

enum offer { OFFER_UNKNOWN, OFFER_NO, OFFER_YES };

/* The message whose content came last. */
struct message {
    struct content content;
    bool open;     /* the sink has heard of its beginning and not of its end */
    bool began;    /* an octet of it was seen, or its end */
    bool complete; /* the end of data was seen */
    bool holes;
    bool blind;   /* DATA has not been answered yet */
    bool refused; /* DATA was: the server takes the lines for commands */
    bool bdat, last;
    uint64_t chunk_left;
};

struct smtp_session {
    struct smtp_summary summary;
    struct smtp_sink sink;
    struct budget *budget;
    struct smtp_shelf *shelf;
    void *own;
    const struct scan_kernel *kernel;
    enum mode mode;
    enum auth_state auth;
    enum offer offer;    /* PIPELINING */
    bool offer_asked;    /* pipelined before the offer could be known */
    bool data_refused;   /* the DATA that MODE_JUDGE is about was refused */
    bool data_bare_lf;   /* ... its line ended in LF alone */
    bool server_started; /* the server's first line was looked at */
    bool server_tail;    /* the next reply may be the rest of one whose start is missing */
    bool interrupted;    /* a command came between the lines of a reply */
    bool answered_ahead; /* a reply glued to the greeting: the first command may have had its own */
    bool reacted;        /* the server has spoken since the client's last octets */
    bool gap_tls;        /* octets are missing since STARTTLS was accepted */
    uint64_t gap_behind; /* octets missing behind a DATA that has no answer yet */
    struct lines lines[2];
    struct message message;
    struct names names;
    struct reply_parts parts;
    struct queue queue;
    struct transact transact;
};

static inline bool session_has(const struct smtp_session *session, enum smtp_fact fact)
{
    return (session->summary.facts & SMTP_BIT(fact)) != 0;
}

static inline void session_fact(struct smtp_session *session, enum smtp_fact fact)
{
    session->summary.facts |= SMTP_BIT(fact);
}

/* session.c */
void session_name(struct smtp_session *session, enum name name, struct span value);
void session_trace(struct smtp_session *session, enum direction direction, struct span line);
/* It is not SMTP, or not any more: from here on octets are only counted. */
SMTP_RARE void session_leave(struct smtp_session *session);

/* client.c */
void client_data(struct smtp_session *session, struct span data);
void client_gap(struct smtp_session *session, uint64_t length);
/* Commands that might have been text of a message got an answer: they were commands. */
void client_confirm(struct smtp_session *session);
/* 354: content follows; lines that stand in the queue already were content, too. */
void client_go_ahead(struct smtp_session *session);

/* The server answers a line that ended in CR alone. */
void client_bare_cr(struct smtp_session *session);
/* A whole line that is no content. */
void client_line(struct smtp_session *session, const struct line *line);

/* judge.c */
/* After DATA: is it content that did not wait for the reply, or another command? */
void judge_after_data(struct smtp_session *session, struct span *rest);
/* Content. While a message goes by that the server has refused, the client may notice from the
 * server's reaction, and go on with commands. */
void judge_content(struct smtp_session *session, struct span *rest);

/* opening.c */
/* The first octets of the stream. */
void opening_start(struct smtp_session *session, struct span *rest);
/* A binary PROXY header: its first octets are either kept or at the start of *rest. */
void opening_proxy(struct smtp_session *session, struct span *rest);
/* STARTTLS was accepted: what does the client say? */
void opening_tls(struct smtp_session *session, struct span data);

/* server.c */
void server_data(struct smtp_session *session, struct span data);
void server_gap(struct smtp_session *session);

/* pair.c */
void pair_reply(struct smtp_session *session, struct reply *reply);
/* The oldest command has this reply. */
void pair_settle(struct smtp_session *session, const struct reply *reply);
/* Commands were sent before the reply to the last one. */
SMTP_RARE void pair_note_pipelined(struct smtp_session *session);
/* Puts a command into the queue. */
struct pending *pair_push(struct smtp_session *session, enum pending_kind kind,
                          const struct parsed *parsed);
/* Commands may be missing here (PENDING_HOLE, PENDING_JUNK). */
SMTP_RARE void pair_hole(struct smtp_session *session, enum pending_kind kind);
/* The oldest command becomes a hole: an unknown number of replies follows in its place. */
SMTP_RARE void pair_hole_head(struct smtp_session *session, enum pending_kind kind);
/* Replies may be missing here. */
SMTP_RARE void pair_lost(struct smtp_session *session);
/* The client goes on behind a command after which it must wait. If the replies may have been lost,
 * they were: all that waits is given out as unseen, and the answer is yes. */
bool pair_must_be_answered(struct smtp_session *session);
/* Everything that waits is given out as unseen. */
SMTP_RARE void pair_flush(struct smtp_session *session);
/* Before another message begins: what belongs to the last one is given out. */
void pair_give_message(struct smtp_session *session);
/* No server anywhere: commands do not wait for ever. */
void pair_one_sided(struct smtp_session *session);

/* effect.c */
/* reply NULL: unseen. */
void effect_give(struct smtp_session *session, const struct pending *entry,
                 const struct reply *reply);
/* A reply that no command in sight asked for may still tell something. */
SMTP_RARE void effect_unsolicited(struct smtp_session *session, const struct reply *reply,
                                  bool explained);
void effect_finish(struct smtp_session *session, enum smtp_verb ended_by);

/* message.c */
void message_start(struct smtp_session *session, bool bare_lf_client);
/* Takes content off *rest, up to its end. */
void message_feed(struct smtp_session *session, struct span *rest);
void message_chunk_start(struct smtp_session *session, uint64_t size, bool last);
void message_chunk_feed(struct smtp_session *session, struct span *rest);
SMTP_RARE void message_gap(struct smtp_session *session, uint64_t length);
/* The sink is told that no more content comes. */
void message_close(struct smtp_session *session);
/* The server's reply shows that the content is over; true: it was the answer to its end. */
bool message_ended_by(struct smtp_session *session, const struct reply *reply);
/* What is known of the content goes to the transaction. */
void message_report(struct smtp_session *session);

/* start.c */
enum start { START_MORE, START_SMTP, START_TLS, START_PROXY, START_BINARY, START_OTHER };
#define START_MAX 12 /* octets that settle it */
enum start start_client(struct span head);
enum start start_server(struct span head);
bool start_is_tls(int first, int second);
/* The same of the line that begins with what is kept and goes on with rest. */
bool start_tls_begins(const struct lines *lines, struct span rest);
/* A server's first line that is no reply: of another protocol? */
bool start_is_other_banner(struct span line, bool *ret_http);

/* proxy.c: the source address of a PROXY header; empty where it tells none. */
#define PROXY_HEAD 16 /* octets of a binary header before its addresses */
size_t proxy_binary_size(struct span head);
struct span proxy_binary_source(struct span header, char *room, size_t size);
struct span proxy_text_source(struct span argument);

#endif
