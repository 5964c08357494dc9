/* rdkafka_library: each function that is called, by its name. */
#ifdef MXTAP_KAFKA

#include "rdkafka_library.h"

#include <mxtap/library.h>

#define LIBRARY "librdkafka.so.1"
#define SASL    "libsasl2.so.2"

/*
 * The first producer prepares SASL, which loads modules of its own: what the thread of a sink, in
 * its sandbox, may not do. SASL counts who prepares it, and does it once: here, with the modules
 * that it takes by itself. A librdkafka without it needs nothing.
 */
static void prepare_sasl(void)
{
    int (*init)(const void *callbacks);
    void *sasl = library_there(SASL);
    if (library_find(sasl, "sasl_client_init", &init))
        (void)init(NULL);
}

enum err rdkafka_library_load(struct rdkafka_library *ret_library)
{
    struct rdkafka_library rdkafka;
    void *library = library_open(LIBRARY);
    bool whole = true;
#define RDKAFKA_LIBRARY_CALL(name)                                                                 \
    whole = whole && library_find(library, "rd_kafka_" #name, &rdkafka.name);
    RDKAFKA_LIBRARY_CALLS(RDKAFKA_LIBRARY_CALL)
#undef RDKAFKA_LIBRARY_CALL
    if (!whole)
        return ERR_SUPPORT;
    prepare_sasl();
    *ret_library = rdkafka;
    return ERR_NONE;
}

/* The library is there: it is calling us. Looking for its function anew keeps us from a global. */
void *rdkafka_library_opaque(const rd_kafka_t *producer)
{
    __typeof__(&rd_kafka_opaque) opaque;
    void *library = library_there(LIBRARY);
    if (!library_find(library, "rd_kafka_opaque", &opaque))
        return NULL;
    return opaque(producer);
}

#endif
