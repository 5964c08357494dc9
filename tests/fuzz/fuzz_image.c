/* Any octets as a section of what know has learned: the first one says which, the rest is its
 * contents. What is loaded is asked for, saved again, and loaded once more, which changes nothing.
 */
#include <mxtap/know.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct know *make(void)
{
    const struct know_options options = {.memory = 256 * 1024};
    struct know *know;
    if (know_new(&options, &know, NULL, 0) != ERR_NONE)
        abort();
    return know;
}

static struct image *save(const struct know *know)
{
    struct image *image;
    if (image_new(&image) != ERR_NONE)
        abort();
    know_save(know, image);
    return image;
}

static void ask(struct know *know)
{
    static const struct span name = SPAN_LITERAL("mx.example.org");
    struct know_host host;
    struct addr addr = addr_v4(0xcb007101);
    know_host_of(know, &addr, 1, &host);
    if (host.name.len > KNOW_NAME_MAX || know_leads_to(know, name, &addr, 1) > KNOW_REFUTED)
        abort();
    (void)know_domain_role(know, name, name, 1);
    (void)know_is_mail_server(know, &addr, 1);
}

static void same(const struct image *a, const struct image *b)
{
    for (size_t i = 0; i < image_count(a); i++)
        if (!span_equal(image_at(a, i), image_find(b, image_name(a, i))))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const sections[] = {"know.hosts.addresses", "know.forward.names",
                                           "know.domains.names", "know.servers.addresses",
                                           "know.learn.server"};
    struct know *first, *second;
    struct image *image, *again;
    if (size == 0)
        return 0;
    first = make();
    second = make();
    if (image_new(&image) != ERR_NONE)
        abort();
    buf_add(image_add(image, sections[data[0] % 5]), span_make(data + 1, size - 1));
    know_load(first, image);
    image_free(image);
    ask(first);
    image = save(first);
    know_load(second, image);
    again = save(second);
    same(image, again);
    image_free(image);
    image_free(again);
    know_free(first);
    know_free(second);
    return 0;
}
