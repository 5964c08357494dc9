/* Any octets as a host name, with and without an address. */
#include <mxtap/names.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct addr addr = addr_v4(0xcb007105);
    struct span name = span_make(data, size);
    if (names_class(name) >= NAME_CLASSES || names_class_of(name, &addr) >= NAME_CLASSES)
        abort();
    return 0;
}
