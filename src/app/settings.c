/* settings: path, type, default, unit, limits, help. */
#include "settings.h"

#include <mxtap/sink.h>

static const struct setting site[] = {
    {"home_net", SETTING_TEXT, "", "networks", 0, 0, NULL,
     "own networks, comma-separated (192.0.2.0/24, 2001:db8::/32)",
     offsetof(struct config_site, home_net)},
    {"local_domains", SETTING_TEXT, "", "domains", 0, 0, NULL,
     "mail domains that are local, comma-separated", offsetof(struct config_site, local_domains)},
    {"replies_file", SETTING_TEXT, "", "path", 0, 0, NULL,
     "rules for servers' replies, tried before the built-in ones",
     offsetof(struct config_site, replies_file)},
    {"names_file", SETTING_TEXT, "", "path", 0, 0, NULL,
     "names and networks that are known to be dynamic, static, mail or hosting",
     offsetof(struct config_site, names_file)},
    {"sensor", SETTING_TEXT, "", "name", 0, 0, NULL,
     "name of this sensor in records; empty: none there, and the host's where a receiver needs one",
     offsetof(struct config_site, sensor)},
    SETTING_END,
};

static const struct setting capture[] = {
    {"ports", SETTING_TEXT, "25", "ports", 0, 0, NULL, "server ports watched, comma-separated",
     offsetof(struct config_capture, ports)},
    {"workers", SETTING_COUNT, "1", "threads", 1, 64, NULL, "packet workers",
     offsetof(struct config_capture, workers)},
    {"verify_checksums", SETTING_BOOL, "false", "", 0, 0, NULL,
     "drop packets with wrong checksums (captures on the sending host have them)",
     offsetof(struct config_capture, verify_checksums)},
    {"fragment_memory", SETTING_OCTETS, "4M", "octets", 65536, 4e9, NULL,
     "ceiling of all IP fragments under way", offsetof(struct config_capture, fragment_memory)},
    {"fragment_time", SETTING_SECONDS, "30", "", 1, 3600, NULL, "how long a fragment waits",
     offsetof(struct config_capture, fragment_time)},
    {"interfaces", SETTING_TEXT, "", "interfaces", 0, 0, NULL,
     "run: where to listen, comma-separated (eth1, eth2)",
     offsetof(struct config_capture, interfaces)},
    {"promiscuous", SETTING_BOOL, "true", "", 0, 0, NULL,
     "run: take what is not addressed to this host too",
     offsetof(struct config_capture, promiscuous)},
    {"snap_length", SETTING_OCTETS, "256k", "octets", 128, 262144, NULL,
     "run: octets of a packet that are taken", offsetof(struct config_capture, snap_length)},
    {"buffer", SETTING_OCTETS, "64M", "octets", 1 << 20, 2e9, NULL,
     "run: the kernel's ring, one for each interface and worker",
     offsetof(struct config_capture, buffer)},
    {"batch_time", SETTING_SECONDS, "0.01", "", 0.001, 1, NULL,
     "run: how long the kernel gathers packets before it hands them over",
     offsetof(struct config_capture, batch_time)},
    {"dns", SETTING_BOOL, "true", "", 0, 0, NULL, "run: take port 53 too, for names of hosts",
     offsetof(struct config_capture, dns)},
    {"vlans", SETTING_COUNT, "2", "tags", 0, 2, NULL,
     "run: VLAN tags that the kernel's filter looks behind",
     offsetof(struct config_capture, vlans)},
    {"tunnels", SETTING_TEXT, "", "tunnels", 0, 0, NULL,
     "run: tunnels looked into, comma-separated: gre (with ERSPAN), vxlan, geneve, ipip, mpls, "
     "pppoe",
     offsetof(struct config_capture, tunnels)},
    {"fanout", SETTING_CHOICE, "auto", "", 0, 0, "auto|flow|addresses",
     "run: how several workers share packets; auto: by addresses where there are tunnels",
     offsetof(struct config_capture, fanout)},
    {"drop_warning", SETTING_NUMBER, "0.001", "share", 0, 1, NULL,
     "run: share of packets lost over which stats records and the log warn",
     offsetof(struct config_capture, drop_warning)},
    SETTING_END,
};

