/*
 * What detectors load: u8 section, u32 length (little-endian), its octets; and so on for more
 * sections. The detectors then see a few events and a long time, and end.
 */
#include <stdlib.h>

#include <mxtap/detect.h>
#include <mxtap/rd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEMORY ((size_t)2 << 20)
#define START  (1000000 * CLOCK_SECOND)

static void need(bool right)
{
    if (!right)
        abort();
}

static struct detect_config *configs_new(void)
{
    struct detect_config *configs = calloc(detect_count(), sizeof *configs);
    need(configs != NULL);
    for (size_t i = 0; i < detect_count(); i++) {
        configs[i].enabled = true;
        configs[i].options = calloc(1, detect_at(i)->options_size + 1);
        need(configs[i].options != NULL);
        setting_defaults(detect_at(i)->settings, configs[i].options);
    }
    return configs;
}

static struct detect *detect_begin(const struct detect_config *configs, struct know *know)
{
    struct detect *detect;
    const struct alert_sink sink = {0};
    need(detect_new(configs, know, MEMORY, &sink, &detect) == ERR_NONE);
    return detect;
}

/* A session that ends without a word, from one of a few addresses, at that second. */
static void pass(struct detect *detect, struct event_builder *builder, int64_t second)
{
    struct event *event = event_begin(builder, EVENT_CLOSE);
    event->time = START + second * CLOCK_SECOND;
    event->flow.source = "capture";
    event->flow.flow_id = (uint64_t)second % 3;
    event->flow.client = addr_v4(0xcb007100U + (uint32_t)second % 3);
    event->flow.server = addr_v4(0xc0000219U);
    event->flow.server_port = 25;
    detect_event(detect, event_end(builder));
}

/* The sections of detectors that know nothing yet, with those of the input in their places. */
static struct image *image_of(const struct detect *detect, struct span input)
{
    struct image *empty, *image;
    need(image_new(&empty) == ERR_NONE);
    need(image_new(&image) == ERR_NONE);
    detect_save(detect, empty);
    detect_save(detect, image);
    struct rd rd = rd_make(input);
    while (rd_ok(&rd) && rd_left(&rd) > 0) {
        size_t index = rd_u8(&rd) % image_count(empty);
        size_t len = rd_u32le(&rd);
        struct span octets = rd_take(&rd, len < rd_left(&rd) ? len : rd_left(&rd));
        struct buf *section = image_add(image, image_name(empty, index));
        need(section != NULL);
        buf_add(section, octets);
    }
    image_free(empty);
    return image;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct event_builder *builder;
    struct know *know;
    const struct know_options options = {0};
    struct detect_config *configs = configs_new();
    need(know_new(&options, &know, NULL, 0) == ERR_NONE);
    need(event_builder_new(&builder) == ERR_NONE);
    struct detect *detect = detect_begin(configs, know);
    pass(detect, builder, 0);
    struct image *image = image_of(detect, span_make(data, size));
    detect_leave(detect);
    detect_free(detect);

    detect = detect_begin(configs, know);
    detect_load(detect, image);
    detect_save(detect, image);
    for (int64_t second = 1; second < 4; second++)
        pass(detect, builder, second);
    for (int64_t hour = 1; hour < 100; hour *= 3)
        pass(detect, builder, hour * 3600);
    detect_end(detect, START + 400 * 3600 * CLOCK_SECOND);
    struct detect_stats stats;
    detect_stats(detect, &stats);
    need(stats.memory == 0 && stats.memory_peak <= MEMORY);

    detect_free(detect);
    image_free(image);
    event_builder_free(builder);
    know_free(know);
    for (size_t i = 0; i < detect_count(); i++)
        free(configs[i].options);
    free(configs);
    return 0;
}
