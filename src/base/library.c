/* library: dlopen(3), dlsym(3). */
#include <mxtap/library.h>

#include <dlfcn.h>
#include <string.h>

void *library_open(const char *soname)
{
    return dlopen(soname, RTLD_NOW | RTLD_LOCAL);
}

void *library_there(const char *soname)
{
    return dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
}

/* ISO C has no way from a pointer to an object to one to a function but its octets. */
bool library_find(void *library, const char *name, void *ret_function)
{
    void *function = library == NULL ? NULL : dlsym(library, name);
    memcpy(ret_function, &function, sizeof function);
    return function != NULL;
}
