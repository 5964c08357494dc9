/*
 * helper_delivery: a sink that sends, opened with settings as a configuration has them, and some
 * records to send.
 *
 * Record n has the id n in 32 hexadecimal digits, the time 1600000000 + n seconds and 123456789
 * nanoseconds, is an alert of severity 2 and detector 1000 + n, and has the octets {"n":n} until
 * they are changed.
 */
#ifndef MXTAP_HELPER_DELIVERY_H
#define MXTAP_HELPER_DELIVERY_H

#include <mxtap/sink.h>

#define HELPER_DELIVERY_MAX 64

struct helper_delivery {
    const struct sink *sink;
    void *options, *state;
    char opened[300]; /* what open had to say */
    struct delivery delivery;
    struct parcel parcels[HELPER_DELIVERY_MAX];
    char texts[HELPER_DELIVERY_MAX][64];
    int stop;
};

/* settings: "name=value" texts, ends with NULL. */
enum err helper_delivery_try(const struct sink *sink, const char *const *settings,
                             char *ret_message, size_t size);
void helper_delivery_init(struct helper_delivery *delivery, const struct sink *sink,
                          const char *const *settings, size_t count);
/* Sends once; gives back how many wait still. */
size_t helper_delivery_send(struct helper_delivery *delivery);
/* All wait again. */
void helper_delivery_again(struct helper_delivery *delivery);
/* Octet by octet. */
void helper_delivery_expect(struct span got, const char *text);
void helper_delivery_done(struct helper_delivery *delivery);

#endif
