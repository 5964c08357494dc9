/* charsets: iconv(3) of the C library loads a module when a character set is met for the first
 * time, and holds on to it while some converter of it is open. */
#include <mxtap/mail.h>

#include "words.h"

#include <iconv.h>
#include <stdlib.h>

struct mail_charsets {
    size_t count;
    iconv_t converters[];
};

enum err mail_charsets_new(struct mail_charsets **ret_charsets)
{
    size_t most = 0;
    while (words_charset_at(most) != NULL)
        most++;
    struct mail_charsets *charsets =
        malloc(sizeof *charsets + most * sizeof charsets->converters[0]);
    if (charsets == NULL)
        return ERR_MEMORY;
    charsets->count = 0;
    for (size_t i = 0; i < most; i++) {
        const char *name = words_charset_at(i);
        iconv_t converter = name[0] == '\0' ? (iconv_t)-1 : iconv_open("UTF-8", name);
        if (converter != (iconv_t)-1)
            charsets->converters[charsets->count++] = converter;
    }
    *ret_charsets = charsets;
    return ERR_NONE;
}

void mail_charsets_free(struct mail_charsets *charsets)
{
    if (charsets == NULL)
        return;
    for (size_t i = 0; i < charsets->count; i++)
        iconv_close(charsets->converters[i]);
    free(charsets);
}
