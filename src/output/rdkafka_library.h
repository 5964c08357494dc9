/*
 * rdkafka_library: librdkafka, taken into the process only where a sink speaks Kafka.
 *
 * It brings a dozen libraries with it (TLS, SASL and its modules), which a replay and a sensor
 * without such a sink need not have. Loaded before the thread of the sink is made; never unloaded.
 */
#ifndef MXTAP_OUTPUT_RDKAFKA_LIBRARY_H
#define MXTAP_OUTPUT_RDKAFKA_LIBRARY_H

#include <librdkafka/rdkafka.h>
#include <mxtap/err.h>

/* The functions that are called, each with the type that its header gives it. */
#define RDKAFKA_LIBRARY_CALLS(CALL)                                                                \
    CALL(conf_destroy)                                                                             \
    CALL(conf_dup)                                                                                 \
    CALL(conf_new)                                                                                 \
    CALL(conf_set)                                                                                 \
    CALL(conf_set_dr_msg_cb)                                                                       \
    CALL(conf_set_log_cb)                                                                          \
    CALL(conf_set_opaque)                                                                          \
    CALL(destroy)                                                                                  \
    CALL(err2str)                                                                                  \
    CALL(error_code)                                                                               \
    CALL(error_destroy)                                                                            \
    CALL(fatal_error)                                                                              \
    CALL(header_add)                                                                               \
    CALL(headers_destroy)                                                                          \
    CALL(headers_new)                                                                              \
    CALL(new)                                                                                      \
    CALL(poll)                                                                                     \
    CALL(produceva)                                                                                \
    CALL(purge)

struct rdkafka_library {
#define RDKAFKA_LIBRARY_CALL(name) __typeof__(&rd_kafka_##name) name;
    RDKAFKA_LIBRARY_CALLS(RDKAFKA_LIBRARY_CALL)
#undef RDKAFKA_LIBRARY_CALL
};

/* Main thread only: prepares the library too. ERR_SUPPORT: it is not installed, or not this one. */
enum err rdkafka_library_load(struct rdkafka_library *ret_library) MXTAP_MUST_CHECK;

/* What conf_set_opaque was told, for the callback that is given a producer and nothing else; any
 * thread. */
void *rdkafka_library_opaque(const rd_kafka_t *producer);

#endif
