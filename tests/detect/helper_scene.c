/* helper_scene: see helper_scene.h. */
#include "helper_scene.h"

#include <assert.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

static void on_alert(void *arg, const struct alert *alert)
{
    struct scene *scene = arg;
    assert(scene->alert_count < SCENE_ALERTS);
    struct scene_alert *kept = &scene->alerts[scene->alert_count++];
    kept->detector = alert->detector->name;
    kept->state = alert->state;
    kept->severity = alert->severity;
    kept->case_id = alert->case_id;
    snprintf(kept->reason, sizeof kept->reason, "%s", alert->reason);
    snprintf(kept->evidence, sizeof kept->evidence, "%s",
             json_object_to_json_string_ext(alert->evidence, JSON_C_TO_STRING_PLAIN));
}

struct scene *scene_new(const char *detector)
{
    return scene_new_at(detector, NULL, NULL);
}

struct scene *scene_new_at(const char *detector, const char *home_net, const char *local_domain)
{
    struct addr_net home;
    const struct know_options know = {
        .home_nets = &home,
        .home_net_count = home_net != NULL && addr_net_parse(span_text(home_net), &home),
        .local_domains = &local_domain,
        .local_domain_count = local_domain != NULL,
    };
    return scene_new_with(detector, &know);
}

struct scene *scene_new_with(const char *detector, const struct know_options *options)
{
    struct scene *scene = calloc(1, sizeof *scene);
    assert(scene != NULL);
    scene->now = 1000000 * CLOCK_SECOND;
    scene->configs = calloc(detect_count(), sizeof *scene->configs);
    assert(scene->configs != NULL);
    for (size_t i = 0; i < detect_count(); i++) {
        scene->configs[i].enabled =
            detector[0] == '\0' || strcmp(detect_at(i)->name, detector) == 0;
        scene->configs[i].options = calloc(1, detect_at(i)->options_size + 1);
        setting_defaults(detect_at(i)->settings, scene->configs[i].options);
    }
    assert(know_new(options, &scene->know, NULL, 0) == ERR_NONE);
    assert(event_builder_new(&scene->builder) == ERR_NONE);
    scene->memory = 16 << 20;
    scene->restarts = getenv("MXTAP_RESTART") != NULL;
    scene->sender = "sender@example.org";
    scene->summary.flow = &scene->flow;
    return scene;
}

void scene_set(struct scene *scene, const char *name, const char *value)
{
    char message[200];
    for (size_t i = 0; i < detect_count(); i++) {
        if (!scene->configs[i].enabled)
            continue;
        const struct setting *setting = setting_find(detect_at(i)->settings, span_text(name));
        assert(setting != NULL);
        assert(setting_set(setting, scene->configs[i].options, span_text(value), message,
                           sizeof message) == ERR_NONE);
    }
}

static struct detect *detect_of(struct scene *scene)
{
    if (scene->detect == NULL) {
        const struct alert_sink sink = {on_alert, scene};
        assert(detect_new(scene->configs, scene->know, scene->memory, &sink, &scene->detect) ==
               ERR_NONE);
    }
    return scene->detect;
}

void scene_free(struct scene *scene)
{
    detect_free(scene->detect);
    know_free(scene->know);
    event_builder_free(scene->builder);
    for (size_t i = 0; i < detect_count(); i++)
        free(scene->configs[i].options);
    free(scene->configs);
    free(scene);
}

void scene_session(struct scene *scene, const char *client, const char *helo)
{
    uint64_t id = scene->flow.flow_id + 1;
    scene->flow = (struct flow_info){
        .flow_id = id, .opened = scene->now, .client_port = 40000, .server_port = 25};
    assert(addr_parse(span_text(client), &scene->flow.client));
    assert(addr_parse(SPAN_LITERAL("192.0.2.25"), &scene->flow.server));
    scene->dialect = 0;
    scene->summary = (struct smtp_summary){
        .flow = &scene->flow,
        .facts = SMTP_BIT(SMTP_FACT_EHLO) | SMTP_BIT(SMTP_FACT_CLIENT_SEEN) |
                 SMTP_BIT(SMTP_FACT_SERVER_SEEN) | SMTP_BIT(SMTP_FACT_QUIT),
        .helo = span_text(helo),
        .helo_verb = SMTP_EHLO,
        .greeting = SPAN_LITERAL("mx.example.net ESMTP"),
        .now = scene->now,
    };
}

void scene_wait(struct scene *scene, int64_t seconds)
{
    scene->now += seconds * CLOCK_SECOND;
    scene->summary.now = scene->now;
}

