/*
 * config: every setting of the program, with its path ("detectors.mx-probe.unknown_min").
 *
 * Filled from the defaults, then a YAML file (libcyaml), then --set; printed by mxtap check. Paths
 * have two parts (group.setting), below detectors and sinks three (sinks.siem.url). In a file sinks
 * is a list whose items have a name and a type; --set sinks.NAME.type=TYPE makes one, or changes
 * the type of the one that is there, which then has the defaults again. Values stay until
 * config_free. One thread.
 */
#ifndef MXTAP_CONFIG_H
#define MXTAP_CONFIG_H

#include <mxtap/detect.h>
#include <mxtap/privacy.h>
#include <stdio.h>

struct config_site {
    char *home_net;      /* "192.0.2.0/24, 2001:db8::/32" */
    char *local_domains; /* "example.com, example.net" */
    char *replies_file;
    char *names_file;
    char *sensor; /* the name of this sensor in records, or NULL */
};

struct config_capture {
    char *ports; /* "25" or "25, 587" */
    uint64_t workers;
    bool verify_checksums;
    uint64_t fragment_memory; /* octets */
    int64_t fragment_time;    /* nanoseconds */
    /* Of the live sensor: */
    char *interfaces;     /* "eth1, eth2" */
    uint64_t snap_length; /* octets */
    uint64_t buffer;      /* octets of each ring */
    int64_t batch_time;   /* nanoseconds */
    bool promiscuous;
    bool dns;            /* does the kernel's filter pass port 53? */
    uint64_t vlans;      /* tags that the kernel's filter looks behind */
    char *tunnels;       /* "vxlan, gre" */
    unsigned fanout;     /* choice: auto, flow, addresses */
    double drop_warning; /* share of packets */
};

struct config_service {
    char *user;       /* or NULL: stay who we are */
    unsigned sandbox; /* choice: on, log, off; as enum sandbox_mode */
};

struct config_past {
    char *file;       /* or NULL: nothing is saved */
    int64_t interval; /* nanoseconds of event time */
};

struct config_health {
    char *listen; /* or NULL: none */
};

struct config_stream {
    char *engine; /* a name of engines.def */
    bool vlan_in_key;
    uint64_t max_flows, max_queue, memory;
    int64_t idle_time, half_open_time, closed_time;
};

struct config_smtp {
    uint64_t memory;
};

struct config_know {
    uint64_t memory;
    int64_t ttl_min, ttl_max; /* nanoseconds */
};

struct config_detect {
    uint64_t memory;
};

struct config_privacy {
    unsigned addresses; /* choice: clear, mask, hash; as enum privacy_mode */
    char *key;          /* of hash: a reference of a secret, or the text itself */
};

struct config_output {
    char *format;           /* a name of formats.def */
    char *log;              /* "alert, smtp, stats" */
    char *file;             /* or NULL: standard output */
    int64_t stats_interval; /* nanoseconds of event time */
};

struct config_outbox {
    char *file;      /* or NULL: no output may need it */
    uint64_t size;   /* octets; 0: no ceiling */
    int64_t age;     /* nanoseconds; 0: no ceiling */
    uint64_t memory; /* octets */
    int64_t
        patience; /* nanoseconds: how long replay and outbox send wait for receivers at the end */
};

/* An item of the list sinks: settings that every one has, and those of its type. */
struct config_sink {
    char name[64]; /* [A-Za-z0-9][A-Za-z0-9_-]*; unique */
    const struct sink *type;
    char *log;                                    /* "alert, smtp, stats" */
    char *format;                                 /* a name of formats.def; NULL: the sink's own */
    uint64_t severity;                            /* 1, 2 or 3: this and more severe ones; 0: all */
    char *detectors;                              /* names, comma-separated; NULL: all */
    uint64_t queue;                               /* octets; of local sinks */
    uint64_t batch, batch_octets;                 /* of the others, as struct output_row */
    int64_t linger, retry_min, retry_max, settle; /* nanoseconds */
    void *options;                                /* type->options_size octets */
};

#define CONFIG_SINKS 32

struct config {
    struct config_site site;
    struct config_capture capture;
    struct config_stream stream;
    struct config_smtp smtp;
    struct config_know know;
    struct config_detect detect;
    struct config_privacy privacy;
    struct config_output output;
    struct config_service service;
    struct config_past past;
    struct config_health health;
    struct config_outbox outbox;
    struct config_sink *sinks; /* sink_count of them, in the order of the configuration */
    size_t sink_count;
    struct detect_config *detectors; /* detect_count() of them */
};

#define CONFIG_MESSAGE 600

/* The defaults. */
enum err config_new(struct config **ret_config) MXTAP_MUST_CHECK;
void config_free(struct config *config);

/* On failure ret_message holds one line that says where and what. */
enum err config_load(struct config *config, const char *path,
                     char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
enum err config_set(struct config *config, const char *path, struct span value,
                    char ret_message[CONFIG_MESSAGE]) MXTAP_MUST_CHECK;
/* What is in force, as a file that config_load takes; help adds each setting's line. */
void config_print(const struct config *config, FILE *out, bool help);

/* Every setting with its path, in order, until visit returns false. */
struct config_entry {
    char path[120];
    const struct setting *setting;
    void *options;
};
void config_each(const struct config *config,
                 bool (*visit)(void *arg, const struct config_entry *entry), void *arg);

/* Cuts the next item off a list "a, b"; false at the end. */
bool config_item(struct span *rest, struct span *ret_item);

#endif
