/*
 * kafka: hands a lot to the producer, and waits for a report of each message.
 *
 * After the first error that time or an operator may mend nothing more is handed over, and what the
 * library has not sent is taken back: a later record of the same key is not to come before one that
 * is sent again. Brokers judge messages by the batch (KIP-467): where one was refused for what is
 * in it, its lot is sent again one by one, and the one that is refused alone is to blame.
 */
#ifdef MXTAP_KAFKA

#include "kafka.h"

#include "kafka_conf.h"

#include <inttypes.h>
#include <mxtap/clock.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define POLL_TIME 100                /* milliseconds: how late a stop may be seen */
#define GRACE     (CLOCK_SECOND / 4) /* for what is under way when it is to end */
#define KEY       17                 /* 16 hexadecimal digits and a NUL */
#define WARNING   4                  /* of the library's levels, which are syslog's */

struct kafka {
    struct rdkafka_library library;
    /* Of the options and the format's name: an output may outlive its configuration. */
    char *topic, *format;
    int64_t connect_time, answer_time;
    rd_kafka_conf_t *conf; /* of every producer */
    rd_kafka_t *producer;  /* or NULL */
    /* Of one round, which is a lot of messages and their reports: */
    size_t out;            /* messages without a report yet */
    bool broken;           /* nothing more is handed over */
    bool blame;            /* a batch was refused for what is in one of its messages */
    int64_t progress;      /* steady clock: the last report, or the beginning */
    char trouble[256];     /* the first error, or empty */
    bool alone;            /* one message at a time */
    pthread_mutex_t mutex; /* for what follows: threads of the library write it */
    char said[256];        /* of a connection that failed */
    bool complained;
};

/* ---- what the library says ---- */

/* "[thrd:kafka1:9092/1]: kafka1:9092/1: Connect to ... failed: Connection refused": what failed is
 * worth more than that all brokers are down, which it says next. */
static void on_log(const rd_kafka_t *producer, int level, const char *facility, const char *text)
{
    bool failed = strcmp(facility, "FAIL") == 0;
    struct kafka *kafka = failed || level <= WARNING ? rdkafka_library_opaque(producer) : NULL;
    if (kafka == NULL)
        return;
    const char *behind = strstr(text, "]: ");
    if (text[0] == '[' && behind != NULL)
        text = behind + 3;
    pthread_mutex_lock(&kafka->mutex);
    kafka->complained = true;
    if (failed || kafka->said[0] == '\0')
        snprintf(kafka->said, sizeof kafka->said, "%s", text);
    pthread_mutex_unlock(&kafka->mutex);
}

/* It is not silent but works. */
static void forget_complaints(struct kafka *kafka)
{
    pthread_mutex_lock(&kafka->mutex);
    kafka->complained = false;
    kafka->said[0] = '\0';
    pthread_mutex_unlock(&kafka->mutex);
}

static bool is_complaining(struct kafka *kafka)
{
    pthread_mutex_lock(&kafka->mutex);
    bool complaining = kafka->complained;
    pthread_mutex_unlock(&kafka->mutex);
    return complaining;
}

/* Is it the message (or another of its batch) that a broker will never take? */
static bool is_never(rd_kafka_resp_err_t code)
{
    switch (code) {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE:
    case RD_KAFKA_RESP_ERR_INVALID_RECORD:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP: return true;
    default: return false;
    }
}

static bool is_taken_back(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

static void refuse(const struct kafka *kafka, struct parcel *parcel, rd_kafka_resp_err_t code)
{
    parcel->state = PARCEL_REFUSED;
    snprintf(parcel->answer, sizeof parcel->answer, "%s", kafka->library.err2str(code));
}

static void break_off(struct kafka *kafka, rd_kafka_resp_err_t code)
{
    if (!kafka->broken)
        snprintf(kafka->trouble, sizeof kafka->trouble, "%s", kafka->library.err2str(code));
    kafka->broken = true;
}

static void on_report(rd_kafka_t *producer, const rd_kafka_message_t *message, void *opaque)
{
    struct kafka *kafka = opaque;
    struct parcel *parcel = message->_private;
    (void)producer;
    kafka->out--;
    kafka->progress = clock_steady();
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        parcel->state = PARCEL_DELIVERED;
        forget_complaints(kafka);
    } else if (is_never(message->err) && kafka->alone) {
        refuse(kafka, parcel, message->err);
    } else if (!is_taken_back(message->err)) {
        kafka->blame = kafka->blame || is_never(message->err);
        break_off(kafka, message->err);
    }
}

