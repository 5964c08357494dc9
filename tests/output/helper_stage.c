/* helper_stage: see helper_stage.h. */
#include "helper_stage.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT_MAX 1000

struct stage *stage_new(enum privacy_mode mode)
{
    struct stage *stage = calloc(1, sizeof *stage);
    assert_non_null(stage);
    const struct know_options know = {.privacy = {mode, {1, 2}}};
    assert_int_equal(know_new(&know, &stage->know, NULL, 0), ERR_NONE);
    assert_int_equal(event_builder_new(&stage->builder), ERR_NONE);
    stage->flow = (struct flow_info){
        .flow_id = UINT64_C(0xfff0123456789abc),
        .opened = STAGE_TIME - 2 * CLOCK_SECOND,
        .source = "day.pcap",
        .client = addr_v4(0xcb007109),
        .server = addr_v4(0xc0000219),
        .client_port = 40000,
        .server_port = 25,
    };
    stage->summary = (struct smtp_summary){
        .flow = &stage->flow,
        .facts = SMTP_BIT(SMTP_FACT_EHLO) | SMTP_BIT(SMTP_FACT_CLIENT_SEEN) |
                 SMTP_BIT(SMTP_FACT_SERVER_SEEN),
        .helo = SPAN_LITERAL("client.example"),
        .helo_verb = SMTP_EHLO,
        .commands = 5,
        .messages = 2,
        .octets = {300, 400},
        .now = STAGE_TIME,
    };
    stage->options = (struct format_options){.know = stage->know};
    return stage;
}

void stage_free(struct stage *stage)
{
    json_object_put(stage->evidence);
    event_builder_free(stage->builder);
    know_free(stage->know);
    free(stage);
}

static struct event *begin(struct stage *stage, enum event_kind kind)
{
    struct event *event = event_begin(stage->builder, kind);
    event_put_session(stage->builder, event, &stage->summary, DIALECT_EHLO | DIALECT_UPPER_VERB);
    return event;
}

static struct event *end(struct stage *stage, struct event *event)
{
    event_end(stage->builder);
    know_judge(stage->know, event);
    return event;
}

struct event *stage_message(struct stage *stage)
{
    const struct smtp_recipient recipients[] = {
        {SPAN_LITERAL("<ann@example.org>"),
         SPAN_LITERAL("ann@example.org"),
         {250, SPAN_LITERAL("2.1.5"), SPAN_LITERAL("Ok"), 1, 0}},
        {SPAN_LITERAL("<bob@example.org>"),
         SPAN_LITERAL("bob@example.org"),
         {550, SPAN_LITERAL("5.1.1"), SPAN_LITERAL("User unknown"), 1, 0}},
    };
    const struct smtp_transaction transaction = {
        .tx_id = 1,
        .mail_path = SPAN_LITERAL("<joe@example.com>"),
        .mail_address = SPAN_LITERAL("joe@example.com"),
        .recipients = recipients,
        .recipient_count = 2,
        .recipient_total = 2,
        .content = true,
        .complete = true,
        .octets = 1762,
        .content_reply = {.code = 250, .text = SPAN_LITERAL("queued")},
    };
    const struct span to[] = {SPAN_LITERAL("Ann <ann@example.org>")};
    const struct mail_received received[] = {{.raw = SPAN_LITERAL("from a by b\tfor <joe@x>")}};
    const struct mail_summary mail = {
        .from = SPAN_LITERAL("Joe <joe@example.com>"),
        .subject = SPAN_LITERAL("hello joe@example.com"),
        .date_text = SPAN_LITERAL("Mon, 19 Jun 2006 06:18:46 +0000"),
        .message_id = SPAN_LITERAL("<1@client.example>"),
        .x_mailer = SPAN_LITERAL("The Bat!"),
        .to = to,
        .to_count = 1,
        .to_total = 1,
        .received = received,
        .received_count = 1,
        .received_total = 1,
        .body_octets = 1500,
        .header_complete = true,
    };
    struct event *event = begin(stage, EVENT_MESSAGE);
    event_put_transaction(stage->builder, event, &transaction);
    event_put_mail(stage->builder, event, &mail);
    return end(stage, event);
}

struct event *stage_verdict(struct stage *stage)
{
    struct event *event = begin(stage, EVENT_VERDICT);
    const struct smtp_command command = {.verb = SMTP_RCPT,
                                         .path = SPAN_LITERAL("<bob@example.org>"),
                                         .address = SPAN_LITERAL("bob@example.org")};
    const struct smtp_reply reply = {
        .code = 550, .enhanced = SPAN_LITERAL("5.1.1"), .text = SPAN_LITERAL("User unknown")};
    const struct smtp_transaction transaction = {.mail_path = SPAN_LITERAL("<joe@example.com>")};
    event_put_verdict(stage->builder, event, &command, &reply, &transaction);
    return end(stage, event);
}

struct event *stage_close(struct stage *stage)
{
    return end(stage, begin(stage, EVENT_CLOSE));
}