static const struct setting stream[] = {
    {"engine", SETTING_TEXT, "native", "", 0, 0, NULL, "TCP reassembly: native or nids",
     offsetof(struct config_stream, engine)},
    {"vlan_in_key", SETTING_BOOL, "false", "", 0, 0, NULL,
     "the same addresses on two VLANs are two dialogues",
     offsetof(struct config_stream, vlan_in_key)},
    {"max_flows", SETTING_COUNT, "50000", "flows", 16, 1e8, NULL, "flows at a time",
     offsetof(struct config_stream, max_flows)},
    {"max_queue", SETTING_OCTETS, "256k", "octets", 2048, 1e9, NULL,
     "octets out of order that one direction of a flow may hold",
     offsetof(struct config_stream, max_queue)},
    {"memory", SETTING_OCTETS, "32M", "octets", 65536, 1e12, NULL,
     "ceiling of all flows and their queues", offsetof(struct config_stream, memory)},
    {"idle_time", SETTING_SECONDS, "10m", "", 1, 1e6, NULL,
     "an established flow without packets ends", offsetof(struct config_stream, idle_time)},
    {"half_open_time", SETTING_SECONDS, "30", "", 1, 1e6, NULL, "a flow without an answer ends",
     offsetof(struct config_stream, half_open_time)},
    {"closed_time", SETTING_SECONDS, "30", "", 0, 1e6, NULL,
     "how long a closed flow remembers late packets", offsetof(struct config_stream, closed_time)},
    SETTING_END,
};

static const struct setting smtp[] = {
    {"memory", SETTING_OCTETS, "64M", "octets", 65536, 1e12, NULL,
     "ceiling of all sessions and messages under way", offsetof(struct config_smtp, memory)},
    SETTING_END,
};

static const struct setting know[] = {
    {"memory", SETTING_OCTETS, "8M", "octets", 65536, 1e12, NULL,
     "ceiling of what is remembered of hosts, names and domains",
     offsetof(struct config_know, memory)},
    {"ttl_min", SETTING_SECONDS, "60", "", 1, 86400, NULL,
     "what DNS says is remembered at least so long", offsetof(struct config_know, ttl_min)},
    {"ttl_max", SETTING_SECONDS, "1d", "", 60, 604800, NULL, "and at most so long",
     offsetof(struct config_know, ttl_max)},
    SETTING_END,
};

static const struct setting detect[] = {
    {"memory", SETTING_OCTETS, "32M", "octets", 65536, 1e12, NULL,
     "ceiling of all detectors' tables", offsetof(struct config_detect, memory)},
    SETTING_END,
};

static const struct setting privacy[] = {
    {"addresses", SETTING_CHOICE, "clear", "", 0, 0, "clear|mask|hash",
     "how mail addresses are written", offsetof(struct config_privacy, addresses)},
    {"key", SETTING_SECRET_OR_TEXT, "", "secret", 0, 0, NULL, "the key of privacy.addresses: hash",
     offsetof(struct config_privacy, key)},
    SETTING_END,
};

static const struct setting output[] = {
    {"format", SETTING_TEXT, "eve", "", 0, 0, NULL, "form of the records: eve, ecs, cef or text",
     offsetof(struct config_output, format)},
    {"log", SETTING_TEXT, "alert", "kinds", 0, 0, NULL,
     "kinds of records, comma-separated: alert, smtp, stats", offsetof(struct config_output, log)},
    {"file", SETTING_TEXT, "", "path", 0, 0, NULL, "run: where records go; empty: standard output",
     offsetof(struct config_output, file)},
    {"stats_interval", SETTING_SECONDS, "60", "", 1, 1e6, NULL,
     "event time between two stats records", offsetof(struct config_output, stats_interval)},
    SETTING_END,
};

static const struct setting outbox[] = {
    {"file", SETTING_TEXT, "", "path", 0, 0, NULL,
     "where records wait for their receivers; sinks that send need it",
     offsetof(struct config_outbox, file)},
    {"size", SETTING_OCTETS, "1G", "octets", 0, 1e15, NULL,
     "ceiling of the records waiting, the oldest go; 0: none",
     offsetof(struct config_outbox, size)},
    {"age", SETTING_SECONDS, "7d", "", 0, 3e8, NULL,
     "how long a record waits at most, then it goes; 0: for ever",
     offsetof(struct config_outbox, age)},
    {"memory", SETTING_OCTETS, "64M", "octets", 65536, 1e12, NULL,
     "ceiling of the records that the disk does not have yet",
     offsetof(struct config_outbox, memory)},
    {"patience", SETTING_SECONDS, "10", "", 0, 1e6, NULL,
     "how long replay --forward and outbox send wait for receivers at the end",
     offsetof(struct config_outbox, patience)},
    SETTING_END,
};

static const struct setting service[] = {
    {"user", SETTING_TEXT, "mxtap", "user", 0, 0, NULL,
     "run: who to become once the interfaces are open; empty: nobody else",
     offsetof(struct config_service, user)},
    {"sandbox", SETTING_CHOICE, "on", "", 0, 0, "on|log|off",
     "run: system calls that are not needed are refused, only logged, or let pass",
     offsetof(struct config_service, sandbox)},
    SETTING_END,
};

