/* rdkafka_library: dlopen, and one dlsym for each function. */
#ifdef MXTAP_KAFKA

#include "rdkafka_library.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define LIBRARY "librdkafka.so.1"
#define SASL    "libsasl2.so.2"

static bool find(void *library, const char *name, void *ret_function)
{
    void *function = dlsym(library, name);
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}

/*
 * The first producer prepares SASL, which loads modules of its own: what the thread of a sink, in
 * its sandbox, may not do. SASL counts who prepares it, and does it once: here, with the modules
 * that it takes by itself. A librdkafka without it needs nothing.
 */
static void prepare_sasl(void)
{
    int (*init)(const void *callbacks);
    void *sasl = dlopen(SASL, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (sasl != NULL && find(sasl, "sasl_client_init", &init))
        (void)init(NULL);
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
    prepare_sasl();
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