struct smtp_reply scene_reply(const char *text)
{
    if (text == NULL)
        return (struct smtp_reply){0};
    struct span rest = span_text(text);
    uint64_t code;
    assert(span_number(span_word(&rest), &code));
    rest = span_trim(rest);
    struct span after = rest;
    struct span word = span_word(&after);
    bool enhanced = word.len >= 5 && word.at[1] == '.';
    return (struct smtp_reply){
        .code = (unsigned)code,
        .enhanced = enhanced ? word : SPAN_NULL,
        .text = enhanced ? span_trim(after) : rest,
    };
}

static void send_event(struct scene *scene)
{
    const struct event *event = event_end(scene->builder);
    struct event *copy = aligned_alloc(16, (event->size + 15U) & ~15U);
    assert(copy != NULL);
    memcpy(copy, event, event->size);
    know_judge(scene->know, copy);
    know_learn(scene->know, copy);
    detect_event(detect_of(scene), copy);
    free(copy);
    if (scene->restarts && (++scene->sent <= 200 || scene->sent % 50 == 0))
        scene_restart(scene);
}

void scene_open(struct scene *scene, const char *client, const char *server)
{
    struct ip_info ip = {.time = scene->now, .src_port = 40000, .dst_port = 25};
    assert(addr_parse(span_text(client), &ip.src));
    assert(addr_parse(span_text(server), &ip.dst));
    event_put_asked(event_begin(scene->builder, EVENT_OPEN), &ip);
    send_event(scene);
}

void scene_server(struct scene *scene, const char *server)
{
    assert(addr_parse(span_text(server), &scene->flow.server));
}

static void asked(struct scene *scene, enum smtp_verb verb, const char *name, const char *reply)
{
    struct event *event = event_begin(scene->builder, EVENT_VERDICT);
    event_put_session(scene->builder, event, &scene->summary, scene->dialect);
    const struct smtp_command command = {
        .verb = verb, .path = span_text(name), .address = span_text(name)};
    const struct smtp_reply answer = scene_reply(reply);
    event_put_verdict(scene->builder, event, &command, &answer, NULL);
    send_event(scene);
}

void scene_rcpt(struct scene *scene, const char *address, const char *reply)
{
    asked(scene, SMTP_RCPT, address, reply);
}

void scene_vrfy(struct scene *scene, const char *name, const char *reply)
{
    asked(scene, SMTP_VRFY, name, reply);
}

void scene_expn(struct scene *scene, const char *name, const char *reply)
{
    asked(scene, SMTP_EXPN, name, reply);
}

void scene_transaction(struct scene *scene, struct smtp_transaction *made, const char *recipients,
                       const struct mail_summary *mail)
{
    char path[400];
    snprintf(path, sizeof path, "<%s>", scene->sender);
    struct smtp_recipient list[64];
    struct span rest = span_text(recipients);
    size_t count = 0;
    for (struct span word = span_word(&rest); word.len > 0 && count < 64; word = span_word(&rest))
        list[count++] = (struct smtp_recipient){word, word, scene_reply("250 2.1.5 Ok")};
    made->opened = true;
    made->tx_id = scene->summary.transactions++;
    made->mail_address = span_text(scene->sender);
    made->mail_path = span_text(path);
    if (made->recipient_count == 0) {
        made->recipients = list;
        made->recipient_count = count;
        made->recipient_total = count;
    }
    struct event *event = event_begin(scene->builder, EVENT_MESSAGE);
    event_put_session(scene->builder, event, &scene->summary, scene->dialect);
    event_put_transaction(scene->builder, event, made);
    if (mail != NULL)
        event_put_mail(scene->builder, event, mail);
    send_event(scene);
}

void scene_refused(struct scene *scene, const struct smtp_transaction *made)
{
    struct event *event = event_begin(scene->builder, EVENT_MESSAGE);
    event_put_session(scene->builder, event, &scene->summary, 0);
    event_put_transaction(scene->builder, event, made);
    send_event(scene);
}

void scene_message(struct scene *scene, const char *recipients, uint64_t octets, const char *reply,
                   const struct mail_summary *mail)
{
    struct smtp_transaction made = {
        .data_command = true,
        .data_reply = scene_reply("354 go ahead"),
        .content = true,
        .complete = true,
        .octets = octets,
        .content_reply = scene_reply(reply),
        .ended_by = SMTP_CONTENT,
    };
    scene_transaction(scene, &made, recipients, mail);
}

void scene_left(struct scene *scene, const char *recipients, enum smtp_verb by)
{
    struct smtp_transaction made = {.ended_by = by};
    scene_transaction(scene, &made, recipients, NULL);
}

void scene_auth(struct scene *scene, const char *mechanism, const char *reply)
{
    struct event *event = event_begin(scene->builder, EVENT_AUTH);
    event_put_session(scene->builder, event, &scene->summary, scene->dialect);
    const struct smtp_command command = {.verb = SMTP_AUTH, .argument = span_text(mechanism)};
    const struct smtp_reply answer = scene_reply(reply);
    event_put_auth(scene->builder, event, &command, &answer, scene->summary.facts);
    send_event(scene);
}