struct event *stage_all(struct stage *stage, struct span text, size_t count)
{
    static struct smtp_recipient recipients[COUNT_MAX];
    static struct span list[COUNT_MAX];
    static struct mail_received received[COUNT_MAX];
    assert_true(count <= COUNT_MAX);
    const struct smtp_reply reply = {550, text, text, 1, 0};
    for (size_t i = 0; i < count; i++) {
        recipients[i] = (struct smtp_recipient){text, text, reply};
        list[i] = text;
        received[i] = (struct mail_received){.raw = text, .helo = text, .name = text};
    }
    stage->summary.helo = stage->summary.helo_reply = stage->summary.greeting = text;
    const struct smtp_transaction transaction = {
        .mail_path = text,
        .mail_address = text,
        .mail_params = text,
        .recipients = recipients,
        .recipient_count = count,
        .recipient_total = count,
        .content = true,
        .content_reply = reply,
    };
    const struct mail_summary mail = {
        .from = text,
        .subject = text,
        .date_text = text,
        .message_id = text,
        .x_mailer = text,
        .content_type = text,
        .to = list,
        .to_count = count,
        .cc = list,
        .cc_count = count,
        .received = received,
        .received_count = count,
    };
    struct event *event = begin(stage, EVENT_MESSAGE);
    event_put_transaction(stage->builder, event, &transaction);
    event_put_mail(stage->builder, event, &mail);
    return end(stage, event);
}

struct alert stage_alert(struct stage *stage, const struct event *event,
                         const struct event_flow *flow)
{
    json_object_put(stage->evidence);
    stage->evidence = json_object_new_object();
    json_object_object_add(stage->evidence, "recipients_unknown", json_object_new_int(5));
    const struct detector *detector = detect_find("mx-probe");
    assert_non_null(detector);
    return (struct alert){
        .detector = detector,
        .severity = 2,
        .state = CASE_NEW,
        .case_id = UINT64_C(0xabcdef0123),
        .time = STAGE_TIME,
        .flow = flow,
        .event = event,
        .reason = "203.0.113.9 tested recipients.",
        .evidence = stage->evidence,
    };
}

struct stats stage_stats(void)
{
    struct stats stats = {
        .time = STAGE_TIME,
        .first = STAGE_TIME - 90 * CLOCK_SECOND,
        .last = STAGE_TIME,
        .final = true,
        .workers = 1,
        .capture = {.packets = 100, .octets = 9000, .files = 2, .kernel_drops = 3},
        .decode = {.packets = 100, .segments = 80, .bad_header = 1, .short_packet = 4},
        .stream = {.flows = 7, .flows_now = 2, .gaps = 5, .conflicts = 6, .midstream = 8},
        .sessions = 9,
        .messages = 11,
        .events = 12,
        .detect = {.alerts = {1, 2}},
        .outputs = {{.name = "stdout", .records = 13, .octets = 14}},
        .output_count = 1,
    };
    return stats;
}

struct stats stage_stats_live(void)
{
    struct stats stats = stage_stats();
    stats.started = STAGE_TIME - 3600 * CLOCK_SECOND;
    stats.interface_count = 2;
    stats.interfaces[0] = (struct stats_interface){
        .name = "eth1",
        .up = true,
        .capture = {.packets = 60, .octets = 5000, .kernel_drops = 1},
    };
    stats.interfaces[1] = (struct stats_interface){
        .name = "eth2",
        .capture = {.packets = 40, .octets = 4000, .kernel_drops = 2, .interface_drops = 21},
    };
    stats.capture.interface_drops = 21;
    stats.drop_rate = 0.0125;
    stats.drop_warning = true;
    stats.event_queue_drops = 22;
    stats.event_queue_depth = 23;
    stats.reloads = 24;
    stats.reloads_refused = 25;
    stats.refused_calls = 26;
    stats.lag = (struct stats_lag){
        .buckets = {4, 3, [STATS_LAG_BUCKETS - 1] = 1}, .count = 8, .sum = 90000000};
    stats.past = (struct past_stats){.saved = 27,
                                     .failed = 28,
                                     .octets = 29,
                                     .took = 30999999,
                                     .saved_at = STAGE_TIME - 31 * CLOCK_SECOND,
                                     .trouble = "no\nspace"};
    stats.past_interval = 60 * CLOCK_SECOND;
    stats.ceilings = (struct stats_ceilings){32, 33, 34, 35};
    stats.process_memory = 36;
    return stats;
}

struct json_object *stage_json(const struct buf *record)
{
    assert_false(record->truncated);
    assert_true(record->len > 0);
    assert_null(memchr(record->at, '\n', record->len));
    struct json_tokener *tokener = json_tokener_new();
    assert_non_null(tokener);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    struct json_object *json =
        json_tokener_parse_ex(tokener, (const char *)record->at, (int)record->len);
    assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
    assert_int_equal(json_tokener_get_parse_end(tokener), record->len);
    json_tokener_free(tokener);
    return json;
}

static struct json_object *find(struct json_object *json, const char *path)
{
    while (json != NULL && *path != '\0') {
        char key[100];
        size_t len = strcspn(path, ".");
        assert_true(len < sizeof key);
        snprintf(key, sizeof key, "%.*s", (int)len, path);
        path += len + (path[len] == '.');
        uint64_t index;
        if (json_object_is_type(json, json_type_array) && span_number(span_text(key), &index))
            json = index < json_object_array_length(json) ? json_object_array_get_idx(json, index)
                                                          : NULL;
        else if (!json_object_object_get_ex(json, key, &json))
            json = NULL;
    }
    return json;
}

struct json_object *stage_get(struct json_object *json, const char *path)
{
    struct json_object *found = find(json, path);
    if (found == NULL)
        fail_msg("there is no %s", path);
    return found;
}

bool stage_has(struct json_object *json, const char *path)
{
    return find(json, path) != NULL;
}

const char *stage_string(struct json_object *json, const char *path)
{
    return json_object_get_string(stage_get(json, path));
}

int64_t stage_number(struct json_object *json, const char *path)
{
    struct json_object *found = stage_get(json, path);
    assert_true(json_object_is_type(found, json_type_int));
    return json_object_get_int64(found);
}