static const struct setting past[] = {
    {"file", SETTING_TEXT, "", "path", 0, 0, NULL,
     "run: where what is known is kept between two runs; empty: nowhere",
     offsetof(struct config_past, file)},
    {"interval", SETTING_SECONDS, "60", "", 1, 86400, NULL, "run: how often it is saved",
     offsetof(struct config_past, interval)},
    SETTING_END,
};

static const struct setting health[] = {
    {"listen", SETTING_TEXT, "", "address:port", 0, 0, NULL,
     "run: metrics and health over HTTP, on loopback (127.0.0.1:9465); empty: none",
     offsetof(struct config_health, listen)},
    SETTING_END,
};

const struct settings_group settings_groups[] = {
    {"site", site, offsetof(struct config, site)},
    {"capture", capture, offsetof(struct config, capture)},
    {"stream", stream, offsetof(struct config, stream)},
    {"smtp", smtp, offsetof(struct config, smtp)},
    {"know", know, offsetof(struct config, know)},
    {"detect", detect, offsetof(struct config, detect)},
    {"privacy", privacy, offsetof(struct config, privacy)},
    {"output", output, offsetof(struct config, output)},
    {"outbox", outbox, offsetof(struct config, outbox)},
    {"service", service, offsetof(struct config, service)},
    {"past", past, offsetof(struct config, past)},
    {"health", health, offsetof(struct config, health)},
    {NULL, NULL, 0},
};

const struct setting settings_detector[] = {
    {"enabled", SETTING_BOOL, "true", "", 0, 0, NULL, "is this detector on?",
     offsetof(struct detect_config, enabled)},
    {"severity", SETTING_COUNT, "0", "", 0, 3, NULL,
     "severity of its alerts: 1 high, 2 medium, 3 low; 0: its own",
     offsetof(struct detect_config, severity)},
    SETTING_END,
};

const struct setting settings_sink_type[] = {
    {"type", SETTING_TEXT, "", "", 0, 0, NULL, "what kind of sink it is: see mxtap sinks",
     offsetof(struct sink, name)},
    SETTING_END,
};

const struct setting settings_sink[] = {
    {"log", SETTING_TEXT, "alert", "kinds", 0, 0, NULL,
     "kinds of records, comma-separated: alert, smtp, stats", offsetof(struct config_sink, log)},
    {"format", SETTING_TEXT, "", "", 0, 0, NULL,
     "form of the records: eve, ecs, cef or text; empty: as the type has it",
     offsetof(struct config_sink, format)},
    {"severity", SETTING_COUNT, "0", "", 0, 3, NULL,
     "alerts of this severity and of more severe ones: 1 high, 2 medium, 3 low; 0: all",
     offsetof(struct config_sink, severity)},
    {"detectors", SETTING_TEXT, "", "detectors", 0, 0, NULL,
     "alerts of these detectors only, comma-separated; empty: of all",
     offsetof(struct config_sink, detectors)},
    SETTING_END,
};

const struct setting settings_sink_local[] = {
    {"queue", SETTING_OCTETS, "16M", "octets", 65536, 4e9, NULL,
     "run: records in memory that may wait for a slow disk or reader; more are dropped",
     offsetof(struct config_sink, queue)},
    SETTING_END,
};

const struct setting settings_sink_sending[] = {
    {"batch", SETTING_COUNT, "500", "records", 1, 100000, NULL, "records of one delivery, at most",
     offsetof(struct config_sink, batch)},
    {"batch_octets", SETTING_OCTETS, "1M", "octets", 1024, 1 << 26, NULL,
     "octets of one delivery, at most", offsetof(struct config_sink, batch_octets)},
    {"linger", SETTING_SECONDS, "0.2", "", 0, 3600, NULL,
     "how long the first record of a delivery waits for others",
     offsetof(struct config_sink, linger)},
    {"retry_min", SETTING_SECONDS, "1", "", 0.01, 3600, NULL,
     "patience after a try that failed, doubled each time",
     offsetof(struct config_sink, retry_min)},
    {"retry_max", SETTING_SECONDS, "60", "", 0.01, 86400, NULL, "and so long at most",
     offsetof(struct config_sink, retry_max)},
    {"settle", SETTING_SECONDS, "5", "", 0, 3600, NULL,
     "how long a record counts as under way where the receiver acknowledges nothing",
     offsetof(struct config_sink, settle)},
    SETTING_END,
};