static void answered(struct scene *scene, enum dns_type type, const char *qname,
                     enum dns_rcode rcode, const struct dns_record *record)
{
    const struct dns_answer answer = {
        .time = scene->now,
        .qtype = (uint16_t)type,
        .rcode = (uint8_t)rcode,
        .qname = span_text(qname),
        .records = record,
        .count = record != NULL,
        .total = record != NULL,
        .negative_ttl = 3600,
    };
    struct event *event = event_begin(scene->builder, EVENT_DNS);
    event_put_dns(scene->builder, event, &answer);
    send_event(scene);
}

void scene_dns_name(struct scene *scene, enum dns_type type, const char *qname, const char *name)
{
    const struct dns_record record = {
        .type = (uint16_t)type, .ttl = 3600, .owner = span_text(qname), .name = span_text(name)};
    answered(scene, type, qname, DNS_NOERROR, &record);
}

void scene_dns_ptr(struct scene *scene, const char *addr, const char *name)
{
    struct addr parsed;
    char qname[80];
    assert(addr_parse(span_text(addr), &parsed));
    const uint8_t *o = parsed.octets + 12;
    assert(addr_is_v4(&parsed));
    snprintf(qname, sizeof qname, "%u.%u.%u.%u.in-addr.arpa", o[3], o[2], o[1], o[0]);
    if (name == NULL)
        scene_dns_none(scene, DNS_PTR, qname);
    else
        scene_dns_name(scene, DNS_PTR, qname, name);
}

void scene_dns_addr(struct scene *scene, const char *qname, const char *addr)
{
    struct dns_record record = {.ttl = 3600, .owner = span_text(qname)};
    assert(addr_parse(span_text(addr), &record.addr));
    record.type = addr_is_v4(&record.addr) ? DNS_A : DNS_AAAA;
    answered(scene, (enum dns_type)record.type, qname, DNS_NOERROR, &record);
}

void scene_dns_none(struct scene *scene, enum dns_type type, const char *qname)
{
    answered(scene, type, qname, DNS_NXDOMAIN, NULL);
}

void scene_close(struct scene *scene)
{
    struct event *event = event_begin(scene->builder, EVENT_CLOSE);
    event_put_session(scene->builder, event, &scene->summary, scene->dialect);
    event->close.reason = CLOSE_FIN;
    send_event(scene);
}

struct image *scene_save(struct scene *scene)
{
    struct image *image;
    assert(image_new(&image) == ERR_NONE);
    detect_save(detect_of(scene), image);
    return image;
}

void scene_load(struct scene *scene, const struct image *image)
{
    if (scene->detect != NULL)
        detect_leave(scene->detect);
    detect_free(scene->detect);
    scene->detect = NULL;
    detect_load(detect_of(scene), image);
}

void scene_restart(struct scene *scene)
{
    struct image *image = scene_save(scene);
    scene_load(scene, image);
    image_free(image);
}

void scene_tick(struct scene *scene)
{
    scene_wait(scene, 1);
    event_begin(scene->builder, EVENT_TIME)->time = scene->now;
    send_event(scene);
}

void scene_end(struct scene *scene)
{
    detect_end(detect_of(scene), scene->now);
}

struct json_object *scene_evidence(const struct scene *scene, size_t alert)
{
    assert(alert < scene->alert_count);
    struct json_object *json = json_tokener_parse(scene->alerts[alert].evidence);
    assert(json != NULL);
    return json;
}

uint64_t scene_number(const struct scene *scene, size_t alert, const char *name)
{
    struct json_object *json = scene_evidence(scene, alert);
    struct json_object *value;
    assert(json_object_object_get_ex(json, name, &value));
    uint64_t number = json_object_get_uint64(value);
    json_object_put(json);
    return number;
}

size_t scene_list(const struct scene *scene, size_t alert, const char *name)
{
    struct json_object *json = scene_evidence(scene, alert);
    struct json_object *list;
    size_t count =
        json_object_object_get_ex(json, name, &list) ? json_object_array_length(list) : 0;
    json_object_put(json);
    return count;
}

bool scene_lists(const struct scene *scene, size_t alert, const char *name, const char *text)
{
    struct json_object *json = scene_evidence(scene, alert);
    struct json_object *list;
    bool found = false;
    if (json_object_object_get_ex(json, name, &list))
        for (size_t i = 0; i < json_object_array_length(list); i++)
            found |= strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text) == 0;
    json_object_put(json);
    return found;
}

size_t scene_count(const struct scene *scene, enum case_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < scene->alert_count; i++)
        count += scene->alerts[i].state == state;
    return count;
}
