/* rdkafka_library: dlopen, and one dlsym for each function. */
#ifdef MXTAP_KAFKA

#include "rdkafka_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "librdkafka.so.1"

static bool find(void *library, const char *name, void *ret_function)
{
    void *function = dlsym(library, name);
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}

/*
 * The first producer prepares SASL, which loads modules of its own: what the thread of a sink, in
 * its sandbox, may not do. So one is asked for here that cannot be, since acks=1 contradicts
 * idempotence: the library prepares itself, and then refuses.
 */
static void prepare(const struct rdkafka_library *library)
{
    char ignored[256];
    rd_kafka_conf_t *conf = library->conf_new();
    (void)library->conf_set(conf, "enable.idempotence", "true", ignored, sizeof ignored);
    (void)library->conf_set(conf, "acks", "1", ignored, sizeof ignored);
    rd_kafka_t *producer = library->new (RD_KAFKA_PRODUCER, conf, ignored, sizeof ignored);
    if (producer == NULL)
        library->conf_destroy(conf);
    else
        library->destroy(producer);
}

enum err rdkafka_library_load(struct rdkafka_library *ret_library)
{
    struct rdkafka_library rdkafka;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    bool whole = library != NULL;
#define RDKAFKA_LIBRARY_CALL(name) whole = whole && find(library, "rd_kafka_" #name, &rdkafka.name);
    RDKAFKA_LIBRARY_CALLS(RDKAFKA_LIBRARY_CALL)
#undef RDKAFKA_LIBRARY_CALL
    if (!whole)
        return ERR_SUPPORT;
    prepare(&rdkafka);
    *ret_library = rdkafka;
    return ERR_NONE;
}

/* The library is there: it is calling us. Looking for its function anew keeps us from a global. */
void *rdkafka_library_opaque(const rd_kafka_t *producer)
{
    __typeof__(&rd_kafka_opaque) opaque;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (library == NULL || !find(library, "rd_kafka_opaque", &opaque))
        return NULL;
    void *found = opaque(producer);
    (void)dlclose(library);
    return found;
}

#endif
