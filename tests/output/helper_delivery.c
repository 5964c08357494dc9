/* helper_delivery: options as the configuration makes them, and parcels. */
#include "helper_delivery.h"

#include "test.h"

#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void *options_of(const struct sink *sink, const char *const *settings)
{
    void *options = NULL;
    assert_int_equal(sink_options_new(sink, &options), ERR_NONE);
    for (size_t i = 0; settings[i] != NULL; i++) {
        struct span line = span_text(settings[i]);
        size_t equals = span_find(line, '=');
        const struct setting *setting = sink_setting(sink, span_head(line, equals));
        assert_non_null(setting);
        char message[300];
        assert_int_equal(
            setting_set(setting, options, span_skip(line, equals + 1), message, sizeof message),
            ERR_NONE);
    }
    return options;
}

enum err helper_delivery_try(const struct sink *sink, const char *const *settings,
                             char *ret_message, size_t size)
{
    void *options = options_of(sink, settings);
    enum err err = sink->check(options, ret_message, size);
    const struct sink_how how = {
        .name = "siem", .host = "sensor-1", .format = "eve", .options = options};
    void *state;
    if (err == ERR_NONE)
        err = sink->open(&how, &state, ret_message, size);
    if (err == ERR_NONE)
        assert_int_equal(sink->close(state), ERR_NONE);
    sink_options_free(sink, options);
    return err;
}

void helper_delivery_init(struct helper_delivery *delivery, const struct sink *sink,
                          const char *const *settings, size_t count)
{
    *delivery = (struct helper_delivery){.sink = sink, .options = options_of(sink, settings)};
    assert_int_equal(sink->check(delivery->options, delivery->opened, sizeof delivery->opened),
                     ERR_NONE);
    const struct sink_how how = {
        .name = "siem", .host = "sensor-1", .format = "eve", .options = delivery->options};
    assert_int_equal(sink->open(&how, &delivery->state, delivery->opened, sizeof delivery->opened),
                     ERR_NONE);
    delivery->stop = eventfd(0, EFD_CLOEXEC);
    delivery->delivery =
        (struct delivery){.parcels = delivery->parcels, .count = count, .stop = delivery->stop};
    for (size_t i = 0; i < count; i++) {
        struct record *record = &delivery->parcels[i].record;
        snprintf(delivery->texts[i], sizeof delivery->texts[i], "{\"n\":%zu}", i);
        *record = (struct record){.kind = RECORD_ALERT,
                                  .severity = 2,
                                  .detector = 1000 + (uint32_t)i,
                                  .time = (1600000000 + (int64_t)i) * 1000000000 + 123456789,
                                  .octets = span_text(delivery->texts[i])};
        snprintf(record->id, sizeof record->id, "%032zx", i);
    }
}

size_t helper_delivery_send(struct helper_delivery *delivery)
{
    delivery->delivery.trouble[0] = '\0';
    delivery->delivery.wait = 0;
    delivery->sink->send(delivery->state, &delivery->delivery);
    size_t waiting = 0;
    for (size_t i = 0; i < delivery->delivery.count; i++)
        waiting += delivery->parcels[i].state == PARCEL_WAITING;
    assert_int_equal(waiting > 0, delivery->delivery.trouble[0] != '\0');
    return waiting;
}

void helper_delivery_again(struct helper_delivery *delivery)
{
    for (size_t i = 0; i < delivery->delivery.count; i++)
        delivery->parcels[i].state = PARCEL_WAITING;
}

void helper_delivery_done(struct helper_delivery *delivery)
{
    assert_int_equal(delivery->sink->close(delivery->state), ERR_NONE);
    sink_options_free(delivery->sink, delivery->options);
    close(delivery->stop);
}

void helper_delivery_expect(struct span got, const char *text)
{
    assert_int_equal(got.len, strlen(text));
    assert_memory_equal(got.at, text, got.len);
}
