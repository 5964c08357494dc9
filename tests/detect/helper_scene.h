/*
 * helper_scene: a stage for detector tests: events as a worker would make them, through the real
 * builder, judged by the real know, shown to the real detect; alerts are kept as text.
 */
#ifndef MXTAP_TEST_SCENE_H
#define MXTAP_TEST_SCENE_H

#include <mxtap/detect.h>

#define SCENE_ALERTS 512

struct scene_alert {
    const char *detector;
    enum case_state state;
    unsigned severity;
    uint64_t case_id;
    char reason[512];
    char evidence[8192]; /* JSON */
};

struct scene {
    struct detect_config *configs;
    struct know *know;
    struct detect *detect;
    struct event_builder *builder;
    struct flow_info flow;
    struct smtp_summary summary;
    struct scene_alert alerts[SCENE_ALERTS];
    size_t alert_count;
    int64_t now;
    bool restarts; /* after most events: where the environment has MXTAP_RESTART */
    size_t sent;
    size_t memory;      /* octets of the detectors, which are made at the first event */
    const char *sender; /* of messages; "" is the null sender */
    uint32_t dialect;   /* of the session */
};

/* Only the named detector is on, or all of them where the name is "". */
struct scene *scene_new(const char *detector);
/* The same at a site: "192.0.2.0/24" (one network) and "example.net" (one domain); NULL: none. */
struct scene *scene_new_at(const char *detector, const char *home_net, const char *local_domain);
/* The same, knowing what the options say. */
struct scene *scene_new_with(const char *detector, const struct know_options *options);
/* Sets one of its settings before the first event, or before a restart. */
void scene_set(struct scene *scene, const char *name, const char *value);
void scene_free(struct scene *scene);

/* A new session from this client; EHLO full name, nothing odd. */
void scene_session(struct scene *scene, const char *client, const char *helo);
void scene_wait(struct scene *scene, int64_t seconds);
/* A recipient with its reply ("550 5.1.1 text"; NULL: unseen). */
void scene_rcpt(struct scene *scene, const char *address, const char *reply);
void scene_vrfy(struct scene *scene, const char *name, const char *reply);
void scene_expn(struct scene *scene, const char *name, const char *reply);
/* A message to the recipients ("a@b c@d", all accepted), its octets and the reply to it; mail may
 * be NULL: no content was parsed. */
void scene_message(struct scene *scene, const char *recipients, uint64_t octets, const char *reply,
                   const struct mail_summary *mail);
/* A transaction that ended with RSET or QUIT instead of a message. */
void scene_left(struct scene *scene, const char *recipients, enum smtp_verb by);
/* Any transaction; recipients as above, where made has none of its own. */
void scene_transaction(struct scene *scene, struct smtp_transaction *made, const char *recipients,
                       const struct mail_summary *mail);
/* A transaction as made says, with its own recipients. */
void scene_refused(struct scene *scene, const struct smtp_transaction *made);
struct smtp_reply scene_reply(const char *text); /* as in scene_rcpt */
/* The client asks that server's port 25 for a connection, answered or not; no session. */
void scene_open(struct scene *scene, const char *client, const char *server);
/* The session goes to this server instead of 192.0.2.25. */
void scene_server(struct scene *scene, const char *server);
/* An AUTH exchange; facts are those of scene->summary. */
void scene_auth(struct scene *scene, const char *mechanism, const char *reply);
/* An answer seen on port 53, with a TTL of an hour: PTR, MX or NS with a name; an address; or none
 * (NXDOMAIN). The qname of a PTR is made of the IPv4 address; a NULL name is none. */
void scene_dns_ptr(struct scene *scene, const char *addr, const char *name);
void scene_dns_name(struct scene *scene, enum dns_type type, const char *qname, const char *name);
void scene_dns_addr(struct scene *scene, const char *qname, const char *addr);
void scene_dns_none(struct scene *scene, enum dns_type type, const char *qname);
void scene_close(struct scene *scene);
/* What is remembered is saved and loaded into detectors made anew: where scene_set was
 * called meanwhile, with other settings. Or in two steps: the image is the caller's. */
void scene_restart(struct scene *scene);
struct image *scene_save(struct scene *scene);
void scene_load(struct scene *scene, const struct image *image);
/* Nothing but event time goes on, by a second. */
void scene_tick(struct scene *scene);
/* The capture ends. */
void scene_end(struct scene *scene);

/* The evidence of an alert as JSON, for json_object_put by the caller; and of it a count, a list's
 * length (0: not there) and a text in a list ("": not there). */
struct json_object *scene_evidence(const struct scene *scene, size_t alert);
uint64_t scene_number(const struct scene *scene, size_t alert, const char *name);
size_t scene_list(const struct scene *scene, size_t alert, const char *name);
bool scene_lists(const struct scene *scene, size_t alert, const char *name, const char *text);

/* How many alerts of that state. */
size_t scene_count(const struct scene *scene, enum case_state state);

#endif
