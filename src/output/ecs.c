/* ecs: base, event, observer, network and related fields (Elastic Common Schema 8). */
#include "ecs.h"

#include <stdio.h>

struct json_object *ecs_part(struct json_object *in, const char *name)
{
    struct json_object *object;
    if (json_object_object_get_ex(in, name, &object))
        return object;
    object = json_object_new_object();
    eve_add(in, name, object);
    return object;
}

void ecs_add_time(struct json_object *object, const char *name, int64_t time)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(time, text);
    text[strcspn(text, "+")] = 'Z';
    eve_add(object, name, json_object_new_string_len(text, (int)strcspn(text, "Z") + 1));
}

static void add_words(struct json_object *object, const char *name, unsigned bits,
                      const char *const words[], size_t count)
{
    struct json_object *list = json_object_new_array();
    for (size_t i = 0; i < count; i++)
        if ((bits & 1U << i) != 0)
            json_object_array_add(list, json_object_new_string(words[i]));
    eve_add(object, name, list);
}

static void event_object(struct json_object *record, const char *id, const struct ecs_kind *kind)
{
    static const char *const categories[] = {"intrusion_detection", "email", "network", "malware",
                                             "authentication"};
    static const char *const types[] = {"info", "protocol"};
    struct json_object *object = ecs_part(record, "event");
    eve_add_string(object, "kind", kind->kind);
    add_words(object, "category", kind->categories, categories,
              sizeof categories / sizeof *categories);
    add_words(object, "type", (kind->categories & ECS_NETWORK) != 0 ? 3 : 1, types, 2);
    eve_add_string(object, "action", kind->action);
    eve_add_string(object, "id", id);
    eve_add_string(object, "module", "mxtap");
    eve_add_string(object, "dataset", kind->dataset);
    eve_add_string(object, "provider", "mxtap");
}

static void observer_object(const struct format_options *options, struct json_object *record)
{
    struct json_object *object = ecs_part(record, "observer");
    if (options->sensor != NULL)
        eve_add_text(object, "name", span_text(options->sensor));
    eve_add_string(object, "type", "sensor");
    eve_add_string(object, "vendor", "mxtap");
    eve_add_string(object, "product", "mxtap");
    eve_add_string(object, "version", MXTAP_VERSION);
}

struct json_object *ecs_new(const struct format_options *options, int64_t time, const char *id,
                            const struct ecs_kind *kind, struct json_object *mxtap)
{
    struct json_object *record = json_object_new_object();
    ecs_add_time(record, "@timestamp", time);
    eve_add_string(ecs_part(record, "ecs"), "version", ECS_VERSION);
    event_object(record, id, kind);
    observer_object(options, record);
    eve_add(record, "mxtap", mxtap);
    return record;
}

void ecs_related(struct json_object *record, const char *name, const char *text)
{
    struct json_object *related = ecs_part(record, "related");
    struct json_object *list;
    if (!json_object_object_get_ex(related, name, &list)) {
        list = json_object_new_array();
        eve_add(related, name, list);
    }
    size_t count = json_object_array_length(list);
    for (size_t i = 0; i < count; i++)
        if (strcmp(json_object_get_string(json_object_array_get_idx(list, i)), text) == 0)
            return;
    if (count < ECS_RELATED_MAX)
        json_object_array_add(list, json_object_new_string(text));
}

/* Of the evidence: a text, or the texts in a list, or in objects in a list. */
void ecs_evidence(struct json_object *record, struct json_object *evidence)
{
    struct addr addr;
    if (json_object_is_type(evidence, json_type_string)) {
        const char *text = json_object_get_string(evidence);
        char canonical[ADDR_TEXT_SIZE];
        if (addr_parse(span_text(text), &addr)) {
            addr_text(&addr, canonical);
            ecs_related(record, "ip", canonical);
        }
    } else if (json_object_is_type(evidence, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(evidence); i++)
            ecs_evidence(record, json_object_array_get_idx(evidence, i));
    } else if (json_object_is_type(evidence, json_type_object)) {
        json_object_object_foreach(evidence, name, value)
        {
            (void)name;
            ecs_evidence(record, value);
        }
    }
}

/* One end of the connection; the name only where nothing speaks against it. */
static void end_object(struct json_object *record, const char *side, const struct addr *addr,
                       uint16_t port, const struct know_host *host)
{
    struct json_object *object = ecs_part(record, side);
    char text[ADDR_TEXT_SIZE];
    addr_text(addr, text);
    eve_add_string(object, "ip", text);
    eve_add_string(object, "address", text);
    eve_add_count(object, "port", port);
    ecs_related(record, "ip", text);
    if (host->name.len == 0 || host->confirmed == KNOW_REFUTED)
        return;
    struct json_object *name = eve_text(host->name);
    ecs_related(record, "hosts", json_object_get_string(name));
    eve_add(object, "domain", name);
}

static const char *direction_of(const struct know *know, const struct event_flow *flow)
{
    bool client = know_is_home(know, &flow->client);
    bool server = know_is_home(know, &flow->server);
    if (client)
        return server ? "internal" : "outbound";
    return server ? "inbound" : "external";
}

static void vlan_object(struct json_object *network, const char *tag, unsigned vlan)
{
    char id[16];
    snprintf(id, sizeof id, "%u", vlan);
    struct json_object *object = tag == NULL ? network : ecs_part(network, tag);
    eve_add_string(ecs_part(object, "vlan"), "id", id);
}

static void network_object(const struct format_options *options, struct json_object *record,
                           const struct event_flow *flow)
{
    struct json_object *object = ecs_part(record, "network");
    char community[EVE_COMMUNITY_ID];
    eve_community_id(flow, community);
    eve_add_string(object, "community_id", community);
    eve_add_string(object, "transport", "tcp");
    eve_add_string(object, "protocol", "smtp");
    eve_add_string(object, "type", addr_is_v4(&flow->client) ? "ipv4" : "ipv6");
    if (know_has_home(options->know))
        eve_add_string(object, "direction", direction_of(options->know, flow));
    if (flow->vlan_count > 0)
        vlan_object(object, NULL, flow->vlan[0]);
    if (flow->vlan_count > 1)
        vlan_object(object, "inner", flow->vlan[1]);
}

/* Where it was captured: an interface is the observer's, a capture file is no field of ECS. */
static void source_of_packets(const struct format_options *options, struct json_object *record,
                              const struct event_flow *flow)
{
    if (flow->source == NULL)
        return;
    struct json_object *object = ecs_part(record, "mxtap");
    const char *name = "pcap_filename";
    if (options->live) {
        object = ecs_part(ecs_part(ecs_part(record, "observer"), "ingress"), "interface");
        name = "name";
    }
    eve_add_text(object, name, span_text(flow->source));
}

void ecs_flow(const struct format_options *options, struct json_object *record,
              const struct event_flow *flow, const struct event *event, int64_t time)
{
    struct know_host client;
    struct know_host server;
    if (event != NULL && event->kind != EVENT_OPEN)
        know_client(options->know, event, &client);
    else
        know_host_of(options->know, &flow->client, time, &client);
    know_host_of(options->know, &flow->server, time, &server);
    end_object(record, "source", &flow->client, flow->client_port, &client);
    end_object(record, "destination", &flow->server, flow->server_port, &server);
    network_object(options, record, flow);
    source_of_packets(options, record, flow);
    ecs_add_time(ecs_part(record, "event"), "start", flow->opened);
    eve_add_count(ecs_part(record, "mxtap"), "flow_id", eve_flow_id(flow));
}