/* ---- the producer ---- */

static void free_parts(struct kafka *kafka)
{
    if (kafka->conf != NULL)
        kafka->library.conf_destroy(kafka->conf);
    free(kafka->topic);
    free(kafka->format);
    free(kafka);
}

static enum err make_parts(struct kafka *kafka, const struct kafka_options *options,
                           char *ret_message, size_t size)
{
    if (kafka->topic == NULL || kafka->format == NULL)
        return ERR_MEMORY;
    enum err err = rdkafka_library_load(&kafka->library);
    if (err != ERR_NONE) {
        snprintf(ret_message, size, "librdkafka is not installed, or cannot be loaded any more");
        return err;
    }
    return kafka_conf_new(&kafka->library, options, &kafka->conf, ret_message, size);
}

enum err kafka_new(const struct kafka_options *options, const char *format,
                   struct kafka **ret_kafka, char *ret_message, size_t size)
{
    struct kafka *kafka = calloc(1, sizeof *kafka);
    if (kafka == NULL)
        return ERR_MEMORY;
    kafka->topic = strdup(options->topic);
    kafka->format = strdup(format);
    kafka->connect_time = options->connect_time;
    kafka->answer_time = options->answer_time;
    enum err err = make_parts(kafka, options, ret_message, size);
    if (err != ERR_NONE) {
        free_parts(kafka);
        return err;
    }
    kafka->library.conf_set_opaque(kafka->conf, kafka);
    kafka->library.conf_set_log_cb(kafka->conf, on_log);
    kafka->library.conf_set_dr_msg_cb(kafka->conf, on_report);
    pthread_mutex_init(&kafka->mutex, NULL);
    *ret_kafka = kafka;
    return ERR_NONE;
}

static bool make_producer(struct kafka *kafka)
{
    if (kafka->producer != NULL)
        return true;
    rd_kafka_conf_t *conf = kafka->library.conf_dup(kafka->conf);
    kafka->producer =
        kafka->library.new(RD_KAFKA_PRODUCER, conf, kafka->trouble, sizeof kafka->trouble);
    if (kafka->producer == NULL)
        kafka->library.conf_destroy(conf);
    return kafka->producer != NULL;
}

/* What it has under way may arrive or not. */
static void drop_producer(struct kafka *kafka)
{
    if (kafka->producer == NULL)
        return;
    (void)kafka->library.purge(kafka->producer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                                    RD_KAFKA_PURGE_F_NON_BLOCKING);
    kafka->library.destroy(kafka->producer);
    kafka->producer = NULL;
    kafka->out = 0;
}

void kafka_free(struct kafka *kafka)
{
    if (kafka == NULL)
        return;
    drop_producer(kafka);
    pthread_mutex_destroy(&kafka->mutex);
    free_parts(kafka);
}

static bool is_fatal(struct kafka *kafka)
{
    char why[sizeof kafka->trouble];
    if (kafka->library.fatal_error(kafka->producer, why, sizeof why) == RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    snprintf(kafka->trouble, sizeof kafka->trouble, "%s", why);
    return true;
}

/* ---- a round ---- */

/* What is in the header of its message; NULL: no memory. */
static rd_kafka_headers_t *make_headers(const struct kafka *kafka, const struct record *record)
{
    rd_kafka_headers_t *headers = kafka->library.headers_new(3);
    if (headers == NULL)
        return NULL;
    (void)kafka->library.header_add(headers, "id", -1, record->id, -1);
    (void)kafka->library.header_add(headers, "kind", -1, record_kind_name(record->kind), -1);
    (void)kafka->library.header_add(headers, "format", -1, kafka->format, -1);
    return headers;
}

/* ERR__QUEUE_FULL: there is no room for it now. */
static rd_kafka_resp_err_t produce(struct kafka *kafka, struct parcel *parcel)
{
    const struct record *record = &parcel->record;
    rd_kafka_headers_t *headers = make_headers(kafka, record);
    char key[KEY];
    snprintf(key, sizeof key, "%016" PRIx64, record->key);
    const rd_kafka_vu_t parts[] = {
        {.vtype = RD_KAFKA_VTYPE_TOPIC, .u.cstr = kafka->topic},
        {.vtype = RD_KAFKA_VTYPE_KEY, .u.mem = {key, sizeof key - 1}},
        {.vtype = RD_KAFKA_VTYPE_VALUE,
         .u.mem = {(void *)(uintptr_t)record->octets.at, record->octets.len}},
        {.vtype = RD_KAFKA_VTYPE_OPAQUE, .u.ptr = parcel},
        {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u.i = RD_KAFKA_MSG_F_COPY},
        /* Whole: single ones are freed twice by produceva where it fails (before 2.4). */
        {.vtype = RD_KAFKA_VTYPE_HEADERS, .u.headers = headers},
    };
    rd_kafka_error_t *error =
        kafka->library.produceva(kafka->producer, parts, sizeof parts / sizeof parts[0]);
    if (error == NULL)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t code = kafka->library.error_code(error);
    kafka->library.error_destroy(error);
    kafka->library.headers_destroy(headers);
    return code;
}

/* Has it been long enough without a report? Sooner where connections fail. */
static bool is_over(struct kafka *kafka)
{
    int64_t silent = clock_steady() - kafka->progress;
    return silent >= kafka->answer_time || (silent >= kafka->connect_time && is_complaining(kafka));
}

/* Until no more than so many are without a report; false: that will not be. */
static bool wait_for_reports(struct kafka *kafka, size_t most, int stop)
{
    bool good = true;
    do {
        (void)kafka->library.poll(kafka->producer, kafka->out > most ? POLL_TIME : 0);
        good = !sink_stopped(stop) && !is_over(kafka) && !is_fatal(kafka);
    } while (good && kafka->out > most);
    return good;
}

static void hand_over(struct kafka *kafka, struct parcel *parcel, int stop)
{
    rd_kafka_resp_err_t code = produce(kafka, parcel);
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && kafka->out > 0 && !kafka->broken) {
        if (!wait_for_reports(kafka, kafka->out / 2, stop))
            kafka->broken = true;
        else
            code = produce(kafka, parcel);
    }
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        kafka->out++;
    else if (is_never(code))
        refuse(kafka, parcel, code);
    else
        break_off(kafka, code);
}

/* What the library has not sent comes back, what is under way gets a moment. The producer goes
 * then: nothing says when it has forgotten all, and it would hold an error of a topic against it
 * for minutes. */
static void take_back(struct kafka *kafka)
{
    int64_t until = clock_steady() + GRACE;
    (void)kafka->library.purge(kafka->producer,
                               RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    while (kafka->out > 0 && clock_steady() < until)
        (void)kafka->library.poll(kafka->producer, POLL_TIME);
    drop_producer(kafka);
}

/* True: another round may do more. */
static bool do_round(struct kafka *kafka, struct delivery *delivery)
{
    kafka->broken = kafka->blame = false;
    kafka->trouble[0] = '\0';
    if (!make_producer(kafka))
        return false;
    kafka->progress = clock_steady();
    forget_complaints(kafka);
    bool good = true;
    for (size_t i = 0; i < delivery->count && good && !kafka->broken; i++) {
        if (delivery->parcels[i].state != PARCEL_WAITING)
            continue;
        hand_over(kafka, &delivery->parcels[i], delivery->stop);
        good = wait_for_reports(kafka, kafka->alone ? 0 : delivery->count, delivery->stop);
    }
    while (good && !kafka->broken && kafka->out > 0)
        good = wait_for_reports(kafka, kafka->out - 1, delivery->stop);
    if (!good || kafka->broken || is_fatal(kafka))
        take_back(kafka);
    return good && kafka->blame && !kafka->alone;
}

/* Brokers have a say in the library's sentences (SASL), and operators read them at terminals. */
static void make_plain(char *text)
{
    for (; *text != '\0'; text++)
        if (*text < ' ' || *text > '~')
            *text = '?';
}

static void tell_trouble(struct kafka *kafka, struct delivery *delivery)
{
    pthread_mutex_lock(&kafka->mutex);
    const char *why = kafka->trouble;
    if (why[0] == '\0' && kafka->said[0] != '\0')
        why = kafka->said;
    else if (why[0] == '\0')
        why = "the brokers did not acknowledge in time";
    snprintf(delivery->trouble, sizeof delivery->trouble, "%s", why);
    pthread_mutex_unlock(&kafka->mutex);
    make_plain(delivery->trouble);
}

void kafka_send(struct kafka *kafka, struct delivery *delivery)
{
    size_t waiting = 0;
    kafka->alone = false;
    while (do_round(kafka, delivery))
        kafka->alone = true;
    for (size_t i = 0; i < delivery->count; i++)
        waiting += delivery->parcels[i].state == PARCEL_WAITING;
    if (waiting > 0)
        tell_trouble(kafka, delivery);
}

#endif
